"""The personal export: four layouts, the sections on the list and no other, bad inputs 30 to 32."""

import io
import json
import struct
import zipfile

import pandas as pd
import pytest

from karma_lib.datasets import privacy, tiktok
from tests.datasets.tiktok.conftest import KEY, VIDEO, comment

SEEN = {"Date": "2024-11-19 08:06:40", "Link": f"https://www.tiktokv.com/share/video/{VIDEO}/"}
SMALL = {key.lower(): value for key, value in SEEN.items()}
SECRET = "never to be seen"
CHATS = {"ChatHistory": {f"Chat History with {SECRET}:": [{"Content": SECRET, "Link": SECRET}]}}
LAYOUTS = {
    "2024": {
        "Activity": {"Video Browsing History": {"VideoList": [SEEN]},
                     "Like List": {"ItemFavoriteList": [SMALL]},
                     "Favorite Videos": {"FavoriteVideoList": [SEEN]},
                     "Search History": {"SearchList": [{"Date": SEEN["Date"], "SearchTerm": "karma"}]},
                     "Following List": {"Following": [{"Date": SEEN["Date"], "UserName": "Someone"}]}},
        "Comment": {"Comments": {"CommentsList": [{"date": SEEN["Date"], "comment": "hi @x.y", "url": ""}]}},
        "Direct Messages": CHATS,
    },
    "2025": {
        "Your Activity": {"Watch History": {"VideoList": [SEEN]},
                          "Like List": {"ItemFavoriteList": [SMALL]},
                          "Favorite Videos": {"FavoriteVideoList": [SEEN]},
                          "Searches": {"SearchList": [{"Date": SEEN["Date"], "SearchTerm": "karma"}]},
                          "Following": {"Following": [{"Date": SEEN["Date"], "UserName": "Someone"}]}},
        "Comment": {"Comments": {"CommentsList": [{"date": SEEN["Date"], "comment": "hi @x.y", "url": ""}]}},
        "Direct Message": {"Direct Messages": CHATS},
    },
    "2026": {
        "your activity": {"Watch History": {"VideoList": [SEEN]}, "Reposts": {"RepostList": []},
                          "Searches": {"SearchList": [{"Date": SEEN["Date"], "SearchTerm": "karma"}]}},
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": [SMALL]},
                                "Favorite Videos": {"FavoriteVideosList": [SEEN]}},
        "Profile And Settings": {"Following": {"Following": [{"Date": SEEN["Date"], "UserName": "Someone"}]},
                                 "Profile Info": {"emailAddress": SECRET}},
        "Comment": {"Comments": {"CommentsList": [{"date": SEEN["Date"] + " UTC", "comment": "hi @x.y"}]}},
        "Direct Message": CHATS,
    },
}  # fmt: skip


def zipped(files, **options):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, body in files.items():
            archive.writestr(name, body if isinstance(body, (str, bytes)) else json.dumps(body))
    return packed.getvalue()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_30_every_layout_gives_the_same_acts(layout, packed, write):
    name = "TikTok/user_data.json" if layout == "2024" else "user_data_tiktok.json"
    body = zipped({name: LAYOUTS[layout]}) if packed else json.dumps(LAYOUTS[layout])
    table = tiktok.read_interactions(write(body, "export.zip"), donor_key="d1", with_text=True)
    acts = table.set_index("kind")
    assert sorted(acts.index) == ["comment", "favorite", "follow", "like", "search", "watch"]
    assert set(table["occurred_at"]) == {pd.Timestamp(SEEN["Date"], tz="UTC")}
    assert set(acts["video_id"].dropna()) == {str(VIDEO)}
    assert acts["video_id"].notna().sum() == 3
    names = privacy.Pseudonyms(KEY.encode())
    assert acts.loc["follow", "target_key"] == names.of("handle", "someone")
    assert acts.loc["comment", "text"] == "hi @" + names.of("handle", "x.y")[:12]
    assert acts.loc["search", "text"] == "karma"
    assert set(table["donor_key"]) == {"d1"}
    assert SECRET not in str(table.to_dict()) + str(table.attrs)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_donors_own_comments_are_a_table_of_comments(layout, packed, write):
    export = json.loads(json.dumps(LAYOUTS[layout]))
    said = export["Comment"]["Comments"]["CommentsList"]
    said += [said[0], {**said[0], "date": "N/A", "comment": None, "originalPostUrl": SEEN["Link"]}]
    body = zipped({"user_data_tiktok.json": export}) if packed else json.dumps(export)
    path = write(body, "export.zip")
    table = tiktok.read_comments(path)
    told = tiktok.read_comments(write([comment(place) for place in range(3)]))
    assert table.dtypes.astype(str).to_dict() == told.dtypes.astype(str).to_dict()
    assert table["comment_id"].is_unique
    assert table["text"].str.startswith("hi @").tolist() == [True, True, False]
    assert table["created_at"].notna().tolist() == [True, True, False]
    assert table["video_id"].isna().tolist() == [True, True, False]
    assert set(table["author_key"]) == {"donor"}
    assert table["parent_comment_id"].isna().all()
    assert table["comment_id"].equals(tiktok.read_comments(path, tz=None)["comment_id"])
    assert SECRET not in str(table.to_dict()) + str(table.attrs)
    with pytest.raises(ValueError, match="is a personal export: use read_interactions"):
        tiktok.read_videos(path)


def test_texts_are_off_by_default_and_the_zone_is_told(write):
    path = write(LAYOUTS["2025"])
    table = tiktok.read_interactions(path)
    assert table["text"].isna().all()
    assert set(table["occurred_at_quality"]) == {"naive_assumed_utc"}
    assert "words without a zone, taken as UTC" in table.attrs["report"]["time zone"]
    berlin = tiktok.read_interactions(path, tz="Europe/Berlin")
    assert (table["occurred_at"] - berlin["occurred_at"]).unique().tolist() == [
        pd.Timedelta(hours=1)
    ]


def test_30_empty_strange_and_double_sections(write):
    export = {
        "Activity": {"Video Browsing History": {"VideoList": [SEEN]}, "Like List": None},
        "Your Activity": {"Watch History": {"VideoList": [SEEN, SEEN, {**SEEN, "Date": "N/A"},
                                                          {**SEEN, "Date": "soon"}, "odd"]},
                          "Searches": {"SearchList": {}}, "Share History": []},
        "TikTok Live": {"Watch Live History": {"WatchLiveMap": {"99": {"WatchTime": SEEN["Date"], "Link": "x"}}}},
    }  # fmt: skip
    table = tiktok.read_interactions(write(export))
    report = table.attrs["report"]
    assert table["kind"].value_counts()[["watch", "live_watch"]].tolist() == [4, 1]
    assert table["n"].tolist() == [0, 1, 0, 1, 0]
    assert table["occurred_at"].isna().tolist() == [False, False, True, True, False]
    assert {"like", "search", "share", "comment"} <= set(report["empty sections"])
    assert (
        "watch stands under 2 roots; Your Activity/Watch History/VideoList is read."
        in report["warnings"]
    )
    assert report["dropped"] == {"not an object": 1}
    assert report["rows read"] == 6


def packed_with(change):
    body = bytearray(zipped({"user_data.json": LAYOUTS["2024"]}))
    change(body)
    return bytes(body)


def locked(body):
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", body, body.index(magic) + offset, 1)


def broken(body):
    body[60:90] = b"\xff" * 30


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (zipped({"Watch History.txt": "Date: 2024"}), "is the export as TXT; request JSON"),
        ("Date: 2024-11-19 08:06:40 UTC\nLink: https://x.invalid\n", "is a personal export as TXT; request JSON"),
        (zipped({"a.html": "<html>"}), "is the export as HTML; request JSON"),
        (zipped({"a.zip": zipped({})}), "is a zip in a zip; unpack the outer one"),
        (zipped({"messages.json": "{}", "b.json": "{}"}), "holds no user_data_tiktok.json .* among its 2 files"),
        (packed_with(locked), "is locked with a password"),
        (packed_with(broken), "is a damaged zip"),
        (zipped({"user_data.json": b" " * (11 * 2**20)}), "would unpack to 11,534,336 bytes"),
        (zipped({"../user_data.json": LAYOUTS["2024"]}), "holds a name that points outside it"),
        (zipped({"user_data.json": "[1]"}), "holds no records of a personal export"),
        (zipped({"user_data.json": '{"a": 1}'}), "is no personal export of TikTok"),
    ],
    ids=["txt", "one txt", "html", "zip", "other", "locked", "broken", "bomb", "path", "list", "object"],
)  # fmt: skip
def test_31_zips_that_are_none(body, said, write):
    with pytest.raises(ValueError, match=said):
        tiktok.read_interactions(write(body, "export.zip"))


def test_31_a_folder_is_what_its_zip_was(tmp_path):
    folder = tmp_path / "TikTok"
    (folder / "inner").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"TikTok holds no user_data_tiktok\.json .* its 0 files"):
        tiktok.read_interactions(folder)
    (folder / "inner" / "Watch History.txt").write_text("Date: 2024-11-19 08:06:40 UTC")
    with pytest.raises(ValueError, match="TikTok is the export as TXT; request JSON from TikTok"):
        tiktok.read_interactions(folder)
    (folder / "inner" / "user_data_tiktok.json").write_text(json.dumps(LAYOUTS["2026"]))
    assert len(tiktok.read_interactions(folder)) == 6


def test_31_of_two_exports_the_new_one_is_read_and_said(write):
    both = {"user_data.json": LAYOUTS["2024"], "user_data_tiktok.json": LAYOUTS["2026"]}
    table = tiktok.read_interactions(write(zipped(both), "export.zip"))
    assert "your activity/Watch History/VideoList" in set(table["section"])
    assert (
        "The zip holds 2 exports; user_data_tiktok.json is read first."
        in table.attrs["report"]["warnings"]
    )


@pytest.mark.parametrize(
    ("link", "video", "kind"),
    [
        (f"https://www.tiktokv.com/share/video/{VIDEO}/", str(VIDEO), "share"),
        (f"https://www.tiktok.com/@a/video/{VIDEO}?x=1", str(VIDEO), "web"),
        (f"https://www.tiktok.com/@/photo/{VIDEO}", str(VIDEO), "web"),
        ("https://vm.tiktok.com/ZM123/", None, "short"), ("https://www.tiktok.com/t/ZM123/", None, "short"),
        ("https://v16.cdn.invalid/x/y/?sig=1", None, "cdn"), ("https://www.tiktok.com/@a/live", None, "live"),
        ("", None, "none"), ("N/A", None, "none"), ("http://[", None, "none"),
    ],
)  # fmt: skip
def test_32_links(link, video, kind, write):
    table = tiktok.read_interactions(
        write({"Activity": {"Like List": {"ItemFavoriteList": [{"date": "", "link": link}]}}})
    )
    assert table["link_kind"].tolist() == [kind]
    assert table["video_id"].fillna("").tolist() == [video or ""]
    assert table["occurred_at"].isna().all(), "the second of posting is not the second of liking"


def test_32_the_first_link_that_is_one(write):
    entry = {"date": "2026-01-02 03:04:05 UTC", "comment": "x", "originalPostUrl": "N/A",
             "original post link": SEEN["Link"]}  # fmt: skip
    table = tiktok.read_interactions(write({"Comment": {"Comments": {"CommentsList": [entry]}}}))
    assert table["video_id"].tolist() == [str(VIDEO)]
