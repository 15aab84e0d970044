"""Stored tables, asked with DuckDB under a limit of memory; and tables for spreadsheets."""

import csv
import tempfile
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from karma_lib import _checks, _whole
from karma_lib.datasets import _folders

K_PEOPLE = 10
"""Authors that a published cell must have at least."""


def _connected(memory: str, spill: str | Path) -> duckdb.DuckDBPyConnection:
    """Return DuckDB with a limit of memory, a folder for what does not fit, and no downloads."""
    settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": str(spill), "threads": 1,
                "preserve_insertion_order": False, "autoinstall_known_extensions": False,
                "autoload_known_extensions": False}  # fmt: skip
    with _checks.understood("memory", "such as '256MB'", memory, duckdb.Error, RuntimeError):
        return duckdb.connect(config=settings)


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
    ValueError
        If a file of it is not as it was written, or nobody can read `sql` or `memory`.

    Notes
    -----
    Each call compares the sha256 of every file with what `store` wrote down: about a second
    for a gigabyte.
    """
    folder = Path(folder)
    _folders.opened("folder", folder)
    with tempfile.TemporaryDirectory() as spill, _connected(memory, spill) as db:
        place = escape(str(folder)).replace("'", "''")
        db.sql(f"CREATE VIEW stored AS FROM read_parquet('{place}/{_folders.MONTHS}')")
        with _checks.understood("sql", "one for this folder", sql, duckdb.Error, AttributeError):
            return db.sql(sql or "?").df()


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

    A text that begins like a formula gets an apostrophe in front; ids too, so that they stay
    text. Texts stand in quotes, so that no semicolon in one begins another cell. The index is
    not written. Use this and not `DataFrame.to_csv`, which escapes nothing, for whatever a
    spreadsheet may open.
    """
    safe = _checks.columns("table", table, *table).set_axis(
        _shown(pd.Series(table.columns)), axis=1
    )
    for name in safe.select_dtypes(exclude=["number", "datetime", "datetimetz"]):
        safe[name] = _shown(safe[name])
    _whole.write(Path(path), safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode())


def _shown(cells: pd.Series) -> pd.Series:
    texts = cells.astype("string")
    risky = texts.str.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]|\d{15,}$").fillna(False)
    return texts.mask(risky, "'" + texts)
