"""Stored tables on disk: which files they are, and whether each is as it was written."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from karma_lib import _whole

MONTHS, REPORT, SUMS = "month=*/*.parquet", "report.json", "SHA256SUMS"


def _line(folder: Path, path: Path, content: Path) -> str:
    with content.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{digest}  {path.relative_to(folder).as_posix()}"


def _lines(folder: Path) -> set[str]:
    found = [*folder.glob(MONTHS), *folder.glob(REPORT)]
    return {_line(folder, path, path) for path in found}


def seal(folder: Path) -> None:
    """List the files of a stored table, each with its sha256, as `sha256sum -c` reads them."""
    _whole.write(folder / SUMS, "\n".join(sorted(_lines(folder))).encode())


def put(folder: Path, path: Path, draft: Path) -> None:
    """Move a draft to its place; the table is whole before, after, and if it is cut off here."""
    both = [(folder / SUMS).read_text("utf-8"), _line(folder, path, draft)]
    _whole.write(folder / SUMS, "\n".join(both).encode())
    draft.replace(path)


def opened(name: str, folder: Path) -> tuple[list[Path], dict[str, Any]]:
    """Return the files of a stored table and its load report, if all is as it was written.

    Raises
    ------
    FileNotFoundError
        If there is no stored table.
    ValueError
        If a file was cut, changed, added or taken away.
    """
    if not (files := sorted(folder.glob(MONTHS))):
        raise FileNotFoundError(f"{name} must hold a stored table (`store`); got {folder.name!r}.")
    sums = folder / SUMS
    known = set(sums.read_text("utf-8", "replace").splitlines()) if sums.is_file() else set[str]()
    here = _lines(folder)
    names = [{line.partition("  ")[2] for line in lines} for lines in (here - known, known, here)]
    if wrong := sorted(names[0] | names[1] ^ names[2]):
        raise ValueError(
            f"{name} must be as `store` wrote it; got {folder.name!r}, of which {wrong[0] or SUMS} "
            "is changed or gone. Store the table again in a new folder."
        )
    report = json.loads((folder / REPORT).read_text("utf-8"))
    gone = report["rows kept"] - sum(pq.read_metadata(file).num_rows for file in files)
    return files, report | ({"deleted rows": gone} if gone else {})
