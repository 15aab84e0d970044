from collections import Counter

import numpy as np
import pytest

from karma_lib.generators import complete
from karma_lib.graph import Graph
from karma_lib.measures import gini, unpredictability
from karma_lib.models.herd.popularity import GroupEstimate, HerdedRating, PopularityMarket
from karma_lib.theory import popularity as theory
from tests.models.laws import assert_drawn_from


def test_first_choices_follow_appeal_and_quality():
    market = PopularityMarket(appeal=[1, 2, 5], quality=[1, 0.5, 0.2])
    first = market.worlds(1, n_worlds=50_000, rng=1).mean(axis=0)
    exact = np.array([1, 1, 1]) / 8
    assert (np.abs(first - exact) < 4 * np.sqrt(exact / 50_000)).all()


def test_second_choice_feels_downloads_and_rank():
    """By hand: items alike, so the first pick is 50:50 and the pick leads afterwards."""
    market = PopularityMarket(appeal=[1, 1], influence=3, attention=1)
    both = market.worlds(2, n_worlds=40_000, rng=2)
    # The first visitor sees item 0 at rank 1 (weight 1) and item 1 at rank 2 (weight 1/2);
    # the second sees the leader with weight 4 at rank 1, the other with 1/2 at rank 2.
    same = 4 / 4.5
    exact = [2 / 3 * same, 1 / 3 * same]
    found = [(both[:, i] == 2).mean() for i in (0, 1)]
    for share, p in zip(found, exact, strict=True):
        assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / 40_000)


def test_three_downloads_follow_the_enumerated_law():
    appeal, quality, sight = (1, 2, 0.5), (1, 0.5, 0.8), (1, 1 / 2, 1 / 3)
    law = {((0, 0, 0), (0, 1, 2)): 1.0}  # downloads, and items by rank
    for _ in range(3):
        after = Counter()
        for (count, order), p in law.items():
            weights = [
                see * (appeal[i] + 2 * count[i]) for see, i in zip(sight, order, strict=True)
            ]
            for weight, item in zip(weights, order, strict=True):
                tried = p * weight / sum(weights)
                more = tuple(c + (i == item) for i, c in enumerate(count))
                ranked = tuple(sorted(order, key=lambda i: -more[i]))
                after[more, ranked] += tried * quality[item]
                after[count, order] += tried * (1 - quality[item])
        law = after
    downloads = Counter()
    for (count, _), p in law.items():
        downloads[count] += p
    market = PopularityMarket(appeal=appeal, quality=quality, influence=2, attention=1)
    found = market.worlds(3, n_worlds=3000, rng=4)
    assert_drawn_from(downloads, map(tuple, found.tolist()))


def test_the_urn_is_as_unequal_and_unpredictable_as_theory_says():
    weight, n, worlds = 0.5, 12, 600
    found = PopularityMarket(appeal=[weight] * n).worlds(4000, n_worlds=worlds, rng=3)
    inequality = np.array([gini(world) for world in found])
    slack = 0.002  # shares after 4,000 downloads against the limit
    error = 4 * inequality.std() / np.sqrt(worlds)
    assert abs(inequality.mean() - theory.urn_gini(n, weight)) < error + slack
    pairs = np.array([unpredictability(found[i : i + 2]) for i in range(0, worlds, 2)])
    error = 4 * pairs.std() / np.sqrt(len(pairs))
    assert abs(pairs.mean() - theory.urn_unpredictability(n, weight)) < error + slack


def test_more_influence_more_unequal():
    levels = [
        np.mean([gini(world) for world in PopularityMarket(influence=s).worlds(700, rng=4)])
        for s in (0, 0.1, 1)
    ]
    assert levels == sorted(levels)


def test_measures_are_their_definitions():
    x = np.random.default_rng(5).exponential(size=(4, 7))
    assert gini(x[0]) == pytest.approx(np.abs(x[0][:, None] - x[0]).sum() / (2 * 7 * x[0].sum()))
    shares = x / x.sum(axis=1, keepdims=True)
    pairs = [np.abs(shares[i] - shares[j]) for i in range(4) for j in range(i)]
    assert unpredictability(x) == pytest.approx(np.mean(pairs))
    assert np.isnan(gini([0, 0]))
    assert np.isnan(gini([]))


@pytest.mark.parametrize(("fake", "n"), [(1, 1), (1, 30), (-1, 5), (3, 10), (0, 8)])
def test_one_fake_vote_carries_as_far_as_theory_says(fake, n):
    model = HerdedRating(quality=0.4, influence=0.6, fake=fake)
    runs = [model.run(complete(n), n_steps=n, record_every=n, rng=r) for r in range(4000)]
    ends = np.array([run.final.mean() for run in runs])
    exact = theory.herded_share(0.4, 0.6, n, fake=fake)
    assert abs(ends.mean() - exact) < 4 * ends.std() / np.sqrt(4000)
    assert (exact > 0.4) == (fake > 0) or fake == 0


@pytest.mark.parametrize("fake", [2, -1, 0])
def test_four_votes_follow_the_enumerated_law(fake):
    law = {(): 1.0}
    for _ in range(4):
        after = {}
        for votes, p in law.items():
            ups, seen = max(fake, 0) + sum(votes), abs(fake) + len(votes)
            pull = ups / seen - 0.4 if seen else 0
            up = 0.4 + 0.8 * pull * (0.5 if pull < 0 else 1)
            after[*votes, True], after[*votes, False] = p * up, p * (1 - up)
        law = after
    model = HerdedRating(quality=0.4, influence=0.8, correction=0.5, fake=fake)
    runs = (model.run(complete(4), n_steps=4, record_every=4, rng=r) for r in range(500))
    assert_drawn_from(law, (tuple(run.final.tolist()) for run in runs))


def test_correction_heals_down_votes_only():
    for fake, healed in ((-1, True), (1, False)):
        model = HerdedRating(quality=0.5, influence=0.8, correction=1, fake=fake)
        first = [model.run(complete(1), n_steps=1, rng=r).final[0] for r in range(4000)]
        exact = 0.5 if healed else 0.9
        assert abs(np.mean(first) - exact) < 4 * np.sqrt(exact * (1 - exact) / 4000)


def test_feedback_keeps_the_mean_and_ends_diversity():
    run = GroupEstimate(trust=0.4, bias=0.3).run(complete(9), n_steps=4, rng=1)
    logs = [np.log(guess) for _, guess in run.frames]
    for step, guess in enumerate(logs):
        assert guess.mean() == pytest.approx(logs[0].mean())
        left = theory.diversity_left(9, 0.4, step)
        assert guess - guess.mean() == pytest.approx(left * (logs[0] - logs[0].mean()))
    alone = GroupEstimate(trust=1).run(Graph.from_edges([(0, 1)], 3), n_steps=3, rng=1)
    assert alone.final[2] == alone.frames[0][1][2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PopularityMarket(appeal=[1, 0]), "appeal must be"),
        (lambda: PopularityMarket(appeal=[1, 1], quality=[1]), "must be as long as appeal; got"),
        (lambda: PopularityMarket(quality=1.1), "quality must lie in"),
        (lambda: PopularityMarket(influence=-1), "influence must be"),
        (lambda: PopularityMarket().worlds(-1), "n_people must be at least 0"),
        (lambda: HerdedRating(quality=2), "quality must lie in"),
        (lambda: GroupEstimate(truth=0), "truth must be"),
        (lambda: gini([-1, 2]), "values must be"),
        (lambda: unpredictability([[1, 2]]), "two rows or more"),
        (lambda: unpredictability([[1, 2], [0, 0]]), "none of them empty"),
        (lambda: theory.urn_gini(0, 1), "n must be at least 1"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
