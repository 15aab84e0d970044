"""The public readers of videos and comments: pieces joined, repeats merged, threads mended."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from karma_lib import _checks
from karma_lib.datasets import _folders
from karma_lib.datasets.tiktok._export import read_interactions
from karma_lib.datasets.tiktok._formats import KEYS, TABLES, framed, schema_of
from karma_lib.datasets.tiktok._reader import Reader
from karma_lib.datasets.tiktok._report import PersonalExportError, Report
from karma_lib.datasets.tiktok._settings import Options

REGION = (
    "region_code is where the account was registered (Research API), or what the video states "
    "(other tools): do not merge the two."
)
TRUNCATED = range(990, 1_001)


def read_videos(path: str | Path, **options: Any) -> pd.DataFrame:
    """Return the videos in a file or folder, whichever tool wrote it.

    Parameters
    ----------
    path : str or Path
        Research API pages or records, Zeeschuimer or 4CAT NDJSON, 4CAT CSV, pyktok, minet,
        yt-dlp info.json, web items, TikTok-Content-Scraper, Apify; gzip and zstd are opened.
        A folder is read as one collection. A Parquet copy of the result loads at once.
    pseudonymise : bool, default True
        Whether accounts become keyed hashes (`privacy.secret`) and texts lose mentions,
        addresses and links. The other words of a text are kept: a name that is written
        without @ stays, and so does a hashtag.
    columns : dict, optional
        For other tables: tidy column to the column (or `outer.inner`) of the file.
    tz : str, optional
        The zone of times without one, such as 'Europe/Berlin'; pyktok and
        TikTok-Content-Scraper write local time, so they need it.
    time_format : str, optional
        For localised dates, as `datetime.strptime` spells it.
    encoding : str, optional
        Where it is not UTF-8.
    allow_damaged_ids : bool, default False
        Keep ids that lost digits, for work with times only; repeats are not merged then.
    keep_good_pages : bool, default False
        Read on where a page of the Research API failed; the report says "incomplete".
    refresh_days : int or None, default 30
        The age in days from which the report asks for a refresh; None for data of nobody.

    Returns
    -------
    DataFrame
        One row a video: `video_id`, `author_key`, `author_id_key`, `music_id`,
        `music_title`, `duet_of_video_id`, `language`, `region_code`, `transcript`,
        `description` (string), `created_at`, `collected_at` (datetime64[us, UTC]),
        `created_at_quality`, `counts_quality`, `source` (category), `hashtags`, `mentions`
        (list), `duration_s` (Float64), `view_count`, `like_count`, `comment_count`,
        `share_count`, `save_count`, `repost_count` (Int64), `is_ad` (boolean),
        `source_file`, `source_row`. Missing is never 0. `attrs["report"]` is a dict: rows
        read, kept, dropped by reason, mended; id damage; time zone; duplicates; coverage; age.

    Raises
    ------
    IdPrecisionError
        If ids have lost digits.
    ValueError
        If the file holds no records, is of no known format, needs a word from you, or was
        changed after `store` wrote it.
    OSError
        If the file cannot be read.

    Notes
    -----
    `region_code` is where the account was registered (Research API) or what the video
    states (web items): not the same thing. Counts are exact, rounded (from about 10,000) or
    lagging by up to ten days: see `counts_quality`, and do not mix them in one ratio.
    """
    return _read("videos", path, None, options)


def read_comments(
    path: str | Path, *, videos: pd.DataFrame | None = None, **options: Any
) -> pd.DataFrame:
    """Return the comments in a file or folder, whichever tool wrote it.

    Parameters
    ----------
    path : str or Path
        As for `read_videos`; or a personal export, which holds the donor's own comments.
    videos : DataFrame, optional
        The videos, from `read_videos`: the report then gives coverage and orphans, and
        `is_creator` is filled.
    **options
        As for `read_videos`.

    Returns
    -------
    DataFrame
        One row a comment: `comment_id`, `video_id`, `parent_comment_id` (string; missing
        for the top level), `reply_level` (Int8, 0 or 1), `author_key`, `text`, `language`
        (string), `created_at`, `collected_at` (datetime64[us, UTC]), `created_at_quality`,
        `source` (category), `like_count`, `reply_count` (Int64), `is_pinned`, `is_creator`
        (boolean), `source_file`, `source_row`; `attrs["report"]` as for `read_videos`.

    Raises
    ------
    IdPrecisionError, ValueError, OSError
        As for `read_videos`.

    Notes
    -----
    The Research API gives no author of a comment, and at most about 1,000 comments a video.
    A personal export gives no ids: there `comment_id` is a hash of donor, time and video, and
    `author_key` is "donor".
    """
    try:
        return _read("comments", path, videos, options)
    except PersonalExportError:
        return _own(path, Options(**options))


def _own(path: str | Path, options: Options) -> pd.DataFrame:
    """Return the comments of a personal export, whose ids are hashes: it gives none."""
    acts = read_interactions(
        path, with_text=True, pseudonymise=options.pseudonymise, tz=options.tz,
        time_format=options.time_format, encoding=options.encoding,
    )  # fmt: skip
    own, schema = acts[acts["kind"] == "comment"], schema_of("comments")
    told = zip(own["donor_key"], own["occurred_at"], own["video_id"], own["n"], strict=True)
    frame = own.rename(
        columns={"occurred_at": "created_at", "occurred_at_quality": "created_at_quality"}
    ).assign(
        comment_id=[sha256("|".join(map(str, act)).encode()).hexdigest() for act in told],
        reply_level=0, author_key=own["donor_key"], text=own["text"].fillna(""),
    )  # fmt: skip
    nothing = pd.Series(index=frame.index, dtype=object)
    built = framed(pa.table([
        pa.Array.from_pandas(frame.get(field.name, nothing)).cast(field.type) for field in schema
    ], schema))  # fmt: skip
    built.attrs["report"] = {**acts.attrs["report"], "rows kept": len(built)}
    return built


def _read(
    table: str, path: str | Path, videos: pd.DataFrame | None, given: dict[str, Any]
) -> pd.DataFrame:
    if (copy := _copied(Path(path), table)) is not None:
        return copy
    options = Options(**given)
    reader = Reader(table, path, options)
    pieces, report = list(reader.pieces()), reader.report
    if not pieces and report.others and not report.incomplete:
        other = next(iter(report.others))
        raise ValueError(f"{Path(path).name} holds {other} and no {table}; use read_{other}.")
    frame = framed(pa.concat_tables(pieces) if pieces else schema_of(table).empty_table())
    if "id damage" not in report.facts:
        frame = _merged(frame, KEYS[table], report)
    report.facts.setdefault("id damage", {})
    if table == "comments":
        frame = _threaded(frame, videos, report)
    if table == "videos" and frame["region_code"].notna().any():
        report.facts["notes"] = [REGION]
    report.facts["never present"] = [name for name in frame if frame[name].isna().all()]
    frame.attrs["report"] = report.result(
        len(frame), frame["created_at"], frame["collected_at"], options.refresh_days
    )
    return frame


def _copied(path: Path, table: str) -> pd.DataFrame | None:
    """Return a table that was written as Parquet, typed as it was; None for other files."""
    if path.is_dir():
        if not any(path.glob(_folders.MONTHS)) and not (path / _folders.SUMS).is_file():
            return None
        files, schema = _folders.opened("path", path), schema_of(table)
        stored = [pq.ParquetFile(file).read() for file in files]
        if missing := [name for name in schema.names if name not in stored[0].column_names]:
            raise ValueError(f"{path.name} holds no {table}: {', '.join(missing)} not there.")
        frame = framed(pa.concat_tables(part.select(schema.names).cast(schema) for part in stored))
        frame.attrs["report"] = _folders.report(path)
        return frame
    with path.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            return None
    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ValueError(f"{path.name} is damaged Parquet; write the copy again.") from error
    if list(frame) != list(TABLES[table]):
        raise ValueError(f"{path.name} is Parquet, but no copy of tidy {table}.")
    for name in {"hashtags", "mentions"} & set(frame):
        frame[name] = frame[name].map(list)
    return frame


def _merged(frame: pd.DataFrame, key: str, report: Report) -> pd.DataFrame:
    """Return one row an id, the one that was collected last."""
    keys = [key, "source"] if key == "video_id" else [key]
    twice = frame.duplicated(keys, keep=False)
    part = frame[twice].sort_values("collected_at", kind="stable", na_position="first")
    gone = part.index[part.duplicated(keys, keep="last")]
    own = part.drop(columns=["collected_at", "source_file", "source_row"]).astype(str)
    report.facts["duplicates merged"] = len(gone)
    report.facts["of them with other values"] = len(own.drop_duplicates()) - (len(part) - len(gone))
    return frame.drop(index=gone).reset_index(drop=True)


def _threaded(frame: pd.DataFrame, videos: pd.DataFrame | None, report: Report) -> pd.DataFrame:
    """Return comments without cycles among parents; count orphans and coverage."""
    parents = frame["parent_comment_id"]
    replies = frame[parents.notna()]
    inner = replies[replies["parent_comment_id"].isin(replies["comment_id"])]
    looped = _cycles(dict(zip(inner["comment_id"], inner["parent_comment_id"], strict=True)))
    rows = inner.index[inner["comment_id"].isin(looped)]
    frame.loc[rows, ["parent_comment_id", "reply_level"]] = [pd.NA, 0]
    report.mend("comments in a circle of parents, now top level", n=len(rows))
    parents = frame["parent_comment_id"].dropna()
    orphans = int((~parents.isin(frame["comment_id"])).sum()) if len(parents) else 0
    loaded = frame["video_id"].value_counts()
    full = frame[frame["source"] == "research_api"]["video_id"].value_counts()
    truncated = int(full.isin(TRUNCATED).sum())
    report.facts["replies without their parent"] = orphans
    report.facts["coverage"] = {"videos": len(loaded), "truncated at about 1000": truncated}
    if truncated:
        report.warn(f"{truncated} videos stop at about 1000 comments: the rest was not given.")
    if videos is not None:
        _checks.columns("videos", videos, "video_id", "author_key", numbers=["comment_count"])
        told = videos.drop_duplicates("video_id").set_index("video_id")
        frame["is_creator"] = frame["author_key"] == frame["video_id"].map(told["author_key"])
        share = loaded / told["comment_count"].reindex(loaded.index).astype("Float64")
        report.facts["comments without their video"] = int(
            (~frame["video_id"].isin(told.index)).sum()
        )
        report.facts["coverage"]["median share loaded"] = (
            float(share.median()) if share.notna().any() else None
        )
    return frame


def _cycles(parent: dict[str, str]) -> set[str]:
    """Return the comments that are their own forebears."""
    found, done = set[str](), set[str]()
    for start in parent:
        line: dict[str, None] = {}
        here: str | None = start
        while here is not None and here not in done and here not in line:
            line[here] = None
            here = parent.get(here)
        if here in line:
            names = list(line)
            found.update(names[names.index(here or "") :])
        done.update(line)
    return found
