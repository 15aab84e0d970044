"""Mutated files: whatever comes, a table or one sentence."""

import json
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karma_lib.datasets import tiktok
from tests.datasets.tiktok.conftest import comment, page, video
from tests.datasets.tiktok.test_export import LAYOUTS, zipped

FILES = sorted((Path(__file__).parents[2] / "fixtures" / "tiktok").rglob("*.*"))
SEEDS = [path.read_bytes() for path in FILES if path.suffix != ".md"]
SEEDS += [json.dumps(value).encode() for value in (
    page("videos", [video()]), [page("comments", [comment()])], [comment(), video()], *LAYOUTS.values())]  # fmt: skip
SEEDS += [zipped({"user_data.json": LAYOUTS["2024"]})]
ODD = [None, "", 0, -1, 2**63, 2**70, 1e308, float("nan"), True, [], {}, [None], {"id": []}, "\ud83d", "\0",
       "1" * 5000, "[" * 50, "N/A", "19/11/2024", "@", "＃", "2024-02-30 25:61:00", "é\u0301"]  # fmt: skip
READERS = [tiktok.read_videos, tiktok.read_comments, tiktok.read_interactions]


def _swapped(value, draw):
    """Return JSON with one value, somewhere inside, replaced by an odd one."""
    if isinstance(value, (dict, list)) and value and draw(st.integers(0, 9)):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = draw(st.sampled_from(list(keys)))
        changed = value.copy()
        changed[key] = _swapped(value[key], draw)
        return changed
    return draw(st.sampled_from(ODD))


@st.composite
def mutants(draw):
    """Draw a file: bytes changed, cut or doubled, or a value inside its JSON replaced."""
    body = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 3))):
        lines = body.split(b"\n")
        row = draw(st.integers(0, len(lines) - 1))
        try:
            lines[row] = json.dumps(_swapped(json.loads(lines[row]), draw)).encode()
            body = b"\n".join(lines)
        except ValueError:
            start = draw(st.integers(0, len(body)))
            end = draw(st.integers(start, min(start + 40, len(body))))
            body = (
                body[:start]
                + draw(
                    st.sampled_from(
                        [
                            b"",
                            body[start:end] * 2,
                            b"\xff",
                            b'"',
                            b"{",
                            b"\0",
                            b"9" * 30,
                            b",",
                            b"\n",
                        ]
                    )
                )
                + body[end:]
            )
    return body


def outcome(read, path, words):
    """Return what is wrong with how a file is read; nothing if a table or a sentence came."""
    try:
        table = read(path, **words)
    except (ValueError, OSError) as error:
        # Our own sentences end in a full stop; what escapes from inside does not.
        return (
            "" if str(error).endswith(".") and not isinstance(error, UnicodeError) else repr(error)
        )
    json.dumps(table.attrs["report"]).encode()
    return "" if table.attrs["report"]["rows kept"] == len(table) else "another number of rows"


def survives(body, folder):
    path = folder / "mutant"
    path.write_bytes(body)
    for read in READERS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            for words in ({}, {"tz": "Europe/Berlin", "encoding": "utf-8"}):
                assert outcome(read, path, words) == ""


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@given(mutants())
@settings(max_examples=200, deadline=None, suppress_health_check=QUIET, derandomize=True)
def test_mutants_give_a_table_or_a_sentence(tmp_path, body):
    survives(body, tmp_path)


N_MANY = 2_000


@pytest.mark.long
@pytest.mark.claim(
    "Exports of TikTok that are changed at random give a table or a sentence",
    f"{N_MANY:,} files, each read in six ways: each does",
)
@given(mutants())
@settings(max_examples=N_MANY, deadline=None, suppress_health_check=QUIET)
def test_many_mutants(tmp_path, body):
    survives(body, tmp_path)
