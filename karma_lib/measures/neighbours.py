"""What people see around them: leanings, paradoxes, illusions.

State holds one number a person; neighbours are the people one listens to. Who listens to
nobody is left out, and parallel links count each.
"""

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.measures.structure import ROUNDING, centred, opinions


def neighbour_mean(graph: Graph, state: ArrayLike) -> Array:
    """Return the mean of what each person sees; nan for who listens to nobody.

    Examples
    --------
    >>> neighbour_mean(Graph.from_edges([(0, 1), (1, 2)], 4), [1, 0, -1, 0]).tolist()
    [0.0, 0.0, 0.0, nan]
    """
    x = opinions(graph, state)
    sums = np.bincount(graph._rows(), x[graph.idx], minlength=graph.n_nodes)
    return np.asarray(np.where(graph.n_sources, sums / np.maximum(graph.n_sources, 1), np.nan))


def neighbour_median(graph: Graph, state: ArrayLike) -> Array:
    """Return the median of what each person sees; nan for who listens to nobody.

    Examples
    --------
    >>> neighbour_median(Graph.from_edges([(0, 1), (0, 2)]), [1, 0, -1]).tolist()
    [-0.5, 1.0, 1.0]
    """
    x, d = opinions(graph, state), graph.n_sources
    seen = x[graph.idx][np.lexsort((x[graph.idx], graph._rows()))]
    seen = np.append(seen, np.nan)  # rows that are empty at the end point here
    first = np.where(d, graph.ptr[:-1] + np.maximum(d - 1, 0) // 2, len(seen) - 1)
    second = np.where(d, graph.ptr[:-1] + d // 2, len(seen) - 1)
    return np.asarray((seen[first] + seen[second]) / 2)


def link_average(graph: Graph, state: ArrayLike) -> float:
    """Return the mean over links of what is at the far end; nan without links.

    With `graph.n_sources` as state: the mean degree of a friend, E(k^2) / E(k).

    References
    ----------
    Feld 1991, Why your friends have more friends than you do, American Journal of
    Sociology 96(6):1464-1477, doi:10.1086/229693.

    Examples
    --------
    >>> star = Graph.from_edges([(0, i) for i in range(1, 10)])
    >>> link_average(star, star.n_sources), person_average(star, star.n_sources)
    (5.0, 8.2)
    """
    x = opinions(graph, state)
    return float(x[graph.idx].mean()) if graph.n_arcs else float("nan")


def person_average(graph: Graph, state: ArrayLike) -> float:
    """Return the mean over people of their neighbours' mean; nan without links.

    Another number than `link_average`: here people count alike, there links do.

    Examples
    --------
    >>> person_average(Graph.from_edges([(0, 1), (0, 2)]), [1, 0, 0])
    0.6666666666666666
    """
    seen = neighbour_mean(graph, state)
    return float(np.nanmean(seen)) if graph.n_arcs else float("nan")


def in_paradox(graph: Graph, state: ArrayLike, *, median: bool = False) -> float:
    """Return the share of people with less than the mean (or median) of their neighbours.

    With `graph.n_sources` as state: the friendship paradox. Strictly less, by more than
    rounding; 0 to 1; nan without links.

    Examples
    --------
    >>> star = Graph.from_edges([(0, i) for i in range(1, 10)])
    >>> in_paradox(star, star.n_sources)
    0.9
    """
    x = opinions(graph, state)
    seen = neighbour_median(graph, x) if median else neighbour_mean(graph, x)
    less = seen - x > ROUNDING * np.abs(x).max(initial=0)
    return float(less[graph.n_sources > 0].mean()) if graph.n_arcs else float("nan")


def majority_illusion(graph: Graph, state: ArrayLike, *, strict: bool = True) -> float:
    """Return the share of people who see a majority of their neighbours active.

    Parameters
    ----------
    graph : Graph
        The network.
    state : array_like of bool, shape (n,)
        Who is active.
    strict : bool, default True
        Whether half is not enough.

    Returns
    -------
    float
        0 to 1; nan without links.

    References
    ----------
    Lerman, Yan & Wu 2016, The "majority illusion" in social networks, PLOS ONE
    11(2):e0147617, doi:10.1371/journal.pone.0147617.

    Examples
    --------
    One in ten is active, and nine in ten see only the active:

    >>> star = Graph.from_edges([(0, i) for i in range(1, 10)])
    >>> majority_illusion(star, np.arange(10) == 0)
    0.9
    """
    x = _checks.each("state", state, graph.n_nodes, 0, 1)
    active = np.rint(neighbour_mean(graph, x) * graph.n_sources)  # whole again, ties exact
    seen = 2 * active > graph.n_sources if strict else 2 * active >= graph.n_sources
    return float(seen[graph.n_sources > 0].mean()) if graph.n_arcs else float("nan")


def echo_slope(graph: Graph, state: ArrayLike) -> float:
    """Return the slope of the neighbours' mean leaning on one's own, by least squares.

    With leanings of -1 and 1 in equal halves and regular degrees this is minus the E-I
    index. 1 is an echo chamber, 0 none; nan where leanings do not vary.

    References
    ----------
    Cinelli et al. 2021, The echo chamber effect on social media, PNAS 118(9):e2023301118,
    doi:10.1073/pnas.2023301118.

    Examples
    --------
    >>> echo_slope(Graph.from_edges([(0, 1), (2, 3)]), [-1, -1, 1, 1])
    1.0
    """
    own, seen = _centred_leanings(graph, state)
    return float(own @ seen / (own @ own)) if own.any() else float("nan")


def echo_correlation(graph: Graph, state: ArrayLike) -> float:
    """Return the correlation of own and neighbours' mean leaning, in [-1, 1]; nan if constant.

    Examples
    --------
    >>> round(echo_correlation(Graph.from_edges([(0, 1), (2, 3)]), [-1, -0.5, 0.5, 1]), 2)
    0.8
    """
    own, seen = _centred_leanings(graph, state)
    scale = np.sqrt((own @ own) * (seen @ seen))
    return float(own @ seen / scale) if scale else float("nan")


def _centred_leanings(graph: Graph, state: ArrayLike) -> tuple[Array, Array]:
    own, heard = opinions(graph, state), graph.n_sources > 0
    if not heard.any():
        return np.zeros(1), np.zeros(1)
    return centred(own[heard]), centred(neighbour_mean(graph, own)[heard])
