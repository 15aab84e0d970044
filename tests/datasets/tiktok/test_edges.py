"""What is rare in a file: cut letters, ids of other kinds, blank lines, copies of other tables."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from karma_lib.datasets import tiktok
from karma_lib.datasets.tiktok import _open, _report
from tests.datasets.tiktok.conftest import COMMENT, VIDEO, comment, page, video
from tests.datasets.tiktok.test_bad_inputs import report
from tests.datasets.tiktok.test_export import zipped


@pytest.mark.parametrize("fine", ["ð¡ and all", "â€ 5"])
def test_what_only_looks_like_mojibake_is_kept(fine, write):
    """As UTF-8 the bytes of these letters would be cut off; those of the last are whole."""
    assert tiktok.read_comments(write([comment(text=fine)]))["text"].tolist() == [fine]
    with pytest.raises(ValueError, match="looks like UTF-8 that was read as cp1252"):
        tiktok.read_comments(write([comment(text=f"{fine} Ù¿")]))


def test_ids_that_are_lists_or_infinite_are_none_and_addresses_hold_one(write):
    link = f"https://www.tiktok.com/@x/video/{COMMENT}"
    records = [comment(id=link), comment(1, id=[1]), comment(2, id={}), comment(3, id=True), comment(4)]  # fmt: skip
    text = json.dumps(records).replace(f'"id": {comment(4)["id"]}', '"id": 1e999')
    table = tiktok.read_comments(write(text))
    assert table["comment_id"].tolist() == [str(COMMENT)]
    assert report(table)["dropped"] == {"no usable id": 4}
    assert report(table)["mended"]["comment_id unreadable"] == 3


@pytest.mark.parametrize("damage", [float, lambda number: number // 1_000 * 1_000])
def test_an_id_beside_the_main_one_that_lost_digits_is_set_to_missing(damage, write):
    records = [video(place, music_id=damage(video(place + 50)["id"])) for place in range(4)]
    table = tiktok.read_videos(write(records))
    assert len(table) == 4
    assert table["music_id"].isna().all()
    assert report(table)["mended"] == {"music_id damaged, set to missing": 4}
    assert [*report(table)["id damage"]] == ["music_id"]


def test_lengths_that_are_none_are_missing(write):
    wrong = ["long", [], -1, "9" * 400]
    records = [video(place, video_duration=value) for place, value in enumerate([*wrong, "7.5", ""])]  # fmt: skip
    table = tiktok.read_videos(write(records))
    assert table["duration_s"].fillna(0).tolist() == [0, 0, 0, 0, 7.5, 0]
    assert report(table)["mended"] == {"duration_s unreadable, set to missing": len(wrong)}


@pytest.mark.parametrize(("given", "tags"), [({"name": "#Karma"}, ["karma"]), (7, ["7"]), ("a|B,#a", ["a", "b"])])  # fmt: skip
def test_hashtags_that_are_no_list(given, tags, write):
    assert tiktok.read_videos(write([video(hashtag_names=given)]))["hashtags"].iloc[0] == tags


def test_a_folder_without_data_is_named(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(ValueError, match=r"holds no records: no JSON, CSV or packed file in it"):
        tiktok.read_comments(tmp_path)


def test_blank_lines_and_blank_rows_are_no_records(write):
    lines = f"{json.dumps(comment())}\n\n   \n{json.dumps(comment(1))}\n"
    table = tiktok.read_comments(write(lines))
    assert (len(table), report(table)["rows read"]) == (2, 2)
    csv = f"id,video_id,create_time,text\n{COMMENT},{VIDEO},1732003600,a\n\n{COMMENT + 7},{VIDEO},1732003600,b\n"
    table = tiktok.read_comments(write(csv))
    assert (table["text"].tolist(), report(table)["rows read"]) == (["a", "b"], 2)


def test_a_cell_beyond_all_measure_is_a_row_that_is_dropped(write):
    row = f"{COMMENT},{VIDEO},1732003600,"
    long = f"{COMMENT + 9},{VIDEO},1732003600,{'x' * 140_000}"
    table = tiktok.read_comments(write(f"id,video_id,create_time,text\n{row}a\n{long}\n"))
    assert table["text"].tolist() == ["a"]
    assert report(table)["dropped"] == {"row that is no table row": 1}


@pytest.mark.parametrize("shape", ["lines", "lines of many keys", "list"])
def test_a_byte_of_another_encoding_in_the_middle_is_told(shape, write):
    more = {f"key {n}": n for n in range(9)} if "many" in shape else {}
    two = [json.dumps(comment(n, text="süß", **more), ensure_ascii=False) for n in range(2)]
    text = f"[{','.join(two)}]" if shape == "list" else "\n".join(two) + "\n"
    with pytest.raises(ValueError, match=r"is not UTF-8 \(byte 0xfc\); it may be cp1252"):
        tiktok.read_comments(write(text.encode("cp1252")))


@pytest.mark.parametrize("shape", ["document", "list"])
def test_a_file_cut_in_the_middle_of_a_letter_says_where(shape, write):
    text = json.dumps(comment(text="é"), ensure_ascii=False)
    text = text if shape == "document" else f"[{text}]"
    body = text.encode()
    cut = body.rindex("é".encode()) + 1
    with pytest.raises(ValueError, match=rf"its JSON breaks at byte {cut - 1}\b"):
        tiktok.read_comments(write(body[:cut]))


def test_one_document_beyond_the_limit_is_not_loaded(write, monkeypatch):
    monkeypatch.setattr(_open, "CAP", 200)
    with pytest.raises(ValueError, match="is one JSON document over 2 GB; convert it to lines"):
        tiktok.read_comments(write(page("comments", [comment()])))


def test_what_is_nested_without_end_is_refused(write):
    deep = '{"data":' * 100_000 + "1" + "}" * 100_000
    with pytest.raises(ValueError, match=r"is no JSON that can be read \(nested too deeply\)"):
        tiktok.read_comments(write(deep))


@pytest.mark.parametrize("value", ["2024-02-31 10:00:00", "2024-13-01T10:00:00Z"])
def test_a_day_that_no_calendar_has_is_no_time(value, write):
    table = tiktok.read_comments(write([comment(create_time=value)]))
    assert table["created_at"].isna().all()
    assert report(table)["mended"] == {"times unreadable, set to missing": 1}


def test_in_an_hour_that_comes_twice_an_id_without_a_second_takes_the_first(write):
    records = [comment(id=123_456, create_time="2024-10-27 02:30:00")]
    table = tiktok.read_comments(write(records), tz="Europe/Berlin")
    assert table["created_at"].tolist() == [pd.Timestamp("2024-10-27 00:30", tz="UTC")]
    assert report(table)["mended"] == {"local times in an hour that comes twice": 1}


def test_where_a_search_begins_anew_before_it_ended_is_told(write):
    pages = [page("comments", [comment(0)], cursor=100, has_more=True),
             page("comments", [comment(1)], cursor=100)]  # fmt: skip
    with_more = tiktok.read_comments(write(pages, lines=True))
    assert report(with_more)["incomplete"] == [
        "has_more is true before a new series at page 2 (file.json)"
    ]


def test_a_time_of_asking_that_is_none_leaves_the_collection_undated(write):
    asked = page("comments", [comment()])
    asked["error"]["log_id"] = "20241399120000AB"
    assert tiktok.read_comments(write(asked))["collected_at"].isna().all()


def test_of_many_bad_rows_the_first_ones_are_named(write):
    table = tiktok.read_comments(write([comment(), *([7] * 400)]))
    assert report(table)["dropped"] == {"not an object": 400}
    where = report(table)["where"]["not an object"]
    assert where == list(range(2, 2 + len(where)))
    assert 1 < len(where) < 50


def test_keys_that_nobody_knows_are_listed_up_to_a_bound(write):
    strange = [{f"key {n} of {place}": 1 for n in range(150)} for place in range(3)]
    table = tiktok.read_comments(write([comment(place, **strange[place]) for place in range(3)]))
    known = report(table)["unknown keys"]
    assert {"key 0 of 0", "key 149 of 1"} <= set(known)
    assert "key 0 of 2" not in known


def test_clocks_are_not_compared_by_a_day_that_does_not_exist(write):
    csv = ("id,timestamp,unix_timestamp,body,plays,author\n"
           f"{VIDEO},2024-13-01 10:00:00,1732000000,a,5,x\n")  # fmt: skip
    table = tiktok.read_videos(write(csv))
    assert table["created_at"].tolist() == [pd.Timestamp(1_732_000_000, unit="s", tz="UTC")]
    assert not [line for line in report(table)["warnings"] if "local time" in line]


def test_a_warning_is_kept_once():
    told = _report.Report()
    for sentence in ("Look here.", "Look there.", "Look here."):
        told.warn(sentence)
    assert told.warnings == ["Look here.", "Look there."]


def test_a_store_of_one_table_is_none_of_the_other(write, tmp_path):
    tiktok.store(write([comment()]), tmp_path / "out")
    with pytest.raises(ValueError, match=r"out holds no videos: .*view_count.* not there"):
        tiktok.read_videos(tmp_path / "out")
    with pytest.raises(ValueError, match=r"table must be one of .*; got 'people'"):
        tiktok.store(write([comment()]), tmp_path / "new", "people")
    with pytest.raises(ValueError, match=r"file\.json holds no comments to store"):
        tiktok.store(write(page("comments", [])), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_damaged_ids_are_stored_each_as_a_row(write, tmp_path):
    """Two comments whose ids are the same once digits are lost."""
    records = [comment(place, id=float(COMMENT), video_id=VIDEO) for place in range(4)]
    kept = tiktok.store(write(records), tmp_path / "out", allow_damaged_ids=True)
    assert (kept["rows kept"], kept["duplicates merged"]) == (4, 0)


def test_a_damaged_copy_is_told(tmp_path):
    (tmp_path / "copy.parquet").write_bytes(b"PAR1" + bytes(40))
    with pytest.raises(ValueError, match=r"copy.parquet is damaged Parquet; write the copy again"):
        tiktok.read_comments(tmp_path / "copy.parquet")


def test_a_copy_whose_report_is_damaged_is_told(write, tmp_path):
    copy = tmp_path / "copy.parquet"
    tiktok.read_comments(write([comment()])).to_parquet(copy)
    held = pq.read_table(copy)
    cut = held.schema.metadata | {b"PANDAS_ATTRS": held.schema.metadata[b"PANDAS_ATTRS"][:-9]}
    pq.write_table(held.replace_schema_metadata(cut), copy)
    with pytest.raises(ValueError, match=r"copy.parquet is damaged Parquet; write the copy again"):
        tiktok.read_comments(copy)


def test_a_workbook_and_an_export_of_nothing_are_told(write):
    book = zipped({"xl/workbook.xml": "<x/>", "b.xml": "<x/>"})
    with pytest.raises(ValueError, match="is an Excel workbook; request the export as JSON"):
        tiktok.read_interactions(write(book, "export.zip"))
    with pytest.warns(UserWarning, match=r"file\.json has none of the sections that are read"):
        assert len(tiktok.read_interactions(write({"Activity": {"Chat": {"a": 1}}}))) == 0


def test_an_exports_keys_that_nobody_knows_are_listed_up_to_a_bound(write):
    acts = [{"Date": "2024-11-19 08:06:40", **{f"key {n} of {place}": 1 for n in range(250)}}
            for place in range(2)]  # fmt: skip
    table = tiktok.read_interactions(write({"Activity": {"Like List": {"ItemFavoriteList": acts}}}))
    known = report(table)["unknown keys"]
    assert "key 0 of 0" in known
    assert "key 0 of 1" not in known
