"""The house's colours, each with a marker and a dash: nothing is said by colour alone."""

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes

COLOURS = list(sns.color_palette(["#0173b2", "#d55e00", "#949494", "#5c3a1a"]))
"""Blue, vermilion, grey, dark brown: told apart with any colour vision, and from white paper."""

MARKERS = ["o", "s", "^", "D"]
DASHES = ["-", "--", ":", "-."]


def axes_or_new(ax: Axes | None) -> Axes:
    """Return `ax`, or the axes of a new figure."""
    return plt.subplots(layout="constrained")[1] if ax is None else ax
