"""Sides that are found: planted ones again, the best split of a small network, and refusals."""

import random
from itertools import product

import networkx as nx
import numpy as np
import pytest

from karma_lib import Graph, generators, measures


def agreement(found, truth):
    same = (found == truth).mean()
    return max(same, 1 - same)


@pytest.mark.parametrize("seed", range(5))
def test_planted_sides_are_found_again_where_theory_says_they_can_be(seed):
    # Decelle et al. 2011: with 16 links a person sides show above a separation of 1/4.
    town = generators.two_groups(600, 16, 0.8, rng=seed)
    assert agreement(measures.two_sides(town), town.attribute("side") > 0) > 0.98
    hidden = generators.two_groups(600, 16, 0.1, rng=seed).largest_component()
    assert agreement(measures.two_sides(hidden), hidden.attribute("side") > 0) < 0.65


def test_the_split_is_networkx_own_spectral_split():
    club = nx.karate_club_graph()
    graph = Graph.from_networkx(club)
    theirs = nx.community.spectral_modularity_bipartition(nx.Graph(list(club.edges)))
    ours = measures.two_sides(graph)
    assert {frozenset(np.flatnonzero(ours == side).tolist()) for side in (0, 1)} == {
        frozenset(side) for side in theirs
    }


def test_close_to_the_best_of_all_splits_of_a_small_network():
    graph = Graph.from_networkx(nx.connected_caveman_graph(2, 5))
    best = max(measures.modularity(graph, split) for split in product([0, 1], repeat=10))
    assert measures.modularity(graph, measures.two_sides(graph)) == pytest.approx(best)


def test_side_0_is_that_of_the_first_person():
    edges = np.array([(0, 2), (2, 4), (4, 0), (4, 5), (1, 3), (3, 5), (5, 1)])  # odd and even
    assert measures.two_sides(Graph.from_edges(edges)).tolist() == [0, 1, 0, 1, 0, 1]


def test_the_same_each_time_and_nobody_elses_stream_is_touched():
    graph = generators.random_graph(300, 4, rng=3).largest_component()
    random.seed(5)
    before = random.getstate()
    first = measures.two_sides(graph, rng=1)
    assert random.getstate() == before
    assert (measures.two_sides(graph, rng=1) == first).all()
    assert first[0] == 0


def test_no_split_beats_chance_where_everybody_is_linked():
    assert measures.two_sides(generators.complete(6)).tolist() == [0] * 6


@pytest.mark.parametrize(
    "graph",
    [Graph.from_edges([(0, 1)], 3), Graph.from_edges([(0, 1)], directed=True), Graph.from_edges([], 0)],
    ids=["in pieces", "directed", "empty"],
)  # fmt: skip
def test_one_connected_undirected_network_is_needed(graph):
    with pytest.raises(ValueError, match=r"undirected and connected.*largest_component"):
        measures.two_sides(graph)
