"""Where a formula has no answer, or an answer that needs no formula."""

import numpy as np
import pytest

from karma_lib import Graph, generators
from karma_lib.theory import confidence, contagion, influence, polarization, silence, thresholds
from karma_lib.theory.fixed_points import smallest_fixed_point


def test_a_bifurcation_is_found_where_the_central_cluster_comes(monkeypatch):
    asked = []

    def planted(half_width, time, *, sites):
        asked.append((time, sites))
        return 1.0 if half_width > 1.8712 else 0.0

    monkeypatch.setattr(confidence, "central_mass", planted)
    found = confidence.bifurcation(1.5, 2.1, time=30, sites=20, precision=0.001)
    assert found == pytest.approx(1.8712, abs=0.001)
    assert set(asked) == {(30, 20)}
    monkeypatch.setattr(confidence, "central_mass", lambda *_, **__: 1.0)
    with pytest.raises(ValueError, match=r"must have a bifurcation; got 1\.5, 2\.1"):
        confidence.bifurcation(1.5, 2.1)


def test_values_an_arc_must_be_one_an_arc():
    with pytest.raises(ValueError, match=r"one entry an arc, 6; got \(2,\)"):
        contagion.cascade_law(generators.complete(3), [0], [0.1, 0.2])


def test_a_law_on_one_side_of_nought_has_no_dipole():
    assert polarization.dipole_moment_of("uniform", loc=1, scale=2) == 0
    assert polarization.dipole_moment_of("uniform", loc=-3, scale=2) == 0


def test_a_rule_above_the_diagonal_up_to_rounding_rests_at_one():
    assert smallest_fixed_point(lambda x: np.nextafter(1, 2), 0.0) == 1.0


def test_edges_need_a_window():
    with pytest.raises(ValueError, match=r"threshold must be at most 1/4 for a window; got 0\.4"):
        thresholds.seeded_window_edge(0.4, 0.001)
    assert thresholds._crossing(lambda z: 30 - z, 0.2, 0.01) == pytest.approx(30)
    with pytest.raises(ValueError, match=r"seed_share must be well below the threshold, 0\.2"):
        thresholds._crossing(lambda z: 1.0, 0.2, 0.01)  # seeds alone carry it at every degree
    with pytest.raises(ValueError, match=r"seed_share must be well below the threshold, 0\.02"):
        thresholds.seeded_window_edge(0.02, 0.03)  # at once, not after a minute


def test_two_groups_are_two_shares():
    with pytest.raises(TypeError, match=r"within must be \(a number, a number\); got \(0\.1, 0"):
        silence.loudness((0.1, 0.2, 0.3))


def test_where_the_iteration_creeps_it_ends_close_to_the_fixed_point():
    """p = logistic(4 (p - 1/2)) has the slope 1 at its only solution, 1/2."""
    p = silence.loudness((1.0, 1.0), sharpness=4.0, cost=0.5, start=(0.9, 0.9))
    assert p == pytest.approx([0.5, 0.5], abs=0.02)
    assert (p > 0.5).all()


def test_a_consensus_needs_somebody_whom_all_hear_in_the_end():
    with pytest.raises(ValueError, match=r"graph must be connected"):
        influence.consensus(Graph.from_edges([(0, 1), (2, 3)]), [0, 0, 1, 1])
