"""What posts count: replies against likes, and comments loaded against comments there are."""

import warnings

import pandas as pd

from karma_lib import _checks
from karma_lib._checks import Share

CUT_AT = 1000  # the Research API returns no more comments of a video than these


def ratio(
    posts: pd.DataFrame,
    *,
    replies: str = "comment_count",
    likes: str = "like_count",
    shares: str = "share_count",
) -> pd.DataFrame:
    """Return "the ratio": replies against likes and shares.

    To like is cheap, to reply is not: many replies beside few likes are a sign of a storm.

    Parameters
    ----------
    posts : DataFrame
        One row a post. Of tidy videos, `source` and `counts_quality` are looked at too.
    replies, likes, shares : str
        The columns that count them, such as `replies`, `favorites` and `retweets`.

    Returns
    -------
    DataFrame
        With the rows of `posts`: `replies_per_like` and `replies_per_share` (float, missing
        where the divisor is 0); `reply_part`, `like_part` and `share_part` (they sum to 1: a
        point in the triangle that ratios are drawn in); `ratioed` (more replies than likes).

    Warns
    -----
    UserWarning
        If counts of several sources or qualities stand in one table.

    Notes
    -----
    *Pitfalls*: a ratio says nothing about the tone of the replies; a question also gets many.
    Compare posts of like age, year and source only: habits change.

    References
    ----------
    Minot, Arnold, Alshaabi, Danforth & Dodds 2020, Ratioing the President: an exploration of
    public engagement with Obama and Trump on Twitter, doi:10.48550/arXiv.2006.03526.

    Examples
    --------
    >>> posts = pd.DataFrame({"comment_count": [900], "like_count": [300], "share_count": [0]})
    >>> ratio(posts).iloc[0].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'replies_per_like': 3.0, 'replies_per_share': nan, 'reply_part': 0.75,
     'like_part': 0.25, 'share_part': 0.0, 'ratioed': True}
    """
    _checks.columns("posts, by replies, likes and shares,", posts, numbers=[replies, likes, shares])
    for column in ("source", "counts_quality") if "counts_quality" in posts else ():
        if len(kinds := sorted(posts[column].dropna().astype(str).unique())) > 1:
            warnings.warn(
                f"{column} must be one for ratios to be compared; got {', '.join(kinds)}. "
                "Take one at a time.",
                stacklevel=2,
            )
    parts = posts[[replies, likes, shares]].astype("Float64").astype(float)
    parts.columns = ["reply_part", "like_part", "share_part"]
    some = parts.where(parts > 0)
    table = pd.DataFrame({
        "replies_per_like": parts["reply_part"] / some["like_part"],
        "replies_per_share": parts["reply_part"] / some["share_part"],
    })  # fmt: skip
    total = parts.sum(axis=1, skipna=False)
    table = pd.concat([table, parts.div(total.where(total > 0), axis=0)], axis=1)
    return table.assign(ratioed=parts["reply_part"] > parts["like_part"])


def coverage(videos: pd.DataFrame, comments: pd.DataFrame, *, least: Share = 0.95) -> pd.DataFrame:
    """Return what part of the comments that a video counts was loaded.

    Parameters
    ----------
    videos : DataFrame
        With `video_id` and `comment_count`.
    comments : DataFrame
        With `video_id`.
    least : float, default 0.95
        Warn below this, in [0, 1].

    Returns
    -------
    DataFrame
        One row a video: `video_id`, `counted` (Int64), `loaded`, `part` (loaded of counted;
        missing where nothing was counted; above 1 where comments came after the count), `cut`
        (about 1,000 loaded of more: where the Research API stops).

    Warns
    -----
    UserWarning
        If a video lacks comments, or comments lack their video.

    Examples
    --------
    >>> videos = pd.DataFrame({"video_id": ["1", "2"], "comment_count": [2, 1]})
    >>> coverage(videos, pd.DataFrame({"video_id": ["1", "1", "2"]}))["part"].tolist()
    [1.0, 1.0]
    """
    _checks.columns("videos", videos, "video_id", numbers=["comment_count"])
    loaded = _checks.columns("comments", comments, "video_id")["video_id"].value_counts()
    table = pd.DataFrame({
        "video_id": videos["video_id"],
        "counted": videos["comment_count"].astype("Int64"),
        "loaded": videos["video_id"].map(loaded).fillna(0).astype(int),
    })  # fmt: skip
    counted = table["counted"].astype("Float64").astype(float)
    table["part"] = table["loaded"] / counted.where(counted > 0)
    near = table["loaded"].between(0.99 * CUT_AT, 1.01 * CUT_AT)
    table["cut"] = near & (counted > table["loaded"])
    short = int((table["part"] < least).sum())
    orphans = int(loaded[~loaded.index.isin(table["video_id"])].sum())
    if short or orphans:
        warnings.warn(
            f"comments must cover what the videos count; {short} of {len(table)} videos lie below "
            f"{least:.0%}, and {orphans} comments have no video here. Onsets and "
            "half-lives are those of what was loaded.",
            stacklevel=2,
        )
    return table
