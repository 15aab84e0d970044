"""The formats: for each, the keys that tell it and where each tidy column stands.

`formats.csv` lists them, one place a row: `format` (the tool), `table` (videos or comments),
`what` (a tidy column, a setting of `Format`, or a place that checks others) and `where`; its
rows "tidy" name the columns of our own tables, and the kind of each; its rows "export" list
what is read of a personal export, and no more is.

A place is a key, or `key.inner`, or `list[].inner`; of several places, the first that is
filled counts, except that lists join them all and truths hold if any does. A new tool is new
rows.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

QUALITIES = (
    "epoch", "iso_offset", "naive_assumed_utc", "naive_local", "date_only", "from_id", "missing",
)  # fmt: skip
COUNTS_QUALITIES = ("exact", "rounded", "lagged", "unknown")
KINDS = ("watch", "like", "favorite", "comment", "share", "repost", "search", "follow",
         "follower", "live_watch", "own_post")  # fmt: skip
LINKS = ("share", "web", "short", "cdn", "live", "none")
CATEGORIES = {
    "created_at_quality": QUALITIES, "counts_quality": COUNTS_QUALITIES,
    "occurred_at_quality": QUALITIES, "kind": KINDS, "link_kind": LINKS,
}  # fmt: skip

STAMP = pa.timestamp("us", tz="UTC")
CODE = pa.dictionary(pa.int8(), pa.string())
TYPES: dict[str, pa.DataType] = {
    "key id": pa.string(), "id": pa.string(), "handle": pa.string(), "uid": pa.string(),
    "time": STAMP, "text": pa.string(), "label": pa.string(), "tags": pa.list_(pa.string()),
    "people": pa.list_(pa.string()), "language": pa.string(), "region": pa.string(),
    "number": pa.float64(), "count": pa.int64(), "truth": pa.bool_(), "level": pa.int8(),
    "code": CODE, "word": pa.string(),
}  # fmt: skip
DTYPES = {
    pa.string(): pd.StringDtype(), pa.int64(): pd.Int64Dtype(), pa.int8(): pd.Int8Dtype(),
    pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype(),
}  # fmt: skip
MARKS = {"data", "error", "source_platform", "__import_meta", "extractor_key", "liveRoomInfo",
         "errorDescription"}  # fmt: skip
KEYS = {"videos": "video_id", "comments": "comment_id"}
OWN = ("tidy", "export")  # what is no format of records
SETTINGS, ALSO = {"needs", "counts", "exact", "clock"}, ("url", "stamp", "uid", "reply")


@dataclass(frozen=True, eq=False)
class Format:
    """One format: its name, its table, the keys that tell it, the place of each column."""

    name: str
    table: str
    needs: str  # keys, `a|b` where either will do
    places: dict[str, str] = field(repr=False)
    counts: str = "rounded"
    exact: str = ""  # where this key is filled, the counts are exact
    clock: str = "utc"  # what a time without a zone means: utc or local
    also: dict[str, str] = field(default_factory=dict)  # places that check others: see ALSO

    def fits(self, keys: Iterable[str]) -> bool:
        """Tell whether a record with these keys is of this format."""
        return not self.missing(keys)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return the needed keys that are not there."""
        held = set(keys)
        return [need for need in self.needs.split() if held.isdisjoint(need.split("|"))]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The outer keys that are read."""
        places = " ".join([*self.places.values(), *self.also.values(), self.exact, self.needs])
        return frozenset(place.split(".")[0].removesuffix("[]") for place in
                         places.replace("|", " ").split())  # fmt: skip


def _listed() -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of `formats.csv`, in its order: (format, table) to what and where."""
    held: dict[tuple[str, str], dict[str, str]] = {}
    with Path(__file__).with_name("formats.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            held.setdefault((row["format"], row["table"]), {})[row["what"]] = row["where"]
    return held


def _made(name: str, table: str, places: dict[str, str]) -> Format:
    """Return one format; what is no tidy column is a setting, or a place that checks others."""
    settings = {what: places.pop(what) for what in SETTINGS & places.keys()}
    also = {what: places.pop(f"also {what}") for what in ALSO if f"also {what}" in places}
    return Format(name, table, places=places, also=also, **settings)


LISTED = _listed()
TABLES = {table: LISTED["tidy", table] for table in (*KEYS, "interactions")}
"""The tidy tables: column to kind; the kind fixes its type and how it is cleaned."""
FORMATS = tuple(_made(*told, LISTED[told]) for told in LISTED if told[0] not in OWN)
"""In the order in which they are tried."""


@lru_cache(4096)
def told(keys: tuple[str, ...]) -> Format | None:
    """Return the first format that fits a record with these keys."""
    return next((form for form in FORMATS if form.fits(keys)), None)


@lru_cache(4096)
def told_bare(keys: tuple[str, ...]) -> Format | None:
    """Return the format of a record that stands alone, in no wrapper and without a mark."""
    return None if MARKS & set(keys) else told(keys)


def nearest(keys: Iterable[str]) -> str:
    """Say which format comes nearest to these keys and what it misses."""
    held = set(keys)
    form = max(FORMATS, key=lambda form: len(form.keys & held) / len(form.keys))
    return f"nearest is {form.name} {form.table}, without {', '.join(form.missing(held)) or 'rows'}"


@cache
def known_names() -> dict[str, str]:
    """Return each key that is read, by its form in small letters, for drifting headers."""
    return {key.lower(): key for form in FORMATS for key in sorted(form.keys)}


def schema_of(table: str) -> pa.Schema:
    """Return the Arrow types of a tidy table."""
    return pa.schema([(name, TYPES[kind]) for name, kind in TABLES[table].items()])


def framed(table: pa.Table) -> pd.DataFrame:
    """Return a tidy Arrow table as a frame with the types of the schema."""
    frame = table.unify_dictionaries().to_pandas(types_mapper=DTYPES.get)
    for name, kinds in CATEGORIES.items():
        if name in frame:
            frame[name] = frame[name].cat.set_categories(kinds)
    for name in {"hashtags", "mentions"} & set(frame):
        frame[name] = pd.Series(table[name].to_pylist(), index=frame.index, dtype=object)
    return frame
