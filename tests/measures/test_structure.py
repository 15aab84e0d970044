"""Links inside and across sides, held to networkx and to worked examples."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karma_lib import Graph, generators, measures


@st.composite
def sided_networks(draw, directed=None):
    n = draw(st.integers(3, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    p = draw(st.floats(0.1, 0.9))
    kind = draw(st.booleans()) if directed is None else directed
    net = nx.gnp_random_graph(n, p, seed=seed, directed=kind)
    sides = np.random.default_rng(seed).integers(0, draw(st.integers(1, 3)), n)
    nx.set_node_attributes(net, dict(enumerate(sides.tolist())), "side")
    return net, sides


@given(sided_networks())
@settings(max_examples=200, deadline=None)
def test_networkx_gives_the_same(world):
    net, sides = world
    graph = Graph.from_networkx(net)
    if not graph.n_arcs:
        assert np.isnan(measures.modularity(graph, sides))
        return
    parts = [set(np.flatnonzero(sides == side).tolist()) for side in np.unique(sides)]
    assert measures.modularity(graph, sides) == pytest.approx(
        nx.community.modularity(net, parts), abs=1e-12
    )
    crossing = sum(sides[u] != sides[v] for u, v in net.edges)
    assert measures.cut(graph, sides) == crossing
    assert measures.ei_index(graph, sides) == pytest.approx(
        2 * crossing / net.number_of_edges() - 1
    )
    if len(set(sides[np.array(net.edges).ravel()])) > 1:
        assert measures.assortativity(graph, sides) == pytest.approx(
            nx.attribute_assortativity_coefficient(net, "side"), abs=1e-12
        )
    if graph.directed:
        assert measures.reciprocity(graph) == pytest.approx(nx.reciprocity(net))


@given(sided_networks(directed=False))
@settings(max_examples=200, deadline=None)
def test_networkx_gives_the_same_for_numbers(world):
    net, _ = world
    graph = Graph.from_networkx(net)
    ends = graph.n_sources[graph.idx]
    if len(set(ends.tolist())) > 1:
        ours = measures.numeric_assortativity(graph, graph.n_sources)
        assert ours == pytest.approx(nx.degree_assortativity_coefficient(net), abs=1e-9)


def test_loops_and_parallel_links_count_as_in_networkx():
    net = nx.MultiGraph([(0, 1), (0, 1), (1, 2), (2, 3), (3, 3)])
    graph, sides = Graph.from_networkx(net), [0, 0, 1, 1]
    assert measures.modularity(graph, sides) == pytest.approx(
        nx.community.modularity(net, [{0, 1}, {2, 3}])
    )
    assert measures.cut(graph, sides) == 1
    assert measures.ei_index(graph, sides) == pytest.approx((1 - 4) / 5)


def test_adaptive_ei_corrects_for_the_sizes_of_sides():
    graph = Graph.from_networkx(nx.complete_graph(7))
    assert measures.adaptive_ei_index(graph, [0, 0, 1, 1, 1, 1, 1]) == pytest.approx(0)
    assert measures.ei_index(graph, [0, 0, 1, 1, 1, 1, 1]) < 0
    crossing = Graph.from_networkx(nx.complete_bipartite_graph(2, 3))
    assert measures.adaptive_ei_index(crossing, [0, 0, 1, 1, 1]) == -1
    assert measures.adaptive_ei_index(Graph.from_edges([(0, 1)]), [0, 1]) == -1


def test_boundary_score_of_a_graph_worked_by_hand():
    # Two triangles 0 1 2 and 3 4 5 joined by 2-3: boundary nodes 2 and 3, each with two
    # inner neighbours and one link across, so the score is 2/3 - 1/2.
    edges = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    graph = Graph.from_edges(edges)
    assert measures.boundary_score(graph, [0] * 3 + [1] * 3) == pytest.approx(2 / 3 - 1 / 2)
    assert np.isnan(measures.boundary_score(Graph.from_edges([(0, 1)]), [0, 1]))


def test_one_side_and_no_links_have_documented_meanings():
    graph, empty = Graph.from_edges([(0, 1), (1, 2)]), Graph.from_edges([], 3)
    assert measures.ei_index(graph, [7, 7, 7]) == -1
    assert measures.modularity(graph, [7, 7, 7]) == 0
    assert np.isnan(measures.assortativity(graph, [7, 7, 7]))
    assert np.isnan(measures.ei_index(empty, [0, 1, 1]))
    assert np.isnan(measures.numeric_assortativity(empty, [0.0, 1, 1]))
    assert np.isnan(measures.reciprocity(empty))


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ([0, 1], "one side a person of graph, 3"),
        ([0.0, np.nan, 1.0], "name every side; got 1 without"),
        (["a", None, "b"], "name every side; got 1 without"),
        ([0, 1, 2], "must have 2 sides; got 3"),
        ([0, 0, 0], "must have 2 sides; got 1"),
    ],
)
def test_sides_that_make_no_sense_are_refused(state, message):
    with pytest.raises(ValueError, match=message):
        measures.boundary_score(Graph.from_edges([(0, 1), (1, 2)]), state)


def test_null_networks_keep_degrees_and_blind_the_score():
    net = nx.planted_partition_graph(2, 30, 0.3, 0.02, seed=1)
    graph, sides, seen = Graph.from_networkx(net), np.repeat([0, 1], 30), []

    def spy(null, state):
        seen.append(null.n_sources.tolist())
        return measures.modularity(null, state)

    found = measures.standardised(spy, graph, sides, n_nulls=50, rng=3)
    assert all(degrees == graph.n_sources.tolist() for degrees in seen)
    assert abs(found["null"]) < 4 * found["null_sd"] / 50**0.5 + 0.02
    assert found["standardised"] > 5
    assert found == measures.standardised(measures.modularity, graph, sides, n_nulls=50, rng=3)
    blind = measures.standardised(
        measures.modularity, graph, sides, n_nulls=20, sides=lambda g: np.arange(60) % 2, rng=3
    )
    assert blind["score"] == found["score"]
    with pytest.raises(ValueError, match="simplified"):
        measures.standardised(spy, Graph.from_edges([(0, 0), (0, 1)]), [0, 1], rng=1)


@pytest.mark.parametrize("pieces", [1, 2])
def test_null_networks_are_in_one_piece_where_the_network_is(pieces):
    town = generators.random_graph(100, 2.5, rng=1).largest_component()
    edges = [town.edges() + i * town.n_nodes for i in range(pieces)]
    graph, seen = Graph.from_edges(np.concatenate(edges)), []

    def spy(null, state):
        seen.append(measures.region_count(null, np.zeros(null.n_nodes)))
        return seen[-1]

    measures.standardised(spy, graph, np.zeros(graph.n_nodes), n_nulls=5, rng=2)
    *nulls, own = seen
    assert own == pieces
    assert (set(nulls) == {1}) == (pieces == 1)


def test_who_listens_and_who_is_heard_are_counted_apart():
    # Of three arcs two start on side 0 and one on side 1, all end on side 1: chance is 1/3.
    graph = Graph.from_edges([(0, 2), (1, 2), (3, 2)], directed=True)
    assert measures.modularity(graph, [0, 0, 1, 1]) == pytest.approx(1 / 3 - 1 / 3)
    assert measures.assortativity(graph, [0, 0, 1, 1]) == pytest.approx(0)


def test_loops_alone_have_no_density():
    loops = Graph.from_edges([(0, 0), (1, 1)])
    assert np.isnan(measures.adaptive_ei_index(loops, [0, 1]))


def test_a_directed_link_across_never_leads_inward():
    # 0 hears 2 of the other side, who hears nobody across; and 1 of its own.
    graph = Graph.from_edges([(0, 1), (0, 2)], directed=True)
    assert measures.boundary_score(graph, [0, 0, 1]) == 0
    assert np.isnan(measures.boundary_score(Graph.from_edges([(0, 1)], directed=True), [0, 1]))
