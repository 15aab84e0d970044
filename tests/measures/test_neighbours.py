"""What people see, held to networkx, to sums by hand and to closed forms."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karma_lib import Graph, measures
from karma_lib.measures import neighbours


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9), st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_number_is_the_one_read_row_by_row(seed, p, directed):
    net = nx.gnp_random_graph(9, p, seed=seed, directed=directed)
    graph = Graph.from_networkx(net)
    x = np.random.default_rng(seed).integers(0, 4, 9).astype(float)
    rows = [x[graph.sources(i)] for i in range(9)]
    mean = np.array([row.mean() if len(row) else np.nan for row in rows])
    median = np.array([np.median(row) if len(row) else np.nan for row in rows])
    assert neighbours.neighbour_mean(graph, x) == pytest.approx(mean, nan_ok=True)
    assert neighbours.neighbour_median(graph, x) == pytest.approx(median, nan_ok=True)
    if not graph.n_arcs:
        assert np.isnan(measures.in_paradox(graph, x))
        return
    heard = ~np.isnan(mean)
    assert measures.in_paradox(graph, x, median=True) == pytest.approx((x < median)[heard].mean())
    if not directed:
        d = nx.average_neighbor_degree(net)
        assert measures.person_average(graph, graph.n_sources) == pytest.approx(
            np.mean([d[i] for i in range(9) if net.degree(i)])
        )
        k = graph.n_sources
        assert measures.link_average(graph, k) == pytest.approx((k @ k) / k.sum())


def test_the_median_of_one_of_two_and_of_nobody():
    graph = Graph.from_edges([(0, 1), (2, 0), (2, 1)], 5, directed=True)
    median = neighbours.neighbour_median(graph, [4.0, 7, 0, 0, 0])
    assert median == pytest.approx([7, np.nan, 5.5, np.nan, np.nan], nan_ok=True)


def test_half_is_a_majority_only_where_ties_count():
    square = Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 0)])
    active = [True, False, False, False]
    assert measures.majority_illusion(square, active) == 0
    assert measures.majority_illusion(square, active, strict=False) == 0.5
    four = Graph.from_networkx(nx.complete_graph(4))  # three see one of three
    assert measures.majority_illusion(four, active, strict=False) == 0
    wheel = Graph.from_edges([(0, i) for i in range(1, 7)], 8)  # person 7 sees nobody
    assert measures.majority_illusion(wheel, np.arange(8) == 0) == pytest.approx(6 / 7)


def test_slope_is_minus_the_ei_index_in_two_equal_regular_blocks():
    ring = nx.circulant_graph(20, [1, 2, 5])
    graph, leaning = Graph.from_networkx(ring), np.where(np.arange(20) < 10, -1, 1)
    assert measures.echo_slope(graph, leaning) == pytest.approx(-measures.ei_index(graph, leaning))
    assert np.isnan(measures.echo_slope(graph, np.ones(20)))
    assert np.isnan(measures.echo_correlation(Graph.from_edges([], 2), [0, 1]))


def test_who_hears_nobody_does_not_lean_on_the_slope():
    path, leaning = [(0, 1), (1, 2), (2, 3)], [1.0, 0.5, -1.0, -0.25]
    alone, more = Graph.from_edges(path), Graph.from_edges(path, 6)
    for measure in (measures.echo_slope, measures.echo_correlation):
        assert measure(more, [*leaning, 1, -1]) == measure(alone, leaning)


@pytest.mark.parametrize("value", [0.1, 0.3, 0.7, 1e9 + 0.1])
@pytest.mark.parametrize("net", [nx.cycle_graph(7), nx.complete_graph(4), nx.cubical_graph()])
def test_what_differs_by_rounding_only_does_not_differ(net, value):
    graph, same = Graph.from_networkx(net), [value] * len(net)
    for measure in (measures.echo_slope, measures.echo_correlation, measures.numeric_assortativity):
        assert np.isnan(measure(graph, same))
    assert measures.in_paradox(graph, same) == 0
