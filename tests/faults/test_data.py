"""Data that do not come, come as something else, are cut or changed, or have no place to lie."""

import hashlib
import os
import re
import shutil
import socket
import threading
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pooch
import pytest

from karma_lib import datasets
from karma_lib.datasets import _store, privacy, synthetic, tiktok
from karma_lib.datasets.tiktok import _report, _stored, _times
from karma_lib.text import classifier
from tests.faults.places import as_a_user, full, python

pytestmark = pytest.mark.claim(
    "Data that do not come, come as something else, are cut, changed or without a place end in a sentence; nothing half-written stays",
    "{cases} cases: all hold",
)

FILE, BODY = "toy/table.csv", b"a,b\n" + b"1,2\n" * 500
LOGIN = b"<!doctype html><html><body>Log in to the hotel's network first.</body></html>"
MANNERS = {
    "a page with status 200": (200, LOGIN, len(LOGIN)),
    "a page with status 403": (403, LOGIN, len(LOGIN)),
    "a page with status 511": (511, LOGIN, len(LOGIN)),
    "nothing": (200, b"", 0),
    "half of the file": (200, BODY[:900], len(BODY)),
    "another file of that length": (200, BODY[:-2] + b"3\n", len(BODY)),
}


class Answering(BaseHTTPRequestHandler):
    """Answer everything in one manner; the connection ends with the answer."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, body, length = self.server.manner
        if self.path in self.server.moved:
            status, body, length = 302, b"", 0
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.moved[self.path])
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self):
        self.send_error(407, "Proxy Authentication Required")

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    """A server on this machine, whose manner the test chooses, and which notes what it is asked."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.manner, server.moved, server.asked = (200, BODY, len(BODY)), {}, []
        server.place = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server():
    with serving() as server:
        yield server


@pytest.fixture
def stranger():
    """Another server on this machine, which the registry does not name."""
    with serving() as server:
        yield server


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """A registry of one file that a port of this machine serves, and an empty cache."""

    def at(url):
        rows = pd.DataFrame([{"dataset": "toy", "file": FILE, "url": url, "bytes": len(BODY),
                              "sha256": hashlib.sha256(BODY).hexdigest()}])  # fmt: skip
        monkeypatch.setattr(_store, "registry", lambda: rows)
        return tmp_path / "cache"

    for name in ("KARMA_DATA_DIR", "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache")
    return at


def left_in(cache):
    return [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.parametrize("manner", MANNERS.values(), ids=MANNERS)
def test_a_proxy_that_answers_with_something_else_is_refused_and_leaves_nothing(
    server, toy, monkeypatch, manner
):
    """The proxy answers in the name of a host that nobody reaches."""
    server.manner = manner
    cache = toy("http://data.example.org/table.csv")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(OSError, match=r"^toy/table.csv could not be fetched from data.example.org "
                       r"\(.+\). Try again with a network, or set KARMA_DATA_DIR to a folder"):  # fmt: skip
        datasets.fetch(FILE)
    assert not left_in(cache)
    server.manner = (200, BODY, len(BODY))
    assert datasets.fetch(FILE).read_bytes() == BODY, "and the next call goes on"


def test_a_proxy_that_wants_a_password_is_one_sentence(server, toy, monkeypatch):
    cache = toy("https://data.example.org/table.csv")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(OSError, match=r"fetched from data.example.org \(ProxyError\). Try again"):
        datasets.fetch(FILE)
    assert not left_in(cache)


AWAY = {
    "another host": "http://192.0.2.1/table.csv",
    "a name": "https://data.name.invalid/table.csv",
    "another port": "{stranger}/table.csv",
    "a name for this machine": "{stranger.localhost}/table.csv",
    "without a scheme": "//192.0.2.1/table.csv",
    "a name behind a name": "{server}@192.0.2.1/table.csv",
    "a name that goes on": "{server}.name.invalid/table.csv",
    "a backslash": "{server}\\@192.0.2.1/table.csv",
    "a tab": "/\t/192.0.2.1/table.csv",
    "a file": "file:///etc/passwd",
    "no address": "http://[",
    "nothing": "",
}


@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
@pytest.mark.parametrize("steps", [1, 2])
def test_who_is_sent_elsewhere_asks_nobody_there(server, stranger, toy, away, steps):
    """The guard of the tests would tell of a host beyond this machine; the stranger of itself."""
    names = {"{server}": server.place, "{stranger}": stranger.place,
             "{stranger.localhost}": stranger.place.replace("127.0.0.1", "localhost")}  # fmt: skip
    for name, place in names.items():
        away = away.replace(name, place)
    server.moved = {"/table.csv": "/other.csv" if steps == 2 else away, "/other.csv": away}
    cache = toy(f"{server.place}/table.csv")
    told = (
        f"toy/table.csv could not be fetched from 127.0.0.1 (it sends on to {away!r}, which is not"
    )
    with pytest.raises(OSError, match=re.escape(told)) as caught:
        datasets.fetch(FILE)
    assert str(caught.value).count(". ") == 1
    assert stranger.asked == []
    assert server.asked == ["/table.csv", "/other.csv"][:steps]
    assert not left_in(cache)


@pytest.mark.parametrize("where", ["/other.csv", "{server}/other.csv"])
def test_who_is_sent_on_by_the_registrys_host_to_itself_goes_there(server, toy, where):
    server.moved = {"/table.csv": where.replace("{server}", server.place)}
    toy(f"{server.place}/table.csv")
    assert datasets.fetch(FILE).read_bytes() == BODY
    assert server.asked == ["/table.csv", "/other.csv"]


def test_no_network_is_one_sentence(toy):
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        cache = toy(f"http://127.0.0.1:{taken.getsockname()[1]}/table.csv")
        with pytest.raises(OSError, match=r"127.0.0.1 \(ConnectionError\). Try again with a netw"):
            datasets.fetch(FILE)
        assert datasets.fetch_all()["why"][0].count("could not be fetched") == 1
    assert not left_in(cache)


def test_a_full_disk_is_told_as_such_and_leaves_nothing(server, toy, monkeypatch):
    cache = toy(f"http://127.0.0.1:{server.server_port}/table.csv")
    monkeypatch.setattr(shutil, "move", full)
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", full)
    with pytest.raises(OSError, match=r"127.0.0.1 \(No space left on device\). Make room in .*cac"):
        datasets.fetch(FILE)
    assert not left_in(cache)


FETCHES = """
import pandas as pd, sys
from karma_lib import datasets
from karma_lib.datasets import _store
rows = pd.DataFrame([{"dataset": "toy", "file": "toy/table.csv", "url": sys.argv[1], "sha256": "0" * 64,
                      "bytes": 9}])
_store.registry = lambda: rows
try:
    datasets.fetch("toy/table.csv")
except OSError as error:
    sys.exit(str(error))
"""


@as_a_user
def test_a_read_only_home_is_one_sentence_with_the_folder(server, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    url = f"http://127.0.0.1:{server.server_port}/table.csv"
    done = python("-c", FETCHES, url, HOME=home, KARMA_DATA_DIR=None, XDG_CACHE_HOME=None)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "could not be fetched from 127.0.0.1 (" in done.stderr
    assert f"Make room in {home}" in done.stderr


SMALL = "political-blogs/polblogs.gml"


@pytest.mark.skipif(
    not (Path(os.environ.get("KARMA_DATA_DIR", ""), SMALL)).is_file(), reason=f"no {SMALL} here"
)
@pytest.mark.parametrize("harm", ["cut", "changed", "emptied"])
def test_a_data_set_that_was_cut_or_changed_never_reaches_its_loader(tmp_path, monkeypatch, harm):
    body = Path(os.environ["KARMA_DATA_DIR"], SMALL).read_bytes()
    (tmp_path / SMALL).parent.mkdir()
    changed = body.replace(b"value 1", b"value 0", 1)
    assert changed != body
    bad = {"cut": body[:-100], "changed": changed, "emptied": b""}[harm]
    (tmp_path / SMALL).write_bytes(bad)
    monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"polblogs.gml has another sha256 than the regist"):
        datasets.load_political_blogs()
    assert (tmp_path / SMALL).read_bytes() == bad, "the user's folder is never written"


@pytest.fixture
def comments(tmp_path, monkeypatch):
    """A synthetic storm as a file, and a key for its names."""
    monkeypatch.setenv("KARMA_PRIVACY_KEY", "of thirty-two letters, or of more")
    return synthetic.write(synthetic.world(np.linspace(0.01, 5, 3_000), rng=1), tmp_path / "in")[3]


@pytest.mark.parametrize("rows", [0, 1_000, 3_000])
def test_on_a_full_disk_a_stored_table_is_whole_or_not_there(comments, tmp_path, monkeypatch, rows):
    written = []

    class Filling(_stored.pq.ParquetWriter):
        def write_batch(self, batch, *args):
            written.append(len(batch))
            return full() if sum(written) > rows else super().write_batch(batch, *args)

    monkeypatch.setattr(_stored.pq, "ParquetWriter", Filling)
    with pytest.raises(OSError, match=r"out could not be written \(No space left.*Make room there"):
        tiktok.store(comments, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"], "nothing half-written stays"


def test_a_report_that_finds_no_room_takes_the_table_with_it(comments, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match=r"out could not be written \(No space left"):
        tiktok.store(comments, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_an_absent_file_is_no_fault_of_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KARMA_PRIVACY_KEY", "of thirty-two letters, or of more")
    with pytest.raises(FileNotFoundError, match=r"nowhere.ndjson"):
        tiktok.store(tmp_path / "nowhere.ndjson", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_half_a_key_is_never_kept(tmp_path, monkeypatch):
    """A key that was cut would name people otherwise tomorrow."""
    monkeypatch.delenv("KARMA_PRIVACY_KEY", raising=False)
    monkeypatch.setenv("KARMA_PRIVACY_KEY_FILE", str(tmp_path / "own" / "privacy.key"))

    class Full:
        def __init__(self, handle, mode):
            os.close(handle)

        def __enter__(self):
            return self

        def __exit__(self, *args):
            pass

        write = full

    works = os.fdopen
    monkeypatch.setattr(os, "fdopen", Full)
    with pytest.raises(OSError, match=r"privacy.key could not be written \(No space left"):
        privacy.secret()
    assert not left_in(tmp_path)
    monkeypatch.setattr(os, "fdopen", works)
    assert privacy.secret() == privacy.secret()


@pytest.fixture
def homeless(monkeypatch):
    """A user of whom neither the environment nor the system's list knows a home."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "KARMA_DATA_DIR",
                 "KARMA_PRIVACY_KEY", "KARMA_PRIVACY_KEY_FILE"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)

    def unknown(uid):
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    with pytest.raises(RuntimeError):
        Path.home()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system always names a home")
def test_without_a_home_a_key_is_asked_for_in_one_sentence(
    comments, homeless, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    told = "^KARMA_PRIVACY_KEY_FILE or KARMA_PRIVACY_KEY must be set: this user has no home to keep"
    for ask in (privacy.key_file, privacy.secret, lambda: tiktok.read_comments(comments)):
        with pytest.raises(OSError, match=told):
            ask()
    monkeypatch.setenv("KARMA_PRIVACY_KEY_FILE", str(tmp_path / "own" / "privacy.key"))
    by_file = tiktok.read_comments(comments)
    monkeypatch.delenv("KARMA_PRIVACY_KEY_FILE")
    monkeypatch.setenv("KARMA_PRIVACY_KEY", (tmp_path / "own" / "privacy.key").read_text())
    pd.testing.assert_frame_equal(tiktok.read_comments(comments), by_file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "own"]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system always names a home")
def test_without_a_home_nothing_is_fetched_and_a_sentence_says_where_data_may_lie(
    server, homeless, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert not classifier.model_file().exists(), "a model would be trained, and not kept"
    rows = pd.DataFrame([{"dataset": "toy", "file": FILE, "url": f"{server.place}/table.csv",
                          "bytes": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}])  # fmt: skip
    monkeypatch.setattr(_store, "registry", lambda: rows)
    assert not datasets.available("toy")
    told = r"toy/table.csv could not be fetched from 127.0.0.1 \(Not a directory\). Make room in " \
           r"/dev/null/no home, or set KARMA_DATA_DIR to a folder that holds it."  # fmt: skip
    with pytest.raises(OSError, match=told):
        datasets.fetch(FILE)
    assert datasets.fetch_all()["failed"].tolist() == [1]
    assert (server.asked, left_in(tmp_path)) == ([], [])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert datasets.fetch(FILE).read_bytes() == BODY


class Behind(datetime):
    """The clock of a machine whose battery is empty."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2001, 1, 1, tzinfo=tz)


def test_a_clock_set_back_makes_no_time_impossible_and_is_told(comments, monkeypatch):
    right = tiktok.read_comments(comments, refresh_days=None)
    for module in (_times, _report):
        monkeypatch.setattr(module, "datetime", Behind)
    wrong = tiktok.read_comments(comments)
    told = "This computer's clock stands before the day of collection; set it."
    assert wrong.attrs["report"]["warnings"] == [told]
    np.testing.assert_array_equal(wrong["created_at"], right["created_at"])
    assert right["created_at"].notna().all()
