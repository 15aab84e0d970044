"""The house's colours, each with a marker and a dash: nothing is said by colour alone."""

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes

_ALL = sns.color_palette("colorblind")
COLOURS = [_ALL[i] for i in (0, 3, 7, 5)]
"""Blue, vermilion, grey, brown: told apart with any colour vision."""

MARKERS = ["o", "s", "^", "D"]
DASHES = ["-", "--", ":", "-."]


def axes_or_new(ax: Axes | None) -> Axes:
    """Return `ax`, or the axes of a new figure."""
    return plt.subplots(layout="constrained")[1] if ax is None else ax
