"""Kempe's spreads, Centola's rings and lattices, Goel's trees and their null models."""

from functools import partial
from itertools import combinations

import numpy as np

from karma_lib import generators
from karma_lib.graph import Graph
from karma_lib.measures import structural_virality
from karma_lib.models.herd.contagion import ComplexContagion
from karma_lib.reproduction import each
from karma_lib.theory import contagion as theory
from karma_lib.tree import Tree

PATH = Graph.from_edges([(0, 1), (1, 2), (2, 3)])
CYCLE = Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 0)])
DIAMOND = Graph.from_edges([(1, 0), (2, 0), (3, 1), (3, 2)], directed=True)
TRIANGLES = Graph.from_edges([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)])


def _cascade(graph: Graph, p: float, *seeds: int) -> float:
    return float(theory.cascade_law(graph, seeds, p) @ range(graph.n_nodes + 1))


def _linear(graph: Graph, *seeds: int) -> float:
    return float(theory.linear_threshold_law(graph, seeds) @ range(graph.n_nodes + 1))


def _steps(graph: Graph, threshold: int, seeds: list[int]) -> tuple[float, float]:
    """Return how many steps changed something, and the final size."""
    model = ComplexContagion(threshold=threshold, seeds=seeds)
    run = model.run(graph, n_steps=graph.n_nodes + 1)
    sizes = np.array([state.sum() for _, state in run.frames])
    return float(np.count_nonzero(np.diff(sizes))), float(sizes[-1])


def _ring(reach: int, threshold: int, which: int = 0) -> float:
    ring = generators.small_world(200, degree=2 * reach, rewired=0)
    return _steps(ring, threshold, list(range(threshold)))[which]


def _moore(threshold: int, which: int = 0, side: int = 61) -> float:
    """Start a 3 x 3 block on a torus where everybody has eight neighbours."""
    x, y = (axis.ravel() for axis in np.indices((side, side)))
    moves = [(0, 1), (1, 0), (1, 1), (1, -1)]
    far = [((x + dx) % side) * side + (y + dy) % side for dx, dy in moves]
    edges = np.concatenate([np.column_stack([x * side + y, to]) for to in far])
    block = [i * side + j for i in range(3) for j in range(3)]
    return _steps(Graph.from_edges(edges), threshold, block)[which]


def _critical_share() -> float:
    """Return the largest share of eight neighbours that still fills the lattice."""
    return max(a / 8 for a in range(1, 9) if _moore(a, which=1) == 61**2)


def _virality(parent: list[int]) -> float:
    return structural_virality(Tree(np.array(parent)))


K3, K4, K5 = (generators.complete(n) for n in (3, 4, 5))
PAIRS = list(combinations(range(6), 2))

TARGETS = {
    "kempe-2003/ic-k3-p0.5": partial(_cascade, K3, 0.5, 0),
    "kempe-2003/ic-k3-p0.1": partial(_cascade, K3, 0.1, 0),
    "kempe-2003/ic-k4-p0.1": partial(_cascade, K4, 0.1, 0),
    "kempe-2003/ic-k5-p0.5": partial(_cascade, K5, 0.5, 0),
    "kempe-2003/ic-path4-end-p0.5": partial(_cascade, PATH, 0.5, 0),
    "kempe-2003/ic-c4-p0.5": partial(_cascade, CYCLE, 0.5, 0),
    "kempe-2003/ic-c4-p0.1": partial(_cascade, CYCLE, 0.1, 0),
    "kempe-2003/ic-diamond-p0.5": partial(_cascade, DIAMOND, 0.5, 0),
    "kempe-2003/ic-two-triangles-seed0": partial(_cascade, TRIANGLES, 0.3, 0),
    "kempe-2003/ic-two-triangles-seeds-0-5": partial(_cascade, TRIANGLES, 0.3, 0, 5),
    "kempe-2003/ic-two-triangles-best-pair": lambda: max(
        _cascade(TRIANGLES, 0.3, *pair) for pair in PAIRS
    ),
    "kempe-2003/lt-k4": partial(_linear, K4, 0),
    "kempe-2003/lt-two-triangles-seed0": partial(_linear, TRIANGLES, 0),
    "kempe-2003/lt-two-triangles-seed2": partial(_linear, TRIANGLES, 2),
    "kempe-2003/lt-two-triangles-seeds-2-3": partial(_linear, TRIANGLES, 2, 3),
    "kempe-2003/lt-two-triangles-best-pair": lambda: max(_linear(TRIANGLES, *p) for p in PAIRS),
    **each("centola-2007/ring-r{}-a{}", _ring, (2,), (1, 2)),
    **each("centola-2007/ring-r{}-a{}", _ring, (3,), (2, 3)),
    "centola-2007/ring-r2-a3-final": partial(_ring, 2, 3, which=1),
    "centola-2007/moore-critical": _critical_share,
    **each("centola-2007/moore-steps-a{}", _moore, (1, 2, 3)),
    "goel-2016/star-n10": partial(_virality, [-1] + 9 * [0]),
    "goel-2016/path-n10": partial(_virality, list(range(-1, 9))),
    "goel-2016/binary-n7": partial(_virality, [(i - 1) // 2 for i in range(7)]),
    "goel-2016/binary-n15": partial(_virality, [(i - 1) // 2 for i in range(15)]),
    "goel-2016/caterpillar-n8": partial(_virality, [-1, 0, 1, 2, 0, 1, 2, 3]),
    **each("gw-null/expected-nu-n{}", theory.branching_virality, (3, 4, 5, 6, 10, 20, 50, 1000)),
    **each("rrt/expected-nu-n{}", theory.recursive_virality, (10, 20, 50)),
}

REASONS = {"nethept/": "the file hep.txt is not pinned here: no address of it that will not move"}
