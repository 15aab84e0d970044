"""Closed forms of voters, panels and majorities among people who all see each other.

References
----------
Castellano, Muñoz & Pastor-Satorras 2009, Nonlinear q-voter model, Physical Review E
80:041129, doi:10.1103/PhysRevE.80.041129.
Nyczka, Sznajd-Weron & Cisło 2012, Phase transitions in the q-voter model with two types of
stochastic driving, Physical Review E 86:011105, doi:10.1103/PhysRevE.86.011105.
Kirman 1993, Ants, rationality, and recruitment, Quarterly Journal of Economics
108(1):137-156, doi:10.2307/2118498.
"""

from math import comb, fsum

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import betabinom

from karma_lib import _checks
from karma_lib._checks import Number, Several
from karma_lib._typing import Array


def consensus_time(n: Several, ones: int) -> float:
    """Return the mean number of sweeps until all of n voters agree.

    Parameters
    ----------
    n : int
        People who all see each other, at least 2; a sweep is n steps.
    ones : int
        How many start with 1, from 0 to n.

    Returns
    -------
    float
        About n ln 2 from half of them.

    Examples
    --------
    >>> round(consensus_time(20, 10), 6)
    12.706657
    """
    k = _checks.count("ones", ones, most=n)
    below = fsum((n - k) / (n - j) for j in range(1, k + 1)) if k < n else 0.0
    return (n - 1) * (below + fsum(k / j for j in range(k + 1, n))) / n


def noisy_voter_law(n: Several, noise: float) -> Array:
    """Return the long-run law of the number of ones among n noisy voters.

    Parameters
    ----------
    n : int
        People who all see each other, at least 2.
    noise : float
        Chance of a change of mind, in (0, 1).

    Returns
    -------
    ndarray of float64, shape (n + 1,)
        Beta-binomial with both parameters noise (n - 1) / (1 - noise).

    Examples
    --------
    >>> noisy_voter_law(2, 0.5).round(3).tolist()
    [0.333, 0.333, 0.333]
    """
    eps = _checks.real("noise", noise, 1e-12, 1 - 1e-12)
    a = eps * (n - 1) / (1 - eps)
    return np.asarray(betabinom.pmf(np.arange(n + 1), n, a, a))


def critical_independence(q: Number) -> float:
    """Return the share of independent acts at which even odds become stable.

    Examples
    --------
    >>> round(critical_independence(3), 6)
    0.333333
    """
    return float((q - 1) / (q - 1 + 2 ** (q - 1)))


def critical_anticonformity(q: Number) -> float:
    """Return the share of acts against a panel at which even odds become stable.

    Examples
    --------
    >>> critical_anticonformity(4)
    0.375
    """
    return (q - 1) / (2 * q)


def critical_doubt(q: Several) -> float:
    """Return the chance of a change after a split panel at which even odds become stable.

    Examples
    --------
    >>> critical_doubt(2)
    0.5
    """
    return float((q - 1) / (2**q - 2))


def _branch(c: float, q: int) -> float:
    """Return the independence at which a share c is at rest."""
    pull = (1 - c) * c**q - c * (1 - c) ** q
    return float(pull / (pull + c - 0.5))


def _turn(q: int) -> float:
    """Return the majority's share where its branch ends."""
    shares = np.linspace(0.5, 1, 1001)[1:-1]
    best = int(np.argmax([_branch(c, q) for c in shares]))
    low, high = shares[max(best - 1, 0)], shares[min(best + 1, 998)]
    found = minimize_scalar(
        lambda c: -_branch(c, q), bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    return 0.5 if best == 0 else float(found.x)


def spinodal(q: int) -> float:
    """Return the independence above which no majority lasts.

    Parameters
    ----------
    q : int
        Size of the panel, at least 2.

    Returns
    -------
    float
        `critical_independence` up to q = 5; above, more: in between both phases last.

    Examples
    --------
    >>> round(spinodal(6), 6), spinodal(3) == critical_independence(3)
    (0.150616, True)
    """
    turn = _turn(_checks.count("q", q, least=2))
    return critical_independence(q) if turn == 0.5 else _branch(turn, q)


def majority_share(q: int, independence: float) -> float:
    """Return the share that a lasting majority holds; 1/2 where there is none.

    Parameters
    ----------
    q : int
        Size of the panel, at least 2.
    independence : float
        Chance to act alone, in [0, 1].

    Examples
    --------
    >>> round(majority_share(3, 0.2), 6)
    0.853553
    """
    p = _checks.real("independence", independence, 0, 1)
    if p >= spinodal(q):
        return 0.5
    low = max(_turn(q), 0.5 + 1e-9)
    return float(brentq(lambda c: _branch(c, q) - p, low, 1, xtol=1e-14))


def majority_critical(k: Number) -> float:
    """Return the noise at which a majority of k random voters loses its hold.

    Parameters
    ----------
    k : int
        Size of the panel, at least 1; an even one counts as the odd one below it.

    Examples
    --------
    >>> round(majority_critical(3), 6), majority_critical(4) == majority_critical(3)
    (0.166667, True)
    """
    k -= 1 - k % 2
    return float(1 - 2 ** (k - 1) / (k * comb(k - 1, (k - 1) // 2))) / 2
