"""Closed forms of averaging models.

References
----------
DeGroot 1974, doi:10.1080/01621459.1974.10480137. Friedkin & Johnsen 1990,
doi:10.1080/0022250X.1990.9990069. Bindel, Kleinberg & Oren 2015,
doi:10.1016/j.geb.2014.06.004. Chitra & Musco 2020, doi:10.1145/3336191.3371825.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from karma_lib import _checks
from karma_lib._checks import Positive, Several, Share
from karma_lib._typing import Array
from karma_lib.graph import Graph


def _each(name: str, values: ArrayLike, graph: Graph) -> Array:
    """Return one number a person of an undirected network with people in it."""
    if graph.directed or not graph.n_nodes:
        remedy = "graph.simplified(directed=False)"
        raise ValueError(f"graph must be undirected ({remedy}), with people; got {graph!r}.")
    return _checks.each(name, values, graph.n_nodes)


def consensus(graph: Graph, opinions: ArrayLike) -> float:
    """Return where DeGroot's crowd ends on a connected undirected network.

    On a network in pieces there is no such number: each piece has its own.

    Examples
    --------
    >>> consensus(Graph.from_edges([(0, 1), (1, 2)]), [0, 0, 7])
    2.0
    """
    x, weight = _each("opinions", opinions, graph), graph.n_sources + 1
    if graph.largest_component().n_nodes < graph.n_nodes:
        raise ValueError(f"graph must be connected; got {graph!r}. graph.largest_component() is.")
    return float(weight @ x / weight.sum())


def convergence_rate(graph: Graph) -> float:
    """Return the second largest eigenvalue modulus of DeGroot's matrix, in [0, 1].

    Differences shrink by this factor a step; 1 means that they need not vanish. Dense:
    undirected networks of up to a few thousand people; 0 for one person.

    Examples
    --------
    >>> convergence_rate(Graph.from_edges([(0, 1), (2, 3)]))
    1.0
    """
    n = len(_each("opinions", np.zeros(graph.n_nodes), graph))
    links = csr_array((np.ones(graph.n_arcs), graph.idx, graph.ptr), shape=(n, n)).toarray()
    scale = 1 / np.sqrt(graph.n_sources + 1)
    values = np.linalg.eigvalsh(scale[:, None] * (links + np.eye(n)) * scale)
    return float(np.sort(abs(values))[-2].round(14)) if n > 1 else 0.0


def tensions(
    graph: Graph, innate: ArrayLike, expressed: ArrayLike, weight: float = 1.0
) -> dict[str, float]:
    """Return what a crowd's opinions cost it, on an undirected network.

    Parameters
    ----------
    graph : Graph
        Undirected.
    innate, expressed : array_like of float, shape (n,)
        Opinions s and z.
    weight : float, default 1
        Of every link, at least 0.

    Returns
    -------
    dict of str to float
        `polarization` |z - mean z|^2, `disagreement` z'Lz (each link once),
        `internal_conflict` |z - s|^2, `controversy` |z|^2, and `cost` (internal conflict
        plus twice disagreement), which people minimise each for themselves.

    Examples
    --------
    >>> tensions(Graph.from_edges([(0, 1)]), [-1, 1], [-0.5, 0.5])["disagreement"]
    1.0
    """
    s, z = _each("innate", innate, graph), _each("expressed", expressed, graph)
    ends = z[graph.edges()]
    disagreement = float(_checks.real("weight", weight, 0) * ((ends[:, 0] - ends[:, 1]) ** 2).sum())
    conflict = float(((z - s) ** 2).sum())
    return {
        "polarization": float(((z - z.mean()) ** 2).sum()),
        "disagreement": disagreement,
        "internal_conflict": conflict,
        "controversy": float(z @ z),
        "cost": conflict + 2 * disagreement,
    }


def price_of_anarchy(eigenvalue: Positive) -> float:
    """Return cost at rest over least cost, for opinions along one mode of the Laplacian.

    Examples
    --------
    At most 9/8, at eigenvalue 1:

    >>> price_of_anarchy(1)
    1.125
    """
    return (2 + eigenvalue) * (1 + 2 * eigenvalue) / (2 * (1 + eigenvalue) ** 2)


def two_block_polarization(n_people: Several, across: Share) -> float:
    """Return the polarization of two equal blocks at -1 and 1 in the expected graph.

    Examples
    --------
    >>> round(two_block_polarization(1000, 0.01), 6)
    8.264463
    """
    return n_people / (1 + n_people * across) ** 2
