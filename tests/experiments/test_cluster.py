"""The same table from a real cluster of two worker processes, also when one is killed."""

import os
import signal
import threading
import time

import pandas as pd
import pytest
from joblib import parallel_config

from karma_lib import Graph, Threshold, generators, sweep
from karma_lib.measures import share
from tests.experiments import worlds

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    scratch = str(tmp_path_factory.mktemp("dask"))
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            local_directory=scratch, silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):  # fmt: skip
        yield client


def test_the_same_table_from_a_cluster(client):
    with parallel_config(backend="dask"):
        there = worlds.table(n_jobs=None)
    pd.testing.assert_frame_equal(there, worlds.table())


def test_the_same_table_when_a_worker_is_killed_in_mid_sweep(client, tmp_path):
    victim = next(iter(client.run(os.getpid).values()))
    killed = threading.Timer(0.6, os.kill, (victim, signal.SIGKILL))
    killed.start()
    begun = time.perf_counter()
    with parallel_config(backend="dask"):
        there = worlds.table(n_jobs=None)
    assert time.perf_counter() - begun > 0.6, "the worker died before the end"
    pd.testing.assert_frame_equal(there, worlds.table())
    assert victim not in client.run(os.getpid).values()


def test_the_network_is_sent_once_and_not_with_every_task(client, monkeypatch):
    graph = generators.random_graph(50_000, 10, rng=1)
    packed, pack = [], Graph.__reduce__
    monkeypatch.setattr(Graph, "__reduce__", lambda self: packed.append(1) or pack(self))
    with parallel_config(backend="dask", scatter=[graph]):
        sweep(Threshold, {"threshold": [0.5, 0.6]}, graph, measures=[share], n_steps=2,
              n_replicates=200, rng=1, n_jobs=None, chunk=10)  # fmt: skip
    assert 1 <= len(packed) <= 3, "forty tasks, one network"
