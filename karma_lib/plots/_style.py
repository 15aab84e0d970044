"""The house's colours, each with a marker and a dash: nothing is said by colour alone."""

from collections.abc import Sized

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes

from karma_lib import _checks

COLOURS = list(sns.color_palette(["#0173b2", "#d55e00", "#949494", "#5c3a1a"]))
"""Blue, vermilion, grey, dark brown: told apart with any colour vision, and from white paper."""

MARKERS = ["o", "s", "^", "D"]
DASHES = ["-", "--", ":", "-."]


def few(name: str, drawn: Sized) -> int:
    """Return how many things are drawn, as many as there are looks, or say that it is too many."""
    return _checks.count(f"the number of {name}", len(drawn), least=1, most=len(COLOURS))


def axes_or_new(ax: Axes | None) -> Axes:
    """Return `ax`, or the axes of a new figure."""
    return plt.subplots(layout="constrained")[1] if ax is None else ax
