"""Tables larger than memory: written piece by piece, repeats left out, one folder a month."""

import json
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from karma_lib import _checks, _whole
from karma_lib._typing import Array
from karma_lib.datasets import _folders
from karma_lib.datasets.tiktok._formats import KEYS, schema_of
from karma_lib.datasets.tiktok._reader import Reader
from karma_lib.datasets.tiktok._settings import Options

PIECE = 2_000
"""Rows that are held at a time."""
BUCKETS = 64
"""Files that ids are dealt to: repeats meet in one, and one at a time is held."""
KEYED = np.dtype([(name, np.int64) for name in ("id", "source", "collected", "row")])


def store(
    path: str | Path, folder: str | Path, table: str = "comments", **options: Any
) -> dict[str, Any]:
    """Write a tidy table as Parquet, one folder a month, without ever holding it.

    Parameters
    ----------
    path : str or Path
        As for `read_videos`.
    folder : str or Path
        New or empty; gets `month=2024-11/...parquet`, `report.json` and `SHA256SUMS`, by
        which a file that is changed later is noticed.
    table : {"comments", "videos"}
    **options
        As for `read_videos`.

    Returns
    -------
    dict
        The load report. Circles among parents are mended within 2,000 rows only.

    Raises
    ------
    FileExistsError
        If the folder holds something.
    ValueError, OSError
        As for `read_videos`.

    Notes
    -----
    A process that does nothing else stays under 200 MB, 115 of them Arrow and pandas, whatever
    the number of rows; `benchmarks/tiktok.py` measures it. 8 bytes a repeated row come on top.
    """
    folder, settings = Path(folder), Options(**options)
    _checks.one_of("table", table, KEYS)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"folder must be new or empty; got {folder.name!r}. Choose another.")
    reader = Reader(table, path, settings)
    for file in reader.files:
        file.open("rb").close()  # what cannot be read is no fault of the folder's
    with _whole.told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as spill:
            try:
                _spilt(reader, Path(spill))
                kept = _by_month(Path(spill), folder, _repeated(Path(spill)), reader)
                report = json.dumps(kept, ensure_ascii=False, indent=1)
                (folder / _folders.REPORT).write_text(report, "utf-8")
                _folders.seal(folder)
            except BaseException:
                shutil.rmtree(folder)
                raise
    return kept


def _spilt(reader: Reader, spill: Path) -> None:
    """Write the rows as they come, and deal out what tells repeats."""
    rows = 0
    with ExitStack() as stack:
        whole = stack.enter_context(
            pq.ParquetWriter(spill / "rows.parquet", schema_of(reader.table), use_dictionary=False)
        )
        dealt = [stack.enter_context((spill / f"{n}.keys").open("wb")) for n in range(BUCKETS)]
        for piece in reader.pieces(PIECE):
            whole.write_table(piece)
            # Where ids are damaged, one id may be of several rows: nothing is merged then.
            if "id damage" not in reader.report.facts:
                keyed = _keyed(piece, reader.table, rows)
                for place, file in enumerate(dealt):
                    file.write(keyed[keyed["id"] % BUCKETS == place].tobytes())
            rows += len(piece)
    if not rows:
        raise ValueError(f"{reader.files[0].name} holds no {reader.table} to store.")


def _keyed(piece: pa.Table, table: str, first: int) -> Array:
    """Return id, source (of videos), time of collection and number of each row."""
    keyed = np.zeros(len(piece), KEYED)
    keyed["id"] = piece[KEYS[table]].cast(pa.int64())
    if table == "videos":
        keyed["source"] = [crc32(name.encode()) for name in piece["source"].to_pylist()]
    keyed["collected"] = piece["collected_at"].cast(pa.int64()).fill_null(-1)
    keyed["row"] = np.arange(first, first + len(piece))
    return keyed


def _repeated(spill: Path) -> Array:
    """Return the rows, in order, of which there is another that was collected later."""
    gone = [np.empty(0, np.int64)]
    for file in spill.glob("*.keys"):
        held = np.fromfile(file, KEYED)
        held = held[np.lexsort([held[name] for name in reversed(KEYED.names or ())])]
        same = (held["id"][1:] == held["id"][:-1]) & (held["source"][1:] == held["source"][:-1])
        gone.append(held["row"][:-1][same])
    return np.sort(np.concatenate(gone))


def _by_month(spill: Path, folder: Path, gone: Array, reader: Reader) -> dict[str, Any]:
    """Write the rows that stay into the folders of their months; return the report."""
    read, kept, schema = 0, 0, schema_of(reader.table)
    created, collected = list[int | None](), list[int | None]()
    with ExitStack() as stack, pq.ParquetFile(spill / "rows.parquet", pre_buffer=False) as held:
        months: dict[str, pq.ParquetWriter] = {}
        for batch in held.iter_batches(PIECE, use_threads=False):
            stays = ~np.isin(np.arange(read, read + len(batch)), gone)
            read, batch = read + len(batch), batch.filter(pa.array(stays))
            kept += len(batch)
            for ends, column in ((created, "created_at"), (collected, "collected_at")):
                ends += pc.min_max(batch[column].cast(pa.int64())).as_py().values()
            naive = batch["created_at"].cast(pa.timestamp("us"))
            named = pc.strftime(naive, "%Y-%m").fill_null("unknown")
            for month in named.unique().to_pylist():
                if month not in months:
                    place = folder / f"month={month}"
                    place.mkdir()
                    writer = pq.ParquetWriter(place / "rows.parquet", schema)
                    months[month] = stack.enter_context(writer)
                months[month].write_batch(batch.filter(pc.equal(named, month)))
    reader.report.facts |= {"duplicates merged": len(gone)}
    reader.report.facts.setdefault("id damage", {})
    first, last = (pd.Series(pd.to_datetime(e, unit="us", utc=True)) for e in (created, collected))
    return reader.report.result(kept, first, last, reader.options.refresh_days)
