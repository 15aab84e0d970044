"""Tables larger than memory: written piece by piece to Parquet, asked with DuckDB."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from karma_lib.datasets.tiktok._formats import KEYS
from karma_lib.datasets.tiktok._reader import Reader
from karma_lib.datasets.tiktok._settings import Options

MONTH = "coalesce(strftime(make_timestamp(epoch_us(created_at)), '%Y-%m'), 'unknown')"
FLUSH = 4_096
"""Rows that DuckDB holds before it writes them."""
K_PEOPLE = 10
"""Authors that a published cell must have at least."""


def _connected(memory: str, spill: str | Path) -> duckdb.DuckDBPyConnection:
    """Return DuckDB with a limit of memory, and a folder for what does not fit."""
    settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": str(spill), "threads": 1,
                "preserve_insertion_order": False}  # fmt: skip
    return duckdb.connect(config=settings)


def store(
    path: str | Path, folder: str | Path, table: str = "comments", *, memory: str = "96MB",
    **options: Any,
) -> dict[str, Any]:  # fmt: skip
    """Write a tidy table as Parquet, one folder a month, without ever holding it.

    Parameters
    ----------
    path : str or Path
        As for `read_videos`.
    folder : str or Path
        New or empty; gets `month=2024-11/...parquet` and `report.json`.
    table : {"comments", "videos"}
    memory : str, default "96MB"
        What DuckDB may use to merge repeats; the rest goes to disk for a while.
    **options
        As for `read_videos`.

    Returns
    -------
    dict
        The load report. Circles among parents are mended within 20,000 rows only.

    Raises
    ------
    FileExistsError
        If the folder holds something.
    ValueError, OSError
        As for `read_videos`.
    """
    folder, settings = Path(folder), Options(**options)
    if table not in KEYS:
        raise ValueError(f"table must be one of {', '.join(KEYS)}; got {table!r}.")
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder.name} must be new or empty. Choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    reader = Reader(table, path, settings)
    with tempfile.TemporaryDirectory(dir=folder.parent) as spill:
        try:
            kept = _written(reader, Path(spill), folder, memory)
        except BaseException:
            shutil.rmtree(folder)
            raise
    (folder / "report.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    return kept


def _written(reader: Reader, spill: Path, folder: Path, memory: str) -> dict[str, Any]:
    """Write the pieces, then merge repeats and sort into months; return the report."""
    rows = 0
    for number, piece in enumerate(reader.pieces()):
        pq.write_table(piece, spill / f"{number:06}.parquet", row_group_size=FLUSH)
        rows += len(piece)
    if not rows:
        raise ValueError(f"{reader.files[0].name} holds no {reader.table} to store.")
    key = f"TRY_CAST({KEYS[reader.table]} AS BIGINT)"
    key += ", source" if reader.table == "videos" else ""
    parts = f"read_parquet('{_quoted(spill)}/*.parquet', filename = true, file_row_number = true)"
    damaged = "id damage" in reader.report.facts  # then one id may be of several rows
    with _connected(memory, spill) as db:
        db.sql(f"SET partitioned_write_flush_threshold = {FLUSH}")
        db.sql(
            "CREATE TABLE gone AS SELECT filename, file_row_number FROM (SELECT filename, "
            f"file_row_number, row_number() OVER (PARTITION BY {key} ORDER BY collected_at DESC "
            f"NULLS LAST, filename DESC, file_row_number DESC) AS place FROM {parts} WHERE ({key}) "
            f"IN (SELECT ({key}) FROM {parts} GROUP BY {key} HAVING count(*) > 1)) "
            f"WHERE place > 1 AND {not damaged}"
        )
        db.sql(
            f"COPY (SELECT * EXCLUDE (filename, file_row_number), {MONTH} AS month FROM {parts} "
            f"ANTI JOIN gone USING (filename, file_row_number)) TO '{_quoted(folder)}' "
            "(FORMAT parquet, "
            f"PARTITION_BY (month), OVERWRITE_OR_IGNORE, ROW_GROUP_SIZE {FLUSH})"
        )
        held = f"FROM read_parquet('{_quoted(folder)}/*/*.parquet')"
        count, first, last, asked = db.sql(
            "SELECT count(*), epoch_us(min(created_at)), epoch_us(max(created_at)), "
            f"epoch_us(min(collected_at)) {held}"
        ).fetchall()[0]
    reader.report.facts |= {"duplicates merged": rows - count}
    reader.report.facts.setdefault("id damage", {})
    created = pd.Series(pd.to_datetime([first, last], unit="us", utc=True))
    collected = pd.Series(pd.to_datetime([asked], unit="us", utc=True))
    return reader.report.result(count, created, collected, reader.options.refresh_days)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def query(folder: str | Path, sql: str, *, memory: str = "256MB") -> pd.DataFrame:
    """Return the answer to a question in SQL about a stored table, named `stored`.

    Parameters
    ----------
    folder : str or Path
        From `store`.
    sql : str
        Such as `SELECT video_id, count(*) FROM stored GROUP BY 1`.
    memory : str, default "256MB"
        What DuckDB may use; what does not fit goes to a folder that is gone afterwards.

    Returns
    -------
    DataFrame

    Raises
    ------
    FileNotFoundError
        If the folder holds no stored table.
    """
    folder = Path(folder)
    if not any(folder.glob("month=*/*.parquet")):
        raise FileNotFoundError(f"{folder.name} holds no stored table. Write one with store.")
    with tempfile.TemporaryDirectory() as spill, _connected(memory, spill) as db:
        db.sql(f"CREATE VIEW stored AS FROM read_parquet('{_quoted(folder)}/*/*.parquet')")
        return db.sql(sql).df()


def per_hour(folder: str | Path, *, memory: str = "256MB") -> pd.DataFrame:
    """Return `hour` (datetime64, UTC) and `n` (int), the rows made in it."""
    table = query(
        folder, "SELECT epoch_us(created_at) // 3600000000 AS hour, count(*) AS n FROM stored "
        "WHERE created_at IS NOT NULL GROUP BY 1 ORDER BY 1", memory=memory,
    )  # fmt: skip
    return table.assign(hour=pd.to_datetime(table["hour"] * 3_600, unit="s", utc=True))


def per_author(folder: str | Path, *, memory: str = "256MB") -> pd.DataFrame:
    """Return `author_key`, `n` (rows) and `n_videos`, the most active first."""
    return query(
        folder, "SELECT author_key, count(*) AS n, count(DISTINCT video_id) AS n_videos "
        "FROM stored WHERE author_key IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1", memory=memory,
    )  # fmt: skip


def co_hashtags(
    folder: str | Path, *, n_people: int = K_PEOPLE, memory: str = "256MB"
) -> pd.DataFrame:
    """Return pairs of hashtags on the same video: `left`, `right`, `n` (videos), `n_authors`.

    Parameters
    ----------
    folder : str or Path
        Stored videos.
    n_people : int, default 10
        Authors that a pair must have to be shown: a pair of one is a person.
    memory : str, default "256MB"
        As for `query`.
    """
    return query(
        folder, 'SELECT a.tag AS "left", b.tag AS "right", count(*) AS n, '
        "count(DISTINCT a.author_key) AS n_authors FROM "
        "(SELECT video_id, source, author_key, unnest(hashtags) AS tag FROM stored) a JOIN "
        "(SELECT video_id, source, unnest(hashtags) AS tag FROM stored) b "
        "ON a.video_id = b.video_id AND a.source = b.source AND a.tag < b.tag "
        f"GROUP BY 1, 2 HAVING n_authors >= {int(n_people)} ORDER BY 3 DESC, 1, 2", memory=memory,
    )  # fmt: skip


def write_csv(table: pd.DataFrame, path: str | Path) -> None:
    """Write a tidy table as CSV that a spreadsheet shows and does not run.

    A text that begins like a formula gets an apostrophe in front; ids too, so that they stay text.
    """
    safe = table.copy()
    for name in safe.select_dtypes("string"):
        risky = safe[name].str.match(r"[=+\-@\t\r]|\d{15,}$").fillna(False)
        safe[name] = safe[name].mask(risky, "'" + safe[name])
    safe.to_csv(path, index=False)
