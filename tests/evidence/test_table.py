import re

import numpy as np
import pandas as pd
import pytest

from karma_lib import evidence
from karma_lib.datasets._store import BUNDLED

THEMES = {
    "viewers": 58,
    "targets": 24,
    "anonymity": 22,
    "herding": 12,
    "echo-chambers": 11,
    "literacy": 60,
    "deepfakes": 11,
}


def test_the_table_is_whole():
    table = evidence.load()
    assert table["theme"].value_counts().to_dict() == THEMES
    assert table["id"].is_unique
    assert (table["basis"] == "recalled").sum() == 13
    assert table.loc[table["metric"] == "none", "estimate"].isna().all()
    assert table["sample"].notna().all()


def test_filters_narrow_and_unknown_words_are_named():
    assert set(evidence.load(theme="literacy", basis="dataset")["basis"]) == {"dataset"}
    assert evidence.load(design="meta-ANALYSIS")["design"].str.contains("meta-analysis").all()
    with pytest.raises(ValueError, match=r"theme must be one of anonymity, .*; got 'love'"):
        evidence.load(theme="love")
    with pytest.raises(ValueError, match="design must name a design"):
        evidence.load(design="horoscope")


def test_errors_and_intervals_of_the_table_belong_together():
    table = evidence.load()
    table = table[table["se"].notna() & table["ci_low"].notna()]
    table = table[table["id"] != "ferguson-2024-mental-health-experiments"]  # a t interval
    ratio = table["metric"].isin(["OR", "IRR", "RR"])
    ends = table[["ci_low", "ci_high"]]
    ends = ends.where(~ratio, np.log(ends.where(ratio, 1.0)))
    se = (ends["ci_high"] - ends["ci_low"]) / (2 * 1.959964)
    np.testing.assert_allclose(se, table["se"], rtol=0.02)


def test_a_direction_says_what_its_interval_says():
    table = evidence.load().dropna(subset=["ci_low"])
    table = table[table["direction"].isin(["positive", "negative", "null"])]
    none = table["metric"].map({"OR": 1, "IRR": 1, "RR": 1, "percent_level": 50}).fillna(0)
    assert set(table["direction"]) == {"positive", "negative", "null"}
    clear = (table["ci_low"] > none) | (table["ci_high"] < none)
    assert (clear == (table["direction"] != "null")).all()


def test_pools_are_the_rows_of_the_table():
    table = evidence.load().set_index("id")
    for name, k in {"P1": 27, "P2": 4, "P3": 4, "P4": 4}.items():
        pool = evidence.load_pool(name)
        assert len(pool) == k
        rows = table.loc[pool["id"]]
        assert set(rows["pool"]) == {name}
        np.testing.assert_allclose(pool["estimate"], rows["estimate"], atol=5e-7)
        np.testing.assert_allclose(pool["se"], rows["se"], rtol=1e-4)
    with pytest.raises(ValueError, match="pool must be one of P1, P2, P3, P4; got 'P9'"):
        evidence.load_pool("P9")
    with pytest.raises(ValueError, match="durations must be durations of pool P2"):
        evidence.load_pool("P2", durations=("1-week",))


def test_the_second_pool_can_be_fitted():
    fit = evidence.meta(evidence.load_pool("P2")).summary
    assert fit["k"] == 4
    assert -0.03 < fit["estimate"] < 0.18
    assert fit["ci_low"] < 0 < fit["ci_high"]


def test_variances_follow_the_formulas_that_the_pools_name():
    pool = evidence.load_pool("P1")
    n, d = pool["n"], pool["estimate"]
    np.testing.assert_allclose(pool["variance"], (n - 1) / (n - 3) * 4 / n * (1 + d**2 / 8))
    pool = evidence.load_pool("P2")
    sizes = pool["n_treatment"], pool["n_control"]
    unit = evidence.smd(pool["estimate"], 1, sizes[0], 0, 1, sizes[1])
    np.testing.assert_allclose(unit.variance, pool["variance"], rtol=1e-4)


def test_a_citation_says_what_is_not_verified():
    assert evidence.cite("asch-1956-wrong-answers").endswith("[DOI not verified]")
    assert "number recalled" in evidence.cite("kobis-2021-accuracy")
    assert "(no DOI recorded)" in evidence.cite("lupiani-2025-burnout")
    with pytest.raises(KeyError, match="identifier must be a row"):
        evidence.cite("nobody-1900")
    with pytest.raises(KeyError, match="must be a row of the evidence table"):
        evidence.cite("\ud83d")


def test_every_publication_has_one_entry():
    text = evidence.bibtex()
    assert text == (BUNDLED / "evidence" / "evidence.bib").read_text("utf-8")
    keys = re.findall(r"@misc\{(.+),", text)
    assert len(keys) == len(set(keys))
    table = evidence.load()
    named = table[~table["title"].str.startswith("(")]
    assert len(keys) == len(named.drop_duplicates(["authors", "year", "title"]))
    for doi in named["doi"].dropna():
        assert f"{{{doi}}}" in text
    assert all(entry.count("{") == entry.count("}") for entry in text.split("\n\n"))


def test_specifications_hold_every_combination_once():
    pool = evidence.load_pool("P1")
    curve = evidence.specifications(pool, evidence.REDUCTION_CHOICES)
    assert curve["estimate"].is_monotonic_increasing
    plain = curve[
        (curve["estimator"] == "REML")
        & (curve[["exposure studies", "disputed coding"]] == "in").all(axis=1)
        & (curve[["duration", "best practices"]] == "any").all(axis=1)
        & (curve["error, largest trial"] == "equal arms")
    ]
    assert plain["estimate"].item() == pytest.approx(0.087868892, rel=1e-6)
    assert plain["k"].item() == 27
    labels = [c for c in curve if c in evidence.REDUCTION_CHOICES or c == "estimator"]
    assert not curve.duplicated(labels).any()
    assert curve.attrs == {"repeated": 4, "too_few": 0}
    few = {"size": {"all": lambda t: t, "two": lambda t: t.head(2)}}
    assert evidence.specifications(pool, few, methods=["DL"]).attrs["too_few"] == 1
    with pytest.raises(ValueError, match="three studies somewhere"):
        evidence.specifications(pool, {"size": {"two": few["size"]["two"]}})


def test_pool_years_come_from_the_table():
    pool = evidence.load_pool("P1")
    assert pool["year"].between(2013, 2023).all()
    assert isinstance(pool, pd.DataFrame)
