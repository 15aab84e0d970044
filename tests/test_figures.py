"""The page of trust is written by the tests that it names."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.figures import rows_of, with_rows

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/trust.md").read_text("utf-8")


def test_a_row_replaces_the_row_of_the_same_claim_and_leaves_the_others():
    page = with_rows(with_rows(PAGE, {"a": "| a | 1 |", "b": "| b | 2 |"}), {"a": "| a | 3 |"})
    assert (rows_of(page)["a"], rows_of(page)["b"]) == ("| a | 3 |", "| b | 2 |")
    assert {**rows_of(PAGE), "a": "| a | 3 |", "b": "| b | 2 |"} == rows_of(page)
    assert with_rows(PAGE, {}) == PAGE


@pytest.mark.parametrize("row", rows_of(PAGE).values())
def test_every_row_of_the_page_names_a_test_that_exists(row):
    path, *_, test = row.rstrip("| ").split("`")[1].split("::")
    assert f"def {test}(" in (ROOT / path).read_text("utf-8")


def test_a_run_with_the_option_writes_what_its_tests_measured(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    case = tmp_path / "test_case.py"
    case.write_text(
        'def test_size(figure):\n    figure("size", "3 MB")\n'
        'def test_wrong(figure):\n    figure("wrong", "4 MB")\n    assert False\n'
        '@__import__("pytest").mark.parametrize("n", [1000, 234])\n'
        'def test_sum(figure, n):\n    figure("calls", "{calls:,} calls of {n}", calls=n, n=1)\n',
        "utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.figures",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    subprocess.run([*command, f"--figures={page}", str(case)], cwd=ROOT, capture_output=True)
    rows = rows_of(page.read_text("utf-8"))
    assert rows["size"].startswith("| size | 3 MB | 20")
    assert rows["calls"].startswith("| calls | 1,234 calls of 2 | 20")
    assert "wrong" not in rows
