"""What the pages promise: their code runs, their commands exist, their links lead somewhere."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

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
        target = re.sub(r"^\.\./\.\./actions/workflows/(\w+\.yml)(/badge\.svg)?$",
                        r".github/workflows/\1", target)  # fmt: skip
        assert (page.parent / target).exists(), target


def test_the_badges_are_true():
    """What they say is what the files say they lead to; the first is drawn by the repository's host."""
    readme = (ROOT / "README.md").read_text("utf-8")
    badges = re.findall(r"^\[!\[([^]]+)\]\((\S+)\)\]\((\S+)\)$", readme, re.M)
    assert [alt for alt, *_ in badges] == [
        "CI", "Python: 3.11 to 3.13", "code: BSD-3-Clause", "text and figures: CC BY 4.0"]  # fmt: skip
    for alt, picture, _ in badges[1:]:
        svg = (ROOT / picture).read_text("utf-8")
        assert f"<title>{alt}</title>" in svg
        assert re.findall(r"<text [^>]*>([^<]+)</text>", svg) == alt.split(": ")
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert project["license"] == "BSD-3-Clause AND CC-BY-4.0"
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert "make test" in str(jobs)


def test_the_readme_commands_are_targets_that_the_makefile_lists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`?make (\w+)", (ROOT / "README.md").read_text("utf-8"))) - {"Python"}
    assert {"study", "test", "lab", "data", "help", "reproduce"} <= named
    for target in named:
        assert re.search(rf"^{target}:.*##", makefile, re.M), target


def test_the_readme_cites_as_the_citation_file_does():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    year, who = cff["date-released"].year, cff["authors"][0]["name"]
    assert f"> {who} ({year}). *{cff['title']}* (version {cff['version']})." in (
        ROOT / "README.md").read_text("utf-8")  # fmt: skip


def test_make_help_names_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in (
        "study",
        "test",
        "test-long",
        "test-slow",
        "test-newest",
        "coverage",
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
