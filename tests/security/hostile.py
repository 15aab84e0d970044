"""A comment that would like to be a program, in every place where a notebook shows words."""

import nbformat

from karma_lib import study

STRIKE = "window.struck=1"
COMMENT = f'<img src=x onerror="{STRIKE}"><script>{STRIKE}</script>'
CODE = f"""
import ipywidgets as widgets
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from karma_lib import lesson
comment = '{COMMENT}'

def draw(power):
    if power == 3:
        raise ValueError(comment)
    return plt.subplots()[1], comment

print(comment)
display(pd.DataFrame({{"comment": [comment]}}))
display(lesson.show(plt.subplots()[1], comment, numbers=comment, caption=comment))
display(lesson.finding(comment, effect=comment, interval=(0, 1), n=comment, seed=comment))
lesson.Explorer(draw, power=widgets.IntSlider(2, min=1, max=3))
"""


def notebook():
    """Return the notebook before it has run; no page of the book lists it."""
    cells = [nbformat.v4.new_markdown_cell("# What does a hostile comment do?"),
             nbformat.v4.new_code_cell(CODE)]  # fmt: skip
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata |= {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "orphan": True}
    return book


def ran(folder):
    """Run it as `make study` does; return where it lies."""
    nbformat.write(notebook(), folder / "hostile.ipynb")
    outcome = study.study(folder / "hostile.ipynb", folder / "ran.ipynb")
    assert not outcome.error, outcome.error
    return folder / "ran.ipynb"
