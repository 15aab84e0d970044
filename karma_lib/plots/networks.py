"""Figures of runs: small networks frame by frame, opinions over time."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import Count
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.measures import echo_correlation, neighbour_mean
from karma_lib.models.base import Run
from karma_lib.plots._style import COLOURS, DASHES, few


def layout(graph: Graph, seed: Count = 1) -> Array:
    """Return a place for each person, the same at each call: float64, shape (n, 2)."""
    drawn = nx.Graph()
    drawn.add_nodes_from(range(graph.n_nodes))
    drawn.add_edges_from(graph.edges().tolist())
    places = nx.spring_layout(drawn, seed=seed, iterations=100)
    return np.array([places[i] for i in range(graph.n_nodes)])


def _panels(n: int, width: float, height: float, rows: int = 2) -> tuple[Figure, Array]:
    """Return a figure of n axes in rows, of which two or fewer take one; inches a panel."""
    rows = rows if n > 2 else 1
    columns = -(-n // rows)
    figure = plt.figure(figsize=(width * columns, height * rows), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes[n:]:
        ax.remove()
    return figure, axes[:n]


def plot_spread(run: Run, frames: Sequence[int], places: Array) -> Figure:
    """Draw a spreading run at some of its frames, in reading order.

    Parameters
    ----------
    run : Run
        Of a model whose frames are True where a person has joined.
    frames : sequence of int
        Which frames; negative ones count from the end.
    places : ndarray of float64, shape (n, 2)
        Where each person is drawn, as `layout` gives it.

    Returns
    -------
    Figure
        Joined people are large vermilion squares, others small blue dots.
    """
    places = _checks.reals("places", places)
    if places.shape != (len(run.final), 2):
        raise ValueError(f"places must have shape {(len(run.final), 2)}; got {places.shape}.")
    for i in frames:
        _checks.count("frames", i, least=-len(run.frames), most=len(run.frames) - 1)
    figure, axes = _panels(_checks.count("the number of frames", len(frames), least=1), 3.2, 3.0)
    for ax, i in zip(axes, frames, strict=True):
        graph, joined = run.frames[i]
        ax.add_collection(
            LineCollection(places[graph.edges()].tolist(), color="0.8", linewidth=0.5, zorder=0)
        )
        for who, colour, marker, size, label in (
            (~joined, COLOURS[0], "o", 10, "has not joined"),
            (joined, COLOURS[1], "s", 22, "has joined"),
        ):
            ax.scatter(*places[who].T, color=colour, marker=marker, s=size, label=label)
        ax.set(
            title=f"step {run.steps[i]}: {int(joined.sum())} of {len(joined)}", xticks=[], yticks=[]
        )
        ax.set_frame_on(False)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def plot_echoes(worlds: Mapping[str, tuple[Graph, ArrayLike]]) -> Figure:
    """Draw what each person says against the mean of what they hear, a panel a world.

    Parameters
    ----------
    worlds : mapping of str to (Graph, ndarray of float, shape (n,))
        By name: who hears whom, and what they say.

    Returns
    -------
    Figure
        A dot a person who hears somebody. On the dotted diagonal they hear themselves;
        each title gives the correlation of the two axes.
    """
    figure, axes = _panels(_checks.count("the number of worlds", len(worlds), least=1), 3.4, 3.1)
    for ax, (name, (graph, said)) in zip(axes, worlds.items(), strict=True):
        ax.axline((0, 0), slope=1, color=COLOURS[2], linestyle=":", zorder=0)
        ax.scatter(said, neighbour_mean(graph, said), color=COLOURS[0], s=16, alpha=0.4)
        ax.set(title=f"{name}: r = {echo_correlation(graph, said):.2f}")
        ax.set(xlabel="what one says", ylabel="mean of what one hears")
    return figure


def plot_courses(runs: Mapping[str, Run]) -> Figure:
    """Draw everybody's opinion over time, a panel a run.

    Parameters
    ----------
    runs : mapping of str to Run
        By name: runs of a model whose frames are numbers; at most four.

    Returns
    -------
    Figure
        A line a person, blue if it ends above 0, vermilion and dashed if below. Each
        panel has its own scale.
    """
    figure, axes = _panels(few("runs", runs), 3.2, 3.0, rows=1)
    for ax, (name, run) in zip(axes, runs.items(), strict=True):
        said = np.array([opinions for _, opinions in run.frames]).T
        courses = np.stack([np.broadcast_to(run.steps, said.shape), said], axis=2)
        for side, i in ((run.final > 0, 0), (run.final <= 0, 1)):
            ax.add_collection(
                LineCollection(
                    courses[side].tolist(),
                    color=COLOURS[i],
                    linestyle=DASHES[i],
                    linewidth=0.6,
                    alpha=0.5,
                )
            )
        ax.autoscale_view()
        ax.axhline(0, color=COLOURS[2], linestyle=":")
        ax.set(title=name, xlabel="step", ylabel="opinion")
    return figure
