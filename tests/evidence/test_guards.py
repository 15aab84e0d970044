import numpy as np
import pandas as pd
import pytest

from karma_lib import evidence


def _three(**columns):
    return pd.DataFrame({"estimate": [0.1, 0.2, 0.4], "se": [0.1, 0.1, 0.2], **columns})


@pytest.mark.parametrize(
    ("columns", "name", "reason"),
    [
        ({"metric": ["d", "r", "d"]}, "mixed_metrics", "several metrics"),
        ({"design": ["RCT", "meta-analysis (k=3)", "RCT"]}, "meta_analyses", "may count twice"),
        ({"sample": ["a", "a", "b"]}, "shared_sample", "on the same people"),
        ({"use": ["forest_only"] * 3}, "forest_only", "too different for one mean"),
        ({"se": [0.1, np.nan, 0.1]}, "missing_se", "without a standard error"),
    ],
)
def test_a_guard_refuses_and_its_name_lifts_it(columns, name, reason):
    table = _three(**columns)
    lifted = [name, "few"] if name == "missing_se" else [name]
    with pytest.raises(ValueError, match=reason):
        evidence.meta(table, allow=["few"])
    assert np.isfinite(evidence.meta(table, allow=lifted).beta[0])


def test_a_refusal_names_the_rows_and_the_override():
    with pytest.raises(ValueError, match=r'study5-evaluation.*say allow=\["shared_sample"\]'):
        evidence.meta(evidence.load_pool("P3"))


def test_rows_without_an_error_are_dropped_where_that_is_allowed():
    table = _three(se=[0.1, np.nan, 0.1])
    assert len(evidence.members(table, allow=["missing_se", "few"])) == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"basis": ["paper", "recalled", "paper"]},
        {"estimate": [0.1, np.nan, 0.2]},
        {"estimate": [0.1, np.inf, 0.2]},
        {"se": [0.1, 0.0, 0.2]},
        {"se": [0.1, -0.1, 0.2]},
    ],
)
def test_some_rows_are_refused_always(columns):
    every = ["few", "missing_se", "mixed_metrics", "meta_analyses", "shared_sample", "forest_only"]
    with pytest.raises(ValueError, match=r"[a-z0-9]\. Leave them out\.$"):
        evidence.meta(_three(**columns), allow=every)
    with pytest.raises(ValueError, match="allow must be a list out of"):
        evidence.meta(_three(), allow=["recalled"])


def test_ratios_are_pooled_on_the_log_scale():
    table = _three(estimate=[1.5, 2.0, 0.5], metric=["OR"] * 3)
    fit = evidence.meta(table)
    logs = evidence.meta(_three(estimate=np.log([1.5, 2.0, 0.5])))
    assert fit.beta[0] == pytest.approx(logs.beta[0])
    assert set(fit.table["metric"]) == {"log OR"}


def test_the_table_is_left_as_it_was():
    table = _three(estimate=[1.5, 2.0, 0.5], metric=["OR"] * 3)
    before = table.copy()
    evidence.meta(table)
    pd.testing.assert_frame_equal(table, before)


def test_two_studies_and_none():
    with pytest.raises(ValueError, match="fewer than three"):
        evidence.meta(_three().head(2))
    with pytest.raises(ValueError, match="rows with estimate and se"):
        evidence.meta(_three().head(0))
    with pytest.raises(ValueError, match="rows with estimate and se"):
        evidence.meta(pd.DataFrame({"effect": [1.0]}))


def test_any_index_will_do():
    table = _three().set_axis([5, 5, 9])
    assert evidence.meta(table).beta[0] == pytest.approx(evidence.meta(_three()).beta[0])
    assert len(evidence.leave_one_out(evidence.meta(table))) == 3
