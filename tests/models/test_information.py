from itertools import product

import numpy as np
import pytest

from karma_lib.generators import complete
from karma_lib.models.herd.information import InformationCascade
from karma_lib.theory.information import cascade_chances, positive_predictive_value
from tests.models.laws import assert_drawn_from


def adopts(p, given, signal, tie):
    """The chance to adopt, after a history with chances `given` the truth, with this signal."""
    odds = [given[v] * (p if signal == v else 1 - p) for v in (0, 1)]
    if abs(odds[0] - odds[1]) < 1e-12 * sum(odds):
        return 0.5 if tie == "coin" else float(signal)
    return float(odds[1] > odds[0])


def bayes(p, n, tie):
    """Cascade chances by literal Bayesian reasoning over all histories of actions.

    `given[v]` is the chance of the history if the truth is v.
    """
    found = {"correct": 0.0, "wrong": 0.0, "none": 0.0}
    for history in product((0, 1), repeat=n):
        given = [1.0, 1.0]
        for action in history:
            chance = [
                sum((p if s == v else 1 - p) * adopts(p, given, s, tie) for s in (0, 1))
                for v in (0, 1)
            ]
            given = [g * (c if action else 1 - c) for g, c in zip(given, chance, strict=True)]
            if given == [0, 0]:
                break
        if given[1] == 0:
            continue
        whatever = {adopts(p, given, s, tie) for s in (0, 1)}
        name = {(1.0,): "correct", (0.0,): "wrong"}.get(tuple(whatever), "none")
        found[name] += given[1]
    return found


@pytest.mark.parametrize("tie", ["coin", "own"])
@pytest.mark.parametrize(("p", "n"), [(0.51, 2), (2 / 3, 6), (0.8, 5), (0.9, 8)])
def test_closed_form_is_bayes_rule(p, n, tie):
    found = cascade_chances(p, n, tie=tie)._asdict()
    oracle = bayes(p, n, tie)
    # After an odd number one action stands alone: no cascade yet.
    assert found == pytest.approx(oracle, abs=1e-12)


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("tie", ["coin", "own"])
def test_short_queues_follow_the_law_of_bayes_rule(tie, truth):
    law = {(): (1.0, 1.0)}
    for _ in range(5):
        after = {}
        for history, given in law.items():
            yes = [
                sum((0.7 if s == v else 0.3) * adopts(0.7, given, s, tie) for s in (0, 1))
                for v in (0, 1)
            ]
            after[*history, True] = (given[0] * yes[0], given[1] * yes[1])
            after[*history, False] = (given[0] * (1 - yes[0]), given[1] * (1 - yes[1]))
        law = after
    law = {history: given[truth] for history, given in law.items() if given[truth] > 1e-12}
    model = InformationCascade(precision=0.7, tie=tie, truth=truth)
    runs = (model.run(complete(5), n_steps=5, record_every=5, rng=r) for r in range(500))
    assert_drawn_from(law, (tuple(run.final.tolist()) for run in runs))


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("tie", ["coin", "own"])
def test_queues_herd_as_often_as_they_should(tie, truth):
    model, n = InformationCascade(precision=0.6, tie=tie, truth=truth), 3000
    ends = np.array([model.run(complete(60), n_steps=60, rng=r).final[-1] for r in range(n)])
    right = cascade_chances(0.6, 60, tie=tie).correct
    assert abs((ends == truth).mean() - right) < 4 * np.sqrt(right * (1 - right) / n)


def test_in_a_cascade_everybody_does_the_same():
    for seed in range(200):
        actions = InformationCascade(tie="own").run(complete(40), n_steps=40, rng=seed).final
        pairs = actions.reshape(-1, 2)
        same = np.flatnonzero(pairs[:, 0] == pairs[:, 1])
        if len(same):
            assert (actions[2 * same[0] :] == actions[2 * same[0]]).all()


def test_one_acts_a_step():
    run = InformationCascade(precision=1).run(complete(5), n_steps=9, rng=1)
    assert [int(x.sum()) for _, x in run.frames] == [0, 1, 2, 3, 4, 5]


def test_predictive_value_at_the_ends():
    assert positive_predictive_value(1) == 1
    assert np.isnan(positive_predictive_value(0, specificity=1))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InformationCascade(precision=0.5), "precision must lie in"),
        (lambda: InformationCascade(tie="heads"), "tie must be one of"),
        (lambda: cascade_chances(0.4, 2), "precision must lie in"),
        (lambda: cascade_chances(0.7, 2, tie="x"), "tie must be"),
        (lambda: positive_predictive_value(1.1), "prevalence must lie in"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
