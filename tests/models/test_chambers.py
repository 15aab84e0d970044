"""Culture, segregation, rewiring and feeds: invariants, exact chances, worked examples."""

from collections import Counter
from itertools import permutations

import networkx as nx
import numpy as np
import pytest

from karma_lib import Graph, generators, measures
from karma_lib._random import Draws
from karma_lib.models.echo.culture import Axelrod
from karma_lib.models.echo.rewiring import CoevolvingVoter, Company
from karma_lib.models.echo.segregation import Schelling
from karma_lib.models.echo.social_feed import (
    RECOMMENDATION,
    RULES,
    SocialFeedRewiring,
    Timeline,
    _candidates,
    _screen,
    follow_network,
)
from tests.models.laws import assert_drawn_from


def test_two_who_share_some_end_alike_and_two_who_share_nothing_never_meet():
    pair = Graph.from_edges([(0, 1)])
    model = Axelrod(n_features=3, n_traits=9)
    some = np.array([[1, 2, 3], [1, 7, 8]], np.int16)
    run = model.run(pair, n_steps=10_000, record_every=100, rng=1, state=some)
    assert measures.region_count(*run.frames[-1]) == 1
    assert run.steps[-1] < 10_000
    none = np.array([[1, 2, 3], [4, 7, 8]], np.int16)
    assert model.run(pair, n_steps=1000, rng=1, state=none).steps == [0]


def test_one_meeting_copies_with_the_chance_shared_over_features():
    pair = Graph.from_edges([(0, 1)], directed=True)  # only person 0 listens
    model = Axelrod(n_features=4, n_traits=9)

    def drawn(key):
        state = np.array([[1, 1, 1, 5], [1, 2, 3, 4]], np.int16)
        model.advance(pair, state, 1, Draws(key))
        assert (state[1] == [1, 2, 3, 4]).all()
        return tuple(state[0].tolist())

    # Person 0 is picked by a coin, accepts one time in four, and takes one trait of three.
    law = {(1, 1, 1, 5): 7 / 8, (1, 2, 1, 5): 1 / 24, (1, 1, 3, 5): 1 / 24, (1, 1, 1, 4): 1 / 24}
    assert_drawn_from(law, map(drawn, range(4000)))


def test_a_source_is_as_likely_as_any_other():
    star = Graph.from_edges([(0, 1), (0, 2), (0, 3)], directed=True)

    def drawn(key):
        state = np.array([[1, 9], [1, 2], [1, 3], [1, 4]], np.int16)
        Axelrod(n_features=2, n_traits=10).advance(star, state, 1, Draws(key))
        return int(state[0, 1])

    assert_drawn_from({9: 7 / 8, 2: 1 / 24, 3: 1 / 24, 4: 1 / 24}, map(drawn, range(2000)))


def test_axelrod_bounds():
    ring = generators.small_world(20, 2, 0, rng=1)
    assert Axelrod(n_traits=1).run(ring, n_steps=10, rng=1).steps == [0]
    assert Axelrod(n_features=1).run(ring, n_steps=10, rng=1).steps == [0]
    assert Axelrod().run(Graph.from_edges([], 2), n_steps=10, rng=1).steps == [0]
    with pytest.raises(ValueError, match="n_traits must be at most 32767"):
        Axelrod(n_traits=40_000)


def test_a_round_of_moves_follows_the_enumerated_law():
    """Whoever was unhappy moves, in random order, to a uniform home that is empty by then."""
    ring, first, law = (
        Graph.from_edges([(i, (i + 1) % 7) for i in range(7)]),
        (1, 2, 1, 0, 2, 2, 0),
        {},
    )
    leaving = [0, 1, 2]  # 0 sees one of the other kind, 1 two, 2 one; 4 and 5 see each other

    def move(town, order, chance):
        if not order:
            law[town] = law.get(town, 0) + chance
            return
        homes = [i for i in range(7) if town[i] == 0]
        for home in homes:
            after = list(town)
            after[home], after[order[0]] = town[order[0]], 0
            move(tuple(after), order[1:], chance / len(homes))

    for order in permutations(leaving):
        move(first, order, 1 / 6)

    def drawn(key):
        town = np.array(first, np.int8)
        Schelling(want=0.5).advance(ring, town, 1, Draws(key))
        return tuple(town.tolist())

    assert_drawn_from(law, map(drawn, range(1000)))


def test_a_first_town_is_as_full_as_it_should_be_and_of_two_equal_kinds():
    town = Schelling(occupied=0.8).run(Graph.from_edges([], 4000), n_steps=0, rng=1).final
    shares = np.array([0.2, 0.4, 0.4])
    error = 4 * np.sqrt(shares * (1 - shares) / 4000)
    assert (abs(np.bincount(town, minlength=3) / 4000 - shares) < error).all()


@pytest.mark.parametrize("to_like", [False, True])
def test_two_quarrels_follow_the_enumerated_law(to_like):
    first, links = (0, 1, 0, 1), ((0, 1), (1, 2), (2, 3))
    law = {(first, links): 1.0}
    for _ in range(2):
        after = Counter()
        for (opinion, ends), p in law.items():
            for edge, side in ((edge, side) for edge in range(3) for side in (0, 1)):
                i, j = ends[edge][side], ends[edge][1 - side]
                if opinion[i] == opinion[j]:
                    after[opinion, ends] += p / 6
                    continue
                agreed = (*opinion[:i], opinion[j], *opinion[i + 1 :])
                after[agreed, ends] += p / 6 * 0.6
                others = [
                    k for k in range(4) if k != i and (not to_like or opinion[k] == opinion[i])
                ]
                for k in others:
                    link = (i, k) if side == 0 else (k, i)
                    parted = (*ends[:edge], link, *ends[edge + 1 :])
                    after[opinion, parted] += p / 6 * 0.4 / len(others)
                if not others:
                    after[opinion, ends] += p / 6 * 0.4
        law = after
    model, graph = CoevolvingVoter(rewiring=0.4, to_like=to_like), Graph.from_edges(links)

    def drawn(key):
        state = Company(np.array(first), np.array(links))
        model.advance(graph, state, 2, Draws(key))
        return tuple(state.opinion.tolist()), tuple(map(tuple, state.ends.tolist()))

    assert_drawn_from(law, map(drawn, range(1000)))


@pytest.mark.parametrize(
    ("opinion", "settled"), [([1, 1, 1], True), ([0, 1, 0], False), ([0, 0, 1], False)]
)
def test_company_rests_where_all_who_are_linked_agree(opinion, settled):
    path, model = Graph.from_edges([(0, 1), (1, 2)]), CoevolvingVoter()
    assert model.settled(path, Company(np.array(opinion), path.edges().copy())) == settled


def test_people_keep_their_kind_when_they_move_house():
    town = Graph.from_networkx(nx.grid_2d_graph(12, 12, periodic=True))
    run = Schelling(want=0.6, occupied=0.9).run(town, n_steps=30, rng=2)
    kinds = [np.bincount(frame, minlength=3).tolist() for _, frame in run.frames]
    assert all(kind == kinds[0] for kind in kinds)
    full = Schelling(want=0.6, occupied=1).run(town, n_steps=3, rng=2)
    assert (full.final == full.frames[0][1]).all()
    assert Schelling(want=0).run(town, n_steps=3, rng=2).steps == [0]


def test_exactly_enough_like_neighbours_are_enough():
    # Person 0 has one like neighbour of two: content at 0.5, not above it.
    town, state = Graph.from_edges([(0, 1), (0, 2), (2, 3)], 5), np.array([1, 1, 2, 2, 0], np.int8)
    assert Schelling(want=0.5).settled(town, state)
    assert not Schelling(want=0.51).settled(town, state)


def test_an_opinion_wins_with_its_first_share_whatever_the_degrees():
    star = Graph.from_edges([(0, i) for i in range(1, 6)])
    n, won = 4000, 0
    for key in range(n):
        state = Company(np.array([1, 0, 0, 0, 0, 1]), star.edges().copy())
        model = CoevolvingVoter(rewiring=0)
        run = model.run(star, n_steps=5000, record_every=50, rng=key, state=state)
        won += run.final[0]
    assert abs(won / n - 2 / 6) < 4 * (2 / 9 / n) ** 0.5


def test_rewiring_alone_keeps_opinions_and_parts_the_network():
    town = generators.random_graph(80, 4, rng=1)
    model = CoevolvingVoter(rewiring=1, n_opinions=3)
    run = model.run(town, n_steps=200_000, record_every=2000, rng=4)
    assert (run.final == run.frames[0][1]).all()
    assert measures.cut(*run.frames[-1]) == 0
    assert run.frames[-1][0].n_edges == town.n_edges
    assert (run.frames[-1][0].edges()[:, 0] != run.frames[-1][0].edges()[:, 1]).all()
    assert measures.modularity(*run.frames[-1]) > 0.5 > measures.modularity(*run.frames[0])
    lonely = Company(np.array([0, 1, 1]), np.array([[0, 1]]))
    stuck = CoevolvingVoter(rewiring=1).run(
        Graph.from_edges([(0, 1)], 3), n_steps=50, rng=1, state=lonely
    )
    assert stuck.final.tolist() == [0, 1, 1]
    anybody = CoevolvingVoter(rewiring=1, to_like=False).run(town, n_steps=5000, rng=1)
    assert (anybody.final == anybody.frames[0][1]).all()


def timeline():
    """Four people who follow 1 and 2 (person 0), with three messages in the buffer."""
    return Timeline(
        opinion=np.array([0.0, 0.3, -0.9, 0.1]),
        follows=np.array([1, 2, 0, 0, 0]),
        poster=np.array([1, 2, 3, 0]),
        origin=np.array([3, 2, 0, 0]),
        content=np.array([0.1, -0.9, 0.05, 0.0]),
        n_messages=np.array([3]),
    )


def test_a_screen_shows_the_newest_of_those_followed_but_not_ones_own():
    state, slots = timeline(), np.empty(4, np.int64)
    followed = np.array([False, True, True, False])
    assert slots[: _screen(0, 10, followed, state, slots)].tolist() == [1, 0]
    assert slots[: _screen(0, 1, followed, state, slots)].tolist() == [1]
    followed = np.array([True, True, True, True])
    assert slots[: _screen(0, 10, followed, state, slots)].tolist() == [1, 0]


def test_recommendation_compares_with_ones_own_last_message_in_the_buffer():
    state, found = timeline(), np.empty(4, np.int64)
    slots, followed = np.empty(4, np.int64), np.array([False, True, True, False])
    rule = (RECOMMENDATION, 0, 0.2, followed, state, slots, 0, found)
    assert found[: _candidates(*rule)].tolist() == [3]  # 0 last said 0.05, 3 said 0.1
    state.origin[1] = 0  # so is -0.9, but earlier
    assert found[: _candidates(*rule)].tolist() == [3]
    state.origin[1], state.origin[2] = 2, 1  # now 0 has said nothing
    assert _candidates(*rule) == 0


def test_two_opposite_people_part_at_the_first_sight():
    # 0 reads 1, whom it cannot bear, and can only turn to 2.
    graph = Graph.from_edges([(0, 1), (1, 0), (2, 0)], directed=True)
    model = SocialFeedRewiring(opinions=[-1, 1, -1], rewiring=1, reposting=0, rules=("random",))
    run = model.run(graph, n_steps=50, rng=1)
    assert run.frames[-1][0].sources(0).tolist() == [2]
    assert run.final.tolist() == [-1, 1, -1]
    assert run.frames[0][0].sources(0).tolist() == [1]


def test_who_is_unfollowed_is_drawn_among_those_whom_one_cannot_bear():
    graph = Graph.from_edges([(0, 1), (0, 2), (1, 0), (2, 0), (3, 0)], directed=True)
    model = SocialFeedRewiring(opinions=[1, -1, -1, 1], rewiring=1, rules=("random",))

    def drawn(key):
        state = model.start(graph, Draws(0))
        state.poster[:2], state.origin[:2], state.content[:2] = [1, 2], [1, 2], -1
        state.n_messages[0] = 2
        model.advance(graph, state, 1, Draws(key))
        return tuple(sorted(state.follows[:2].tolist()))

    assert_drawn_from({(1, 2): 3 / 4, (1, 3): 1 / 8, (2, 3): 1 / 8}, map(drawn, range(1000)))


def test_who_drew_nobody_takes_over_a_link_that_can_be_spared():
    for seed in range(10):
        people = follow_network(30, 30, rng=seed)
        assert (people.n_sources == 1).all()
        assert (people.idx != np.arange(30)).all()


def test_links_a_person_stay_and_never_double():
    people = follow_network(60, 300, rng=3)
    assert (people.n_sources > 0).all()
    assert people.simplified().n_arcs == 300
    for rule in RULES:
        run = SocialFeedRewiring(rules=(rule,)).run(people, n_steps=4000, record_every=500, rng=1)
        now = run.frames[-1][0]
        assert (now.n_sources == people.n_sources).all()
        assert now.simplified().n_arcs == 300
        assert abs(run.final).max() <= 1
    still = SocialFeedRewiring(rewiring=0).run(people, n_steps=2000, record_every=2000, rng=1)
    assert (still.frames[-1][0].idx == people.idx).all()


def test_an_unlinked_pair_of_camps_has_settled():
    graph = Graph.from_edges([(0, 1), (1, 0), (2, 3), (3, 2)], directed=True)
    model = SocialFeedRewiring(opinions=[-1, -0.8, 0.8, 1])
    assert model.run(graph, n_steps=10, rng=1).steps == [0]
    wide = SocialFeedRewiring(opinions=[-1, -0.5, 0.8, 1], influence=0)
    assert wide.run(graph, n_steps=10, rng=1).steps[-1] > 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SocialFeedRewiring(confidence=0), "confidence must lie"),
        (lambda: SocialFeedRewiring(screen=0), "screen must be at least 1"),
        (lambda: SocialFeedRewiring(rules=("nobody",)), "rules must be a sequence"),
        (lambda: SocialFeedRewiring(rules=()), "rules must be a sequence"),
        (lambda: SocialFeedRewiring(opinions=[2]), "opinions must lie"),
        (lambda: SocialFeedRewiring(rewiring=-0.1), "rewiring must lie"),
        (lambda: SocialFeedRewiring().run(Graph.from_edges([(0, 0)]), n_steps=1), "no loops"),
        (lambda: follow_network(5, 4), "n_links must be at least 5"),
        (lambda: CoevolvingVoter(rewiring=2), "rewiring must lie"),
        (lambda: Schelling(want=1.5), "want must lie"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
