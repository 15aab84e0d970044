"""Notebook 17 with a reader's own export: it runs, and nothing in it tells who the reader is."""

import re
from pathlib import Path

import nbformat
import pytest

from karma_lib import study
from tests.lesson.test_export import acts, shown, zipped

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "17_what_does_your_own_feed_look_like.ipynb"
BLANK = "my_export = ..."


def told(book):
    """Return all that a notebook shows, without the pixels of its pictures."""
    parts = []
    for cell in book.cells:
        for output in cell.get("outputs", []):
            parts += [output.get("text", ""), *output.get("data", {}).values()]
    return re.sub(r"base64,[\w+/=]+", "", "\n".join(parts))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Run the notebook on an export that has a secret in every place."""
    folder = tmp_path_factory.mktemp("own")
    path = zipped(
        folder, {"user_data_tiktok.json": acts(300), "chats/secretchat.txt": "secretchat"}
    )
    book = nbformat.read(NOTEBOOK, 4)
    (cell,) = [cell for cell in book.cells if cell.source.startswith(BLANK)]
    cell.source = cell.source.replace(BLANK, f"my_export = {str(path)!r}", 1)
    nbformat.write(book, folder / NOTEBOOK.name)
    outcome = study.study(folder / NOTEBOOK.name, folder / "ran.ipynb")
    assert not outcome.error
    return nbformat.read(folder / "ran.ipynb", 4)


def test_an_own_export_is_read_and_its_sums_are_shown(own):
    text = told(own)
    assert "The file is read: 303 acts, 300 of them watched videos with a time." in text
    assert "NOT yours" in text, "the cell with a path that leads nowhere"
    assert "From your export." in text
    night = sum((22.5 + 5 * i) % 24 < 6 for i in range(300))
    assert f"counted: {night} of 300 videos" in text
    assert "videos that had been shown before: 92%" in text  # 25 different ones


def test_no_id_name_word_address_or_path_is_shown(own):
    shown(told(own))


def test_the_committed_notebook_is_that_of_the_synthetic_person_and_names_nobody():
    book = nbformat.read(NOTEBOOK, 4)
    assert sum(cell.source.startswith(BLANK) for cell in book.cells) == 1
    text = told(book)
    assert "of a person who does not exist" in text
    assert "your export" not in text
    assert "synthetic_" not in text.replace("synthetic_export", "")
    shown(text)
