"""The guide for teachers: every notebook has its section, and every section its parts."""

import re
from pathlib import Path

import pytest

from karma_lib.lesson.catalogue import catalogue

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "teaching" / "notebooks.md").read_text("utf-8")
NOTEBOOKS = list(catalogue(ROOT / "notebooks").itertuples())
SECTIONS = dict(re.findall(r"^## (\w+) · (.+?)$(?=\n)", GUIDE, re.M))
PARTS = [
    "30 minutes.",
    "60 minutes.",
    "90 minutes.",
    "Misconceptions.",
    "To discuss.",
    "Solutions.",
]


def section(notebook):
    """Return what the guide says of one notebook."""
    return re.search(rf"^## {notebook} · .+?$(.*?)(?=^## |\Z)", GUIDE, re.M | re.S)[1]


@pytest.mark.parametrize("row", NOTEBOOKS, ids=lambda row: row.notebook)
def test_every_notebook_has_its_section_with_plans_doubts_and_solutions(row):
    assert SECTIONS.get(row.notebook) == row.question
    text = section(row.notebook)
    assert re.findall(r"\*\*([^*]+)\*\*", text)[: len(PARTS)] == PARTS
    for part in PARTS:
        assert len(text.partition(f"**{part}**")[2].partition("\n**")[0].split()) >= 8, part


@pytest.mark.parametrize("number", ["01", "04", "09", "14", "19"])
def test_where_a_class_may_be_hurt_the_guide_says_how_to_take_care(number):
    assert "**Care.**" in section(number)


def test_the_pages_for_teachers_are_in_the_book():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for page in (ROOT / "docs" / "teaching").glob("*.md"):
        assert f"\nteaching/{page.stem}\n" in index
