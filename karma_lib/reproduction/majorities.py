"""Majority rule on regular lattices: the noise at which order is lost."""

import numpy as np

from karma_lib._random import draws
from karma_lib.graph import Graph
from karma_lib.models.herd.conformity import MajorityRule

# Links of the repeated cell: from place, to place, in the cell so far down and right.
LATTICES = {
    "square": [(0, 0, 0, 1), (0, 0, 1, 0)],
    "triangular": [(0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1, -1)],
    "moore": [(0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1, 1), (0, 0, 1, -1)],
    "honeycomb": [(0, 1, 0, 0), (0, 1, 1, 0), (0, 1, 0, 1)],
    "kagome": [(0, 1, 0, 0), (0, 2, 0, 0), (1, 2, 0, 0),
               (0, 1, -1, 0), (0, 2, 0, -1), (1, 2, 1, -1)],
}  # fmt: skip


def lattice(name: str, side: int) -> Graph:
    """Return side x side cells of a lattice without borders."""
    x, y = (axis.ravel() for axis in np.indices((side, side)))
    places = max(to for _, to, *_ in LATTICES[name]) + 1
    ends = [
        ((x * side + y) * places + a, ((x + dx) % side * side + (y + dy) % side) * places + b)
        for a, b, dx, dy in LATTICES[name]
    ]
    return Graph.from_edges(np.concatenate([np.column_stack(pair) for pair in ends]))


def _cumulant(graph: Graph, noise: float, key: int, n_samples: int) -> float:
    """Return Binder's cumulant: 2/3 in full order, 0 in none, one value at criticality."""
    model, rng, n = MajorityRule(noise=noise, ones=1), draws(key), graph.n_nodes
    state, leads = model.start(graph, rng), np.empty(n_samples)
    for i in range(n_samples):
        model.advance(graph, state, 10 * n, rng)
        leads[i] = 2 * state.mean() - 1
    late = leads[n_samples // 10 :] ** 2
    return float(1 - (late**2).mean() / (3 * late.mean() ** 2))


def critical_noise(name: str, *, side: int = 8, n_samples: int = 4000) -> float:
    """Return where the cumulants of a lattice and of one twice as wide cross."""
    small, large = lattice(name, side), lattice(name, 2 * side)
    low, high = 0.02, 0.2
    for key in range(5):  # between order and disorder of the larger one
        noise = (low + high) / 2
        ordered = _cumulant(large, noise, key, n_samples // 2) > 0.61
        low, high = (noise, high) if ordered else (low, noise)
    noises = (low + high) / 2 + np.linspace(-0.006, 0.006, 9)
    gaps = [
        _cumulant(large, noise, 10 + i, n_samples) - _cumulant(small, noise, 30 + i, n_samples)
        for i, noise in enumerate(noises)
    ]
    crossings = np.roots(np.polyfit(noises, gaps, 2)).real
    return float(crossings[np.abs(crossings - noises[4]).argmin()])


TARGETS = {
    "majority-vote-2010/{name}": critical_noise,
    "deoliveira-1992/{name}-lattice": critical_noise,
}

REASONS = dict.fromkeys(
    (f"majority-vote-2010/{lattice}" for lattice in ("triangular", "honeycomb", "kagome")),
    "asynchronous updates without a vote of one's own give this value; the same function gives "
    "de Oliveira's value on the square lattice",
)
