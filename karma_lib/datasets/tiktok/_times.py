"""How times become UTC: seconds of any unit, ISO words, local clocks; ids know their second."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from karma_lib._typing import Array
from karma_lib.datasets.tiktok._formats import CODE, QUALITIES, STAMP
from karma_lib.datasets.tiktok._report import Report
from karma_lib.datasets.tiktok._values import NOTHING, integers, text_of

FIRST = 1_472_688_000  # 2016-09-01, when the app began
WRITTEN = 1_795_564_800  # 2026-11-25: what is older is not after now, whatever the clock says
ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?\s*"
    r"(Z|UTC|[+-]\d{2}:?\d{2})?", re.IGNORECASE)  # fmt: skip
PLAIN = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}$"
LOCAL_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b.*|\d{4}/\d{1,2}/\d{1,2}.*", re.DOTALL)
UNITS = {1: "seconds", 1_000: "milliseconds", 1_000_000: "microseconds"}


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return a time zone by its name, or say that there is none."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        why = f"tz must be a name such as 'Europe/Berlin' or 'UTC'; got {name!r}."
        raise ValueError(why) from None


def id_seconds(ids: pa.Array) -> Array:
    """Return the Unix seconds in which ids were made, as int64; 0 where there is no id."""
    known = pc.if_else(pc.match_substring_regex(ids, r"^\d{6,19}$"), ids, "0").fill_null("0")
    return np.asarray(known.cast(pa.int64()).to_numpy(zero_copy_only=False)) >> 32


@dataclass
class Clock:
    """Reads one column of times under one assumption about clocks."""

    report: Report
    local: bool = False  # a time without a zone is the collector's local time
    tz: ZoneInfo | None = None
    time_format: str | None = None

    def __post_init__(self) -> None:
        self.last = max(int(datetime.now(UTC).timestamp()), WRITTEN) + 86_400

    def read(self, values: list[Any], ids: pa.Array, rows: list[int]) -> tuple[pa.Array, pa.Array]:
        """Return times (UTC, microseconds) and how each is known.

        A time that is absent comes from the id; one that is there but impossible is missing.
        """
        made, quality = self._fast(values)
        from_ids = id_seconds(ids)
        if made is None or quality is None:
            told = zip(values, from_ids, rows, strict=True)
            pairs = [self._one(value, int(second), row) for value, second, row in told]
            made = np.array([micro for micro, _ in pairs], np.int64)
            quality = np.array([QUALITIES.index(how) for _, how in pairs], np.int8)
        empty = quality == QUALITIES.index("missing")
        known = ~empty & (from_ids >= FIRST) & (from_ids <= self.last)
        apart = known & (np.abs(made // 1_000_000 - from_ids) > 86_400)
        self.report.mend("times more than a day from their id's", n=int(apart.sum()))
        stamps = pa.array(made, pa.int64(), mask=empty).cast(STAMP)
        codes = pa.DictionaryArray.from_arrays(pa.array(quality, pa.int8()), list(QUALITIES))
        return stamps, codes.cast(CODE)

    def _fast(self, values: list[Any]) -> tuple[Array | None, Array | None]:
        """Return times if all are seconds in range, or plain words in UTC; else nothing."""
        array = integers(values)
        if array is not None and len(array) and array.null_count == 0:
            ends = pc.min_max(array).as_py()
            if ends["min"] >= FIRST and ends["max"] <= self.last:
                self.report.zones.add("Unix seconds, UTC")
                return np.asarray(array) * 1_000_000, np.zeros(len(array), np.int8)
        return None, None

    def _one(self, value: Any, id_second: int, row: int) -> tuple[int, str]:
        """Return one time in microseconds and how it is known."""
        text = (text_of(value) or "").strip()
        if text.lower() in NOTHING:
            if FIRST <= id_second <= self.last:
                return id_second * 1_000_000, "from_id"
            return 0, "missing"
        if re.fullmatch(r"-?\d{1,25}(\.\d{1,9})?", text, re.ASCII):
            return self._number(text, row)
        return self._words(text, id_second, row)

    def _number(self, text: str, row: int) -> tuple[int, str]:
        number = float(text)
        unit = 1_000_000 if number >= 1e14 else 1_000 if number >= 1e11 else 1
        if FIRST <= number / unit <= self.last:
            self.report.zones.add(f"Unix {UNITS[unit]}, UTC")
            if unit > 1:
                self.report.mend(f"times in {UNITS[unit]}", row)
            whole = int(text) if text.isdigit() else round(number)
            return whole * (1_000_000 // unit), "epoch"
        return self._impossible("out of range", row)

    def _impossible(self, why: str, row: int) -> tuple[int, str]:
        self.report.mend(f"times {why}, set to missing", row)
        return 0, "missing"

    def _words(self, text: str, id_second: int, row: int) -> tuple[int, str]:
        found = ISO.fullmatch(text)
        if not found and LOCAL_DATE.fullmatch(text) and not self.time_format:
            raise ValueError(
                f"The time {text[:25]!r} in row {row} can be read in several ways (day or month "
                "first). Pass time_format=, such as '%d/%m/%Y %H:%M'."
            )
        try:
            if found:
                moment = datetime.fromisoformat(f"{found[1]}T{(found[2] or '00:00')[:15]}")
            elif self.time_format:
                moment = datetime.strptime(text, self.time_format)
            else:
                return self._impossible("unreadable", row)
            return self._placed(moment, found, id_second, row)
        except (ValueError, OverflowError) as error:
            if str(error).startswith("Times without a zone"):
                raise
            return self._impossible("unreadable", row)

    def _placed(
        self, moment: datetime, found: re.Match[str] | None, id_second: int, row: int
    ) -> tuple[int, str]:
        """Return a moment of words in UTC, and by which assumption."""
        zone = found[3] if found else None
        if zone:
            how, hint = "iso_offset", "words with an offset"
            sign = re.sub(r"(?i)^(z|utc)$", "+0000", zone).replace(":", "")
            moment = moment.replace(tzinfo=datetime.strptime(sign, "%z").tzinfo)
        elif self.tz is not None and moment.tzinfo is None:
            how, hint = "naive_local", f"words without a zone, taken as {self.tz.key}"
            moment = self._localised(moment, self.tz, id_second, row)
        elif self.local:
            raise ValueError(
                "Times without a zone in this format are the local time of whoever collected "
                f"them (row {row}). Pass tz=, such as tz='Europe/Berlin'."
            )
        else:
            how, hint = "naive_assumed_utc", "words without a zone, taken as UTC"
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if found and not found[2]:
            how = "date_only"
        micro = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        if not FIRST <= micro / 1_000_000 <= self.last:
            return self._impossible("out of range", row)
        self.report.zones.add(hint)
        return micro, how

    def _localised(self, moment: datetime, zone: ZoneInfo, id_second: int, row: int) -> datetime:
        """Return a local time in its zone; the id says which of two, where a clock goes back."""
        both = [moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        if both[0].utcoffset() == both[1].utcoffset():
            return both[0]
        exists = both[0].astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
        which = "comes twice" if exists else "the clock skips"
        self.report.mend(f"local times in an hour that {which}", row)
        if FIRST <= id_second <= self.last:
            return min(both, key=lambda guess: abs(guess.timestamp() - id_second))
        return both[0]
