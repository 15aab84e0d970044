"""A comment that would like to be a program, in every place where a notebook shows words."""

import nbformat

from karma_lib import study

STRIKE = "window.struck=1"
COMMENT = f'<img src=x onerror="{STRIKE}"><script>{STRIKE}</script>'
NAME = COMMENT.replace("/", "")
"""The comment as a file may be called."""
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

PLACES = f"""
import json
import tempfile
from pathlib import Path
from IPython.display import display
from karma_lib import lesson
from karma_lib.datasets import tiktok
comment, name = '{COMMENT}', '{NAME}'
folder = Path(tempfile.mkdtemp())

question = lesson.Exercise(1, [comment], {{2: comment, 3: comment}})
question.check(comment, hints=1)
question.check(2)
display(question)
lesson.predict(comment, 0, 1)
lesson.predict(0.5, 0, 1).against(1)

try:
    display(lesson.Explorable("herd", seed=comment))
except (TypeError, ValueError) as error:
    print(error)
try:
    lesson.Explorable(comment)
except ValueError as error:
    print(error)

badge = "Level 1 · 5 min · needs " + comment + " · simulated data · [Toy] " + comment
first = {{"source": ["# " + comment + "\\n\\n" + badge]}}
(folder / "00_a.ipynb").write_text(json.dumps({{"cells": [first]}}))
display(lesson.catalogue(folder))
(folder / "00_a.ipynb").write_text(json.dumps({{"cells": [{{"source": [comment]}}]}}))
try:
    lesson.catalogue(folder)
except ValueError as error:
    print(error)

date = "2024-11-19 08:06:40"
seen = [{{"Date": date, "Link": comment}}] * 20
acts = {{"Your Activity": {{"Watch History": {{"VideoList": seen}},
                          "Searches": {{"SearchList": [{{"Date": date, "SearchTerm": comment}}]}},
                          comment: {{comment: comment}}}},
        "Comment": {{"Comments": {{"CommentsList": [{{"date": date, "comment": comment, comment: 1}}]}}}},
        comment: [comment]}}
path = folder / (name + ".json")
path.write_text(json.dumps(acts))
display(lesson.own_export(path, zone=comment), lesson.own_export(path).acts)
lesson.own_export(comment)
lesson.own_export([comment])
lesson.own_export(folder / name)
table = tiktok.read_interactions(path, with_text=True, donor_key=comment, pseudonymise=False)
display(table, table.attrs["report"], table["text"])
record = {{"id": 7438883357196114809, "video_id": 7438883357196114809, "text": comment,
          "create_time": 1732003200, "like_count": 1, "reply_count": 0, "parent_comment_id": 0, comment: 1}}
path.write_text(json.dumps([record]))
table = tiktok.read_comments(path, pseudonymise=False, refresh_days=None)
display(table, table.set_index("text"), table.attrs["report"])
path.write_text("<html><title>" + comment + "</title>")
for read in (tiktok.read_comments, tiktok.read_videos, tiktok.read_interactions):
    try:
        read(path, pseudonymise=False)
    except ValueError as error:
        print(error)
"""
"""Where else a notebook shows what somebody wrote: lessons, their map, files of a reader's own."""


def notebook(code=CODE):
    """Return the notebook before it has run; no page of the book lists it."""
    cells = [nbformat.v4.new_markdown_cell("# What does a hostile comment do?"),
             nbformat.v4.new_code_cell(code)]  # fmt: skip
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata |= {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "orphan": True}
    return book


def ran(folder, code=CODE):
    """Run it as `make study` does; return where it lies."""
    nbformat.write(notebook(code), folder / "hostile.ipynb")
    outcome = study.study(folder / "hostile.ipynb", folder / "ran.ipynb")
    assert not outcome.error, outcome.error
    return folder / "ran.ipynb"
