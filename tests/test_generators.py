import random

import numpy as np
import pytest

from karma_lib import Graph
from karma_lib import generators as g


def test_random_graph_has_the_mean_degree_and_poisson_degrees():
    graph = g.random_graph(20_000, 4.0, rng=1)
    degree = graph.n_sources
    assert abs(degree.mean() - 4) < 4 * (2 * 4 / 20_000) ** 0.5
    assert abs((degree == 0).mean() - np.exp(-4)) < 4 * (np.exp(-4) / 20_000) ** 0.5
    assert graph.simplified().n_edges == graph.n_edges


def test_small_world_without_rewiring_is_a_ring():
    graph = g.small_world(10, degree=4, rewired=0, rng=1)
    for i in range(10):
        assert sorted(graph.sources(i)) == sorted((i + d) % 10 for d in (-2, -1, 1, 2))


def test_small_world_keeps_its_edges_and_rewires_some():
    ring = {tuple(edge) for edge in g.small_world(1_000, 6, 0, rng=1).edges()}
    graph = g.small_world(1_000, 6, 0.2, rng=1)
    moved = np.mean([tuple(sorted(edge)) not in ring for edge in graph.edges().tolist()])
    assert graph.simplified().n_edges == 3_000
    assert abs(moved - 0.2) < 4 * (0.16 / 3_000) ** 0.5
    assert g.small_world(1_000, 6, 1, rng=2).n_sources.min() >= 3, "near ends stay"


def test_preferential_attachment_has_hubs():
    graph = g.preferential_attachment(10_000, 3, rng=1)
    assert graph.simplified().n_edges == graph.n_edges
    assert graph.n_sources.max() > 20 * graph.n_sources.mean()


def test_shuffled_keeps_degrees_and_little_else():
    ring = g.small_world(500, 6, 0, rng=1)
    mixed = g.shuffled(ring, rng=2)
    assert mixed.n_sources.tolist() == ring.n_sources.tolist()
    assert mixed.simplified().n_edges == mixed.n_edges
    before, after = ({tuple(sorted(e)) for e in x.edges().tolist()} for x in (ring, mixed))
    assert len(before & after) < 0.1 * len(before)


def test_shuffled_stays_in_one_piece_where_asked():
    town = g.random_graph(300, 2.5, rng=1).largest_component()
    loose, whole = (g.shuffled(town, connected=connected, rng=3) for connected in (False, True))
    assert loose.largest_component().n_nodes < town.n_nodes
    assert whole.largest_component().n_nodes == town.n_nodes
    assert whole.n_sources.tolist() == town.n_sources.tolist()
    assert whole.simplified().n_edges == whole.n_edges
    before, after = ({tuple(sorted(e)) for e in x.edges().tolist()} for x in (town, whole))
    assert len(before & after) < 0.1 * len(before)


@pytest.mark.parametrize(("share", "separation"), [(0.5, 0.6), (0.2, 0.6), (0.2, 0), (0.5, 1)])
def test_two_groups_moves_a_known_part_of_the_links_across_inside(share, separation):
    town = g.two_groups(2_000, 20, separation, share=share, rng=1)
    side = town.attribute("side")
    ends = side[town.edges()]
    across = (ends[:, 0] != ends[:, 1]).mean()
    chance = 2 * share * (1 - share) * 2_000 / 1_999
    assert (side == -1).sum() == share * 2_000
    assert (np.diff(side) >= 0).all()
    assert abs(across - chance * (1 - separation)) < 4 * (0.25 / town.n_edges) ** 0.5
    assert abs(town.n_edges - 20_000) < 4 * 20_000**0.5
    if share < 0.5:  # one chance for any two people inside, so the larger side has more links
        few, many = ((ends == which).all(axis=1).sum() for which in (-1, 1))
        pairs = [k * (k - 1) / 2 for k in (400, 1_600)]
        expected = (few + many) * pairs[0] / sum(pairs)
        assert abs(few - expected) < 4 * expected**0.5
    assert town.simplified().n_edges == town.n_edges


def test_complete():
    assert g.complete(6).n_sources.tolist() == [5] * 6
    assert g.complete(1).n_edges == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda rng: g.random_graph(300, 3, rng=rng),
        lambda rng: g.small_world(300, 4, 0.3, rng=rng),
        lambda rng: g.preferential_attachment(300, 2, rng=rng),
        lambda rng: g.two_groups(300, 4, 0.5, rng=rng),
        lambda rng: g.shuffled(g.small_world(300, 4, 0, rng=1), rng=rng),
        lambda rng: g.shuffled(g.small_world(300, 4, 0, rng=1), connected=True, rng=rng),
    ],
)
def test_seeded_and_only_by_rng(make):
    random.seed(1)
    first = make(7)
    before = random.getstate()
    again, other = make(7), make(8)
    assert random.getstate() == before, "Python's own stream is left alone"
    assert first.idx.tolist() == again.idx.tolist()
    assert first.idx.tolist() != other.idx.tolist()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: g.random_graph(10, 10), "mean_degree (below n_nodes) must lie in [0, 9]; got 10."),
        (lambda: g.random_graph(0, 0), "n_nodes must be at least 1; got 0."),
        (lambda: g.random_graph(10, float("nan")), "mean_degree must be finite; got nan."),
        (lambda: g.two_groups(9, 2, 1.1), "separation must lie in [0, 1]; got 1.1."),
        (lambda: g.two_groups(9, 2, 0.5, share=0.1), "share must leave two people in each group"),
        (lambda: g.two_groups(10, 6, 1), "mean_degree must be at most 4 in 10 n_nodes; got 6."),
        (lambda: g.small_world(10, 3, 0.1), "degree must be even"),
        (lambda: g.small_world(4, 4, 0.1), "n_nodes must be at least 5; got 4."),
        (lambda: g.small_world(10, 4, 1.1), "rewired must lie in [0, 1]; got 1.1."),
        (lambda: g.preferential_attachment(3, 3), "n_nodes must be at least 4; got 3."),
        (
            lambda: g.shuffled(Graph.from_edges([(0, 0)])),
            "graph must be undirected, without self-loops",
        ),
        (
            lambda: g.shuffled(Graph.from_edges([(0, 1)], 3), connected=True),
            "graph must be in one piece to be shuffled into one; got Graph(3 nodes, 1 edges) in 2.",
        ),
        (lambda: g.preferential_attachment(3, 0), "links must be at least 1; got 0."),
    ],
)
def test_errors_are_sentences(call, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call()
    assert sentence in str(caught.value)
