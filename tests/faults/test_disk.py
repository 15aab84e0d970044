"""A disk that is full, and a file that may not grow: for real, in a process of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from karma_lib.datasets import synthetic, tiktok
from karma_lib.datasets.tiktok import _stored
from tests.faults import disk
from tests.faults.places import ROOT
from tests.offline import python_path

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs a disk of its own, as Linux gives"),
    pytest.mark.claim(
        "Where a disk is full for real a sentence names the place, older files stay, nothing half-written does, and with room the same call goes on",
        "{cases} cases: all hold",
    ),
]
KEY = "of thirty-two letters, or of more"
MOUNTED = ["unshare", "-m", "sh", "-c",
           'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"', "-"]  # fmt: skip


def may_mount():
    """Tell whether this user may give a process a disk of its own."""
    if not shutil.which("unshare"):
        return False
    tried = [*MOUNTED, "64k", "/mnt", "true"]
    return not subprocess.run(tried, capture_output=True, check=False).returncode


MAY_MOUNT = sys.platform == "linux" and may_mount()


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A synthetic storm: about three thousand comments."""
    made = synthetic.world(np.linspace(0.01, 5, 3_000), rng=1)
    return synthetic.write(made, tmp_path_factory.mktemp("storm"))[3]


@pytest.fixture
def filled(tmp_path, source):
    """Return what a work leaves behind with so much room and then with plenty."""
    place = tmp_path / "place"
    place.mkdir()

    def run(work, little, whole_disk):
        python = [sys.executable, "-m", "tests.faults.disk", work, place, source, str(little)]
        mounted = [*MOUNTED, str(disk.PLENTY), place] if whole_disk else []
        given = os.environ | {"KARMA_PRIVACY_KEY": KEY, "PYTHONPATH": python_path(ROOT)}
        done = subprocess.run([*map(str, [*mounted, *python])], cwd=ROOT, env=given,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


WAYS = [
    pytest.param(False, "File too large", id="a file may not grow"),
    pytest.param(True, "No space left on device", id="a disk is full", marks=pytest.mark.skipif(
        not MAY_MOUNT, reason="this user may give no process a disk of its own")),
]  # fmt: skip
WORKS = {
    "csv": ("out.csv", 64_000, 64_000),
    "stored": ("stored", 20_000, 300_000),
    "deleted": ("rows.parquet", 3_000, 4_096),
    "swept": (".chunk", 150, 64_000),
}
"""What is named, how large files may be, and how much room a disk leaves."""


@pytest.mark.parametrize(("whole_disk", "why"), WAYS)
@pytest.mark.parametrize("work", WORKS)
def test_what_finds_no_room_is_told_and_what_was_there_stays(filled, work, whole_disk, why):
    named, largest, free = WORKS[work]
    told = filled(work, free if whole_disk else largest, whole_disk)
    sentence = rf"/place/\S*{re.escape(named)} could not be written \({why}\)\. Make room there, or"
    assert re.search(sentence, told["said"]), told["said"]
    assert told["said"].count(". ") == 1
    before, after, again = told["before"], told["after"], told["again"]
    if work == "swept":
        assert all(re.fullmatch(r"cache/[0-9a-f]{32}\.chunk", name) for name in after)
        assert after.items() <= again.items(), "chunks that are finished are kept"
        assert len(after) < len(again)
    else:
        assert after == before, "nothing half-written, and nothing lost"
        assert again != before
    if whole_disk and work == "swept":
        assert len(after) > 3


def test_what_tells_repeats_is_never_lost_without_a_word(source, tmp_path, monkeypatch):
    """NumPy's `tofile` says nothing where the last bytes of a small array find no room."""
    opened = Path.open

    def crowded(path, *args, **kwargs):
        return opened(Path("/dev/full") if path.suffix == ".keys" else path, *args, **kwargs)

    monkeypatch.setenv("KARMA_PRIVACY_KEY", KEY)
    monkeypatch.setattr(Path, "open", crowded)
    monkeypatch.setattr(_stored, "_by_month", None)
    with pytest.raises(OSError, match=r"out could not be written \(No space left on device\)"):
        tiktok.store(source, tmp_path / "out")
    assert not list(tmp_path.iterdir())
