"""Some records of one format to the typed columns of a table: one method a kind of column."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from karma_lib.datasets.privacy import mentioned
from karma_lib.datasets.tiktok._formats import CODE, COUNTS_QUALITIES, KEYS, TABLES, TYPES, Format
from karma_lib.datasets.tiktok._places import first, getter
from karma_lib.datasets.tiktok._records import Record
from karma_lib.datasets.tiktok._report import Report, plain
from karma_lib.datasets.tiktok._settings import Settings
from karma_lib.datasets.tiktok._times import PLAIN, Clock
from karma_lib.datasets.tiktok._values import (
    OWN_SOUND,
    URL_ID,
    Ids,
    counts,
    numbers,
    refuse_mojibake,
    tagged,
    tags,
    text_of,
    truths,
    words,
)

REDACTED = "redacted"
NOBODY = "Authors are given as REDACTED; author_key is missing there."
QUALITY = "created_at_quality", "counts_quality"
UNREAD = {"collected", "source_platform", "__import_meta"}


class Piece:
    """Some records of one format, and how each kind of column is made of them."""

    def __init__(self, form: Format, found: list[Record], settings: Settings, file: Path) -> None:
        self.form, self.settings, self.report = form, settings, settings.report
        self.records = [record.value for record in found]
        self.rows = [record.row for record in found]
        self.file, self.size = file.name, len(found)
        for record in self.records[:50]:
            unknown = set(record) - form.keys - UNREAD
            if len(self.report.unknown) < 200:
                self.report.unknown |= {plain(key) for key in unknown}

    def table(self) -> pa.Table:
        """Return the tidy rows; those without their id are dropped and counted."""
        kinds = TABLES[self.settings.table]
        made: dict[str, pa.Array] = {}
        for column, kind in kinds.items():
            if column not in QUALITY:
                made[column] = getattr(self, "_" + kind.replace(" ", "_"))(column, made)
            elif column == "counts_quality":
                made[column] = self._counts_quality(made)
        self._check(made)
        ordered = [made[column].cast(TYPES[kind]) for column, kind in kinds.items()]
        whole = pa.table(ordered, names=list(kinds))
        keep = pc.is_valid(whole[KEYS[self.settings.table]])
        self.report.drop("no usable id", n=self.size - pc.sum(keep).as_py())
        return whole.filter(keep)

    def _values(self, column: str) -> list[Any]:
        place = self.form.places.get(column)
        return [None] * self.size if place is None else first(place, self.records)

    def _ids(self, column: str, *, main: bool) -> pa.Array:
        if column not in self.form.places:
            return pa.nulls(self.size, pa.string())
        cleaner = Ids(
            column, self.report, main=main, allowed=self.settings.options.allow_damaged_ids
        )
        return cleaner.clean(self._values(column), self.rows)

    def _key_id(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return self._ids(column, main=True)

    def _id(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        """Return other ids; of a parent, only if it is another comment."""
        if column != "parent_comment_id":
            return self._ids(column, main=False)
        parents = self._ids(column, main=column in self.form.places)
        if said := self.form.also.get("reply"):
            is_reply = truths([first(said, self.records)]).fill_null(True)
            parents = pc.if_else(is_reply, parents, pa.scalar(None, pa.string()))
        own = pc.equal(parents, made["comment_id"]).fill_null(False)
        self.report.mend("comments that are their own parent, now top level", n=pc.sum(own).as_py())
        top = pc.or_(own, pc.equal(parents, made["video_id"]).fill_null(False))
        return pc.if_else(top, pa.scalar(None, pa.string()), parents)

    def _level(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return pc.is_valid(made["parent_comment_id"]).cast(pa.int8())

    def _handle(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        """Return keys of accounts by handle, else by uid."""
        found, uids = self._keyed(self._values(column), "handle"), self._values_also("uid")
        return found if uids is None else pc.coalesce(found, self._uid_keys(uids))

    def _values_also(self, what: str) -> list[Any] | None:
        place = self.form.also.get(what)
        return None if place is None else first(place, self.records)

    def _keyed(self, values: list[Any], kind: str) -> pa.Array:
        """Return keys of accounts; each name is hashed once."""
        array = words(list(map(text_of, values)), self.report).dictionary_encode()
        keys = [self._named(name, kind) for name in array.dictionary.to_pylist()]
        return pa.array(keys, pa.string()).take(array.indices)

    def _named(self, name: str | None, kind: str) -> str | None:
        bare = (name or "").strip()
        if bare.lower().strip("@ ") in ("", REDACTED):
            if bare and kind == "handle":
                self.report.warn(NOBODY)
            return None
        is_uid = re.fullmatch(r"@\d{5,25}", bare)
        return self.settings.names.of("uid" if is_uid else kind, bare)

    def _uid_keys(self, values: list[Any]) -> pa.Array:
        """Return keys of uids; a float is no uid, for its last digits are lost."""
        return self._keyed([None if isinstance(value, float) else value for value in values], "uid")

    def _uid(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return self._uid_keys(self._values(column))

    def _time(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        settings = self.settings
        values = self._values(column)
        if column == "collected_at" and not any(values):
            return pa.nulls(self.size, TYPES["time"])
        ids = made[KEYS[settings.table]]
        if column == "collected_at":
            clock, ids = Clock(Report()), pa.nulls(self.size, pa.string())
        else:
            local = self.form.clock == "local"
            clock = Clock(self.report, local, settings.zone, settings.options.time_format)
        stamps, quality = clock.read(values, ids, self.rows)
        if column == "created_at":
            made["created_at_quality"] = quality
        return stamps

    def _text(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return self._label(column, made).fill_null("")

    def _label(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        """Return texts without the people in them."""
        values = self._values(column)
        array = words([text_of(value) for value in values], self.report)
        if column != "text" and column != "description":
            array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
        elif self.settings.options.encoding is None:
            refuse_mojibake(array, column, self.rows)
        array = pc.utf8_normalize(array, "NFC")
        if column == "description":
            self.described = array
        return self._without_people(array, column)

    def _without_people(self, array: pa.Array, column: str) -> pa.Array:
        names = self.settings.names
        if names.key is None:
            return array
        if column == "music_title":
            array = pa.array([OWN_SOUND.sub(r"\1", text) if text else text
                             for text in array.to_pylist()], pa.string())  # fmt: skip
        may_lead = r"@|https?://|www\.|\.[^\s/]{2,24}/|\+\d"
        hits = pc.match_substring_regex(array, may_lead).fill_null(False)
        cleaned = [names.scrubbed(text) for text in array.filter(hits).to_pylist()]
        return pc.replace_with_mask(array, hits, pa.array(cleaned, pa.string()))

    def _lists(self, column: str, made: dict[str, pa.Array]) -> list[list[str] | None]:
        """Return lists that several places hold together; None where no place says anything."""
        places = self.form.places.get(column, "").split()
        columns = [[take(record) for record in self.records] for take in map(getter, places)]
        joined: list[list[str] | None] = [None] * self.size
        for values in columns:
            for place, value in enumerate(values):
                more = tags(value, self.report)
                if more is not None:
                    joined[place] = list(dict.fromkeys([*(joined[place] or ()), *more]))
        return joined

    def _tags(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        texts = self.described.to_pylist()
        return pa.array([tagged(text or "") if found is None else found for found, text in
                         zip(self._lists(column, made), texts, strict=True)],
                        TYPES["tags"])  # fmt: skip

    def _people(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        texts, of = self.described.to_pylist(), self.settings.names.of
        lists = [mentioned(text or "") if found is None else found for found, text in
                 zip(self._lists(column, made), texts, strict=True)]  # fmt: skip
        return pa.array([[of("handle", name) for name in dict.fromkeys(found)] for found in lists],
                        TYPES["people"])  # fmt: skip

    def _language(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        array = words([text_of(value) for value in self._values(column)], self.report)
        unknown = pc.is_in(array, pa.array(["", "un"]))
        return pc.if_else(unknown, pa.scalar(None, pa.string()), array)

    def _region(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        array = pc.utf8_upper(words(list(map(text_of, self._values(column))), self.report))
        array = pc.if_else(pc.equal(array, "FAKE-AD"), "XX", array)
        fits = pc.match_substring_regex(array, "^[A-Z]{2}$")
        return pc.if_else(fits, array, pa.scalar(None, pa.string()))

    def _number(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return numbers(self._values(column), column, self.report)

    def _count(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        if column == "source_row":
            return pa.array(self.rows, pa.int64())
        array, short = counts(self._values(column), column, self.report)
        self.__dict__.setdefault("short", set()).update(short)
        return array

    def _truth(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        places = self.form.places.get(column)
        if places is None:
            return pa.nulls(self.size, pa.bool_())
        return truths([first(place, self.records) for place in places.split()])

    def _word(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return pa.repeat(pa.scalar(plain(self.file)), self.size)

    def _code(self, column: str, made: dict[str, pa.Array]) -> pa.Array:
        return coded(np.zeros(self.size, np.int8), (self.form.name,))

    def _counts_quality(self, made: dict[str, pa.Array]) -> pa.Array:
        """Return how good the counts are: by format, by exact words, by short writing."""
        codes = np.full(self.size, COUNTS_QUALITIES.index(self.form.counts), np.int8)
        if self.form.exact:
            take = getter(self.form.exact)
            codes[[bool(take(record)) for record in self.records]] = 0
        codes[list(self.__dict__.get("short", ()))] = COUNTS_QUALITIES.index("rounded")
        return coded(codes, COUNTS_QUALITIES)

    def _check(self, made: dict[str, pa.Array]) -> None:
        """Compare ids with addresses, and times in words with times in seconds."""
        key = made[KEYS[self.settings.table]]
        if (addresses := self._values_also("url")) is not None:
            links = [URL_ID.search(text) if isinstance(text, str) else None for text in addresses]
            apart = [row for row, link, own in zip(self.rows, links, key.to_pylist(), strict=True)
                     if link and own and link[1] != own]  # fmt: skip
            if apart and not self.settings.options.allow_damaged_ids:
                self.report.warn(
                    f"{len(apart)} ids differ from those in the address column (rows "
                    f"{', '.join(map(str, apart[:5]))}); the id column is kept.", loud=True,
                )  # fmt: skip
        if (stamps := self._values_also("stamp")) is not None:
            said = pa.array([text if isinstance(text, str) else None for text in stamps])
            if pc.all(pc.match_substring_regex(said.cast(pa.string()), PLAIN)).as_py():
                self._compare(said, made["created_at"])

    def _compare(self, said: pa.Array, created: pa.Array) -> None:
        try:
            words_at = pc.strptime(pc.replace_substring(said, "T", " "), "%Y-%m-%d %H:%M:%S", "s")
        except pa.ArrowInvalid:
            return  # a date that does not exist says nothing about the clock
        seconds = pc.subtract(words_at.cast(pa.int64()),
                              pc.divide(created.cast(pa.int64()), 1_000_000))  # fmt: skip
        apart = pc.filter(seconds, pc.not_equal(seconds, 0).fill_null(False))
        if len(apart):
            hours = pc.mode(apart)[0]["mode"].as_py() / 3_600
            self.report.warn(
                f"timestamp is {hours:+g} h from unix_timestamp in {len(apart)} rows, so it is "
                "local time; unix_timestamp is used.", loud=True,
            )  # fmt: skip


def coded(codes: Any, names: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), list(names)).cast(CODE)
