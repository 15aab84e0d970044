"""Deffuant's and Hegselmann and Krause's clusters, Ben-Naim's bifurcations."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from karma_lib import measures
from karma_lib._random import keys, seed_sequence
from karma_lib.graph import Graph
from karma_lib.models.echo.confidence import BoundedConfidence, HegselmannKrause
from karma_lib.theory import confidence as theory


def mean_clusters(confidence: float, more_than: float, n_runs: int = 200) -> float:
    """Simulate the mean number of clusters of 1000 people after 300 meetings each."""
    crowd, model = Graph.from_edges([], 1000), BoundedConfidence(confidence=confidence)
    counts = []
    for key in keys(seed_sequence(2000), n_runs).tolist():
        run = model.run(crowd, n_steps=300_000, record_every=300_000, rng=key)
        counts.append(measures.cluster_count(*run.frames[-1], gap=0.02, more_than=more_than))
    return float(np.mean(counts))


@cache
def regular_start(n: int, confidence: float) -> dict[str, float]:
    """Return updates until rest, and clusters, of n people in equal steps from 0 to 1."""
    model = HegselmannKrause(confidence=confidence, opinions=np.arange(n) / (n - 1))
    run = model.run(Graph.from_edges([], n), n_steps=10_000)
    count = measures.cluster_count(*run.frames[-1], gap=1e-6)
    return {"steps": float(run.steps[-1]), "clusters": count}


def _regular(n: int, confidence: float, name: str) -> float:
    return regular_start(n, confidence)[name]


def _cluster(half_width: float, which: int, position: bool = False) -> float:
    """Return mass or position of a cluster, counted outwards from the right end."""
    where, mass = theory.clusters(half_width, 60)
    return float((where if position else mass)[-which])


_STARTS = {
    50: (0.19, 0.2),
    101: (0.1, 0.18, 0.19, 0.2, 0.25),
    625: (0.19, 0.2, 0.22, 0.25),
    1001: (0.1, 0.15, 0.2, 0.22, 0.25),
}
_BRACKETS = {
    "split": (1.5, 2.1),
    "central-minor": (2.0, 2.5),
    "second-split": (3.9, 4.2),
    "second-central-minor": (4.2, 4.7),
}

TARGETS: dict[str, Callable[[], float]] = {
    **{
        f"deffuant-2000/major-clusters-d{d}": partial(mean_clusters, d, 0.01)
        for d in (0.5, 0.3, 0.27, 0.25, 0.2, 0.1, 0.05)
    },
    "deffuant-2000/all-clusters-d0.3": partial(mean_clusters, 0.3, 0.0),
    **{
        f"hk-2002/n{n}-eps{eps}-{name}": partial(_regular, n, eps, name)
        for n, bounds in _STARTS.items()
        for eps in bounds
        for name in ("steps", "clusters")
    },
    "bennaim-2003/delta1.5-minor-mass": partial(_cluster, 1.5, 1),
    "bennaim-2003/delta1.5-minor-position": partial(_cluster, 1.5, 1, position=True),
    "bennaim-2003/delta1.5-centre-mass": partial(_cluster, 1.5, 2),
    "bennaim-2003/delta2.5-minor-mass": partial(_cluster, 2.5, 1),
    "bennaim-2003/delta2.5-major-mass": partial(_cluster, 2.5, 2),
    "bennaim-2003/delta2.5-major-position": partial(_cluster, 2.5, 2, position=True),
    "bennaim-2003/delta2.5-centre-mass": partial(_cluster, 2.5, 3),
    **{
        f"bennaim-2003/bifurcation-{name}": partial(theory.bifurcation, *bracket, time=150)
        for name, bracket in _BRACKETS.items()
    },
}
