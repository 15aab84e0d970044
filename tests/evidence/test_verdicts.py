import pandas as pd
import pytest

from karma_lib import evidence
from karma_lib.datasets._store import BUNDLED
from karma_lib.evidence import verdicts

CLAIMS = evidence.claims()


def test_there_are_twelve_and_every_cell_that_must_be_filled_is():
    assert CLAIMS["claim"].tolist() == list(range(1, 13))
    for name in ("text", "theme", "verdict", "confidence", "covers", "open", "would_change"):
        assert CLAIMS[name].str.len().gt(0).all()
    assert set(CLAIMS["theme"]) <= set(evidence.load()["theme"])


def test_verdicts_cite_rows_that_exist():
    known = set(evidence.load()["id"])
    ledger = pd.read_csv(BUNDLED / "published" / "ledger.csv")
    results = set(ledger.loc[ledger["verdict"] == "reproduced", "id"])
    for row in CLAIMS.to_dict("records"):
        cited = [*row["evidence_for"], *row["evidence_against"], *row["context"]]
        assert set(cited) <= known
        assert len(cited) == len(set(cited))
        assert set(row["models"]) <= results
        assert row["notebooks"]
        assert set(row["notebooks"]) <= {f"{number:02}" for number in range(1, 18)}


def test_no_verdict_is_stronger_than_its_evidence():
    for row in CLAIMS.to_dict("records"):
        allowed = {row["strongest"], "untested"} | ({"mixed"} - {row["strongest"]})
        allowed -= set() if row["strongest"] != "untested" else {"mixed"}
        assert row["verdict"] in allowed
        sure, most = (verdicts.CONFIDENCE.index(row[n]) for n in ("confidence", "most_confidence"))
        assert sure <= most


def test_a_claim_of_two_halves_is_not_supported_by_one():
    # Every claim names a part that nothing tests; while it does, none is plainly supported.
    assert CLAIMS["open"].str.len().gt(0).all()
    assert not (CLAIMS["verdict"] == "supported").any()


def test_a_null_result_stands_on_the_right_side():
    nulls = set(evidence.load().query("direction == 'null'")["id"])
    assert len(nulls) == 39
    on_for = {name for row in CLAIMS["evidence_for"] for name in row} & nulls
    # No better than chance is what claim 12 says: there the null is the finding.
    assert on_for == {"diel-2024-accuracy-all"}


def test_pooled_means_are_computed_and_bound_the_verdict():
    pooled = CLAIMS[CLAIMS["pool"] != ""].set_index("claim")
    assert pooled["pool"].to_dict() == {9: "P1", 11: "P2"}
    for row in pooled.to_dict("records"):
        fit = evidence.meta(evidence.load_pool(row["pool"])).summary
        assert [row[name] for name in verdicts.POOLED] == fit[[*verdicts.POOLED]].tolist()
        assert row["verdict"] != "supported" or row["ci_low"] * row["ci_high"] > 0
    assert pooled.loc[9, "estimate"] == pytest.approx(0.087868892, rel=1e-6)
    assert CLAIMS.loc[CLAIMS["pool"] == "", "estimate"].isna().all()


def test_recalled_rows_decide_nothing():
    recalled = evidence.load(basis="recalled")["id"].tolist()
    assert evidence.strongest(recalled, []) == ("untested", "low")
    for row in CLAIMS.to_dict("records"):
        assert not set(recalled) & {*row["evidence_for"], *row["evidence_against"]}


@pytest.mark.parametrize(
    ("pro", "con", "verdict"),
    [
        ([], [], "untested"),
        (["rathje-2021-shares"], [], "mixed"),  # observational, however large
        (["hancock-2022-depression"], [], "mixed"),  # correlations do not decide
        (["guess-2020-exp1-discernment"], [], "mixed"),  # one trial is not enough
        (["guess-2020-exp1-discernment", "guess-2020-exp3-discernment"], [], "supported"),
        (["lambert-2022-wellbeing-wemwbs", "lambert-2022-anxiety-gad7"], [], "mixed"),  # one trial
        (["burnell-2025-subjective-wellbeing"], [], "supported"),  # trials, pooled, clear
        (["burnell-2025-subjective-wellbeing"], ["nyhan-2023-attitudes"], "mixed"),
        ([], ["nyhan-2023-attitudes", "guess-2023-feed-attitudes"], "mixed"),
        (
            [],
            ["nyhan-2023-attitudes", "guess-2023-feed-attitudes", "allcott-2025-political-ads"],
            "not supported",
        ),
        (["levy-2021-affective-polarization"], ["nyhan-2023-attitudes"], "mixed"),
        (
            ["nyhan-2023-attitudes", "guess-2023-feed-attitudes", "allcott-2025-political-ads"],
            [],
            "mixed",  # three nulls do not support an effect
        ),
    ],
)
def test_the_rule(pro, con, verdict):
    assert evidence.strongest(pro, con)[0] == verdict


def test_an_id_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="nobody-1900"):
        evidence.strongest(["nobody-1900"], [])
