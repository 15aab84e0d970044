"""Write the figures that tests measure into the page of trust.

A test says ``figure("claim", "3.1 MB of 200 MB")``; ``make test-long`` passes ``--figures`` with
the page, whose table then holds one row a claim: the figure, the day and the test. What several
cases of a test count is added up: ``figure("claim", "{calls:,} calls", calls=200)``. Where the
figure is how many cases hold, a mark says it: ``@pytest.mark.claim("claim", "{cases} cases")``.
Elsewhere the figures are measured, held to their bounds, and not written.
"""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

BEGIN, END = "<!-- begin: figures -->", "<!-- end: figures -->"
HEAD = ["| Claim | Figure | Day | Test |", "|---|---|---|---|"]


def rows_of(page):
    """Return the claims of the page's table, in order, each with its row."""
    lines = page.split(BEGIN)[1].split(END)[0].strip().splitlines()[len(HEAD) :]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


def with_rows(page, rows):
    """Return the page with these rows in the place of those of the same claims."""
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    table = "\n".join([*HEAD, *{**rows_of(page), **rows}.values()])
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def row(claim, told, test):
    """Return the row of a claim, measured today."""
    return {claim: f"| {claim} | {told} | {date.today()} | `{test}` |"}


def write(path, rows):
    path.write_text(with_rows(path.read_text("utf-8"), rows), "utf-8")


class Writer:
    def __init__(self, path):
        self.path, self.rows = path, {}
        self.counts, self.tests, self.failed = defaultdict(Counter), defaultdict(set), set()

    def pytest_runtest_logreport(self, report):
        test = report.nodeid.split("[")[0]
        for name, (claim, text, counts) in report.user_properties:
            if name == "figure" and report.when == "call" and report.passed:
                self.counts[claim].update(counts)
                self.tests[claim].add(test)
                where = test if len(self.tests[claim]) == 1 else test.split("::")[0]
                self.rows |= row(claim, text.format_map(self.counts[claim]), where)
            elif report.failed:
                self.failed.add(claim)
        if report.failed:
            self.failed.add(test)

    def pytest_sessionfinish(self, exitstatus):
        """Write what held; a claim of which a case failed keeps its old row, as after a break-off."""
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        held = {claim: told for claim, told in self.rows.items()
                if not ({claim} | self.tests[claim]) & self.failed}  # fmt: skip
        write(self.path, held)


def pytest_addoption(parser):
    parser.addoption("--figures", type=Path, help="the page whose table of figures is rewritten")


def pytest_configure(config):
    if config.option.figures and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(config.option.figures))


def pytest_runtest_setup(item):
    for mark in item.iter_markers("claim"):
        if mark.args:
            item.user_properties.append(("figure", (*mark.args, {"cases": 1})))


@pytest.fixture
def figure(request):
    """Note a measured figure for the page of trust: ``figure(claim, text, **counts)``."""

    def note(claim, text, **counts):
        assert "|" not in claim + text
        request.node.user_properties.append(("figure", (claim, text, counts)))

    return note
