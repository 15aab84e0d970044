"""Where a spiral of silence comes to rest in two large groups."""

import numpy as np

from karma_lib import _checks
from karma_lib._typing import Array


def loudness(
    within: tuple[float, float],
    *,
    sharpness: float = 10.0,
    cost: float = 0.1,
    start: tuple[float, float] = (0.5, 0.5),
) -> Array:
    """Return the share of each of two groups that speaks, reached from a start.

    Parameters
    ----------
    within : (float, float)
        The share of each group's links that stay inside it, in [0, 1].
    sharpness : float, default 10
        At least 0.
    cost : float, default 0.1
        Of speaking.
    start : (float, float), default (0.5, 0.5)
        Shares that speak at first; several fixed points may exist.

    Returns
    -------
    ndarray of float64, shape (2,)
        p_i = logistic(sharpness (g_i p_i - (1 - g_i) p_j - cost)), by damped iteration.

    Examples
    --------
    Five against twenty-five in a town without structure, and among themselves:

    >>> loudness((0.17, 0.83)).round(2).tolist(), loudness((0.9, 0.9)).round(2).tolist()
    ([0.0, 1.0], [1.0, 1.0])
    """
    g = _checks.reals("within", within, 0, 1)
    b, c = _checks.real("sharpness", sharpness, 0), _checks.real("cost", cost)
    p = np.array(_checks.reals("start", start, 0, 1))
    for _ in range(100_000):
        goal = 1 / (1 + np.exp(-b * (g * p - (1 - g) * p[::-1] - c)))
        if abs(goal - p).max() < 1e-13:
            break
        p += (goal - p) / (2 + b / 4)
    return p
