"""The claims ledger: what the evidence allows to be said, and how sure."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from karma_lib.datasets._store import BUNDLED
from karma_lib.evidence.analysis import meta
from karma_lib.evidence.guards import RECALLED
from karma_lib.evidence.table import load, load_pool

VERDICTS = ("untested", "mixed", "not supported", "supported")
CONFIDENCE = ("low", "moderate", "high")
SIDES = ("evidence_for", "evidence_against", "context")
POOLED = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")

_CAUSAL = r"RCT|experiment"
_OF_EXPERIMENTS = r"meta-analysis.*(?:RCT|experiment)"


class Side(NamedTuple):
    """What one side's rows amount to, in numbers of rows and of samples."""

    rows: int
    causal: int
    conclusive: int
    strong: bool


def _side(ids: list[str], nulls: bool) -> Side:
    """Count independent causal samples, null results or not, and those with a clear interval."""
    table = load()
    unknown = sorted(set(ids) - set(table["id"]))
    if unknown:
        raise KeyError(f"evidence must be rows of the table; got {unknown[0]!r}.")
    rows = table[table["id"].isin(ids) & (table["basis"] != RECALLED)]
    causal = rows[rows["design"].str.contains(_CAUSAL) & (nulls | (rows["direction"] != "null"))]
    clear = causal[causal["ci_low"].notna() & causal["direction"].isin(["positive", "negative"])]
    pooled = clear["design"].str.contains(_OF_EXPERIMENTS).any()
    n_causal, n_clear = (int(part["sample"].nunique()) for part in (causal, clear))
    return Side(len(rows), n_causal, n_clear, bool(pooled or n_clear >= 2 or n_causal >= 3))


def strongest(evidence_for: list[str], evidence_against: list[str]) -> tuple[str, str]:
    """Return the strongest verdict and the most confidence that these rows allow.

    Parameters
    ----------
    evidence_for, evidence_against : list of str
        Ids of the evidence table. A null result speaks against a claim of an effect.

    Returns
    -------
    tuple of str
        The verdict (untested, mixed, not supported, supported) and the confidence (low,
        moderate, high).

    Notes
    -----
    *Causal* rows come from randomised, field or natural experiments, or from meta-analyses
    of such; recalled rows count for nothing, nor do causal null results on the side for; rows
    of one sample count once. A side is
    *strong* with a meta-analysis of experiments whose interval is clear of no effect, or two
    samples with such intervals, or three causal samples. "Supported" needs a strong side for
    and no causal row against; "not supported" the reverse; anything else is "mixed", and no
    row at all "untested". Confidence is low with no interval clear of no effect among the
    causal rows, moderate with one, high with two.

    Examples
    --------
    >>> strongest([], []), strongest(["guess-2020-exp1-discernment"], [])
    (('untested', 'low'), ('mixed', 'moderate'))
    """
    pro, con = _side(evidence_for, nulls=False), _side(evidence_against, nulls=True)
    confidence = CONFIDENCE[min(2, pro.conclusive + con.conclusive)]
    if not pro.rows + con.rows:
        return "untested", confidence
    if pro.strong and not con.causal:
        return "supported", confidence
    if con.strong and not pro.causal:
        return "not supported", confidence
    return "mixed", confidence


def claims() -> pd.DataFrame:
    """Return the twelve claims with their verdicts.

    Returns
    -------
    DataFrame
        `claim` (1 to 12), `text`, `theme`, `notebooks` (list of numbers), `evidence_for`,
        `evidence_against`, `context` (lists of evidence ids), `pool` (of comparable studies,
        or empty), `models` (list of ids of reproduced results), `verdict`, `confidence`,
        `covers` (which part of the claim the verdict is about), `open` (which part nothing
        here tests), `would_change`; and computed: `strongest` and `most_confidence`, and the
        pool's `estimate`, `ci_low`, `ci_high`, `pi_low`, `pi_high` (as `meta`; nan without).

    Notes
    -----
    A verdict is never stronger than `strongest`, a test holds it so; nor "supported" against a
    pool whose interval holds no effect. It may be weaker:
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
    bounds = [strongest(*pair) for pair in zip(table[SIDES[0]], table[SIDES[1]], strict=True)]
    table[["strongest", "most_confidence"]] = np.array(bounds)
    pools = {name: meta(load_pool(name)).summary for name in {*table["pool"]} - {""}}
    return table.assign(
        **{
            name: table["pool"].map({pool: fit[name] for pool, fit in pools.items()})
            for name in POOLED
        }
    )
