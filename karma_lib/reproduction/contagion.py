"""Kempe's spreads, Centola's rings and lattices, Goel's trees and their null models."""

from functools import partial
from itertools import combinations

import numpy as np

from karma_lib import generators
from karma_lib.graph import Graph
from karma_lib.measures import structural_virality
from karma_lib.models.herd.contagion import ComplexContagion
from karma_lib.reproduction.majorities import lattice
from karma_lib.theory import contagion as theory
from karma_lib.tree import Tree


def _cascade(graph: Graph, p: float, *seeds: int) -> float:
    return float(theory.cascade_law(graph, seeds, p) @ range(graph.n_nodes + 1))


def _linear(graph: Graph, *seeds: int) -> float:
    return float(theory.linear_threshold_law(graph, seeds) @ range(graph.n_nodes + 1))


def _steps(graph: Graph, threshold: int, seeds: list[int]) -> tuple[float, float]:
    """Return how many steps changed something, and the final size."""
    run = ComplexContagion(threshold=threshold, seeds=seeds).run(graph, n_steps=graph.n_nodes + 1)
    sizes = np.array([state.sum() for _, state in run.frames])
    return float(np.count_nonzero(np.diff(sizes))), float(sizes[-1])


def _ring(reach: int, threshold: int, which: int = 0) -> float:
    ring = generators.small_world(200, degree=2 * reach, rewired=0)
    return _steps(ring, threshold, list(range(threshold)))[which]


def _moore(threshold: int, which: int = 0, side: int = 61) -> float:
    """Start a 3 x 3 block on a torus where everybody has eight neighbours."""
    block = [i * side + j for i in range(3) for j in range(3)]
    return _steps(lattice("moore", side), threshold, block)[which]


def _critical_share() -> float:
    """Return the largest share of eight neighbours that still fills the lattice."""
    return max(a / 8 for a in range(1, 9) if _moore(a, which=1) == 61**2)


def _virality(parent: list[int]) -> float:
    return structural_virality(Tree(np.array(parent)))


PLACES = {
    "k3": generators.complete(3),
    "k4": generators.complete(4),
    "k5": generators.complete(5),
    "path4": Graph.from_edges([(0, 1), (1, 2), (2, 3)]),
    "c4": Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 0)]),
    "diamond": Graph.from_edges([(1, 0), (2, 0), (3, 1), (3, 2)], directed=True),
}
TRIANGLES = Graph.from_edges([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)])
PAIRS = list(combinations(range(6), 2))

TARGETS = {
    "kempe-2003/ic-{place}-p{p}": lambda place, p: _cascade(PLACES[place], p, 0),
    "kempe-2003/ic-path4-end-p{p}": lambda p: _cascade(PLACES["path4"], p, 0),
    "kempe-2003/ic-two-triangles-seed{seed}": lambda seed: _cascade(TRIANGLES, 0.3, seed),
    "kempe-2003/ic-two-triangles-seeds-{a}-{b}": lambda a, b: _cascade(TRIANGLES, 0.3, a, b),
    "kempe-2003/ic-two-triangles-best-pair": lambda: max(
        _cascade(TRIANGLES, 0.3, *pair) for pair in PAIRS
    ),
    "kempe-2003/lt-k4": partial(_linear, PLACES["k4"], 0),
    "kempe-2003/lt-two-triangles-seed{seed}": lambda seed: _linear(TRIANGLES, seed),
    "kempe-2003/lt-two-triangles-seeds-{a}-{b}": lambda a, b: _linear(TRIANGLES, a, b),
    "kempe-2003/lt-two-triangles-best-pair": lambda: max(_linear(TRIANGLES, *p) for p in PAIRS),
    "centola-2007/ring-r{reach}-a{threshold}": _ring,
    "centola-2007/ring-r{reach}-a{threshold}-final": partial(_ring, which=1),
    "centola-2007/moore-critical": _critical_share,
    "centola-2007/moore-steps-a{threshold}": _moore,
    "goel-2016/star-n{n}": lambda n: _virality([-1] + (n - 1) * [0]),
    "goel-2016/path-n{n}": lambda n: _virality(list(range(-1, n - 1))),
    "goel-2016/binary-n{n}": lambda n: _virality([(i - 1) // 2 for i in range(n)]),
    "goel-2016/caterpillar-n8": partial(_virality, [-1, 0, 1, 2, 0, 1, 2, 3]),
    "gw-null/expected-nu-n{n}": theory.branching_virality,
    "rrt/expected-nu-n{n}": theory.recursive_virality,
}

REASONS = {"nethept/": "the file hep.txt is not pinned here: no address of it that will not move"}
