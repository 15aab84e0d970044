"""How the book is rendered; `python -m karma_lib.study` has already run every notebook."""

import logging
import sys
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # pages.py writes the ledgers and the reference

project, author = "Digital karma", "The karma_lib authors"
copyright = "2026, the karma_lib authors; text CC BY 4.0, code BSD-3"
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "pages"]
root_doc = "index"
myst_enable_extensions = ["dollarmath", "amsmath"]

numpydoc_show_class_members = False
autodoc_typehints = "none"  # they stand in the docstrings, with shapes and units

nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "text/html", 0)]  # the still picture, not the widget
nb_code_prompt_show, nb_code_prompt_hide = "Show the code", "Hide the code"
nb_ipywidgets_js = {}  # no widget scripts from elsewhere

mathjax = files("sphinx-mathjax-offline") / "static/mathjax/tex-svg.js"
html_static_path = [str(mathjax), "book.css", "book.js"]  # MathJax 3.2.2 in one file, with fonts
html_css_files, html_js_files = ["book.css"], ["book.js"]
mathjax_path = mathjax.name

html_theme = "pydata_sphinx_theme"
html_title = "Digital karma"
html_context = {"default_mode": "auto"}
html_theme_options = {
    "navbar_center": [],
    "navigation_with_keys": False,
    "secondary_sidebar_items": {  # none beside wide tables and pictures
        "**": ["page-toc"],
        "index": [],
        "gallery": [],
        "ledgers/published": [],
        "ledgers/evidence": [],
    },
}
html_sidebars = {"**": ["globaltoc.html"], "index": []}  # the whole book beside each page
html_sourcelink_suffix = ""
html_show_sourcelink = False
html_show_search_summary = False  # a page from disk may not read the others


# A part is empty where only some of the notebooks were run.
directives = logging.getLogger("sphinx.sphinx.directives.other")
directives.addFilter(lambda record: getattr(record, "subtype", None) != "empty_glob")
