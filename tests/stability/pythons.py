"""Make an environment of each other Python that is supported, as the lock says, in build/pythons.

`make test-long` runs this first: a test may not leave this machine, and packages come from outside.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from karma_lib.study import ROOT

SUPPORTED = ["3.11", "3.12", "3.13"]
HERE = "{}.{}".format(*sys.version_info)
LOCK = ROOT / "requirements.lock"


def interpreter(version):
    """Return an interpreter of that version on this machine, or nothing."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for place in (shutil.which(f"python{version}"), *kept):
        if place:
            asked = [place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            if said.strip() == version:
                return str(place)
    return None


def made(version):
    """Return the Python of a finished environment that follows today's lock, or nothing."""
    folder = ROOT / "build" / "pythons" / version
    mark = folder / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return str(folder / "bin" / "python") if mark.is_file() and mark.read_text() == wanted else None


def make(version, found):
    """Make an environment; the mark comes last, so one that was interrupted is made anew."""
    folder = ROOT / "build" / "pythons" / version
    subprocess.run([found, "-m", "venv", "--clear", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", "--require-hashes", "-r", LOCK], check=True
    )
    (folder / "lock.sha256").write_text(hashlib.sha256(LOCK.read_bytes()).hexdigest())


if __name__ == "__main__":
    for version in SUPPORTED:
        if version == HERE or made(version):
            continue
        if found := interpreter(version):
            print(f"Making an environment of Python {version}.")
            make(version, found)
        else:
            print(f"Python {version} is not on this machine: its numbers are not compared.")
