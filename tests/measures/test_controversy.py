"""Exact walks and distances, held to dense solves and to walks that were walked."""

import time

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karma_lib import Graph, generators, measures
from karma_lib.measures import controversy


def dense_score(net, sides, mark, step_first):
    """Solve the absorbing chain with dense matrices, written down from the definition."""
    A = nx.to_numpy_array(net)
    P = A / A.sum(axis=1, keepdims=True)
    Q = np.where((mark > 0)[:, None], np.eye(len(mark)), P)
    h = np.linalg.matrix_power(Q, 2**40) @ (mark == 1)
    h = np.where((mark > 0) & step_first, P @ h, h)
    x, y = h[sides == 0].mean(), h[sides == 1].mean()
    return (x / (x + y)) * ((1 - y) / (2 - x - y)) - (y / (x + y)) * ((1 - x) / (2 - x - y))


@given(st.integers(0, 2**32 - 1), st.booleans(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_the_score_is_that_of_the_dense_chain(seed, step_first, k):
    net = nx.connected_watts_strogatz_graph(14, 4, 0.5, seed=seed)
    sides = np.random.default_rng(seed).permutation(np.arange(14) % 2)
    graph = Graph.from_networkx(net)
    mark = controversy.influencers(graph, sides, k)
    ours = measures.random_walk_controversy(graph, sides, n_influencers=k, step_first=step_first)
    assert ours == pytest.approx(dense_score(net, sides, mark, step_first), abs=1e-9)
    turned = measures.random_walk_controversy(
        graph, 1 - sides, n_influencers=k, step_first=step_first
    )
    assert turned == pytest.approx(ours, abs=1e-9)


def test_directed_walks_follow_arcs():
    # 2 listens to 0 once and to 1 once; 3 listens to 1 only; 0 and 1 are the influencers.
    graph = Graph.from_edges([(2, 0), (2, 1), (3, 1)], directed=True)
    mark = np.array([1, 2, 0, 0])
    assert controversy.absorption(graph, mark).tolist() == [1, 0, 0.5, 0]


def test_who_reaches_no_influencer_is_left_out_with_the_links_to_them():
    # From 2 a walk can fall into 4, which listens to nobody: that road is closed first.
    graph = Graph.from_edges([(2, 0), (2, 4), (3, 2)], 5, directed=True)
    chance = controversy.absorption(graph, np.array([1, 2, 0, 0, 0]))
    assert chance[:4].tolist() == [1, 0, 1, 1]
    assert np.isnan(chance[4])
    apart = Graph.from_edges([(0, 1), (2, 3)], 6)
    with pytest.warns(UserWarning, match="2 people reach no influencer"):
        score = measures.random_walk_controversy(apart, [0, 0, 1, 1, 0, 1], n_influencers=1)
    assert score == 1


@pytest.mark.parametrize("measure", [measures.random_walk_controversy, measures.relaxed_dipole])
def test_where_nobody_walks_there_is_no_score(measure):
    sides = np.repeat([0, 1], 3)
    for edges in ([], [(i, i) for i in range(6)], [(0, 3)]):
        graph = Graph.from_edges(edges, 6)
        assert np.isnan(measure(graph, sides, n_influencers=1)), edges
    whole = Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
    assert np.isnan(measure(whole, sides, n_influencers=3))
    assert measure(whole, sides, n_influencers=2) == 1  # the two at the ends walk, and stay


def test_without_links_no_way_of_walking_gives_a_score():
    graph, sides = Graph.from_edges([], 6), np.repeat([0, 1], 3)
    for way in ({"step_first": True}, {"from_influencers": True, "at_random": True, "rng": 1}):
        with pytest.warns(UserWarning, match="people reach no influencer"):
            score = measures.random_walk_controversy(graph, sides, n_influencers=1, **way)
        assert np.isnan(score)


def test_two_cliques_apart_score_one_and_loops_change_nothing():
    net = nx.disjoint_union(nx.complete_graph(4), nx.complete_graph(5))
    graph, sides = Graph.from_networkx(net), np.repeat([0, 1], [4, 5])
    assert measures.random_walk_controversy(graph, sides, n_influencers=2) == pytest.approx(1)
    net = nx.karate_club_graph()
    loops = [*net.edges, *((i, i) for i in range(20))]
    clubs = nx.get_node_attributes(net, "club").values()
    sides = np.array([club == "Officer" for club in clubs])
    scores = [
        measures.random_walk_controversy(Graph.from_edges(edges), sides, n_influencers=k)
        for k in (1, 2, 3)
        for edges in (list(net.edges), loops)
    ]
    # the loops raise the number of listeners of 20 people, hence the same ranking only for k = 1
    assert scores[0] == pytest.approx(scores[1], abs=1e-9)
    assert scores[2] == pytest.approx(0.736610, abs=1e-6)


def test_the_script_variant_is_the_mean_of_walks_from_its_seeds():
    graph = generators.small_world(30, 4, 0.3, rng=1)
    sides = np.arange(30) // 15
    exact = measures.random_walk_controversy(
        graph, sides, n_influencers=0.3, at_random=True, from_influencers=True, rng=5
    )
    mark = controversy.influencers(graph, sides, 0.3, at_random=True, rng=5)
    assert np.bincount(mark).tolist() == [22, 4, 4]
    rng, ended = np.random.default_rng(2), np.zeros((2, 2))
    n_walks = 20_000
    for which in (0, 1):
        for start in rng.choice(np.flatnonzero(mark == which + 1), n_walks):
            person = rng.choice(graph.sources(start))
            while not mark[person]:
                person = rng.choice(graph.sources(person))
            ended[which, mark[person] - 1] += 1
    p = ended / ended.sum(axis=0)
    simulated = p[0, 0] * p[1, 1] - p[0, 1] * p[1, 0]
    assert abs(simulated - exact) < 4 * 2 * (0.25 / n_walks) ** 0.5


def test_a_share_of_a_side_is_rounded_down_but_never_to_nobody():
    graph = generators.complete(20)
    sides = np.arange(20) < 7
    assert np.bincount(controversy.influencers(graph, sides, 0.3)).tolist() == [15, 3, 2]
    assert np.bincount(controversy.influencers(graph, sides, 0.01)).tolist() == [18, 1, 1]
    for bad in (0, 8, -1):
        with pytest.raises(ValueError, match="n_influencers must be at"):
            controversy.influencers(graph, sides, bad)


def test_a_large_network_is_solved_within_seconds():
    graph = generators.preferential_attachment(50_000, 5, rng=1)
    sides = np.arange(50_000) % 2
    begin = time.perf_counter()
    assert abs(measures.random_walk_controversy(graph, sides, n_influencers=500)) < 0.05
    assert time.perf_counter() - begin < 5


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_distance_is_that_of_the_pseudo_inverse(seed):
    net = nx.connected_watts_strogatz_graph(12, 4, 0.5, seed=seed)
    opinion = np.random.default_rng(seed).uniform(-1, 1, 12)
    inverse = np.linalg.pinv(nx.laplacian_matrix(net).toarray().astype(float))
    ours = measures.euclidean_distance(Graph.from_networkx(net), opinion)
    assert ours == pytest.approx(np.sqrt(opinion @ inverse @ opinion), rel=1e-8)


def test_distance_needs_one_connected_undirected_network():
    for graph in (
        Graph.from_edges([(0, 1)], 3),
        Graph.from_edges([(0, 1)], 2, directed=True),
        Graph.from_edges([], 0),
    ):
        with pytest.raises(ValueError, match="largest_component"):
            measures.euclidean_distance(graph, np.arange(graph.n_nodes))
    assert measures.euclidean_distance(generators.complete(3), [2, 2, 2]) == 0


def test_dipole_of_two_camps_that_barely_touch():
    # A path of 4 with influencers 1 and 2: everybody holds the opinion of the nearer one.
    path = Graph.from_edges([(0, 1), (1, 2), (2, 3)])
    assert measures.relaxed_dipole(path, [0, 0, 1, 1], n_influencers=1) == pytest.approx(1)
    # A path of 6 with influencers 1 and 3: person 2 stands at 0, the others at 1 1 -1 -1 -1.
    path = Graph.from_edges([(i, i + 1) for i in range(5)])
    assert measures.relaxed_dipole(path, [0, 0, 0, 1, 1, 1], n_influencers=1) == pytest.approx(
        5 / 6
    )


def test_who_stands_in_the_middle_is_in_no_camp():
    # Five chains 0-a-b-c-1 between the influencers: a stands at 1/2, b at 0, c at -1/2.
    chains = [
        edge for a in range(2, 17, 3) for edge in ((0, a), (a, a + 1), (a + 1, a + 2), (a + 2, 1))
    ]
    side = [0, 1] + [0, 0, 1] * 5
    found = measures.relaxed_dipole(Graph.from_edges(chains), side, n_influencers=1)
    assert found == pytest.approx((1 + 5 / 2) / 6)
