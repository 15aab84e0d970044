"""Figures of the evidence: forest, funnel, bubble, specification curve and their kin.

Colour is doubled by marker or line style throughout.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import norm

from karma_lib import _checks
from karma_lib.plots._style import COLOURS, MARKERS, few

BLUE, RED, GREY, BROWN = COLOURS
ENDS = ("estimate", "ci_low", "ci_high")

STATUS = {
    "paper": (BLUE, "o"), "dataset": (BLUE, "s"), "secondary": (BROWN, "^"),
    "recalled": (GREY, "x"), "mean": (RED, "D"), "prediction": (RED, "|"),
}  # fmt: skip
"""Colour and marker of a row: by where its number comes from, or by what it sums up."""


def _axes(ax: Axes | None, n_rows: int) -> Axes:
    return plt.subplots(figsize=(7, 1.2 + 0.24 * n_rows))[1] if ax is None else ax


def _intervals(table: pd.DataFrame, names: pd.Series, status: pd.Series, ax: Axes | None) -> Axes:
    """Draw one interval a row, from the top down; a legend says what the markers mean."""
    ax = _axes(ax, len(table))
    for word, rows in table.groupby(status.to_numpy(), sort=False):
        colour, marker = STATUS[_checks.one_of("basis in table", str(word), STATUS)]
        line = "dotted" if word in ("recalled", "prediction") else "solid"
        ax.hlines(rows.index, rows["ci_low"], rows["ci_high"], color=colour, linestyle=line)
        ax.plot(rows["estimate"], rows.index, marker, color=colour, label=str(word))
    ax.set_yticks(table.index, names)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel("effect")
    return ax


def plot_forest(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw effects and their intervals.

    Parameters
    ----------
    table : DataFrame
        `fit.rows()`, or rows of the evidence table: `estimate`, `ci_low`, `ci_high`,
        `study` or `id`, `basis`. Rows without an estimate are named, without a point. Where
        `metric` is OR, IRR or RR throughout, no effect is 1 and the axis logarithmic.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
    """
    table = _checks.columns("table", table, numbers=ENDS).reset_index(drop=True)
    names = table["study"] if "study" in table else _checks.columns("table", table, "id")["id"]
    status = table["basis"] if "basis" in table else pd.Series("dataset", table.index)
    if "kind" in table:
        status = status.where(table["kind"] == "study", table["kind"])
    ax = _intervals(table, names, status, ax)
    if table.get("metric", pd.Series("")).isin(["OR", "IRR", "RR"]).all():
        ax.lines[-1].remove()
        ax.axvline(1, color="black", linewidth=0.8)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_formatter("{x:g}")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return ax


def _part(table: pd.DataFrame, word: str, ax: Axes | None) -> Axes:
    table = _checks.columns("table", table, numbers=ENDS, full=True).reset_index(drop=True)
    named = table if "study" in table else _checks.columns("table", table, "id")
    names = word + named["study" if "study" in table else "id"].astype(str)
    ax = _intervals(table, names, pd.Series("dataset", table.index), ax)
    ax.set_xlabel("mean effect")
    return ax


def plot_leave_one_out(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw `leave_one_out(fit)`: the mean without each study; dashed, the mean of all."""
    mean = _checks.real("table.attrs['estimate']", table.attrs.get("estimate"))
    ax = _part(table, "without ", ax)
    ax.axvline(mean, color=RED, linestyle="dashed")
    return ax


def plot_cumulative(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw `cumulative(fit)`: the mean as each study was added.

    The axis is cut to what three studies or more need; two with t can reach far beyond it.
    """
    ax = _part(table, "+ ", ax)
    ends = np.r_[table["estimate"], np.ravel(table[["ci_low", "ci_high"]].iloc[2:])]
    ax.set_xlim(1.1 * min(ends.min(), 0), 1.1 * max(ends.max(), 0))
    return ax


def plot_funnel(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw effects against their errors, with contours of significance around no effect.

    Parameters
    ----------
    table : DataFrame
        `estimate` and `se`; rows with `filled` True (from `trim_and_fill`) are hollow.
    ax : Axes, optional

    Returns
    -------
    Axes
        White between the lines p > 0.10; darker bands 0.05 < p < 0.10 and 0.01 < p < 0.05;
        beyond the dotted lines p < 0.01. The dashed line is the common-effect mean of the
        studies that are not filled.
    """
    _checks.columns("table", table, numbers=["estimate", "se"], full=True)
    _checks.reals("se in table", table["se"], _checks.TINY)
    ax = _axes(ax, 16)
    filled = table.get("filled", pd.Series(False, table.index)).astype(bool)
    _checks.count("studies in table that are not filled", int((~filled).sum()), least=1)
    top = 1.1 * table["se"].max()
    z = norm.ppf([0.95, 0.975, 0.995])
    for i, (shade, word) in enumerate([(0.15, "0.05 < p < 0.10"), (0.35, "0.01 < p < 0.05")]):
        for side, label in ((-1, None), (1, word)):
            corners = [0, side * z[i] * top, side * z[i + 1] * top]
            ax.fill(corners, [0, top, top], color=GREY, alpha=shade, linewidth=0, label=label)
    ax.plot([-z[2] * top, 0, z[2] * top], [top, 0, top], ":", color=GREY, label="p = 0.01")
    real = table[~filled]
    mean = np.average(real["estimate"], weights=real["se"] ** -2.0)
    ax.axvline(mean, color=RED, linestyle="dashed", label="common-effect mean")
    ax.plot(real["estimate"], real["se"], "o", color=BLUE, label="study")
    if filled.any():
        images = table[filled]
        ax.plot(images["estimate"], images["se"], "s", color=BROWN, mfc="none", label="filled")
    ax.set(xlabel="effect", ylabel="standard error", ylim=(top, 0))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return ax


def plot_bubble(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a meta-regression on one number.

    Parameters
    ----------
    table : DataFrame
        `fit.line()`: `estimate`, `weight`, the moderator (first column), `fitted`, `ci_low`,
        `ci_high`.
    ax : Axes, optional

    Returns
    -------
    Axes
        Areas of the bubbles are the weights; the band is the interval of the mean.
    """
    name = str([*table.columns, "the moderator"][0])
    _checks.columns("table", table, numbers=[name, "weight", "fitted", *ENDS], full=True)
    ax = _axes(ax, 16)
    table = table.sort_values(name)
    ax.fill_between(table[name], table["ci_low"], table["ci_high"], color=GREY, alpha=0.3)
    ax.plot(table[name], table["fitted"], "--", color=RED)
    size = 400 * table["weight"] / table["weight"].max()
    ax.scatter(table[name], table["estimate"], s=size, color=BLUE, alpha=0.7, edgecolor="white")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(xlabel=name.replace("_", " "), ylabel="effect")
    return ax


def plot_specifications(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw `specifications(...)`: estimates in order, and below which choices made them.

    Red squares have an interval clear of no effect; blue circles have not.
    """
    _checks.columns("table", table, numbers=ENDS, full=True)
    ax = _axes(ax, 22)
    x = np.arange(len(table))
    clear = ((table["ci_low"] > 0) | (table["ci_high"] < 0)).to_numpy()
    marks = ((~clear, BLUE, "o", "interval holds 0"), (clear, RED, "s", "interval clear of 0"))
    for rows, colour, marker, label in marks:
        part = table[rows]
        ax.vlines(x[rows], part["ci_low"], part["ci_high"], color=colour, alpha=0.35)
        ax.plot(x[rows], part["estimate"], marker, color=colour, ms=3, label=label)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(ylabel="mean effect", xticks=[], xlim=(-1, len(table)))
    ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    questions = table.columns[: table.columns.get_loc("estimate")]
    answers = [(q, a) for q in questions for a in dict.fromkeys(table[q])]
    grid = ax.inset_axes((0, -1.05, 1, 1))
    for i, (question, answer) in enumerate(answers):
        for rows, colour, marker, _ in marks:
            chosen = x[rows & (table[question] == answer).to_numpy()]
            grid.plot(chosen, np.full(len(chosen), i), marker, color=colour, ms=2)
    grid.set_yticks(range(len(answers)), [f"{q}: {a}" for q, a in answers], fontsize="small")
    grid.set(ylim=(len(answers) - 0.5, -0.5), xlim=(-1, len(table)), xticks=[])
    grid.set_xlabel(f"{len(table)} specifications, in order of the mean")
    return ax


def plot_claims(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the rows that claims cite: to the right those for a claim, to the left those against.

    Parameters
    ----------
    table : DataFrame
        One row a cited row, as `evidence.trail()`, with `label` and `verdict` of the claim and
        `kind`, a categorical column of at most four kinds. Rows of context are not drawn; a
        claim with no other row keeps its line.
    ax : Axes, optional

    Returns
    -------
    Axes
        The first kind stands next to the middle; the verdict at the right edge.
    """
    _checks.columns("table", table, "label", "verdict", "side", "kind", full=True)
    if not hasattr(table["kind"], "cat"):
        raise TypeError(f"table must have a categorical column 'kind'; got {table['kind'].dtype}.")
    few("kinds", table["kind"].cat.categories)
    claims = table.drop_duplicates("label").reset_index(drop=True)
    ax = _axes(ax, round(1.8 * len(claims)) + 2)
    ways = table["side"].map({"evidence_for": 1, "evidence_against": -1})
    rows = table.assign(way=ways).dropna(subset="way").sort_values("kind", kind="stable")
    x = rows["way"] * (1 + rows.groupby(["label", "side"]).cumcount())
    y = rows["label"].map(claims.reset_index().set_index("label")["index"])
    for i, kind in enumerate(table["kind"].cat.categories):
        mine = rows["kind"] == kind
        ax.plot(x[mine], y[mine], MARKERS[i], color=COLOURS[i], linestyle="none", label=kind)
    for i, verdict in enumerate(claims["verdict"]):
        ax.annotate(verdict, (1.02, i), xycoords=("axes fraction", "data"), va="center")
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(range(len(claims)), claims["label"], fontsize="small")
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    far = max(4.0, x.abs().max()) if len(x) else 4.0
    ax.set(xlabel="rows against        rows for", xlim=(-far - 0.7, far + 0.7))
    ax.set_ylim(len(claims) - 0.5, -0.5)
    ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    return ax
