"""How divided opinions are, wherever their holders stand in the network.

State holds one finite number a person. The network is not used, so its connection does
not matter; every measure takes it. On an empty state all give nan, except counts.
"""

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib.graph import Graph
from karma_lib.measures.structure import opinions


def dispersion(graph: Graph, state: ArrayLike) -> float:
    """Return the standard deviation of opinions: 0 (consensus) to half their range.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> dispersion(complete(2), [-1, 1])
    1.0
    """
    x = opinions(graph, state)
    return float(x.std()) if len(x) else float("nan")


def bimodality(graph: Graph, state: ArrayLike, *, sample: bool = False) -> float:
    """Return the bimodality coefficient (skewness^2 + 1) / kurtosis, in (0, 1].

    1 is two points, 5/9 uniform, 1/3 Normal. It is high for a long tail too. nan in consensus.

    Parameters
    ----------
    graph : Graph
        Not used.
    state : array_like of float, shape (n,)
        Opinions.
    sample : bool, default False
        Whether to correct skewness and kurtosis for small samples (n of at least 4); the
        result may then leave (0, 1].

    Returns
    -------
    float

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> bimodality(complete(4), [-1, -1, 1, 1])
    1.0
    """
    x = opinions(graph, state)
    n = len(x)
    x = x - x.mean() if n and x.min() < x.max() else np.zeros(n)
    second = (x**2).mean() if n else 0.0
    if not second or (sample and n < 4):
        return float("nan")
    skewness, kurtosis = (x**3).mean() / second**1.5, (x**4).mean() / second**2
    if not sample:
        return float((skewness**2 + 1) / kurtosis)
    skewness *= np.sqrt(n * (n - 1)) / (n - 2)
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (kurtosis - 3) + 6)
    return float((skewness**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


def esteban_ray(graph: Graph, state: ArrayLike, *, alpha: float = 1.0) -> float:
    """Return Esteban and Ray's polarization, sum p_i^(1 + alpha) p_j |y_i - y_j|.

    Parameters
    ----------
    graph : Graph
        Not used.
    state : array_like of float, shape (n,)
        Opinions y; equal ones form a group with share p.
    alpha : float, default 1
        Weight of identification with one's group, in (0, 1.6].

    Returns
    -------
    float
        0 (one group) to (1/2)^(1 + alpha) times the range (two halves at its ends).

    Notes
    -----
    Opinions that differ by a hair are different groups: round continuous ones first.

    References
    ----------
    Esteban & Ray 1994, On the measurement of polarization, Econometrica 62(4):819-851,
    doi:10.2307/2951734.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> esteban_ray(complete(2), [0, 1])
    0.25
    """
    power = 1 + _checks.real("alpha", alpha, _checks.TINY, 1.6)
    y, counts = np.unique(opinions(graph, state), return_counts=True)
    if not len(y):
        return float("nan")
    p = counts / counts.sum()
    below, mass = np.cumsum(p * y), np.cumsum(p)
    distance = y * (2 * mass - 1) + below[-1] - 2 * below
    return float(p**power @ distance)


def dipole_moment(graph: Graph, state: ArrayLike) -> float:
    """Return Morales' polarization: distance of the two camps' centres, less imbalance.

    (1 - |n+ - n-| / n) |mean of the positive - mean of the negative| / 2. With opinions in
    [-1, 1]: 0 (one camp) to 1 (half at either end); uniform gives 1/2. Opinions of 0 are in
    no camp but count in n; if a camp is empty the result is 0.

    References
    ----------
    Morales, Borondo, Losada & Benito 2015, Measuring political polarization, Chaos
    25:033114, doi:10.1063/1.4913758.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> dipole_moment(complete(4), [-1, -1, 1, 1])
    1.0
    """
    x = opinions(graph, state)
    if not len(x):
        return float("nan")
    up, down = x[x > 0], x[x < 0]
    if not len(up) or not len(down):
        return 0.0
    return float((1 - abs(len(up) - len(down)) / len(x)) * (up.mean() - down.mean()) / 2)


def cluster_count(
    graph: Graph, state: ArrayLike, *, gap: float = 0.02, more_than: float = 0.0
) -> float:
    """Return how many clusters of opinions there are.

    Parameters
    ----------
    graph : Graph
        Not used.
    state : array_like of float, shape (n,)
        Opinions; sorted, and cut wherever neighbours differ by `gap` or more.
    gap : float, default 0.02
        Above 0.
    more_than : float, default 0
        Count clusters with more than this share of the people, in [0, 1); 0.01 counts
        the major ones only.

    Returns
    -------
    float
        0 on an empty graph, at least 1 otherwise if `more_than` is 0.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> cluster_count(complete(4), [0.1, 0.11, 0.12, 0.9])
    2.0
    >>> cluster_count(complete(4), [0.1, 0.11, 0.12, 0.9], more_than=0.25)
    1.0
    """
    x = np.sort(opinions(graph, state))
    least = _checks.real("gap", gap, _checks.TINY)
    share = _checks.real("more_than", more_than, 0, np.nextafter(1, 0))
    ends = np.concatenate(([0], np.flatnonzero(np.diff(x) >= least) + 1, [len(x)]))
    return float((np.diff(ends) > share * len(x)).sum())
