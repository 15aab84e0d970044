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


DIGCOMP = {
    "1.1": "Browsing, searching and filtering data, information and digital content",
    "1.2": "Evaluating data, information and digital content",
    "1.3": "Managing data, information and digital content",
    "2.2": "Sharing through digital technologies",
    "2.3": "Engaging in citizenship through digital technologies",
    "2.5": "Netiquette",
    "2.6": "Managing digital identity",
    "3.3": "Copyright and licences",
    "3.4": "Programming",
    "4.2": "Protecting personal data and privacy",
    "4.3": "Protecting health and well-being",
}
"""The competences served, as the framework names them."""


def test_competences_are_named_as_published_and_every_notebook_serves_some():
    page = (ROOT / "docs" / "teaching" / "competences.md").read_text("utf-8")
    digcomp, unesco = page.split("## UNESCO")
    rows = re.findall(r"^\| (\d\.\d) ([^|]+) \| ([^|]+) \| ([^|]+) \|$", digcomp, re.M)
    modules = re.findall(r"^\| (\d+) · [^|]+ \| ([^|]+) \| ([^|]+) \|$", unesco, re.M)
    assert {number: name for number, name, *_ in rows} == DIGCOMP
    assert "These pages serve eleven of them" in digcomp
    absent = re.search(r"^Modules (.+?) \(", unesco, re.M)[1]
    served = [int(number) for number, *_ in modules]
    assert sorted([*served, *map(int, re.findall(r"\d+", absent))]) == list(range(1, 15))
    known = {row.notebook for row in NOTEBOOKS}
    for places in ([where for *_, where, _ in rows], [where for _, where, _ in modules]):
        assert set(re.findall(r"\b\d\d\b|capstone", " ".join(places))) == known
    assert all(len(shown.split()) >= 4 for *_, shown in [*rows, *modules]), "what a student can do"


def test_the_pages_for_teachers_are_in_the_book():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for page in (ROOT / "docs" / "teaching").glob("*.md"):
        assert f"\nteaching/{page.stem}\n" in index
