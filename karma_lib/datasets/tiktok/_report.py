"""The load report: what was read, kept, dropped, mended, and what to know before a count."""

import re
import warnings
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

EXAMPLES = 10


class IdPrecisionError(ValueError):
    """Ids have lost their last digits: they went through a float, JavaScript or a spreadsheet."""


class PersonalExportError(ValueError):
    """The file is a personal export, which no table of other people's posts is made of."""


class Report:
    """Counts and sentences gathered while a file is read."""

    def __init__(self) -> None:
        self.read, self.facts = 0, dict[str, Any]()
        self.dropped, self.mended = Counter[str](), Counter[str]()
        self.rows: dict[str, list[int]] = defaultdict(list)
        self.others, self.unknown = Counter[str](), set[str]()
        self.warnings, self.zones = list[str](), set[str]()
        self.incomplete, self.loud = list[str](), list[str]()

    def drop(self, reason: str, row: int | None = None, n: int = 1) -> None:
        """Count rows that are left out, and remember where the first ones stand."""
        self._count(self.dropped, reason, row, n)

    def mend(self, what: str, row: int | None = None, n: int = 1) -> None:
        """Count values that were put right or set to missing."""
        self._count(self.mended, what, row, n)

    def _count(self, counter: Counter[str], what: str, row: int | None, n: int) -> None:
        if n:
            counter[what] += n
        if row is not None and len(self.rows[what]) < EXAMPLES:
            self.rows[what].append(row)

    def warn(self, sentence: str, *, loud: bool = False) -> None:
        """Keep a sentence once; a loud one also becomes a Python warning at the end."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)
            self.loud += [sentence] * loud

    def constant(self, word: str) -> None:
        """Read NaN and Infinity, which are no JSON, as null."""
        self.mend("NaN or Infinity read as null")

    def result(
        self, kept: int, created: Any, collected: Any, refresh_days: int | None
    ) -> dict[str, Any]:
        """Return the report as plain words and numbers, and raise the loud warnings.

        Parameters
        ----------
        kept : int
        created, collected : Series of datetime64[us, UTC]
        refresh_days : int or None
            How old a collection may be before it must be refreshed; None if it never must.
        """
        age = None
        if refresh_days is not None and collected.notna().any():
            age = (datetime.now(collected.dt.tz) - collected.min()).days
            if age < -1:
                self.warn("This computer's clock stands before the day of collection; set it.")
            if age > refresh_days:
                self.warn(
                    f"The collection is {age} days old; refresh it and delete what is gone at "
                    f"least every {refresh_days} days (apply_deletions)."
                )
        if self.incomplete:
            self.warn(f"incomplete collection: {'; '.join(self.incomplete)}")
        for sentence in self.loud:
            warnings.warn(sentence, UserWarning, stacklevel=4)
        first, last = (str(created.min()), str(created.max())) if kept else ("", "")
        return {
            "rows read": self.read,
            "rows kept": kept,
            "dropped": dict(self.dropped),
            "mended": dict(self.mended),
            "where": dict(self.rows),
            "rows of other kinds": dict(self.others),
            "unknown keys": sorted(self.unknown),
            "time zone": sorted(self.zones),
            "first": first,
            "last": last,
            "age in days": age,
            "incomplete": list(self.incomplete),
            "warnings": list(self.warnings),
            **self.facts,
        }


def plain(name: object) -> str:
    """Return a key of a file as it may be shown in a report: short, on one line."""
    return re.sub(r"\s+", " ", str(name)).encode("utf-8", "replace").decode()[:60]
