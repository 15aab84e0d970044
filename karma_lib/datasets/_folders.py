"""Stored tables on disk: which files they are, and whether each is as it was written."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from karma_lib import _checks, _whole

MONTHS, REPORT, SUMS = "month=*/*.parquet", "report.json", "SHA256SUMS"


def _line(folder: Path, path: Path, content: Path) -> str:
    with content.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{digest}  {path.relative_to(folder).as_posix()}"


def _lines(folder: Path) -> set[str]:
    found = [*folder.glob(MONTHS), *folder.glob(REPORT)]
    return {_line(folder, path, path) for path in found}


def _known(folder: Path) -> set[str]:
    sums = folder / SUMS
    return set(sums.read_text("utf-8", "replace").splitlines()) if sums.is_file() else set()


def _list(folder: Path, lines: Iterable[str]) -> None:
    """Write what `sha256sum -c` reads."""
    _whole.write(folder / SUMS, "".join(f"{line}\n" for line in sorted(lines)).encode())


def seal(folder: Path) -> None:
    """List the files of a table that was just stored, each with its sha256."""
    _list(folder, _lines(folder))


def put(folder: Path, path: Path, draft: Path) -> None:
    """Move a draft to its place; the table is whole before, after, and if it is cut off here."""
    known, new = _known(folder), _line(folder, path, draft)
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())
    _list(folder, known | {new})
    draft.replace(path)
    _list(folder, {line for line in known if line[64:] != new[64:]} | {new})


def _wrong(folder: Path) -> list[str]:
    """Return the files that are changed, added or gone."""
    known, here = _known(folder), _lines(folder)
    if not known:
        return [SUMS]
    changed, listed, there = ({line[66:] for line in s} for s in (here - known, known, here))
    return sorted(changed | listed ^ there)


def opened(name: str, folder: Path) -> list[Path]:
    """Return the files of a stored table, if all is as it was written.

    Raises
    ------
    FileNotFoundError
        If there is no stored table.
    ValueError
        If a file was cut, changed, added or taken away, or cannot be read.
    """
    called = folder.absolute().name
    if not (files := sorted(folder.glob(MONTHS))):
        raise FileNotFoundError(f"{name} must hold a stored table (`store`); got {called!r}.")
    with _checks.understood(name, "a folder whose files can be read", called, OSError):
        wrong = _wrong(folder) and _wrong(folder)  # again: a deletion may have been at work
    if wrong:
        raise ValueError(
            f"{name} must be as `store` wrote it; got {called!r}, of which {wrong[0] or SUMS} "
            "is changed or gone. Store the table again in a new folder."
        )
    return files


def report(folder: Path) -> dict[str, Any]:
    """Return the load report of a stored table, and how many rows were deleted since."""
    held: dict[str, Any] = json.loads((folder / REPORT).read_text("utf-8"))
    there = sum(pq.read_metadata(file).num_rows for file in folder.glob(MONTHS))
    gone = held["rows kept"] - there
    return held | ({"deleted rows": gone} if gone else {})
