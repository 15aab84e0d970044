"""A key for the tests, and ways to write what a tool would have written."""

import json

import pytest

KEY = "the key of the tests, of no use elsewhere"
VIDEO, COMMENT = 7438883357196114809, 7438898819426138948


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("KARMA_PRIVACY_KEY", KEY)


def video(place=0, **changes):
    """Return a record of a video as the Research API gives it."""
    second = 1_732_000_000 + 3_601 * place
    return {"id": (second << 32) + 0x1234567 + 7 * place, "create_time": second + 30,
            "video_description": "a text", "username": f"someone_{place}", "region_code": "DE",
            "view_count": 100, "like_count": 10, "comment_count": 3, "share_count": 1,
            "hashtag_names": ["karma"], **changes}  # fmt: skip


def comment(place=0, **changes):
    """Return a record of a comment as the Research API gives it."""
    second = 1_732_010_000 + 61 * place
    return {"id": (second << 32) + 0x1234567 + 7 * place, "video_id": VIDEO, "text": "a word",
            "like_count": 2, "reply_count": 0, "parent_comment_id": VIDEO,
            "create_time": second + 30, **changes}  # fmt: skip


def page(key, records, *, cursor=100, has_more=False, **changes):
    """Return an envelope of the Research API."""
    return {"data": {key: records, "cursor": cursor, "has_more": has_more},
            "error": {"code": "ok", "message": "", "log_id": "20241201120000AB"}, **changes}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """Write a value (JSON), several (one a line) or plain text or bytes; return the path."""

    def written(value, name="file.json", *, lines=False):
        path = tmp_path / name
        if isinstance(value, bytes):
            path.write_bytes(value)
        elif isinstance(value, str):
            path.write_bytes(value.encode())
        elif lines:
            path.write_text("".join(json.dumps(entry) + "\n" for entry in value), "utf-8")
        else:
            path.write_text(json.dumps(value), "utf-8")
        return path

    return written
