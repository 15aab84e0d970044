"""The formats: for each, the keys that tell it and where each tidy column stands.

A place is a key, or `key.inner`, or `list[].inner`; of several places, the first that is
filled counts, except that lists join them all and truths hold if any does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

import pyarrow as pa

QUALITIES = (
    "epoch", "iso_offset", "naive_assumed_utc", "naive_local", "date_only", "from_id", "missing",
)  # fmt: skip
COUNTS_QUALITIES = ("exact", "rounded", "lagged", "unknown")

STAMP = pa.timestamp("us", tz="UTC")
CODE = pa.dictionary(pa.int8(), pa.string())
TYPES: dict[str, pa.DataType] = {
    "key id": pa.string(), "id": pa.string(), "handle": pa.string(), "uid": pa.string(),
    "time": STAMP, "text": pa.string(), "label": pa.string(), "tags": pa.list_(pa.string()),
    "people": pa.list_(pa.string()), "language": pa.string(), "region": pa.string(),
    "number": pa.float64(), "count": pa.int64(), "truth": pa.bool_(), "level": pa.int8(),
    "code": CODE, "word": pa.string(),
}  # fmt: skip
PROVENANCE = {
    "collected_at": "time",
    "source": "code",
    "source_file": "word",
    "source_row": "count",
}
TABLES = {
    "videos": {
        "video_id": "key id", "author_key": "handle", "author_id_key": "uid", "created_at": "time",
        "created_at_quality": "code", "description": "text", "hashtags": "tags",
        "mentions": "people", "language": "language", "region_code": "region",
        "duration_s": "number", "view_count": "count", "like_count": "count",
        "comment_count": "count", "share_count": "count", "save_count": "count",
        "repost_count": "count", "counts_quality": "code", "music_id": "id",
        "music_title": "label", "duet_of_video_id": "id", "is_ad": "truth",
        "transcript": "label", **PROVENANCE,
    },
    "comments": {
        "comment_id": "key id", "video_id": "key id", "parent_comment_id": "id",
        "reply_level": "level", "author_key": "handle", "text": "text", "created_at": "time",
        "created_at_quality": "code", "like_count": "count", "reply_count": "count",
        "language": "language", "is_pinned": "truth", "is_creator": "truth", **PROVENANCE,
    },
}  # fmt: skip
"""The tidy tables: column to kind; the kind fixes its type and how it is cleaned."""

MARKS = {"data", "error", "source_platform", "__import_meta", "extractor_key", "liveRoomInfo",
         "errorDescription"}  # fmt: skip
KEYS = {"videos": "video_id", "comments": "comment_id"}


@dataclass(frozen=True, eq=False)
class Format:
    """One format: its name, its table, the keys that tell it, the place of each column."""

    name: str
    table: str
    needs: str  # keys, `a|b` where either will do
    places: dict[str, str] = field(repr=False)
    counts: str = "rounded"
    exact: str = ""  # where this key is filled, the counts are exact
    clock: str = "utc"  # what a time without a zone means: utc or local
    also: dict[str, str] = field(default_factory=dict)  # places that check others: url, stamp, uid

    def fits(self, keys: Iterable[str]) -> bool:
        """Tell whether a record with these keys is of this format."""
        return not self.missing(keys)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return the needed keys that are not there."""
        held = set(keys)
        return [need for need in self.needs.split() if held.isdisjoint(need.split("|"))]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The outer keys that are read."""
        places = " ".join([*self.places.values(), *self.also.values(), self.exact, self.needs])
        return frozenset(place.split(".")[0].removesuffix("[]") for place in
                         places.replace("|", " ").split())  # fmt: skip


_WEB_COUNTS = {
    f"{tidy}_count": f"statsV2.{web}Count stats.{web}Count"
    for tidy, web in {"view": "play", "like": "digg", "comment": "comment", "share": "share",
                      "save": "collect", "repost": "repost"}.items()
}  # fmt: skip

FORMATS = (
    Format(
        "apify", "comments", "createTimeISO text videoWebUrl|videoId|replyCommentTotal",
        {"comment_id": "cid id", "video_id": "videoId videoWebUrl", "author_key": "uniqueId",
         "parent_comment_id": "replyToId parentCommentId repliesToId", "text": "text",
         "created_at": "createTime createTimeISO", "like_count": "diggCount",
         "reply_count": "replyCommentTotal", "is_pinned": "pinnedByAuthor"},
        also={"uid": "uid"},
    ),
    Format(
        "apify", "videos", "id createTimeISO|webVideoUrl playCount|diggCount|authorMeta",
        {"video_id": "id", "author_key": "authorMeta.name authorMeta",
         "author_id_key": "authorMeta.id", "created_at": "createTime createTimeISO",
         "description": "text", "hashtags": "hashtags", "mentions": "mentions",
         "language": "textLanguage", "duration_s": "videoMeta.duration", "view_count": "playCount",
         "like_count": "diggCount", "comment_count": "commentCount", "share_count": "shareCount",
         "save_count": "collectCount", "repost_count": "repostCount",
         "music_id": "musicMeta.musicId", "music_title": "musicMeta.musicName", "is_ad": "isAd"},
        also={"url": "webVideoUrl"},
    ),
    Format(
        "web", "comments", "cid aweme_id",
        {"comment_id": "cid", "video_id": "aweme_id", "parent_comment_id": "reply_id",
         "author_key": "user.unique_id", "text": "text", "created_at": "create_time",
         "like_count": "digg_count", "reply_count": "reply_comment_total",
         "language": "comment_language", "is_pinned": "stick_position author_pin",
         "collected_at": "collected"},
        also={"uid": "user.uid"},
    ),
    Format(
        "web", "videos", "id createTime|desc stats|statsV2|author|video",
        {"video_id": "id", "author_key": "author.uniqueId author", "author_id_key": "author.id",
         "created_at": "createTime", "description": "desc",
         "hashtags": "textExtra[].hashtagName challenges[].title",
         "mentions": "textExtra[].userUniqueId", "language": "textLanguage",
         "region_code": "locationCreated", "duration_s": "video.duration", **_WEB_COUNTS,
         "music_id": "music.id", "music_title": "music.title", "is_ad": "isAd",
         "duet_of_video_id": "duetInfo.duetFromId", "collected_at": "collected"},
        exact="statsV2",
    ),
    Format(
        "yt-dlp", "videos", "id extractor_key timestamp|uploader|webpage_url",
        {"video_id": "id", "author_key": "uploader", "author_id_key": "uploader_id",
         "created_at": "timestamp", "description": "description", "duration_s": "duration",
         "view_count": "view_count", "like_count": "like_count", "comment_count": "comment_count",
         "share_count": "repost_count", "save_count": "save_count", "music_title": "track",
         "collected_at": "epoch"},
        also={"url": "webpage_url"},
    ),
    Format(
        "content_scraper", "videos", "video_metadata",
        {"video_id": "video_metadata.id", "author_key": "author_metadata.username",
         "author_id_key": "author_metadata.id", "created_at": "video_metadata.time_created",
         "description": "video_metadata.description", "hashtags": "video_metadata.hashtags",
         "mentions": "video_metadata.mentions", "region_code": "video_metadata.location_created",
         "duration_s": "file_metadata.duration", "view_count": "video_metadata.playcount",
         "like_count": "video_metadata.diggcount", "comment_count": "video_metadata.commentcount",
         "share_count": "video_metadata.sharecount", "save_count": "video_metadata.collectcount",
         "repost_count": "video_metadata.repostcount", "music_id": "music_metadata.id",
         "music_title": "music_metadata.title", "is_ad": "video_metadata.is_ad"},
        counts="exact", clock="local",
    ),
    Format(
        "4cat", "videos", "id unix_timestamp body plays|tiktok_url",
        {"video_id": "id", "author_key": "author", "created_at": "unix_timestamp",
         "description": "body", "hashtags": "hashtags challenges",
         "region_code": "location_created", "view_count": "plays", "like_count": "likes",
         "comment_count": "comments", "share_count": "shares", "music_id": "music_id",
         "music_title": "music_name", "is_ad": "is_ad"},
        also={"url": "tiktok_url", "stamp": "timestamp"},
    ),
    Format(
        "4cat", "comments", "id unix_timestamp body post_id",
        {"comment_id": "id", "video_id": "post_id", "parent_comment_id": "thread_id",
         "author_key": "author", "text": "body", "created_at": "unix_timestamp",
         "like_count": "likes", "reply_count": "replies", "language": "language_guess",
         "is_pinned": "is_sticky is_liked_by_post_author"},
        also={"stamp": "timestamp", "reply": "is_comment_on_comment"},
    ),
    Format(
        "pyktok", "videos", "video_id video_timestamp",
        {"video_id": "video_id", "author_key": "author_username", "created_at": "video_timestamp",
         "description": "video_description", "region_code": "video_locationcreated",
         "duration_s": "video_duration", "view_count": "video_playcount",
         "like_count": "video_diggcount", "comment_count": "video_commentcount",
         "share_count": "video_sharecount", "is_ad": "video_is_ad"},
        clock="local",
    ),
    Format(
        "minet", "videos", "id utc_time|timestamp author_unique_id|play_count challenges_titles",
        {"video_id": "id", "author_key": "author_unique_id", "author_id_key": "author_id",
         "created_at": "timestamp utc_time", "description": "description",
         "hashtags": "challenges_titles", "duration_s": "video_duration",
         "view_count": "play_count", "like_count": "digg_count", "comment_count": "comment_count",
         "share_count": "share_count", "music_id": "music_id", "music_title": "music_title",
         "duet_of_video_id": "duet_from_video_id", "is_ad": "is_ad"},
    ),
    Format(
        "research_api", "comments", "id video_id text|parent_comment_id",
        {"comment_id": "id", "video_id": "video_id", "parent_comment_id": "parent_comment_id",
         "text": "text", "created_at": "create_time", "like_count": "like_count",
         "reply_count": "reply_count", "collected_at": "collected"},
    ),
    Format(
        "research_api", "videos",
        "id|video_id create_time|video_description video_description|username|region_code"
        "|view_count|hashtag_names|like_count|voice_to_text",
        {"video_id": "id video_id", "author_key": "username", "created_at": "create_time",
         "description": "video_description", "hashtags": "hashtag_names",
         "mentions": "video_mention_list", "region_code": "region_code",
         "duration_s": "video_duration", "view_count": "view_count", "like_count": "like_count",
         "comment_count": "comment_count", "share_count": "share_count",
         "save_count": "favorites_count favourites_count", "music_id": "music_id",
         "transcript": "voice_to_text", "collected_at": "collected"},
        counts="lagged",
    ),
)  # fmt: skip
"""In the order in which they are tried."""


@lru_cache(4096)
def told(keys: tuple[str, ...]) -> Format | None:
    """Return the first format that fits a record with these keys."""
    return next((form for form in FORMATS if form.fits(keys)), None)


@lru_cache(4096)
def told_bare(keys: tuple[str, ...]) -> Format | None:
    """Return the format of a record that stands alone, in no wrapper and without a mark."""
    return None if MARKS & set(keys) else told(keys)


def nearest(keys: Iterable[str]) -> str:
    """Say which format comes nearest to these keys and what it misses."""
    held = set(keys)
    form = max(FORMATS, key=lambda form: len(form.keys & held) / len(form.keys))
    return f"nearest is {form.name} {form.table}, without {', '.join(form.missing(held)) or 'rows'}"


@cache
def known_names() -> dict[str, str]:
    """Return each key that is read, by its form in small letters, for drifting headers."""
    return {key.lower(): key for form in FORMATS for key in sorted(form.keys)}
