"""A sweep that is killed, interrupted, cut off from its disk, or robbed of a worker."""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor

from tests.experiments import worlds
from tests.faults.places import full

pytestmark = pytest.mark.claim(
    "A sweep that is killed, interrupted or cut off from its disk goes on where it stopped, and ends in the same table",
    "{cases} cases: all hold",
)

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


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_is_one_sentence_and_keeps_what_was_written(
    tmp_path, log, wanted, monkeypatch, step
):
    calls, works = [], getattr(os, step)

    def fills(*args, **kwargs):
        calls.append(args)
        return full() if len(calls) > 5 else works(*args, **kwargs)

    (tmp_path / "cache").mkdir()
    monkeypatch.setattr(os, step, fills)
    with pytest.raises(OSError, match=r"could not be written \(No space left on dev.*Make room"):
        worlds.table(tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 5, "finished chunks stay, no draft does"
    monkeypatch.setattr(os, step, works)
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert n_computed(log) == worlds.TOTAL + worlds.CHUNK


def test_a_cache_that_is_no_folder_is_told_before_anything_runs(tmp_path, log):
    (tmp_path / "cache").write_text("")
    with pytest.raises(OSError, match=r"cache could not be written \(File exists\). Make room"):
        worlds.table(tmp_path / "cache")
    assert n_computed(log) == 0


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.filterwarnings("ignore:A worker stopped")
def test_a_worker_process_killed_in_mid_sweep_is_told_with_the_way_on(
    tmp_path, log, wanted, cached, monkeypatch
):
    monkeypatch.setenv("KARMA_TEST_VICTIM", str(tmp_path / "victim"))
    get_reusable_executor().shutdown(wait=True)  # workers of earlier tests know no victim
    cache = tmp_path / "cache" if cached else None
    told = "kept in .*the same call goes on from there" if cached else "lost; with cache='folder'"
    stopped = rf"Stopped after \d+ of 240 runs since a worker process died. They are {told}"
    with (
        parallel_config(backend="loky", n_jobs=2),
        pytest.raises(BrokenExecutor, match=stopped),
    ):
        worlds.table(cache, n_jobs=None)
    before = n_computed(log)
    pd.testing.assert_frame_equal(worlds.table(cache), wanted)
    assert before >= worlds.FATAL
    assert n_computed(log) <= worlds.TOTAL + (2 * worlds.CHUNK if cached else before)


@pytest.mark.parametrize("year", [1970, 2100])
def test_a_clock_that_is_wrong_changes_neither_chunks_nor_what_is_found_again(
    tmp_path, log, wanted, year
):
    worlds.table(tmp_path / "cache")
    for chunk in (tmp_path / "cache").iterdir():
        os.utime(chunk, ((year - 1970) * 31_556_952,) * 2)
    before = n_computed(log)
    pd.testing.assert_frame_equal(worlds.table(tmp_path / "cache"), wanted)
    assert n_computed(log) == before
