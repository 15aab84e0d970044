"""The density equation of bounded confidence, for a crowd without end.

References
----------
Ben-Naim, Krapivsky & Redner 2003, Bifurcations and patterns in compromise processes,
Physica D 183:190-204, doi:10.1016/S0167-2789(03)00171-4.
"""

import numpy as np

from karma_lib import _checks
from karma_lib._checks import Several
from karma_lib._kernels import kernel
from karma_lib._typing import Array

SEEN = 1e-7
"""A site with less mass belongs to no cluster."""


@kernel
def _flow(p, n, rate):  # type: ignore[no-untyped-def]
    """Write dP/dt: pairs up to n sites apart meet at their midpoint."""
    size = len(p)
    between = np.zeros(size)
    below = np.zeros(size + 1)
    for i in range(size):
        below[i + 1] = below[i] + p[i]
    for i in range(size):
        first, last = max(i - n, 0), min(i + n, size - 1)
        near = below[last + 1] - below[first] - p[i]
        edge = (p[i - n] if i >= n else 0.0) + (p[i + n] if i + n < size else 0.0)
        rate[i] = -p[i] * (near - edge / 2)
    for gap in range(1, min(n, size - 1) + 1):  # row by row, so that each loop vectorises
        half, share = gap // 2, 0.5 if gap == n else 1.0
        if gap % 2:
            for i in range(size - gap):
                between[i + half] += share * p[i] * p[i + gap]
        else:
            for i in range(size - gap):
                rate[i + half] += 2.0 * share * p[i] * p[i + gap]
    for i in range(size - 1):
        rate[i] += between[i]
        rate[i + 1] += between[i]


@kernel
def _integrate(p, n, n_steps, dt):  # type: ignore[no-untyped-def]
    """Move P on by classical Runge-Kutta steps, in place."""
    k, total = np.empty(len(p)), np.empty(len(p))
    for _ in range(n_steps):
        _flow(p, n, k)
        total[:] = k
        for part in (0.5, 0.5, 1.0):
            _flow(p + part * dt * k, n, k)
            total += k * (2.0 if part == 0.5 else 1.0)
        p += dt / 6 * total


def density(half_width: float, time: float, *, sites: int = 60) -> tuple[Array, Array]:
    """Return where the mass is, begun at one a unit on [-half_width, half_width].

    Parameters
    ----------
    half_width : float
        Delta = 1 / (2 confidence), above 0: half the range of opinions, in units of the
        bound of confidence.
    time : float
        At least 0; everybody meets about 2 others a unit while the density is 1.
    sites : int, default 60
        Lattice sites a unit, at least 2. Mass 1 / sites each, half at the two ends; pairs
        exactly one unit apart meet at half the rate. Small clusters depend on it.

    Returns
    -------
    (ndarray of float64, ndarray of float64)
        Positions and masses.

    Examples
    --------
    Mass is conserved:

    >>> float(density(1.5, 1.0)[1].sum().round(9))
    3.0
    """
    n = _checks.count("sites", sites, least=2, most=10_000)
    side = round(n * _checks.real("half_width", half_width, 1 / n, 1000))
    p = np.full(2 * side + 1, 1 / n)
    p[[0, -1]] /= 2
    _integrate(p, n, round(_checks.real("time", time, 0, 1e5) / 0.05), 0.05)
    return np.arange(-side, side + 1) / n, p


def clusters(half_width: float, time: float, *, sites: int = 60) -> tuple[Array, Array]:
    """Return the positions and masses of clusters: runs of sites cut at gaps above 1/3 unit.

    Parameters
    ----------
    half_width, time, sites
        As for `density`.

    Returns
    -------
    (ndarray of float64, ndarray of float64)
        Centres of mass, rising, and masses.

    Examples
    --------
    One cluster for a bound of a third of the range, and two specks beside it:

    >>> clusters(1.5, 40)[1].round(2).tolist()
    [0.01, 2.98, 0.01]
    """
    where, mass = density(half_width, time, sites=sites)
    kept = np.flatnonzero(mass > SEEN)
    part = np.cumsum(np.diff(kept, prepend=kept[0]) > sites / 3)
    total = np.bincount(part, mass[kept])
    return np.bincount(part, mass[kept] * where[kept]) / total, total


def central_mass(half_width: float, time: float, *, sites: int = 60) -> float:
    """Return the mass of the cluster at the centre, 0 if there is none.

    Examples
    --------
    >>> round(central_mass(1.5, 40), 2)
    2.98
    """
    where, mass = clusters(half_width, time, sites=sites)
    return float(mass[abs(where) < 1 / 6].sum())


def bifurcation(
    low: float, high: float, *, time: float = 100, sites: Several = 100, precision: float = 0.01
) -> float:
    """Return the half width between two at which the central cluster comes or goes.

    Parameters
    ----------
    low, high : float
        A cluster is at the centre at one of them and not at the other.
    time, sites : float, int
        As for `density`.
    precision : float, default 0.01
        Half the width of the bracket at which the search stops, above 0.

    Returns
    -------
    float
        The middle of the last bracket.
    """
    high = _checks.real("high", high, _checks.real("low", low, 1 / sites, 1000), 1000)
    present = central_mass(low, time, sites=sites) > 0
    if present == (central_mass(high, time, sites=sites) > 0):
        raise ValueError(f"low, high, time, sites must have a bifurcation; got {low:g}, {high:g}.")
    while high - low > 2 * _checks.real("precision", precision, 1e-6):
        middle = (low + high) / 2
        same = present == (central_mass(middle, time, sites=sites) > 0)
        low, high = (middle, high) if same else (low, middle)
    return (low + high) / 2
