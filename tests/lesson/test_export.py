"""The reader's own export: what is kept, and a sentence for each path that leads nowhere."""

import io
import json
import re
import zipfile

import pandas as pd
import pytest

from karma_lib import lesson

SECRETS = ["Secretperson", "secretword", "secretchat", "203.0.113.7", "secretfile"]
FIRST = 7438883357196114809


def acts(n_watched=30):
    """Return an export with secrets in every place that may not be shown."""
    watched = [
        {"Date": str(pd.Timestamp("2026-06-05 22:30") + pd.Timedelta(hours=5 * i)),
         "Link": f"https://www.tiktokv.com/share/video/{FIRST + 1024 * (i % 25) + i % 25}/"}
        for i in range(n_watched)
    ]  # fmt: skip
    date, link = watched[0].values()
    return {
        "Your Activity": {
            "Watch History": {"VideoList": watched[::-1]},
            "Searches": {"SearchList": [{"Date": date, "SearchTerm": "secretword"}]},
            "Login History": {"LoginHistoryList": [{"Date": date, "IP": "203.0.113.7"}]},
        },
        "Profile And Settings": {"Following": {"Following": [{"Date": date, "UserName": "Secretperson"}]}},
        "Comment": {"Comments": {"CommentsList": [
            {"date": date, "comment": "secretword @Secretperson", "originalPostUrl": link}]}},
        "Direct Message": {"Direct Messages": {"ChatHistory": {
            "Chat History with Secretperson:": [{"Content": "secretchat"}]}}},
    }  # fmt: skip


def zipped(folder, files):
    path = folder / "secretfile.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, body in files.items():
            packed.writestr(name, body if isinstance(body, str) else json.dumps(body))
    return path


def shown(text):
    """Assert that a text tells nothing about a person: no secret, no id."""
    for secret in SECRETS:
        assert secret.lower() not in text.lower()
    assert not re.search(r"\d{15,}", text)


def test_the_table_holds_kinds_times_and_numbers_and_nothing_else(tmp_path, capsys):
    path = zipped(tmp_path, {"user_data_tiktok.json": acts()})
    own = lesson.own_export(f'"{path}" ')  # as "copy as path" gives it
    assert own.whose == "your export"
    assert own.acts.columns.tolist() == ["kind", "at", "video"]
    assert own.acts["kind"].value_counts()[["watch", "search", "comment", "follow"]].tolist() == [
        30,
        1,
        1,
        1,
    ]
    watched = own.acts[own.acts["kind"] == "watch"]
    assert watched["at"].is_monotonic_increasing
    assert watched["video"].tolist() == [*range(1, 26), *range(1, 6)]
    assert own.number([str(FIRST), str(FIRST + 1025), "1"]).tolist() == [1, 2, pd.NA]
    said = capsys.readouterr().out
    assert said.startswith("The file is read: 33 acts, 30 of them watched videos with a time.\n")
    shown(said + repr(own) + own.acts.to_csv())


def test_the_clock_is_the_readers(tmp_path, capsys):
    path = zipped(tmp_path, {"user_data.json": acts()})
    own = lesson.own_export(path, zone="Europe/Berlin")  # two hours ahead in June
    assert own.acts["at"].iloc[0].isoformat() == "2026-06-06T00:30:00+02:00"
    capsys.readouterr()
    for zone in ("Mars", "", None, 3):
        assert lesson.own_export(path, zone=zone).acts["at"].iloc[0].hour == 22
        assert "The zone must be a name such as 'Europe/Berlin'; got" in capsys.readouterr().out


def test_what_has_no_time_is_left_out_and_told(tmp_path, capsys):
    export = acts()
    export["Your Activity"]["Watch History"]["VideoList"][0]["Date"] = "N/A"
    own = lesson.own_export(zipped(tmp_path, {"user_data.json": export}))
    assert len(own.acts) == 32
    assert "1 acts have no time that can be read; they are left out." in capsys.readouterr().out


def packed_again(folder):
    inner = io.BytesIO()
    zipfile.ZipFile(inner, "w").close()
    return zipped(folder, {"one.zip": inner.getvalue().decode("latin-1")})


def written(folder, body):
    path = folder / "secretfile.json"
    path.write_bytes(body)
    return path


BAD = {
    "no file": (lambda folder: folder / "secretfile.zip", "No such file"),
    "empty path": (lambda folder: "", "The path is empty"),
    "a folder": (lambda folder: folder, "holds no user_data_tiktok.json"),
    "nobody's home": (lambda folder: "~nobody-of-that-name/a.zip", "cannot be read"),
    "a number": (lambda folder: 3, "must be text in quotation marks; got 3"),
    "nothing": (lambda folder: None, "must be text in quotation marks; got None"),
    "an empty file": (lambda folder: written(folder, b""), "The file holds no records"),
    "a web page": (lambda folder: written(folder, b"<html><title>Log in</title>"), "HTML page"),
    "cut off": (lambda folder: written(folder, json.dumps(acts()).encode()[:900]), "The file"),
    "another tool": (lambda folder: written(folder, b'[{"id": 1}]'), "The file"),
    "a broken zip": (lambda folder: written(folder, b"PK\x03\x04 no zip"), "damaged zip"),
    "export as TXT": (lambda folder: zipped(folder, {"Watch History.txt": "Date: x"}), "as TXT; request JSON"),
    "another zip": (lambda folder: zipped(folder, {"a.json": "{}"}), "holds no user_data_tiktok.json"),
    "a zip in a zip": (packed_again, "a zip in a zip; unpack the outer one"),
    "too little": (lambda folder: zipped(folder, {"user_data.json": acts(19)}), "At least 20 watched videos"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_each_path_that_leads_nowhere_gives_a_sentence_and_the_synthetic_export(
    case, tmp_path, capsys
):
    make, words = BAD[case]
    own = lesson.own_export(make(tmp_path))
    *reasons, last = capsys.readouterr().out.splitlines()
    assert words in "\n".join(reasons)
    assert all(reason.endswith((".", "!")) for reason in reasons), reasons
    assert last == "What follows is the bundled synthetic export, NOT yours."
    assert own.whose == "the synthetic export"
    assert len(own.acts) == 461
    shown("\n".join(reasons) + repr(own))


def test_what_the_report_warns_of_is_printed_without_the_files_name(tmp_path, capsys):
    both = {"user_data.json": acts(), "user_data_tiktok.json": acts()}
    lesson.own_export(zipped(tmp_path, both))
    said = capsys.readouterr().out
    assert "The zip holds 2 exports; user_data_tiktok.json is read first.\n" in said
    shown(said)
