"""Figures of counts over time, of maps to their own future, of theory beside runs."""

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike
from scipy.stats import norm

from karma_lib import _checks
from karma_lib.plots._style import COLOURS, DASHES, MARKERS, axes_or_new, few


def plot_hours(table: pd.DataFrame, columns: list[str], *, ax: Axes | None = None) -> Axes:
    """Draw counts by the hour, a line and a marker for each column.

    Parameters
    ----------
    table : DataFrame
        With `hour` (datetime64) and the columns of counts.
    columns : list of str
        At most four.
    ax : Axes, optional
        Where to draw.
    """
    _checks.columns("table", table, numbers=columns, times="hour")
    ax = axes_or_new(ax)
    for i, name in enumerate(columns[: few("columns", columns)]):
        style = {"color": COLOURS[i], "marker": MARKERS[i], "linestyle": DASHES[i]}
        ax.plot(table["hour"], table[name], label=name, markersize=4, **style)
    ax.xaxis.set_major_locator(mdates.HourLocator(byhour=range(0, 24, 6)))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b\n%H:%M"))
    ax.set(xlabel="start of the hour", ylabel="posts in that hour", ylim=(0, None))
    ax.legend(title="kind of post", frameon=False)
    return ax


def plot_map(mean: float, spreads: list[float], *, ax: Axes | None = None) -> Axes:
    """Draw how many join next, given how many have joined, for Normal thresholds.

    Parameters
    ----------
    mean : float
        Mean threshold, a share of the crowd.
    spreads : list of float
        Standard deviations, at most three, above 0.
    ax : Axes, optional
        Where to draw.
    """
    few("spreads", _checks.line("spreads", spreads, _checks.TINY))
    ax = axes_or_new(ax)
    x = np.linspace(0, 1, 201)
    ax.plot(x, x, color=COLOURS[2], linestyle=":", label="as many as now")
    for i, spread in enumerate(spreads):
        ax.plot(x, norm.cdf((x - mean) / spread), color=COLOURS[i], linestyle=DASHES[i],
                label=f"spread {spread:g}")  # fmt: skip
    ax.set(xlabel="share who have joined", ylabel="share who join next")
    ax.legend(frameon=False)
    return ax


def plot_theory_and_runs(
    theory: pd.DataFrame, runs: pd.DataFrame, x: str, xlabel: str, ylabel: str, *,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw a theory's curve, and simulated means with their 95 % intervals.

    Parameters
    ----------
    theory : DataFrame
        Columns `x` and `mean`.
    runs : DataFrame
        Columns `x`, `mean`, `low`, `high`, as `summary` gives them.
    x : str
        The column on the horizontal axis.
    xlabel, ylabel : str
        What the axes mean, with units.
    ax : Axes, optional
        Where to draw.
    """
    _checks.columns("theory, by x,", theory, x, numbers=["mean"])
    _checks.columns("runs, by x,", runs, x, numbers=["mean", "low", "high"])
    ax = axes_or_new(ax)
    ax.plot(theory[x], theory["mean"], color=COLOURS[0], label="theory")
    reach = np.abs(runs[["low", "high"]].to_numpy().T - runs["mean"].to_numpy())
    ax.errorbar(runs[x], runs["mean"], yerr=reach, color=COLOURS[1], marker="s", markersize=4,
                linestyle="none", capsize=3, label="simulated, 95 % interval")  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(frameon=False)
    return ax


def plot_groups(
    runs: pd.DataFrame, x: str, group: str, xlabel: str, ylabel: str, *, ax: Axes | None = None
) -> Axes:
    """Draw means with their 95 % intervals, a line and a marker for each group.

    Parameters
    ----------
    runs : DataFrame
        Columns `x`, `group`, `mean`, `low`, `high`; at most four groups.
    x, group : str
        The columns on the horizontal axis and in the legend.
    xlabel, ylabel : str
        What the axes mean, with units.
    ax : Axes, optional
        Where to draw.
    """
    _checks.columns("runs by x, group", runs, x, group, numbers=["mean", "low", "high"], full=True)
    few("groups in runs", runs[group].unique())
    ax = axes_or_new(ax)
    for i, (name, rows) in enumerate(runs.groupby(group, sort=False)):
        reach = np.abs(rows[["low", "high"]].to_numpy().T - rows["mean"].to_numpy())
        style = {"color": COLOURS[i], "marker": MARKERS[i], "linestyle": DASHES[i]}
        ax.errorbar(rows[x], rows["mean"], yerr=reach, capsize=3, markersize=4, label=name, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(frameon=False)
    return ax


def plot_sizes(sizes: ArrayLike, n_nodes: int, *, ax: Axes | None = None) -> Axes:
    """Draw how often cascades reached which share of a network.

    Parameters
    ----------
    sizes : array_like of int
        Final sizes, in people.
    n_nodes : int
        People in the network.
    ax : Axes, optional
        Where to draw.
    """
    ax = axes_or_new(ax)
    shares = _checks.line("sizes", sizes, 0) / _checks.count("n_nodes", n_nodes, least=1)
    ax.hist(shares, bins=40, range=(0, 1), color=COLOURS[0], edgecolor="white")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="share of the network reached", ylabel="number of cascades", xlim=(0, 1))
    return ax


def plot_ledger(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how far our numbers lie from the published ones, a row for each model.

    Parameters
    ----------
    table : DataFrame
        Rows of the ledger that were computed: `model`, `difference`, `tolerance`, `verdict`.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        Distances are in tolerances: left of the dotted line is reproduced. A row whose
        tolerance is 0 stands at 0 where it is met exactly, and at the right edge otherwise.
    """
    numbers = ["difference", "tolerance"]
    _checks.columns("table", table, "model", "verdict", numbers=numbers, full=True)
    models = sorted(table["model"].unique(), reverse=True)
    if ax is None:
        size = (6.4, 0.22 * len(models) + 1)
        ax = plt.subplots(figsize=size, layout="constrained")[1]
    off = table["difference"].abs().to_numpy()
    allowed = table["tolerance"].to_numpy()
    distance = np.where(off == 0, 0, off / np.where(allowed > 0, allowed, np.inf))
    distance = np.where((off > 0) & (allowed == 0), 100, distance)
    height = table["model"].map(models.index).to_numpy()
    for i, name in enumerate(("reproduced", "not reproduced")):
        rows = (table["verdict"] == name).to_numpy()
        ax.plot(distance[rows], height[rows], MARKERS[i], color=COLOURS[i], markersize=(4, 7)[i],
                linestyle="none", label=name)  # fmt: skip
    ax.axvline(1, color=COLOURS[2], linestyle=":")
    ax.set_xscale("symlog", linthresh=0.001)
    ax.set_yticks(range(len(models)), models, fontsize="small")
    ax.set(xlabel="distance from the given value, in tolerances", xlim=(-1e-4, 150))
    ax.set_ylim(-0.7, len(models) - 0.3)
    ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    return ax


def plot_grid(
    table: pd.DataFrame, x: str, y: str, value: str, *, form: str = ".2f", ax: Axes | None = None
) -> Axes:
    """Draw a number for each pair of settings, as a shade and in figures.

    Parameters
    ----------
    table : DataFrame
        One row a pair, with the columns `x`, `y` and `value`.
    x, y, value : str
        Columns; their names are the labels.
    form : str, default ".2f"
        How figures are written.
    ax : Axes, optional
        Where to draw.
    """
    _checks.columns("table, by x, y and value,", table, x, y, numbers=[value], full=True)
    ax = axes_or_new(ax)
    with _checks.understood("form", "how a number is written, as '.2f'", form, ValueError):
        format(1.0, form)
    cells = table.pivot_table(value, y, x).iloc[::-1]
    sns.heatmap(cells, annot=True, fmt=form, cmap="cividis", linewidths=0.5,
                cbar_kws={"label": value}, ax=ax)  # fmt: skip
    shades = np.asarray(ax.collections[-1].get_facecolor())[cells.notna().to_numpy().ravel()]
    for figure, shade in zip(ax.texts[-len(shades) :], shades, strict=True):
        figure.set_color("black" if sns.utils.relative_luminance(shade) > 0.18 else "white")
    ax.tick_params("y", rotation=0)
    return ax
