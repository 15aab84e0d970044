"""A claim as a page: its verdict, its rows with their sources, and what nobody knows."""

import re

import pandas as pd
from IPython.display import Markdown

from karma_lib import _checks
from karma_lib.evidence import cite
from karma_lib.reproduction import stored

SIDES = {
    "evidence_for": "Speaks for it",
    "evidence_against": "Speaks against it",
    "context": "Borders on it and decides nothing",
}
_SAYS = {
    "for": ", its interval speaks for it", "against": ", its interval speaks against it",
    "neither": ", its interval holds no effect",
}  # fmt: skip
_UNITS = {
    **dict.fromkeys(("SMD", "g", "d"), "{} standard deviations"),
    **{"OR": "odds times {}", "percent_level": "{} %", "percent_change": "a change of {} %"},
    **{"percentage_points": "{} percentage points", "r": "correlation {}", "beta": "slope {}"},
    "R2_max": "a share of at most {} of the differences",
}


def _line(row: pd.Series) -> str:
    """Return one row in words: how it was found, what came out, and where it stands."""
    kind = ("experiment" if row["causal"] else "no experiment") + _SAYS.get(row["interval"], "")
    about = " → ".join(row[["exposure", "outcome"]].dropna())
    said = row["caveat"]
    if pd.notna(row["estimate"]):
        said = _UNITS.get(row["metric"], "{} points of its scale").format(f"{row['estimate']:.3g}")
        if pd.notna(row["ci_low"]):
            said += f" (95 % interval {row['ci_low']:.3g} to {row['ci_high']:.3g})"
    source = re.sub(r"https://doi\.org/(\S+)", r"[doi:\1](https://doi.org/\1)", cite(row["id"]))
    return f"- *{kind}* · {about}: {said.rstrip('.')}. {source}"


def claim_page(number: int, claims: pd.DataFrame, trail: pd.DataFrame) -> Markdown:
    """Return what the ledger says of one claim.

    Parameters
    ----------
    number : int
        The claim's number.
    claims, trail : DataFrame
        `evidence.claims()` and `evidence.trail()`.

    Returns
    -------
    Markdown
        The verdict and which part of the claim it is about; every row on each side with its
        number, its source and DOI; the mean of its pool; results of models; what is open, and
        what would change the verdict.

    Raises
    ------
    KeyError
        If there is no claim of that number.
    """
    _checks.columns("trail", trail, "claim", "side")
    _checks.columns("claims", claims, "claim", "verdict", "models", "pool")
    if number not in (numbers := claims["claim"].tolist()):
        raise KeyError(f"number must be one that claims has, {numbers}; got {number}.")
    claim = claims.set_index("claim").loc[number]
    rows = trail[trail["claim"] == number]
    sure = "" if claim["verdict"] == "untested" else f" (confidence {claim['confidence']})"
    text = [
        f"**Claim {number}. {claim['text']}**",
        f"Verdict: **{claim['verdict']}**{sure}. What the rows say: {claim['covers']}.",
    ]
    for side, title in SIDES.items():
        lines = [_line(row) for _, row in rows[rows["side"] == side].iterrows()]
        text.append(f"{title}:\n\n" + "\n".join(lines or ["- nothing in the table"]))
    if claim["pool"]:
        text.append(
            "All {k:.0f} comparable trials together: a mean of {estimate:.3f} standard deviations, "
            "95 % interval {ci_low:.3f} to {ci_high:.3f}; one more trial would be expected from "
            "{pi_low:.2f} to {pi_high:.2f}.".format(**claim)
        )
    models = stored().query("id in @claim.models")
    models["after"] = (
        models["citation"].str.extract(r"^(\D*\d{4})(?!\.)")[0].fillna(models["model"])
    )
    results = [f"- {r.quantity} ({r.parameters}): {r.ours:.4g}, after {r.after}"
               for r in models.itertuples()]  # fmt: skip
    if results:
        text.append("In models (what can happen, not what does):\n\n" + "\n".join(results))
    text.append(f"No row tells: {claim['open']}.")
    text.append(f"What would change the verdict: {claim['would_change']}")
    return Markdown("\n\n".join(text))  # type: ignore[no-untyped-call]
