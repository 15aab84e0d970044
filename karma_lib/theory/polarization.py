"""What measures of division give for whole distributions."""

from typing import Any

from scipy import stats

from karma_lib._checks import AboveZero


def bimodality_of(law: str, *shape: float) -> float:
    """Return (skewness^2 + 1) / kurtosis of a distribution of `scipy.stats`.

    Parameters
    ----------
    law : str
        Its name there, such as "uniform" or "norm".
    *shape : float
        Its shape parameters, if it has any.

    Returns
    -------
    float
        In (0, 1].

    Examples
    --------
    >>> round(bimodality_of("uniform"), 6), round(bimodality_of("beta", 0.5, 0.5), 6)
    (0.555556, 0.666667)
    """
    skewness, excess = _named(law).stats(*shape, moments="sk")
    return float((skewness**2 + 1) / (excess + 3))


def dipole_moment_of(law: str, *shape: float, loc: float = 0, scale: AboveZero = 1) -> float:
    """Return Morales' polarization of a distribution of `scipy.stats`.

    Parameters
    ----------
    law : str
        Its name there.
    *shape : float
        Its shape parameters, if it has any.
    loc, scale : float
        Where it lies and how wide it is (scale above 0), as in `scipy.stats`.

    Returns
    -------
    float

    Examples
    --------
    >>> round(dipole_moment_of("uniform", loc=-1, scale=2), 6)
    0.5
    """
    dist = _named(law)(*shape, loc=loc, scale=scale)
    up, down = dist.sf(0), dist.cdf(0)
    if not up or not down:
        return 0.0
    mean_up = dist.expect(lb=0) / up
    mean_down = dist.expect(ub=0) / down
    return float((1 - abs(up - down)) * (mean_up - mean_down) / 2)


def _named(law: str) -> Any:
    dist = getattr(stats, law, None)
    if not isinstance(dist, stats.rv_continuous):
        raise ValueError(f"law must name a continuous law of scipy.stats; got {law!r}.")
    return dist
