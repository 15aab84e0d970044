"""The least that an analysis needs, and a curve of choices that can be counted by hand."""

from itertools import cycle

import numpy as np
import pandas as pd
import pytest

from karma_lib import evidence
from karma_lib.evidence import bias


def pool(n, **columns):
    """Return n made-up studies; the last one is far from the others."""
    effects = [*np.linspace(0.1, 0.3, n - 1), 2.0]
    table = pd.DataFrame({"estimate": effects, "se": np.linspace(0.1, 0.2, n)})
    return table.assign(id=[f"study {i}" for i in range(n)], **columns)


def all_of(table):
    return table


CHOICES = {
    "far one": {"in": all_of, "out": lambda t: t[t["estimate"] < 1]},
    "errors": {"as printed": all_of, "doubled": lambda t: t.assign(se=2 * t["se"])},
    "again": {"in": all_of, "out": lambda t: t[t["estimate"] < 1]},
    "first": {"all": all_of, "two": lambda t: t.head(2)},
}


def test_each_combination_is_run_once_and_those_of_two_studies_never():
    """2 x 2 x 2 x 2 = 16; the half with two studies are too few; of 8, twice two are the same."""
    table = pool(6)
    curve = evidence.specifications(table, CHOICES, methods=("DL", "fixed"))
    assert curve.attrs == {"repeated": 4, "too_few": 8}
    assert len(curve) == 2 * 4
    assert sorted(curve["k"]) == [5] * 4 + [6] * 4
    assert curve["estimate"].is_monotonic_increasing
    one = curve[
        (curve["k"] == 5) & (curve["errors"] == "doubled") & (curve["estimator"] == "fixed")
    ]
    kept = table[:5]
    weights = 1 / kept["se"] ** 2
    assert one["estimate"].item() == pytest.approx(np.average(kept["estimate"], weights=weights))


def test_choices_that_leave_too_few_everywhere_make_no_curve():
    with pytest.raises(ValueError, match="choices must leave three studies somewhere"):
        evidence.specifications(pool(6), {"first": {"two": lambda t: t.head(2)}})


def test_two_studies_have_no_asymmetry():
    pair = evidence.meta(pool(2), allow=["few"])
    with (
        pytest.warns(UserWarning, match="with 2 studies; it needs 10 or more"),
        pytest.raises(ValueError, match="fit must have at least three studies; got 2"),
    ):
        evidence.egger(pair)


def test_moderators_need_studies_to_spare():
    table = pool(3, age=[20.0, 30.0, 25.0], weeks=[1.0, 4.0, 9.0])
    with pytest.raises(ValueError, match="need more studies than coefficients; got 3"):
        evidence.meta(table, moderators=["age", "weeks"])


def test_a_count_of_missing_studies_that_swings_ends_with_the_last_one(monkeypatch):
    swing = cycle([1.0, 3.0])
    monkeypatch.setattr(bias, "_excess", lambda centred: next(swing))
    found = evidence.trim_and_fill(evidence.meta(pool(12)), missing="left")
    assert found.attrs["k0"] == found["filled"].sum() == 3


def test_a_side_that_is_none_is_named():
    with pytest.raises(ValueError, match="missing must be one of left, right; got 'above'"):
        evidence.trim_and_fill(evidence.meta(pool(12)), missing="above")
