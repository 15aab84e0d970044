"""Small studies, and whether they show more than large ones."""

import warnings
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from karma_lib._typing import Array
from karma_lib.evidence.analysis import Meta, refit

LEAST = 10
"""Below this many studies the tests here have too little power to mean much."""


def _warn(name: str, fit: Meta) -> None:
    if len(fit.y) < LEAST:
        message = f"{name} has little power with {len(fit.y)} studies; it needs {LEAST} or more."
        warnings.warn(message, UserWarning, stacklevel=3)


def _line(fit: Meta, by: Array) -> pd.DataFrame:
    """Regress effects on `by`, weights 1/se², error variance free; t with k - 2."""
    x = np.column_stack([np.ones(len(by)), by])
    inverse = np.linalg.inv((x.T / fit.v) @ x)
    beta, df = inverse @ (x.T / fit.v) @ fit.y, len(by) - 2
    if df < 1:
        raise ValueError(f"fit must have at least three studies; got {len(by)}.")
    se = np.sqrt(np.diag(inverse) * ((fit.y - x @ beta) ** 2 / fit.v).sum() / df)
    p = 2 * t.sf(abs(beta / se), df)
    return pd.DataFrame({"estimate": beta, "se": se, "t": beta / se, "df": df, "p": p})


def egger(fit: Meta) -> pd.Series:
    """Return Egger's regression test for an asymmetric funnel.

    Parameters
    ----------
    fit : Meta
        An analysis; its members are used.

    Returns
    -------
    Series
        `coef_se` (what an effect gains for a unit of its standard error), `se`, `t`, `df`,
        `p`, and `limit_estimate`, the effect of a study without error.

    Warns
    -----
    UserWarning
        Below ten studies.

    References
    ----------
    Egger, Davey Smith, Schneider & Minder 1997, doi:10.1136/bmj.315.7109.629.

    Examples
    --------
    >>> from karma_lib.evidence import load_pool, meta
    >>> round(float(egger(meta(load_pool("P1")))["p"]), 3)
    0.684
    """
    _warn("Egger's test", fit)
    line = _line(fit, np.sqrt(fit.v))
    test = line.loc[1].rename({"estimate": "coef_se"})
    return pd.concat([test, pd.Series({"limit_estimate": line.loc[0, "estimate"]})])


def pet_peese(fit: Meta) -> pd.DataFrame:
    """Return the effect of a study without error, by regression on the error or its square.

    Parameters
    ----------
    fit : Meta
        An analysis; its members are used.

    Returns
    -------
    DataFrame
        Rows PET (on se) and PEESE (on se²): `estimate`, `se`, `t`, `df`, `p`, and
        `chosen`: PEESE where PET's effect has p < 0.10 (one-sided 0.05), else PET.

    Warns
    -----
    UserWarning
        Below ten studies.

    References
    ----------
    Stanley & Doucouliagos 2014, Research Synthesis Methods 5(1):60-78,
    doi:10.1002/jrsm.1095.
    """
    _warn("PET-PEESE", fit)
    lines = [_line(fit, by).iloc[[0]] for by in (np.sqrt(fit.v), fit.v)]
    table = pd.concat(lines).set_axis(["PET", "PEESE"])
    peese = table.loc["PET", "p"] < 0.10
    return table.assign(chosen=[not peese, peese])


def _excess(centred: Array) -> float:
    """Return Duval and Tweedie's L0 from effects around their mean; ties in order."""
    n = len(centred)
    ranks = np.empty(n)
    ranks[np.argsort(abs(centred), kind="stable")] = np.arange(1, n + 1)
    return float((4 * ranks[centred > 0].sum() - n * (n + 1)) / (2 * n - 1))


def trim_and_fill(fit: Meta, *, missing: Literal["left", "right"] | None = None) -> pd.DataFrame:
    """Return the members with the mirror images that a symmetric funnel would ask for.

    Parameters
    ----------
    fit : Meta
        An analysis without moderators.
    missing : {"left", "right"}, optional
        Where studies may be missing; by default where small studies lack, as the slope of
        a random-effects regression on the standard error says.

    Returns
    -------
    DataFrame
        The members, then the filled ones (`filled` True). `attrs` has `missing`, `k0` (how
        many) and `estimate` (of the completed set).

    Notes
    -----
    Estimator L0. *Pitfall*: not evidence that studies are missing; heterogeneity alone can
    ask for images. The side matters and is named for that reason.

    References
    ----------
    Duval & Tweedie 2000, Biometrics 56(2):455-463, doi:10.1111/j.0006-341X.2000.00455.x.
    """
    if len(fit.terms) > 1:
        raise ValueError(f"fit must have no moderators; got {fit.terms}. Fit the mean alone first.")
    _warn("Trim-and-fill", fit)
    if missing is None:
        x = np.column_stack([np.ones(len(fit.y)), np.sqrt(fit.v)])
        missing = "right" if refit(fit, fit.table, x).beta[1] < 0 else "left"
    sign = -1 if missing == "right" else 1
    table = fit.table.iloc[np.argsort(sign * fit.y, kind="stable")]
    k0 = 0
    for _ in range(100):  # it may swing between two counts; the last one stands
        seen, mean = k0, refit(fit, table.iloc[: len(table) - k0]).beta[0]
        k0 = max(0, round(_excess(sign * (table["estimate"].to_numpy(float) - mean))))
        if k0 == seen:
            break
    images = table.iloc[len(table) - k0 :]
    images = images.assign(estimate=2 * mean - images["estimate"], filled=True)
    completed = pd.concat([fit.table.assign(filled=False), images], ignore_index=True)
    completed.attrs = {
        "missing": missing,
        "k0": k0,
        "estimate": float(refit(fit, completed).beta[0]),
    }
    return completed
