"""PileOn, held to the simpler models that it contains, and every lever to its meaning."""

from math import exp, lgamma, log

import numpy as np
import pytest

import karma_lib as kl
from karma_lib.models.storm import pile_on
from karma_lib.models.storm.pile_on import NEVER
from karma_lib.theory.contagion import cascade_law

BARE = {"severity": 0, "spread": 0, "herd": 0, "stake": 0, "reward": 0, "habit": 0, "launch": 0,
        "sharing": 0, "amplification": 0, "ageing": 0, "ranked": False}  # fmt: skip


def bare(**switches):
    """Return a model with every mechanism off but those given."""
    return kl.PileOn(**{**BARE, **switches})


def crowd(seed=1, n=300, degree=6):
    return kl.generators.random_graph(n, degree, rng=seed)


def ends(model, graph, seed, n_steps=200):
    return model.run(graph, n_steps=n_steps, record_every=n_steps, rng=seed).final


def same(one, other, graph, seed=3):
    a, b = (model.run(graph, n_steps=40, rng=seed) for model in (one, other))
    assert a.steps == b.steps
    for (_, x), (_, y) in zip(a.frames, b.frames, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("seed", range(8))
def test_the_herd_alone_is_threshold_run_by_run(seed):
    rng = np.random.default_rng(seed)
    graph = kl.Graph.from_edges(rng.integers(0, 60, (240, 2)), n_nodes=60, directed=bool(seed % 2))
    bars, seeds = rng.uniform(0.01, 0.6, 60), rng.choice(60, 4, replace=False)
    ours = bare(threshold=bars, herd=1, seeds=seeds).run(graph, n_steps=30, rng=seed)
    theirs = kl.Threshold(threshold=bars, seeds=seeds).run(graph, n_steps=30, rng=seed)
    assert theirs.final.sum() > 4
    for step, (_, joined) in zip(theirs.steps, theirs.frames, strict=True):
        frame = ours.frames[min(step, len(ours.frames) - 1)][1]
        np.testing.assert_array_equal(frame > 0, joined)


def test_likeness_alone_cuts_the_links_between_camps():
    graph = crowd(2)
    side = np.where(np.arange(300) < 150, -1.0, 1.0)
    ends_of = graph.edges()
    inside = side[ends_of[:, 0]] == side[ends_of[:, 1]]
    cut = kl.Graph.from_edges(ends_of[inside], n_nodes=300, directed=False)
    model = {"threshold": 0.3, "herd": 1, "seeds": np.arange(0, 30)}
    same(bare(**model, echo=1, leaning=side), bare(**model, leaning=side), cut)
    one = ends(bare(**model, echo=1, leaning=side), graph, 1)
    np.testing.assert_array_equal(one, ends(bare(**model), cut, 1))
    assert 30 < (one > 0).sum() <= 150, "nobody of the other camp"


def test_attention_fades_and_is_fed_by_posts_hour_by_hour():
    crowd, fuel = kl.generators.small_world(300, 6, 0.1, rng=1), 1.5 * 0.6
    model = kl.PileOn(
        severity=0.5, launch=0.2, decay=0.3, amplification=1.5, downranking=0.4, seeds=7
    )
    table = model.storm(crowd, 24, rng=1)
    assert table["posts"].iloc[1:].any()
    wanted = [0.2 * 300 + fuel * 7]
    for posts in table["posts"].iloc[1:]:
        wanted.append(wanted[-1] * np.exp(-0.3) + fuel * posts)
    assert table["attention"].tolist() == pytest.approx(wanted)


def test_sharing_alone_is_the_independent_cascade():
    graph = kl.Graph.from_edges(
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 2), (1, 3), (0, 5)], n_nodes=6, directed=False
    )
    model, law = (
        bare(ranked=True, threshold=0, sharing=0.3, seeds=[0]),
        cascade_law(graph, [0], 0.3),
    )
    sizes = [np.count_nonzero(ends(model, graph, seed, 40)) for seed in range(20_000)]
    found = np.bincount(sizes, minlength=7) / 20_000
    np.testing.assert_allclose(found, law, atol=4 * (0.25 / 20_000) ** 0.5)


def test_the_feed_shows_the_video_with_the_chance_of_its_attention():
    alone = kl.Graph.from_edges(np.empty((0, 2), int), n_nodes=3000)
    model, chance = bare(ranked=True, threshold=0, launch=0.3, seeds=0), 1 - exp(-0.3)
    joined = (ends(model, alone, 1, 1) > 0).mean()
    assert joined == pytest.approx(chance, abs=4 * (chance * (1 - chance) / 3000) ** 0.5)


def test_feed_and_feedback_alone_are_a_branching_process():
    n, ratio, fade = 40_000, 0.6, 1 - exp(-0.5)
    model = bare(
        ranked=True, threshold=0, launch=5e-4, amplification=ratio * fade, decay=0.5, seeds=0
    )
    graph = kl.Graph.from_edges(np.empty((0, 2), int), n_nodes=n)
    sizes = np.array([np.count_nonzero(ends(model, graph, seed, 200)) for seed in range(150)])
    first = 5e-4 * n / fade  # Poisson many are shown it by the launch alone
    mean, variance = first / (1 - ratio), first / (1 - ratio) ** 3
    assert sizes.mean() == pytest.approx(mean, abs=4 * (variance / 150) ** 0.5)
    # The whole law: Poisson many trees of Borel's law (Consul's generalised Poisson).
    k = np.arange(1000)
    logs = [log(first) + (i - 1) * log(first + ratio * i) - first - ratio * i - lgamma(i + 1)
            for i in k.tolist()]  # fmt: skip
    law = np.cumsum(np.exp(logs))
    assert law[-1] == pytest.approx(1)
    found = np.searchsorted(np.sort(sizes), k, side="right") / 150
    assert abs(found - law).max() < (log(2 / 1e-4) / 300) ** 0.5, "Dvoretzky, Kiefer, Wolfowitz"


def test_ageing_alone_is_a_faster_decay_run_by_run():
    one = bare(ranked=True, threshold=0, launch=0.3, decay=0.2, ageing=0.1, seeds=0)
    two = bare(ranked=True, threshold=0, launch=0.3, decay=0.2 + 0.1, seeds=0)
    same(one, two, crowd())
    # A chain of three: the first link is shown at hour 0, the second at hour 1, half as often.
    chains = kl.Graph.from_edges([(3 * i + j + 1, 3 * i + j) for i in range(20_000) for j in (0, 1)],
                                 n_nodes=60_000, directed=True)  # fmt: skip
    aged = bare(ranked=True, threshold=0, sharing=0.5, ageing=log(2), seeds=np.arange(0, 60_000, 3))
    joined = ends(aged, chains, 1).reshape(-1, 3) > 0
    assert joined[:, 1].mean() == pytest.approx(0.5, abs=4 * (0.25 / 20_000) ** 0.5)
    assert joined[:, 2].sum() / joined[:, 1].sum() == pytest.approx(0.25, abs=0.02)


def test_a_ranked_video_is_over_when_a_whole_crowd_would_hardly_be_shown_it():
    """The bound is 1e-12 for each person, so it grows with the crowd."""
    graph, model = crowd(), kl.PileOn(ranked=True, ageing=0)
    state = model.start(graph, kl._random.Draws(1))
    state.fresh[:] = 0
    for attention, over in ((0.9e-12, True), (1.1e-12, False)):
        state.clock[:2] = 1, attention * graph.n_nodes
        assert model.settled(graph, state) is over


def test_every_storm_ends_because_the_video_grows_old():
    wild = {"severity": 0.9, "habit": 1, "amplification": 50, "sharing": 0.02}
    graph = crowd()
    run = kl.PileOn(**wild).run(graph, n_steps=5_000, record_every=5_000, rng=1)
    state = kl.PileOn(**wild).start(graph, kl._random.Draws(1))
    kl.PileOn(**wild).advance(graph, state, 2_000, kl._random.Draws(2))
    assert kl.PileOn(**wild).settled(graph, state)
    assert run.final.all()
    for_ever = kl.PileOn(**wild, ageing=0).storm(graph, 2_000, rng=1)
    assert for_ever["posts"][1_900:].mean() > 100, "the switch is off"


def test_coming_back_alone_is_outrage_learning_run_by_run():
    graph, likes = (
        crowd(3),
        {"learning": 0.2, "liked_outrage": 0.6, "liked_calm": 0.1, "habit": 0.3},
    )
    everybody = np.arange(300)
    ours, theirs = bare(**likes, seeds=everybody), kl.OutrageLearning(**likes)
    rng, other = kl._random.Draws(5), kl._random.Draws(5)
    state, habits = ours.start(graph, rng), theirs.start(graph, other)
    for _ in range(20):
        ours.advance(graph, state, 1, rng)
        theirs.advance(graph, habits, 1, other)
        np.testing.assert_array_equal(state.habit, habits.habit)
    assert state.habit.mean() > 0.4


def test_alone_people_join_by_their_own_bar_only():
    bars = np.linspace(0, 1, 300)
    for severity in (0.1, 0.35, 0.9):
        final = ends(bare(threshold=bars, severity=severity, seeds=0), crowd(), 1)
        np.testing.assert_array_equal(final > 0, bars <= severity)


def test_reward_lowers_the_bar_by_the_habit():
    bars = np.linspace(0, 1, 300)
    # a habit brings people back too, so only who ever joined is compared
    model = bare(threshold=bars, severity=0.2, reward=0.5, habit=0.4, seeds=0)
    np.testing.assert_array_equal(ends(model, crowd(), 1, 3) > 0, bars <= 0.4)


@pytest.mark.parametrize(("sympathy", "reach"), [(0, 0.5), (0.5, 0.4), (1, 0.3)])
def test_sympathy_takes_from_the_push_what_the_share_of_joiners_says(sympathy, reach):
    bars, seeds = np.linspace(0, 1, 300), np.arange(180, 300)  # four in ten have joined
    model = bare(threshold=bars, severity=0.5, sympathy=sympathy, seeds=seeds)
    final = ends(model, crowd(), 1, 9)
    np.testing.assert_array_equal(np.flatnonzero(final == 2), np.flatnonzero(bars[:180] <= reach))
    assert final.max() == 2, "more joiners, less push: nobody follows"


def test_sympathy_keeps_a_storm_small_on_average():
    graph = crowd(4, 1000, 8)
    sizes = [np.mean([np.count_nonzero(ends(kl.PileOn(severity=0.4, sympathy=y), graph, s))
                      for s in range(20)]) for y in (0, 0.5, 1)]  # fmt: skip
    assert sizes[0] > 1.2 * sizes[1] > 1.2 * sizes[2]


def test_what_one_storm_taught_lowers_the_bar_in_the_next():
    habits = np.linspace(0, 1, 300)
    model = bare(threshold=0.5, severity=0.2, reward=0.5, habit=habits, seeds=0)
    np.testing.assert_array_equal(ends(model, crowd(), 1, 3) > 0, habits >= 0.6)
    graph, rng = crowd(5), kl._random.Draws(4)
    first = kl.PileOn(severity=0.6, liked_outrage=0.8, learning=0.2)
    state = first.start(graph, rng)
    first.advance(graph, state, 100, rng)
    assert state.habit.mean() > 0.2
    assert (state.habit[state.first == 0] == 0.1).all(), "who has not joined does not learn"
    again, anew = (np.mean([np.count_nonzero(ends(kl.PileOn(severity=0.3, reward=0.5, habit=h), graph, s))
                            for s in range(20)]) for h in (state.habit, 0.1))  # fmt: skip
    assert again > 1.5 * anew


GUARANTEED = {"severity": (0.35, 0.5), "herd": (0.3, 0.7), "reward": (0, 0.5), "anonymous": (0, 1),
              "friction": (0.5, 0), "empathy": (0.2, 0), "stake": (0.2, 0), "literate": (1, 0),
              "apology": (0.5, -0.5)}  # fmt: skip


@pytest.mark.parametrize("name", GUARANTEED)
@pytest.mark.parametrize("seed", range(5))
def test_without_a_feed_each_lever_holds_for_everybody_at_every_hour(name, seed):
    graph, bars = crowd(seed), np.random.default_rng(seed).normal(0.5, 0.2, 300)
    given = {"ranked": False, "habit": 0, "threshold": bars, "spread": 0, "apology_hour": 2}
    given |= {"reward": 0.5, "habit": 0.2} if name == "reward" else {}
    fewer, more = (kl.PileOn(**{**given, name: value}).run(graph, n_steps=12, rng=seed)
                   for value in GUARANTEED[name])  # fmt: skip
    few, many = (
        [run.frames[min(hour, len(run.frames) - 1)][1] > 0 for hour in range(13)]
        for run in (fewer, more)
    )
    assert all((a <= b).all() for a, b in zip(few, many, strict=True))
    assert np.sum(few) < np.sum(many), "and it does something"


@pytest.mark.parametrize("hour", [0, 3, 8])
def test_closing_holds_for_everybody_with_a_feed_too(hour):
    closed, open_ = (kl.PileOn(severity=0.5, closing_hour=h) for h in (hour, NEVER))
    final, free = (ends(model, crowd(), 2) for model in (closed, open_))
    np.testing.assert_array_equal(final, np.where(free <= hour + 1, free, 0))
    assert (final > 0).sum() < (free > 0).sum()


EQUAL = {
    "anonymous: nothing to lose": ({"stake": 0.2, "anonymous": 1}, {"stake": 0, "anonymous": 1}),
    "named: a higher bar": ({"stake": 0.2, "anonymous": 0, "threshold": 0.1}, {"stake": 0, "anonymous": 0, "threshold": 0.30000000000000004}),
    "literate: no herd": ({"literate": 1}, {"literate": 1, "herd": 0}),
    "empathy of 1: no push": ({"empathy": 1}, {"empathy": 1, "severity": 0, "herd": 0, "reward": 0}),
    "apology at once": ({"apology": 1, "apology_hour": 0}, {"severity": 0}),
    "half an apology": ({"apology": 0.5, "apology_hour": 0, "severity": 0.5}, {"severity": 0.25}),
    "a late apology": ({"apology": 1, "apology_hour": NEVER}, {"apology": 0}),
    "down-ranked": ({"downranking": 1}, {"amplification": 0}),
    "half down-ranked": ({"downranking": 0.5, "amplification": 3}, {"amplification": 1.5}),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL.values(), ids=EQUAL)
def test_a_lever_means_what_it_says_run_by_run(one, other):
    same(kl.PileOn(**{"seeds": 5, **one}), kl.PileOn(**{"seeds": 5, **other}), crowd())


def test_closing_comments_ends_it_at_that_hour():
    model = kl.PileOn(severity=0.5, closing_hour=4)
    table = model.storm(crowd(), 30, rng=1)
    open_ = kl.PileOn(severity=0.5).storm(crowd(), 30, rng=1)
    assert table["posts"][:5].tolist() == open_["posts"][:5].tolist()
    assert table["posts"][5:].sum() == 0 < open_["posts"][5:].sum()
    assert len(model.run(crowd(), n_steps=30, rng=1).frames) == 5, "and the run stops"


def test_friction_of_1_leaves_only_the_seeds():
    assert np.count_nonzero(ends(kl.PileOn(friction=1, severity=0.9, seeds=3), crowd(), 1)) == 3


@pytest.mark.parametrize("lever", ["friction", "empathy", "downranking", "literate", "stake"])
def test_a_lever_calms_the_storm_on_average(lever):
    graph = crowd(4, 1000, 8)
    on, off = ({lever: value, "severity": 0.4, "anonymous": 0} for value in (0.6, 0))
    calm, loud = (np.mean([np.count_nonzero(ends(kl.PileOn(**kw), graph, s)) for s in range(20)])
                  for kw in (on, off))  # fmt: skip
    assert calm < loud


def test_more_severity_never_means_fewer_people_without_a_feed():
    bars = np.random.default_rng(2).normal(0.5, 0.2, 300)
    sizes = [np.count_nonzero(ends(bare(threshold=bars, severity=s, herd=0.6), crowd(), 1))
             for s in np.linspace(0, 1, 21)]  # fmt: skip
    assert sizes == sorted(sizes)
    assert sizes[0] < 30 < 270 < sizes[-1]


def test_an_apology_that_offends_makes_it_worse():
    graph = crowd(4, 1000, 8)
    kw = {"severity": 0.2, "apology_hour": 2}
    worse, none, good = (np.mean([np.count_nonzero(ends(kl.PileOn(apology=a, **kw), graph, s))
                                  for s in range(10)]) for a in (-1, 0, 0.9))  # fmt: skip
    assert good < none < worse


def test_the_hourly_table_and_the_run_tell_one_story():
    graph, model = crowd(), kl.PileOn(severity=0.4, seeds=2)
    table, run = model.storm(graph, 25, rng=9), model.run(graph, n_steps=25, rng=9)
    joined = [np.count_nonzero(values) for _, values in run.frames]
    assert table["first posts"].cumsum().tolist() == joined
    assert (table["posts"] >= table["first posts"]).all()
    assert table["posts"].sum() > table["first posts"].sum(), "some come back"
    assert np.bincount(run.final)[1:].tolist() == table["first posts"][: run.final.max()].tolist()
    newcomers = table["first posts"].sum() / table["posts"].sum()
    assert newcomers == joined[-1] / table["posts"].sum() < 1
    once = kl.PileOn(severity=0.4, seeds=2, habit=0).storm(graph, 25, rng=9)
    assert (once["posts"] == once["first posts"]).all()


def test_the_same_offence_in_parallel_worlds_can_end_differently():
    graph = kl.generators.small_world(2000, 10, 0.1, rng=1)
    shares = [np.count_nonzero(ends(kl.PileOn(severity=0.28), graph, s)) / 2000
              for s in range(30)]  # fmt: skip
    assert max(shares) > 2 * min(shares)
    table = kl.sweep(kl.PileOn, {"severity": [0.2, 0.28]}, graph, measures=[kl.measures.cascade_size],
                     n_steps=200, n_replicates=20, rng=1, progress=False)  # fmt: skip
    worlds = table.pivot(index="replicate", columns="severity", values="cascade_size")
    assert 0 < kl.measures.unpredictability(worlds) < 0.5


@pytest.mark.parametrize(
    ("kw", "sentence"),
    [
        ({"severity": 1.5}, r"severity must lie in \[0, 1\]; got 1.5."),
        ({"apology": -2}, r"apology must lie in \[-1, 1\]; got -2."),
        ({"decay": 0}, "decay must be finite and above 0; got 0"),
        ({"herd": float("nan")}, "herd must be finite and at least 0; got nan."),
        ({"closing_hour": -1}, "closing_hour must be at least 0; got -1."),
        ({"leaning": [2.0]}, r"leaning must lie in \[-1, 1\]; got 2."),
        ({"launch": -1}, "launch must be finite and at least 0; got -1."),
        ({"ageing": -1}, "ageing must be finite and at least 0; got -1."),
        ({"habit": [0.1, 2]}, r"habit must lie in \[0, 1\]; got 2."),
    ],
)
def test_bad_input_is_told(kw, sentence):
    with pytest.raises(ValueError, match=sentence):
        kl.PileOn(**kw)


@pytest.mark.parametrize(
    "kw",
    [
        {"threshold": [0.1, 0.2]},
        {"leaning": [0.1, 0.2]},
        {"habit": [0.1, 0.2]},
        {"seeds": 400},
        {"seeds": [300]},
    ],
)
def test_what_does_not_fit_the_network_is_told(kw):
    with pytest.raises(
        ValueError,
        match=r"threshold must be|leaning must be|habit must be|seeds \(people of graph\) must|seeds must",
    ):
        kl.PileOn(**kw).run(crowd(), n_steps=1)


def test_a_sweep_reads_its_hours():
    table = kl.sweep(
        kl.PileOn(threshold=0.4), {"severity": [0.1, 0.5]}, crowd(), n_steps=60, n_replicates=20,
        measures=[kl.measures.share, kl.measures.peak, kl.measures.half_time], rng=1, progress=False,
    )  # fmt: skip
    means = table.groupby("severity")[["share", "peak"]].mean()
    assert (means.loc[0.5] > 2 * means.loc[0.1]).all()
    assert table["half_time"].between(0, 60).all()


def test_nobody_is_a_network_too():
    empty = kl.Graph.from_edges(np.empty((0, 2), int), n_nodes=0)
    assert kl.PileOn(seeds=0).storm(empty, 3, rng=1)["posts"].tolist() == [0] * 4


def test_the_posts_of_a_large_crowd_are_counted_whole_also_without_machine_code(monkeypatch):
    model, graph = bare(severity=1, threshold=0.1, seeds=np.array([399])), crowd(n=400)
    compiled = ends(model, graph, 4, 3)
    assert compiled.sum() > 127, "more than eight bits hold"
    by_hand = getattr(pile_on._advance, "py_func", pile_on._advance)
    monkeypatch.setattr(pile_on, "_advance", np.errstate(over="ignore")(by_hand))
    np.testing.assert_array_equal(ends(model, graph, 4, 3), compiled)
