"""What the pages promise: their code runs, their commands exist, their links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```python\n(.*?)```(?:\s*```text\n(.*?)```)?", re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_code_on_a_page_runs_and_prints_what_it_says(page, tmp_path):
    """One script a page, so that later blocks know the earlier ones."""
    blocks = BLOCK.findall(page.read_text("utf-8"))
    script = tmp_path / f"{page.stem}.py"
    script.write_text("".join(f"{code}\nprint('-- next --')\n" for code, _ in blocks))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.split("-- next --\n")
    for (_, shown), printed in zip(blocks, said, strict=False):
        assert not shown or printed.rstrip() == shown.rstrip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_commands_are_targets_that_the_makefile_lists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`?make (\w+)", (ROOT / "README.md").read_text("utf-8"))) - {"Python"}
    assert {"study", "test", "lab", "data", "help", "reproduce"} <= named
    for target in named:
        assert re.search(rf"^{target}:.*##", makefile, re.M), target


def test_make_help_names_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in (
        "study",
        "test",
        "test-long",
        "lab",
        "data",
        "models",
        "reproduce",
        "settle",
        "format",
        "clean",
    ):
        assert re.search(rf"^{target}\s", done.stdout, re.M)


def test_the_book_takes_nothing_from_elsewhere():
    conf = (ROOT / "docs" / "conf.py").read_text("utf-8")
    assert 'nb_execution_mode = "off"' in conf
    assert "http" not in conf
