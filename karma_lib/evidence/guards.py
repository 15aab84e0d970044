"""Guards: what must not be pooled, and why."""

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from karma_lib import _checks

RATIOS = ("OR", "IRR", "RR")
"""Metrics whose standard errors are on the log scale."""

RECALLED = "recalled"
"""The basis of rows that nobody has verified: shown in grey, never computed with."""

_ABSENT = {"metric": "", "design": "", "basis": "", "sample": "", "use": "", "id": "a row"}

GUARDS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "recalled": ("recalled, not verified", lambda t: t["basis"] == RECALLED),
    "no_number": ("text, without a finite estimate", lambda t: ~np.isfinite(t["estimate"])),
    "bad_se": ("without a standard error above 0", lambda t: ~(t["se"].fillna(1) > 0)),
    "missing_se": ("without a standard error (lifting this drops them)", lambda t: t["se"].isna()),
    "mixed_metrics": ("on several metrics", lambda t: t["metric"] != t["metric"].iloc[0]),
    "meta_analyses": (
        "meta-analyses, whose studies may count twice",
        lambda t: t["design"].str.contains("meta-analysis"),
    ),
    "shared_sample": (
        "effects on the same people (a shared control group or trial)",
        lambda t: t["sample"].duplicated(keep=False) & t["sample"].ne(""),
    ),
    "forest_only": (
        "of treatments too different for one mean (draw the forest only)",
        lambda t: t["use"] == "forest_only",
    ),
    "few": ("fewer than three", lambda t: pd.Series(t["se"].notna().sum() < 3, t.index)),
}
"""What `meta` refuses, why, and in which rows. The first three can never be lifted."""

ALWAYS = ("recalled", "no_number", "bad_se")


def members(table: pd.DataFrame, *, allow: Collection[str] = ()) -> pd.DataFrame:
    """Return the rows that may be pooled, with `estimate` and `se`, or say why not.

    Parameters
    ----------
    table : DataFrame
        With `estimate` and `se` or `variance`; `metric`, `design`, `basis`, `sample`, `use`
        and `id` feed the guards where they are there.
    allow : collection of str
        Guards to lift, by name: missing_se, mixed_metrics, meta_analyses, shared_sample,
        forest_only, few. SMD, d and g count as different metrics: rename them first where
        their formulas agree.

    Returns
    -------
    DataFrame
        Ratios on the log scale (`metric` says so); rows without a standard error dropped
        where that was allowed.

    Raises
    ------
    ValueError
        If a guard refuses, or is not known.

    Examples
    --------
    >>> from karma_lib.evidence import load_pool
    >>> members(load_pool("P4"))
    Traceback (most recent call last):
        ...
    ValueError: table must hold independent, comparable, verified effects; it has rows that are of \
treatments too different for one mean (draw the forest only): altay-2023-exp1-discernment, \
brashier-2021-exp1-discernment and more. To pool all the same, say allow=["forest_only"].
    """
    if unknown := sorted({*allow} - {*GUARDS}.difference(ALWAYS)):
        known = ", ".join(name for name in GUARDS if name not in ALWAYS)
        raise ValueError(f"allow must be a list out of {known}; got {unknown[0]!r}.")
    if "se" not in table and "variance" in table:
        table = _checks.columns("table", table, numbers=["variance"])
        table = table.assign(se=table["variance"].where(table["variance"] > 0) ** 0.5)
    if table.empty or not {"estimate", "se"} <= {*table}:
        raise ValueError(f"table must hold rows with estimate and se; got {[*table]}.")
    _checks.columns("table", table.replace([np.inf, -np.inf], np.nan), numbers=["estimate", "se"])
    words = {n: table[n].astype(object).fillna(x).astype(str) if n in table else x
             for n, x in _ABSENT.items()}  # fmt: skip
    full = table.assign(**words)
    for name, (reason, rule) in GUARDS.items():
        rows = full.loc[rule(full), "id"].tolist()
        if rows and name not in allow:
            first = ", ".join(rows[:2]) + " and more" * (len(rows) > 2)
            lift = f'To pool all the same, say allow=["{name}"].' * (name not in ALWAYS)
            raise ValueError(
                "table must hold independent, comparable, verified effects; "
                f"it has rows that are {reason}: {first}. {lift or 'Leave them out.'}"
            )
    table = table[table["se"].notna()].reset_index(drop=True)
    ratio = full["metric"][full["se"].notna()].isin(RATIOS).to_numpy()
    if not ratio.any():
        return table
    logs = np.log(table["estimate"].where(ratio, 1.0))
    return table.assign(
        estimate=logs.where(ratio, table["estimate"]),
        metric=("log " + table["metric"]).where(ratio, table["metric"]),
    )
