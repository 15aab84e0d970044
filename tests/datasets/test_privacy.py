"""Keys, pseudonyms, mentions, deletions."""

import hashlib
import hmac

import pandas as pd
import pytest

from karma_lib.datasets import privacy, tiktok
from tests.datasets.tiktok.conftest import video

KEY = "the key of the tests, of no use elsewhere"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch, tmp_path):
    for name in (privacy.KEY, privacy.KEY_FILE, "KARMA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


def test_the_hash_is_hmac_sha256_of_platform_kind_and_name():
    wanted = hmac.new(KEY.encode(), b"tiktok:handle:someone", hashlib.sha256).hexdigest()
    names = privacy.Pseudonyms(KEY.encode())
    assert names.of("handle", " @SomeOne ") == wanted
    assert privacy.Pseudonyms(KEY.encode() + b"!").of("handle", "someone") != wanted


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    made = privacy.secret()
    assert privacy.secret() == made
    assert len(made) == 64
    assert privacy.key_file() == tmp_path / "settings" / "karma_lib" / "privacy.key"
    assert privacy.key_file().stat().st_mode & 0o077 == 0


def test_where_a_key_may_lie(monkeypatch, tmp_path):
    monkeypatch.setenv(privacy.KEY_FILE, str(tmp_path / "key"))
    (tmp_path / "key").write_text(KEY)
    assert privacy.secret(tmp_path / "data") == KEY.encode()
    with pytest.raises(ValueError, match="must lie outside the folder of the data"):
        privacy.secret(tmp_path)
    monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="must lie outside the folder of the data"):
        privacy.secret()
    monkeypatch.setenv(privacy.KEY, "short")
    with pytest.raises(ValueError, match="must have at least 32 characters; got 5"):
        privacy.secret()


def test_texts_lose_people(monkeypatch, write_videos):
    monkeypatch.setenv(privacy.KEY, KEY)
    names = privacy.Pseudonyms(KEY.encode())
    text = (
        "hi @Some.One, mail a.b@c.example or +49 170 1234567, www.x.example/@y #duet with @other."
    )
    table = tiktok.read_videos(
        write_videos([video(video_description=text, voice_to_text="ask @other")])
    )
    one, other = (names.of("handle", name) for name in ("some.one", "other"))
    assert table["mentions"].iloc[0] == [one, other]
    assert table["description"].iloc[0] == (
        f"hi @{one[:12]}, mail [address] or [number], [link] #duet with @{other[:12]}."
    )
    assert table["transcript"].iloc[0] == f"ask @{other[:12]}"
    assert "someone_0" not in str(table.to_dict())
    plain = tiktok.read_videos(write_videos([video(video_description=text)]), pseudonymise=False)
    assert plain["description"].iloc[0] == text
    assert plain["author_key"].iloc[0] == "someone_0"


@pytest.fixture
def write_videos(tmp_path):
    def written(records):
        path = tmp_path / "file.json"
        pd.Series(records).to_json(path, orient="values")
        return path

    return written


def test_the_name_in_the_title_of_an_own_sound_goes(monkeypatch, tmp_path):
    monkeypatch.setenv(privacy.KEY, KEY)
    path = tmp_path / "a.csv"
    path.write_text("id,unix_timestamp,body,plays,music_name\n"
                    "7438883357196114809,1732000000,a,5,original sound - Some One\n"
                    "7438898823897462514,1732003601,a,5,A Song - Live\n")  # fmt: skip
    assert tiktok.read_videos(path)["music_title"].tolist() == ["original sound", "A Song - Live"]


def test_deletions(tmp_path):
    table = pd.DataFrame(
        {"comment_id": ["1", "2", "3"], "video_id": ["8", "8", "9"]}, dtype="string"
    )
    table.attrs["report"] = {"rows read": 3}
    assert privacy.apply_deletions(table, ["2", "9"])["comment_id"].tolist() == ["1"]
    (tmp_path / "gone.txt").write_text("8\n")
    left = privacy.apply_deletions(table, tmp_path / "gone.txt")
    assert left["comment_id"].tolist() == ["3"]
    assert left.attrs["report"] == {"rows read": 3, "deleted rows": 2}
    assert table.attrs["report"] == {"rows read": 3}
    with pytest.raises(TypeError, match="ids must be strings of digits; got 8"):
        privacy.apply_deletions(table, [8])
