"""Silence, feeds and hidden traits: fixed points, limits and confounding."""

import numpy as np
import pytest

from karma_lib import Graph, generators
from karma_lib._random import Draws
from karma_lib.models.echo.feed import RANKINGS, RankedFeed
from karma_lib.models.echo.homophily import (
    LatentHomophily,
    matched_peer_effect,
    peer_effect,
    randomised_peer_effect,
)
from karma_lib.models.echo.silence import Climate, SpiralOfSilence
from karma_lib.theory import silence as theory


@pytest.mark.parametrize(("n_few", "sharpness"), [(60, 4.0), (90, 4.0), (150, 2.0)])
def test_groups_are_as_loud_as_the_fixed_point_says(n_few, sharpness):
    n = 300
    town = generators.complete(n)
    opinions = np.where(np.arange(n) < n_few, -1.0, 1.0)
    model = SpiralOfSilence(opinions=opinions, sharpness=sharpness, learning=0.02, cost=0.1)
    run = model.run(town, n_steps=600_000, record_every=3_000, rng=1)
    said = np.mean([abs(frame) for _, frame in run.frames[100:]], axis=0)
    within = ((n_few - 1) / (n - 1), (n - n_few - 1) / (n - 1))
    expected = theory.loudness(within, sharpness=sharpness, cost=0.1)
    assert said[:n_few].mean() == pytest.approx(expected[0], abs=0.03)
    assert said[n_few:].mean() == pytest.approx(expected[1], abs=0.03)


def test_fixed_points_solve_their_equation():
    for within in ((0.2, 0.8), (0.5, 0.5), (0.95, 0.6)):
        p = theory.loudness(within, sharpness=6, cost=0.2, start=(0.9, 0.1))
        g = np.array(within)
        goal = 1 / (1 + np.exp(-6 * (g * p - (1 - g) * p[::-1] - 0.2)))
        assert p == pytest.approx(goal, abs=1e-12)
    with pytest.raises(ValueError, match="within must lie"):
        theory.loudness((0.5, 1.5))


def test_one_decision_is_rewarded_by_those_who_speak():
    graph = Graph.from_edges([(0, 1), (0, 2), (0, 3), (0, 4), (4, 0)], directed=True)
    state = Climate(
        np.array([1.0, 1, 1, -1, -1]),
        np.array([False, True, True, True, False]),
        np.zeros(5),
        np.array([False, True, True, True, False]),
    )
    model = SpiralOfSilence(sharpness=600, cost=-0.5, learning=0.5)
    state.value[[0, 4]] = 1, -1  # sure to speak, and sure not to
    run = model.run(graph, n_steps=1, rng=1, state=state)
    rng = Draws(1)
    while state.value[0] == 1:
        model.advance(graph, state, 1, rng)
    assert state.value[0] == pytest.approx(1 + 0.5 * ((2 - 1) / 4 + 0.5 - 1))
    assert run.frames[0][1].tolist() == [0, 1, 1, -1, 0]
    model.advance(graph, state, 200, rng)
    assert state.value[1:].tolist() == [0, 0, 0, -1], "neither bots nor the silent learn"


def test_the_first_climate_is_of_fair_coins_and_of_bots_who_shout():
    state = SpiralOfSilence(bots=0.25).start(Graph.from_edges([], 4000), Draws(1))
    people = ~state.bot
    assert people.sum() == 3000
    assert (state.opinion[state.bot] == 1).all()
    assert state.speaks[state.bot].all()
    assert not state.value.any()
    assert set(state.opinion.tolist()) == {-1, 1}
    for coin in (state.opinion[people] > 0, state.speaks[people]):
        assert abs(coin.mean() - 1 / 2) < 4 / 2 / 3000**0.5


def test_bots_always_speak_and_turn_the_climate():
    town, opinions = generators.complete(100), np.where(np.arange(100) < 55, -1.0, 1.0)
    shares = []
    for bots in (0.0, 0.2):
        model = SpiralOfSilence(opinions=opinions, bots=bots)
        run = model.run(town, n_steps=40_000, record_every=40_000, rng=3)
        shares.append((run.final == 1).mean())
    assert shares[0] < 0.2 < shares[1]
    every = SpiralOfSilence(bots=1).run(town, n_steps=1000, rng=1)
    assert (every.final == 1).all()


def test_a_screen_longer_than_the_buffer_shows_what_is_available():
    town = generators.random_graph(60, 10, rng=1)
    for ranking in RANKINGS:
        table = RankedFeed(ranking=ranking, screen=50, memory=50).exposure(
            town, n_steps=3000, rng=2
        )
        assert np.array_equal(table["available"], table["shown"], equal_nan=True)


def test_rankings_open_and_close_the_second_gate():
    town = generators.random_graph(200, 30, rng=3)
    shown = {
        name: RankedFeed(ranking=name).exposure(town, n_steps=20_000, rng=4).mean()
        for name in RANKINGS
    }
    assert all(abs(shares["available"] - 0.5) < 0.02 for shares in shown.values())
    assert abs(shown["chronological"]["shown"] - 0.5) < 0.02
    assert shown["personalised"]["shown"] < 0.1
    assert shown["chronological"]["clicked"] == pytest.approx(0.25, abs=0.02)
    sided = RankedFeed(ranking="bridging").exposure(town, n_steps=20_000, rng=4)
    assert sided["shown"].mean() > shown["personalised"]["shown"]


def test_top_of_a_ranking_by_hand():
    # Person 0 follows 1 (leaning 0.9), 2 (-0.8) and 3 (0.2), and holds 0.1; they post once each.
    graph = Graph.from_edges([(0, 1), (0, 2), (0, 3)], directed=True)
    clicks = {1: (1, 5), 2: (2, 2), 3: (0, 3)}
    for ranking, expected in (
        ("chronological", 3),
        ("engagement", 1),
        ("personalised", 3),
        ("bridging", 2),
    ):
        model = RankedFeed(
            ranking=ranking,
            screen=1,
            click_own=1,
            click_other=1,
            memory=3,
            influence=1,
            opinions=[0.1, 0.9, -0.8, 0.2],
        )
        state, rng = model.start(graph, Draws(1)), Draws(2)
        state.poster[:], state.leaning[:], state.n_posts[0] = [1, 2, 3], [0.9, -0.8, 0.2], 3
        state.clicks[:] = [clicks[1], clicks[2], clicks[3]]
        before = state.clicks.copy()
        while not state.seen[0].any():
            state.poster[:], state.leaning[:], state.n_posts[0] = [1, 2, 3], [0.9, -0.8, 0.2], 3
            state.clicks[:] = before
            model.advance(graph, state, 1, rng)
        assert state.seen[0, 0].sum() == 3
        assert state.seen[0, 1].tolist() == ([0, 1] if expected == 2 else [1, 0])
        assert state.opinion[0] == pytest.approx([0.9, -0.8, 0.2][expected - 1])


@pytest.mark.parametrize(("opinion", "share"), [(-0.5, 0), (0.5, 1)])
def test_who_holds_nothing_stands_with_those_below(opinion, share):
    pair = Graph.from_edges([(0, 1)])
    table = RankedFeed(opinions=[0, opinion], screen=1).exposure(pair, n_steps=50, rng=1)
    assert (table[["available", "shown"]] == share).all(axis=None)


def test_a_reader_leaves_no_trace_in_the_feed_of_the_next():
    followers = Graph.from_edges([(1, 0)], 3, directed=True)
    table = RankedFeed().exposure(followers, n_steps=60, rng=1)
    assert table.notna().any(axis=1).tolist() == [False, True, False]


def test_influence_draws_readers_to_what_they_click():
    town = generators.random_graph(100, 20, rng=1)
    model = RankedFeed(influence=0.2, click_own=1, click_other=1)
    assert model.run(town, n_steps=20_000, record_every=20_000, rng=1).final.std() < 0.05
    still = RankedFeed(influence=0).run(town, n_steps=500, record_every=500, rng=1)
    assert (still.final == still.frames[0][1]).all()


def test_matched_people_are_held_to_their_neighbour_in_likeness():
    # Seven people hear 0 to 6 by pairs in likeness; the last, without a match, is left out.
    network = Graph.from_edges([(i, i + 7) for i in range(7)], 15, directed=True)
    before = np.append(np.zeros(7), [0, 1, 3, 6, 2, 7, 50, 9])
    after = np.append(0.5 * before[7:14] + [2, 2, 5, 5, -1, -1, 300], np.full(8, 1e9))
    likeness = np.append([3, 3.1, 1, 1.1, 2, 2.1, 9], np.zeros(8))
    slope, error = matched_peer_effect(network, before, after, likeness)
    assert (slope, error) == (pytest.approx(0.5), pytest.approx(0, abs=1e-9))


def test_the_ends_of_a_range_are_in_it():
    assert [LatentHomophily(homophily=end).homophily for end in (0, 30)] == [0, 30]


def estimates(n_worlds=12, **settings):
    model, graph = LatentHomophily(**settings), generators.random_graph(1500, 8, rng=1)
    rows = []
    for seed in range(n_worlds):
        rng = Draws(seed)
        state = model.start(graph, rng)
        network, before = model.observe(graph, state)
        model.advance(graph, state, 1, rng)
        rows.append(
            [
                peer_effect(network, before, state.behaviour)[0],
                peer_effect(network, before, state.behaviour, state.trait)[0],
                matched_peer_effect(network, before, state.behaviour, state.trait)[0],
                matched_peer_effect(network, before, state.behaviour, before)[0],
                model.experiment(graph, rng=seed)[0],
            ]
        )
    rows = np.array(rows)
    return rows.mean(axis=0), 4 * rows.std(axis=0, ddof=1) / n_worlds**0.5


@pytest.mark.parametrize("influence", [0.0, 0.3])
def test_who_is_fooled_by_homophily(influence):
    mean, error = estimates(influence=influence)
    naive, seen, matched, proxy, experiment = range(5)
    assert mean[naive] - influence > 0.1 > error[naive]
    assert mean[proxy] - influence > 0.1
    assert abs(mean[seen] - influence) < error[seen]
    assert abs(mean[matched] - influence) < error[matched] + 0.02
    assert abs(mean[experiment] - influence) < error[experiment]


def test_nobody_is_fooled_without_homophily():
    mean, error = estimates(homophily=0, influence=0.3)
    assert (abs(mean - 0.3) < error).all()


@pytest.mark.parametrize("homophily", [0, 3])
def test_standard_errors_are_those_of_repeated_worlds(homophily):
    model = LatentHomophily(homophily=homophily, influence=0.2)
    graph = generators.random_graph(400, 6, rng=1)
    found = np.array([model.experiment(graph, rng=seed) for seed in range(200)])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(ddof=1), rel=0.2)
    covers = (abs(found[:, 0] - 0.2) < 1.96 * found[:, 1]).mean()
    assert covers > 0.95 - 4 * (0.05 * 0.95 / 200) ** 0.5


def test_each_draw_counts_as_one_case():
    # Six people hear the same two draws. Worked by hand from the formula, with dense matrices.
    rng = np.random.default_rng(3)
    network = Graph.from_edges(
        [(i, j) for i in range(2, 8) for j in (0, 1, (i + 1) % 8)], directed=True
    )
    drawn, after = rng.standard_normal((2, 8))
    slope, error = randomised_peer_effect(network, drawn, after)
    assert slope == peer_effect(network, drawn, after)[0]
    W = np.zeros((8, 8))
    np.add.at(W, tuple(network.edges().T), 1 / 3)
    X = np.column_stack([W @ drawn, np.ones(8), drawn])[2:]
    beta, *_ = np.linalg.lstsq(X, after[2:])
    rest = X[:, 0] - X[:, 1:] @ np.linalg.lstsq(X[:, 1:], X[:, 0])[0]
    sums = W[2:].T @ (after[2:] - X @ beta)
    assert slope == pytest.approx(beta[0])
    assert error == pytest.approx(
        np.sqrt((((drawn - drawn.mean()) * sums) ** 2).sum()) / (rest @ rest)
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SpiralOfSilence(opinions=[0.5, 1]), "opinions must be -1 or 1"),
        (lambda: SpiralOfSilence(bots=1.2), "bots must lie"),
        (lambda: RankedFeed(ranking="random"), "ranking must be one of"),
        (lambda: RankedFeed(screen=0), "screen must be at least 1"),
        (lambda: RankedFeed(memory=0), "memory must be at least 1"),
        (lambda: RankedFeed(opinions=[3]), "opinions must lie"),
        (lambda: LatentHomophily(influence=1), "influence must lie"),
        (lambda: peer_effect(Graph.from_edges([], 3), [1, 2, 3], [1, 2, 3]), "more than 3 cases"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
