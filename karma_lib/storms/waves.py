"""When comments came: series, bursts, onset, peak, half-life, and how hostile they were."""

from collections.abc import Iterator
from typing import Any
from warnings import catch_warnings

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from karma_lib import _checks, measures
from karma_lib._checks import Number
from karma_lib._typing import Array
from karma_lib.tree import Tree

Z = 1.959963984540054  # of a 95 % interval
PROFILE = [
    "video_id", "comments", "first", "onset", "burst_part", "peak", "peak_comments",
    "half_life_hours",
]  # fmt: skip


def _timed(comments: pd.DataFrame) -> pd.DataFrame:
    """Return the comments that have a video and a time, sorted by both."""
    table = _checks.columns("comments", comments, "video_id", times="created_at")
    return table.dropna(subset=["video_id", "created_at"]).sort_values(["video_id", "created_at"])


def window(times: pd.Series, every: Any) -> pd.Series:
    """Return the starts of the windows of time that times lie in."""
    rule = "as '15min'"  # a warning tells of a spelling that a later pandas will refuse
    with _checks.understood("every", rule, every, Exception), catch_warnings(action="error"):
        return times.dt.floor(every)


def series(comments: pd.DataFrame, *, every: Any = "h") -> pd.DataFrame:
    """Return how many comments each video got, hour by hour.

    Parameters
    ----------
    comments : DataFrame
        With `video_id` and `created_at` (datetime64, UTC); `parent_comment_id` and
        `author_key` are used where they are there.
    every : str or Timedelta, default "h"
        Length of a window, as pandas spells it: "15min", "h", "D".

    Returns
    -------
    DataFrame
        One row a window, from a video's first to its last, empty ones included: `video_id`,
        `start` (UTC), `comments`; `replies` (comments on comments) and `people` (different
        authors) where they can be known. Comments without a time are left out.

    Examples
    --------
    >>> comments = pd.DataFrame({
    ...     "video_id": ["1", "1", "1"],
    ...     "created_at": pd.to_datetime(["2026-03-02 09:10", "2026-03-02 09:50",
    ...                                   "2026-03-02 11:00"], utc=True)})
    >>> series(comments)["comments"].tolist()
    [2, 0, 1]
    """
    table = _timed(comments)
    table = table.assign(start=window(table["created_at"], every), comments=1)
    wanted = {"comments": ("comments", "sum")}
    if "parent_comment_id" in table:
        table["replies"] = table["parent_comment_id"].notna().astype(int)
        wanted["replies"] = ("replies", "sum")
    if "author_key" in table and table["author_key"].notna().any():
        wanted["people"] = ("author_key", "nunique")
    counts = table.groupby(["video_id", "start"]).agg(**wanted)
    parts = {
        video: part.droplevel(0).asfreq(every, fill_value=0)
        for video, part in counts.groupby(level=0)
    }
    if not parts:
        return counts.reset_index()
    return pd.concat(parts, names=["video_id", "start"]).reset_index()


def bursts(comments: pd.DataFrame, *, ratio: float = 2.0, effort: float = 1.0) -> pd.DataFrame:
    """Return when comments came thick and fast, video by video (Kleinberg's automaton).

    Parameters
    ----------
    comments : DataFrame
        With `video_id` and `created_at`.
    ratio, effort : float
        As `measures.bursts` takes them.

    Returns
    -------
    DataFrame
        One row a burst: `video_id`, `start`, `end` (UTC), `comments`.

    Notes
    -----
    *Pitfall*: a burst is fast for its own video. Nearly every video has one in its first
    hours, and every morning may bring another: look at sizes and at the onset too.
    """
    rows = [
        (video, first + pd.Timedelta(seconds=start), first + pd.Timedelta(seconds=end), count)
        for video, first, seconds in _by_video(comments)
        for start, end, count in _bursts(seconds, ratio, effort).itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=["video_id", "start", "end", "comments"])


def _by_video(comments: pd.DataFrame) -> Iterator[tuple[str, pd.Timestamp, Array]]:
    """Yield each video, when its first comment came, and all of them in seconds after it."""
    for video, times in _timed(comments).groupby("video_id")["created_at"]:
        yield video, times.iloc[0], (times - times.iloc[0]).dt.total_seconds().to_numpy()


def _bursts(seconds: Array, ratio: float, effort: float) -> pd.DataFrame:
    """Return the bursts of one video, in seconds; none where all came at once."""
    if seconds[0] == seconds[-1]:
        return pd.DataFrame(columns=["start", "end", "n_events"])
    return measures.bursts(seconds, ratio=ratio, effort=effort)


def profile(comments: pd.DataFrame, *, ratio: float = 2.0, effort: float = 1.0) -> pd.DataFrame:
    """Return the shape of each video's wave of comments: onset, peak, half-life.

    Parameters
    ----------
    comments : DataFrame
        With `video_id` and `created_at`.
    ratio, effort : float
        What counts as a burst, as `measures.bursts` takes them.

    Returns
    -------
    DataFrame
        One row a video, most comments first: `comments`, `first` (UTC), `onset` (start of the
        burst with the most comments; missing where there is none), `burst_part` (that burst's
        part of all comments), `peak` (start of the busiest hour), `peak_comments`,
        `half_life_hours` (from the onset, or else the first comment, until half of all later
        comments were there).

    Notes
    -----
    *Pitfall*: with comments missing, times are those of the ones that were loaded.
    """
    rows = []
    for video, first, seconds in _by_video(comments):
        found = _bursts(seconds, ratio, effort)
        begin, size = 0.0, 0
        if len(found):
            begin, _, size = found.loc[found["n_events"].idxmax()]
        later = seconds[seconds >= begin] - begin
        hours, counts = np.unique((first.timestamp() + seconds) // 3600, return_counts=True)
        rows.append({
            "video_id": video,
            "comments": len(seconds),
            "first": first,
            "onset": first + pd.Timedelta(seconds=begin) if size else pd.NaT,
            "burst_part": size / len(seconds),
            "peak": pd.Timestamp(hours[counts.argmax()] * 3600, unit="s", tz="UTC"),
            "peak_comments": int(counts.max()),
            "half_life_hours": measures.half_life(Tree(np.full(len(later), -1), time=later)) / 3600,
        })  # fmt: skip
    table = pd.DataFrame(rows, columns=PROFILE)
    return table.sort_values("comments", ascending=False, ignore_index=True)


def hostile_part(
    comments: pd.DataFrame, hostile: ArrayLike, *, every: Any = "h", least: Number = 10
) -> pd.DataFrame:
    """Return what part of the comments was hostile, window by window.

    Parameters
    ----------
    comments : DataFrame
        With `video_id` and `created_at`.
    hostile : array_like of bool or float, shape (n,)
        For each comment whether it is hostile, or the probability that it is.
    every : str or Timedelta, default "h"
        Length of a window, as pandas spells it.
    least : int, default 10
        Windows with fewer comments have no part: it would tell about single people.

    Returns
    -------
    DataFrame
        One row a window that has comments: `video_id`, `start` (UTC), `comments`, `part`,
        and a 95 % interval `low` to `high` (Wilson), missing below `least` comments.

    Notes
    -----
    The interval tells how few comments there were, not how wrong the labels are: a classifier
    that errs does so in each window. `text.hostility` gives scores, `text.trial` and
    `text.confusion` say how often they err.

    Examples
    --------
    >>> comments = pd.DataFrame({"video_id": ["1"] * 10,
    ...                          "created_at": [pd.Timestamp("2026-03-02 09:10", tz="UTC")] * 10})
    >>> hostile_part(comments, [True] * 4 + [False] * 6)[["part", "low", "high"]].round(3)
       part    low   high
    0   0.4  0.168  0.687
    """
    scores = _checks.reals("hostile", hostile, 0, 1)
    if scores.shape != (len(comments),):
        raise ValueError(
            f"hostile must be as long as comments, {len(comments)}; got shape {scores.shape}."
        )
    table = _timed(comments.assign(score=scores))
    grouped = table.groupby(["video_id", window(table["created_at"], every).rename("start")])
    found = grouped["score"].agg(comments="size", part="mean").reset_index()
    n = found["comments"].where(found["comments"] >= least)
    part = found["part"].where(n.notna())
    centre = (part + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(part * (1 - part) / n + Z**2 / (4 * n**2))
    return found.assign(part=part, low=centre - half, high=centre + half)
