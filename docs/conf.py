"""How the book is rendered; `python -m karma_lib.study` has already run every notebook."""

from importlib.resources import files

from docutils import nodes
from docutils.parsers.rst import Directive

from karma_lib.lesson import explorables

project, author = "Digital karma", "The karma_lib authors"
copyright = "2026, the karma_lib authors; text CC BY 4.0, code BSD-3"
extensions = ["myst_nb"]
root_doc = "index"
exclude_patterns = ["data"]
myst_enable_extensions = ["dollarmath", "amsmath"]

nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "text/html", 0)]  # the still picture, not the widget
nb_ipywidgets_js = {}  # no widget scripts from elsewhere

mathjax = files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js"
html_static_path = [str(mathjax), "book.css"]  # MathJax 3.2.2 in one file, fonts included
html_css_files = ["book.css"]
mathjax_path = mathjax.name

html_theme = "pydata_sphinx_theme"
html_title = "Digital karma"
html_context = {"default_mode": "auto"}
html_theme_options = {"navbar_center": [], "navigation_with_keys": False}
html_sidebars = {"**": ["globaltoc.html"], "index": []}  # the whole book beside each page
html_sourcelink_suffix = ""
html_show_sourcelink = False
html_show_search_summary = False  # a page from disk may not read the others


class Explorable(Directive):
    """Put a piece to play with on a page."""

    required_arguments = 1

    def run(self):
        """Return it as HTML."""
        return [nodes.raw("", explorables.page(self.arguments[0]), format="html")]


def setup(app):
    """Tell Sphinx."""
    app.add_directive("explorable", Explorable)
