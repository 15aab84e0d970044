"""What the public door holds in memory: a large network, many runs, many sweeps.

The models are arithmetic: 4 bytes an arc, 8 bytes a person for where a row begins, and what a
worker needs for each person. `SLACK` is what an allocator and a first call keep of their own.
"""

import os
import subprocess
import sys

import pytest

from karma_lib.study import ROOT
from tests.offline import python_path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="peaks are read from /proc")

MB = 1e6
SLACK = 4 * MB
HEAD = """
import gc, sys
from pathlib import Path
import numpy as np
import karma_lib as kl

def held(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(name))

def peak(work):
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = held("VmRSS")
    kept = work()
    return kept, held("VmHWM") - before

n = int(sys.argv[1])
"""


def child(script, n):
    """Run a script in a process of its own; return the numbers that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(n)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536"},  # what is freed goes back
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [float(word) for word in done.stdout.split()]


NETWORK = """
kinds = {
    "int32": lambda pairs: pairs.copy(),
    "int64": lambda pairs: pairs.astype(np.int64),
    "a table's": lambda pairs: np.asfortranarray(pairs, np.int64),
}
models = {
    "one p": lambda graph: kl.IndependentCascade(probability=0.3),
    "p an arc": lambda graph: kl.IndependentCascade(probability=np.full(graph.n_arcs, 0.3)),
    "threshold": lambda graph: kl.Threshold(threshold=0.05),
}
drawn = np.random.default_rng(1).integers(0, n // 5, (n, 2), dtype=np.int32)
for kind in kinds.values():
    graph = pairs = None
    small = kl.Graph.from_edges(kind(np.array([[0, 1], [1, 2]], np.int32)), 3)
    pairs = kind(drawn)
    graph, grown = peak(lambda: kl.Graph.from_edges(pairs, n // 5))
    assert (graph.n_nodes, graph.ptr.nbytes, graph.idx.nbytes) == (n // 5, 8 * (n // 5 + 1), 4 * graph.n_arcs)
    print(grown)
del drawn, pairs
for make in models.values():
    make(small).sizes(small, 1, n_replicates=2, rng=1)
    model = make(graph)
    sizes, grown = peak(lambda: model.sizes(graph, 10, n_replicates=2, rng=1))
    assert sizes.mean() > 0.9 * graph.n_nodes, "a cascade that goes through the whole network"
    print(grown)
    del model
"""


@pytest.mark.parametrize("n", [1_000_000, pytest.param(10_000_000, marks=pytest.mark.long)])
def test_a_large_network_is_built_and_run_without_a_copy_too_many(n, figure):
    """Each edge makes two arcs; five edges a person.

    Pairs of int32 or int64 are read where they lie. The columns of a table lie one behind the
    other: they are put in pairs first, 16 bytes an edge.
    """
    people = n // 5
    int32, int64, table, one_p, p_an_arc, threshold = child(NETWORK, n)
    graph = 8 * n + 8 * people
    for built in (int32, int64, table - 8 * 2 * n):
        assert built <= graph + 8 * people + SLACK, "the graph, and where to put the next arc"
    assert one_p <= 9 * people + SLACK, "a byte and a place in the queue, and who it was from"
    assert p_an_arc <= 8 * 2 * n + 9 * people + SLACK, "a probability an arc, once"
    assert threshold <= 16 * people + SLACK, "needs, countdowns, the queue"
    figure(
        f"A network of {n:,} edges is built without a copy too many, beside its pairs",
        f"{int32 / MB:.0f} MB at the peak from int32 pairs, {int64 / MB:.0f} from int64, "
        f"{table / MB:.0f} from int64 columns of a table; of which the graph is {graph / MB:.0f} MB",
    )
    figure(
        f"A cascade through all of {n:,} edges holds what its model says, beside the graph",
        f"{one_p / MB:.1f} MB with one probability, {p_an_arc / MB:.0f} MB with one an arc, "
        f"{threshold / MB:.1f} MB with thresholds",
    )


REPLICATES = """
graph = kl.generators.random_graph(1_000, 4, rng=1)
models = [kl.IndependentCascade(probability=0.1), kl.Threshold(threshold=0.5)]
for model in models:
    few = model.sizes(graph, n_replicates=1_000, rng=2)
    sizes, grown = peak(lambda: model.sizes(graph, n_replicates=n, rng=2))
    assert (sizes[:1_000] == few).all() and len(sizes) == n
    print(grown)
"""


@pytest.mark.parametrize("n", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_many_replicates_hold_a_key_and_a_size_each(n, figure):
    cascade, threshold = child(REPLICATES, n)
    for grown in (cascade, threshold):
        assert grown <= 3 * 8 * n + SLACK, "keys, the words that they are mixed from, sizes"
    figure(
        f"{n:,} replicates in one call hold a key and a size each",
        f"{cascade / n:.0f} bytes a replicate at the peak (cascade), {threshold / n:.0f} (threshold)",
    )


SWEEP = """
graph = kl.generators.complete(3)

def runs(times):
    return kl.sweep(kl.Threshold(threshold=0.5), {}, graph, measures=[kl.measures.share],
                    n_steps=0, n_replicates=times, rng=1, chunk=1_000)

runs(1_000)
table, grown = peak(lambda: runs(n))
assert len(table) == n
print(grown, table.memory_usage(deep=True).sum())
"""


@pytest.mark.parametrize("n", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_many_runs_hold_their_table_once(n, figure):
    """The measures are written into the table's own columns, as runs end."""
    grown, table = child(SWEEP, n)
    assert grown <= table + 8 * n + SLACK, "the table, and the replicates of a point by number"
    figure(
        f"A sweep of {n:,} runs holds its table once, and 8 bytes a run beside it",
        f"{grown / MB:.0f} MB more at the peak, for a table of {table / MB:.0f} MB",
    )


SWEEPS = """
graph = kl.generators.random_graph(300, 4, rng=1)

def one(seed):
    return kl.sweep(kl.Threshold, {"threshold": [0.1, 0.3]}, graph, measures=[kl.measures.share],
                    n_steps=50, n_replicates=20, rng=seed, n_jobs=2)

def often(times):
    for seed in range(times):
        one(seed)
    gc.collect()
    return held("VmRSS"), len(gc.get_objects())

first = often(20)
last = often(n)
print(last[0] - first[0], last[1] - first[1])
"""


@pytest.mark.parametrize("n", [50, pytest.param(500, marks=pytest.mark.long)])
def test_many_sweeps_in_a_row_leak_nothing(n, figure):
    grown, objects = child(SWEEPS, n)
    assert grown <= 2 * MB, "a table of forty rows that stayed would be seen in 500 sweeps"
    assert objects <= 200
    figure(
        f"{n} sweeps in a row leave nothing behind",
        f"{max(grown, 0) / 1e3:.0f} kB more after them, {max(objects, 0):.0f} Python objects",
    )


@pytest.mark.long
def test_a_million_comments_are_stored_and_counted_in_little_memory(figure):
    """The figures of `benchmarks/tiktok.py`; smaller files stream in the tests of the readers."""
    done = subprocess.run(
        [sys.executable, "benchmarks/tiktok.py"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": python_path(ROOT), "KARMA_BENCH_ROWS": "1000000"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = {line[:30].strip(): line[30:].split() for line in done.stdout.splitlines()[1:]}
    peaks = {name: float(cells[-1]) for name, cells in rows.items()}
    assert rows["store (piece by piece)"][0] == rows["read_comments"][0] == "1,000,000"
    assert peaks["store (piece by piece)"] < 200, "as its docstring promises"
    figure(
        "1,000,000 comments of the Research API (about 200 MB) are stored piece by piece",
        f"{peaks['store (piece by piece)']:.0f} MB at the peak, "
        f"{peaks['per_hour on what was stored']:.0f} MB to count them by the hour; "
        f"all at once they take {peaks['read_comments']:.0f} MB",
    )
