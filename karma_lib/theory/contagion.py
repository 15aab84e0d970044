"""Exact laws of cascades on small networks, and closed forms of their trees.

References
----------
Kempe, Kleinberg & Tardos 2003, Maximizing the spread of influence through a social
network, KDD, doi:10.1145/956750.956769.
Goel, Anderson, Hofman & Watts 2016, The structural virality of online diffusion,
Management Science 62(1):180-196, doi:10.1287/mnsc.2015.2158.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import product
from math import exp, fsum, lgamma, log, prod

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import Several
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.herd.contagion import check_total

MOST_PEOPLE = 14
"""The exact laws visit up to 3^n states."""


def cascade_law(graph: Graph, seeds: Iterable[int], probability: ArrayLike = 0.1) -> Array:
    """Return the exact law of the final size of an independent cascade.

    Parameters
    ----------
    graph : Graph
        At most 14 people.
    seeds : iterable of int
        Who joins at the start.
    probability : float or array_like of shape (n_arcs,), default 0.1
        As in `IndependentCascade`.

    Returns
    -------
    ndarray of float64, shape (n + 1,)
        P(size = 0), ..., P(size = n), by recursion over who is new and who is not.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> law = cascade_law(complete(3), [0], 0.5)
    >>> float(law @ range(4))
    2.25
    """
    fail = _matrix(
        "probability", graph, 1 - _checks.reals("probability", probability, 0, 1), np.multiply, 1.0
    )

    def chance(person: int, _: list[int], new: list[int]) -> float:
        return 1 - prod(fail[person, new])

    return _law(graph, seeds, chance)


def linear_threshold_law(
    graph: Graph, seeds: Iterable[int], weight: ArrayLike | None = None
) -> Array:
    """Return the exact law of the final size under `LinearThreshold`.

    Parameters
    ----------
    graph : Graph
        At most 14 people.
    seeds : iterable of int
        Who joins at the start.
    weight : float or array_like of shape (n_arcs,), optional
        As in `LinearThreshold`; by default one in the number of sources.

    Returns
    -------
    ndarray of float64, shape (n + 1,)
        P(size = 0), ..., P(size = n).

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> law = linear_threshold_law(complete(4), [0])
    >>> round(float(law @ range(5)), 6)
    2.888889
    """
    each = 1 / np.repeat(graph.n_sources, graph.n_sources) if weight is None else weight
    share = _matrix("weight", graph, _checks.reals("weight", each, 0, 1), np.add, 0.0)
    check_total(share.sum(axis=1))

    def chance(person: int, heard: list[int], new: list[int]) -> float:
        room = 1 - share[person, heard].sum()
        return min(1.0, share[person, new].sum() / room) if room > 1e-12 else 0.0

    return _law(graph, seeds, chance)


def _matrix(name: str, graph: Graph, values: Array, gather: np.ufunc, empty: float) -> Array:
    """Return one value a pair (listener, source), parallel arcs gathered into one."""
    n = _checks.count("graph.n_nodes", graph.n_nodes, most=MOST_PEOPLE)
    if values.ndim and values.shape != (graph.n_arcs,):
        raise ValueError(f"{name} must have one entry an arc, {graph.n_arcs}; got {values.shape}.")
    table = np.full((n, n), empty)
    rows = np.repeat(np.arange(n), graph.n_sources)
    gather.at(table, (rows, graph.idx), np.broadcast_to(values, graph.n_arcs))
    return table


def _law(
    graph: Graph, seeds: Iterable[int], chance: Callable[[int, list[int], list[int]], float]
) -> Array:
    """Follow the chance of every (heard, new) pair of groups until nobody is new."""
    n = graph.n_nodes
    law = np.zeros(n + 1)
    first = frozenset(_checks.people("seeds", [*seeds], n).tolist())
    layer = {(frozenset[int](), first): 1.0}
    while layer:
        after: dict[tuple[frozenset[int], frozenset[int]], float] = defaultdict(float)
        for (heard, new), weight in layer.items():
            joined = heard | new
            if not new:
                law[len(joined)] += weight
                continue
            odds = {v: chance(v, list(heard), list(new)) for v in range(n) if v not in joined}
            free = [v for v, p in odds.items() if p > 0]
            for picks in product((False, True), repeat=len(free)):
                here = prod(odds[v] if x else 1 - odds[v] for v, x in zip(free, picks, strict=True))
                chosen = frozenset(v for v, x in zip(free, picks, strict=True) if x)
                after[joined, chosen] += weight * here
        layer = after
    return law


def branching_virality(n: Several) -> float:
    """Return the expected structural virality of a Poisson branching tree of n people.

    Parameters
    ----------
    n : int
        Its size, at least 2.

    Returns
    -------
    float
        Given its size such a tree is a uniform labelled tree, whatever the mean number
        of children: sum over d of d (d + 1) (n - 2)! / ((n - d - 1)! n^d).

    Examples
    --------
    >>> round(branching_virality(4), 6)
    1.625
    """
    terms = (d * (d + 1) * exp(lgamma(n - 1) - lgamma(n - d) - d * log(n)) for d in range(1, n))
    return fsum(terms)


def recursive_virality(n: Several) -> float:
    """Return the expected structural virality when each newcomer picks a parent at random.

    Parameters
    ----------
    n : int
        Size of the random recursive tree, at least 2.

    Returns
    -------
    float
        2 (n + 1) H_n / (n - 1) - 4 n / (n - 1), with H_n the n-th harmonic number.

    Examples
    --------
    >>> round(recursive_virality(10), 6)
    2.715256
    """
    harmonic = fsum(1 / k for k in range(1, n + 1))
    return (2 * (n + 1) * harmonic - 4 * n) / (n - 1)
