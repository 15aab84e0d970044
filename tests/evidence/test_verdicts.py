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
        cited = [name.lstrip("+-") for side in verdicts.SIDES for name in row[side]]
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


def test_what_the_rule_allows_each_claim():
    assert CLAIMS.set_index("claim")["strongest"].to_dict() == {
        1: "untested", 2: "mixed", 3: "mixed", 4: "mixed", 5: "not supported", 6: "untested",
        7: "untested", 8: "untested", 9: "mixed", 10: "mixed", 11: "mixed", 12: "mixed",
    }  # fmt: skip


def test_a_referee_can_follow_every_verdict_to_its_rows():
    """The rule once more, by hand, from what the trail shows and nothing else."""
    trail = evidence.trail()
    for row in CLAIMS.to_dict("records"):
        mine = trail[(trail["claim"] == row["claim"]) & (trail["basis"] != "recalled")]
        pro, con = (mine[mine["side"] == side] for side in ("evidence_for", "evidence_against"))
        pro_causal = pro[pro["causal"] & (pro["direction"] != "null")]
        con_causal = con[con["causal"]]
        clear = pro_causal[pro_causal["interval"] == "for"]
        enough = clear["sample"].nunique() >= 2 or clear["design"].str.contains("meta").any()
        if pro.empty and con.empty:
            verdict = "untested"
        elif enough and con_causal.empty:
            verdict = "supported"
        elif con_causal["sample"].nunique() >= 3 and pro_causal.empty:
            verdict = "not supported"
        else:
            verdict = "mixed"
        assert row["strongest"] == verdict, row["claim"]
    cited = CLAIMS[[*verdicts.SIDES]].map(len).sum().sum()
    assert len(trail) == cited
    assert all(evidence.cite(name) for name in trail["id"])


def test_a_number_stands_on_the_side_where_its_sign_puts_it():
    """A claim says beforehand which sign a row must have to speak for it."""
    trail = evidence.trail().query("side != 'context'")
    numbers = trail[trail["estimate"].notna() & trail["direction"].isin(["positive", "negative"])]
    assert len(numbers) == 24
    assert (numbers["predicted"] != "").all()
    agrees = numbers["predicted"] == numbers["direction"]
    assert (agrees == (numbers["side"] == "evidence_for")).all()
    assert not ((trail["side"] == "evidence_for") & (trail["interval"] == "against")).any()
    assert not ((trail["side"] == "evidence_against") & (trail["interval"] == "for")).any()


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
    assert pooled["pool"].to_dict() == {9: "+P1", 11: "+P2"}
    for row in pooled.to_dict("records"):
        fit = evidence.meta(evidence.load_pool(row["pool"][1:])).summary
        assert [row[name] for name in verdicts.POOLED] == fit[[*verdicts.POOLED]].tolist()
        assert row["ci_low"] < 0 < row["ci_high"]
        assert row["strongest"] != "supported"
    assert pooled.loc[9, "estimate"] == pytest.approx(0.087868892, rel=1e-6)
    assert CLAIMS.loc[CLAIMS["pool"] == "", "estimate"].isna().all()


def test_recalled_rows_decide_nothing():
    recalled = evidence.load(basis="recalled")["id"].tolist()
    signed = ["+" + name for name in recalled]
    assert evidence.strongest(signed, []) == ("untested", "low")
    trail = evidence.trail().query("side != 'context'")
    assert not set(recalled) & set(trail["id"])


EXP1, EXP2, EXP3 = (f"guess-2020-exp{i}-discernment" for i in (1, 2, 3))
NULLS = ["nyhan-2023-attitudes", "guess-2023-feed-attitudes", "allcott-2025-political-ads"]
WORDS = ["muchnik-2013-final-rating", "glenski-2017-post-upvote", "bond-2012-turnout"]
LONG = ("multi-week",)
TRIALS = ["allcott-2020-subjective-wellbeing", "allcott-2025-instagram-emotional-state"]


@pytest.mark.parametrize(
    ("pro", "con", "verdict"),
    [
        ([], [], "untested"),
        (["+rathje-2021-shares"], [], "mixed"),  # observational, however large
        (["+hancock-2022-depression"], [], "mixed"),  # correlations do not decide
        (["+" + EXP1], [], "mixed"),  # one trial is not enough
        (["+" + EXP1, "+" + EXP3], [], "supported"),
        (["+" + EXP1, "-" + EXP3], [], "mixed"),  # one of them in the other direction
        ([EXP1, EXP3], [], "mixed"),  # no direction was claimed
        (["+" + EXP1, "+" + EXP2], [], "mixed"),  # the second holds no effect
        (
            ["+lambert-2022-wellbeing-wemwbs", "-lambert-2022-anxiety-gad7"],
            [],
            "mixed",
        ),  # one trial
        (["+burnell-2025-subjective-wellbeing"], [], "supported"),  # trials, pooled, clear
        (["-burnell-2025-subjective-wellbeing"], [], "mixed"),
        (["+mccomb-2023-upward-comparison"], [], "mixed"),  # pooled, but no interval
        (["+burnell-2025-subjective-wellbeing"], NULLS[:1], "mixed"),
        (["+" + name for name in WORDS], [], "mixed"),  # three trials without an interval
        ([], NULLS[:2], "mixed"),
        ([], NULLS, "not supported"),
        ([], ["-" + name for name in TRIALS], "not supported"),  # clear, the other way
        ([], ["+" + name for name in TRIALS], "mixed"),
        (["+levy-2021-affective-polarization"], NULLS[:1], "mixed"),
        (NULLS, [], "mixed"),  # three nulls do not support an effect
        (NULLS[:1], ["-" + name for name in TRIALS], "not supported"),  # nor does one save it
    ],
)
def test_the_rule(pro, con, verdict):
    assert evidence.strongest(pro, con)[0] == verdict


@pytest.mark.parametrize(
    ("pool", "durations", "pro", "con", "verdict"),
    [
        ("+P1", (), ["+" + EXP1, "+" + EXP3], [], "mixed"),  # the mean holds no effect
        ("+P1", LONG, ["+" + EXP1], [], "supported"),  # the mean is clear
        ("+P1", LONG, ["+" + EXP1], NULLS[:1], "mixed"),
        ("+P1", LONG, [], NULLS, "mixed"),  # a clear mean speaks for the claim
        ("-P1", LONG, ["+" + EXP1, "+" + EXP3], [], "mixed"),  # clear, the other way
        ("-P1", LONG, [], NULLS[:1], "not supported"),
    ],
)
def test_a_pool_bounds_the_verdict(pool, durations, pro, con, verdict, monkeypatch):
    part = evidence.load_pool("P1", durations=durations)
    monkeypatch.setattr(verdicts, "load_pool", lambda name: part)
    assert evidence.strongest(pro, con, pool)[0] == verdict


def test_ratios_have_one_as_no_effect_and_shares_have_none(monkeypatch):
    table = evidence.load()
    ratio = {"metric": "OR", "estimate": 0.8, "ci_low": 0.6, "ci_high": 0.9}
    table.loc[table["id"] == EXP1, [*ratio]] = [*ratio.values()]
    monkeypatch.setattr(verdicts, "load", lambda: table)
    cited = [EXP1, "-" + EXP1, "+" + EXP1, "+rathje-2021-shares", "+diel-2024-accuracy-aided"]
    said = [evidence.weigh([name])["interval"].item() for name in cited]
    assert said == ["silent", "for", "against", "silent", "silent"]


def test_a_trial_is_causal_and_the_correlation_at_its_start_is_not():
    cited = ["+allcott-2020-subjective-wellbeing", "-allcott-2020-use-wellbeing-correlation"]
    assert evidence.weigh(cited)["causal"].tolist() == [True, False]


def test_an_id_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="nobody-1900"):
        evidence.strongest(["+nobody-1900"], [])
