"""The reproduction ledger: published values beside ours.

Each module here has a dictionary `TARGETS` from a target's id to a function without
arguments that computes our number. It may carry `REASONS`, by id or its beginning, for
targets that cannot be computed. The functions never see the published value.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib import import_module
from itertools import product
from pkgutil import iter_modules

import pandas as pd
from tqdm import tqdm

from karma_lib.datasets._store import BUNDLED

REPRODUCED, FAILED, SHOWN = "reproduced", "not reproduced", "shown only"
STORED = BUNDLED / "published" / "ledger.csv"


def each(
    name: str, function: Callable[..., float], *choices: Iterable[object]
) -> dict[str, Callable[[], float]]:
    """Return one entry for each combination of arguments, which also complete its id.

    Examples
    --------
    >>> list(each("p{}-q{}", max, (1, 2), (3,)))
    ['p1-q3', 'p2-q3']
    """
    return {name.format(*args): partial(function, *args) for args in product(*choices)}


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
def _found(name: str) -> dict[str, object]:
    """Return the union of a dictionary of that name over all modules of this folder."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    found: dict[str, object] = {}
    for module in modules:
        found |= getattr(module, name, {})
    return found


def reproducers() -> dict[str, Callable[[], float]]:
    """Return every target's function, by id."""
    return _found("TARGETS")  # type: ignore[return-value]


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
