"""Files that are whole or not there; sentences that are said once."""

import errno
import logging
import os

import pytest

from karma_lib import _whole


def test_a_sentence_is_said_once_where_two_places_are_told(tmp_path):
    with (
        pytest.raises(OSError, match=r"inner could not be written \(No space left") as told,
        _whole.told(tmp_path / "outer"),
        _whole.told(tmp_path / "inner"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "outer" not in str(told.value)


def test_what_was_signed_is_read_and_what_was_changed_is_not(tmp_path, caplog):
    path = tmp_path / "folder" / "file"
    assert _whole.read(path) is None
    assert not caplog.messages, "what is not there is not damaged"
    _whole.write(path, _whole.signed(b"what was computed"))
    assert _whole.read(path) == b"what was computed"
    body = path.read_bytes()
    for bad in (b"", body[:-1], body[1:], body.replace(b"w", b"W"), b"x" * len(body)):
        path.write_bytes(bad)
        with caplog.at_level(logging.WARNING, "karma_lib"):
            assert _whole.read(path) is None
    assert set(caplog.messages) == {"file is damaged and is computed again."}
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_an_older_file_stays_where_the_new_one_cannot_be_moved(tmp_path, monkeypatch):
    path = tmp_path / "file"
    _whole.write(path, b"old")

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"file could not be written \(No space left on device\)"):
        _whole.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"], "no draft stays"
