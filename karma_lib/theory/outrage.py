"""The mean course of learned outrage."""

from math import exp

from karma_lib import _checks


def learned_habit(
    habit: float, steps: float, *, learning: float, liked_outrage: float, liked_calm: float
) -> float:
    """Return the mean habit after some steps of slow `OutrageLearning`.

    Parameters
    ----------
    habit : float
        At the start, in [0, 1].
    steps : float
        At least 0.
    learning, liked_outrage, liked_calm : float
        As in the model, in [0, 1].

    Returns
    -------
    float
        The logistic curve with rate learning x (liked_outrage - liked_calm).

    Examples
    --------
    >>> round(learned_habit(0.2, 400, learning=0.05, liked_outrage=0.3, liked_calm=0.2), 3)
    0.649
    """
    p = _checks.real("habit", habit, 0, 1)
    rates = {"learning": learning, "liked_outrage": liked_outrage, "liked_calm": liked_calm}
    rate, angry, calm = (_checks.real(name, value, 0, 1) for name, value in rates.items())
    odds = exp(-rate * (angry - calm) * _checks.real("steps", steps, 0))
    return p / (p + (1 - p) * odds)
