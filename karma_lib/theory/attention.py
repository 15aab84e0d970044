"""Closed forms of branching, of self-exciting events, and of how attention relaxes.

References
----------
Hawkes 1971, Spectra of some self-exciting and mutually exciting point processes,
Biometrika 58(1):83-90, doi:10.1093/biomet/58.1.83.
Crane & Sornette 2008, Robust dynamic classes revealed by measuring the response function
of a social system, PNAS 105(41):15649-15653, doi:10.1073/pnas.0803685105.
"""

from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import fftconvolve
from scipy.special import gammaln, xlogy

from karma_lib import _checks
from karma_lib._checks import Within
from karma_lib._typing import Array


def borel(n: ArrayLike, mean: float) -> Array:
    """Return the chance that a Poisson branching tree ends with n people.

    Parameters
    ----------
    n : int or array_like of int
        At least 1.
    mean : float
        Mean number of children, in [0, 1].

    Returns
    -------
    ndarray of float64
        exp(-mean n) (mean n)^(n - 1) / n!: mean 1/(1 - mean).

    Examples
    --------
    >>> round(float(borel(3, 0.5)), 6)
    0.083674
    """
    k, m = _checks.reals("n", n, 1), _checks.real("mean", mean, 0, 1)
    return np.asarray(np.exp(-m * k + xlogy(k - 1, m * k) - gammaln(k + 1)))


def borel_tail(n: int, mean: float) -> float:
    """Return the chance of at least n people; parameters as for `borel`.

    Examples
    --------
    >>> round(borel_tail(10, 0.9), 6)
    0.186271
    """
    return 1 - float(borel(np.arange(1, _checks.count("n", n, least=1)), mean).sum())


def borel_variance(mean: float) -> float:
    """Return the variance of the number of people, mean / (1 - mean)^3, for mean below 1.

    Examples
    --------
    >>> borel_variance(0.5)
    4.0
    """
    return float(mean / _still("mean", mean) ** 3)


def _still(name: str, branching: float) -> float:
    """Return 1 - branching, or say why there is no stationary value."""
    value = _checks.real(name, branching)
    if not 0 <= value < 1:
        raise ValueError(f"{name} must lie in [0, 1) for a stationary value; got {value:g}.")
    return 1 - value


def stationary_rate(background: float, branching: float) -> float:
    """Return the long-run number of events a unit of time; branching below 1.

    Examples
    --------
    >>> round(stationary_rate(0.5, 0.8), 6)
    2.5
    """
    return _checks.real("background", background, 0) / _still("branching", branching)


def variance_rate(background: float, branching: float) -> float:
    """Return the long-run variance of their number, a unit of time; branching below 1.

    Examples
    --------
    >>> round(variance_rate(0.5, 0.8), 6)
    62.5
    """
    return _checks.real("background", background, 0) / _still("branching", branching) ** 3


def expected_count(background: float, branching: float, decay: float, horizon: float) -> float:
    """Return the mean number of events of an exponential Hawkes process by `horizon`.

    Parameters
    ----------
    background, branching, decay : float
        As in `Hawkes`; branching may be 1 or more.
    horizon : float
        Time since an empty history, at least 0.

    Examples
    --------
    >>> round(expected_count(0.5, 0.8, 1.5, 8), 6)
    13.93812
    """
    mu, a = _checks.real("background", background, 0), _checks.real("branching", branching, 0)
    b, t = _checks.real("decay", decay, _checks.TINY), _checks.real("horizon", horizon, 0)
    x = _checks.real("(1 - branching) * decay * horizon", (1 - a) * b * t, -600)
    part = (np.expm1(-x) + x) / x**2 if abs(x) > 1e-4 else 1 / 2 - x / 6 + x**2 / 24
    return float(mu * (t + a * b * t**2 * part))


def relaxation_exponents(theta: Annotated[float, Within(1e-12, 0.5)]) -> dict[str, float]:
    """Return the decay exponents of the classes of Crane and Sornette.

    Parameters
    ----------
    theta : float
        Memory decays as t^-(1 + theta); in (0, 1/2).

    Examples
    --------
    >>> {name: round(value, 2) for name, value in relaxation_exponents(0.4).items()}
    {'exogenous subcritical': 1.4, 'exogenous critical': 0.6, 'endogenous critical': 0.2}
    """
    return {
        "exogenous subcritical": 1 + theta,
        "exogenous critical": 1 - theta,
        "endogenous critical": 1 - 2 * theta,
    }


def response(theta: Annotated[float, Within(1e-12, 10)], branching: float, n: int) -> Array:
    """Return the activity in each unit of time after a shock.

    Parameters
    ----------
    theta : float
        Memory has the mass (1 + j)^-theta - (2 + j)^-theta in bin j; above 0.
    branching : float
        In [0, 1].
    n : int
        Bins, at least 1.

    Returns
    -------
    ndarray of float64, shape (n,)
        psi = phi + branching phi * psi, solved as a power series in O(n log n).

    Examples
    --------
    >>> response(0.5, 0.0, 2).round(4).tolist()
    [0.2929, 0.1298]
    """
    j = np.arange(1, _checks.count("n", n, least=1) + 1)
    memory = j**-theta - (j + 1.0) ** -theta
    kept = -_checks.real("branching", branching, 0, 1) * memory
    kept[0] += 1
    inverse = np.array([1 / kept[0]])
    while len(inverse) < n:
        m = min(2 * len(inverse), n)  # Newton's step doubles the correct terms
        error = -fftconvolve(kept[:m], inverse)[:m]
        error[0] += 2
        inverse = fftconvolve(inverse, error)[:m]
    return np.asarray(fftconvolve(memory, inverse)[:n])


def response_slope(
    theta: float, branching: float, *, first: int = 2000, last: int = 60_000
) -> float:
    """Return the log-log slope of the response, by least squares at 60 log-spaced times.

    Near a branching of 1 it lies between two classes: one slope does not tell which.

    Examples
    --------
    >>> round(response_slope(0.4, 0.5), 3)
    -1.388
    """
    _checks.count("last", last, least=_checks.count("first", first, least=1) + 1)
    times = np.unique(np.geomspace(first, last, 60).astype(int))
    activity = response(theta, branching, last + 1)
    return float(np.polyfit(np.log(times), np.log(activity[times]), 1)[0])
