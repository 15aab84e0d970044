"""From what a file holds to records of a format: pages are opened, wrappers taken off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from karma_lib.datasets.tiktok._formats import FORMATS, Format, nearest, told, told_bare
from karma_lib.datasets.tiktok._open import rows
from karma_lib.datasets.tiktok._report import PersonalExportError, Report, plain
from karma_lib.datasets.tiktok._series import Series

LISTS = {"videos": "videos", "comments": "comments", "user_liked_videos": "videos",
         "reposted_videos": "videos", "pinned_videos_list": "videos"}  # fmt: skip
ERROR_KEYS = ("code", "message", "log_id")
WRAPPERS = ("itemList", "item_list", "items", "comments", "videos", "entries", "data")
EXPORT = {"activity", "your activity", "likes and favorites"}
API = {form.table: form for form in FORMATS if form.name == "research_api"}
SPELLED = {(form.name, form.table): form for form in FORMATS}
SPELLED |= {("zeeschuimer", form.table): replace(form, name="zeeschuimer")
            for form in FORMATS if form.name == "web"}  # fmt: skip


class Record(NamedTuple):
    """One record, where it stands, and its format."""

    value: dict[str, Any]
    row: int
    form: Format


@dataclass
class Records:
    """Yields the records of one file that belong to one table; counts everything else."""

    file: Path
    table: str
    report: Report
    series: Series
    encoding: str | None = None
    mapped: Format | None = None
    keep_good_pages: bool = False
    beside: bool = False  # a note among the files of a folder may hold no records
    seen: int = field(default=0, init=False)
    empty_results: int = field(default=0, init=False)
    strange: tuple[str, ...] = field(default=(), init=False)

    def __iter__(self) -> Iterator[Record]:
        """Yield what belongs to the table; afterwards refuse a file that held nothing."""
        for row, value in rows(self.file, self.report, self.encoding):
            bare = told_bare(tuple(value)) if type(value) is dict and not self.mapped else None
            if bare is not None and bare.table == self.table:
                self.report.read += 1
                self.seen += 1
                yield Record(value, row, bare)
                continue
            for inner, form in self._opened(value):
                if (found := self._routed(inner, row, form)) is not None:
                    yield found
        self._checked()

    def _checked(self) -> None:
        """Say what is wrong with a file that held nothing for this table."""
        if self.empty_results and not self.seen:
            self.report.warn(
                f"{self.file.name} holds an empty result set: it may be true, or the known fault "
                "of a search that answers nothing. Ask again later.", loud=True,
            )  # fmt: skip
        elif not self.seen and self.beside:
            self.report.warn(f"{self.file.name} holds no records and is left out.", loud=True)
        elif not self.seen and self.strange:
            raise ValueError(
                f"{self.file.name} is of no known format ({nearest(self.strange)}). Pass columns= "
                "to say which column is which."
            )
        elif not self.seen:
            raise ValueError(f"{self.file.name} holds no records of TikTok.")

    def _opened(self, value: Any) -> Iterator[tuple[Any, Format | None]]:
        """Yield the records in an envelope, a list, a wrapper, or the value itself."""
        if isinstance(value, list):
            for inner in value:
                yield from self._opened(inner)
        elif not isinstance(value, dict):
            yield value, None
        elif EXPORT & {key.lower() for key in value}:
            raise PersonalExportError(
                f"{self.file.name} is a personal export: use read_interactions."
            )
        elif self._is_envelope(value):
            yield from self._page(value)
        elif wrapper := next((key for key in WRAPPERS if isinstance(value.get(key), list)
                              and (key == "entries" or {"id", "cid"}.isdisjoint(value))),
                             None):  # fmt: skip
            yield from ((inner, None) for inner in value[wrapper])
        elif any(inner not in ({}, [], None, "") for inner in value.values()):
            yield value, None

    @staticmethod
    def _is_envelope(value: dict[str, Any]) -> bool:
        data, error = value.get("data"), value.get("error")
        inner = isinstance(data, dict) and any(
            isinstance(data.get(key), list) for key in (*LISTS, "user_followers", "user_following")
        )
        return inner or (isinstance(error, dict) and "code" in error)

    def _page(self, value: dict[str, Any]) -> Iterator[tuple[Any, Format | None]]:
        said_error = value.get("error")
        error = said_error if isinstance(said_error, dict) else {}
        if str(error.get("code", "ok")).lower() not in ("ok", "0", ""):
            code, message, log_id = (plain(error.get(key, "")) for key in ERROR_KEYS)
            said = f"{code}: {message} (log_id {log_id}, page {self.series.page + 1})"
            if not self.keep_good_pages:
                raise ValueError(
                    f"{self.file.name} holds an answer of the Research API that failed, {said}. "
                    "Ask for it again, or pass keep_good_pages=True."
                )
            self.series.fail(said, self.file.name)
            self.seen += 1
            return
        data = value.get("data") if isinstance(value.get("data"), dict) else {}
        collected = _asked_at(error.get("log_id"))
        self.series.follow(data or {}, self.file.name)
        for key, inner in (data or {}).items():
            self.empty_results += key in LISTS and not inner
            if isinstance(inner, list):
                for record in inner:
                    if isinstance(record, dict) and collected:
                        record["collected"] = collected
                        self.report.zones.add("log_id (collected_at), taken as UTC")
                    yield record, API.get(LISTS.get(key, ""))
        self.empty_results += not data

    def _routed(self, value: Any, row: int, form: Format | None) -> Record | None:
        """Return a record of this table, or count what else it is."""
        self.report.read += 1
        if not isinstance(value, dict):
            self.report.drop("not an object", row)
            return None
        if self.mapped is not None:
            self.seen += 1
            return Record(value, row, self.mapped)
        value, wrapped = _unwrapped(value)
        form = form or told(tuple(value))
        if form is not None and wrapped:
            form = SPELLED.get(("zeeschuimer", form.table)) if form.name == "web" else form
        why = _unwanted(value, form)
        if why:
            self.seen += why not in ("unrecognised", "other platform")
            self.strange = self.strange or (() if why == "other platform" else tuple(value))
            self.report.drop(why, row)
            return None
        self.seen += 1
        if form is not None and form.table != self.table:
            self.report.others[form.table] += 1
            return None
        return Record(value, row, form) if form is not None else None


def _asked_at(log_id: Any) -> str | None:
    """Return the time in front of a log_id, whose zone TikTok does not tell."""
    found = re.match(r"20\d{12}", log_id) if isinstance(log_id, str) else None
    try:
        return datetime.strptime(found[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC).isoformat() \
            if found else None  # fmt: skip
    except ValueError:
        return None


def _unwrapped(value: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return a captured item without what the capturing tool put around it."""
    meta = value.get("__import_meta")
    inner = value.get("data")
    if isinstance(inner, dict) and ("source_platform" in value or "item_id" in value):
        meta, value = value, {**inner, "source_platform": value.get("source_platform")}
    if not isinstance(meta, dict):
        return value, False
    times = [meta.get(key) for key in ("timestamp_collected", "last_updated")]
    whole = [time for time in times if isinstance(time, (int, float))]
    return {**value, "collected": max(whole, default=None)}, True


def _unwanted(value: dict[str, Any], form: Format | None) -> str:
    """Say why a record is none of a video or comment of TikTok, or nothing."""
    platform = str(value.get("source_platform") or value.get("extractor_key") or "tiktok").lower()
    if "tiktok" not in platform:
        return "other platform"
    if value.get("liveRoomInfo"):
        return "live room"
    if form is None and ("errorDescription" in value or value.get("error")):
        return "error row"
    return "" if form else "unrecognised"
