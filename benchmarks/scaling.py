"""Cost and memory against size: one cascade on random networks of mean degree 10."""

import subprocess
import sys
import time

import numpy as np
import pandas as pd
from scipy.stats import linregress, t
from tqdm import tqdm

import karma_lib as kl

EDGES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
N_GRAPHS = 3
IN_CACHE, BEYOND = 100_000, 1_000_000  # edges; the second is about the size of the last cache
MODELS = {
    "independent cascade, p = 0.3": kl.IndependentCascade(probability=0.3),
    "threshold cascade": kl.Threshold(threshold=0.05),
}
PEAK = """
import os, sys, numpy as np, karma_lib as kl
from pathlib import Path
def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
edges, small = 10_000_000, kl.Graph.from_edges([(0, 1)], 2)
pairs = np.random.default_rng(1).integers(0, edges // 5, (edges, 2), dtype=np.int32)
graph = kl.Graph.from_edges(pairs, edges // 5)
del pairs
model = MODEL
WARM.sizes(small, 1, n_replicates=1, rng=1)
Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS")
model.sizes(graph, 10, n_replicates=2, rng=1)
print(1024 * (kilobytes("VmHWM") - before) / (16 * edges + 32 * graph.n_nodes))
"""
MEMORY = {
    "memory beside the graph, threshold cascade": "kl.Threshold(threshold=0.05)",
    "memory beside the graph, cascade, one p": "kl.IndependentCascade(probability=0.3)",
    "memory beside the graph, cascade, p an arc": (
        "kl.IndependentCascade(probability=np.full(graph.n_arcs, 0.3))"
    ),
}


def costs():
    """Return one row a model, size and graph: CPU seconds a cascade, and edges tested."""
    rows = []
    for edges in tqdm(EDGES, desc="scaling"):
        for g in range(N_GRAPHS):
            ends = np.random.default_rng(g).integers(0, edges // 5, (edges, 2), dtype=np.int32)
            graph = kl.Graph.from_edges(ends, edges // 5)
            repeats = max(2, 300_000 // edges)
            for name, model in MODELS.items():
                model.sizes(graph, 10, n_replicates=1, rng=0)
                begun = time.process_time()
                sizes = model.sizes(graph, 10, n_replicates=repeats, rng=g)
                seconds = (time.process_time() - begun) / repeats
                tested = edges * float(sizes.mean()) / graph.n_nodes
                size = (graph.ptr.nbytes + graph.idx.nbytes) / edges
                rows.append((name, edges, g, seconds, tested, size))
    return pd.DataFrame(
        rows, columns=["model", "edges", "graph", "seconds", "tested", "graph bytes an edge"]
    )


def slopes(table):
    """Return the log-log slope of seconds on edges tested, with 95 % intervals, part by part."""
    parts = {
        "all sizes": table["edges"] > 0,
        f"up to {IN_CACHE:,} edges": table["edges"] <= IN_CACHE,
        f"from {BEYOND:,} edges": table["edges"] >= BEYOND,
    }
    rows = []
    for (model, part), chosen in {
        (model, part): table[keep & (table["model"] == model)]
        for model in MODELS
        for part, keep in parts.items()
    }.items():
        fit = linregress(np.log(chosen["tested"]), np.log(chosen["seconds"]))
        reach = t.ppf(0.975, len(chosen) - 2) * fit.stderr
        rows.append((model, part, fit.slope, fit.slope - reach, fit.slope + reach, len(chosen)))
    return pd.DataFrame(rows, columns=["model", "sizes", "slope", "low", "high", "n"])


def memory():
    """Yield what sizes holds beside the graph at its peak, as a share of what is allowed."""
    for work, model in MEMORY.items():
        row = {"work": work, "peer": "", "unit": "of 16 B an edge + 32 B a person", "target": 1.0}
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                PEAK.replace("MODEL", model).replace("WARM", model.replace("graph", "small")),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            yield {**row, "why": f"not measured: {done.stderr.strip().splitlines()[-1]}"}
        else:
            yield {**row, "ours": float(done.stdout), "met": float(done.stdout) <= 1.0, "why": ""}


def on_paper(table):
    """Say what 10^9 edges and 10^6 runs would take, every assumption stated."""
    largest = table[table["edges"] == max(EDGES)].groupby("model")
    each = (largest["seconds"].median() / largest["tested"].median()) * 1e9
    n, cores, machines = 200_000_000, 64, 64
    lines = [
        f"| {model} | {seconds:,.0f} | {seconds * 1e6 / 3600 / (cores * machines):,.0f} |\n"
        for model, seconds in each.items()
    ]
    graph, buffers = (8 * n + 8 * 1e9) / 1e9, 6 * n / 1e9
    return (
        "## On paper: 10^9 edges, 10^6 runs\n\n"
        f"| model | seconds a run and core | hours on {machines} machines of {cores} cores |\n|---|---|---|\n"
        f"{''.join(lines)}\n"
        f"Memory a machine: {graph:.1f} GB for the graph (8 bytes a person, two arcs of 4 bytes an edge; one "
        f"copy, threads share it) and {buffers:.1f} GB a thread for its queue and marks (6 bytes a person): "
        f"{graph + cores * buffers:.0f} GB in all. Nothing of this size was run. Assumed: 200 million people "
        "of mean degree 10; every cascade goes through the whole network; the cost of an edge stays what it is "
        f"at {max(EDGES):,} edges, where the arrays have left the cache already; one thread a core, as fast as "
        "one alone (memory shared by 64 threads may well halve it); the seeds of runs and the network's "
        "loading cost nothing beside the runs; no machine fails for longer than a chunk takes.\n"
    )
