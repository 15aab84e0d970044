"""Where a rule that only ever raises comes to rest."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize_scalar


def smallest_fixed_point(rule: Callable[[float], float], start: float) -> float:
    """Return the smallest x from `start` to 1 with rule(x) = x.

    Repeating the rule gets there too, but takes for ever where the curve all but touches
    the diagonal. Here a grid is searched for a crossing, and its dips for a hidden one.

    Parameters
    ----------
    rule : callable
        Rises from at least `start` there to at most 1 at 1.
    start : float
        In [0, 1].

    Returns
    -------
    float

    Examples
    --------
    >>> round(smallest_fixed_point(lambda x: 0.25 + x**2, 0), 6)
    0.5
    """
    steps = np.union1d(np.geomspace(1e-16, 1, 161), np.linspace(0, 1, 101))
    grid = start + (1 - start) * steps
    above = np.array([rule(x) - x for x in grid])
    for i, end in enumerate(grid):
        if 0 < i < len(grid) - 1 and 0 < above[i] < min(above[i - 1], above[i + 1]):
            bounds, options = (grid[i - 1], grid[i + 1]), {"xatol": 1e-12}
            end = minimize_scalar(lambda x: rule(x) - x, bounds=bounds, options=options).x
        if rule(end) <= end:
            return float(brentq(lambda x: rule(x) - x, grid[i - 1], end, xtol=1e-16) if i else end)
    return 1.0
