"""How much a network keeps to its sides: links inside and across.

State holds one label a person (a side; any dtype). Each measure works on directed graphs
by arcs, needs no connection, and counts parallel links each and a self-loop as one link.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from karma_lib import _checks
from karma_lib._checks import Several
from karma_lib._random import draws
from karma_lib._typing import Array, Measure, Seed
from karma_lib.generators import shuffled
from karma_lib.graph import Graph

ROUNDING = 1e-12
"""Differences below this part of the largest number are an accident of adding up."""


def labels(graph: Graph, state: ArrayLike, *, n_sides: int | None = None) -> tuple[Array, int]:
    """Return each person's side as a number from 0, in sorted order, and how many there are.

    Parameters
    ----------
    graph : Graph
        The network.
    state : array_like, shape (n,)
        One label a person; none may be missing.
    n_sides : int, optional
        How many sides there must be.

    Returns
    -------
    (ndarray of int64, int)

    Examples
    --------
    >>> labels(Graph.from_edges([(0, 1)]), ["right", "left"])
    (array([1, 0]), 2)
    """
    array = _checks.plain("state", state)
    if array.shape != (graph.n_nodes,):
        raise ValueError(
            f"state must hold one side a person of graph, {graph.n_nodes}; got shape {array.shape}."
        )
    if pd.isna(array).any():
        raise ValueError(f"state must name every side; got {pd.isna(array).sum()} without.")
    kinds, codes = np.unique(array, return_inverse=True)
    if n_sides is not None and len(kinds) != n_sides:
        raise ValueError(
            f"state must have {n_sides} sides; got {len(kinds)}. `opinions > 0` makes two."
        )
    return codes.astype(np.int64), len(kinds)


def opinions(graph: Graph, state: ArrayLike) -> Array:
    """Return the state as one finite float a person, or say what is wrong with it."""
    return _checks.each("state", state, graph.n_nodes)


def centred(values: Array) -> Array:
    """Return numbers less their mean: all 0 if they differ by rounding only.

    Examples
    --------
    >>> centred(np.array([0.1, 0.1, 0.1])).tolist(), centred(np.array([1.0, 3.0])).tolist()
    ([0.0, 0.0, 0.0], [-1.0, 1.0])
    """
    scale = np.abs(values).max(initial=0)
    varies = len(values) and np.ptp(values) > ROUNDING * scale
    return values - values.mean() if varies else np.zeros(len(values))


def mixing(graph: Graph, state: ArrayLike, *, n_sides: int | None = None) -> Array:
    """Return how many links run from each side to each.

    Parameters
    ----------
    graph : Graph
        The network.
    state : array_like, shape (n,)
        Sides.
    n_sides : int, optional
        How many sides there must be.

    Returns
    -------
    ndarray of int64, shape (k, k)
        Rows listen to columns. Undirected: symmetric, each link counted from both ends.

    Examples
    --------
    >>> mixing(Graph.from_edges([(0, 1), (1, 2)]), [0, 0, 1]).tolist()
    [[2, 1], [1, 0]]
    """
    side, k = labels(graph, state, n_sides=n_sides)
    pairs = side[graph.edges()]
    counts = np.bincount(pairs[:, 0] * k + pairs[:, 1], minlength=k * k).reshape(k, k)
    return counts if graph.directed else counts + counts.T


def cut(graph: Graph, state: ArrayLike) -> float:
    """Return how many links cross between sides: 0 (apart) to all.

    Examples
    --------
    >>> cut(Graph.from_edges([(0, 1), (1, 2)]), [0, 0, 1])
    1.0
    """
    counts = mixing(graph, state)
    return float(counts.sum() - counts.trace()) / (1 if graph.directed else 2)


def ei_index(graph: Graph, state: ArrayLike) -> float:
    """Return the E-I index: (links across - links inside) / links.

    -1 is closed sides, 1 only links across; with one side -1; without links nan. It does
    not correct for the sizes of sides: `adaptive_ei_index` does.

    References
    ----------
    Krackhardt & Stern 1988, Informal networks and organizational crises, Social
    Psychology Quarterly 51(2):123-140, doi:10.2307/2786835.

    Examples
    --------
    >>> ei_index(Graph.from_edges([(0, 1), (1, 2), (2, 3)]), [0, 0, 1, 1])
    -0.3333333333333333
    """
    counts = mixing(graph, state)
    links = float(counts.sum())
    return float((links - 2 * counts.trace()) / links) if links else float("nan")


def adaptive_ei_index(graph: Graph, state: ArrayLike) -> float:
    """Return (inside - across) / (inside + across), of the densities of links of two sides.

    High is divided: 1 is closed sides, -1 links across only, 0 no preference. A side of
    one person has density 0 inside; without links between two people nan.

    Examples
    --------
    >>> adaptive_ei_index(Graph.from_edges([(0, 1), (2, 3), (1, 2)]), [0, 0, 1, 1])
    0.6
    """
    counts = mixing(graph, state, n_sides=2).astype(float)
    size = np.bincount(labels(graph, state)[0]).astype(float)
    possible = np.outer(size, size) - np.diag(size)
    density = np.divide(counts, possible, out=np.zeros((2, 2)), where=possible > 0)
    inside, across = density.trace(), density.sum() - density.trace()
    return float((inside - across) / (inside + across)) if density.any() else float("nan")


def modularity(graph: Graph, state: ArrayLike) -> float:
    """Return the modularity of given sides: links inside beyond chance, as a share.

    0 is chance, below 0 fewer inside than by chance; it lies in [-1/2, 1). Without links nan.

    Examples
    --------
    >>> modularity(Graph.from_edges([(0, 1), (2, 3)]), [0, 0, 1, 1])
    0.5
    """
    inside, chance = _inside(graph, state)
    return inside - chance


def assortativity(graph: Graph, state: ArrayLike) -> float:
    """Return Newman's assortativity by label: modularity over its largest value.

    1 is links inside only, 0 chance; nan with one side or without links.

    References
    ----------
    Newman 2003, Mixing patterns in networks, Physical Review E 67:026126,
    doi:10.1103/PhysRevE.67.026126.

    Examples
    --------
    >>> assortativity(Graph.from_edges([(0, 1), (2, 3)]), [0, 0, 1, 1])
    1.0
    """
    inside, chance = _inside(graph, state)
    return (inside - chance) / (1 - chance) if chance != 1 else float("nan")


def _inside(graph: Graph, state: ArrayLike) -> tuple[float, float]:
    """Return the share of links inside sides, and that expected from ends alone."""
    counts = mixing(graph, state)
    if not counts.any():
        return float("nan"), float("nan")
    shares = counts / counts.sum()
    return float(shares.trace()), float(shares.sum(axis=0) @ shares.sum(axis=1))


def numeric_assortativity(graph: Graph, state: ArrayLike) -> float:
    """Return the correlation of a number over the two ends of each link, in [-1, 1].

    With `graph.n_sources` as state this is degree assortativity. nan if constant.

    Examples
    --------
    >>> path = Graph.from_edges([(0, 1), (1, 2), (2, 3)])
    >>> round(numeric_assortativity(path, path.n_sources), 9)
    -0.5
    """
    x = opinions(graph, state)
    own, heard = centred(x[graph._rows()]), centred(x[graph.idx])
    scale = np.sqrt((own @ own) * (heard @ heard))
    return float(own @ heard / scale) if scale else float("nan")


def boundary_score(graph: Graph, state: ArrayLike) -> float:
    """Return how far people on the boundary of two sides turn inward: -1/2 to 1/2.

    The boundary is everybody with a link across. For each of them with at least one
    neighbour of their side off the boundary, take links to such neighbours, as a share of
    these and the links across; the score is the mean, less 1/2. High is divided. nan if nobody
    counts (no link across, or everybody on the boundary).

    References
    ----------
    Guerra, Meira, Cardie & Kleinberg 2013, A measure of polarization on social media
    networks based on community boundaries, ICWSM, doi:10.1609/icwsm.v7i1.14421.

    Examples
    --------
    >>> boundary_score(Graph.from_edges([(0, 1), (1, 2), (2, 3)]), [0, 0, 1, 1])
    0.0
    """
    side, _ = labels(graph, state, n_sides=2)
    rows, n = graph._rows(), graph.n_nodes
    crosses = side[rows] != side[graph.idx]
    across = np.bincount(rows[crosses], minlength=n)
    inward = np.bincount(rows[~crosses & (across[graph.idx] == 0)], minlength=n)
    counted = (across > 0) & (inward > 0)
    shares = inward[counted] / (inward + across)[counted]
    return float(shares.mean() - 0.5) if len(shares) else float("nan")


def region_count(graph: Graph, state: ArrayLike) -> float:
    """Return how many connected regions of one label there are, from 1 (or 0 people) to n.

    Examples
    --------
    >>> region_count(Graph.from_edges([(0, 1), (1, 2)]), [0, 1, 0])
    3.0
    """
    side, _ = labels(graph, state)
    if not graph.n_nodes:
        return 0.0
    rows = graph._rows()
    same = side[rows] == side[graph.idx]
    links = (np.ones(same.sum()), (rows[same], graph.idx[same]))
    matrix = coo_array(links, shape=(graph.n_nodes, graph.n_nodes))
    return float(connected_components(matrix, directed=False)[0])


def reciprocity(graph: Graph, state: ArrayLike | None = None) -> float:
    """Return the share of arcs between two people that are returned, 0 to 1; loops left out.

    Without arcs between two people nan.

    Examples
    --------
    >>> reciprocity(Graph.from_edges([(0, 1), (1, 0), (1, 2)], directed=True))
    0.6666666666666666
    """
    rows, n = graph._rows(), max(graph.n_nodes, 1)
    apart = rows != graph.idx
    there, back = (rows * n + graph.idx)[apart], (graph.idx * np.int64(n) + rows)[apart]
    return float(np.isin(there, back).mean()) if len(there) else float("nan")


def standardised(
    measure: Measure,
    graph: Graph,
    state: ArrayLike,
    *,
    n_nulls: Several = 100,
    sides: Callable[[Graph], Any] | None = None,
    rng: Seed = None,
) -> dict[str, float]:
    """Hold a score to what random networks with the same degrees give.

    Parameters
    ----------
    measure : callable
        A measure `(graph, state) -> float`.
    graph : Graph
        Undirected, without loops and parallel edges: `graph.simplified(directed=False)`.
    state : array_like, shape (n,)
        The state of the real network, and of the random ones unless `sides` is given.
    n_nulls : int, default 100
        Random networks, at least 2, in which everybody has as many links as in `graph`;
        in one piece, if `graph` is.
    sides : callable, optional
        How sides were found, `graph -> state`: sides found in a network fit it better
        than any, so they must be found again in each random one (Salloum et al.).
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    dict of str to float
        `score`, `null` (mean), `null_sd`, `excess` (score - null), `standardised`
        (excess / null_sd; nan where the nulls do not vary).

    References
    ----------
    Salloum, Chen & Kivela 2022, Separating polarization from noise, Proceedings of the
    ACM on Human-Computer Interaction 6(CSCW1):115, doi:10.1145/3512962.

    Examples
    --------
    >>> import networkx as nx
    >>> club = Graph.from_networkx(nx.karate_club_graph())
    >>> found = standardised(modularity, club, club.attribute("club"), n_nulls=20, rng=1)
    >>> found["standardised"] > 4
    True
    """
    stream, whole = draws(rng), region_count(graph, np.zeros(graph.n_nodes)) == 1
    nulls = [shuffled(graph, connected=whole, rng=stream) for _ in range(n_nulls)]
    scores = np.array([measure(g, np.asarray(state) if sides is None else sides(g)) for g in nulls])
    score, mean, sd = measure(graph, np.asarray(state)), scores.mean(), scores.std(ddof=1)
    return {
        "score": float(score),
        "null": float(mean),
        "null_sd": float(sd),
        "excess": float(score - mean),
        "standardised": float((score - mean) / sd) if sd else float("nan"),
    }
