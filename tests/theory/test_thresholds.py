"""Closed forms against brute force, and at values that no published table has."""

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson

from karma_lib.theory import thresholds as theory


@pytest.mark.parametrize("mean", [0.1, 0.25, 0.33, 0.45])
def test_the_crowd_jumps_at_the_critical_spread(mean):
    spread, share = theory.critical_spread(mean)
    below = theory.crowd_equilibrium(mean, spread * (1 - 1e-6))
    above = theory.crowd_equilibrium(mean, spread * (1 + 1e-4))
    assert below == pytest.approx(share, abs=2e-3)
    assert below < share < above
    assert above > 0.5


@pytest.mark.parametrize(("mean", "spread"), [(0.25, 0.1), (0.4, 0.3), (0.7, 0.5), (-0.1, 0.2)])
def test_the_equilibrium_is_the_smallest_fixed_point(mean, spread):
    x = theory.crowd_equilibrium(mean, spread)
    assert norm.cdf((x - mean) / spread) == pytest.approx(x, abs=1e-12)
    smaller = np.linspace(0, x, 1_000, endpoint=False)
    assert (norm.cdf((smaller - mean) / spread) > smaller).all()


@pytest.mark.parametrize(("n", "mean", "spread"), [(3, 1, 0.7), (4, 0.5, 2), (5, 2, 1)])
def test_the_law_of_a_small_crowd_by_enumeration(n, mean, spread):
    """Sum over all ways in which n thresholds fall between whole numbers."""
    steps = norm.cdf((np.arange(n + 1) - mean) / spread)
    chance = np.diff(steps, prepend=0, append=1)  # threshold in (k - 1, k], or above n
    law = np.zeros(n + 1)
    for ways in np.ndindex(*[n + 2] * n):
        joined = 0
        while (more := sum(k <= joined for k in ways)) > joined:
            joined = more
        law[joined] += np.prod(chance[list(ways)])
    np.testing.assert_allclose(theory.crowd_law(n, mean, spread), law, atol=1e-12)


@pytest.mark.parametrize("threshold", [0.1, 0.13, 0.18, 0.2, 0.21, 0.25])
def test_window_edges_solve_the_condition(threshold):
    k = np.arange(1, 200)
    vulnerable = 1 / k >= threshold
    for z in theory.cascade_window(threshold):
        branching = (k * (k - 1) * poisson.pmf(k, z))[vulnerable].sum()
        assert branching == pytest.approx(z, abs=1e-9)


@pytest.mark.parametrize("threshold", [0.26, 1 / 3, 0.5, 1.0])
def test_no_window_above_a_quarter(threshold):
    assert theory.cascade_window(threshold) is None
    assert theory.trigger_probability(3, threshold) < 1e-9


@pytest.mark.parametrize(("z", "threshold"), [(1.7, 0.3), (2.5, 0.22), (6, 0.12)])
def test_cluster_and_trigger_agree_with_generating_functions(z, threshold):
    k = np.arange(0, 200)
    rho = np.array([i == 0 or 1 / i >= threshold for i in k])
    p = poisson.pmf(k, z) * rho
    g1 = np.polynomial.Polynomial((k * p)[1:] / z)
    roots = np.linspace(0, 1, 2_000_001)
    gap = 1 - g1(1) + g1(roots) - roots
    u = roots[np.argmax(gap <= 0)] if (gap <= 0).any() else 1.0
    g0 = np.polynomial.Polynomial(p)
    assert theory.vulnerable_share(z, threshold) == pytest.approx(g0(1) - g0(u), abs=2e-5)
    assert theory.trigger_probability(z, threshold) == pytest.approx(
        1 - np.exp(-z * (1 - u)), abs=2e-5
    )


@pytest.mark.parametrize(("threshold", "seed_share"), [(0.18, 1e-3), (0.15, 1e-3), (0.22, 5e-3)])
def test_the_final_share_jumps_at_the_seeded_edge(threshold, seed_share):
    edge = theory.seeded_window_edge(threshold, seed_share)
    below = theory.cascade_share(edge - 0.01, threshold, seed_share=seed_share)
    above = theory.cascade_share(edge + 0.01, threshold, seed_share=seed_share)
    assert below > 0.9
    assert above < 0.2
    assert edge > theory.cascade_window(threshold)[1]
    assert theory.seeded_window_edge_second_order(threshold, seed_share) == pytest.approx(
        edge, rel=0.02
    )


def test_no_seeds_and_equal_thresholds_move_nobody():
    assert theory.cascade_share(3, 0.18, seed_share=0) == 0
    assert theory.cascade_share(3, 0.18, seed_share=1) == 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: theory.crowd_equilibrium(0.25, 0), "spread must be finite and above 0; got 0"),
        (lambda: theory.critical_spread(0.6), r"mean must lie in \[1e-09, 0.5\]; got 0.6"),
        (lambda: theory.cascade_window(0), r"threshold must lie in \[0.001, 1\]; got 0"),
        (lambda: theory.trigger_probability(-1, 0.2), "mean_degree must be finite and above 0; got -1"),
        (lambda: theory.cascade_share(3, 0.2, seed_share=2), r"seed_share must lie in \[0, 1\]; got 2"),
        (lambda: theory.seeded_window_edge(0.5, 1e-3), "threshold must be at most 1/4 for a window; got 0.5"),
        (lambda: theory.crowd_law(0, 1, 1), "n must be at least 1; got 0"),
    ],
)  # fmt: skip
def test_errors_are_sentences(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_a_crowd_that_all_but_touches_the_diagonal_is_solved_at_once():
    """Repeating the map would take a hundred million steps here."""
    spread, share = theory.critical_spread(0.25)
    assert theory.crowd_equilibrium(0.25, spread) == pytest.approx(share, abs=1e-5)
    assert theory.crowd_equilibrium(0.5, (2 * np.pi) ** -0.5) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(("z", "threshold"), [(1, 0.05), (1, 0.1), (1.0207039085, 0.18), (2, 0.3)])
def test_at_the_edge_of_the_window_there_is_no_giant_cluster(z, threshold):
    assert theory.vulnerable_share(z, threshold) < 1e-8
    assert theory.trigger_probability(z, threshold) < 1e-8


@pytest.mark.parametrize(("threshold", "seed_share"), [(0.1, 1e-4), (0.18, 0.05), (0.25, 0.02)])
def test_few_and_many_seeds_have_an_edge_too(threshold, seed_share):
    """Simple repetition of Gleeson and Cahalane's map, on either side of the edge."""
    edge, k = theory.seeded_window_edge(threshold, seed_share), np.arange(1, 100)
    for z, lasts in ((edge - 0.02, True), (edge + 0.02, False)):
        needed, q = np.ceil(threshold * k - 1e-12), seed_share
        for _ in range(3000):
            q = seed_share + (1 - seed_share) * poisson.pmf(k - 1, z) @ binom.sf(
                needed - 1, k - 1, q
            )
        assert (q > 0.5) == lasts
    with pytest.raises(ValueError, match="seed_share must be well below the threshold"):
        theory.seeded_window_edge(0.05, 0.05)
