"""Resume: whatever stops a sweep, the finished table is the same, and little is done twice."""

import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from karma_lib import Threshold, generators, sweep
from karma_lib.experiments import chunks
from karma_lib.measures import share
from tests.experiments import worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wanted():
    return worlds.table()


@pytest.fixture
def log(tmp_path, monkeypatch):
    path = tmp_path / "log"
    path.write_text("")
    monkeypatch.setenv("KARMA_TEST_LOG", str(path))
    return path


def n_computed(log):
    return len(log.read_text().splitlines())


def child(cache, **kwargs):
    """Run the sweep in a child that hears Ctrl-C even where a shell in the background does not."""
    command = [sys.executable, "-m", "tests.experiments.worlds", str(cache)]
    if os.name == "posix":
        kwargs["preexec_fn"] = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, **kwargs)


def wait_for(log, n, process):
    while n_computed(log) < n and process.poll() is None:
        time.sleep(0.005)


def test_killed_ten_times_the_table_is_the_same_and_little_is_lost(tmp_path, log, wanted):
    moments = random.Random(1)
    for _ in range(10):
        process = child(tmp_path / "cache")
        wait_for(log, n_computed(log) + moments.randint(3, 20), process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert worlds.TOTAL <= n_computed(log) <= worlds.TOTAL + 10 * worlds.CHUNK


def test_ctrl_c_says_how_to_go_on_and_leaves_no_draft(tmp_path, log, wanted):
    process = child(tmp_path / "cache")
    wait_for(log, 20, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "the same call goes on from there" in said
    assert not list((tmp_path / "cache").glob(".draft-*"))
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert n_computed(log) <= worlds.TOTAL + worlds.CHUNK


def test_a_second_call_computes_nothing(tmp_path, log, wanted):
    worlds.table(tmp_path / "cache")
    before = n_computed(log)
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert n_computed(log) == before


@pytest.mark.parametrize("damage", [lambda b: b[:-7], lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:],
                                    lambda b: b""])  # fmt: skip
def test_a_damaged_chunk_is_noticed_and_computed_again(tmp_path, log, wanted, damage, caplog):
    worlds.table(tmp_path / "cache")
    victim = sorted((tmp_path / "cache").iterdir())[3]
    victim.write_bytes(damage(victim.read_bytes()))
    before = n_computed(log)
    with caplog.at_level(logging.WARNING, "karma_lib"):
        pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert "is damaged and is computed again" in caplog.text
    assert n_computed(log) == before + worlds.CHUNK


@pytest.mark.parametrize(
    ("module", "step"), [(os, "fsync"), (tempfile, "mkstemp"), (os, "replace")]
)
def test_a_full_disk_is_one_sentence_and_keeps_what_was_written(
    tmp_path, log, wanted, monkeypatch, module, step
):
    calls, works = [], getattr(module, step)

    def full(*args, **kwargs):
        calls.append(args)
        if len(calls) > 5:
            raise OSError(28, "No space left on device")
        return works(*args, **kwargs)

    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(module, step, full)
    with pytest.raises(OSError, match=r"could not be written \(.*No space left.*make room"):
        worlds.table(tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 5, "finished chunks stay, no draft does"
    monkeypatch.setattr(module, step, works)
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)


@pytest.mark.parametrize(
    "change", [{"rng": 6}, {"n_steps": 49}, {"model": Threshold(seeds=2)}, {"measures": [np.mean]}]
)
def test_nothing_is_mistaken_for_something_else(tmp_path, change):
    """One chunk for the first call, another one for anything that differs."""
    options = {"rng": 5, "n_steps": 50, "measures": [share], "model": Threshold(seeds=1)}
    graph = generators.random_graph(100, 3, rng=1)

    def mean(graph, state):
        return float(state.mean())

    for given in (options, options | change):
        given = {**given, "measures": [mean if m is np.mean else m for m in given["measures"]]}
        sweep(given.pop("model"), {}, graph, n_replicates=4, cache=tmp_path, **given)
    assert len(list(tmp_path.iterdir())) == 2


def test_another_network_is_another_chunk(tmp_path):
    for seed in (1, 2):
        sweep(Threshold, {}, generators.random_graph(50, 3, rng=seed), measures=[share], n_steps=9,
              n_replicates=2, rng=1, cache=tmp_path)  # fmt: skip
    assert len(list(tmp_path.iterdir())) == 2


def test_functions_that_cannot_be_told_apart_are_refused(tmp_path):
    scale = 2

    def scaled(graph, state):
        return scale * share(graph, state)

    with pytest.raises(ValueError, match="cache needs functions without captured variables"):
        sweep(
            Threshold,
            {},
            generators.complete(3),
            measures=[scaled],
            n_steps=1,
            rng=1,
            cache=tmp_path,
        )


def test_an_edited_function_is_another_function():
    def make(source, scale=1, helper="x"):
        space = {"scale": scale}
        exec(f"def h(x):\n    return {helper}\ndef f(graph, state):\n    return {source}", space)
        return space["f"]

    edits = [
        *[make(source) for source in ("1.0", "2.0", "state.sum()", "state.max()")],
        *[make(f"sum(map(lambda x: x + {n}, state))") for n in (1, 2)],
        *[make("scale * 1.0", scale) for scale in (1, 2)],
        *[make("h(1.0)", helper=helper) for helper in ("x", "x + h(0)", "2 * x")],
    ]
    assert len({chunks.name_of_chunk(edit) for edit in edits}) == len(edits)
    assert chunks.name_of_chunk(make("h(1.0)")) == chunks.name_of_chunk(make("h(1.0)"))
    assert chunks.name_of_chunk(partial(share, 1)) != chunks.name_of_chunk(partial(share, 2))


def test_a_cache_without_a_seed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="rng must be given with cache; got None"):
        sweep(Threshold, {}, generators.complete(3), measures=[share], n_steps=1, cache=tmp_path)
