"""Activity and critical controversialness of activity-driven opinions.

References
----------
Baumann et al. 2020, doi:10.1103/PhysRevLett.124.048301.
"""

from typing import Annotated

import numpy as np

from karma_lib import _checks
from karma_lib._checks import TINY, AboveZero, Number, Share, Within


def activity_moment(order: float, *, exponent: float = 2.1, least_activity: float = 0.01) -> float:
    """Return E[a^order] for a density proportional to a^-exponent on [least_activity, 1].

    Parameters
    ----------
    order : float
        Any finite number: 1 gives the mean.
    exponent : float, default 2.1
        At least 0.
    least_activity : float, default 0.01
        In (0, 1).

    Returns
    -------
    float

    Examples
    --------
    >>> round(activity_moment(1), 10), round(activity_moment(2), 10)
    (0.0408524537, 0.0076376691)
    """
    gamma, k = _checks.real("exponent", exponent, 0, 100), _checks.real("order", order, -100, 100)
    low = _checks.real("least_activity", least_activity, _checks.TINY, np.nextafter(1, 0))

    def integral(power: float) -> float:
        return float(-np.log(low) if power == 0 else (1 - low**power) / power)

    return float(integral(k + 1 - gamma) / integral(1 - gamma))


def critical_controversialness(
    strength: AboveZero, n_contacts: Number, reciprocity: Share,
    mean_activity: Annotated[float, Within(TINY, 1)], mean_square: float | None = None,
) -> float:  # fmt: skip
    """Return the controversialness above which neutral opinions are unstable at homophily 0.

    Parameters
    ----------
    strength : float
        K, above 0.
    n_contacts : int
        m, at least 1.
    reciprocity : float
        r, in [0, 1].
    mean_activity : float
        E[a], in (0, 1]; for a finite crowd take that of the activities drawn.
    mean_square : float, optional
        E[a^2], at least E[a]^2. Without it, the article's mean field 1 / ((1 + r) K m E[a]);
        with it, the threshold of the expected network's largest eigenvalue, which is
        lower for r > 0: the active also hear more.

    Returns
    -------
    float

    Examples
    --------
    >>> round(critical_controversialness(3, 10, 0.5, 0.0408524537), 6)
    0.543963
    >>> round(critical_controversialness(3, 10, 0.5, 0.0408524537, 0.0076376691), 6)
    0.357369
    """
    k, m, r, a = strength, n_contacts, reciprocity, mean_activity
    if mean_square is None:
        return 1 / ((1 + r) * k * m * a)
    spread = _checks.real("mean_square", mean_square, a * a, 1) - a * a
    eigenvalue = m / 2 * ((1 + r) * a + np.sqrt((1 + r) ** 2 * a**2 + 4 * r * spread))
    return float(1 / (k * eigenvalue))
