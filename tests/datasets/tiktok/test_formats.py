"""Every format: the fixtures that real tools wrote, and hand-made records of the others."""

import json
from pathlib import Path

import pandas as pd
import pytest

from karma_lib.datasets import privacy, tiktok
from karma_lib.datasets.tiktok import _formats
from tests.datasets.tiktok.conftest import COMMENT, KEY, VIDEO, comment, page, video

FILES = Path(__file__).parents[2] / "fixtures" / "tiktok"
POSTS = FILES / "oracle_4cat" / "zeeschuimer-posts.synthetic.ndjson"
COMMENTS = FILES / "oracle_4cat" / "zeeschuimer-comments.synthetic.ndjson"
COUNTS = ["view_count", "like_count", "comment_count", "share_count"]
OWN = ["source", "source_file", "source_row", "collected_at"]


def shared(table, other, *without):
    """Return both tables on the columns that both fill, in the order of their ids."""
    names = [name for name in table if name not in {*OWN, *without}
             and table[name].notna().any() and other[name].notna().any()]  # fmt: skip
    return (each[names].sort_values(names[0]).reset_index(drop=True) for each in (table, other))


def test_posts_through_ndjson_and_4cat_are_the_same():
    raw = tiktok.read_videos(POSTS)
    csv = tiktok.read_videos(FILES / "oracle_4cat" / "4cat-posts.TZ-UTC.csv")
    assert (len(raw), len(csv)) == (6, 5)
    assert [t.attrs["report"]["duplicates merged"] for t in (raw, csv)] == [1, 1]
    kept = raw[raw["video_id"].isin(csv["video_id"])]
    left, right = shared(kept, csv, "mentions", "counts_quality", *COUNTS)
    assert {"author_key", "created_at", "hashtags", "region_code", "music_id"} <= set(left)
    pd.testing.assert_frame_equal(left, right)
    left, right = (
        t[t["video_id"] != str(VIDEO)].set_index("video_id")[COUNTS] for t in (kept, csv)
    )
    pd.testing.assert_frame_equal(left, right)
    exact, rounded = (t.set_index("video_id").loc[str(VIDEO), COUNTS].tolist() for t in (raw, csv))
    assert exact == [1_776_621, 22_609, 15_955, 259]
    assert rounded == [1_800_000, 22_600, 16_000, 259]
    assert set(raw["counts_quality"]) == {"exact"}
    assert set(csv["counts_quality"]) == {"rounded"}


def test_the_item_with_exact_counts_only_is_there():
    row = tiktok.read_videos(POSTS).set_index("video_id").loc["7438960690702853334"]
    assert row[["like_count", "comment_count", "share_count", "view_count"]].tolist() == [
        50,
        5,
        0,
        500,
    ]
    assert row["is_ad"]
    assert row["created_at"] == pd.Timestamp(1_732_018_005, unit="s", tz="UTC")


def test_comments_through_three_tools_are_the_same():
    raw = tiktok.read_comments(COMMENTS)
    for other in ("oracle_4cat/4cat-comments.TZ-UTC.csv", "oracle_pyktok/pyktok-comments.csv"):
        left, right = shared(raw, tiktok.read_comments(FILES / other))
        assert {"author_key", "text", "parent_comment_id", "is_pinned", "language"} <= set(left)
        pd.testing.assert_frame_equal(left, right)
    names = privacy.Pseudonyms(KEY.encode())
    authors = raw.set_index("comment_id")["author_key"]
    assert authors["7438899852314749224"] == names.of("uid", "6700000000000000004")
    assert authors[str(COMMENT)] == names.of("handle", "synthetic_commenter_0")
    assert raw["is_pinned"].tolist() == [False, True, False, False, False, False]
    assert raw["parent_comment_id"].tolist()[-1] == str(COMMENT)
    assert raw["reply_level"].tolist() == [0, 0, 0, 0, 0, 1]


def test_pyktok_times_are_local_and_must_be_asked_for():
    path = FILES / "oracle_pyktok" / "pyktok-videos.TZ-New_York.csv"
    with pytest.raises(ValueError, match=r"Pass tz=, such as"):
        tiktok.read_videos(path)
    table = tiktok.read_videos(path, tz="America/New_York")
    raw = tiktok.read_videos(POSTS)
    left, right = shared(
        raw, table, "hashtags", "mentions", "created_at_quality", "counts_quality", *COUNTS
    )
    pd.testing.assert_frame_equal(left, right)
    assert set(table["created_at_quality"]) == {"naive_local"}
    assert table.set_index("video_id").loc["7438960690702853334", COUNTS].isna().all()


def test_yt_dlp_has_its_own_names_for_counts():
    table = tiktok.read_videos(FILES / "oracle_ytdlp").set_index("video_id")
    assert table.loc[str(VIDEO), ["share_count", "save_count"]].tolist() == [259, 2787]
    assert table.loc["7438960690702853334", COUNTS].isna().all()


def research(key, records, write):
    """Yield the ways in which people keep answers of the Research API."""
    yield write(page(key, records), "page.json")
    yield write([page(key, records[:2]), page(key, records[2:])], "pages.json")
    yield write(records, "records.json")
    yield write(records, "records.ndjson", lines=True)
    yield write([page(key, records[:2]), page(key, records[2:])], "pages.ndjson", lines=True)
    table = pd.DataFrame(records)
    path = write("", "table.csv")
    table.to_csv(path, index=False)
    yield path


@pytest.mark.parametrize(("key", "make"), [("videos", video), ("comments", comment)])
def test_the_research_api_is_the_same_however_it_is_kept(key, make, write):
    read = {"videos": tiktok.read_videos, "comments": tiktok.read_comments}[key]
    tables = [read(path) for path in research(key, [make(place) for place in range(5)], write)]
    assert tables[0]["created_at"].tolist() == [
        pd.Timestamp(make(place)["create_time"], unit="s", tz="UTC") for place in range(5)
    ]
    assert str(tables[0]["collected_at"].iloc[0]) == "2024-12-01 12:00:00+00:00"
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table.drop(columns=OWN), tables[0].drop(columns=OWN))
        assert set(table["source"]) == {"research_api"}


MINET = ("id,description,timestamp,utc_time,video_id,author_id,author_unique_id,play_count,digg_count,"
         "share_count,comment_count,challenges_titles,duet_from_video_id,is_ad,music_id\n"
         f"{VIDEO},a text,1732000000,2024-11-19T07:06:40,v09,6800000000000000001,someone,5,4,3,2,"
         "Karma|instant,,false,7100000000000000361\n")  # fmt: skip
SCRAPER = {
    "video_metadata": {"id": VIDEO, "time_created": "2024-11-19T08:06:40", "description": "a text",
                       "hashtags": ["Karma", "instant"], "mentions": [], "diggcount": 4,
                       "playcount": 5, "sharecount": 3, "commentcount": 2, "is_ad": False},
    "file_metadata": {"duration": 13}, "music_metadata": {"id": 7100000000000000361},
    "author_metadata": {"id": 6800000000000000001, "username": "someone"}, "hashtags_metadata": [],
}  # fmt: skip
APIFY = {"id": str(VIDEO), "text": "a text", "createTime": 1732000000,
         "createTimeISO": "2024-11-19T07:06:40.000Z", "isAd": False, "diggCount": 4, "playCount": 5,
         "shareCount": 3, "commentCount": 2, "hashtags": [{"name": "Karma"}, {"name": "instant"}],
         "webVideoUrl": f"https://www.tiktok.com/@someone/video/{VIDEO}",
         "authorMeta": {"id": "6800000000000000001", "name": "someone"},
         "musicMeta": {"musicId": "7100000000000000361"}}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "source", "tz"),
    [
        (MINET, "minet", None),
        (SCRAPER, "content_scraper", "Europe/Berlin"),
        ([APIFY], "apify", None),
    ],
    ids=["minet", "content_scraper", "apify"],
)
def test_other_tools(content, source, tz, write):
    row = tiktok.read_videos(write(content), tz=tz, pseudonymise=False).iloc[0]
    assert row["source"] == source
    assert row["video_id"] == str(VIDEO)
    assert row["created_at"] == pd.Timestamp(1_732_000_000, unit="s", tz="UTC")
    assert row[["author_key", "author_id_key"]].tolist() == ["someone", "6800000000000000001"]
    assert row["hashtags"] == ["karma", "instant"]
    assert row[COUNTS].tolist() == [5, 4, 2, 3]
    assert row["music_id"] == "7100000000000000361"


def test_a_playlist_of_yt_dlp_is_its_videos(write):
    """`yt-dlp -J` on an account gives one document; its own id is the account's."""
    one = json.loads(sorted((FILES / "oracle_ytdlp").glob("*.json"))[0].read_text("utf-8"))
    account = {"_type": "playlist", "id": "6800000000000000001", "extractor_key": "TikTokUser",
               "webpage_url": "https://www.tiktok.com/@someone", "entries": [one]}  # fmt: skip
    table = tiktok.read_videos(write(account))
    assert table["video_id"].tolist() == [one["id"]]
    pd.testing.assert_frame_equal(
        table.drop(columns=OWN), tiktok.read_videos(write(one)).drop(columns=OWN)
    )


def test_pages_joined_one_behind_the_other(write):
    """`cat page*.json`, each of them over several lines."""
    pages = [page("comments", [comment(place)], cursor=place) for place in range(3)]
    text = "\n".join(json.dumps(each, indent=1) for each in pages)
    assert len(tiktok.read_comments(write(text))) == 3
    with pytest.raises(ValueError, match=f"breaks at byte {len(text) - 1}"):
        tiktok.read_comments(write(text[:-1]))


def test_any_table_by_a_map_of_columns(write):
    path = write("commentId;publishedAt;who;said\n7438898819426138948;2024-11-19T08:06:40Z;a;b\n")
    columns = {
        "comment_id": "commentId",
        "created_at": "publishedAt",
        "author_key": "who",
        "text": "said",
    }
    with pytest.raises(ValueError, match=r"is of no known format \(nearest is .*Pass columns="):
        tiktok.read_comments(path)
    row = tiktok.read_comments(path, columns=columns).iloc[0]
    assert (row["comment_id"], row["text"], row["source"]) == (str(COMMENT), "b", "column_map")
    assert row["created_at_quality"] == "iso_offset"
    with pytest.raises(ValueError, match="columns must map names of the tidy table"):
        tiktok.read_comments(path, columns={"id": "commentId"})
    with pytest.raises(ValueError, match="columns must hold comment_id; got"):
        tiktok.read_comments(path, columns={"text": "said"})


def test_the_wrapped_and_the_bare_item_are_the_same(write):
    """4CAT's ndjson puts the item at the top and what it knows beside it."""
    lines = [json.loads(line) for line in POSTS.read_text("utf-8").splitlines()]
    bare = [{**line["data"], "__import_meta": {"timestamp_collected": line["timestamp_collected"],
             "source_platform": "tiktok.com"}} for line in lines]  # fmt: skip
    pd.testing.assert_frame_equal(
        tiktok.read_videos(write(bare, lines=True)).drop(columns="source_file"),
        tiktok.read_videos(POSTS).drop(columns="source_file"),
    )


def test_the_types_are_those_of_the_schema():
    table = tiktok.read_comments(COMMENTS)
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == {
        "comment_id": "string", "video_id": "string", "parent_comment_id": "string",
        "reply_level": "Int8", "author_key": "string", "text": "string",
        "created_at": "datetime64[us, UTC]", "created_at_quality": "category",
        "like_count": "Int64", "reply_count": "Int64", "language": "string",
        "is_pinned": "boolean", "is_creator": "boolean", "collected_at": "datetime64[us, UTC]",
        "source": "category", "source_file": "string", "source_row": "Int64",
    }  # fmt: skip


def test_the_table_of_formats_names_tidy_columns_and_settings_only():
    rows = pd.read_csv(Path(_formats.__file__).with_name("formats.csv"), keep_default_na=False)
    rows = rows[~rows["format"].isin(_formats.OWN)]
    assert rows["where"].str.len().gt(0).all()
    assert not rows.duplicated(["format", "table", "what"]).any()
    for (_, table), part in rows.groupby(["format", "table"]):
        told = set(part["what"])
        assert {"needs", "created_at", _formats.KEYS[table]} <= told
        also = {f"also {what}" for what in _formats.ALSO}
        assert told <= {*_formats.TABLES[table], *_formats.SETTINGS, *also}
    assert [form.name for form in _formats.FORMATS if form.table == "videos"] == [
        "apify", "web", "yt-dlp", "content_scraper", "4cat", "pyktok", "minet", "research_api",
    ]  # fmt: skip
