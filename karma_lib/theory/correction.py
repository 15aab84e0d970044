"""The mean field of hoax and fact-check.

References
----------
Tambuscio, Ruffo, Flammini & Menczer 2015, Fact-checking effect on viral hoaxes, WWW
Companion, doi:10.1145/2740908.2742572.
"""

from typing import Annotated, NamedTuple

from karma_lib._checks import Share, Within

Some = Annotated[float, Within(1e-9, 1)]


class Shares(NamedTuple):
    """What part of the people is in each state."""

    susceptible: float
    believers: float
    checkers: float


def verification_threshold(gullibility: Share, forgetting: Share) -> float:
    """Return the chance to verify from which on the hoax dies out.

    Parameters
    ----------
    gullibility : float
        In [0, 1].
    forgetting : float
        In [0, 1].

    Returns
    -------
    float
        2 a f / (1 - a), whatever the spreading; infinite at a gullibility of 1. Above 1
        no amount of checking is enough.

    Examples
    --------
    >>> round(verification_threshold(0.4, 0.1), 6)
    0.133333
    """
    a, f = gullibility, forgetting
    return 2 * a * f / (1 - a) if a < 1 else float("inf")


def resting_shares(
    spreading: Share, gullibility: Some, verification: Share, forgetting: Some
) -> Shares:
    """Return where hoax and fact-check come to rest.

    Parameters
    ----------
    spreading : float
        In [0, 1].
    gullibility, forgetting : float
        In (0, 1].
    verification : float
        In [0, 1].

    Examples
    --------
    >>> [round(share, 6) for share in resting_shares(0.5, 0.4, 1 / 15, 0.1)]
    [0.166667, 0.25, 0.583333]
    """
    s, a, v, f = spreading, gullibility, verification, forgetting
    calm = f / (s + f)
    believers = max(0.0, (s * calm * (1 + a) / (v + f) - (1 - a) * (1 - calm)) / (2 * a))
    return Shares(calm, believers, 1 - calm - believers)
