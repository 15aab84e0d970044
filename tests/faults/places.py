"""Places that cannot be written, and processes that have nowhere else to go."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline import python_path

ROOT = Path(__file__).parents[2]
# Root may write anywhere unless it gives up the right to.
HUMBLE = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
as_a_user = pytest.mark.skipif(
    os.name != "posix" or (os.geteuid() == 0 and not shutil.which("setpriv")),
    reason="folders that their owner may not write need a user on Linux or macOS",
)


def python(*arguments, **env):
    """Run Python as a user without special rights; a value of None takes a variable away."""
    told = {**os.environ, "PYTHONPATH": python_path(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env}
    humble = HUMBLE if os.name == "posix" and os.geteuid() == 0 else []
    return subprocess.run(
        [*humble, sys.executable, *map(str, arguments)],
        env={name: str(value) for name, value in told.items() if value is not None},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def full(*args, **kwargs):
    """Fail as the system does on a disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
