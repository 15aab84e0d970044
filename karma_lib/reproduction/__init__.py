"""The reproduction ledger: published values beside ours.

Each module here has a dictionary `TARGETS` from a target's id to a function that computes our
number; words in braces make it a pattern of many ids (see `filled`). It may carry `REASONS`,
by id or its beginning, for targets that cannot be computed. The functions never see the
published value.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pandas as pd
from tqdm import tqdm

from karma_lib._doors import guard
from karma_lib.datasets._store import BUNDLED

REPRODUCED, FAILED, SHOWN = "reproduced", "not reproduced", "shown only"
STORED = BUNDLED / "published" / "ledger.csv"


VALUE = r"[\d.]+(?:e-?\d+)?|\w+"
"""What a name in braces stands for: a number, or one word."""


def filled(patterns: Mapping[str, Callable[..., float]]) -> dict[str, Callable[[], float]]:
    """Return a function without arguments for each target's id that a pattern fits.

    The function gets what stands in an id's place of a name in braces under that name. Of
    several patterns that fit, the first counts.

    Examples
    --------
    >>> found = filled({"borel/tail{n}-mu{mean}": lambda n, mean: n * mean})
    >>> {name: function() for name, function in found.items()}
    {'borel/tail10-mu0.5': 5.0, 'borel/tail10-mu0.9': 9.0, 'borel/tail100-mu0.9': 90.0}
    """
    found: dict[str, Callable[[], float]] = {}
    for pattern, function in patterns.items():
        form = re.sub(r"\\{(\w+)\\}", lambda name: f"(?P<{name[1]}>{VALUE})", re.escape(pattern))
        for name in targets()["id"]:
            if fit := re.fullmatch(form, name):
                words = {word: _value(text) for word, text in fit.groupdict().items()}
                found.setdefault(name, partial(function, **words))
    return found


def _value(text: str) -> float | str:
    """Return a number as one, whole if it is written without a point; else the word."""
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


@cache
def targets() -> pd.DataFrame:
    """Return the published and derived values, one row each.

    Returns
    -------
    DataFrame
        `id`, `model`, `citation`, `doi`, `quantity`, `parameters`, `value`, `tolerance`,
        `unit`, `basis` (published, second-hand, derived or recalled), `note` (begins
        with "check" where software can compute it, else with "display").
    """
    return pd.read_csv(BUNDLED / "published" / "targets.csv")


@cache
def _found(name: str) -> dict[str, Any]:
    """Return the union of a dictionary of that name over all modules of this folder."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    found: dict[str, Any] = {}
    for module in modules:
        found |= getattr(module, name, {})
    return found


@cache
def reproducers() -> dict[str, Callable[[], float]]:
    """Return every target's function, by id."""
    return filled(_found("TARGETS"))


def ledger(*models: str, progress: bool | None = None) -> pd.DataFrame:
    """Compute our numbers and hold them to the published ones.

    Parameters
    ----------
    *models : str
        Beginnings of target ids, such as "watts-2002"; by default all.
    progress : bool, optional
        Whether to show a bar; by default only in a terminal.

    Returns
    -------
    DataFrame
        `id`, `quantity`, `parameters`, `published`, `ours`, `difference`, `tolerance`,
        `verdict` (reproduced, not reproduced, shown only), `basis`, `doi`, `why`.

    Examples
    --------
    >>> rows = ledger("granovetter-1978/uniform-ladder")
    >>> rows[["published", "ours", "verdict"]].to_dict("records")
    [{'published': 100.0, 'ours': 100.0, 'verdict': 'reproduced'}]
    """
    table = targets()
    table = table[table["id"].str.startswith(models or ("",))].reset_index(drop=True)
    hide = None if progress is None else not progress
    rows = [_row(row) for row in tqdm(table.to_dict("records"), unit="target", disable=hide)]
    head = table[["id", "quantity", "parameters"]].assign(published=table["value"])
    return head.join(pd.DataFrame(rows)).join(table[["basis", "doi"]])


def stored() -> pd.DataFrame:
    """Return the whole ledger as it was last written down: computing it takes minutes.

    `make reproduce` computes it; `python -m karma_lib.reproduction --store` writes it. Tests
    compute every row anew and hold the written verdicts to it.

    Returns
    -------
    DataFrame
        The columns of `ledger`, and `unit`, `model`, `citation`, `note` of `targets`.
    """
    table = targets().rename(columns={"value": "published"}).merge(pd.read_csv(STORED), on="id")
    table["why"] = table["why"].fillna("")
    table.insert(0, "difference", table["ours"] - table["published"])
    return table


def _row(row: dict[str, object]) -> dict[str, object]:
    """Return our number for one target, and the verdict."""
    name, function = str(row["id"]), reproducers().get(str(row["id"]))
    ours, why = float("nan"), _reason(name, function is None)
    try:
        ours = ours if function is None else float(function())
    except OSError as error:  # a real data set that is not here
        why = str(error)
    difference = ours - float(row["value"])  # type: ignore[arg-type]
    if not str(row["note"]).startswith("check"):
        verdict = SHOWN
    elif abs(difference) <= float(row["tolerance"]):  # type: ignore[arg-type]
        verdict, why = REPRODUCED, ""
    else:
        verdict, why = FAILED, why or "outside tolerance"
    return {
        "ours": ours,
        "difference": difference,
        "tolerance": row["tolerance"],
        "verdict": verdict,
        "why": why,
    }


def _reason(name: str, uncomputed: bool) -> str:
    """Return why a target fails: its own reason, or its family's if nothing computes it."""
    reasons = _found("REASONS")
    family = (str(why) for start, why in reasons.items() if name.startswith(start))
    if not uncomputed:
        return str(reasons.get(name, ""))
    return next(family, "no function computes it yet")


guard(__name__)
