"""Pages of the Research API in their order, and whether the collection is whole."""

from dataclasses import dataclass
from typing import Any

from karma_lib.datasets.tiktok._report import Report

STEP = 100
"""Records that a page may hold; its cursor moves by as many, also if it holds fewer."""


@dataclass
class Series:
    """Watches cursors over the pages of all files.

    Examples
    --------
    >>> report = Report()
    >>> series = Series(report)
    >>> series.follow({"cursor": 100, "has_more": True}, "a.json")
    >>> series.follow({"cursor": 300, "has_more": False}, "b.json")
    >>> series.end()
    >>> report.incomplete
    ['cursor jumps from 100 to 300 at page 2 (b.json)']
    """

    report: Report
    page: int = 0
    cursor: int = 0
    more: bool = False
    name: str = ""

    def follow(self, data: dict[str, Any], name: str) -> None:
        """Take in one good page."""
        self.page, self.name = self.page + 1, name
        cursor = data.get("cursor")
        if isinstance(cursor, int):
            onward = self.more and cursor > self.cursor
            if self.more and not onward:
                self._say(f"has_more is true before a new series at page {self.page} ({name})")
            start = self.cursor if onward else 0
            if cursor - start > STEP:
                self._say(f"cursor jumps from {start} to {cursor} at page {self.page} ({name})")
            self.cursor = cursor
        self.more = bool(data.get("has_more", False))

    def fail(self, said: str, name: str) -> None:
        """Take in one page that failed but is passed over."""
        self.page += 1
        self._say(f"page {self.page} ({name}) failed, {said}")

    def end(self) -> None:
        """Look at the last page."""
        if self.more:
            self._say(f"has_more is true on the last page ({self.name})")

    def _say(self, sentence: str) -> None:
        self.report.incomplete.append(sentence)
