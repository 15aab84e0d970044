"""The claims ledger: what the evidence allows to be said, and how sure."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from karma_lib.datasets._store import BUNDLED
from karma_lib.evidence.analysis import meta
from karma_lib.evidence.guards import RATIOS, RECALLED
from karma_lib.evidence.table import load, load_pool

CONFIDENCE = ("low", "moderate", "high")
SIDES = ("evidence_for", "evidence_against", "context")
POOLED = ("k", "estimate", "ci_low", "ci_high", "pi_low", "pi_high")

_CAUSAL = r"^(?!cross-sectional).*(?:RCT|experiment)"
_OF_EXPERIMENTS = r"^meta-analysis"
_NO_EFFECT = {"percent_level": np.nan, **dict.fromkeys(RATIOS, 1.0)}
_SIGNS = {"+": "positive", "-": "negative"}


def _interval(predicted: str, low: float, high: float, no_effect: float = 0.0) -> str:
    """Say for which side an interval speaks: it lies wholly beyond no effect, or does not."""
    sign = {"positive": 1.0, "negative": -1.0}.get(predicted, np.nan)
    ends = sign * (np.array([low, high]) - no_effect)
    if np.isnan(ends).any():
        return "silent"
    return "for" if (ends > 0).all() else "against" if (ends < 0).all() else "neither"


def weigh(cited: list[str]) -> pd.DataFrame:
    """Return cited rows with what the rule of the verdicts reads off them.

    Parameters
    ----------
    cited : list of str
        Ids of the evidence table. "+" or "-" before an id is the sign of the effect that the
        claim predicts there; a finding in words has none.

    Returns
    -------
    DataFrame
        The rows in the order cited, with `predicted` (positive, negative or empty), `causal`
        (bool), and `interval`: it speaks "for" where it lies wholly beyond no effect on the
        side predicted, "against" where on the other, and for "neither" where it holds no
        effect (1 for ratios, 0 otherwise). It is "silent" where there is none, where no sign
        was predicted, and for a share, which has no value of no effect.

    Examples
    --------
    >>> weigh(["+guess-2020-exp1-discernment", "+guess-2020-exp2-discernment"])["interval"].tolist()
    ['for', 'neither']
    """
    signs = {entry.lstrip("+-"): _SIGNS.get(entry[:1], "") for entry in cited}
    table = load().set_index("id", drop=False)
    if unknown := sorted({*signs} - {*table["id"]}):
        raise KeyError(f"cited must be ids, as in evidence_for; got {unknown[0]!r}.")
    rows = table.loc[[*signs]].reset_index(drop=True)
    none = [_NO_EFFECT.get(metric, 0.0) for metric in rows["metric"]]
    said = list(map(_interval, signs.values(), rows["ci_low"], rows["ci_high"], none))
    causal = rows["design"].str.contains(_CAUSAL)
    return rows.assign(predicted=[*signs.values()], causal=causal, interval=said)


class Side(NamedTuple):
    """What one side's rows amount to, in numbers of rows and of samples."""

    rows: int
    causal: int
    clear: int
    pooled: bool


def _side(cited: list[str], side: str) -> Side:
    """Count independent causal samples, and those whose interval speaks for this side."""
    rows = weigh(cited)
    rows = rows[rows["basis"] != RECALLED]
    causal = rows[rows["causal"] & ((side == "against") | (rows["direction"] != "null"))]
    clear = causal[causal["interval"] == side]
    pooled = bool(clear["design"].str.contains(_OF_EXPERIMENTS).any())
    return Side(len(rows), causal["sample"].nunique(), clear["sample"].nunique(), pooled)


def strongest(
    evidence_for: list[str], evidence_against: list[str], pool: str = ""
) -> tuple[str, str]:
    """Return the strongest verdict and the most confidence that these rows allow.

    Parameters
    ----------
    evidence_for, evidence_against : list of str
        Ids of the evidence table with their signs, as in `weigh`. A null result speaks
        against a claim of an effect.
    pool : str, optional
        The pool of comparable studies, with the sign that the claim predicts: "+P1".

    Returns
    -------
    tuple of str
        The verdict (untested, mixed, not supported, supported) and the confidence (low,
        moderate, high).

    Notes
    -----
    *Causal* rows come from randomised, field or natural experiments, or from meta-analyses
    of such; recalled rows count for nothing, nor do causal null results on the side for; rows
    of one sample count once. A side is *clear* where intervals speak for it (see `weigh`): of
    the pool's mean, of a meta-analysis of experiments, or of two causal samples.

    "Supported" needs a clear side for, no causal row against, and no pool whose mean holds no
    effect or lies on the other side. "Not supported" says that the claim lacks support, not
    that it is wrong: a clear side against or three causal samples against, and neither a
    causal row nor a pool for. Anything else is "mixed", and no row at all "untested".
    Confidence is low with no clear interval among the causal rows, moderate with one, high
    with two.

    Examples
    --------
    >>> strongest([], []), strongest(["+guess-2020-exp1-discernment"], [])
    (('untested', 'low'), ('mixed', 'moderate'))
    """
    pro, con = _side(evidence_for, "for"), _side(evidence_against, "against")
    mean = meta(load_pool(pool[1:])).summary if pool else {"ci_low": np.nan, "ci_high": np.nan}
    said = _interval(_SIGNS.get(pool[:1], ""), mean["ci_low"], mean["ci_high"])
    confidence = CONFIDENCE[min(2, pro.clear + con.clear)]
    if not pro.rows + con.rows:
        return "untested", confidence
    is_clear = pro.pooled or pro.clear >= 2 or said == "for"
    if is_clear and not con.causal and said in ("for", "silent"):
        return "supported", confidence
    is_lost = con.pooled or con.clear >= 2 or con.causal >= 3 or said == "against"
    if is_lost and not pro.causal and said != "for":
        return "not supported", confidence
    return "mixed", confidence


def claims() -> pd.DataFrame:
    """Return the twelve claims with their verdicts.

    Returns
    -------
    DataFrame
        `claim` (1 to 12), `text`, `theme`, `notebooks` (list of numbers), `evidence_for`,
        `evidence_against`, `context` (lists of evidence ids, with the sign that the claim
        predicts, as in `weigh`), `pool` (of comparable studies, signed, or empty), `models`
        (list of ids of reproduced results), `verdict`, `confidence`, `covers` (which part of
        the claim the verdict is about), `open` (which part nothing here tests),
        `would_change`; and computed: `strongest` and `most_confidence`, and the pool's `k`,
        `estimate`, `ci_low`, `ci_high`, `pi_low`, `pi_high` (as `meta`; nan without).

    Notes
    -----
    A verdict is never stronger than `strongest`, a test holds it so. It may be weaker:
    "mixed" where the rows touch half of a claim, "untested" where they only border on it;
    such rows stand in `context`.

    Examples
    --------
    >>> len(claims())
    12
    """
    table = pd.read_csv(BUNDLED / "claims.csv", keep_default_na=False)
    for name in (*SIDES, "models", "notebooks"):
        table[name] = table[name].map(lambda cell: cell.split("; ") if cell else [])
    bounds = [
        strongest(*cited)
        for cited in zip(*(table[name] for name in (*SIDES[:2], "pool")), strict=True)
    ]
    table[["strongest", "most_confidence"]] = np.array(bounds)
    pools = {name: meta(load_pool(name[1:])).summary for name in {*table["pool"]} - {""}}
    return table.assign(
        **{
            name: table["pool"].map({pool: fit[name] for pool, fit in pools.items()})
            for name in POOLED
        }
    )


def trail() -> pd.DataFrame:
    """Return the way from every verdict to its rows: one row a cited row.

    Returns
    -------
    DataFrame
        `claim`, `side` (evidence_for, evidence_against, context), then as `weigh`.

    Examples
    --------
    >>> trail().query("claim == 11 and interval == 'for'")["id"].tolist()[:1]
    ['guess-2020-exp1-discernment']
    """
    rows = [
        weigh(row[side]).assign(claim=row["claim"], side=side)
        for row in claims().to_dict("records")
        for side in SIDES
        if row[side]
    ]
    table = pd.concat(rows, ignore_index=True)
    return table[["claim", "side", *table.columns.drop(["claim", "side"])]]
