"""The forty bad inputs, by number: a clear error or a counted drop, never a silent zero."""

import codecs
import gzip
import io
import json
import zipfile

import pandas as pd
import pyarrow as pa
import pytest

from karma_lib.datasets import tiktok
from tests.datasets.tiktok.conftest import COMMENT, VIDEO, comment, page, video

pytestmark = pytest.mark.claim(
    "Exports of TikTok that are cut, mixed up, foreign or empty give a sound table or a sentence",
    "{cases} cases: all hold",
)


def report(table):
    return table.attrs["report"]


@pytest.mark.parametrize("empty", ["", "  \n ", "[]", "{}", '{"data":{}}', '{"data": []}', "[{}]"])
@pytest.mark.parametrize(
    "read", [tiktok.read_videos, tiktok.read_comments, tiktok.read_interactions]
)
def test_01_nothing_in_the_file(empty, read, write):
    with pytest.raises(ValueError, match=r"file\.json (holds no records|is no personal export)"):
        read(write(empty))


def test_01_an_empty_result_is_a_warning(write):
    with pytest.warns(UserWarning, match=r"holds an empty result set"):
        table = tiktok.read_videos(write(page("videos", [])))
    assert len(table) == 0
    assert str(table["video_id"].dtype) == "string"


def test_01_nothing_where_a_list_should_be(write):
    empty = {"data": {"videos": None, "has_more": False}, "error": {"code": "ok", "log_id": ""}}
    with pytest.warns(UserWarning, match="holds an empty result set"):
        assert len(tiktok.read_videos(write(empty))) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"id": "1", "extractor_key": "Youtube", "webpage_url": "x"}', "no records of TikTok"),
        ('{"source_platform": "instagram.com", "data": {"id": "1"}}', "no records of TikTok"),
        (b"SQLite format 3\0" + bytes(84), "is an SQLite database; export its tables as CSV"),
    ],
)
def test_02_what_is_no_file_of_tiktok_is_no_empty_table(body, said, write):
    with pytest.raises(ValueError, match=said):
        tiktok.read_videos(write(body))


def test_02_html(write):
    html = "<!DOCTYPE html><html><head><title>Log in | TikTok</title></head></html>"
    for read in (tiktok.read_videos, tiktok.read_interactions):
        with pytest.raises(
            ValueError, match=r"is an HTML page, not data, titled 'Log in | TikTok'"
        ):
            read(write(html))
    with pytest.raises(ValueError, match=r"is of no known format|holds no records"):
        tiktok.read_videos(write("Please solve the captcha to go on"))


def test_03_an_answer_that_failed(write):
    failed = {
        "error": {"code": "invalid_params", "message": "Invalid count or cursor", "log_id": "2024L"}
    }
    said = r"invalid_params: Invalid count or cursor \(log_id 2024L, page {}\)"
    with pytest.raises(ValueError, match=said.format(1)):
        tiktok.read_comments(write(failed))
    path = write([page("comments", [comment(0)]), failed, page("comments", [comment(1)])])
    with pytest.raises(ValueError, match=said.format(2)):
        tiktok.read_comments(path)
    table = tiktok.read_comments(path, keep_good_pages=True)
    assert len(table) == 2
    assert "page 2 (file.json) failed" in report(table)["incomplete"][0]
    assert any("incomplete collection" in line for line in report(table)["warnings"])


def test_04_cut_off(write):
    whole = json.dumps([comment(place) for place in range(3)])
    with pytest.raises(ValueError, match=r"its JSON breaks at byte \d+"):
        tiktok.read_comments(write(whole[:-20]))
    envelope = json.dumps(page("comments", [comment(0)]))
    with pytest.raises(ValueError, match=rf"its JSON breaks at byte {len(envelope) - 1}\b"):
        tiktok.read_comments(write(envelope[:-1]))
    lines = "\n".join(json.dumps(comment(place)) for place in range(3))
    table = tiktok.read_comments(write(lines[:-20]))
    assert len(table) == 2
    assert report(table)["dropped"] == {"last line cut off": 1}


def test_04_cut_in_the_middle_of_a_letter(write):
    lines = "\n".join(json.dumps(comment(text="é"), ensure_ascii=False) for _ in range(2)).encode()
    table = tiktok.read_comments(write(lines[: lines.rindex("é".encode()) + 1]))
    assert report(table)["dropped"] == {"last line cut off": 1}


@pytest.mark.parametrize("place", [0, 2])
def test_05_a_corrupt_line(place, write):
    lines = [json.dumps(comment(number)) for number in range(4)]
    lines[place] = lines[place][:-9]
    table = tiktok.read_comments(write("\n".join(lines) + "\n"))
    assert len(table) == 3
    assert report(table)["dropped"] == {"corrupt line": 1}
    assert report(table)["where"]["corrupt line"] == [place + 1]
    assert report(table)["rows read"] == 4


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_06_07_byte_order_marks_and_delimiters(mark, separator, write):
    text = f"id,video_id,create_time,text\n{COMMENT},{VIDEO},1732003600,ü\n".replace(",", separator)
    table = tiktok.read_comments(write(text.encode(mark), "x.txt"))
    assert table[["comment_id", "text"]].iloc[0].tolist() == [str(COMMENT), "ü"]
    assert report(table)["delimiter"] == separator


@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"'])
def test_06_07_a_spreadsheets_word_about_its_delimiter(mark, write):
    text = f"{mark}\r\nid;video_id;create_time;text\r\n{COMMENT};{VIDEO};1732003600;a,b,c,d\r\n"
    table = tiktok.read_comments(write(text, "x.csv"))
    assert table[["comment_id", "text"]].iloc[0].tolist() == [str(COMMENT), "a,b,c,d"]


def test_06_07_json_with_a_mark(write):
    for mark in ("utf-8-sig", "utf-16", "utf-16-be"):
        start = codecs.BOM_UTF16_BE if mark == "utf-16-be" else b""
        table = tiktok.read_comments(write(start + json.dumps([comment()]).encode(mark)))
        assert len(table) == 1
    with pytest.raises(ValueError, match=r"UTF-16 without a mark"):
        tiktok.read_comments(write(json.dumps([comment()]).encode("utf-16-le")))


@pytest.mark.parametrize("lines", [False, True])
def test_08_cp1252(lines, write):
    text = f"id,video_id,create_time,text\n{COMMENT},{VIDEO},1732003600,süß\n"
    if lines:
        text = json.dumps(comment(text="süß"), ensure_ascii=False) + "\n"
    path = write(text.encode("cp1252"))
    with pytest.raises(ValueError, match=r"is not UTF-8 .*Pass encoding='cp1252'"):
        tiktok.read_comments(path)
    assert tiktok.read_comments(path, encoding="cp1252")["text"].tolist() == ["süß"]
    with pytest.raises(ValueError, match=r"encoding must be one that Python knows"):
        tiktok.read_comments(path, encoding="cp9999")


@pytest.mark.parametrize("right", ["😭", "é", "schöne Grüße", "don’t", "كارما"])
def test_08_mojibake_is_never_loaded_silently(right, write):
    wrong = right.encode().decode("latin-1")
    path = write([comment(text=f"so {wrong}!"), comment(1)])
    with pytest.raises(ValueError, match=r"text in row 1 looks like UTF-8 that was read as cp1252"):
        tiktok.read_comments(path)
    assert wrong in tiktok.read_comments(path, encoding="utf-8")["text"].iloc[0]


@pytest.mark.parametrize(
    "fine", ["SÃO PAULO", "ça va", "Ünïcödé", "âge", "“quoted”", "Ø", "Ã…"[:1]]
)
def test_08_letters_with_accents_are_no_mojibake(fine, write):
    assert tiktok.read_comments(write([comment(text=fine)]))["text"].tolist() == [fine]


def test_09_10_surrogates_and_nul(write):
    path = write([comment(text="a\ud83d b"), comment(1, text="a\0b"), comment(2, text="😭")])
    table = tiktok.read_comments(path)
    assert table["text"].tolist() == ["a\ufffd b", "ab", "😭"]
    assert report(table)["mended"]["lone surrogates replaced"] == 1
    assert report(table)["mended"]["NUL characters removed"] == 1
    names = tiktok.read_videos(write([video(username="so\0me")]), pseudonymise=False)
    assert names["author_key"].tolist() == ["some"]


@pytest.mark.parametrize("lines", [False, True])
def test_11_nan_is_null(lines, write):
    records = [comment(like_count=float("nan")), comment(1, like_count=float("inf")), comment(2)]
    table = tiktok.read_comments(write(records, lines=lines))
    assert table["like_count"].isna().tolist() == [True, True, False]
    assert report(table)["mended"]["NaN or Infinity read as null"] == 2


DAMAGE = {
    "float": (lambda number: int(float(number)), "divisible by 1024"),
    "float cell": (float, "written as floats"),
    "float text": (lambda number: f"{float(number):.5E}", "written as floats"),
    "dot zero": (lambda number: f"{float(number):.1f}", "written as floats"),
    "javascript": (lambda number: number // 1000 * 1000, "end in 000"),
    "spreadsheet": (lambda number: number // 10_000 * 10_000, "end in 0000"),
}


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("column", ["id", "video_id"])
@pytest.mark.parametrize("size", [3, 40])
def test_12_damaged_ids(kind, column, size, write):
    damage, why = DAMAGE[kind]
    records = [comment(place, video_id=video(place)["id"]) for place in range(size)]
    records = [
        {**record, column: damage(record[column]), "parent_comment_id": None} for record in records
    ]
    tidy = "comment_id" if column == "id" else "video_id"
    with pytest.raises(
        tiktok.IdPrecisionError, match=rf"{tidy} has lost digits .*{why}.*allow_damaged_ids"
    ):
        tiktok.read_comments(write(records))
    table = tiktok.read_comments(write(records), allow_damaged_ids=True)
    assert len(table) == size
    assert why in report(table)["id damage"][tidy]


def test_12_the_second_outlives_the_damage(write):
    seconds = [(comment(place)["id"] >> 32) for place in range(30)]
    records = [
        {"id": float(comment(place)["id"]), "video_id": VIDEO, "text": ""} for place in range(30)
    ]
    table = tiktok.read_comments(write(records), allow_damaged_ids=True)
    assert (table["created_at"].astype("int64") // 1_000_000).tolist() == seconds
    assert set(table["created_at_quality"]) == {"from_id"}


def test_12_intact_ids_pass_and_small_floats_are_exact(write):
    table = tiktok.read_comments(write([comment(place) for place in range(200)]))
    assert report(table)["id damage"] == {}
    table = tiktok.read_comments(
        write([comment(video_id=123456.0), comment(1, video_id="123457.0")])
    )
    assert table["video_id"].tolist() == ["123456", "123457"]


def test_13_wrapped_ids_are_cleaned_and_counted(write):
    spelled = ["ID_{}", '="{}"', "'{}", " {} ", "{:,}"]
    records = [comment(n, id=form.format(comment(n)["id"])) for n, form in enumerate(spelled)]
    table = tiktok.read_comments(write([*records, comment(9, id="abc"), comment(8, id="12 34")]))
    assert table["comment_id"].tolist() == [str(comment(n)["id"]) for n in range(5)]
    assert report(table)["mended"]["comment_id cleaned of wrapping"] == 4
    assert report(table)["dropped"] == {"no usable id": 2}


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("number", [2**63, 2**64, 10**20, -5, -COMMENT])
def test_14_numbers_that_are_no_ids(number, lines, write):
    table = tiktok.read_comments(write([comment(), comment(1, id=number)], lines=lines))
    assert len(table) == 1
    assert report(table)["dropped"] == {"no usable id": 1}
    assert report(table)["mended"] == {"comment_id out of range": 1}


def test_15_no_id_and_two_ids(write):
    table = tiktok.read_comments(write([comment(), comment(1, id=None), comment(2, id="")]))
    assert report(table)["dropped"] == {"no usable id": 2}
    csv = ("id,unix_timestamp,body,plays,tiktok_url,author\n"
           f"{VIDEO},1732000000,a,5,https://www.tiktok.com/@x/video/{COMMENT},x\n")  # fmt: skip
    with pytest.warns(
        UserWarning, match=r"1 ids differ from those in the address column \(rows 2\)"
    ):
        table = tiktok.read_videos(write(csv))
    assert table["video_id"].tolist() == [str(VIDEO)]


NOON = pd.Timestamp("2024-11-19 08:06:40", tz="UTC")
TIMES = [
    (1732003600, "epoch"), ("1732003600", "epoch"), (1732003600.0, "epoch"),
    (1732003600000, "epoch"), (1732003600000000, "epoch"),
    ("2024-11-19T08:06:40Z", "iso_offset"), ("2024-11-19T10:06:40+02:00", "iso_offset"),
    ("2024-11-19 08:06:40 UTC", "iso_offset"), ("2024-11-19 08:06:40", "naive_assumed_utc"),
    ("2024-11-19T08:06:40.000", "naive_assumed_utc"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "quality"), TIMES)
def test_16_times_in_every_writing(value, quality, write):
    row = tiktok.read_comments(write([comment(create_time=value)])).iloc[0]
    assert (row["created_at"], row["created_at_quality"]) == (NOON, quality)


def test_16_units_are_reported(write):
    table = tiktok.read_comments(write([comment(create_time=1732003600000)]))
    assert report(table)["mended"] == {"times in milliseconds": 1}
    assert report(table)["time zone"] == ["Unix milliseconds, UTC"]


@pytest.mark.parametrize("value", [0, -5, 1732000, "1970-01-21", 4e9, 2_500_000_000, "soon"])
def test_16_impossible_times_are_missing(value, write):
    table = tiktok.read_comments(write([comment(create_time=value)]))
    assert table["created_at"].isna().all()
    assert table["created_at_quality"].tolist() == ["missing"]
    assert sum(report(table)["mended"].values()) == 1


def test_16_dates(write):
    row = tiktok.read_comments(write([comment(create_time="2024-11-19")])).iloc[0]
    assert row["created_at_quality"] == "date_only"
    path = write([comment(create_time="19/11/2024 08:06:40")])
    with pytest.raises(ValueError, match=r"can be read in several ways .*time_format="):
        tiktok.read_comments(path)
    table = tiktok.read_comments(path, time_format="%d/%m/%Y %H:%M:%S")
    assert table["created_at"].tolist() == [NOON]


PYKTOK = "video_id,video_timestamp,video_description\n{},{},a\n"


@pytest.mark.parametrize(
    ("local", "utc", "told"),
    [("2024-11-03T01:30:00", "2024-11-03T05:30:00", "comes twice"),
     ("2024-11-03T01:30:00", "2024-11-03T06:30:00", "comes twice"),
     ("2024-03-10T02:30:00", "2024-03-10T07:30:00", "the clock skips")],
)  # fmt: skip
def test_17_the_hour_of_the_clock_change_is_told_by_the_id(local, utc, told, write):
    second = int(pd.Timestamp(utc, tz="UTC").timestamp())
    path = write(PYKTOK.format((second << 32) + 12345, local))
    with pytest.raises(ValueError, match=r"Pass tz="):
        tiktok.read_videos(path)
    table = tiktok.read_videos(path, tz="America/New_York")
    assert table["created_at"].tolist() == [pd.Timestamp(utc, tz="UTC")]
    assert any(told in key for key in report(table)["mended"])
    with pytest.raises(ValueError, match=r"tz must be a name such as"):
        tiktok.read_videos(path, tz="Mars/Olympus")


def test_18_local_words_beside_seconds(write):
    csv = ("id,unix_timestamp,timestamp,body,post_id,thread_id,author\n"
           f"{COMMENT},1732003600,2024-11-19 03:06:40,a,{VIDEO},{VIDEO},x\n")  # fmt: skip
    with pytest.warns(UserWarning, match=r"timestamp is -5 h from unix_timestamp in 1 rows"):
        table = tiktok.read_comments(write(csv))
    assert table["created_at"].tolist() == [NOON]


def test_19_repeats_are_merged_and_the_newest_kept(write):
    late = page("comments", [comment(like_count=9), comment(1)])
    late["error"]["log_id"] = "20241203120000AB"
    table = tiktok.read_comments(write([late, page("comments", [comment(), comment(1)])]))
    assert table["like_count"].tolist() == [9, 2]
    assert report(table)["duplicates merged"] == 2
    assert report(table)["of them with other values"] == 1


def test_20_an_incomplete_collection(write):
    table = tiktok.read_videos(write([page("videos", [video()], has_more=True)]))
    assert report(table)["incomplete"] == ["has_more is true on the last page (file.json)"]
    pages = [page("videos", [video()], has_more=True), page("videos", [video(1)], cursor=300)]
    table = tiktok.read_videos(write(pages))
    assert report(table)["incomplete"] == ["cursor jumps from 100 to 300 at page 2 (file.json)"]
    pages[1]["data"]["cursor"] = 200
    assert report(tiktok.read_videos(write(pages)))["incomplete"] == []


def test_20_pages_in_a_folder_are_one_collection(tmp_path):
    for place in range(11):
        one = page("videos", [video(place)], cursor=100 * (place + 1), has_more=place < 10)
        if place != 7:
            (tmp_path / f"page_{place}.json").write_text(json.dumps(one))
    table = tiktok.read_videos(tmp_path)
    assert len(table) == 10
    assert report(table)["incomplete"] == ["cursor jumps from 700 to 900 at page 8 (page_8.json)"]


def test_21_orphans(write):
    table = tiktok.read_comments(
        write(
            [
                comment(),
                comment(1, parent_comment_id=comment(7)["id"]),
                comment(2, video_id=COMMENT, parent_comment_id=COMMENT),
            ]
        ),
        videos=tiktok.read_videos(write([video(id=VIDEO, comment_count=10)], "v.json")),
    )
    assert len(table) == 3
    assert report(table)["replies without their parent"] == 1
    assert report(table)["comments without their video"] == 1
    assert report(table)["coverage"] == {"videos": 2, "truncated at about 1000": 0,
                                         "median share loaded": 0.2}  # fmt: skip


def test_22_parents(write):
    ids = [comment(place)["id"] for place in range(6)]
    parents = [VIDEO, ids[1], ids[3], ids[2], ids[0], 0]
    records = [comment(n, parent_comment_id=parent) for n, parent in enumerate(parents)]
    table = tiktok.read_comments(write(records))
    assert table["parent_comment_id"].fillna("").tolist() == ["", "", "", "", str(ids[0]), ""]
    assert table["reply_level"].tolist() == [0, 0, 0, 0, 1, 0]
    assert report(table)["mended"] == {"comments that are their own parent, now top level": 1,
                                       "comments in a circle of parents, now top level": 2}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0, 0), (None, None), ("", None), (-977433948, None), ("1.2M", 1_200_000), ("12.3K", 12_300),
     ("1,234", 1234), ("1,234,567", 1234567), ("22600.0", 22600), (22600.0, 22600), ("15955", 15955),
     ("1.5", None), (True, None), ({}, None), ("many", None), (10**30, None), ("1e400", None)],
)  # fmt: skip
def test_23_counts(value, wanted, write):
    table = tiktok.read_comments(write([comment(like_count=value), comment(1)]))
    assert table["like_count"].fillna(-1).tolist() == [-1 if wanted is None else wanted, 2]
    silent = value in (None, "") or (wanted is not None and not str(value).endswith(("M", "K")))
    assert bool(report(table)["mended"]) != silent


def test_23_missing_is_not_zero_and_short_is_rounded(write):
    record = video(view_count="1.2M")
    del record["like_count"]
    table = tiktok.read_videos(write([record, video(1)]))
    assert table["like_count"].isna().tolist() == [True, False]
    assert table["counts_quality"].tolist() == ["rounded", "lagged"]


def web(**changes):
    return {
        "cid": str(COMMENT),
        "aweme_id": str(VIDEO),
        "text": "a",
        "create_time": 1732003600,
        **changes,
    }


@pytest.mark.parametrize(
    ("user", "wanted"),
    [({"unique_id": "Some.One", "uid": "67"}, "some.one"), ({"uid": "6700000000000000004"}, "6700000000000000004"),
     ({}, None), (None, None), ("gone", None), ({"unique_id": "", "uid": 6700000000000000004}, "6700000000000000004"),
     ({"uid": 6.7e18}, None)],
)  # fmt: skip
def test_24_authors(user, wanted, write):
    table = tiktok.read_comments(write([web(user=user)]), pseudonymise=False)
    assert table["author_key"].fillna("nobody").tolist() == [wanted or "nobody"]


def test_24_the_author_of_an_item_may_be_a_word(write):
    item = {
        "id": str(VIDEO),
        "createTime": "1732000000",
        "desc": "",
        "author": "someone",
        "nickname": "S",
        "stats": {},
    }
    assert tiktok.read_videos(write([item]), pseudonymise=False)["author_key"].tolist() == [
        "someone"
    ]


@pytest.mark.parametrize(
    "value",
    [
        ["B", "#a", "＃b", "é"],
        "B,a,b,é",
        "B|a|é",
        "['B', 'a', 'é']",
        '["B","a","é"]',
        [{"name": "B"}, {"title": "A"}, "e\u0301"],
    ],
)
def test_25_hashtags(value, write):
    assert tiktok.read_videos(write([video(hashtag_names=value)]))["hashtags"].iloc[0] == [
        "b",
        "a",
        "é",
    ]


def test_25_hashtags_of_any_script_from_the_text(write):
    text = "x #كارما ＃Karma #हिन्दी #🔥, #karma"
    row = tiktok.read_videos(write([video(hashtag_names=None, video_description=text)])).iloc[0]
    assert row["hashtags"] == ["كارما", "karma", "हिन्दी", "🔥"]


def test_26_python_in_cells(write):
    head = "cid,aweme_id,text,create_time,user\n"
    bad = ["{'uid': __import__('os')}", "{'uid': '6'" + "}" * 3, "{'uid': '" + "6" * 100_001 + "'}"]
    rows = [f'{comment(n)["id"]},{VIDEO},a,1732003600,"{cell}"\n' for n, cell in enumerate(bad)]
    table = tiktok.read_comments(write(head + "".join(rows)))
    assert table["author_key"].isna().tolist() == [True] * 3
    assert report(table)["mended"] == {
        "lists or objects in a cell unreadable, set to missing": 2,
        "lists or objects in a cell too long, set to missing": 1,
    }


def test_27_cells_as_they_are(write):
    text = (f'id;video_id;create_time;text\n{COMMENT};{VIDEO};1732003600;"=SUM(A1) ""x""\nnew; line"\n'
            f"1;2;3\n{comment(1)['id']};{VIDEO};1732003600;b;too;many\n{comment(2)['id']};{VIDEO};1732003600;c\n")  # fmt: skip
    table = tiktok.read_comments(write(text))
    assert table["text"].tolist() == ['=SUM(A1) "x"\nnew; line', "c"]
    assert report(table)["dropped"] == {"row with too many or few fields": 2}
    assert report(table)["where"]["row with too many or few fields"] == [4, 5]
    assert report(table)["delimiter"] == ";"


def test_28_headers(write):
    text = f" ID ,Video ID,CREATE_TIME,Text,mystery\n{COMMENT},{VIDEO},1732003600,a,b\n"
    table = tiktok.read_comments(write(text))
    assert table["comment_id"].tolist() == [str(COMMENT)]
    assert report(table)["unknown keys"] == ["mystery"]
    with pytest.raises(ValueError, match=r"nearest is 4cat comments, without post_id"):
        tiktok.read_comments(
            write(
                "id,unix_timestamp,thread_id,body,comment_url,replies,language_guess\n1,2,3,4,5,6,7\n"
            )
        )


@pytest.mark.parametrize("word", ["NA", "null", "None", "nan"])
def test_29_words_stay_words(word, write):
    text = f"id,unix_timestamp,body,post_id,author\n{COMMENT},1732003600,{word},{VIDEO},{word}\n"
    table = tiktok.read_comments(write(text), pseudonymise=False)
    assert table[["text", "author_key"]].iloc[0].tolist() == [word, word.lower()]


def test_33_posts_and_comments_in_one_file(write):
    path = write([video(), comment(), comment(1)], lines=True)
    for read, kept, others in (
        (tiktok.read_videos, 1, {"comments": 2}),
        (tiktok.read_comments, 2, {"videos": 1}),
    ):
        table = read(path)
        assert len(table) == kept
        assert report(table)["rows of other kinds"] == others
    with pytest.raises(ValueError, match=r"holds videos and no comments; use read_videos"):
        tiktok.read_comments(write([video()]))


def test_34_rows_that_are_no_posts(write):
    item = {
        "id": str(VIDEO),
        "createTime": 1732000000,
        "desc": "",
        "author": "a",
        "stats": {},
        "isAd": True,
    }
    rows = [
        item,
        {**item, "liveRoomInfo": {"x": 1}},
        {"error": "not found", "errorDescription": "gone"},
    ]
    table = tiktok.read_videos(write(rows))
    assert table["is_ad"].tolist() == [True]
    assert report(table)["dropped"] == {"live room": 1, "error row": 1}


def test_35_a_workbook(write):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    for read in (tiktok.read_videos, tiktok.read_comments):
        with pytest.raises(ValueError, match=r"is an Excel workbook, whose cells keep 15 digits"):
            read(write(packed.getvalue(), "file.xlsx"))


@pytest.mark.parametrize("name", ["x.json", "x.gz", "x.zst"])
def test_36_packed_whatever_the_name(name, write):
    plain = "".join(json.dumps(comment(place)) + "\n" for place in range(3)).encode()
    packed = [gzip.compress(plain), pa.compress(plain, "zstd", asbytes=True)]
    for body in (plain, *packed):
        assert len(tiktok.read_comments(write(body, name))) == 3
    with pytest.raises(ValueError, match=r"is packed and damaged"):
        tiktok.read_comments(write(packed[0][:-30], name))


def test_38_redacted(write):
    text = f"id,unix_timestamp,body,post_id,author\n{COMMENT},1732003600,a,{VIDEO},REDACTED\n"
    table = tiktok.read_comments(write(text))
    assert table["author_key"].isna().all()
    assert (
        "Authors are given as REDACTED; author_key is missing there." in report(table)["warnings"]
    )


def test_39_where_is_not_where(write):
    notes = report(tiktok.read_videos(write([video()])))["notes"]
    assert any("region_code is where the account was registered" in note for note in notes)


def test_40_old_data(write):
    table = tiktok.read_comments(write(page("comments", [comment()])))
    age = (pd.Timestamp.now("UTC") - pd.Timestamp("2024-12-01 12:00", tz="UTC")).days
    assert report(table)["age in days"] == age
    assert f"The collection is {age} days old" in report(table)["warnings"][0]
    assert not report(
        tiktok.read_comments(write(page("comments", [comment()])), refresh_days=10_000)
    )["warnings"]


def test_a_note_among_the_pages_of_a_folder_is_left_out_and_named(write, tmp_path):
    write(page("comments", [comment()]), "page_1.json")
    write("Collected in May.\nFor the second study, with care.\n", "README.txt")
    with pytest.warns(UserWarning, match=r"^README\.txt holds no records and is left out\.$"):
        assert len(tiktok.read_comments(tmp_path)) == 1
    with pytest.raises(ValueError, match=r"^README\.txt "):
        tiktok.read_comments(tmp_path / "README.txt")
    write(b"", "page_2.json")
    with pytest.raises(ValueError, match=r"^page_2\.json holds no records"):
        tiktok.read_comments(tmp_path)


def test_36_a_zip_in_gzip_is_named(write):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("page_1.json", json.dumps(page("comments", [comment()])))
    with pytest.raises(
        ValueError, match=r"^x\.zip is a zip without user_data_tiktok\.json; unpack"
    ):
        tiktok.read_comments(write(packed.getvalue(), "x.zip"))
    with pytest.raises(ValueError, match=r"^x\.zip\.gz is a zip that was packed again with gzip"):
        tiktok.read_comments(write(gzip.compress(packed.getvalue()), "x.zip.gz"))
