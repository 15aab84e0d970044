"""Deffuant's and Hegselmann and Krause's clusters, Ben-Naim's bifurcations."""

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


def _regular(n: int, confidence: float, wanted: str) -> float:
    return regular_start(n, confidence)[wanted]


def _cluster(half_width: float, place: str, wanted: str) -> float:
    """Return mass or position of a cluster, counted outwards from the right end."""
    where, mass = theory.clusters(half_width, 60)
    which = {"minor": 1, "major": 2, "centre": (len(mass) + 1) // 2}[place]
    return float((where if wanted == "position" else mass)[-which])


_bifurcation = partial(theory.bifurcation, time=150)

TARGETS = {
    "deffuant-2000/major-clusters-d{confidence}": partial(mean_clusters, more_than=0.01),
    "deffuant-2000/all-clusters-d{confidence}": partial(mean_clusters, more_than=0.0),
    "hk-2002/n{n}-eps{confidence}-{wanted}": _regular,
    "bennaim-2003/delta{half_width}-{place}-{wanted}": _cluster,
    "bennaim-2003/bifurcation-split": partial(_bifurcation, 1.5, 2.1),
    "bennaim-2003/bifurcation-central-minor": partial(_bifurcation, 2.0, 2.5),
    "bennaim-2003/bifurcation-second-split": partial(_bifurcation, 3.9, 4.2),
    "bennaim-2003/bifurcation-second-central-minor": partial(_bifurcation, 4.2, 4.7),
}
