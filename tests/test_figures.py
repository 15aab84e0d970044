"""The page of trust is written by the tests that it names."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.figures import Writer, row, rows_of, with_rows

ROOT = Path(__file__).parents[1]
CASE = """
import pytest

def test_size(figure):
    figure("size", "3 MB")

@pytest.mark.parametrize("n", [1000, 234])
def test_sum(figure, n):
    figure("calls", "{calls:,} calls of {n}", calls=n, n=1)

@pytest.mark.claim("kind", "{cases} cases")
class TestKind:
    def test_one(self):
        pass

    def test_two(self):
        pass

    def test_left_out(self):
        pytest.skip()

@pytest.mark.claim
def test_told(figure):
    figure("told", "by itself")

def test_wrong(figure):
    figure("wrong", "4 MB")
    assert False

@pytest.mark.claim("failed", "{cases} cases")
class TestFailed:
    def test_one(self):
        pass

    def test_bad(self):
        assert False

@pytest.mark.parametrize("n", [1, 2])
def test_part(figure, n):
    assert n == 1
    figure("part", "{n}", n=1)
"""
PAGE = (ROOT / "docs/trust.md").read_text("utf-8")


def test_a_row_replaces_the_row_of_the_same_claim_and_leaves_the_others():
    page = with_rows(with_rows(PAGE, {"a": "| a | 1 |", "b": "| b | 2 |"}), {"a": "| a | 3 |"})
    assert (rows_of(page)["a"], rows_of(page)["b"]) == ("| a | 3 |", "| b | 2 |")
    assert {**rows_of(PAGE), "a": "| a | 3 |", "b": "| b | 2 |"} == rows_of(page)
    assert with_rows(PAGE, {}) == PAGE


@pytest.mark.parametrize("row", rows_of(PAGE).values())
def test_every_row_of_the_page_names_a_test_that_exists(row):
    path, *tests = row.rstrip("| ").split("`")[1].split("::")
    text = (ROOT / path).read_text("utf-8")
    assert all(f"def {test}(" in text for test in tests)


def test_the_page_has_a_row_of_every_file_that_measures():
    measure = re.compile(r"^ +figure\(|mark\.claim\(|row\(CLAIM,", re.M)
    files = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/**/*.py")
             if "figures.py" not in path.name and measure.search(path.read_text("utf-8"))}  # fmt: skip
    assert len(files) > 15
    named = {row.split("`")[1].split("::")[0] for row in rows_of(PAGE).values()}
    made = {"tests/branches.py", "tests/newest.py"}  # which no test writes, but a target of make
    assert made <= files
    assert files - made <= named <= files


def test_a_run_with_the_option_writes_what_its_tests_measured(tmp_path):
    page, case = tmp_path / "page.md", tmp_path / "test_case.py"
    page.write_text(PAGE, "utf-8")
    case.write_text(CASE, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.figures", "-c", ROOT / "pyproject.toml",
               f"--rootdir={tmp_path}", f"--figures={page}", case]  # fmt: skip
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    rows = rows_of(page.read_text("utf-8"))
    assert rows["size"].startswith("| size | 3 MB | 20")
    assert rows["calls"].startswith("| calls | 1,234 calls of 2 | 20")
    assert rows["calls"].endswith("`test_case.py::test_sum` |")
    assert rows["kind"].startswith("| kind | 2 cases | 20")
    assert rows["kind"].endswith("`test_case.py` |"), "of several tests the file is named"
    assert rows["told"].startswith("| told | by itself | 20")
    assert not {"wrong", "failed", "part"} & {*rows}, "a claim of which a case failed"


@pytest.mark.parametrize(("ended", "written"), [(0, True), (1, True), (2, False), (3, False)])
def test_a_run_that_is_broken_off_writes_nothing(tmp_path, ended, written):
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    writer = Writer(page)
    writer.rows = row("half", "13 of 21", "tests/x.py")
    writer.pytest_sessionfinish(ended)
    assert ("half" in rows_of(page.read_text("utf-8"))) is written
