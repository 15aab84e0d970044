"""What a file may do to its reader: bombs, links out of a folder, entities, formulas, questions."""

import csv
import gzip
import io
import json
import os
import stat
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from contextlib import contextmanager

import pandas as pd
import pyarrow as pa
import pytest

from karma_lib.datasets import privacy, tiktok
from tests.datasets.tiktok.conftest import KEY, comment, page, video
from tests.datasets.tiktok.test_export import LAYOUTS, zipped

pytestmark = pytest.mark.claim(
    "A file of a stranger fills no memory, leads out of no folder, expands no entity and carries no formula or code over",
    "{cases} cases: all hold",
)

MEGABYTE = b" " * 2**20
LINE = json.dumps(comment()).encode()
READERS = [tiktok.read_comments, tiktok.read_videos, tiktok.read_interactions]
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = (
    f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{ENTITIES}]>'
    '<graphml><graph edgedefault="directed"><node id="&a9;"/></graph></graphml>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><gexf>&a;</gexf>'
)


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv(privacy.KEY, KEY)


@contextmanager
def little_memory():
    """Hold what is done here to four megabytes and a second."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 2**22
        assert time.process_time() - begun < 1
    finally:
        tracemalloc.stop()


def filled(how, *beginning, size=64):
    """Return so many megabytes of nothing behind a beginning, packed into some kilobytes."""
    packed = io.BytesIO()
    if how == "gzip":
        with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
            for part in (*beginning, *[MEGABYTE] * size):
                stream.write(part)
    else:
        with pa.CompressedOutputStream(pa.PythonFile(packed, "w"), how) as stream:
            for part in (*beginning, *[MEGABYTE] * size):
                stream.write(part)
            stream.flush()
            return packed.getvalue()
    return packed.getvalue()


@pytest.mark.parametrize("how", ["gzip", "zstd"])
@pytest.mark.parametrize(
    "beginning",
    [[b"["], [b'{"a": "'], [LINE, b"\n", LINE, b"\n"], [b"comment_id,text\n"], [b"\xff\xfe"]],
    ids=["list", "document", "line", "table", "utf-16"],
)
def test_what_fills_the_memory_is_not_unpacked(how, beginning, tmp_path):
    path = tmp_path / "small.json"
    path.write_bytes(filled(how, *beginning))
    assert path.stat().st_size < 200_000
    with pytest.raises(ValueError, match=r"small\.json would unpack to [\d,]+ bytes or more"):
        tiktok.read_comments(path)


SIZED = r"""
import re, sys
from pathlib import Path
from karma_lib.datasets import tiktok
def peak():  # of this program alone: what getrusage says may be its parent's
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
tiktok.read_comments(sys.argv[1])
before = peak()
try:
    tiktok.read_comments(sys.argv[2])
except ValueError as error:
    print(peak() - before, str(error))
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to measure memory")
def test_two_gigabytes_in_a_small_file_are_refused_in_little_memory(tmp_path, figure):
    path = tmp_path / "small.json.zst"
    path.write_bytes(filled("zstd", b'{"a": "', size=2_048))
    assert path.stat().st_size < 2**20
    (tmp_path / "one.json").write_bytes(LINE)
    command = [sys.executable, "-c", SIZED, tmp_path / "one.json", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    grown, _, said = done.stdout.partition(" ")
    assert said.startswith("small.json.zst would unpack to")
    assert int(grown) < 100
    figure(
        "A packed file that would fill the memory is refused before it does",
        f"2 GB in {path.stat().st_size // 1024} kB: refused with {grown} MB more in use",
    )


def test_data_that_are_much_alike_are_no_bomb(tmp_path):
    path = tmp_path / "alike.ndjson.gz"
    path.write_bytes(gzip.compress(b"".join(json.dumps(comment(n)).encode() + b"\n"
                                            for n in range(40_000))))  # fmt: skip
    assert len(tiktok.read_comments(path)) == 40_000


def test_a_zip_that_lies_about_its_size_is_damaged_and_fills_nothing(tmp_path):
    packed = bytearray(zipped({"user_data.json": MEGABYTE * 64}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", packed, packed.index(magic) + offset, 1_000)
    (tmp_path / "export.zip").write_bytes(packed)
    with little_memory(), pytest.raises(ValueError, match=r"export\.zip is a damaged zip"):
        tiktok.read_interactions(tmp_path / "export.zip")


@pytest.fixture
def outside(tmp_path):
    """A file of comments and an export that lie beside the folder that is given."""
    (tmp_path / "comments.json").write_text(json.dumps(page("comments", [comment()])))
    (tmp_path / "user_data.json").write_text(json.dumps(LAYOUTS["2024"]))
    (tmp_path / "given").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("read", "name"),
    [(tiktok.read_comments, "comments.json"), (tiktok.read_interactions, "user_data.json")],
)
def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_read(read, name, outside):
    given = outside / "given"
    os.symlink(outside / name, given / name)
    with pytest.raises(ValueError, match=rf"{name} is a link that leads out of given; copy"):
        read(given)
    (given / name).unlink()
    os.symlink(outside, given / "up", target_is_directory=True)
    with pytest.raises(ValueError, match="given holds no "):
        read(given)
    (given / "real").mkdir()
    (given / "real" / "kept").write_bytes((outside / name).read_bytes())
    os.symlink("real/kept", given / name)
    assert len(read(given)) > 0


def test_a_link_that_is_named_itself_is_what_it_leads_to(outside):
    os.symlink(outside / "comments.json", outside / "given" / "link.json")
    assert len(tiktok.read_comments(outside / "given" / "link.json")) == 1


def test_a_link_in_a_zip_leads_nowhere(outside):
    entry = zipfile.ZipInfo("user_data.json")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(outside / "export.zip", "w") as packed:
        packed.writestr(entry, str(outside / "user_data.json"))
    with pytest.raises(ValueError, match=r"export\.zip holds no records") as caught:
        tiktok.read_interactions(outside / "export.zip")
    assert str(outside) not in str(caught.value)


def test_reading_a_zip_writes_nothing(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "export.zip").write_bytes(
        zipped({"../out.txt": "x", "/out.txt": "x", "user_data.json": LAYOUTS["2024"]})
    )
    assert len(tiktok.read_interactions(tmp_path / "in" / "export.zip")) > 0
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "export.zip"]


@pytest.mark.parametrize(
    "body", [LAUGHS, OUTSIDE, LAUGHS.partition("?>")[2]], ids=["laughs", "outside", "bare"]
)
@pytest.mark.parametrize("read", READERS)
def test_entities_are_never_expanded(read, body, tmp_path):
    path = tmp_path / "graph.graphml.json"
    path.write_text(body)
    said = r"graph\.graphml\.json is XML, as GraphML is, which is not read; give JSON or CSV"
    with little_memory(), pytest.raises(ValueError, match=said):
        read(path)


@pytest.mark.parametrize("read", READERS)
def test_a_page_that_is_xml_too_is_still_a_page(read, tmp_path):
    page = '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html><title>Log in</title>'
    (tmp_path / "page.json").write_text(page)
    with pytest.raises(ValueError, match=r"page\.json is an HTML page, .* titled 'Log in'"):
        read(tmp_path / "page.json")


def test_nothing_in_a_table_for_a_spreadsheet_is_a_formula(tmp_path):
    risky = ["=1+1", "+1", "-1", "@a", " =1", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a",
             "7438883357196114809"]  # fmt: skip
    plain = ["a=b", "hm; =1+1", 'so "=1"', "", "7438"]
    for kind in ("string", "object", "category"):
        table = pd.DataFrame({"=name": pd.Series([*risky, *plain]).astype(kind), "n": -1})
        tiktok.write_csv(table, tmp_path / "out.csv")
        again = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
        assert again["'=name"].tolist() == ["'" + text for text in risky] + plain
        assert set(again["n"]) == {"-1"}
        text = (tmp_path / "out.csv").read_text("utf-8")
        for mark in ",;\t":  # a spreadsheet elsewhere may take another mark for the next cell
            cells = [cell for row in csv.reader(io.StringIO(text), delimiter=mark) for cell in row]
            assert not [cell for cell in cells if cell.lstrip()[:1] in "=+@" and cell.strip()]


RISKY = '=HYPERLINK("https://name.invalid";"read")'
WRITTEN = {
    "videos.json": (tiktok.read_videos, page("videos", [video(n) for n in range(3)])),
    "comments.json": (tiktok.read_comments, page("comments", [comment(n) for n in range(3)])),
    "user_data.json": (tiktok.read_interactions, LAYOUTS["2024"]),
}


def cells(path, mark):
    """Return every cell of a file as a program sees it that takes this mark for the next cell."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [cell for row in csv.reader(stream, delimiter=mark) for cell in row]


@pytest.mark.parametrize("name", WRITTEN)
def test_no_column_name_or_index_of_a_tidy_table_is_a_formula(name, tmp_path):
    """Each column that is no number and no time is tried; what `.to_csv` would do shows why."""
    read, body = WRITTEN[name]
    (tmp_path / name).write_text(json.dumps(body))
    table = read(tmp_path / name)
    texts = table.select_dtypes(exclude=["number", "bool", "boolean", "datetime", "datetimetz"])
    assert len(texts.columns) >= 6
    for column in texts:
        told = pd.Series([RISKY] * len(table))
        kind = table[column].dtype
        table[column] = told.astype(kind if kind == "string" else "category")
    table.columns = [f"{RISKY}{column}" for column in table]
    table.index = pd.Index([RISKY] * len(table), name=RISKY)
    table.to_csv(tmp_path / "plain.csv")
    tiktok.write_csv(table, tmp_path / "out.csv")
    n = len(texts.columns) * len(table) + table.shape[1]
    assert cells(tmp_path / "plain.csv", ",").count(RISKY) == n + len(table) + 1 - table.shape[1]
    assert sum(cell.startswith("'" + RISKY) for cell in cells(tmp_path / "out.csv", ",")) == n
    for mark in ",;\t":
        risky = [
            cell for cell in cells(tmp_path / "out.csv", mark) if cell.lstrip()[:1] in "=+@-＝"
        ]
        assert not [cell for cell in risky if cell.strip()]


def test_lists_missing_values_and_times_are_written_as_they_are(tmp_path):
    table = pd.DataFrame({
        "tags": [["-a", "b"], None], "text": pd.array([None, "x"], "string"),
        "n": pd.array([None, 3], "Int64"), "at": pd.to_datetime(["2024-11-19", None], utc=True),
    })  # fmt: skip
    tiktok.write_csv(table, tmp_path / "out.csv")
    again = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert again.values.tolist() == [
        ["['-a', 'b']", "", "", "2024-11-19 00:00:00+00:00"], ["", "x", "3", ""],
    ]  # fmt: skip


def test_a_question_about_a_table_never_fetches_code(tmp_path):
    source = tmp_path / "comments.json"
    source.write_text(json.dumps(page("comments", [comment(n) for n in range(3)])))
    tiktok.store(source, tmp_path / "stored")
    settings = tiktok.query(
        tmp_path / "stored", "SELECT value FROM duckdb_settings() WHERE name LIKE 'auto%_known_%'"
    )
    assert settings["value"].tolist() == ["false", "false"]
    with pytest.raises(ValueError, match=r"sql .* requires the extension httpfs to be loaded"):
        tiktok.query(tmp_path / "stored", "FROM 'https://name.invalid/table.parquet'")
