"""The key of the pseudonyms is never shown: not in tables, reports, errors, logs or notebooks."""

import json
import logging
import re
import traceback
import warnings
from pathlib import Path

import pandas as pd
import pytest

from karma_lib.datasets import privacy, tiktok
from karma_lib.datasets.tiktok._reader import Reader
from karma_lib.datasets.tiktok._settings import Options
from karma_lib.study import ROOT
from tests.datasets.tiktok.conftest import comment, page, video
from tests.datasets.tiktok.test_export import LAYOUTS, zipped
from tests.security.test_committed import traces

pytestmark = pytest.mark.claim(
    "The key of the pseudonyms is shown in no table, report, error, log or notebook",
    "{cases} cases: all hold",
)

KEY = "b4fe" * 16

GOOD = {
    "videos.json": (tiktok.read_videos, page("videos", [video(n) for n in range(3)])),
    "comments.json": (tiktok.read_comments, page("comments", [comment(0, text="hi @some.one")])),
    "export.zip": (tiktok.read_interactions, zipped({"user_data.json": LAYOUTS["2025"]})),
}
BAD = {
    "cut.json": (tiktok.read_comments, b'{"data": {"comments": [{"id": 74388'),
    "ids.json": (tiktok.read_comments, page("comments", [comment(id=7.43888e18)] * 3)),
    "failed.json": (tiktok.read_videos, {"error": {"code": "no", "message": "m", "log_id": "1"}}),
    "page.html": (tiktok.read_videos, b"<html><title>Log in</title>"),
    "damaged.zip": (tiktok.read_interactions, b"PK\x03\x04 and no more"),
    "other.zip": (tiktok.read_interactions, zipped({"a.txt": "x"})),
    "text.json": (tiktok.read_interactions, b"[1, 2]"),
    "latin.csv": (tiktok.read_comments, "id,text\n1,é".encode("latin-1")),
    "apart.csv": (tiktok.read_comments, b"a,b\n1,2\n"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv(privacy.KEY, KEY)


def laid(folder, name, body):
    path = folder / name
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return path


def everything(read, path, capfd, caplog):
    """Return all that a reading shows, and how it fails with the variables of every frame."""
    caplog.set_level(logging.DEBUG)
    said = []
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            table = read(path)
            said += [table.to_string(), table.to_csv(), repr(table), repr(table.attrs)]
        except Exception as error:
            told = traceback.TracebackException.from_exception(error, capture_locals=True)
            said += [*told.format(), repr(error), repr(vars(error))]
    return "\n".join([*said, *map(str, warned), caplog.text, *capfd.readouterr()])


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_no_reading_and_no_failure_shows_the_key(name, tmp_path, capfd, caplog):
    read, body = (GOOD | BAD)[name]
    said = everything(read, laid(tmp_path, name, body), capfd, caplog)
    assert ("Traceback" in said) is (name in BAD)
    assert KEY not in said
    assert KEY[:12] not in said


def test_a_variable_that_held_the_key_would_be_found(tmp_path, capfd, caplog):
    def careless(path):
        key = privacy.secret()
        raise ValueError(f"{path.name}: {len(key)} characters")

    assert KEY in everything(careless, tmp_path, capfd, caplog)


def test_nothing_that_holds_the_key_prints_it(tmp_path):
    path = laid(tmp_path, "comments.json", GOOD["comments.json"][1])
    reader = Reader("comments", path, Options())
    held = [reader, reader.settings, reader.settings.names, reader.options, reader.report]
    assert reader.settings.names.key == KEY.encode()
    for thing in held:
        assert KEY[:12] not in f"{thing!r} {thing!s} {vars(reader.report)}"


def test_no_file_that_is_written_holds_the_key_or_a_name(tmp_path):
    path = laid(tmp_path, "videos.json", GOOD["videos.json"][1])
    tiktok.store(path, tmp_path / "stored", "videos")
    tiktok.write_csv(tiktok.read_videos(path), tmp_path / "out.csv")
    written = [*(tmp_path / "stored").rglob("*.*"), tmp_path / "out.csv"]
    assert len(written) >= 3
    table = tiktok.query(tmp_path / "stored", "FROM stored")
    assert table["author_key"].str.fullmatch("[0-9a-f]{64}").all()
    for file in written:
        if file.is_file():
            assert KEY[:12].encode() not in file.read_bytes()
            assert b"someone_" not in file.read_bytes()


PLACES = [
    "@somebody", "thanks @some.body!", "@Some_Body99:", "（@somebody）", "a.@somebody", "\n@somebody",
    "somebody@mail.org", "Some.Body+news@mail.co.uk", "mailto:somebody@mail.org",
    "https://www.tiktok.com/@somebody", "HTTPS://TIKTOK.COM/@somebody/video/7",
    "tiktok.com/@somebody", "www.instagram.com/some.body", "instagram.com/some.body",
    "see:instagram.com/some.body", "m.facebook.com/profile.php?id=somebody", "x.com/somebody",
    "https://x.com/somebody", "https://vm.tiktok.com/ZM123/", "vm.tiktok.com/ZM123/",
    "reddit.com/u/somebody", "youtube.com/channel/UC12", "+49 170 1234567",
]  # fmt: skip
"""How a text leads to a person."""
SAID = [f"look: {place} and so on" for place in PLACES]
SOUGHT = {"Date": "2024-11-19 08:06:40", "SearchTerm": "; ".join(SAID)}
ACTS = {
    "Comment": {"Comments": {"CommentsList": [{"date": SOUGHT["Date"], "comment": said} for said in SAID]}},
    "Your Activity": {
        "Searches": {"SearchList": [SOUGHT]},
        "Following": {"Following": [{"Date": SOUGHT["Date"], "UserName": "somebody"}]},
        "Reposts": {"RepostList": [{"Date": SOUGHT["Date"], "Link": "https://www.tiktok.com/@somebody/video/"
                                    "7438883357196114809"}]},
    },
}  # fmt: skip
EXPORTED = {
    "videos": (tiktok.read_videos, page("videos", [
        video(n, video_description=said, voice_to_text=said, username=f"@somebody{n}",
              hashtag_names=None, music_id=1) for n, said in enumerate(SAID)])),
    "titles": (tiktok.read_videos, [
        {"id": str(video(n)["id"]), "desc": said, "createTime": video(n)["create_time"], "stats": {},
         "author": {"uniqueId": "somebody", "id": "6800000000000000001"},
         "music": {"id": "7000000000000000001", "title": said}} for n, said in enumerate(SAID)]),
    "comments": (tiktok.read_comments, page("comments", [comment(n, text=said)
                                                         for n, said in enumerate(SAID)])),
    "threads": (tiktok.read_comments, [
        {"cid": str(comment(n)["id"]), "aweme_id": str(comment(n)["video_id"]), "text": said,
         "create_time": comment(n)["create_time"], "digg_count": 1, "reply_comment_total": 0,
         "user": {"unique_id": "somebody", "uid": "6800000000000000001"}} for n, said in enumerate(SAID)]),
    "interactions": (lambda path: tiktok.read_interactions(path, with_text=True), ACTS),
    "own": (tiktok.read_comments, ACTS),
}  # fmt: skip
KEYED = re.compile(r"@[0-9a-f]{12}(?![0-9a-f])")
WORDS = ("description", "transcript", "music_title", "text")


def written(table, folder):
    """Return what two ways to hand a table on put into its cells, by column."""
    tiktok.write_csv(table, folder / "out.csv")
    table.to_parquet(folder / "out.parquet")
    yield pd.read_csv(folder / "out.csv", dtype=str, keep_default_na=False)
    yield pd.read_parquet(folder / "out.parquet").map(str)


@pytest.mark.parametrize("name", EXPORTED)
def test_no_table_that_is_handed_on_leads_to_a_person(name, tmp_path):
    """A mention stays as its key; what else leads to a person is gone, wherever it stood."""
    read, body = EXPORTED[name]
    table = read(laid(tmp_path, "user_data.json", body))
    assert len(table) >= len(PLACES)
    said = 0
    for cells in written(table, tmp_path):
        for column in cells:
            text = "\n".join(cells[column])
            assert traces(KEYED.sub("", text)) == [], column
            assert "somebody" not in text.lower(), column
            assert "170 1234567" not in text, column
            said += text.count("and so on") if column in WORDS else 0
            assert "and so on" not in text or column in WORDS
    assert said >= 2 * len(PLACES), "the words around stay"


@pytest.mark.parametrize("name", ["videos", "comments"])
def test_no_stored_table_leads_to_a_person(name, tmp_path):
    tiktok.store(laid(tmp_path, "in.json", EXPORTED[name][1]), tmp_path / "stored", name)
    table = tiktok.query(tmp_path / "stored", "FROM stored").astype(str)
    assert traces(KEYED.sub("", table.to_csv())) == []
    assert "somebody" not in table.to_csv().lower()
    for file in Path(tmp_path / "stored").rglob("*.*"):
        assert not file.is_file() or b"somebody" not in file.read_bytes().lower()


def test_a_name_without_a_mark_stays_as_read_videos_says(tmp_path):
    body = page("comments", [comment(0, text="somebody said so. 24.12/25.12, and/or, e.g./i.e.")])
    table = tiktok.read_comments(laid(tmp_path, "comments.json", body))
    assert table["text"].tolist() == [body["data"]["comments"][0]["text"]]
    told = " ".join(tiktok.read_videos.__doc__.split())
    assert "a name that is written without @ stays" in told


@pytest.mark.parametrize("wrong", ["short", ""])
def test_a_key_that_will_not_do_is_not_repeated(wrong, monkeypatch, tmp_path):
    monkeypatch.setenv(privacy.KEY, wrong)
    monkeypatch.setenv(privacy.KEY_FILE, str(tmp_path / "key"))
    (tmp_path / "key").write_text("a secret")
    with pytest.raises(ValueError, match="must have at least 32 characters") as caught:
        privacy.secret()
    assert "secret" not in str(caught.value).partition("secrets.token_hex")[0]
    assert "short" not in str(caught.value)


def test_no_notebook_shows_a_key_or_a_whole_pseudonym():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        found = re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", path.read_text("utf-8"))
        assert not found, (path.name, found[:3])
