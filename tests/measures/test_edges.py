"""Equations that do not converge, and networks in which there is nothing to measure."""

import numpy as np
import pytest

from karma_lib import Graph, measures
from karma_lib.measures import controversy

LINE = Graph.from_edges([(0, 1), (1, 2), (2, 3)])


@pytest.fixture
def unsolved(monkeypatch):
    """A solver that gives up, and hands out what it has."""
    monkeypatch.setattr(controversy, "cg", lambda matrix, right, **_: (np.zeros(len(right)), 99))


def test_a_walk_whose_equations_do_not_converge_has_no_score(unsolved):
    with pytest.raises(ArithmeticError, match="the walk's equations did not converge"):
        measures.random_walk_controversy(LINE, [0, 0, 1, 1], n_influencers=1)


def test_a_distance_whose_equations_do_not_converge_is_no_number(unsolved):
    with pytest.raises(ArithmeticError, match="the distance's equations did not converge"):
        measures.euclidean_distance(LINE, [1, 1, -1, -1])


def test_nobody_is_in_no_region():
    assert measures.region_count(Graph.from_edges([]), []) == 0.0


def test_walks_that_all_end_on_one_side_have_no_score():
    """Both influencers of side 0 hear each other only; nobody else is heard."""
    graph = Graph.from_edges([(2, 0), (3, 0), (1, 0), (0, 1)], directed=True)
    score = measures.random_walk_controversy(graph, [0, 0, 1, 1], n_influencers=1, step_first=True)
    assert np.isnan(score)
