"""Closed forms of urns, herded votes and revised guesses.

References
----------
Salganik, Dodds & Watts 2006, Experimental study of inequality and unpredictability in an
artificial cultural market, Science 311:854-856, doi:10.1126/science.1121066.
Muchnik, Aral & Taylor 2013, Social influence bias: a randomized experiment, Science
341:647-651, doi:10.1126/science.1240466.
"""

from math import exp, lgamma, pi, sqrt

import numpy as np
from scipy.special import betaln

from karma_lib import _checks


def urn_gini(n: int, weight: float) -> float:
    """Return the expected Gini coefficient of n equal items in a Pólya urn, in the end.

    Parameters
    ----------
    n : int
        Items, at least 1.
    weight : float
        Initial weight of each, above 0; a download adds 1.

    Examples
    --------
    >>> round(urn_gini(48, 2), 6)
    0.367188
    """
    n, a = _checks.count("n", n, least=1), _checks.real("weight", weight, _checks.TINY, 1e9)
    return (n - 1) / n * exp(lgamma(a + 0.5) - lgamma(a + 1)) / sqrt(pi)


def urn_unpredictability(n: int, weight: float) -> float:
    """Return the expected difference of an item's share between two such urns.

    Parameters are those of `urn_gini`, n being at least 2.

    Examples
    --------
    >>> round(urn_unpredictability(48, 2), 6)
    0.015461
    """
    n, a = _checks.count("n", n, least=2), _checks.real("weight", weight, _checks.TINY, 1e9)
    b = (n - 1) * a
    return float(4 / (a + b) * np.exp(betaln(a + b, a + b) - betaln(a, a) - betaln(b, b)))


def herded_share(quality: float, influence: float, n_votes: int, *, fake: int = 1) -> float:
    """Return the mean share of up-votes among n votes after some fake ones.

    Parameters
    ----------
    quality, influence : float
        As in `HerdedRating`, without correction.
    n_votes : int
        Real votes, at least 1.
    fake : int, default 1
        Fake votes at the start: up if above 0, down if below.

    Examples
    --------
    >>> round(herded_share(0.5, 0.3, 1), 3)
    0.65
    """
    q, pull = _checks.real("quality", quality, 0, 1), _checks.real("influence", influence, 0, 1)
    n = _checks.count("n_votes", n_votes, least=1)
    before = _checks.count("fake", abs(fake))
    surplus = start = (fake > 0) * before - q * before  # up-votes beyond a share of q
    for votes in range(before, before + n):
        surplus *= 1 + pull / votes if votes else 1
    return q + (surplus - start) / n


def diversity_left(n: int, trust: float, rounds: int) -> float:
    """Return the part of first deviations left after rounds of `GroupEstimate`.

    Parameters
    ----------
    n : int
        People who all see each other, at least 2.
    trust : float
        In [0, 1].
    rounds : int
        At least 0.

    Examples
    --------
    >>> round(diversity_left(12, 0.3, 5), 4)
    0.1378
    """
    n, w = _checks.count("n", n, least=2), _checks.real("trust", trust, 0, 1)
    return float((1 - w * n / (n - 1)) ** _checks.count("rounds", rounds))
