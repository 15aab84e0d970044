"""A figure that carries its alternative text wherever it is shown."""

import warnings
from base64 import b64encode
from html import escape
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from PIL import Image

from karma_lib._typing import Array

LONGEST_ALT = 250


def setup() -> None:
    """Set the look of figures and tables, and make every warning an error.

    Called once, in a notebook's first cell. Nothing random is set here: every call that
    draws names its own `rng`.
    """
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", module="ipykernel|IPython|jupyter_client|zmq|tornado")
    look = {"figure.figsize": (6.4, 3.8), "axes.formatter.min_exponent": 5}  # 0.001, not 10^-3
    sns.set_theme(style="ticks", palette="colorblind", rc=look)
    pd.set_option("display.width", 100, "display.max_columns", 20, "display.precision", 3)
    pd.set_option("display.max_colwidth", None)
    np.set_printoptions(precision=3, suppress=True)


def figure_of(drawn: Figure | Axes) -> Figure:
    """Return the figure that something was drawn in."""
    return drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)  # type: ignore[return-value]


def img(drawn: Figure | Axes, alt: str) -> str:
    """Draw, close, and return an <img> that needs no file and no network.

    The picture has 64 colours and neither date nor version in it: small, and the same
    bytes at each run.

    Raises
    ------
    ValueError
        If `alt` is empty or longer than 250 characters.
    """
    if not 0 < len(alt) <= LONGEST_ALT:
        raise ValueError(f"alt must have 1 to {LONGEST_ALT} characters; got {len(alt)}.")
    figure, large, small = figure_of(drawn), BytesIO(), BytesIO()
    figure.savefig(large, dpi=96, bbox_inches="tight")
    plt.close(figure)
    Image.open(large).convert("RGB").quantize(64).save(small, "png", optimize=True)
    source = b64encode(small.getvalue()).decode()
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{source}">'


def _points(artist: Artist) -> Array:
    """Return what an artist draws as (x, y) rows in data coordinates."""
    if isinstance(artist, Line2D):
        return np.asarray(artist.get_xydata())
    if isinstance(artist, PathCollection):
        return np.asarray(artist.get_offsets())
    if isinstance(artist, Patch):
        return np.asarray(artist.get_patch_transform().transform(artist.get_path().vertices))
    paths = artist.get_paths()  # type: ignore[attr-defined]
    return np.vstack([np.empty((0, 2)), *(path.vertices for path in paths)])


def contents(figure: Figure) -> list[str]:
    """Return one line a data series: what was drawn, with its ranges.

    A test of outputs compares text and never pixels: these lines let it see swapped
    axes, lost points or a changed series.
    """
    lines = []
    for axes in figure.axes:
        measured = len(axes.get_xticks()) > 0  # places in a drawn network mean nothing
        lines.append(f"x {axes.get_xlabel()!r}, y {axes.get_ylabel()!r}")
        shapes = [_points(patch) for patch in axes.patches]
        series = [("line", _points(a)) for a in axes.lines]
        series += [("marks", _points(a)) for a in axes.collections]
        series += [(f"{len(shapes)} bars", np.vstack(shapes))] if shapes else []
        for name, xy in series:
            if not measured:
                lines.append(f"  {name}: {len(xy)} points")
            elif np.isfinite(xy).all(axis=-1).any():
                (x0, y0), (x1, y1) = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
                ranges = f"x {x0:.3g} to {x1:.3g}, y {y0:.3g} to {y1:.3g}"
                lines.append(f"  {name}: {len(xy)} points, {ranges}")
    return lines


class Picture:
    """A drawn figure, its alternative text and a caption.

    Parameters
    ----------
    drawn : Figure or Axes
        What was drawn; closed here.
    alt : str
        What the figure shows, with the numbers that carry it; 1 to 250 characters.
    caption : str, optional
        A line under the figure.
    """

    def __init__(self, drawn: Figure | Axes, alt: str, caption: str = "") -> None:
        self.text = "\n".join([f"Figure: {alt}", *contents(figure_of(drawn))])
        below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        self.html = f"<figure>{img(drawn, alt)}{below}</figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def show(
    drawn: Figure | Axes, alt: str, *, numbers: pd.DataFrame | str, caption: str = ""
) -> Picture:
    """Print the numbers behind a figure, and return it with its alternative text.

    Parameters
    ----------
    drawn : Figure or Axes
        What was drawn.
    alt : str
        What the figure shows, in 1 to 250 characters, built from computed values.
    numbers : DataFrame or str
        The numbers that the figure shows; printed.
    caption : str, optional
        A line under the figure. Synthetic data say so here.

    Returns
    -------
    Picture
        The notebook shows it where it is a cell's last expression.
    """
    print(numbers if isinstance(numbers, str) else numbers.to_string(index=False))
    return Picture(drawn, alt, caption)
