"""How a file becomes records: packed or not, any text encoding, JSON of any shape, tables."""

import codecs
import csv
import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from karma_lib.datasets.tiktok._formats import known_names
from karma_lib.datasets.tiktok._report import PersonalExportError, Report, plain
from karma_lib.datasets.tiktok._values import literal

CAP = 2 * 2**30
"""Bytes that one JSON document may hold; lines and lists are read piece by piece."""
RATIO, SMALL = 200, 10 * 2**20
"""What is packed may be so many times its size, or so many bytes: data are 5 to 30 times."""
HEAD = 1 << 16
XML = re.compile(rb"(?is)(?!.*<html)(<\?xml|<!doctype (?!html)|<graphml|<gexf)")
SUFFIXES = {".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".txt", ".gz", ".zst", ".zip"}
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
ZIP = b"PK\x03\x04"
EXPORTS = ("user_data_tiktok.json", "user_data.json")
NESTED = {"user", "author", "stats", "statsV2", "music", "video", "duetInfo", "challenges",
          "textExtra", "authorMeta", "musicMeta", "videoMeta"}  # fmt: skip
Rows = Iterator[tuple[int, Any]]


def listed(path: str | Path) -> list[Path]:
    """Return the files that a path names: itself, or those of a folder, page 2 before page 10."""
    path = Path(path)
    if not path.is_dir():
        return [path]
    found = [file for file in inside(path) if file.suffix in SUFFIXES]
    if not found:
        raise ValueError(f"{path.name} holds no records: no JSON, CSV or packed file in it.")
    return sorted(found, key=lambda file: [
        (part.isdigit(), int(part) if part.isdigit() else 0, part)
        for part in re.split(r"([0-9]+)", str(file.relative_to(path)))])  # fmt: skip


def inside(folder: Path) -> list[Path]:
    """Return the files of a folder, sorted, or say which of them leads out of it."""
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    if away := [file for file in found if not file.resolve().is_relative_to(folder.resolve())]:
        raise ValueError(
            f"{away[0].name} is a link that leads out of {folder.name}; copy the file itself there."
        )
    return found


def rows(file: Path, report: Report, encoding: str | None) -> Rows:
    """Yield (row number, value) for each record, page or document in a file."""
    with file.open("rb") as raw:
        try:
            stream = _unpacked(raw, file)
            yield from _shaped(_utf8(stream, file, encoding), file, report)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{file.name} is not UTF-8 (byte {error.object[error.start]:#04x}); it may be "
                "cp1252. Pass encoding='cp1252', or export it again as UTF-8."
            ) from None
        except (pa.ArrowException, EOFError, OSError) as error:
            raise ValueError(f"{file.name} is packed and damaged ({error}).") from None


def _unpacked(raw: BinaryIO, file: Path) -> Any:
    start = raw.read(4)
    raw.seek(0)
    if start == ZIP:
        raise _zipped(file)
    if start == b"SQLi":
        raise ValueError(f"{file.name} is an SQLite database; export its tables as CSV or JSON.")
    how = next((name for magic, name in PACKED.items() if start.startswith(magic)), None)
    if how is None:
        return io.BufferedReader(raw, HEAD)
    stream = io.BufferedReader(_Unpacked(raw, how, file), 1 << 20)
    if stream.peek(4)[:4] == ZIP:
        raise ValueError(f"{file.name} is a zip that was packed again with {how}; unpack it once.")
    return stream


class _Unpacked(pa.CompressedInputStream):  # type: ignore[misc]
    """What is in a packed file, as far as it can be data."""

    def __init__(self, raw: BinaryIO, how: str, file: Path) -> None:
        super().__init__(raw, how)
        self.file, self.size = file, 0

    def readinto(self, place: Any) -> int:
        """Fill a place with what comes next; return how much that was."""
        count = int(super().readinto(memoryview(place)[: 1 << 20]))
        self.size += count
        refuse_bomb(self.file.name, self.size, self.file.stat().st_size)
        return count


def refuse_bomb(name: str, size: int, packed: int, most: float = math.inf) -> None:
    """Refuse a file that fills the memory when it is unpacked."""
    if size > min(max(RATIO * packed, SMALL), most):
        raise ValueError(
            f"{name} would unpack to {size:,} bytes or more ({size / max(packed, 1):.0f} times its "
            "size), more than any data; it is not opened."
        )


def _zipped(file: Path) -> ValueError:
    head = file.read_bytes()
    if any(name.encode() in head for name in EXPORTS):
        return PersonalExportError(f"{file.name} is a personal export: use read_interactions.")
    if b"xl/workbook" in head:
        return ValueError(
            f"{file.name} is an Excel workbook, whose cells keep 15 digits of an id of 19. "
            "Export CSV from the tool itself, or format id columns as text."
        )
    return ValueError(
        f"{file.name} is a zip without {EXPORTS[0]}; unpack it and give its files, or request "
        "your data from TikTok as JSON."
    )


def _utf8(stream: Any, file: Path, encoding: str | None) -> Any:
    """Return a stream of UTF-8 without a byte order mark."""
    head = stream.peek(HEAD)[:HEAD]
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    told = encoding or ("utf-16" if head.startswith(marks) else None)
    if told and codecs_name(told) != "utf-8":
        text = stream.read(CAP).decode(told)
        return io.BufferedReader(
            io.BytesIO(text.removeprefix("\ufeff").encode("utf-8", "replace")), HEAD
        )
    if b"\0" in head[:4]:
        raise ValueError(f"{file.name} seems to be UTF-16 without a mark; pass encoding='utf-16'.")
    if head.startswith(codecs.BOM_UTF8):
        stream.read(3)
    return stream


def codecs_name(encoding: str) -> str:
    """Return the usual name of an encoding, or say that there is none."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise ValueError(
            f"encoding must be one that Python knows, such as 'cp1252'; got {encoding!r}."
        ) from None


def _shaped(stream: Any, file: Path, report: Report) -> Rows:
    """Yield what the file holds by the shape of its beginning, whatever its name says."""
    head = stream.peek(HEAD)[:HEAD].lstrip()
    if XML.match(head):
        raise ValueError(f"{file.name} is XML, as GraphML is, which is not read; give JSON or CSV.")
    if head[:1] == b"<":
        title = re.search(rb"<title[^>]*>\s*([^<]{1,80})", head, re.IGNORECASE)
        called = f", titled {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
        raise ValueError(
            f"{file.name} is an HTML page, not data{called}. Log in and collect it again; "
            "of a personal export, request JSON."
        )
    if re.match(rb"Date: .*\r?\n(Link|UserName|Comment|Search)", head):
        raise ValueError(f"{file.name} is a personal export as TXT; request JSON.")
    if head[:1] == b"[":
        return _items(stream, file, report)
    if head[:1] == b"{":
        return _lines(stream, report) if _is_lines(head) else _document(stream, file, report)
    return _table(stream, file, report) if head else iter(())


def loads(line: bytes, report: Report) -> Any:
    """Return the value of one JSON text; what orjson refuses, the standard library may read."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        text = line.decode("utf-8")
        try:
            return json.loads(text, parse_constant=report.constant)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _is_lines(head: bytes) -> bool:
    """Tell whether a file holds one JSON object a line: a line of its head is one, of several."""
    some = [line for line in head.splitlines() if line.strip()]
    for line in some[:50] if len(some) > 1 else []:
        if line[:1] == b"{" and line.rstrip()[-1:] == b"}":
            try:
                loads(line, Report())
            except ValueError:
                continue
            return True
    return len(some) > 1 and some[0].count(b'"') > 20 and some[1][:2] == b'{"'


def _lines(stream: Any, report: Report) -> Rows:
    for number, line in enumerate(stream, 1):
        if line.isspace():
            continue
        try:
            value = loads(line, report)
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data" or line.endswith(b"\n"):
                raise
            value = report
        except ValueError:
            value = report
        if value is report:
            report.read += 1
            whole = line.endswith(b"\n")
            report.drop("corrupt line" if whole else "last line cut off", number)
        else:
            yield number, value


def _document(stream: Any, file: Path, report: Report) -> Rows:
    data = stream.read(CAP + 1)
    if len(data) > CAP:
        raise ValueError(f"{file.name} is one JSON document over 2 GB; convert it to lines.")
    try:
        yield 1, loads(data, report)
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            raise
        raise ValueError(_cut(file, error.start)) from None
    except json.JSONDecodeError as error:
        first = error.doc[: error.pos].rstrip(" \r")
        if error.msg == "Extra data" and first[-1:] == "\n":
            whole = "\n" not in first.strip()  # lines longer than the head; or several documents
            again = io.BytesIO(data)
            yield from _lines(again, report) if whole else _items(again, file, report, end="}")
            return
        raise ValueError(_cut(file, len(error.doc[: error.pos].encode()))) from None
    except ValueError as error:
        raise ValueError(f"{file.name} is no JSON that can be read ({plain(error)}).") from None


def _cut(file: Path, offset: int) -> str:
    return (f"{file.name} is cut off or damaged: its JSON breaks at byte {offset}. "
            "Collect or download it again.")  # fmt: skip


def _items(stream: Any, file: Path, report: Report, end: str = "]") -> Rows:
    """Yield the items of a JSON list, or several documents, one by one and without holding all."""
    decoder = json.JSONDecoder(parse_constant=report.constant)
    bytes_to_text = codecs.getincrementaldecoder("utf-8")()
    text, place, number, passed, step, ended, last = "", 0, 0, 0, HEAD, False, ""
    gap = re.compile(r"[\s,\[\]]*")
    while True:
        start = gap.match(text, place).end()  # type: ignore[union-attr]
        try:
            value, place = decoder.raw_decode(text, start)
            if place == len(text) and not ended:
                raise json.JSONDecodeError("may go on", text, place)
        except (json.JSONDecodeError, RecursionError, ValueError) as error:
            far = isinstance(error, json.JSONDecodeError) and len(text) - error.pos > 1 << 20
            deep = not isinstance(error, json.JSONDecodeError)
            last = (text.strip() or last)[-1:]
            if ended and start == len(text) and last == end:
                return
            if ended or far or deep:
                at = getattr(error, "pos", start)
                raise ValueError(_cut(file, passed + len(text[:at].encode("utf-8", "replace")))) \
                    from None  # fmt: skip
            read = passed + len(text.encode("utf-8", "replace"))
            passed += len(text[:start].encode("utf-8", "replace"))
            more = stream.read(step)
            ended, step = not more, min(step * 2, CAP)
            text, place = text[start:] + _more(bytes_to_text, more, ended, file, read), 0
            continue
        step, number = HEAD * 16, number + 1
        yield number, value


def _more(
    decoder: codecs.IncrementalDecoder, more: bytes, ended: bool, file: Path, read: int
) -> str:
    try:
        return decoder.decode(more, ended)
    except UnicodeDecodeError as error:
        if ended:
            raise ValueError(_cut(file, read + error.start)) from None
        raise


def _table(stream: Any, file: Path, report: Report) -> Rows:
    """Yield the rows of a table with a header as objects; the delimiter is found and reported."""
    if re.match(rb'"?sep=.', stream.peek(8)):
        stream.readline()  # a spreadsheet's word about the delimiter
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    first = stream.peek(HEAD)[:HEAD].decode("utf-8", "replace").lstrip().splitlines()[0]
    delimiter = max(",;\t|", key=lambda mark: len(_header(first, mark) & {*known_names()}) * 100
                    + first.count(mark))  # fmt: skip
    report.facts["delimiter"] = delimiter
    reader = csv.reader(text, delimiter=delimiter)
    names = _named(_next(reader, report))
    nested = [name for name in names or () if name in NESTED]
    while names and (row := _next(reader, report)) is not None:
        if len(row) != len(names):
            if row:
                report.read += 1
                report.drop("row with too many or few fields", reader.line_num)
            continue
        record: dict[str, Any] = dict(zip(names, row, strict=True))
        for name in nested:
            record[name] = literal(record[name], report)
        yield reader.line_num, record
    text.detach()


def _header(line: str, delimiter: str) -> set[str]:
    return {name.strip(' "').lower().replace(" ", "_") for name in line.split(delimiter)}


def _named(row: list[str] | None) -> list[str]:
    """Return the header's names as the formats spell them, whatever their case and blanks."""
    drifted = [(name, name.strip().lower().replace(" ", "_")) for name in row or ()]
    return [known_names().get(squeezed, name.strip()) for name, squeezed in drifted]


def _next(reader: Any, report: Report) -> list[str] | None:
    while True:
        try:
            return next(reader, None)
        except csv.Error:
            report.read += 1
            report.drop("row that is no table row", reader.line_num)
