"""Measures of spreading: of a state, of a tree, and of many sizes."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import Number
from karma_lib._kernels import kernel
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.tree import Tree


def cascade_size(graph: Graph, state: Array) -> float:
    """Return how many people have joined.

    Parameters
    ----------
    graph : Graph
        The network (not used; every measure takes it).
    state : ndarray of bool, shape (n,)
        True where a person has joined.

    Returns
    -------
    float
        A count from 0 (nobody) to n (everybody); 0 on an empty graph.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> cascade_size(complete(4), np.array([True, False, True, False]))
    2.0
    """
    joined = state if state.dtype == bool else _checks.reals("state", state)
    return float(np.count_nonzero(joined))


def share(graph: Graph, state: Array) -> float:
    """Return the share of people who have joined, from 0 to 1.

    Parameters
    ----------
    graph : Graph
        The network (not used; every measure takes it).
    state : ndarray of bool, shape (n,)
        True where a person has joined.

    Returns
    -------
    float
        A fraction in [0, 1]; nan on an empty graph, which has no share.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> share(complete(4), np.array([True, False, True, False]))
    0.5
    """
    return cascade_size(graph, state) / state.size if state.size else float("nan")


def size(tree: Tree) -> float:
    """Return how many people a tree holds, roots included."""
    return float(len(tree.parent))


def depth(tree: Tree) -> float:
    """Return the most hand-overs from a root; nan where nobody joined."""
    return float(tree.depth.max()) if len(tree.parent) else float("nan")


def breadth(tree: Tree) -> float:
    """Return the most people at one depth; 0 where nobody joined."""
    return float(np.bincount(tree.depth).max(initial=0))


def time_to(tree: Tree, k: Number) -> float:
    """Return when the k-th person joined, counted from the first; inf if nobody did.

    Examples
    --------
    >>> time_to(Tree([-1, 0, 0], time=[5, 6, 9]), 2)
    1.0
    """
    if k > len(tree.time):
        return float("inf")
    times = np.sort(tree.time)
    return float(times[k - 1] - times[0])


def half_life(tree: Tree) -> float:
    """Return how long it took until half of all had joined; nan where nobody joined."""
    n = len(tree.time)
    return time_to(tree, (n + 1) // 2) if n else float("nan")


@kernel
def _distance_sum(parent):  # type: ignore[no-untyped-def]
    """Return the sum of distances over pairs: each arc parts a subtree from the rest."""
    n = len(parent)
    below = np.ones(n)
    total = 0.0
    for i in range(n - 1, 0, -1):
        below[parent[i]] += below[i]
        total += below[i] * (n - below[i])
    return total


def structural_virality(tree: Tree) -> float:
    """Return the mean distance between two people of a tree, in O(n).

    Parameters
    ----------
    tree : Tree
        With one root.

    Returns
    -------
    float
        2 - 2/n for a star, (n + 1)/3 for a path; nan for fewer than two people.

    Raises
    ------
    ValueError
        If the tree has several roots: people of different trees have no distance.

    Notes
    -----
    *Pitfall*: it grows with size by itself (`theory.contagion.branching_virality`):
    compare cascades of like size only (Juul & Ugander 2021).

    References
    ----------
    Goel, Anderson, Hofman & Watts 2016, The structural virality of online diffusion,
    Management Science 62(1):180-196, doi:10.1287/mnsc.2015.2158.
    Juul & Ugander 2021, Comparing information diffusion mechanisms by matching on
    cascade size, PNAS 118(46):e2100786118, doi:10.1073/pnas.2100786118.

    Examples
    --------
    >>> structural_virality(Tree([-1, 0, 0, 0]))
    1.5
    """
    n, roots = len(tree.parent), np.count_nonzero(tree.parent < 0)
    if roots > 1:
        raise ValueError(f"tree must have one root; got {roots}. Measure each tree by itself.")
    return float(2 * _distance_sum(tree.parent) / (n * (n - 1))) if n > 1 else float("nan")


def ccdf(sizes: ArrayLike) -> pd.DataFrame:
    """Return, for each size that occurs, the share of cascades at least as large.

    Examples
    --------
    >>> ccdf([1, 1, 2, 5]).to_dict("list")
    {'size': [1.0, 2.0, 5.0], 'share': [1.0, 0.5, 0.25]}
    """
    values, counts = np.unique(_checks.line("sizes", sizes), return_counts=True)
    at_least = counts[::-1].cumsum()[::-1] / max(counts.sum(), 1)
    return pd.DataFrame({"size": values, "share": at_least})


def tail_exponent(sizes: ArrayLike, *, least: int = 1) -> tuple[float, float, int]:
    """Return the exponent of a power-law tail by maximum likelihood.

    Parameters
    ----------
    sizes : array_like of int
        Sizes, at least 1.
    least : int, default 1
        Where the tail begins; smaller sizes are left out.

    Returns
    -------
    exponent, standard_error : float
        Of P(size = k) proportional to k^-exponent for k >= `least`, in (1, 20].
    n : int
        Sizes in the tail.

    Raises
    ------
    ValueError
        If sizes are not whole, or no two different ones are in the tail.

    Notes
    -----
    *Pitfall*: an exponent can be fitted to anything; it is no evidence of a power law.

    References
    ----------
    Clauset, Shalizi & Newman 2009, Power-law distributions in empirical data, SIAM
    Review 51(4):661-703, doi:10.1137/070710111.

    Examples
    --------
    >>> sizes = np.random.default_rng(1).zipf(2.5, 20_000)
    >>> exponent, error, n = tail_exponent(sizes)
    >>> abs(exponent - 2.5) < 4 * error
    True
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import zeta  # SciPy's solvers are slow to import

    values = _checks.line("sizes", sizes, 1)
    if (values != np.round(values)).any():
        raise ValueError(f"sizes must be whole numbers; got {values[:9]}.")
    tail = values[values >= _checks.count("least", least, least=1)]
    if len(np.unique(tail)) < 2:
        raise ValueError(f"sizes must hold two values from least up, {least}; got {len(tail)}.")
    mean_log = np.log(tail).mean()

    def loss(a: float) -> float:
        return float(a * mean_log + np.log(zeta(a, least)))

    a, step = float(minimize_scalar(loss, bounds=(1 + 1e-6, 20), method="bounded").x), 1e-3
    step = min(step, (a - 1) / 2)
    curvature = (loss(a + step) - 2 * loss(a) + loss(a - step)) / step**2
    return a, float((curvature * len(tail)) ** -0.5), len(tail)
