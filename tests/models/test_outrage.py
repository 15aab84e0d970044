import numpy as np
import pandas as pd
import pytest

from karma_lib import generators
from karma_lib._random import Draws
from karma_lib.graph import Graph
from karma_lib.measures import rate_ratios
from karma_lib.models.storm.outrage import Habits, OutrageLearning
from karma_lib.theory.outrage import learned_habit
from tests.models.laws import assert_drawn_from


@pytest.mark.parametrize("echo", [0.0, 0.6])
@pytest.mark.parametrize("freed", [0.0, 0.2, -0.1])
def test_one_step_moves_a_habit_by_the_stated_mean(echo, freed):
    model = OutrageLearning(
        learning=0.5, liked_outrage=0.7, liked_calm=0.2, echo=echo, disinhibition=freed
    )
    n = 4000
    pairs = Graph.from_edges(np.arange(2 * n).reshape(n, 2))
    first = Habits(np.tile([0.3, 0.9], n), np.tile(np.array([1, 0], np.int8), n))
    ends = model.run(pairs, n_steps=1, rng=1, state=first).final[::2]
    angry, calm = (1 - echo) * 0.7 + echo * 0.9, (1 - echo) * 0.2 + echo * 0.1
    p = 0.3 + freed
    exact = 0.3 + 0.5 * (p * angry * 0.7 - (1 - p) * calm * 0.3)
    assert abs(ends.mean() - exact) < 4 * ends.std() / np.sqrt(len(ends))
    assert set(ends.round(6)) <= {0.3, 0.65, 0.15}


def test_one_listener_drawn_evenly_judges_what_is_said():
    """1, 2 and 3 hear 0, two of them always outraged; 5, 6 and 7, who never are, hear 4."""
    n, arcs = 1000, np.array([(1, 0), (2, 0), (3, 0), (5, 4), (6, 4), (7, 4)])
    crowds = Graph.from_edges(
        (arcs + 8 * np.arange(n)[:, None, None]).reshape(-1, 2), directed=True
    )
    first = Habits(np.tile([0.5, 1, 1, 0, 0.5, 0, 0, 0], n), np.zeros(8 * n, np.int8))
    run = OutrageLearning(learning=0.5, echo=1).run(crowds, n_steps=1, rng=1, state=first)
    ends = run.final.reshape(n, 8)
    assert_drawn_from({0.75: 1 / 3, 0.25: 1 / 6, 0.5: 1 / 2}, ends[:, 0].tolist())
    assert_drawn_from({0.25: 1 / 2, 0.5: 1 / 2}, ends[:, 4].tolist())


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_so_many_are_anonymous(share):
    graph = generators.complete(20)
    assert OutrageLearning(anonymous=share).start(graph, Draws(1))[1].sum() == 20 * share


def test_slow_learning_is_logistic_and_even_likes_teach_nothing():
    crowd, rates = generators.complete(400), {"learning": 0.01, "liked_calm": 0.2}
    for angry in (0.6, 0.2):
        model = OutrageLearning(habit=0.3, liked_outrage=angry, **rates)
        habits = model.run(crowd, n_steps=500, record_every=500, rng=1).final
        exact = learned_habit(0.3, 500, liked_outrage=angry, **rates)
        assert abs(habits.mean() - exact) < 4 * habits.std() / 20 + 0.005


def test_the_switch_is_off_by_default_and_silence_teaches_nothing():
    crowd = generators.random_graph(60, 4, rng=1)
    plain, hidden = (
        OutrageLearning(anonymous=share).run(crowd, n_steps=50, rng=1).final for share in (0, 1)
    )
    np.testing.assert_array_equal(plain, hidden)
    alone = Graph.from_edges([(0, 1)], 3)
    assert OutrageLearning(habit=0.4).run(alone, n_steps=500, rng=1).final[2] == 0.4


def planted(ratio, dispersion, n, seed):
    rng = np.random.default_rng(seed)
    words, followers = rng.poisson(1.2, n), rng.normal(8, 2, n)
    mean = np.exp(-1 + np.log(ratio) * words + 0.2 * followers)
    counts = rng.poisson(mean * rng.gamma(1 / dispersion, dispersion, n))
    return counts, {"words": words, "followers": followers}


@pytest.mark.parametrize("ratio", [1.20, 1.13])
def test_planted_ratios_come_back_in_their_intervals(ratio):
    tables = [rate_ratios(*planted(ratio, 1.5, 2000, seed)) for seed in range(100)]
    found = np.array([table.loc["words", "ratio"] for table in tables])
    assert abs(np.log(found).mean() - np.log(ratio)) < 4 * np.log(found).std() / 10
    held = [table.loc["words", "low"] < ratio < table.loc["words", "high"] for table in tables]
    assert np.mean(held) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 100)
    assert np.mean([table.attrs["dispersion"] for table in tables]) == pytest.approx(1.5, rel=0.05)


def test_statsmodels_fits_the_same_ratios_intervals_and_dispersion():
    from statsmodels.api import add_constant
    from statsmodels.discrete.discrete_model import NegativeBinomial

    counts, predictors = planted(1.3, 0.8, 300, 2)
    theirs = NegativeBinomial(counts, add_constant(pd.DataFrame(predictors))).fit(
        disp=0, maxiter=200
    )
    table = rate_ratios(counts, predictors)
    wanted = np.exp(theirs.params[["words", "followers"]])
    assert table["ratio"].tolist() == pytest.approx(wanted.tolist(), rel=1e-4)
    assert table.attrs["dispersion"] == pytest.approx(theirs.params["alpha"], rel=1e-3)
    edges = np.exp(theirs.conf_int().loc[["words", "followers"]]).to_numpy()
    assert table[["low", "high"]].to_numpy() == pytest.approx(edges, rel=0.01)


def test_fit_is_the_peak_of_the_likelihood_and_poisson_in_the_limit():
    from scipy.stats import nbinom

    counts, predictors = planted(1.3, 0.8, 500, 1)
    table = rate_ratios(counts, predictors)
    x = np.column_stack([np.ones(500), *predictors.values()])
    size = 1 / table.attrs["dispersion"]

    def height(slopes):
        """The log-likelihood, the constant being refitted."""
        line = np.exp(x[:, 1:] @ slopes)
        return max(
            nbinom.logpmf(counts, size, size / (size + c * line)).sum()
            for c in np.exp(np.linspace(-1.6, -0.4, 1201))
        )

    best = np.log(table["ratio"].to_numpy())
    for step in (0.02, -0.02):
        for which in np.eye(2):
            assert height(best) > height(best + step * which * [1, 0.3])
    pd.testing.assert_frame_equal(rate_ratios(counts, pd.DataFrame(predictors)), table)
    even = np.repeat([3, 6], 50)
    assert rate_ratios(even, {"side": np.repeat([0, 1], 50)}).attrs["dispersion"] < 1e-4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: OutrageLearning(habit=1.2), "habit must lie in"),
        (lambda: OutrageLearning(disinhibition=-2), "disinhibition must lie in"),
        (lambda: rate_ratios([1, 2], {"a": [1]}), "predictors must match counts, 2; got"),
        (lambda: rate_ratios([1.5, 2], {"a": [1, 2]}), "whole numbers"),
        (lambda: rate_ratios([0, 0], {"a": [1, 2]}), "not all 0"),
        (lambda: rate_ratios([1, -2], {"a": [1, 2]}), "counts must lie in"),
        (lambda: rate_ratios([1, 2], {"a": [1, np.nan]}), "predictors..a.. must be finite"),
        (lambda: rate_ratios([1, 2, 3], {"a": [1, 1, 1]}), "predictors must vary"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
