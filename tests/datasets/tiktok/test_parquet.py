"""Tables written piece by piece: the same rows, asked under a limit of memory."""

import json
import random
import subprocess
import sys

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from karma_lib.datasets import tiktok
from karma_lib.datasets.tiktok import _stored
from tests.datasets.tiktok.conftest import VIDEO, comment, page, video


def test_a_parquet_copy_is_the_same_table(write, tmp_path):
    for read, make in ((tiktok.read_videos, video), (tiktok.read_comments, comment)):
        table = read(write([make(place) for place in range(4)]))
        table.to_parquet(tmp_path / "copy.parquet")
        again = read(tmp_path / "copy.parquet")
        pd.testing.assert_frame_equal(again, table)
        assert again.attrs["report"] == table.attrs["report"]
    with pytest.raises(ValueError, match="is Parquet, but no copy of tidy videos"):
        tiktok.read_videos(tmp_path / "copy.parquet")


def test_stored_is_what_is_read(write, tmp_path, monkeypatch):
    monkeypatch.setattr(_stored, "PIECE", 7)
    late = page("comments", [comment(3, like_count=9)])
    late["error"]["log_id"] = "20241205120000AB"
    path = write([page("comments", [comment(place) for place in range(50)]), late], lines=True)
    table = tiktok.read_comments(path)
    report = tiktok.store(path, tmp_path / "out")
    assert report["duplicates merged"] == table.attrs["report"]["duplicates merged"] == 1
    assert (report["first"], report["last"]) == tuple(
        table.attrs["report"][key] for key in ("first", "last")
    )
    again = tiktok.read_comments(tmp_path / "out")
    assert again.attrs["report"] == json.loads((tmp_path / "out" / "report.json").read_text())
    pd.testing.assert_frame_equal(
        again.sort_values("comment_id").reset_index(drop=True),
        table.sort_values("comment_id").reset_index(drop=True),
    )
    hours = tiktok.per_hour(tmp_path / "out").set_index("hour")["n"]
    wanted = table.groupby(table["created_at"].dt.floor("h")).size()
    assert hours.to_dict() == wanted.to_dict()
    with pytest.raises(FileExistsError, match="folder must be new or empty; got 'out'"):
        tiktok.store(path, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match=r"must (hold a|be) stored"):
        tiktok.query(tmp_path, "SELECT 1")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", ["comments", "videos"])
def test_stored_is_what_is_read_however_captures_repeat(key, seed, tmp_path, monkeypatch):
    """Repeats in any order of collection, some without its time; videos through two tools."""
    monkeypatch.setattr(_stored, "PIECE", 11)
    draw, folder = random.Random(seed), tmp_path / "in"
    folder.mkdir()
    make, read = {
        "comments": (comment, tiktok.read_comments),
        "videos": (video, tiktok.read_videos),
    }[key]
    for number in range(8):
        records = [make(draw.randrange(40), like_count=draw.randrange(99)) for _ in range(12)]
        asked = page(key, records, cursor=100 * number + 100, has_more=number < 7)
        asked["error"]["log_id"] = draw.choice([f"202412{draw.randrange(10, 29)}120000AB", "none"])
        (folder / f"{number}.json").write_text(json.dumps(asked))
    items = [{"id": str(video(place)["id"]), "desc": "x", "createTime": 1_732_000_030, "stats": {}}
             for place in range(30)]  # fmt: skip
    if key == "videos":
        (folder / "items.json").write_text(json.dumps(items + items[:5]))
    table, report = read(folder), tiktok.store(folder, tmp_path / "out", key)
    assert report["duplicates merged"] == table.attrs["report"]["duplicates merged"] > 5
    assert report["rows kept"] == len(table)
    names = [f"{key[:-1]}_id", "source"]
    tables = [each.astype({"source": str}).sort_values(names).reset_index(drop=True)
              for each in (table, read(tmp_path / "out"))]  # fmt: skip
    pd.testing.assert_frame_equal(*tables)


def test_nothing_is_left_of_a_file_that_fails(write, tmp_path):
    with pytest.raises(ValueError, match="breaks at byte"):
        tiktok.store(
            write(json.dumps([comment(place) for place in range(9)])[:-9]), tmp_path / "out"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


@pytest.fixture
def stored(write, tmp_path):
    """Comments of three months, a few of them on another video."""
    other = 7438898823897462514
    records = [comment(place, video_id=other if place % 9 == 0 else VIDEO,
                       create_time=1_732_010_030 + place * 86_400) for place in range(60)]  # fmt: skip
    path = write(records)
    tiktok.store(path, tmp_path / "out", tz="UTC")
    return path, tmp_path / "out", [str(other), str(comment(31)["id"])]


def test_deletions_in_a_store_are_those_in_a_table(stored):
    path, folder, ids = stored
    report = tiktok.apply_deletions(folder, ids)
    again = tiktok.read_comments(folder)
    wanted = tiktok.apply_deletions(tiktok.read_comments(path), ids)
    assert report["deleted rows"] == wanted.attrs["report"]["deleted rows"] == 8
    pd.testing.assert_frame_equal(
        again.sort_values("comment_id").reset_index(drop=True),
        wanted.sort_values("comment_id").reset_index(drop=True),
    )
    assert again.attrs["report"] == report
    assert not any(number.encode() in file.read_bytes() for number in ids
                   for file in folder.rglob("*.parquet"))  # fmt: skip
    assert tiktok.apply_deletions(folder, ids) == report, "what is gone is counted once"
    assert not list(folder.rglob("*.half"))


def test_only_the_months_concerned_are_written_anew(stored):
    _, folder, ids = stored
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*.parquet")}
    assert len(before) == 3
    tiktok.apply_deletions(folder, ids[1:])
    changed = {file.parent.name for file, when in before.items() if file.stat().st_mtime_ns != when}
    assert changed == {"month=2024-12"}


def test_an_interrupted_deletion_leaves_whole_files_and_is_taken_up_again(stored, monkeypatch):
    _, folder, ids = stored
    write = pq.ParquetWriter.write_batch
    calls = []

    def killed(self, batch):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            tiktok.apply_deletions(folder, ids)
    assert 52 < len(tiktok.read_comments(folder)) < 60
    assert not list(folder.rglob("*.half"))
    assert tiktok.apply_deletions(folder, ids)["deleted rows"] == 8
    assert len(tiktok.read_comments(folder)) == 52


def test_all_may_be_deleted_and_a_folder_without_a_store_is_named(stored, tmp_path):
    _, folder, ids = stored
    tiktok.apply_deletions(folder, [*ids, str(VIDEO)])
    assert len(tiktok.read_comments(folder)) == 0
    with pytest.raises(FileNotFoundError, match=r"must (hold a|be) stored"):
        tiktok.apply_deletions(folder / "month=2024-12", ids)
    with pytest.raises(TypeError, match="ids must be strings of digits; got 12"):
        tiktok.apply_deletions(folder, [12])


def test_authors_and_hashtags_are_counted_above_ten_people(write, tmp_path):
    records = [video(place, hashtag_names=["a", "b", "c"][: 2 + (place < 9)], username=f"u{place % 11}")
               for place in range(22)]  # fmt: skip
    tiktok.store(write(records), tmp_path / "out", "videos")
    pairs = tiktok.co_hashtags(tmp_path / "out")
    assert pairs.to_numpy().tolist() == [["a", "b", 22, 11]]
    everyone = tiktok.co_hashtags(tmp_path / "out", n_people=1).to_numpy().tolist()
    assert everyone == [["a", "b", 22, 11], ["a", "c", 9, 9], ["b", "c", 9, 9]]
    assert tiktok.per_author(tmp_path / "out")["n"].tolist() == [2] * 11


STREAM = """
import json, re, sys
import karma_lib as kl
report = kl.datasets.tiktok.store(*sys.argv[1:])
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]
print(json.dumps([report, int(peak) * 1024]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted otherwise")
def test_37_more_rows_than_memory(tmp_path):
    """What is stored is larger than all memory used, and than what DuckDB may use to answer."""
    draw, path, size = random.Random(1), tmp_path / "big.ndjson", 260_000
    with path.open("w") as stream:
        for place in range(size):
            text = draw.randbytes(330).hex()
            record = comment(place % (size - 1), create_time=1_732_000_000 + place, text=text)
            stream.write(json.dumps(record) + "\n")
    done = subprocess.run([sys.executable, "-c", STREAM, path, tmp_path / "out"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    report, peak = json.loads(done.stdout)
    assert peak < 200 * 10**6 < path.stat().st_size
    assert report["rows kept"] == size - 1
    assert report["duplicates merged"] == 1
    hours = tiktok.per_hour(tmp_path / "out", memory="64MB")
    assert hours["n"].sum() == size - 1
    assert hours["n"].iloc[1:-1].eq(3_600).all()
    parts = f"read_parquet('{tmp_path}/out/*/*.parquet')"
    db = duckdb.connect(config={"memory_limit": "64MB", "temp_directory": "", "threads": 1})
    with db, pytest.raises(duckdb.OutOfMemoryException):
        db.sql(f"SELECT count(*) FROM (SELECT DISTINCT text FROM {parts})").fetchall()


def test_a_first_line_longer_than_any_head(write):
    long = page("comments", [comment(place, text="x" * 900) for place in range(100)])
    assert (
        len(tiktok.read_comments(write([long, page("comments", [comment(200)])], lines=True)))
        == 101
    )


def test_27_formulas_are_text_in_what_is_written(write, tmp_path):
    texts = ["=SUM(A1)", "+1", "-1", "@cell", "plain", "a=b"]
    table = tiktok.read_comments(
        write([comment(n, text=text) for n, text in enumerate(texts)]), pseudonymise=False
    )
    tiktok.write_csv(table, tmp_path / "out.csv")
    again = pd.read_csv(tmp_path / "out.csv", dtype=str)
    assert again["text"].tolist() == ["'=SUM(A1)", "'+1", "'-1", "'@cell", "plain", "a=b"]
    assert again["comment_id"].tolist() == ["'" + number for number in table["comment_id"]]
    assert table["text"].tolist() == texts
