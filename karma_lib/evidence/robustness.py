"""How much a pooled effect leans on single studies, on order and on groups."""

from dataclasses import replace

import numpy as np
import pandas as pd

from karma_lib.evidence.analysis import Meta, refit

LINE = ["estimate", "ci_low", "ci_high", "p", "tau2", "k"]


def _lines(parts: list[Meta], names: pd.DataFrame) -> pd.DataFrame:
    """Return one row an analysis, beside what names it."""
    table = pd.DataFrame([part.summary[LINE] for part in parts]).astype({"k": int})
    return pd.concat([names.reset_index(drop=True), table.reset_index(drop=True)], axis=1)


def _plain(fit: Meta, by: str) -> None:
    if by not in fit.table or fit.table[by].isna().any() or len(fit.terms) > 1:
        raise ValueError(f"by must be known for every study, without moderators; got {by!r}.")


def leave_one_out(fit: Meta) -> pd.DataFrame:
    """Return the analysis without each study in turn, and how that study pulls it.

    Parameters
    ----------
    fit : Meta
        Of two studies more than coefficients, at least.

    Returns
    -------
    DataFrame
        One row a study: `id`, `study` (where the members have them), `estimate`, `ci_low`,
        `ci_high`, `p`, `tau2`, `k` without it; `residual` (studentised, deleted), `dffits`,
        `cook`, `hat`, `weight` (percent) as Viechtbauer & Cheung 2010, doi:10.1002/jrsm.11,
        define them, with the plain covariance. `attrs["estimate"]` is that of all.
    """
    if fit.df < 2:
        raise ValueError(f"fit must have two studies more than coefficients; got {len(fit.x)}.")
    table = fit.table
    parts = [refit(fit, table.drop(index=i), np.delete(fit.x, i, 0)) for i in range(len(table))]
    pulls = []
    for part, x, y, v, w in zip(parts, fit.x, fit.y, fit.v, fit.weights, strict=True):
        change, hat = fit.beta - part.beta, w * (x @ fit.bread @ x)
        pulls.append(
            {
                "residual": (y - x @ part.beta) / np.sqrt(v + part.tau2 + x @ part.bread @ x),
                "dffits": x @ change / np.sqrt(hat * (part.tau2 + v)),
                "cook": change @ np.linalg.solve(fit.bread, change),
                "hat": hat,
                "weight": 100 * w / fit.weights.sum(),
            }
        )
    result = _lines(parts, table.filter(["id", "study"])).join(pd.DataFrame(pulls))
    result.attrs = {"estimate": float(fit.beta[0])}
    return result


def cumulative(fit: Meta, *, by: str = "year") -> pd.DataFrame:
    """Return the analysis as the studies came in.

    Parameters
    ----------
    fit : Meta
        Without moderators.
    by : str, default "year"
        Column to sort by; equal values keep their order.

    Returns
    -------
    DataFrame
        One row a study added: `id`, `study`, `by`, then as in `leave_one_out`. The first row
        is the first study alone, with its own normal interval.
    """
    _plain(fit, by)
    table = fit.table.sort_values(by, kind="stable")
    parts = [refit(replace(fit, interval="z"), table.iloc[:1])]
    parts += [refit(fit, table.iloc[:n]) for n in range(2, len(table) + 1)]
    return _lines(parts, table.filter(["id", "study", by]))


def subgroups(fit: Meta, by: str) -> pd.DataFrame:
    """Return one analysis a group, each with its own τ², and the test between them.

    Parameters
    ----------
    fit : Meta
        Without moderators.
    by : str
        Column that names the groups; every study must have one.

    Returns
    -------
    DataFrame
        One row a group, sorted: `by`, `estimate`, `ci_low`, `ci_high`, `p`, `tau2`, `k`. A
        group of one study has no Hartung-Knapp interval (NaN). `attrs` has `q`, `df`, `p`:
        Q between the group means, by their plain errors.
    """
    _plain(fit, by)
    groups = dict([*fit.table.groupby(by, sort=True)])
    parts = [refit(fit, rows) for rows in groups.values()]
    se = [np.sqrt(part.bread[0, 0]) for part in parts]
    means = pd.DataFrame({"estimate": [part.beta[0] for part in parts], "se": se})
    between = refit(replace(fit, method="fixed", interval="z"), means).summary
    table = _lines(parts, pd.DataFrame({by: [*groups]}))
    table.attrs = {"q": between["q"], "df": int(between["q_df"]), "p": between["q_p"]}
    return table
