"""How values become typed columns: ids, counts, words, lists. Fast if all are clean."""

import ast
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from karma_lib.datasets.tiktok._formats import KEYS
from karma_lib.datasets.tiktok._report import IdPrecisionError, Report

MOST = 2**63
NOTHING = {"", "nan", "none", "null", "n/a", "<na>"}
LITERAL_CAP = 100_000
URL_ID = re.compile(r"/(?:video|photo|v)/(\d{6,20})")
SUFFIXES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([KMB]?)", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, \u00a0'])\d{3})(?:\1\d{3})*")
FLOATED = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d{1,3}|\d+\.0+")
YES, NO = {"yes", "true", "1", "1.0", "y", "t"}, {"no", "false", "0", "0.0", "n", "f"}
NAMES = ("hashtagName", "hashtag_name", "title", "name", "username", "uniqueId", "unique_id")
# Two bytes of UTF-8 that were read as cp1252 or latin-1.
MOJIBAKE = (
    "[\u00c2\u00c3\u00e2\u00f0\u00d8\u00d9][\u0080-\u009f\u00a1-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
)
OWN_SOUND = re.compile(
    r"(?i)^\s*(original sound|original audio|son original|sonido original|som original|"
    r"suono originale|originalton|оригинальный звук|오리지널 사운드|オリジナル楽曲|"
    r"الصوت الأصلي|suara asli|nhạc nền|orijinal ses)\s*-.*", re.S)  # fmt: skip


def integers(values: list[Any]) -> pa.Array | None:
    """Return int64 if every value is a whole number, a string of one, or nothing; else None."""
    try:
        array = pa.array(values)
        if pa.types.is_string(array.type):
            array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
            clean = pc.match_substring_regex(array, r"^(0|[1-9]\d{0,18})$")
            return array.cast(pa.int64()) if pc.all(clean).as_py() is not False else None
        if pa.types.is_integer(array.type) or pa.types.is_null(array.type):
            return array.cast(pa.int64())
    except (ValueError, TypeError, OverflowError):
        pass  # a mixed column goes value by value
    return None


def text_of(value: Any) -> str | None:
    """Return a scalar as text; lists, objects and nothing as None."""
    if isinstance(value, str):
        return value
    return None if value is None or isinstance(value, (list, dict)) else str(value)


def words(values: list[Any], report: Report) -> pa.Array:
    """Return strings that can be written anywhere: no NUL, no half of a surrogate pair."""
    try:
        array = pa.array(values, pa.string())
    except (ValueError, TypeError):
        array = pa.array([_encodable(text_of(value), report) for value in values], pa.string())
    with_nul = pc.sum(pc.match_substring(array, "\0")).as_py()
    if with_nul:
        report.mend("NUL characters removed", n=with_nul)
        array = pc.replace_substring(array, "\0", "")
    return array


def _encodable(text: str | None, report: Report) -> str | None:
    """Return a text in which half surrogate pairs are U+FFFD and whole ones are joined."""
    if text is None or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    report.mend("lone surrogates replaced")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def refuse_mojibake(array: pa.Array, column: str, rows: list[int]) -> None:
    """Refuse texts whose UTF-8 was read as another encoding before it came here."""
    hits = pc.match_substring_regex(array, MOJIBAKE)
    if not pc.any(hits).as_py():
        return
    for place in np.flatnonzero(hits.fill_null(False).to_numpy(zero_copy_only=False)):
        if _was_utf8(array[int(place)].as_py()):
            raise ValueError(
                f"{column} in row {rows[place]} looks like UTF-8 that was read as cp1252. Export "
                "it again as UTF-8, or pass encoding='utf-8' to take the letters as they are."
            )


def _was_utf8(text: str) -> bool:
    """Tell whether runs of letters in a text are UTF-8 read as cp1252 or latin-1."""
    for run in re.findall("[\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,}", text):
        single = b"".join(
            letter.encode("latin-1" if letter <= "\u00ff" else "cp1252") for letter in run
        )
        try:
            single.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


class Ids:
    """Cleans one column of ids, and refuses it where digits are lost.

    Ids of about 7.3e18 fit 64-bit integers, but floats there are 1024 apart. A damaged column
    shows it: every id divisible by 1024 (float), or ending in 000 (JavaScript) or 0000
    (a spreadsheet), where one in a thousand or fewer would be by chance.
    """

    def __init__(self, column: str, report: Report, *, main: bool, allowed: bool) -> None:
        self.column, self.report, self.main, self.allowed = column, report, main, allowed

    def clean(self, values: list[Any], rows: list[int]) -> pa.Array:
        """Return strings of 6 to 19 digits, null where there is no id."""
        array = integers(values)
        if array is None or array.null_count or (pc.min(array).as_py() or 0) < 100_000:
            found = [self._one(value, row) for value, row in zip(values, rows, strict=True)]
            array = pa.array([None if floated else number for number, floated in found], pa.int64())
            if any(floated for _, floated in found):
                return self._damaged(
                    pa.array([number for number, _ in found], pa.int64()),
                    array, "they are written as floats",
                )  # fmt: skip
        why = self._verdict(array)
        return self._damaged(array, None, why) if why else array.cast(pa.string())

    def _one(self, value: Any, row: int) -> tuple[int | None, bool]:
        """Return one id as a number, and whether it is a float that has lost digits."""
        if isinstance(value, float):
            if not math.isfinite(value):
                return None, False
            return self._ranged(int(value), row), 2**53 <= value < MOST
        if isinstance(value, (bool, dict, list)):
            self.report.mend(f"{self.column} unreadable", row)
            return None, False
        if value is None or isinstance(value, int):
            return (None if value is None else self._ranged(value, row)), False
        text = str(value).strip()
        if text.lower() in NOTHING:
            return None, False
        if FLOATED.fullmatch(text):
            number = float(text)
            whole = int(number) if number < 1e30 else MOST
            return self._ranged(whole, row), 2**53 <= whole < MOST
        return self._from_text(text, row), False

    def _from_text(self, text: str, row: int) -> int | None:
        """Return the id in a text that a spreadsheet or a tool has wrapped."""
        if found := URL_ID.search(text):
            return self._ranged(int(found[1]), row)
        bare = re.sub(r'^=?"|"$|^\'|^ID_', "", text)
        if GROUPED.fullmatch(bare):
            bare = re.sub(r"[, \u00a0']", "", bare)
        if not re.fullmatch(r"-?[0-9]{1,25}", bare):
            self.report.mend(f"{self.column} unreadable", row)
            return None
        if bare != text:
            self.report.mend(f"{self.column} cleaned of wrapping", row)
        return self._ranged(int(bare), row)

    def _ranged(self, number: int, row: int) -> int | None:
        if number == 0 and self.column not in KEYS.values():
            return None  # how several formats write "no parent", "no duet"
        if 100_000 <= number < MOST:
            return number
        self.report.mend(f"{self.column} out of range", row)
        return None

    def _verdict(self, array: pa.Array) -> str:
        """Say how the digits were lost, or nothing."""
        numbers = np.unique(array.drop_null().to_numpy(zero_copy_only=False).astype(np.int64))
        numbers = numbers[numbers >= 2**53]
        # 20 ids allow a share; of fewer, all must hit, and one alone proves nothing.
        least = len(numbers) / 2 if len(numbers) >= 20 else max(len(numbers) - 0.5, 1.5)
        for step, how in ((10_000, "a spreadsheet: they end in 0000"),
                          (1_000, "JavaScript or a short text: they end in 000"),
                          (1_024, "a float: they are divisible by 1024")):  # fmt: skip
            if (numbers % step == 0).sum() > least:
                return f"they went through {how}"
        return ""

    def _damaged(self, array: pa.Array, intact: pa.Array | None, why: str) -> pa.Array:
        self.report.facts.setdefault("id damage", {})[self.column] = why
        if self.allowed:
            return array.cast(pa.string())
        if self.main:
            raise IdPrecisionError(
                f"{self.column} has lost digits ({why}), so rows cannot be told apart or joined. "
                "Go back to the source and read ids as text, or pass allow_damaged_ids=True for "
                "work with times only."
            )
        whole = pa.nulls(len(array), pa.int64()) if intact is None else intact
        lost = len(array) - array.null_count - (len(whole) - whole.null_count)
        self.report.mend(f"{self.column} damaged, set to missing", n=lost)
        return whole.cast(pa.string())


def counts(values: list[Any], column: str, report: Report) -> tuple[pa.Array, list[int]]:
    """Return int64 counts, null where there is none, and the places of shortened ones."""
    array = integers(values)
    if array is not None and (pc.min(array).as_py() or 0) >= 0:
        return array, []
    found = [_count(value) for value in values]
    for what in ("negative", "unreadable"):
        report.mend(f"{column} {what}, set to missing", n=sum(why == what for _, why in found))
    short = [place for place, (_, why) in enumerate(found) if why == "short"]
    report.mend(f"{column} written short (1.2K)", n=len(short))
    return pa.array([number for number, _ in found], pa.int64()), short


def _count(value: Any) -> tuple[int | None, str]:
    """Return one count, and what was wrong or special about it."""
    text = (text_of(value) or "").strip()
    if text.lower() in NOTHING and not isinstance(value, (list, dict)):
        return None, ""
    bare = re.sub(r"[, \u00a0']", "", text) if GROUPED.fullmatch(text) else text
    found = NUMBER.fullmatch(bare[:40])
    if not found:
        return None, "unreadable"
    number = float(found[1]) * SUFFIXES[found[2].upper()]
    whole = int(found[1]) if "." not in found[1] and not found[2] else round(number)
    if whole < 0:
        return None, "negative"
    if whole >= MOST or (not found[2] and whole != number and "." in found[1]):
        return None, "unreadable"
    return whole, "short" if found[2] else ""


def numbers(values: list[Any], column: str, report: Report) -> pa.Array:
    """Return finite float64, null where there is none."""
    found: list[float | None] = []
    for value in values:
        try:
            number = float(value) if isinstance(value, (int, float, str)) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        found.append(number if 0 <= number < math.inf else None)
        if found[-1] is None and value not in (None, ""):
            report.mend(f"{column} unreadable, set to missing")
    return pa.array(found, pa.float64())


def truths(columns: list[list[Any]]) -> pa.Array:
    """Return whether any of several places says yes; null where none says anything."""
    return pa.array([_any(row) for row in zip(*columns, strict=True)], pa.bool_())


def _any(row: Iterable[Any]) -> bool | None:
    said = {str(value).strip().lower() for value in row if isinstance(value, (str, int, float))}
    return True if said & YES else False if said & NO else None


def literal(text: Any, report: Report) -> Any:
    """Return the list or object that a cell spells in JSON or in Python, else None."""
    if not isinstance(text, str) or text[:1] not in ("{", "["):
        return text
    if len(text) > LITERAL_CAP:
        report.mend("lists or objects in a cell too long, set to missing")
        return None
    reads: tuple[Callable[[str], Any], ...] = (json.loads, ast.literal_eval)
    for read in reads:
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    report.mend("lists or objects in a cell unreadable, set to missing")
    return None


def tags(value: Any, report: Report) -> list[str] | None:
    """Return the names in a list, or in a text of several, without marks and repeats."""
    if value is None:
        return None
    entries = literal(value, report)
    if isinstance(entries, str):
        entries = re.split(r"[,|;]", entries)
    if not isinstance(entries, list):
        entries = [entries]
    named = [_name(entry) for entry in entries]
    return list(dict.fromkeys(name for name in named if name))


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        entry = next((entry[key] for key in NAMES if entry.get(key)), None)
    text = (text_of(entry) or "").replace("\0", "").encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", text.strip().lstrip("#＃@").strip().lower())


def tagged(text: str) -> list[str]:
    """Return the hashtags that stand in a text, in order, without repeats."""
    found = re.findall(r"[#＃]([^\s#＃@.,!?;:\"'(){}\[\]|/\\…]+)", text)
    return list(dict.fromkeys(_name(name) for name in found))
