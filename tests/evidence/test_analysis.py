import json
import warnings

import numpy as np
import pandas as pd
import pytest

from karma_lib import evidence
from karma_lib.datasets._store import BUNDLED

POOLS = json.loads((BUNDLED / "evidence" / "pools_reference.json").read_text())["pools"]
LIFTED = ["shared_sample", "forest_only"]


def _pool(reference):
    where = reference["members"]["filter"]
    return evidence.load_pool(where["pool"], durations=tuple(where.get("duration_group", ())))


def _random_pool(seed, k):
    rng = np.random.default_rng(seed)
    variance = rng.uniform(0.005, 0.2, k)
    age = rng.normal(25, 5, k)
    effect = 0.1 + 0.02 * (age - 25) + rng.normal(0, np.sqrt(variance + 0.05))
    return pd.DataFrame({"estimate": effect, "se": np.sqrt(variance), "age": age})


@pytest.fixture(params=POOLS)
def reference(request):
    return POOLS[request.param]


@pytest.mark.parametrize("method", ["REML", "DL", "PM"])
def test_a_pool_gives_the_checked_values(reference, method):
    pool, known = _pool(reference), reference[method]
    assert len(pool) == reference["members"]["k"]
    fits = {
        interval: evidence.meta(pool, method=method, interval=interval, allow=LIFTED).summary
        for interval in ("z", "hksj", "hksj_max1")
    }
    plain = fits["z"]
    tau2_ci = reference["tau2_ci_qprofile_95"]
    pairs = [
        (
            plain[["tau2", "tau", "estimate", "se"]],
            [known[n] for n in ("tau2", "tau", "mean", "se")],
        ),
        (plain[["ci_low", "ci_high", "pi_low", "pi_high"]], known["ci_z"] + known["pi_t_km2"]),
        (plain[["I2", "H2", "i2_from_q"]], [known["I2"], known["H2"], reference["I2_from_Q"]]),
        (plain[["q", "q_df", "q_p"]], [reference[n] for n in ("Q", "df", "p_Q")]),
        (plain[["tau2_low", "tau2_high"]], tau2_ci),
    ]
    for interval in ("hksj", "hksj_max1"):
        row, h = fits[interval], known[interval]
        pairs.append((row[["se", "statistic", "p"]], [h["se"], h["t"], h["p"]]))
        pairs.append((row[["ci_low", "ci_high", "pi_low", "pi_high"]], h["ci"] + h["pi_t_km1"]))
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_the_common_effect_is_the_weighted_mean(reference):
    fit = evidence.meta(_pool(reference), method="fixed", interval="z", allow=LIFTED).summary
    known = reference["common_effect"]
    ours = fit[["estimate", "se", "ci_low", "ci_high"]]
    np.testing.assert_allclose(ours, [known["mean"], known["se"], *known["ci_z"]], rtol=1e-6)
    assert np.isnan(fit["pi_low"])


def test_leaving_one_out_gives_the_checked_means(reference):
    fit = evidence.meta(_pool(reference), allow=LIFTED)
    means = evidence.leave_one_out(fit).set_index("id")["estimate"]
    known = reference["leave_one_out_REML_mean"]["by_study"]
    np.testing.assert_allclose(means[list(known)], list(known.values()), rtol=1e-5)


def test_egger_and_trim_and_fill_give_the_checked_values(reference):
    if "egger" not in reference:
        pytest.skip("fewer than ten studies: no checked value")
    fit = evidence.meta(_pool(reference))
    known = reference["egger"]
    np.testing.assert_allclose(evidence.egger(fit)[list(known)], list(known.values()), rtol=1e-5)
    filled = reference["trim_and_fill_L0"]
    for side, value in filled["by_missing_side"].items():
        attrs = evidence.trim_and_fill(fit, missing=side).attrs
        assert attrs["k0"] == value["k0"]
        assert attrs["estimate"] == pytest.approx(value["REML_mean"], rel=1e-5)


@pytest.mark.parametrize("name", ["P1_all", "P1_multi_week", "P1_week_or_less"])
def test_the_missing_side_follows_the_slope_on_the_error(name):
    fit = evidence.meta(_pool(POOLS[name]))
    side = POOLS[name]["trim_and_fill_L0"]["side_from_reml_metaregression"]
    assert evidence.trim_and_fill(fit).attrs["missing"] == side


def test_two_equal_errors_by_hand():
    table = pd.DataFrame({"estimate": [0.0, 1.0, 2.0], "variance": [0.5, 0.5, 0.5]})
    for method in ("REML", "DL", "PM"):  # equal errors: tau2 = s2 - v = 1 - 0.5
        fit = evidence.meta(table, method=method)
        assert fit.tau2 == pytest.approx(0.5)
        assert fit.summary["se"] == pytest.approx(np.sqrt(1 / 3))
        assert fit.summary["I2"] == pytest.approx(50)


def test_tau2_is_cut_at_zero_where_effects_agree():
    table = pd.DataFrame({"estimate": [0.1, 0.1, 0.1], "se": [0.1, 0.2, 0.3]})
    for method in ("REML", "DL", "PM"):
        fit = evidence.meta(table, method=method).summary
        assert fit[["tau2", "tau2_low", "I2", "i2_from_q"]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("moderators", [[], ["age"]])
def test_further_pools_agree_with_pymare(seed, moderators):
    pymare = pytest.importorskip("pymare")
    table = _random_pool(seed, 6 + 5 * seed)
    fit = evidence.meta(table, moderators=moderators)
    wald = evidence.meta(table, moderators=moderators, interval="z")
    data = pymare.Dataset(fit.y, fit.v, fit.x, add_intercept=False)
    for method, estimator in (
        ("REML", pymare.estimators.VarianceBasedLikelihoodEstimator(method="REML")),
        ("DL", pymare.estimators.DerSimonianLaird()),
    ):
        ours = evidence.meta(table, moderators=moderators, method=method)
        theirs = estimator.fit_dataset(data).summary()
        assert ours.tau2 == pytest.approx(float(np.ravel(theirs.tau2)[0]), rel=1e-4, abs=1e-6)
        np.testing.assert_allclose(ours.beta, np.ravel(theirs.fe_params), rtol=1e-4, atol=1e-6)
    theirs = estimator.fit_dataset(data).summary().get_heterogeneity_stats()
    assert wald.summary["q"] == pytest.approx(float(np.ravel(theirs["Q"])[0]))
    assert wald.summary["i2_from_q"] == pytest.approx(float(np.ravel(theirs["I^2"])[0]))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore")  # its own: the use of pandas, the choice of interval
def test_further_pools_agree_with_statsmodels(seed):
    sm = pytest.importorskip("statsmodels.stats.meta_analysis")
    table = _random_pool(seed, 6 + 5 * seed)
    variance = table["se"] ** 2
    for method, name in (("DL", "dl"), ("PM", "iterated")):
        theirs = sm.combine_effects(table["estimate"], variance, method_re=name, use_t=True)
        if theirs.tau2 < 0:
            continue  # statsmodels does not cut at 0
        ours = evidence.meta(table, method=method)
        assert ours.tau2 == pytest.approx(theirs.tau2, rel=1e-4, abs=1e-6)
        frame = theirs.summary_frame().loc["random effect wls", ["eff", "ci_low", "ci_upp"]]
        row = ours.summary[["estimate", "ci_low", "ci_high"]]
        np.testing.assert_allclose(row, frame, rtol=1e-4, atol=1e-6)


def test_reml_finds_the_highest_point_of_its_likelihood():
    from scipy.optimize import minimize_scalar

    for seed in range(5):
        table = _random_pool(seed, 12)
        y, v = table["estimate"].to_numpy(), table["se"].to_numpy() ** 2

        def loss(tau2, y=y, v=v):
            w = 1 / (v + tau2)
            mean = (w * y).sum() / w.sum()
            return -np.log(w).sum() + np.log(w.sum()) + (w * (y - mean) ** 2).sum()

        best = minimize_scalar(loss, bounds=(0, 2), method="bounded", options={"xatol": 1e-10}).x
        assert evidence.meta(table).tau2 == pytest.approx(best, abs=1e-5)


def test_a_moderator_is_weighted_least_squares():
    fit = evidence.meta(_random_pool(7, 30), moderators=["age"])
    w = fit.weights
    slope = np.polyfit(fit.x[:, 1], fit.y, 1, w=np.sqrt(w))
    np.testing.assert_allclose(fit.beta, slope[::-1])
    joint = fit.test_moderators()
    assert joint["f"] == pytest.approx(fit.coefficients["statistic"]["age"] ** 2)
    assert joint["p"] == pytest.approx(fit.coefficients["p"]["age"])
    assert 0 <= joint["r2"] <= 100


def test_words_become_indicators_and_groups_sum_up():
    pool = evidence.load_pool("P1")
    fit = evidence.meta(pool, moderators=["duration_group"], method="fixed", interval="z")
    assert fit.terms[1:] == tuple(
        f"duration_group={name}" for name in ("exposure", "multi-week", "under-1-week")
    )
    groups = evidence.subgroups(evidence.meta(pool, method="fixed", interval="z"), "duration_group")
    assert groups["estimate"][0] == pytest.approx(fit.beta[0])
    assert groups["estimate"][1] == pytest.approx(fit.beta[0] + fit.beta[1])
    total = evidence.meta(pool, method="fixed").summary["q"]
    assert groups.attrs["q"] == pytest.approx(total - fit.summary["q"])
    assert groups["k"].sum() == 27


def test_groups_carry_the_checked_values():
    table = evidence.subgroups(evidence.meta(evidence.load_pool("P1")), "duration_group")
    table = table.set_index("duration_group")
    for name, key in (("multi-week", "P1_multi_week"), ("exposure", "P1_exposure")):
        assert table["estimate"][name] == pytest.approx(POOLS[key]["REML"]["mean"], rel=1e-5)


def test_cumulative_ends_with_all_and_starts_with_the_first():
    fit = evidence.meta(evidence.load_pool("P1"))
    table = evidence.cumulative(fit)
    assert table["k"].tolist() == list(range(1, 28))
    assert table["year"].is_monotonic_increasing
    assert table["estimate"].iloc[-1] == pytest.approx(fit.beta[0])
    first = table.iloc[0]
    assert first["study"] == "Deters, Mehl 2013"
    assert first["ci_high"] - first["estimate"] == pytest.approx(1.959964 * 0.218832, rel=1e-4)


def test_influence_by_its_definitions():
    fit = evidence.meta(_random_pool(3, 8), method="DL")
    table = evidence.leave_one_out(fit)
    assert table["hat"].sum() == pytest.approx(1)
    np.testing.assert_allclose(100 * table["hat"], table["weight"])
    shift = (fit.beta[0] - table["estimate"]) ** 2 * fit.weights.sum()
    np.testing.assert_allclose(table["cook"], shift)
    part = evidence.meta(_random_pool(3, 8).drop(index=2), method="DL")
    change = (fit.beta[0] - part.beta[0]) / np.sqrt(table["hat"][2] * (part.tau2 + fit.v[2]))
    assert table["dffits"][2] == pytest.approx(change)
    miss = (fit.y[2] - part.beta[0]) / np.sqrt(fit.v[2] + part.tau2 + 1 / part.weights.sum())
    assert table["residual"][2] == pytest.approx(miss)
    fixed = evidence.leave_one_out(evidence.meta(_random_pool(3, 8), method="fixed"))
    np.testing.assert_allclose(fixed["dffits"] ** 2, fixed["cook"])


def test_pet_and_peese_are_regressions_on_the_error():
    table = _random_pool(5, 20)
    fit = evidence.meta(table)
    result = evidence.pet_peese(fit)
    assert result["estimate"]["PET"] == pytest.approx(evidence.egger(fit)["limit_estimate"])
    weights = 1 / table["se"]
    line = np.polyfit(table["se"] ** 2, table["estimate"], 1, w=weights)
    assert result["estimate"]["PEESE"] == pytest.approx(line[1])
    assert result["chosen"].sum() == 1


def test_pet_peese_chooses_peese_where_an_effect_remains():
    errors = np.linspace(0.05, 0.3, 12)
    jitter = np.tile([0.01, -0.01], 6)
    strong = pd.DataFrame({"estimate": 1 + jitter, "se": errors})
    nothing = pd.DataFrame({"estimate": jitter, "se": errors})
    assert evidence.pet_peese(evidence.meta(strong))["chosen"]["PEESE"]
    assert evidence.pet_peese(evidence.meta(nothing))["chosen"]["PET"]


@pytest.mark.parametrize("test", ["egger", "pet_peese", "trim_and_fill"])
def test_few_studies_are_warned_about(test):
    fit = evidence.meta(_random_pool(1, 9))
    with pytest.warns(UserWarning, match="with 9 studies; it needs 10 or more"):
        getattr(evidence, test)(fit)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(evidence, test)(evidence.meta(_random_pool(1, 10)))


def test_filling_mirrors_around_the_trimmed_mean():
    errors = np.linspace(0.05, 0.5, 15)
    effects = 2 * errors
    fit = evidence.meta(pd.DataFrame({"estimate": effects, "se": errors}))
    table = evidence.trim_and_fill(fit, missing="left")
    assert evidence.trim_and_fill(fit).attrs == table.attrs
    mirrored = evidence.trim_and_fill(
        evidence.meta(pd.DataFrame({"estimate": -effects, "se": errors})), missing="right"
    )
    assert table.attrs["k0"] >= 3
    assert mirrored.attrs["k0"] == table.attrs["k0"]
    assert mirrored.attrs["estimate"] == pytest.approx(-table.attrs["estimate"])
    assert table["filled"].sum() == table.attrs["k0"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "EB"}, ValueError, "method must be one of REML, DL, PM, fixed; got 'EB'"),
        ({"interval": "t"}, ValueError, "interval must be one of"),
        ({"level": 1.0}, ValueError, "level must lie in"),
        ({"moderators": "mean_age"}, TypeError, "moderators must be"),
        (
            {"moderators": ["size"]},
            ValueError,
            "moderators must be columns without gaps; got 'size'",
        ),
        ({"moderators": ["duration_weeks"]}, ValueError, "drop those first"),
        ({"moderators": ["mean_age", "mean_age"]}, ValueError, "must vary in table"),
    ],
)
def test_bad_options_are_named(options, error, message):
    with pytest.raises(error, match=message):
        evidence.meta(evidence.load_pool("P1"), **options)


def test_parts_that_need_more_say_so():
    fit = evidence.meta(evidence.load_pool("P1"), moderators=["mean_age"])
    with pytest.raises(ValueError, match="without moderators"):
        evidence.cumulative(fit)
    with pytest.raises(ValueError, match="without moderators"):
        evidence.subgroups(fit, "duration_group")
    with pytest.raises(ValueError, match="no moderators"):
        evidence.trim_and_fill(fit)
    pair = evidence.meta(_random_pool(0, 2), allow=["few"])
    with pytest.raises(ValueError, match="two studies more"):
        evidence.leave_one_out(pair)
