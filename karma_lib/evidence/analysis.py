"""Meta-analysis: one weighted regression serves means, moderators and all their checks."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2, f, norm, t

from karma_lib import _checks
from karma_lib._typing import Array
from karma_lib.evidence.guards import members

Estimator = Callable[[Array, Array, Array], float]


def _projection(v: Array, x: Array, tau2: float) -> Array:
    """Return W - W X (X'WX)⁻¹ X'W: what the weights leave after the moderators."""
    wx = x / (v + tau2)[:, None]
    return np.asarray(np.diag(1 / (v + tau2)) - wx @ np.linalg.solve(x.T @ wx, wx.T))


def _q(y: Array, v: Array, x: Array, tau2: float) -> float:
    """Return the weighted sum of squared residuals, Q(τ²); it falls as τ² grows."""
    wx = x / (v + tau2)[:, None]
    residuals = y - x @ np.linalg.solve(x.T @ wx, wx.T @ y)
    return float((residuals**2 / (v + tau2)).sum())


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-15, rtol=1e-13))


def _tau2_at(y: Array, v: Array, x: Array, level: float) -> float:
    """Return the τ² at which Q equals `level`, or 0 where it is below it already."""
    if _q(y, v, x, 0) <= level:
        return 0.0
    high = float(np.max(v) + np.var(y))
    while _q(y, v, x, high) > level:
        high *= 4
    return _root(lambda tau2: _q(y, v, x, tau2) - level, 0, high)


def _moments(y: Array, v: Array, x: Array) -> float:
    p = _projection(v, x, 0)
    return max(0.0, float((_q(y, v, x, 0) - (len(y) - x.shape[1])) / np.trace(p)))


def _reml(y: Array, v: Array, x: Array) -> float:
    """Return the highest peak of the restricted likelihood: scan, then the root of its slope."""

    def slope(tau2: float) -> float:
        p = _projection(v, x, tau2)
        return float(y @ p @ p @ y - np.trace(p))

    def likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(np.log(w).sum() - np.linalg.slogdet((x.T * w) @ x)[1] - _q(y, v, x, tau2))

    top = 20 * float(np.var(y) + np.max(v))
    grid = np.concatenate([[0.0], top * np.geomspace(1e-8, 1, 80)])
    best = int(np.argmax([likelihood(tau2) for tau2 in grid]))
    if best == 0 and slope(0) <= 0:
        return 0.0
    return _root(slope, grid[max(best - 1, 0)], grid[best + 1])


METHODS: dict[str, Estimator] = {
    "REML": _reml,
    "DL": _moments,
    "PM": lambda y, v, x: _tau2_at(y, v, x, len(y) - x.shape[1]),
    "fixed": lambda y, v, x: 0.0,
}
INTERVALS: dict[str, Callable[[float], float]] = {
    "hksj": lambda q: q,
    "hksj_max1": lambda q: max(1.0, q),
    "z": lambda q: 1.0,
}
"""The factor on the coefficients' variances, from the weighted mean square q."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Meta:
    """A fitted meta-analysis; `meta` makes it.

    Parameters
    ----------
    table : DataFrame
        The members, with `estimate` and `se` on the scale of the analysis.
    x : ndarray of float64, shape (k, p)
        The design matrix; its first column is 1.
    terms : tuple of str
        Names of its columns.
    method, interval : str
    level : float
        As in `meta`.

    Notes
    -----
    With w = 1/(se² + τ²) the coefficients are those of weighted least squares.
    """

    table: pd.DataFrame
    x: Array
    terms: tuple[str, ...]
    method: str
    interval: str
    level: float

    @cached_property
    def y(self) -> Array:
        """Return the effects."""
        return np.asarray(self.table["estimate"], float)

    @cached_property
    def v(self) -> Array:
        """Return their sampling variances."""
        return np.asarray(self.table["se"], float) ** 2

    @cached_property
    def tau2(self) -> float:
        """Return the variance of true effects between studies."""
        return METHODS[self.method](self.y, self.v, self.x) if self.df else 0.0

    @property
    def df(self) -> int:
        """Return the number of studies less that of coefficients."""
        return len(self.x) - len(self.terms)

    @cached_property
    def weights(self) -> Array:
        """Return 1/(se² + τ²)."""
        return np.asarray(1 / (self.v + self.tau2))

    @cached_property
    def bread(self) -> Array:
        """Return (X'WX)⁻¹, the covariance of the coefficients before any correction."""
        return np.asarray(np.linalg.inv((self.x.T * self.weights) @ self.x))

    @cached_property
    def beta(self) -> Array:
        """Return the coefficients."""
        return np.asarray(self.bread @ (self.x.T * self.weights) @ self.y)

    @cached_property
    def covariance(self) -> Array:
        """Return the covariance of the coefficients, corrected as `interval` says."""
        q = _q(self.y, self.v, self.x, self.tau2) / self.df if self.df else np.nan
        return np.asarray(self.bread * INTERVALS[self.interval](q))

    @property
    def coefficients(self) -> pd.DataFrame:
        """Return one row a term: `estimate`, `se`, `statistic`, `p`, `ci_low`, `ci_high`."""
        df = np.inf if self.interval == "z" else self.df
        se = np.sqrt(np.diag(self.covariance))
        half = t.ppf((1 + self.level) / 2, df) * se
        p = 2 * t.sf(abs(self.beta / se), df)
        columns = {"estimate": self.beta, "se": se, "statistic": self.beta / se, "p": p}
        columns |= {"ci_low": self.beta - half, "ci_high": self.beta + half}
        return pd.DataFrame(columns, index=pd.Index(self.terms, name="term"))

    @cached_property
    def summary(self) -> pd.Series:
        """Return the analysis as named numbers.

        `k`, the first coefficient (`estimate`, `se`, `statistic`, `p`, `ci_low`, `ci_high`:
        the mean where there are no moderators), `pi_low` and `pi_high` (where the true effect
        of one more study is expected: t with k - 1 and the Hartung-Knapp error; with
        `interval="z"` t with k - 2 and the plain error; NaN for a fixed effect), `tau2`,
        `tau`, `I2`, `H2`, each with its Q-profile interval (`tau2_low`, `tau2_high`, …),
        `q`, `q_df`, `q_p`, and `i2_from_q`. I² is 100 τ²/(τ² + s²) with the typical sampling
        variance s²; `i2_from_q` is 100 max(0, 1 - df/Q), the other definition in use.
        """
        spread = self.df - (self.interval == "z") if self.method != "fixed" else 0
        reach = t.ppf((1 + self.level) / 2, spread) * np.sqrt(self.tau2 + self.covariance[0, 0])
        q = _q(self.y, self.v, self.x, 0)
        typical = self.df / np.trace(_projection(self.v, self.x, 0)) if self.df else np.nan
        numbers: dict[str, float] = {"k": len(self.x), **self.coefficients.iloc[0].to_dict()}
        numbers |= {"pi_low": self.beta[0] - reach, "pi_high": self.beta[0] + reach}
        ends = {"": self.tau2}
        for end, tail in (("_low", 1 + self.level), ("_high", 1 - self.level)):
            if self.df:
                ends[end] = _tau2_at(self.y, self.v, self.x, chi2.ppf(tail / 2, self.df))
        for end, tau2 in ends.items():
            numbers |= {f"tau2{end}": tau2, f"tau{end}": np.sqrt(tau2)}
            numbers |= {f"I2{end}": 100 * tau2 / (tau2 + typical), f"H2{end}": 1 + tau2 / typical}
        numbers |= {"q": q, "q_df": self.df, "q_p": chi2.sf(q, self.df)}
        return pd.Series(numbers | {"i2_from_q": 100 * max(0.0, 1 - self.df / q) if q else 0.0})

    def test_moderators(self) -> pd.Series:
        """Return the joint test of the moderators and the share of τ² they take (`r2`, percent)."""
        m = len(self.terms) - 1
        b, c = self.beta[1:], self.covariance[1:, 1:]
        statistic = float(b @ np.linalg.solve(c, b)) / m if m else np.nan
        p = chi2.sf(m * statistic, m) if self.interval == "z" else f.sf(statistic, m, self.df)
        bare = METHODS[self.method](self.y, self.v, self.x[:, :1])
        r2 = 100 * max(0.0, 1 - self.tau2 / bare) if bare else 0.0
        return pd.Series({"f": statistic, "df": m, "p": p, "r2": r2})

    def rows(self) -> pd.DataFrame:
        """Return what a forest shows: studies, their mean and the prediction interval."""
        half = norm.ppf((1 + self.level) / 2) * np.sqrt(self.v)
        share = 100 * self.weights / self.weights.sum()
        studies = self.table.assign(
            ci_low=self.y - half, ci_high=self.y + half, weight=share, kind="study"
        )
        kinds = {"mean": "ci", "prediction": "pi"}
        names = [f"{kind} ({self.method})" for kind in kinds]
        rest = pd.DataFrame({"study": names, "kind": [*kinds]})
        ends = {f"ci_{side}": [self.summary[f"{end}_{side}"] for end in kinds.values()]
                for side in ("low", "high")}  # fmt: skip
        return pd.concat([studies, rest.assign(estimate=self.beta[0], **ends)], ignore_index=True)

    def line(self) -> pd.DataFrame:
        """Return what a bubble plot shows: the last moderator, effects and the fitted mean."""
        df = np.inf if self.interval == "z" else self.df
        half = t.ppf((1 + self.level) / 2, df) * np.sqrt(
            np.einsum("ij,jk,ik->i", self.x, self.covariance, self.x)
        )
        fitted = self.x @ self.beta
        columns = {"estimate": self.y, "weight": self.weights, "fitted": fitted}
        ends = {"ci_low": fitted - half, "ci_high": fitted + half}
        return pd.DataFrame({self.terms[-1]: self.x[:, -1], **columns, **ends})


def refit(like: Meta, table: pd.DataFrame, x: Array | None = None) -> Meta:
    """Return the same analysis of other rows; past the guards, so for parts of a `Meta` only."""
    return replace(like, table=table, x=np.ones((len(table), 1)) if x is None else x)


def _design(table: pd.DataFrame, moderators: Sequence[str]) -> pd.DataFrame:
    """Return the moderators as numbers: words as indicators against their first in order."""
    for name in moderators:
        if name not in table or table[name].isna().any():
            raise ValueError(
                f"moderators must be columns without gaps; got {name!r}. Where it is not known "
                f"for every study, drop those first: table.dropna(subset=[{name!r}])."
            )
    columns = table.assign(intercept=1.0)[["intercept", *moderators]]
    columns = pd.get_dummies(columns, drop_first=True, dtype=float, prefix_sep="=")
    if np.linalg.matrix_rank(columns.to_numpy(float)) < columns.shape[1]:
        raise ValueError(f"moderators must vary in table, each in its own way; got {[*columns]}.")
    if moderators and len(table) <= columns.shape[1]:
        raise ValueError(f"moderators need more studies than coefficients; got {len(table)}.")
    return columns


def meta(
    table: pd.DataFrame,
    *,
    method: str = "REML",
    moderators: Sequence[str] = (),
    interval: str = "hksj",
    level: float = 0.95,
    allow: Collection[str] = (),
) -> Meta:
    """Pool effects, or regress them on moderators.

    Parameters
    ----------
    table : DataFrame
        One row a study with `estimate` and `se` (or `variance`). Where the columns
        `metric`, `design`, `basis`, `sample`, `use` are there, the guards read them.
        OR, IRR and RR are pooled on the log scale.
    method : {"REML", "DL", "PM", "fixed"}
        How τ² is found: restricted likelihood, DerSimonian-Laird (cut at 0), Paule-Mandel,
        or not at all (common effect).
    moderators : sequence of str
        Columns to regress on. Words become indicators against the first in order.
    interval : {"hksj", "hksj_max1", "z"}
        Hartung-Knapp-Sidik-Jonkman with t; the same never narrower than plain (use it where
        Q < k - 1); or normal.
    level : float in (0, 1), default 0.95
    allow : collection of str
        Guards to lift, by name; see `members`.

    Returns
    -------
    Meta

    Raises
    ------
    ValueError
        If a guard refuses the table; the message says why and how the guard is named.

    References
    ----------
    DerSimonian & Laird 1986, doi:10.1016/0197-2456(86)90046-2. Paule & Mandel 1982,
    doi:10.6028/jres.087.022. Viechtbauer 2005 (REML), doi:10.3102/10769986030003261;
    2007 (Q-profile), doi:10.1002/sim.2514. IntHout, Ioannidis & Borm 2014 (HKSJ),
    doi:10.1186/1471-2288-14-25. Higgins, Thompson & Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x.

    Examples
    --------
    >>> from karma_lib.evidence import load_pool
    >>> meta(load_pool("P1")).summary[["estimate", "ci_low", "ci_high"]].round(3).to_list()
    [0.088, -0.031, 0.206]
    """
    for name, value, known in (("method", method, METHODS), ("interval", interval, INTERVALS)):
        _checks.one_of(name, value, known)
    level = _checks.real("level", level, 1e-9, 1 - 1e-9)
    table = members(table, allow=allow)
    design = _design(table, moderators)
    x, terms = design.to_numpy(float), tuple(design)
    return Meta(table=table, x=x, terms=terms, method=method, interval=interval, level=level)
