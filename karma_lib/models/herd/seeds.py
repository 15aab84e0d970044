"""Whom to start with: the most heard, or a greedy choice."""

from heapq import heappop, heappush

import numpy as np

from karma_lib import _checks
from karma_lib._checks import Number
from karma_lib._random import seed_sequence
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.herd.spreading import Spreading


def most_heard(graph: Graph, n_seeds: int) -> Array:
    """Return the people whom most others listen to; of equals, the lower number.

    Parameters
    ----------
    graph : Graph
        The network.
    n_seeds : int
        How many, at most the number of people.

    Returns
    -------
    ndarray of int64, shape (n_seeds,)

    Examples
    --------
    >>> most_heard(Graph.from_edges([(0, 1), (1, 2), (1, 3)]), 2).tolist()
    [1, 0]
    """
    n_seeds = _checks.count("n_seeds (people of graph)", n_seeds, most=graph.n_nodes)
    return np.argsort(-np.diff(graph.listeners[0]), kind="stable")[:n_seeds]


def greedy_seeds(
    model: Spreading, graph: Graph, n_seeds: int, *, n_replicates: Number = 1000, rng: Seed = None
) -> Array:
    """Return seeds chosen one by one, each adding most to the mean size so far.

    Parameters
    ----------
    model : Spreading
        How it spreads; its own `seeds` do not matter.
    graph : Graph
        The network; the first choice tries everybody.
    n_seeds : int
        How many, at most the number of people.
    n_replicates : int, default 1000
        Cascades behind each mean; the same luck for all (`paired`).
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    ndarray of int64, shape (n_seeds,)
        In the order of choice; of equals, the lower number.

    Notes
    -----
    Lazy evaluation (CELF): under independent cascades gains only shrink, so a candidate
    whose old gain is below the best new one need not be tried again. At least 1 - 1/e of
    the best set's mean size, up to sampling error (Kempe et al. 2003). The mean over the
    replicates that chose the seeds flatters them: judge them with fresh ones.

    References
    ----------
    Kempe, Kleinberg & Tardos 2003, Maximizing the spread of influence through a social
    network, KDD, doi:10.1145/956750.956769.
    Leskovec et al. 2007, Cost-effective outbreak detection in networks, KDD,
    doi:10.1145/1281192.1281239.

    Examples
    --------
    >>> from karma_lib.models.herd.contagion import IndependentCascade
    >>> star = Graph.from_edges([(0, i) for i in range(1, 9)], directed=False)
    >>> greedy_seeds(IndependentCascade(probability=0.5), star, 1, rng=1).tolist()
    [0]
    """
    seed = seed_sequence(rng)
    n_seeds = _checks.count("n_seeds (people of graph)", n_seeds, most=graph.n_nodes)
    chosen, reached = list[int](), 0.0
    waiting = [(-np.inf, person, -1) for person in range(graph.n_nodes)]  # sorted, so a heap
    while len(chosen) < n_seeds:
        gain, person, known = heappop(waiting)
        if known == len(chosen):
            chosen.append(person)
            reached -= gain
            continue
        sizes = model.sizes(
            graph, [*chosen, person], n_replicates=n_replicates, rng=seed, paired=True
        )
        heappush(waiting, (reached - float(sizes.mean()), person, len(chosen)))
    return np.array(chosen, np.int64)
