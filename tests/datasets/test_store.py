"""The store: a bad hash, a missing file, no network, a half-written download."""

import hashlib
from pathlib import Path

import pandas as pd
import pooch
import pytest

from karma_lib import datasets
from karma_lib.datasets import _store

FILE = "toy/table.csv"
BODY = b"a,b\n1,2\n"


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """A registry with one file, and an empty cache."""
    rows = pd.DataFrame([{"dataset": "toy", "file": FILE, "url": "https://example.org/table.csv",
                          "sha256": hashlib.sha256(BODY).hexdigest(), "bytes": len(BODY)}])  # fmt: skip
    monkeypatch.setattr(_store, "registry", lambda: rows)
    monkeypatch.delenv("KARMA_DATA_DIR", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache")
    return tmp_path / "cache" / FILE


def served(monkeypatch, *bodies):
    """Let the network serve these bodies, one a call; an exception is raised."""
    calls = []

    def download(self, url, output_file, pooch, check_only=False):
        body = bodies[min(len(calls), len(bodies) - 1)]
        calls.append(url)
        if isinstance(body, Exception):
            raise body
        Path(output_file).write_bytes(body)

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", download)
    return calls


def test_fetched_once_then_here(toy, monkeypatch):
    calls = served(monkeypatch, BODY)
    assert not datasets.available("toy")
    assert datasets.fetch(FILE).read_bytes() == BODY
    assert datasets.fetch(FILE) == toy
    assert calls == ["https://example.org/table.csv"]
    assert datasets.available("toy")


@pytest.mark.parametrize("wrong", [b"", BODY[:-3], b"<html>Log in first</html>"])
def test_what_is_not_the_file_is_refused_and_leaves_nothing(toy, monkeypatch, wrong):
    served(monkeypatch, wrong)
    with pytest.raises(OSError, match=r"toy/table.csv could not be fetched from example.org"):
        datasets.fetch(FILE)
    assert not [path for path in toy.parent.rglob("*") if path.is_file()]


def test_no_network_is_one_sentence_with_the_remedy(toy, monkeypatch):
    served(monkeypatch, ConnectionError("unreachable"))
    with pytest.raises(OSError, match="Try again with a network, or set KARMA_DATA_DIR"):
        datasets.fetch(FILE)


def test_a_download_cut_short_is_fetched_again(toy, monkeypatch):
    served(monkeypatch, BODY[:2], BODY)
    with pytest.raises(OSError, match="could not be fetched"):
        datasets.fetch(FILE)
    assert datasets.fetch(FILE).read_bytes() == BODY


def test_a_file_damaged_in_the_cache_is_not_taken_for_whole(toy, monkeypatch):
    served(monkeypatch, BODY)
    datasets.fetch(FILE)
    toy.write_bytes(BODY[:4])
    assert not datasets.available("toy")
    assert datasets.fetch(FILE).read_bytes() == BODY


def test_the_users_own_folder_is_read_and_never_written(toy, monkeypatch, tmp_path):
    own = tmp_path / "own" / FILE
    own.parent.mkdir(parents=True)
    monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path / "own"))
    calls = served(monkeypatch, BODY)
    with pytest.raises(
        FileNotFoundError, match="is missing in the folder that KARMA_DATA_DIR names"
    ):
        datasets.fetch(FILE)
    own.write_bytes(b"edited by hand")
    with pytest.raises(FileNotFoundError, match="has another sha256 than the registry"):
        datasets.fetch(FILE)
    assert own.read_bytes() == b"edited by hand"
    own.write_bytes(BODY)
    assert datasets.fetch(FILE) == own
    assert calls == []


def test_fetch_all_says_what_became_of_each(toy, monkeypatch):
    served(monkeypatch, ConnectionError("unreachable"), BODY)
    table = datasets.fetch_all()
    assert table[["dataset", "here", "fetched", "failed"]].values.tolist() == [["toy", 0, 0, 1]]
    assert "could not be fetched" in table["why"][0]
    assert datasets.fetch_all()[["here", "fetched", "failed"]].values.tolist() == [[0, 1, 0]]
    assert datasets.fetch_all()[["here", "fetched", "failed"]].values.tolist() == [[1, 0, 0]]


def test_unknown_names_are_refused():
    with pytest.raises(KeyError, match="dataset must be one of ai-fact-check"):
        datasets.available("nothing")
    with pytest.raises(KeyError, match="must be in the registry; got 'nothing'"):
        datasets.fetch("nothing")


def test_the_registry_pins_every_file():
    rows = datasets.registry()
    assert len(rows) == 303
    assert len(datasets.names()) == 22
    assert rows["sha256"].str.fullmatch(r"[0-9a-f]{64}").all()
    assert rows["url"].str.contains(r"/[0-9a-f]{40}/").all(), "addresses name a commit"
    assert rows["file"].is_unique
    assert rows["licence_status"].isin(["stated", "not stated"]).all()
    assert (rows["file"].str.split("/").str[0] == rows["dataset"]).all()


def test_data_readme_names_every_bundled_table_with_its_sha256_and_columns():
    text = (_store.BUNDLED / "README.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `")]
    listed = {}
    for cells in rows:
        file, digest, columns = cells[0].strip(" `"), cells[5].strip(" `"), cells[6]
        path = _store.BUNDLED / file
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, file
        assert pd.read_csv(path, nrows=0).columns.tolist() == columns.strip().split(", "), file
        listed[path] = digest
    assert set(listed) == set(_store.BUNDLED.rglob("*.csv"))
