"""Measures of a storm, from the hour at which each person joined: swift, large, in proportion."""

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._typing import Array
from karma_lib.graph import Graph


def peak(graph: Graph, state: Array) -> float:
    """Return the most people who joined in one hour; 0 where nobody did.

    Parameters
    ----------
    graph : Graph
        The network (not used; every measure takes it).
    state : ndarray of int, shape (n,)
        The hour at which each person joined, counted from 1; 0 for never.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> peak(complete(5), np.array([1, 3, 3, 0, 4]))
    2.0
    """
    hours = _checks.whole("state", state)
    return float(np.unique(hours[hours > 0], return_counts=True)[1].max(initial=0))


def half_time(graph: Graph, state: Array) -> float:
    """Return after how many hours half of all who ever joined had joined; nan where nobody did.

    Parameters
    ----------
    graph : Graph
        The network (not used; every measure takes it).
    state : ndarray of int, shape (n,)
        The hour at which each person joined, counted from 1; 0 for never.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> half_time(complete(5), np.array([1, 3, 3, 0, 4]))
    2.0
    """
    hours = np.sort(_checks.whole("state", state))
    hours = hours[hours > 0]
    return float(hours[(len(hours) - 1) // 2] - 1) if len(hours) else float("nan")


def proportionality(severity: ArrayLike, punishment: ArrayLike) -> float:
    """Return by how many percent punishment rises where severity rises by one percent.

    Parameters
    ----------
    severity, punishment : array_like of float, shape (n,)
        Both above 0; at least two different severities.

    Returns
    -------
    float
        The slope of log punishment on log severity, by least squares: 1 is in proportion,
        above 1 the worse offences are punished more than in proportion, 0 not at all.

    Raises
    ------
    ValueError
        If a value is not above 0, lengths differ, or all severities are equal.

    Notes
    -----
    *Pitfall*: one number for a whole curve. Where punishment jumps, the slope depends on
    where the jump lies among the severities that were tried: draw the curve too.

    Examples
    --------
    >>> round(proportionality([0.1, 0.2, 0.4], [10, 40, 160]), 6)
    2.0
    """
    x, y = (np.log(_checks.reals(name, value, _checks.TINY)) for name, value in
            (("severity", severity), ("punishment", punishment)))  # fmt: skip
    if x.ndim != 1 or x.shape != y.shape or len(np.unique(x)) < 2:
        raise ValueError(
            "severity must hold two different values or more, and punishment one for each; "
            f"got shapes {x.shape} and {y.shape}."
        )
    centred = x - x.mean()
    return float(centred @ y / (centred @ centred))
