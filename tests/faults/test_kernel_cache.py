"""A kernel cache that is damaged, full, forbidden, shared, or older than the clock says."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from karma_lib import _kernels, _whole
from tests.faults.places import ROOT, as_a_user, full, python
from tests.offline import python_path

pytestmark = pytest.mark.claim(
    "A cache of compiled code that is damaged, full, forbidden, shared or out of date costs time and no number",
    "{cases} cases: all hold",
)

HARMS = {
    "cut": lambda body: body[: len(body) // 2],
    "empty": lambda body: b"",
    "grown": lambda body: body + b"\0",
    "zeroed": lambda body: body[:4096] + bytes(512) + body[4608:],
    "flipped": lambda body: body[:9000] + bytes([body[9000] ^ 4]) + body[9001:],
    "its signature": lambda body: body[:-1] + bytes([body[-1] ^ 1]),
    "another file": lambda body: b"not what was written here",
}


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """Compile also where `make coverage` has kernels interpreted."""
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "0")
    monkeypatch.setattr(_kernels.config, "DISABLE_JIT", 0)


def total(values):
    result = 0
    for value in values:
        result += 10 * value
    return result


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """Return the same kernel, each time as a fresh process finds it, and its files."""
    monkeypatch.setattr(_kernels, "_FOLDER", str(tmp_path / "kernels"))

    def run(dtype=np.int64):
        fresh = _kernels.kernel(total)
        result = fresh(np.array([1, 2, 3], dtype))
        return result, sum(fresh.stats.cache_hits.values())

    return run, lambda: [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_kernel_cache_is_compiled_anew_with_a_sentence(cached, harm, caplog):
    run, files = cached
    assert (run(), run()) == ((60, 0), (60, 1))
    (file,) = files()
    body = file.read_bytes()
    file.write_bytes(harm(body))
    with caplog.at_level(logging.WARNING, "karma_lib"):
        assert run() == (60, 0)
    assert caplog.messages == [f"{file.name} is damaged and is computed again."]
    assert run() == (60, 1), "whole again"


def test_no_flipped_and_no_missing_byte_of_a_cached_kernel_goes_unnoticed(cached):
    """Numba alone ends the process at some of them (SIGSEGV, SIGABRT, an endless loop)."""
    run, files = cached
    run()
    (file,) = files()
    body = file.read_bytes()
    assert _whole.read(file) == body[: -_whole.SIGNED]
    for place in range(0, len(body), max(1, len(body) // 400)):
        for bad in (
            body[:place],
            body[:place] + bytes([body[place] ^ (1 << place % 8)]) + body[place + 1 :],
        ):
            file.write_bytes(bad)
            assert _whole.read(file) is None, place


def test_on_a_full_disk_kernels_run_and_a_sentence_says_what_is_lost(cached, monkeypatch, caplog):
    run, files = cached
    monkeypatch.setattr(os, "fsync", full)
    with caplog.at_level(logging.WARNING, "karma_lib"):
        assert (run(), run()) == ((60, 0), (60, 0))
    assert len(caplog.messages) == 2
    assert "could not be written (No space left on device). Make room there" in caplog.text
    assert "Till then each start compiles anew." in caplog.text
    assert files() == [], "nothing half-written stays"


def test_a_cache_folder_removed_in_mid_run_is_made_again(cached, tmp_path):
    run, files = cached
    run()
    (file,) = files()
    file.unlink()
    file.parent.rmdir()
    assert (run(), run()) == ((60, 0), (60, 1))


RACE = """
import os, sys, time
from pathlib import Path
import numpy as np
who, peer, signs = sys.argv[1], {"first": "second", "second": "first"}[sys.argv[1]], Path(sys.argv[2])
replace, moved = os.replace, []

def wait(name):
    for _ in range(600):
        if (signs / name).exists():
            return
        time.sleep(0.05)
    sys.exit(f"{who} waited in vain for {name}")

def ordered(draft, path):
    # Both have looked into the empty cache before either writes; the first ends last.
    if str(path).endswith((".nbi", ".nbc")):
        moved.append(path)
        if len(moved) == 1:
            (signs / f"{who} looked").touch()
            wait(f"{peer} looked")
            if who == "second":
                wait("first wrote")
        elif who == "first":
            wait("second ended")
    replace(draft, path)
    if str(path).endswith((".nbi", ".nbc")):
        (signs / f"{who} wrote").touch()

os.replace = ordered
from tests.faults import kernels
print(kernels.total(np.array([1, 2, 3], {"first": np.int64, "second": np.float64}[who])))
(signs / f"{who} ended").touch()
"""
AFTER = """
import numpy as np
from tests.faults import kernels
print(kernels.total(np.array([1, 2, 3])), kernels.total(np.array([1.0, 2.0, 3.0])),
      sum(kernels.total.stats.cache_hits.values()))
"""


def test_two_processes_that_compile_one_kernel_at_once_for_two_types(tmp_path):
    """With Numba's index the second type ran the first one's code: 9.2e18 instead of 60."""
    env = {
        **os.environ,
        "PYTHONPATH": python_path(ROOT),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }
    both = [
        subprocess.Popen([sys.executable, "-c", RACE, who, tmp_path], env=env, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for who in ("first", "second")
    ]  # fmt: skip
    said = [process.communicate(timeout=120) for process in both]
    assert [out.split() for out, _ in said] == [["60"], ["60.0"]], said
    later = python("-c", AFTER, NUMBA_CACHE_DIR=tmp_path / "cache")
    assert later.stdout.split() == ["60", "60.0", "2"], later.stderr


HOMELY = """
import karma_lib as kl
from karma_lib import _kernels
run = kl.Threshold(threshold=0.5).run(kl.generators.complete(3), n_steps=9, rng=1)
print(run.measure(kl.measures.share)["share"].tolist()[-1], _kernels._FOLDER)
"""


@as_a_user
def test_with_a_read_only_home_models_run_and_nothing_is_written(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    done = python("-c", HOMELY, HOME=home, NUMBA_CACHE_DIR=None, XDG_CACHE_HOME=None)
    assert (done.returncode, done.stdout.split()) == (0, ["1.0", "None"]), done.stderr
    assert done.stderr == ""
    assert not list(home.iterdir())


@as_a_user
def test_without_a_home_models_run():
    done = python("-c", HOMELY, HOME="/dev/null/none", NUMBA_CACHE_DIR=None, XDG_CACHE_HOME=None)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["1.0", "None"], "")


def test_a_user_whom_the_system_gives_no_home(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(_kernels.config, "CACHE_DIR", "")
    monkeypatch.setattr(Path, "home", homeless)
    assert _kernels._folder() is None


def test_a_clock_set_back_costs_nobody_the_cache_in_use(tmp_path, monkeypatch):
    """By the clock of 1990 our folder would be the oldest, and go first."""
    monkeypatch.setattr(_kernels.config, "CACHE_DIR", str(tmp_path))
    own = Path(_kernels._folder())
    for number in range(_kernels.KEPT):
        (own.parent / f"later {number}").mkdir()
    touch = Path.touch
    monkeypatch.setattr(Path, "touch", lambda path: (touch(path), os.utime(path, (631e6, 631e6))))
    assert Path(_kernels._folder()) == own
    assert own.is_dir()
    assert len(list(own.parent.iterdir())) == _kernels.KEPT
