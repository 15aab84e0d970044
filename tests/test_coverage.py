"""What `make coverage` adds to the tests: their time, and the word at the end."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import branches
from tests.figures import rows_of

ROOT = Path(__file__).parents[1]
SLOW = """
import pytest, time

def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))

@pytest.mark.parametrize("case", range(8))
def test_slow(case):
    spin(60)

@pytest.mark.parametrize("case", range(30))
def test_quick(case):
    pass

def test_that_swallows():
    try:
        spin(60)
    except BaseException:
        raise TypeError("something else came of the interruption") from None

def test_wrong():
    assert 1 == 2

@pytest.fixture
def slow():
    spin(60)

def test_of_a_slow_fixture(slow):
    pass
"""


def test_slow_cases_are_skipped_by_name_quick_ones_all_run_and_wrong_ones_fail(tmp_path):
    (tmp_path / "test_it.py").write_text(SLOW)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.interpreted", "-p", "no:cacheprovider",
               "--rootdir", tmp_path, "-c", "/dev/null", "--seconds", "0.2", "--cases", "3", tmp_path]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "1 failed, 30 passed, 10 skipped" in done.stdout, done.stdout
    assert "test_wrong" in done.stdout


@pytest.mark.parametrize(("reached", "code"), [(94, 1), (95, 0)])
def test_the_aim_is_held(reached, code, monkeypatch, capsys, tmp_path):
    totals = {"covered_branches": reached, "num_branches": 100, "covered_lines": 990,
              "num_statements": 1_000}  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"totals": totals})))
    page = tmp_path / "page.md"
    page.write_text((ROOT / "docs/trust.md").read_text("utf-8"), "utf-8")
    assert branches.main(page) == code
    said = capsys.readouterr().out
    row = rows_of(page.read_text("utf-8")).get(branches.CLAIM, "")
    assert (f"{reached} of 100 branches" in row) is (code == 0)
    assert f"{reached} of 100 branches ({reached}.0 %) and 990 of 1,000 lines (99.0 %)" in said
