"""Three pieces to play with, in a notebook or on a page without Python.

*The herd* follows `Threshold`, *the chamber* `SocialFeedRewiring`, *the storm* `PileOn`.
They are plain modules of JavaScript beside this file; `models.js` draws nothing, and a
test holds it to the Python models.
"""

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from karma_lib import _checks
from karma_lib.graph import Graph

HERE = Path(__file__).parent
PIECES = {"herd": "The herd", "chamber": "The chamber", "storm": "The storm"}
MODELS = ("random", "network", "models")
"""The modules that draw no picture, each before those that import it."""

_IMPORT = re.compile(r'^import .* from "\./.*";\n', re.M)


def source(*modules: str) -> str:
    """Return modules as one: in order, without the lines by which they import each other."""
    return "".join(_IMPORT.sub("", (HERE / f"{name}.js").read_text("utf-8")) for name in modules)


EVERYTHING = source(*MODELS, "stage", *PIECES, "pieces")
STYLE = (HERE / "style.css").read_text("utf-8")


def page(piece: str) -> str:
    """Return the HTML that shows a piece on a page; it fetches nothing.

    Examples
    --------
    >>> "import " in page("herd")
    False
    """
    values = json.dumps({"piece": piece, "settings": {}})
    return (
        f'<style>{STYLE}</style>\n<div class="explorable" id="{piece}"></div>\n'
        f'<script type="module">\n{EVERYTHING}const values = {values};\n'
        f'render({{ el: document.getElementById("{piece}"), '
        "model: { get: (key) => values[key] } });\n</script>\n"
    )


class Explorable(anywidget.AnyWidget):
    """A piece to play with in a notebook: the same code as in the book.

    Parameters
    ----------
    piece : {"herd", "chamber", "storm"}
        Which one.
    graph : Graph, optional
        The network; by default the piece draws its own. Up to about 300 people move
        smoothly; *the chamber* needs one without loops and parallel arcs.
    **settings : float
        Where the piece begins: `threshold` (herd), `seed` (all).

    Raises
    ------
    ValueError
        If there is no such piece.
    """

    _esm = EVERYTHING
    _css = STYLE
    piece = t.Unicode().tag(sync=True)
    rows = t.Dict(allow_none=True, default_value=None).tag(sync=True)
    settings = t.Dict().tag(sync=True)

    def __init__(self, piece: str, graph: Graph | None = None, **settings: float) -> None:
        _checks.one_of("piece", piece, PIECES)
        rows = graph and {
            "ptr": graph.ptr.tolist(),
            "idx": graph.idx.tolist(),
            "directed": graph.directed,
        }
        super().__init__(piece=piece, rows=rows, settings=settings)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        words = f"{PIECES[self.piece]}: a piece to play with; it moves where this notebook runs."
        still = {"text/plain": words, "text/html": f"<p>{escape(words)}</p>"}
        return (bundle[0] | still, bundle[1]) if bundle else still
