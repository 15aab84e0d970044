"""Division of opinions, held to distributions with known values and to the naive sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from karma_lib import Graph, measures
from karma_lib.theory import polarization as theory

NETWORK = Graph.from_edges([], 1)


def crowd(x):
    return Graph.from_edges([], len(x)), np.asarray(x, float)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30), st.floats(0.1, 1.6))
@settings(max_examples=100, deadline=None)
def test_esteban_ray_is_the_double_sum(values, alpha):
    y, counts = np.unique(values, return_counts=True)
    p = counts / counts.sum()
    naive = sum(
        p[i] ** (1 + alpha) * p[j] * abs(y[i] - y[j]) for i in range(len(y)) for j in range(len(y))
    )
    assert measures.esteban_ray(*crowd(values), alpha=alpha) == pytest.approx(naive, abs=1e-12)


def test_samples_approach_the_values_of_their_laws():
    n = 200_000
    grid = (np.arange(n) + 0.5) / n
    for law, shape in (("uniform", ()), ("norm", ()), ("beta", (2, 5))):
        x = getattr(stats, law).ppf(grid, *shape)
        assert measures.bimodality(*crowd(x)) == pytest.approx(
            theory.bimodality_of(law, *shape), abs=1e-3
        )
        assert measures.dipole_moment(*crowd(x - 0.3)) == pytest.approx(
            theory.dipole_moment_of(law, *shape, loc=-0.3), abs=1e-3
        )


def test_bimodality_for_samples_is_the_one_of_scipy():
    x = np.random.default_rng(1).gamma(2, size=25)
    expected = (stats.skew(x, bias=False) ** 2 + 1) / (
        stats.kurtosis(x, bias=False) + 3 * 24**2 / (23 * 22)
    )
    assert measures.bimodality(*crowd(x), sample=True) == pytest.approx(expected)


def test_clusters_are_cut_at_gaps_of_at_least_the_gap():
    x = [0, 0.25, 0.5, 1, 1, 1]
    assert measures.cluster_count(*crowd(x), gap=0.25) == 4
    assert measures.cluster_count(*crowd(x), gap=0.26) == 2
    assert measures.cluster_count(*crowd(x), gap=0.25, more_than=1 / 6) == 1
    assert measures.cluster_count(*crowd(x), gap=0.25, more_than=0.1) == 4
    assert measures.cluster_count(*crowd([])) == 0


def test_consensus_and_emptiness_have_documented_meanings():
    assert measures.dispersion(*crowd([0.3, 0.3, 0.3])) == pytest.approx(0)
    assert np.isnan(measures.bimodality(*crowd([0.1] * 7)))
    assert measures.esteban_ray(*crowd([0.1] * 7)) == pytest.approx(0)
    assert measures.dipole_moment(*crowd([0.1] * 7)) == 0
    for measure in (
        measures.dispersion,
        measures.bimodality,
        measures.esteban_ray,
        measures.dipole_moment,
    ):
        assert np.isnan(measure(*crowd([])))


def test_morales_counts_the_undecided_in_n():
    assert measures.dipole_moment(*crowd([-1, 1, 1, 0])) == pytest.approx(3 / 4)


@pytest.mark.parametrize("bad", [[np.nan], [np.inf], [0.1, 0.2], "far right"])
def test_opinions_that_make_no_sense_are_refused(bad):
    with pytest.raises((ValueError, TypeError), match="state must"):
        measures.dispersion(NETWORK, bad)


def test_parameters_out_of_range_are_refused():
    for alpha in (0, 1.7, np.nan):
        with pytest.raises(ValueError, match=r"alpha must (lie|be finite)"):
            measures.esteban_ray(NETWORK, [1], alpha=alpha)
    with pytest.raises(ValueError, match="gap must be"):
        measures.cluster_count(NETWORK, [1], gap=0)
    with pytest.raises(ValueError, match="law must name"):
        theory.bimodality_of("poisson")
