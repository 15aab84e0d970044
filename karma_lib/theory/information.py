"""Closed forms of information cascades, and Bayes' rule for a test.

References
----------
Bikhchandani, Hirshleifer & Welch 1992, A theory of fads, fashion, custom, and cultural
change as informational cascades, Journal of Political Economy 100(5):992-1026,
doi:10.1086/261849.
Anderson & Holt 1997, Information cascades in the laboratory, American Economic Review
87(5):847-862.
"""

from typing import Any, Literal, NamedTuple

from karma_lib import _checks


class Chances(NamedTuple):
    """What has become of a queue of people."""

    correct: float
    wrong: float
    none: float


def cascade_chances(precision: float, n: Any, *, tie: Literal["own", "coin"] = "own") -> Chances:
    """Return the chances that a cascade has started after n people.

    Parameters
    ----------
    precision : float
        Chance that a signal is right, in [1/2, 1].
    n : int, or infinity
        People who have acted: those who will herd follow from n + 1 on.
    tie : {"own", "coin"}, default "own"
        What decides when the odds are even.

    Returns
    -------
    Chances
        correct, wrong, none: the three sum to 1. At a precision of 1/2 correct and wrong
        are equal.

    Examples
    --------
    >>> [round(x, 6) for x in cascade_chances(0.8, 4, tie="coin")]
    [0.8352, 0.1392, 0.0256]
    """
    p = _checks.real("precision", precision, 0.5, 1)
    pairs = n if isinstance(n, float) and n == float("inf") else _checks.count("n", n) // 2
    # A pair of people starts a cascade, right or wrong, or leaves the odds even.
    if tie == "own":
        right, wrong = p**2, (1 - p) ** 2
    else:
        right, wrong = p * (1 + p) / 2, (1 - p) * (2 - p) / 2
    none = (1 - right - wrong) ** pairs
    some = (1 - none) / (right + wrong)
    return Chances(right * some, wrong * some, none)


def positive_predictive_value(
    prevalence: float, *, sensitivity: float = 0.7, specificity: float = 0.7
) -> float:
    """Return how likely something is what a test says it is, by Bayes' rule.

    Parameters
    ----------
    prevalence : float
        Its share before the test, in [0, 1].
    sensitivity, specificity : float, default 0.7
        Chances that the test is right where it is and where it is not so, in [0, 1].

    Returns
    -------
    float
        nan where the test can say nothing.

    Examples
    --------
    >>> round(positive_predictive_value(0.01), 3)
    0.023
    """
    share = _checks.real("prevalence", prevalence, 0, 1)
    true = _checks.real("sensitivity", sensitivity, 0, 1) * share
    false = (1 - _checks.real("specificity", specificity, 0, 1)) * (1 - share)
    return true / (true + false) if true + false else float("nan")
