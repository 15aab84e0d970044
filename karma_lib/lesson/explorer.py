"""Controls around one figure: readable without a kernel, loud when it breaks."""

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from karma_lib.lesson.figures import img

BOXES = {w.IntSlider: w.BoundedIntText, w.FloatSlider: w.BoundedFloatText}
"""The named number box beside each slider, which a screen reader cannot name."""

WIDE = {"description_width": "initial"}


class Explorer:
    """Redraw a figure whenever a control moves.

    Parameters
    ----------
    draw : function of the controls' values -> (Figure or Axes, str)
        Returns the figure and its alternative text, which names the values and the
        result in numbers.
    **controls : ipywidgets
        Sliders, dropdowns and the like, by the names of `draw`'s arguments; at most 3.

    Notes
    -----
    The stored output is a still picture of the first view. An error in `draw` is shown
    in the panel and raised, so that no test can miss it.
    """

    def __init__(self, draw: Callable[..., tuple[Figure | Axes, str]], **controls: Any) -> None:
        if not 0 < len(controls) <= 3 or not all(hasattr(c, "observe") for c in controls.values()):
            raise ValueError(f"controls must be 1 to 3 widgets; got {len(controls)}.")
        self.draw, self.controls, self.alt = draw, controls, ""
        self.picture, self.summary = w.HTML(), w.HTML()
        rows = [self._row(name.replace("_", " "), c) for name, c in controls.items()]
        self.panel = w.VBox([*rows, self.picture, self.summary])
        self.refresh()

    def _row(self, label: str, control: Any) -> Any:
        """Observe a control; pair a slider with a box that has a name."""
        control.observe(self.refresh, "value")
        if type(control) not in BOXES:
            control.description, control.style = label, WIDE
            return control
        control.readout = control.continuous_update = False
        same = {key: getattr(control, key) for key in ("value", "min", "max", "step")}
        box = BOXES[type(control)](description=label, style=WIDE, **same)
        w.link((control, "value"), (box, "value"))
        return w.HBox([box, control])

    def refresh(self, change: object = None) -> None:
        """Redraw; a failure is shown in the panel and raised again."""
        values = {name: control.value for name, control in self.controls.items()}
        try:
            drawn, self.alt = self.draw(**values)
            self.picture.value = img(drawn, self.alt)
            self.summary.value = f"<p>{escape(self.alt)}</p>"
        except Exception as error:
            reason = escape(f"Cannot draw {values}: {error}")
            self.picture.value, self.summary.value = f'<p role="alert">{reason}</p>', ""
            raise

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        still = f"<figure>{self.picture.value}{self.summary.value}</figure>"
        text = {"text/html": still, "text/plain": f"Explorer: {self.alt}"}
        return {**self.panel._repr_mimebundle_(), **text}
