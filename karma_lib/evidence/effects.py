"""Effect sizes: from group summaries, and from one metric to another."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from karma_lib import _checks
from karma_lib._typing import Array


class Effect(NamedTuple):
    """An effect size and its sampling variance, numbers or arrays."""

    estimate: Array
    variance: Array


def smd(
    mean_1: object, sd_1: object, n_1: object, mean_2: object, sd_2: object, n_2: object
) -> Effect:
    """Return Hedges' g of two independent groups, the first minus the second.

    Parameters
    ----------
    mean_1, mean_2 : float or ndarray
    sd_1, sd_2 : float or ndarray
        Standard deviations, at least 0, not both 0.
    n_1, n_2 : int or ndarray
        Group sizes, at least 2.

    Returns
    -------
    Effect
        g = J (mean_1 - mean_2) / pooled sd, with the exact J of Hedges 1981, and
        variance 1/n_1 + 1/n_2 + g²/(2 (n_1 + n_2)).

    References
    ----------
    Hedges 1981, Distribution theory for Glass's estimator of effect size, J. Educational
    Statistics 6(2):107-128, doi:10.3102/10769986006002107.

    Examples
    --------
    >>> [round(float(x), 4) for x in smd(103, 5.5, 50, 100, 4.5, 50)]
    [0.5924, 0.0418]
    """
    names = ("mean_1", "sd_1", "n_1", "mean_2", "sd_2", "n_2")
    least = {"sd": 0.0, "n_": 2.0}
    x1, s1, n1, x2, s2, n2 = (
        _checks.reals(name, value, least.get(name[:2], -np.inf))
        for name, value in zip(names, (mean_1, sd_1, n_1, mean_2, sd_2, n_2), strict=True)
    )
    df = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    if np.any(pooled == 0):
        raise ValueError("sd_1 and sd_2 must not both be 0; got 0 and 0, nothing to divide by.")
    small = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    g = small * (x1 - x2) / pooled
    return Effect(g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)))


_SCALE = np.pi / np.sqrt(3)

_ROADS: dict[str, tuple[Callable[..., Effect], Callable[..., Effect]]] = {
    "d": (lambda x, v, a: Effect(x, v), lambda x, v, a: Effect(x, v)),
    "r": (
        lambda x, v, a: Effect(np.sqrt(a) * x / np.sqrt(1 - x**2), a * v / (1 - x**2) ** 3),
        lambda x, v, a: Effect(x / np.sqrt(x**2 + a), a**2 * v / (x**2 + a) ** 3),
    ),
    "z": (
        lambda x, v, a: Effect(np.sqrt(a) * np.sinh(x), a * v * np.cosh(x) ** 2),
        lambda x, v, a: Effect(np.arcsinh(x / np.sqrt(a)), v / (x**2 + a)),
    ),
    "log OR": (
        lambda x, v, a: Effect(x / _SCALE, v / _SCALE**2),
        lambda x, v, a: Effect(x * _SCALE, v * _SCALE**2),
    ),
    "OR": (
        lambda x, v, a: Effect(np.log(x) / _SCALE, v / _SCALE**2),
        lambda x, v, a: Effect(np.exp(x * _SCALE), v * _SCALE**2),
    ),
}
"""The way to d and the way from d, for each metric."""


def convert(
    estimate: object,
    variance: object,
    *,
    source: str,
    target: str,
    n_1: float = 1.0,
    n_2: float = 1.0,
) -> Effect:
    """Turn one effect size into another.

    Parameters
    ----------
    estimate, variance : float or ndarray
        The effect and its sampling variance, at least 0 (for "OR": of its logarithm). r must
        lie in (-1, 1), an OR above 0.
    source, target : {"d", "r", "z", "log OR", "OR"}
        z is Fisher's atanh(r).
    n_1, n_2 : float, default equal
        Group sizes behind a d; only their ratio matters, for r and z.

    Returns
    -------
    Effect

    Notes
    -----
    r = d/√(d² + a) with a = (n_1 + n_2)²/(n_1 n_2); ln OR = d π/√3; variances by the delta
    method. Everything goes by way of d.

    *Pitfalls*: r here is point-biserial; d from an OR takes a logistic outcome for granted.
    A conversion does not make estimands equal: it changes units only.

    References
    ----------
    Borenstein, Hedges, Higgins & Rothstein 2009, Introduction to Meta-Analysis, ch. 7,
    doi:10.1002/9780470743386. Hasselblad & Hedges 1995, Psychological Bulletin
    117(1):167-178, doi:10.1037/0033-2909.117.1.167.

    Examples
    --------
    >>> r = convert(0.5, 0.01, source="d", target="r")
    >>> [round(float(x), 4) for x in r]
    [0.2425, 0.0021]
    """
    _checks.one_of("source", source, _ROADS), _checks.one_of("target", target, _ROADS)
    open_end = {"r": (-1 + 1e-12, 1 - 1e-12), "OR": (_checks.TINY, np.inf)}
    x = _checks.reals("estimate", estimate, *open_end.get(source, ()))
    v = _checks.reals("variance", variance, 0.0)
    sizes = [_checks.real(n, s, 1e-12) for n, s in (("n_1", n_1), ("n_2", n_2))]
    if source == target:
        return Effect(x, v)
    a = sum(sizes) ** 2 / (sizes[0] * sizes[1])
    return _ROADS[target][1](*_ROADS[source][0](x, v, a), a)
