"""What every notebook has: sections, tags, words for pictures, order, and no private life."""

import ast
import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from karma_lib import datasets
from karma_lib.lesson.catalogue import badge, catalogue

FOLDER = Path(__file__).parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

SECTIONS = [
    "You will be able to", "Setup", "Story", "Predict", "Run", "Explain", "Explore", "Finding",
    "Robustness", "Exercises", "What this does NOT show", "Try it on your own feed", "References",
]  # fmt: skip
TAGS = {"hide-input", "hide-cell", "raises-exception"}


def cells(path, kind=None):
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


def outputs(cell, mime):
    """Return what a cell shows of one kind: a mime type, or "stream"."""
    if mime == "stream":
        return "".join("".join(o.get("text", "")) for o in cell["outputs"])
    return "".join("".join(o.get("data", {}).get(mime, "")) for o in cell["outputs"])


@each
def test_title_is_a_question_and_the_badge_can_be_read(path):
    row = badge(path)
    assert row["question"].endswith("?")
    assert re.fullmatch(r"\d\d|capstone", row["notebook"])
    assert path.stem.startswith(row["notebook"])


@each
def test_sections_stand_in_order_under_one_title(path):
    headings = re.findall(r"^(#+) (.+)$", "\n".join(map(source, cells(path, "markdown"))), re.M)
    assert [text for level, text in headings if level == "##"] == SECTIONS
    assert [level for level, _ in headings].count("#") == 1
    for (above, _), (below, _) in zip(headings, headings[1:], strict=False):
        assert len(below) - len(above) <= 1, "no level is skipped"


@each
def test_every_cell_ran_in_order_without_error_or_warning(path):
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            assert "image/png" not in output.get("data", {}), "show() brings words with a picture"


@each
def test_cells_are_short_and_tags_are_known(path):
    for cell in cells(path):
        unknown = {t for t in tags(cell) if t not in TAGS and not t.startswith("needs:")}
        assert not unknown
        if cell["cell_type"] == "code":
            lines = [line for line in source(cell).splitlines() if line.strip()]
            assert 1 <= len(lines) <= 12, source(cell)


@each
def test_pictures_have_words_and_printed_numbers(path):
    for cell in cells(path, "code"):
        html = outputs(cell, "text/html")
        for alt in re.findall(r"<img alt=\"([^\"]*)\"", html):
            assert 1 <= len(unescape(alt)) <= 250
            assert not re.match(r"(a |an )?(plot|figure|picture|image|chart) of ", alt, re.I)
        if "<img" in html:
            explorer = "lesson.Explorer" in source(cell)
            assert html.count("<img") == html.count("<img alt=")
            assert explorer or outputs(cell, "stream").strip(), "numbers beside the picture"
            assert explorer or html.count("<figcaption>") == html.count("<figure>"), "a caption"


@each
def test_what_needs_data_is_tagged_comes_late_and_stands_alone(path):
    code = cells(path, "code")
    known = {f"needs:{name}" for name in datasets.names()}
    tagged = [i for i, cell in enumerate(code) if set(tags(cell)) & known]
    assert all(t in known for cell in code for t in tags(cell) if t.startswith("needs:"))
    loaders = re.compile(r"load_(?!pile_on_hours|asch_errors|synthetic|pool\()\w+\(")
    for i, cell in enumerate(code):
        assert not loaders.search(source(cell)) or i in tagged
    made = {node.id for i in tagged for node in ast.walk(ast.parse(source(code[i])))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    if not tagged:
        return
    remade = set()
    for cell in code[tagged[-1] + 1 :]:
        names = [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)]
        remade |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        assert not (used & made) - remade, "a later cell leans on a cell that may be left out"


@each
def test_prediction_comes_before_any_result(path):
    code = [source(cell) for cell in cells(path, "code")]
    first = next(i for i, text in enumerate(code) if "lesson.predict(" in text)
    assert not any("lesson.show(" in text or ".run(" in text for text in code[:first])
    assert any(".against(" in text for text in code[first:])


@each
def test_finding_is_computed_with_interval_n_and_seeds(path):
    boxes = [outputs(cell, "text/markdown") for cell in cells(path, "code")]
    boxes = [box for box in boxes if "**Finding.**" in box]
    assert len(boxes) == 1
    assert re.search(
        r"Effect: \*\*.*\d.*\*\*, 95 % interval -?\d.* to -?\d.*; n = .*\d.*; seeds: ", boxes[0]
    )
    runs = [int(n.replace(",", "")) for n in re.findall(r"n = ([\d,]+)", boxes[0])]
    assert max(runs) >= 20


@each
def test_limits_references_and_data_licence(path):
    text = "\n".join(map(source, cells(path, "markdown")))
    limits = text.partition("## What this does NOT show")[2].partition("\n## ")[0]
    assert len(re.findall(r"^- ", limits, re.M)) >= 3
    references = text.partition("## References")[2]
    dois = re.findall(
        r"\[doi:(10\.\S+?)\]\(https://doi\.org/(10\.\S+?)\)(?=$|\s|\.)", references, re.M
    )
    assert dois
    assert all(shown == linked for shown, linked in dois)
    pages = re.findall(r"\]\((\.\./docs/teaching/\S+)\)", references)
    assert pages
    assert all((path.parent / page).is_file() for page in pages)
    table = outputs(cells(path, "code")[-1], "text/plain")
    for column in ("published", "ours", "difference", "verdict"):
        assert column in table
    status = badge(path)["status"]
    if status.startswith("[Re]"):
        assert "not reproduced" not in table


@each
def test_story_is_short_and_names_nobody(path):
    text = "\n".join(map(source, cells(path, "markdown")))
    story = text.partition("## Story\n")[2].partition("\n## ")[0]
    assert 0 < len(story.split()) <= 150, len(story.split())
    everything = path.read_text("utf-8")
    assert not re.search(r"(?<![\w/.])@[A-Za-z]\w{2,}", re.sub(r"base64,[\w+/=]+", "", everything))
    assert not re.search(r"[\w.]+@[\w.]+\.[a-z]{2,}", everything)


@each
def test_the_language_of_the_file_is_settled(path):
    book = json.loads(path.read_text("utf-8"))
    assert book["metadata"]["language_info"] == {"name": "python"}
    assert "widgets" not in book["metadata"]
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])


def test_the_map_lists_every_notebook_and_no_reader_s_own(tmp_path):
    rows = catalogue(FOLDER)["notebook"].tolist()
    ours = [path for path in PATHS if re.match(r"\d\d_|capstone$", path.stem)]
    assert len(rows) == len(ours)
    for name in (*(path.name for path in ours), "capstone-of-mine.ipynb", "Untitled.ipynb"):
        copied = PATHS[0] if not (FOLDER / name).exists() else FOLDER / name
        (tmp_path / name).write_bytes(copied.read_bytes())
    assert catalogue(tmp_path)["notebook"].tolist() == rows == sorted(rows)


def test_the_map_needs_what_there_is_and_no_circle():
    rows = catalogue(FOLDER).set_index("notebook")
    for number, needs in rows["needs"].items():
        for other in [] if needs == "nothing" else needs.split(", "):
            assert other in rows.index
            assert other < number


def figures(text):
    """Return the numbers in a text, per cent as they are written, as (number, decimals)."""
    found = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\d]*_)", text)
    return [(float(n.replace(",", "")), len(n.partition(".")[2])) for n in found]


README = (FOLDER.parent / "README.md").read_text("utf-8")
FINDINGS = re.findall(r"^- (\*\*.*) \[\d\d\]\(notebooks/(.+)\)$", README, re.M)


@pytest.mark.parametrize(("said", "name"), FINDINGS, ids=[name[:2] for _, name in FINDINGS])
def test_each_number_of_a_readme_finding_was_computed_by_its_notebook(said, name):
    found = "".join(outputs(cell, "text/markdown") for cell in cells(FOLDER / name, "code"))
    found = found.replace("95 % interval", "95 % interval:")
    computed = [number for number, _ in figures(found)]
    computed += [100 * number for number in computed] + [50, 100]  # per cent; guessing
    for number, decimals in figures(said.replace("95 % interval", "")):
        near = [c for c in computed if abs(c - number) <= 0.5000001 * 10**-decimals]
        assert near, f"{number} is in no finding of {name}"


def test_the_readme_counts_what_there_is():
    ledger = pd.read_csv(FOLDER.parent / "data/published/ledger.csv")
    of = ledger["verdict"].value_counts()
    absent = ledger["why"].fillna("").str.contains("pinned") & (ledger["verdict"] != "shown only")
    met, missed = of["reproduced"], of["not reproduced"] - absent.sum()
    assert f"{len(PATHS) - 1} notebooks and a capstone" in README
    assert f"{met} of {met + missed} computed values of the ledger met" in README
    assert f"{missed} missed with a reason, {absent.sum()} not computed" in README


def test_the_readme_has_five_findings():
    assert len(FINDINGS) == 5


def test_readme_lists_every_notebook_as_its_badge_says():
    text = (FOLDER.parent / "README.md").read_text("utf-8")
    for row in catalogue(FOLDER).itertuples():
        path = next(FOLDER.glob(f"{row.notebook}*.ipynb"))
        line = (f"| [{row.notebook}](notebooks/{path.name}) | {row.question} | {row.level} | "
                f"{row.minutes} | {row.data} | {row.status} |")  # fmt: skip
        assert line in text, line
