"""A world written as three sources would give it: two tools, and one person's export."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from karma_lib import _whole
from karma_lib.datasets.synthetic.month import DAYS, START, World, seconds
from karma_lib.datasets.synthetic.phrases import TOPICS

MOST = 1000  # the Research API gives no more comments of a video


def write(made: World, folder: str | Path) -> list[Path]:
    """Write a world as three sources would give it, and the truth beside them.

    Parameters
    ----------
    made : World
    folder : str or Path
        Made if need be.

    Returns
    -------
    list of Path
        Research API pages (at most 1,000 comments a video, no authors), Zeeschuimer lines, a
        personal export of 2026, and `synthetic-tones.csv`; all UTF-8.
    """
    place = Path(folder)
    under = made.comments.groupby("video").cumcount()
    texts = {
        "research-api-videos.json": _pages("videos", _api_videos(made)),
        "research-api-comments.json": _pages("comments", _api_comments(made, under < MOST)),
        "zeeschuimer-posts.ndjson": _lines("tiktok.com", _web_videos(made)),
        "zeeschuimer-comments.ndjson": _lines("tiktok-comments", _web_comments(made)),
        "export.json": _spelled(_export(made)) + "\n",
        "tones.csv": made.comments[["id", "tone"]]
        .set_axis(["comment_id", "tone"], axis=1)
        .to_csv(index=False, lineterminator="\n"),
    }
    for name, text in texts.items():
        _whole.write(place / f"synthetic-{name}", text.encode())
    return [place / f"synthetic-{name}" for name in texts]


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pages(kind: str, records: Iterable[dict[str, Any]]) -> str:
    """Return envelopes of 100 records, as the Research API answers; one a line."""
    every = list(records)
    pages = [
        {"data": {kind: every[at : at + 100], "cursor": at + 100,
                  "has_more": at + 100 < len(every)},
         "error": {"code": "ok", "message": "", "log_id": "synthetic"}}
        for at in range(0, len(every), 100)
    ]  # fmt: skip
    return "[" + ",\n".join(map(_spelled, pages)) + "]\n"


def _api_videos(made: World) -> Iterable[dict[str, Any]]:
    for video in made.videos.itertuples():
        yield {
            "id": int(video.id), "username": video.creator,
            "create_time": int(seconds(video.hour)),
            "video_description": _caption(video), "hashtag_names": video.tags,
            "region_code": "GB", "view_count": video.views, "like_count": video.likes,
            "comment_count": video.counted, "share_count": video.shares,
            "favorites_count": video.saves, "video_duration": video.length,
        }  # fmt: skip


def _api_comments(made: World, given: pd.Series) -> Iterable[dict[str, Any]]:
    ids, videos = made.comments["id"], made.videos["id"]
    for row in made.comments[given].itertuples():
        above = ids[row.parent] if row.parent >= 0 else videos[row.video]
        yield {
            "id": int(row.id), "video_id": int(videos[row.video]), "text": row.text,
            "like_count": row.likes, "reply_count": row.replies,
            "parent_comment_id": int(above), "create_time": int(seconds(row.hour)),
        }  # fmt: skip


def _caption(video: Any) -> str:
    return f"{TOPICS[video.topic][0]} today " + " ".join(f"#{tag}" for tag in video.tags)


def _lines(platform: str, records: Iterable[dict[str, Any]]) -> str:
    """Return what Zeeschuimer exports: one captured item a line."""
    seen = (START + DAYS * 86_400) * 1000
    return "".join(
        _spelled({"item_id": record.get("cid", record.get("id")), "timestamp_collected": seen,
                  "source_platform": platform, "data": record}) + "\n"
        for record in records
    )  # fmt: skip


def _web_videos(made: World) -> Iterable[dict[str, Any]]:
    for video in made.videos.itertuples():
        counts = {"playCount": video.views, "diggCount": video.likes, "commentCount": video.counted,
                  "shareCount": video.shares, "collectCount": video.saves}  # fmt: skip
        yield {
            "id": video.id, "desc": _caption(video), "createTime": int(seconds(video.hour)),
            "author": {"uniqueId": video.creator}, "stats": counts,
            "statsV2": {name: str(count) for name, count in counts.items()},
            "textExtra": [{"hashtagName": tag} for tag in video.tags],
            "video": {"duration": video.length}, "isAd": False,
        }  # fmt: skip


def _web_comments(made: World) -> Iterable[dict[str, Any]]:
    ids, videos = made.comments["id"], made.videos["id"]
    for row in made.comments.itertuples():
        yield {
            "cid": row.id, "aweme_id": videos[row.video], "text": row.text,
            "create_time": int(seconds(row.hour)), "digg_count": row.likes,
            "reply_comment_total": row.replies,
            "reply_id": ids[row.parent] if row.parent >= 0 else "0", "comment_language": "en",
            "user": {"unique_id": f"synthetic_{row.author:05d}"},
        }  # fmt: skip


def _export(made: World) -> dict[str, Any]:
    """Return a personal export in the layout of 2026, newest first."""
    acts = made.acts.iloc[::-1]
    dates = pd.to_datetime(seconds(acts["hour"]), unit="s").strftime("%Y-%m-%d %H:%M:%S")
    links = "https://www.tiktokv.com/share/video/" + made.videos["id"] + "/"
    acts = acts.assign(date=dates, link=links[acts["video"]].to_numpy())

    def rows(kind: str, **keys: str) -> list[dict[str, str]]:
        chosen = acts[acts["kind"] == kind]
        picked = zip(*(chosen[column] for column in keys.values()), strict=True)
        return [dict(zip(keys, row, strict=True)) for row in picked]

    return {
        "Comment": {"Comments": {"CommentsList": rows(
            "comment", date="date", comment="said", originalPostUrl="link")}},
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": rows(
            "like", date="date", link="link")}, "Favorite Videos": {"FavoriteVideoList": []}},
        "Your Activity": {
            "Watch History": {"VideoList": rows("watch", Date="date", Link="link")},
            "Searches": {"SearchList": rows("search", Date="date", SearchTerm="said")},
            "Share History": {"ShareHistoryList": rows("share", Date="date", Link="link")},
        },
    }  # fmt: skip
