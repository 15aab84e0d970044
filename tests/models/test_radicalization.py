"""Contacts held to the enumerated law, drift to a dense integration, regimes to closed forms."""

from itertools import permutations

import numpy as np
import pytest

from karma_lib import Graph
from karma_lib._random import seed_words
from karma_lib.models.echo import radicalization as rad
from karma_lib.models.echo.radicalization import ActivityDrivenOpinions
from karma_lib.theory import radicalization as theory


def tables(m):
    room = 2 * m + rad.MOST_SHELLS
    whole = (np.empty(room, np.int64), np.empty(room, np.int64))
    return rad.Strata(*whole, np.empty(room), np.empty(room))


def draw_many(xs, p, m, beta, n_draws, seed=1):
    words, strata = seed_words(np.uint64(seed)), tables(m)
    taken, chosen = np.zeros(len(xs), np.bool_), np.empty(m, np.int64)
    drawn = np.empty((n_draws, m), np.int64)
    for k in range(n_draws):
        rad._contact(xs, p, beta, strata, taken, chosen, words)
        drawn[k] = chosen
    assert not taken.any()
    return drawn


@pytest.mark.parametrize("n_draws", [2_000, 40_000])
@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize(
    ("xs", "p"),
    [
        ([-1.0, -0.5, -0.45, 0.0, 0.1, 0.4, 0.41, 0.9], 3),
        ([-1.0, -0.5, -0.45, 0.0, 0.1, 0.4, 0.41, 0.9], 0),
        ([-1.0, -0.99, -0.98, -0.97, 0.97, 0.98, 0.99, 1.0], 7),
        ([0.0, 0.01, 0.02, 0.03, 0.5, 3.0, 3.1, 40.0], 1),
    ],
)
def test_ordered_contacts_follow_successive_sampling(xs, p, beta, n_draws):
    # Two contacts of seven: the first by weight, the second by weight among the rest. One
    # nearest on either side and shells beyond them are all in play.
    xs = np.array(xs)
    weight = np.array([abs(x - xs[p]) ** -beta if i != p else 0 for i, x in enumerate(xs)])
    drawn = draw_many(xs, p, 2, beta, n_draws)
    for i, j in permutations(np.flatnonzero(weight), 2):
        chance = weight[i] / weight.sum() * weight[j] / (weight.sum() - weight[i])
        count = ((drawn[:, 0] == i) & (drawn[:, 1] == j)).sum()
        assert abs(count - n_draws * chance) < 4.5 * (n_draws * chance) ** 0.5 + 1


def test_all_opinions_the_same_and_all_others_contacted():
    drawn = draw_many(np.zeros(30), 4, 3, 3.0, 20_000)
    counts = np.bincount(drawn.ravel(), minlength=30)
    assert counts[4] == 0
    expected = 60_000 / 29
    assert abs(np.delete(counts, 4) - expected).max() < 4.5 * expected**0.5
    knot = np.concatenate([np.zeros(40), np.linspace(1, 2, 20)])  # a knot larger than m
    assert all(len(set(row)) == 38 for row in draw_many(knot, 7, 38, 3.0, 20).tolist())
    every = draw_many(np.linspace(-1, 1, 9), 4, 8, 3.0, 50)
    assert all(set(row) == set(range(9)) - {4} for row in every.tolist())


def test_one_step_is_runge_kutta_on_the_arcs_that_were_drawn():
    people = Graph.from_edges([], 40)
    model = ActivityDrivenOpinions(
        n_contacts=5, activities=np.full(40, 0.3), time_step=0.1, homophily=1
    )
    run = model.run(people, n_steps=3, rng=2)
    for (_, before), (network, after) in zip(run.frames, run.frames[1:], strict=False):
        A = np.zeros((40, 40))
        A[network._rows(), network.idx] = 1
        assert A.sum() == network.n_arcs  # 0 or 1: nobody hears anybody twice

        def slope(x, A=A):
            return -x + 3 * A @ np.tanh(3 * x)

        a = slope(before)
        b = slope(before + 0.05 * a)
        c = slope(before + 0.05 * b)
        d = slope(before + 0.1 * c)
        assert after == pytest.approx(before + 0.1 / 6 * (a + 2 * b + 2 * c + d), abs=1e-12)


def test_contacts_hear_and_are_heard_with_the_chance_of_reciprocity():
    people, n_steps = Graph.from_edges([], 60), 400
    one = np.zeros(60)
    one[7] = 1  # only person 7 is ever active
    for reciprocity in (0, 0.3, 1):
        model = ActivityDrivenOpinions(activities=one, reciprocity=reciprocity, homophily=0)
        run = model.run(people, n_steps=n_steps, rng=3)
        heard = [network for network, _ in run.frames[1:]]
        assert all((network.idx == 7).sum() == 10 for network in heard)
        back = sum(network.n_sources[7] for network in heard)
        n = 10 * n_steps
        assert abs(back - n * reciprocity) <= 4 * (n * reciprocity * (1 - reciprocity)) ** 0.5
    loud = ActivityDrivenOpinions(activities=np.ones(12), n_contacts=11, reciprocity=1)
    network = loud.run(Graph.from_edges([], 12), n_steps=1, rng=1).frames[-1][0]
    assert network.n_arcs == network.simplified().n_arcs == 12 * 11


def test_the_order_stays_sorted():
    model = ActivityDrivenOpinions()
    people = Graph.from_edges([], 100)
    from karma_lib._random import Draws

    rng = Draws(5)
    state = model.start(people, rng)
    model.advance(people, state, 50, rng)
    xs = np.empty(100)
    rad._sort(state.opinion, state.order, xs)
    assert (np.diff(xs) >= 0).all()
    assert sorted(state.order.tolist()) == list(range(100))
    assert (state.opinion[state.order] == xs).all()


def test_without_controversy_opinions_fade_as_the_exponential():
    run = ActivityDrivenOpinions(controversialness=0).run(
        Graph.from_edges([], 50), n_steps=100, record_every=100, rng=1
    )
    assert run.final == pytest.approx(run.frames[0][1] * np.exp(-1), rel=1e-9)


def test_small_opinions_grow_above_the_threshold_of_the_activities_drawn():
    n, rng = 400, np.random.default_rng(1)
    activities = rng.uniform(0.02, 0.2, n)
    critical = theory.critical_controversialness(
        3, 10, 0.5, activities.mean(), (activities**2).mean()
    )
    grown = []
    for factor in (0.5, 2.0):
        model = ActivityDrivenOpinions(
            controversialness=factor * critical,
            homophily=0,
            activities=activities,
            opinions=np.full(n, 1e-3),
        )
        run = model.run(Graph.from_edges([], n), n_steps=300, record_every=300, rng=2)
        grown.append(abs(run.final).mean() / 1e-3)
    assert grown[0] < 0.5 < 2 < grown[1]


def test_three_regimes():
    people = Graph.from_edges([], 300)

    def final(alpha, beta):
        model = ActivityDrivenOpinions(controversialness=alpha, homophily=beta)
        return model.run(people, n_steps=1000, record_every=1000, rng=4).final

    assert abs(final(0.05, 2)).max() < 0.01
    assert abs((final(3, 0) > 0).mean() - 0.5) == 0.5
    assert 0.3 < (final(3, 3) > 0).mean() < 0.7


def test_moments_are_integrals():
    for exponent in (1.5, 2.0, 2.1, 3.0):
        a = np.exp(np.linspace(np.log(0.05), 0, 200_001))
        density = a**-exponent
        for order in (1, 2):
            integral = np.trapezoid(density * a**order, a) / np.trapezoid(density, a)
            ours = theory.activity_moment(order, exponent=exponent, least_activity=0.05)
            assert ours == pytest.approx(integral, rel=1e-6)
    drawn = ActivityDrivenOpinions().start(Graph.from_edges([], 200_000), _stream()).activity
    error = 4 * drawn.std() / 200_000**0.5
    assert abs(drawn.mean() - theory.activity_moment(1)) < error


def _stream():
    from karma_lib._random import Draws

    return Draws(1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"homophily": -1}, "homophily must lie"),
        ({"reciprocity": 1.1}, "reciprocity must lie"),
        ({"exponent": 1.0}, "exponent must lie in .1, 100.; got 1"),
        ({"least_activity": 0}, "least_activity must lie"),
        ({"n_contacts": 0}, "n_contacts must be at least 1"),
        ({"activities": [2]}, "activities must lie"),
        ({"opinions": [np.nan]}, "opinions must be finite"),
    ],
)
def test_bad_input_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ActivityDrivenOpinions(**settings)


def test_there_must_be_enough_people_to_contact():
    with pytest.raises(ValueError, match="n_contacts must be at most 9, the others in graph"):
        ActivityDrivenOpinions().run(Graph.from_edges([], 10), n_steps=1)
