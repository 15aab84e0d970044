"""A small sweep that takes its time and says what it computes; used by child processes too."""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from karma_lib import Threshold, generators, sweep
from karma_lib.measures import share

TOTAL, CHUNK = 240, 4
FATAL = 60
"""Runs after which the process that computes one is killed, where a test asks for that."""


def slow_share(graph, state):
    """Note that a run was computed, and take ten milliseconds for it."""
    time.sleep(0.01)
    if log := os.environ.get("KARMA_TEST_LOG"):
        with Path(log).open("a") as file:
            file.write("run\n")
        die_once(len(Path(log).read_text().splitlines()))
    return share(graph, state)


def die_once(n_runs):
    victim = Path(os.environ.get("KARMA_TEST_VICTIM", os.devnull))
    if n_runs >= FATAL and not victim.exists():
        victim.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)


def table(cache=None, **kwargs):
    grid = {"threshold": np.linspace(0.1, 0.3, 6)}
    options = {"n_jobs": 1, "chunk": CHUNK, "rng": 5, **kwargs}
    return sweep(Threshold, grid, generators.random_graph(200, 3, rng=1), measures=[slow_share],
                 n_steps=50, n_replicates=TOTAL // 6, cache=cache, **options)  # fmt: skip


if __name__ == "__main__":
    from tests.experiments import worlds  # by its own name, as the tests know it

    worlds.table(sys.argv[1])
