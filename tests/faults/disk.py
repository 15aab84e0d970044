"""A place that fills for real: what is written there, what is said, what lies there afterwards.

`python -m tests.faults.disk WORK PLACE SOURCE LITTLE` writes with that many bytes of room, then
again with plenty, and prints what came of both. Where PLACE is a disk of its own, that is what
remains free on it; elsewhere no file may grow larger (EFBIG).
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pandas as pd

from karma_lib.datasets import privacy, tiktok
from tests.experiments import worlds

PLENTY = 1 << 26


def csv(place, source):
    tiktok.write_csv(tiktok.read_comments(source, refresh_days=None), place / "out.csv")


def stored(place, source):
    tiktok.store(source, place / "stored", refresh_days=None)


def deleted(place, source):
    ids = tiktok.read_comments(source, refresh_days=None)["comment_id"]
    privacy.apply_deletions(place / "stored", ids[::2])


def swept(place, source):
    worlds.table(place / "cache")


WORKS = {"csv": csv, "stored": stored, "deleted": deleted, "swept": swept}
BEFORE = {"csv": lambda place, source: (place / "out.csv").write_text("an older table\n"),
          "deleted": stored}  # fmt: skip


def room(place, n_bytes):
    """Leave so much room."""
    if os.path.ismount(place):
        disk = os.statvfs(place)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        subprocess.run(["mount", "-o", f"remount,size={used + n_bytes}", place], check=True)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))


def held(place):
    """Return what lies there: by path the digest of each file, the rows of each table."""
    files = {str(path.relative_to(place)): path for path in place.rglob("*") if path.is_file()}
    return {
        name: len(pd.read_parquet(path)) if path.suffix == ".parquet"
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(files.items())
    }  # fmt: skip


def main(work, place, source, little):
    place, said = Path(place), ""
    if work in BEFORE:
        BEFORE[work](place, source)
    before = held(place)
    room(place, int(little))
    try:
        WORKS[work](place, source)
    except OSError as error:
        said = str(error)
    after = held(place)
    room(place, PLENTY)
    WORKS[work](place, source)
    told = {"said": said, "before": before, "after": after, "again": held(place)}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
