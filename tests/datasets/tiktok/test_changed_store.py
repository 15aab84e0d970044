"""A stored table of which a file is cut, changed, doubled, taken away or added: noticed by all."""

import json
import shutil
import subprocess

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from karma_lib import _whole
from karma_lib.datasets import _folders, tiktok
from tests.datasets.tiktok.conftest import KEY, comment

GONE = [str(comment(31)["id"])]
ASKERS = {
    "path": tiktok.read_comments,
    "folder": tiktok.per_hour,
    "table": lambda folder: tiktok.apply_deletions(folder, GONE),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Comments of three months, stored; and the table that is read from them."""
    place = tmp_path_factory.mktemp("whole")
    records = [comment(n, create_time=1_732_010_030 + n * 86_400) for n in range(60)]
    (place / "in.json").write_text(json.dumps(records))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KARMA_PRIVACY_KEY", KEY)
        tiktok.store(place / "in.json", place / "out")
    return place / "out"


@pytest.fixture
def stored(whole, tmp_path):
    for name in ("kept", "out"):
        shutil.copytree(whole, tmp_path / name)
    return tmp_path / "out"


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@st.composite
def changes(draw):
    """Draw which file is changed, and how its bytes become others."""
    start, length = draw(st.floats(0, 1, exclude_max=True)), draw(st.integers(1, 40))
    put = draw(st.sampled_from(["cut", "out", "twice", "bit", "other"]))

    def change(body):
        a = int(start * len(body))
        return {
            "cut": body[:a],
            "out": body[:a] + body[a + length :],
            "twice": body[: a + length] + body[a:],
            "bit": body[:a] + bytes([body[a] ^ 1 << length % 8]) + body[a + 1 :],
            "other": body[:a] + bytes(length) + body[a + length :],
        }[put]

    return draw(st.integers(0, 4)), change


def tells_all(after, before):
    """Tell whether sums have every line still, and no other file: one sum more hides nothing."""
    lines = [set(sums.decode("utf-8", "replace").splitlines()) for sums in (after, before)]
    names = [{line.partition("  ")[2] for line in each} for each in lines]
    return lines[0] >= lines[1] and names[0] == names[1]


def noticed(folder, which, change):
    """Change one file of a copy; whoever asks for the table must say which folder, and why."""
    names = files(folder)
    assert len(names) == 5, "three months, the report, the sums"
    before = names[which].read_bytes()
    after = change(before)
    assume(after != before)
    assume(names[which].name != "SHA256SUMS" or not tells_all(after, before))
    held = {path: path.read_bytes() for path in names} | {names[which]: after}
    try:
        names[which].write_bytes(after)
        for argument, ask in ASKERS.items():
            with pytest.raises(
                ValueError, match=rf"^{argument} must be as `store` wrote it; got 'out'"
            ):
                ask(folder)
        assert {path: path.read_bytes() for path in files(folder)} == held, "nobody touches it"
    finally:
        shutil.rmtree(folder)
        shutil.copytree(folder.parent / "kept", folder)


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(changes())
@settings(max_examples=100, deadline=None, suppress_health_check=QUIET, derandomize=True)
def test_a_changed_file_is_noticed(stored, changed):
    noticed(stored, *changed)


N_MANY = 2_000


@pytest.mark.long
@pytest.mark.claim(
    "Of a stored table any file that is cut or changed at random is noticed, whoever asks for it",
    f"{N_MANY:,} changes, each met by three who ask: all noticed",
)
@given(changes())
@settings(max_examples=N_MANY, deadline=None, suppress_health_check=QUIET)
def test_many_changes_are_noticed(stored, changed):
    noticed(stored, *changed)


def took(folder):
    (folder / "month=2024-12" / "rows.parquet").unlink()
    return "month=2024-12/rows.parquet"


def added(folder):
    (folder / "month=2025-02").mkdir()
    shutil.copy(folder / "month=2024-12" / "rows.parquet", folder / "month=2025-02")
    return "month=2025-02/rows.parquet"


def moved(folder):
    (folder / "month=2024-12").rename(folder / "month=2024-01")
    return "month=2024-01/rows.parquet"


def swapped(folder):
    shutil.copy(folder / "month=2024-12" / "rows.parquet", folder / "month=2024-11")
    return "month=2024-11/rows.parquet"


def unreported(folder):
    (folder / "report.json").unlink()
    return "report.json"


def unlisted(folder):
    (folder / "SHA256SUMS").unlink()
    return "SHA256SUMS"


@pytest.mark.parametrize("harm", [took, added, moved, swapped, unreported, unlisted])
@pytest.mark.parametrize("argument", ASKERS)
def test_a_file_that_is_not_where_it_was_is_named(stored, harm, argument):
    name = harm(stored)
    with pytest.raises(ValueError, match=rf"^{argument} must be .* of which {name} is changed or"):
        ASKERS[argument](stored)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_anybody_can_check_the_sums(stored):
    def check():
        done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=stored,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, len(done.stdout.splitlines())

    assert check() == (0, 4)
    tiktok.apply_deletions(stored, GONE)
    assert check() == (0, 4)
    (stored / "report.json").write_text("{}")
    assert check() == (1, 4)


def test_what_lies_beside_the_months_is_no_part_of_the_table(stored):
    wanted = tiktok.per_hour(stored)
    shutil.copytree(stored / "month=2024-12", stored / "old")
    pd.testing.assert_frame_equal(tiktok.per_hour(stored), wanted)
    assert len(tiktok.read_comments(stored)) == wanted["n"].sum() == 60


@pytest.mark.parametrize("name", ["out[1]", "o*t", "a 'quoted' one", "?", "months={}"])
def test_a_folder_may_have_any_name(stored, name):
    """DuckDB reads patterns; another folder that fits one must not be counted."""
    place = stored.rename(stored.parent / name)
    shutil.copytree(stored.parent / "kept", stored.parent / "out")
    assert tiktok.per_hour(place)["n"].sum() == len(tiktok.read_comments(place)) == 60
    assert tiktok.apply_deletions(place, GONE)["deleted rows"] == 1
    assert tiktok.per_hour(place)["n"].sum() == 59


def test_a_table_in_the_folder_where_one_stands_is_called_by_its_name(stored, monkeypatch):
    monkeypatch.chdir(stored)
    (stored / "report.json").write_text("{}")
    with pytest.raises(ValueError, match=r"got 'out', of which report\.json is changed"):
        tiktok.per_hour(".")


@pytest.mark.parametrize("argument", ASKERS)
def test_a_table_without_any_month_is_not_taken_for_an_export(stored, argument):
    for month in stored.glob("month=*"):
        shutil.rmtree(month)
    with pytest.raises(FileNotFoundError, match=rf"^{argument} must hold a stored table .* 'out'"):
        ASKERS[argument](stored)


@pytest.mark.parametrize("argument", ASKERS)
def test_a_month_that_cannot_be_read_is_a_sentence(stored, argument):
    (stored / "month=2024-12" / "more.parquet").mkdir()
    with pytest.raises(ValueError, match=rf"^{argument} must be a folder whose files can be read"):
        ASKERS[argument](stored)


def test_a_reader_beside_a_deletion_looks_again(stored, monkeypatch):
    """The sums are read, a month is moved, then it is hashed: the second look is right."""
    before, looks = _folders._known(stored), []
    tiktok.apply_deletions(stored, GONE)
    now = _folders._known

    def known(folder):
        looks.append(1)
        return before if len(looks) == 1 else now(folder)

    monkeypatch.setattr(_folders, "_known", known)
    assert len(tiktok.read_comments(stored)) == 59
    assert len(looks) == 2


class Killed(BaseException):
    """Stands for a process that ends here."""


@pytest.mark.parametrize("moment", range(3))
def test_a_deletion_that_is_killed_at_any_moment_leaves_a_whole_table(stored, monkeypatch, moment):
    """Before the sums are written, before the month is moved, and after it."""
    wanted = tiktok.read_comments(stored)
    calls = []

    def counted(works):
        def step(*args):
            if len(calls) == moment:
                raise Killed
            calls.append(1)
            return works(*args)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(_whole, "write", counted(_whole.write))
        patch.setattr(type(stored), "replace", counted(type(stored).replace))
        with pytest.raises(Killed):
            tiktok.apply_deletions(stored, GONE)
    for name in ("month=2024-12/rows.half", ".draft-0"):  # a process that is killed removes none
        (stored / name).write_bytes(b"half")
    assert len(tiktok.read_comments(stored)) == len(wanted) - (moment == 2)
    assert tiktok.apply_deletions(stored, GONE)["deleted rows"] == 1
    left = tiktok.read_comments(stored)
    pd.testing.assert_frame_equal(
        left, wanted[~wanted["comment_id"].isin(GONE)].reset_index(drop=True)
    )
    assert len(files(stored)) == 6, "the draft that nobody knows"


@pytest.mark.parametrize("deep", [False, True])
def test_ids_that_are_no_text_are_named(stored, tmp_path, deep):
    (tmp_path / "ids.txt").write_bytes(b"7438883357196114809\n\xff\xfe")
    table = stored if deep else tiktok.read_comments(stored)
    with pytest.raises(ValueError, match=r"^ids must be a text file in UTF-8; got 'ids.txt'\."):
        tiktok.apply_deletions(table, tmp_path / "ids.txt")


@pytest.mark.parametrize("entry", ["\ud800", "12\n", 12, None])
@pytest.mark.parametrize("deep", [False, True])
def test_an_id_that_is_none_is_named_before_anything_is_touched(stored, deep, entry):
    table, held = tiktok.read_comments(stored), {path: path.read_bytes() for path in files(stored)}
    with pytest.raises(TypeError, match=r"^ids must be strings of digits; got "):
        tiktok.apply_deletions(stored if deep else table, [*GONE, entry])
    assert {path: path.read_bytes() for path in files(stored)} == held


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_first_id_of_a_file_goes_too_whatever_mark_stands_before_it(stored, tmp_path, mark):
    (tmp_path / "ids.txt").write_bytes(mark + GONE[0].encode() + b"\r\n")
    assert tiktok.apply_deletions(stored, tmp_path / "ids.txt")["deleted rows"] == 1
