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
    results = set(pd.read_csv(BUNDLED / "published" / "targets.csv")["id"])
    for row in CLAIMS.to_dict("records"):
        cited = [*row["evidence_for"], *row["evidence_against"], *row["context"]]
        assert set(cited) <= known
        assert len(cited) == len(set(cited))
        assert set(row["models"]) <= results


def test_no_verdict_is_stronger_than_its_evidence():
    for row in CLAIMS.to_dict("records"):
        allowed = {row["strongest"], "untested"} | ({"mixed"} - {row["strongest"]})
        allowed -= set() if row["strongest"] != "untested" else {"mixed"}
        assert row["verdict"] in allowed
        sure, most = (verdicts.CONFIDENCE.index(row[n]) for n in ("confidence", "most_confidence"))
        assert sure <= most


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
    ],
)
def test_the_rule(pro, con, verdict):
    assert evidence.strongest(pro, con)[0] == verdict


def test_an_id_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="nobody-1900"):
        evidence.strongest(["nobody-1900"], [])
