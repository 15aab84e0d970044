"""Closed forms of threshold models, of crowds and of random networks.

References
----------
Granovetter 1978, Threshold models of collective behavior, American Journal of Sociology
83(6):1420-1443, doi:10.1086/226707.
Watts 2002, A simple model of global cascades on random networks, PNAS 99(9):5766-5771,
doi:10.1073/pnas.082090499.
Gleeson & Cahalane 2007, Seed size strongly affects cascades on random networks, Physical
Review E 75:056103, doi:10.1103/PhysRevE.75.056103.
"""

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import Annotated

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom, norm, poisson

from karma_lib import _checks
from karma_lib._checks import AboveZero, Number, Within
from karma_lib._typing import Array
from karma_lib.models.herd.thresholds import sources_needed
from karma_lib.theory.fixed_points import smallest_fixed_point


def crowd_equilibrium(mean: float, spread: AboveZero) -> float:
    """Return where a large, fully mixed crowd with Normal thresholds comes to rest.

    Parameters
    ----------
    mean : float
        Mean threshold, a share of the crowd; any finite number.
    spread : float
        Standard deviation of the thresholds, above 0.

    Returns
    -------
    float
        The smallest x in [0, 1] with x = Phi((x - mean) / spread), reached from x = 0.

    Examples
    --------
    Two crowds that hardly differ:

    >>> round(crowd_equilibrium(0.25, 0.122), 4), round(crowd_equilibrium(0.25, 0.123), 4)
    (0.0548, 1.0)
    """
    return smallest_fixed_point(lambda x: float(norm.cdf((x - mean) / spread)), 0.0)


def critical_spread(mean: Annotated[float, Within(1e-9, 0.5 - 1e-9)]) -> tuple[float, float]:
    """Return the spread at which a crowd tips, and its share of joiners just below.

    Parameters
    ----------
    mean : float
        Mean threshold, in (0, 0.5).

    Returns
    -------
    spread, share : float
        The tangency of the map: Phi(u) = mean + u phi(u) with u < 0.

    Examples
    --------
    >>> spread, share = critical_spread(0.25)
    >>> round(spread, 6), round(share, 6)
    (0.122221, 0.062003)
    """
    u = brentq(lambda u: norm.cdf(u) - mean - u * norm.pdf(u), -9, 0, xtol=1e-14)
    return float(norm.pdf(u)), float(norm.cdf(u))


def crowd_law(n: Number, mean: float, spread: AboveZero) -> Array:
    """Return the exact law of the final number of joiners in a random crowd.

    Parameters
    ----------
    n : int
        People, at least 1; the work grows as n squared, in exact fractions.
    mean, spread : float
        Of independent Normal thresholds, in people; spread above 0.

    Returns
    -------
    ndarray of float64, shape (n + 1,)
        P(final number = 0), ..., P(final number = n).

    Examples
    --------
    >>> law = crowd_law(100, 25, 12)
    >>> round(float(law.sum()), 12), round(float(law[51:].sum()), 6)
    (1.0, 0.161088)
    """
    cdf = [Fraction(float(norm.cdf((j - mean) / spread))) for j in range(n + 1)]
    ways: list[Fraction] = []
    law = []
    for m, below in enumerate(cdf):
        rest = (comb(m, j) * a * (below - cdf[j]) ** (m - j) for j, a in enumerate(ways))
        ways.append(below**m - sum(rest, Fraction(0)))
        law.append(float(comb(n, m) * ways[m] * (1 - below) ** (n - m)))
    return np.array(law)


def cascade_window(threshold: float) -> tuple[float, float] | None:
    """Return the mean degrees between which one seed can tip a random network.

    Parameters
    ----------
    threshold : float
        The share of sources that everybody wants, in (0, 1].

    Returns
    -------
    low, high : float, or None
        Edges of Watts' window for Poisson degrees and infinitely many people:
        z P(Poisson(z) <= K - 2) = 1 with K the largest degree that one source can tip.
        None above a threshold of 1/4, where there is no window.

    Examples
    --------
    >>> [round(edge, 4) for edge in cascade_window(0.18)]
    [1.0207, 5.7647]
    >>> cascade_window(0.26) is None
    True
    """
    most = _most_vulnerable(threshold)

    def surplus(z: float) -> float:
        return float(z * poisson.cdf(most - 2, z) - 1)

    top = minimize_scalar(lambda z: -surplus(z), bounds=(0, most + 1), method="bounded").x
    if surplus(top) <= 0:
        return None
    edges = (brentq(surplus, 0, top, xtol=1e-13), brentq(surplus, top, 2 * most + 9, xtol=1e-13))
    return float(edges[0]), float(edges[1])


def vulnerable_share(mean_degree: float, threshold: float) -> float:
    """Return the size of the giant vulnerable cluster, as a share of all people.

    Vulnerable people join as soon as one source has. Parameters as for
    `trigger_probability`.

    Examples
    --------
    >>> round(vulnerable_share(4, 0.18), 6)
    0.652635
    """
    u, k, chance = _extinction(mean_degree, threshold)
    return float((chance * (1 - u**k)).sum())


def trigger_probability(mean_degree: float, threshold: float) -> float:
    """Return the chance that one random person sets off a global cascade.

    Parameters
    ----------
    mean_degree : float
        Mean of the Poisson degrees, above 0.
    threshold : float
        The share of sources that everybody wants, in (0, 1].

    Returns
    -------
    float
        1 - exp(-z (1 - u)) in the limit of infinitely many people: the seed needs one
        link into the giant vulnerable cluster. 0 outside the window.

    Examples
    --------
    >>> round(trigger_probability(3, 0.18), 6)
    0.873462
    """
    u, _, _ = _extinction(mean_degree, threshold)
    return -float(np.expm1(-mean_degree * (1 - u)))


def cascade_share(
    mean_degree: float, threshold: float, *, seed_share: float, spread: float = 0.0
) -> float:
    """Return the final share of joiners when a share of all people are seeds.

    Parameters
    ----------
    mean_degree : float
        Mean of the Poisson degrees, above 0.
    threshold : float
        Mean threshold, a share of sources, in (0, 1].
    seed_share : float
        Share of people who join at the start, in [0, 1].
    spread : float, default 0
        Standard deviation of Normal thresholds, at least 0.

    Returns
    -------
    float
        The fixed point of Gleeson and Cahalane, reached from the seeds.

    Examples
    --------
    >>> round(cascade_share(3, 0.18, seed_share=1e-4), 6)
    0.940485
    """
    seed = _checks.real("seed_share", seed_share, 0, 1)
    k, chance, joins = _neighbourhoods(mean_degree, threshold, spread)
    q = smallest_fixed_point(lambda q: _heard(q, seed, k, chance, joins), seed)
    return seed + (1 - seed) * float(chance @ _averaged(joins, k, q))


def seeded_window_edge(threshold: float, seed_share: float) -> float:
    """Return the largest mean degree at which a share of seeds tips the network.

    Parameters
    ----------
    threshold : float
        The share of sources that everybody wants, in [0.01, 1/4]: there is a window.
    seed_share : float
        Share of people who join at the start, in (0, 0.05].

    Returns
    -------
    float
        Where the final share, as a function of the mean degree, jumps down: the map of
        `cascade_share` touches the diagonal. Looked for up to a mean degree of 400.

    Examples
    --------
    >>> round(seeded_window_edge(0.18, 1e-3), 3)
    6.395
    """
    seed = _checks.real("seed_share", seed_share, 1e-12, 0.05)

    def gap(z: float) -> float:
        """Return the least distance of the map above the diagonal."""
        terms = _neighbourhoods(z, threshold, 0.0)
        found = minimize_scalar(  # by the logarithm: it is near the seeds, or far above
            lambda log: _heard(np.exp(log), seed, *terms) - np.exp(log),
            bounds=(np.log(seed), np.log(0.5)),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.fun)

    return _crossing(gap, threshold, seed)


def seeded_window_edge_second_order(threshold: float, seed_share: float) -> float:
    """Return Gleeson and Cahalane's second-order approximation of `seeded_window_edge`.

    Parameters
    ----------
    threshold, seed_share : float
        As for `seeded_window_edge`.

    Returns
    -------
    float
        The mean degree where (C1 - 1)^2 - 4 C0 C2 + 2 r (C1 - C1^2 - 2 C2 + 4 C0 C2) = 0,
        with r the share of seeds and C_l the coefficients of the map around 0.

    Examples
    --------
    >>> round(seeded_window_edge_second_order(0.18, 1e-3), 3)
    6.405
    """
    seed = _checks.real("seed_share", seed_share, 1e-12, 0.05)

    def coefficient(order: int, z: float) -> float:
        k, chance, joins = _neighbourhoods(z, threshold, 0.0)
        signs = [comb(order, n) * (-1) ** (order + n) for n in range(order + 1)]
        chosen = np.array([comb(i, order) for i in k[:-1]], float)
        return float((chance[:-1] * chosen) @ (joins[1:, : order + 1] @ signs))

    def condition(z: float) -> float:
        c0, c1, c2 = (coefficient(order, z) for order in range(3))
        return (c1 - 1) ** 2 - 4 * c0 * c2 + 2 * seed * (c1 - c1**2 - 2 * c2 + 4 * c0 * c2)

    return _crossing(lambda z: -condition(z), threshold, seed)


def _upper_edge(threshold: float) -> float:
    window = cascade_window(_checks.real("threshold", threshold, 0.01))
    if window is None:
        raise ValueError(f"threshold must be at most 1/4 for a window; got {threshold!r}.")
    return window[1]


def _crossing(surplus: Callable[[float], float], threshold: float, seed: float) -> float:
    """Return the mean degree, from the window's edge up, at which a surplus is used up."""
    low = edge = _upper_edge(threshold)
    while surplus(1.2 * low) > 0:
        low *= 1.2
        if low > min(20 * edge, 400) or seed >= threshold:  # beyond that, minutes
            rule = f"well below the threshold, {threshold:g}, for an edge"
            raise ValueError(f"seed_share must be {rule}; got {seed:g}.")
    return float(brentq(surplus, low, 1.2 * low, xtol=1e-10))


def _most_vulnerable(threshold: float) -> int:
    """Return the largest degree at which one source is enough."""
    phi = _checks.real("threshold", threshold, 1e-3, 1)
    degrees = np.arange(1, int(1 / phi) + 2)
    return int((sources_needed(phi, degrees) <= 1).sum())


def _extinction(mean_degree: float, threshold: float) -> tuple[float, Array, Array]:
    """Return u, the chance that a link leads to no giant cluster of vulnerable people."""
    z = _checks.real("mean_degree", mean_degree, _checks.TINY)
    k = np.arange(_most_vulnerable(threshold) + 1)
    chance = poisson.pmf(k, z)
    k, chance, far = k[1:], chance[1:], chance[:-1]  # k p_k / z = p_(k-1)
    beyond = far[::-1].cumsum()[::-1][1:]  # (G1(1) - G1(u)) / (1 - u), which rises to 1 at u
    if beyond.sum() <= 1:
        return 1.0, k, chance
    u = brentq(lambda u: float(beyond @ u ** np.arange(len(beyond))) - 1, 0, 1, xtol=1e-15)
    return float(u), k, chance


def _neighbourhoods(z: float, threshold: float, spread: float) -> tuple[Array, Array, Array]:
    """Return degrees k, their Poisson chances, and P(k sources, m joined, are enough)."""
    z = _checks.real("mean_degree", z, _checks.TINY, 1e4)
    sd, phi = _checks.real("spread", spread, 0), _checks.real("threshold", threshold, 1e-3, 1)
    k = np.arange(int(z + 12 * np.sqrt(z) + 30))
    if sd:
        joins = norm.cdf((k / np.maximum(k, 1)[:, None] - phi) / sd)
    else:
        joins = (k >= sources_needed(phi, k)[:, None]).astype(float)
        joins[0] = 0  # nobody to hear
    return k, poisson.pmf(k, z), joins


def _averaged(joins: Array, trials: Array, q: float) -> Array:
    """Return, for each row, its mean over m ~ Binomial(trials, q)."""
    m = np.arange(joins.shape[1])
    return np.asarray((binom.pmf(m, trials[:, None], q) * joins).sum(axis=1))


def _heard(q: float, seed: float, k: Array, chance: Array, joins: Array) -> float:
    """Return the chance that a source has joined, of whose own sources q have."""
    return seed + (1 - seed) * float(chance[:-1] @ _averaged(joins[1:], k[:-1], q))
