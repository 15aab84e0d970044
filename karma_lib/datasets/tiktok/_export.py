"""The personal export ("Download your data"), read by a list of sections, and no further."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa

from karma_lib.datasets import privacy
from karma_lib.datasets.tiktok._formats import LISTED, framed, schema_of
from karma_lib.datasets.tiktok._open import CAP, EXPORTS, ZIP, inside, refuse_bomb, rows
from karma_lib.datasets.tiktok._records import EXPORT
from karma_lib.datasets.tiktok._report import Report, plain
from karma_lib.datasets.tiktok._times import Clock, zone_of
from karma_lib.datasets.tiktok._values import URL_ID, refuse_mojibake, text_of, words

NO_LINK = ("", "n/a", "none", "off")
SECTIONS = LISTED["export", "sections"]
"""Kind to path, alternatives by `|`: nothing else of the export is looked at."""
SUMMARY = LISTED["export", "about"]["summary"]
ITEM_KEYS = set(LISTED["export", "about"]["keys"].split("|"))


class Item(NamedTuple):
    """One act in the export."""

    kind: str
    date: Any
    link: str
    who: str | None
    said: str | None
    section: str


def opened(path: Path, report: Report, encoding: str | None) -> dict[str, Any]:
    """Return the export in a zip, a JSON file or a folder, or say what it is instead."""
    if path.is_dir():
        held = {file.name.lower(): file for file in inside(path)}
        if not (named := [held[name] for name in EXPORTS if name in held]):
            raise ValueError(_other(path.name, list(held)))
        path = named[0]
    with path.open("rb") as stream:
        is_zip = stream.read(4) == ZIP
    source: Any = _Packed(path, report) if is_zip else path
    found = [value for _, value in rows(source, report, encoding)]
    if len(found) == 1 and isinstance(found[0], dict) and found[0]:
        if EXPORT & {key.lower() for key in found[0]} or any(
            _at(found[0], place) for place in SECTIONS.values()
        ):
            return found[0]
        raise ValueError(
            f"{path.name} is no personal export of TikTok: none of its sections is there. "
            "Use read_videos or read_comments for the files of other tools."
        )
    raise ValueError(f"{path.name} holds no records of a personal export.")


class _Packed:
    """The one JSON file in a zip, with the manners of a path; nothing is written to disk."""

    def __init__(self, path: Path, report: Report) -> None:
        self.path, self.report, self.name = path, report, path.name

    def open(self, mode: str) -> io.BytesIO:
        """Return the bytes of the export, after every check."""
        try:
            with zipfile.ZipFile(self.path) as packed:
                return io.BytesIO(self._read(packed))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError,
                RuntimeError, KeyError, OverflowError) as error:  # fmt: skip
            raise ValueError(
                f"{self.name} is a damaged zip ({plain(error)}); download it again."
            ) from None

    def _read(self, packed: zipfile.ZipFile) -> bytes:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        found = [entry for name in EXPORTS for entry in entries
                 if entry.filename.rsplit("/")[-1].lower() == name]  # fmt: skip
        if not found:
            raise ValueError(_other(self.name, [entry.filename.lower() for entry in entries]))
        entry = found[0]
        if len(found) > 1:
            self.report.warn(f"The zip holds {len(found)} exports; {EXPORTS[0]} is read first.")
        if ".." in entry.filename.split("/") or entry.filename.startswith("/"):
            raise ValueError(f"{self.name} holds a name that points outside it; ask for a new one.")
        if entry.flag_bits & 1:
            raise ValueError(f"{self.name} is locked with a password; unpack it and give the JSON.")
        refuse_bomb(self.name, entry.file_size, entry.compress_size, CAP)
        with packed.open(entry) as stream:  # so many bytes, whatever is in it: names can lie
            return stream.read(entry.file_size)


def _other(name: str, names: list[str]) -> str:
    """Say what a zip or a folder without an export holds."""
    for suffix, what in ((".txt", "the export as TXT"), (".html", "the export as HTML"),
                         (".zip", "a zip in a zip")):  # fmt: skip
        if names and all(entry.endswith(suffix) for entry in names):
            remedy = "unpack the outer one" if suffix == ".zip" else "request JSON from TikTok"
            return f"{name} is {what}; {remedy}."
    if "xl/workbook.xml" in names:
        return f"{name} is an Excel workbook; request the export as JSON."
    return (f"{name} holds no user_data_tiktok.json or user_data.json among its "
            f"{len(names)} files; request your data from TikTok as JSON.")  # fmt: skip


def _at(export: Any, place: str) -> list[tuple[str, Any]]:
    """Return (path, value) for each way that a section is spelled, those that are filled first."""
    found = [("", export)]
    for step in place.split("/"):
        found = [
            (f"{path}/{key}".strip("/"), inner)
            for path, value in found if isinstance(value, dict)
            for name in step.split("|")
            for key, inner in value.items() if isinstance(key, str) and key.lower() == name
        ]  # fmt: skip
    return sorted(found, key=lambda pair: not pair[1])


def _items(export: dict[str, Any], report: Report) -> Iterator[Item]:
    """Yield the acts of every section on the list."""
    empty = report.facts.setdefault("empty sections", [])
    for kind, place in SECTIONS.items():
        found = _at(export, place)
        if kind == "comment" and not found:
            found = _at(export, "comment/commentslist")
        filled = [
            (path, value) for path, value in found if value and isinstance(value, (list, dict))
        ]
        if not filled:
            empty.append(kind)
            continue
        if len(filled) > 1:
            report.warn(f"{kind} stands under {len(filled)} roots; {filled[0][0]} is read.")
        path, value = filled[0]
        entries = value if isinstance(value, list) else list(value.values())
        for row, entry in enumerate(entries, 1):
            report.read += 1
            if isinstance(entry, dict):
                yield _item(kind, path, entry, report)
            else:
                report.drop("not an object", row)


def _item(kind: str, path: str, entry: dict[str, Any], report: Report) -> Item:
    known = {key.strip().lower(): value for key, value in entry.items()}
    if len(report.unknown) < 200:
        report.unknown |= {plain(key) for key in known.keys() - ITEM_KEYS - {"rawtime"}}
    link = next((value for key in ("link", "originalposturl", "original post link", "url")
                 if isinstance(value := known.get(key), str) and value.lower() not in NO_LINK),
                "")  # fmt: skip
    said = known.get("comment") if kind == "comment" else known.get("searchterm")
    return Item(kind, known.get("date") or known.get("watchtime"), link,
                text_of(known.get("username")), text_of(said), path)  # fmt: skip


def linked(kind: str, link: str) -> tuple[str | None, str]:
    """Return the video id in a link, if it has one, and the kind of link."""
    if kind == "live_watch":
        return None, "live"
    link = link.strip()
    if link.lower() in NO_LINK:
        return None, "none"
    found = URL_ID.search(link)
    if found:
        return found[1], "share" if "/share/" in link else "web"
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return None, "none"
    if "/live" in link and host.endswith("tiktok.com"):
        return None, "live"
    short = host.startswith(("vm.", "vt.")) or (host.endswith("tiktok.com") and "/t/" in link)
    return None, "short" if short else "cdn" if host else "none"


def read_interactions(
    path: str | Path,
    *,
    donor_key: str = "donor",
    with_text: bool = False,
    pseudonymise: bool = True,
    tz: str | None = None,
    time_format: str | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Return what one person saw and did, from the personal export.

    Parameters
    ----------
    path : str or Path
        The zip as it came (nothing is unpacked to disk), its JSON, or the folder that it was
        unpacked to; layouts of 2024 to 2026.
    donor_key : str, default "donor"
        The study's name for the person, never the user name.
    with_text : bool, default False
        Whether to keep comments and search terms, without mentions and addresses.
    pseudonymise : bool, default True
        Whether followed accounts become keyed hashes (`privacy.secret`).
    tz : str, optional
        The zone of times without one; otherwise they are taken as UTC, and said so.
    time_format : str, optional
        For localised dates, as `datetime.strptime` spells it.
    encoding : str, optional
        Where it is not UTF-8.

    Returns
    -------
    DataFrame
        One row an act: `donor_key`, `video_id`, `target_key`, `text`, `section`,
        `source_file` (string), `kind`, `link_kind`, `occurred_at_quality`, `source`
        (category), `occurred_at` (datetime64[us, UTC]), `n` (Int64: numbers repeats),
        `source_row` (Int64); `attrs["report"]` as for `read_videos`, with empty sections
        and the export's own summary.

    Raises
    ------
    ValueError
        If the file is no such export, is locked, damaged or too large; or as TXT or HTML.
    OSError
        If the file cannot be read.

    Notes
    -----
    Only the sections of activity are read. Direct messages, login history, addresses,
    payments and settings are never looked at. "Watched" means shown in the feed.
    """
    path, report = Path(path), Report()
    folder = path if path.is_dir() else path.parent
    names = privacy.Pseudonyms(privacy.secret(folder) if pseudonymise else None)
    export = opened(path, report, encoding)
    items = list(_items(export, report))
    clock = Clock(report, tz=zone_of(tz), time_format=time_format)
    frame = _tabled(items, plain(path.name), donor_key, names, clock, with_text, encoding)
    report.facts["summary"] = _summary(export)
    if not items:
        report.warn(f"{path.name} has none of the sections that are read.", loud=True)
    nothing = pd.Series(pd.NaT, index=frame.index, dtype=frame["occurred_at"].dtype)
    frame.attrs["report"] = report.result(len(frame), frame["occurred_at"], nothing, 30)
    return frame


def _summary(export: dict[str, Any]) -> dict[str, str]:
    """Return the numbers that the export gives about itself."""
    found = _at(export, SUMMARY)
    held = found[0][1] if found and isinstance(found[0][1], dict) else {}
    return {plain(key): plain(value) for key, value in held.items()
            if isinstance(value, (int, str))}  # fmt: skip


def _tabled(
    items: list[Item], file: str, donor: str, names: privacy.Pseudonyms, clock: Clock,
    with_text: bool, encoding: str | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the acts as typed columns."""
    size, numbers = len(items), list(range(1, len(items) + 1))
    links = [linked(item.kind, item.link) for item in items]
    stamps, quality = clock.read(
        [item.date for item in items], pa.nulls(size, pa.string()), numbers
    )
    who = [names.of("handle", item.who) if item.who and item.who not in ("N/A", "None") else None
           for item in items]  # fmt: skip
    said = words([item.said if with_text else None for item in items], clock.report)
    if with_text and encoding is None:
        refuse_mojibake(said, "text", numbers)
    made = {
        "donor_key": [donor] * size,
        "kind": [item.kind for item in items],
        "occurred_at": stamps,
        "occurred_at_quality": quality,
        "video_id": [video for video, _ in links],
        "n": [0] * size,
        "target_key": words(who, clock.report),
        "text": [names.scrubbed(text) if text else text for text in said.to_pylist()],
        "link_kind": [how for _, how in links],
        "section": words([item.section for item in items], clock.report),
        "source": ["export"] * size,
        "source_file": [file] * size,
        "source_row": numbers,
    }
    frame = framed(pa.table(made, schema_of("interactions")))
    frame["source"] = frame["source"].cat.set_categories(["export"])
    act = frame.groupby(
        ["kind", "occurred_at", "video_id"], observed=True, dropna=False, sort=False
    )
    return frame.assign(n=act.cumcount().astype("Int64"))
