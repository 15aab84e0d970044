"""The reader's own export, without what could tell who they are or what they saw."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import EllipsisType

import pandas as pd

from karma_lib.datasets import load_synthetic, tiktok
from karma_lib.datasets.tiktok._times import zone_of

LEAST = 20
"""Watched videos with a time that an export must hold to be looked at."""


@dataclass(frozen=True)
class Export:
    """What one person saw and did, with numbers in place of videos.

    Parameters
    ----------
    acts : DataFrame
        One row an act that has a time, the earliest first: `kind` (category: watch, like,
        comment, ...), `at` (datetime64, in the reader's time zone), `video` (Int64: 1 for the
        first video seen; missing where the export gives no id). No id, link, name or word.
    whose : str
        For captions: "your export" or "the synthetic export".
    """

    acts: pd.DataFrame
    whose: str
    _numbers: pd.Series = field(repr=False)

    def number(self, ids: Iterable[str]) -> pd.Series:
        """Return the numbers of videos of another table; missing for those not seen here.

        Examples
        --------
        >>> own = own_export(...)
        No path yet: this is the bundled synthetic export, of a person who does not exist.
        >>> own.number(["7612620545197883072", "unknown"]).tolist()
        [1, <NA>]
        """
        return pd.Series(ids, dtype="string").map(self._numbers).astype("Int64")


def own_export(path: object, *, zone: object = "UTC") -> Export:
    """Return the reader's TikTok export; never raise, and say in a sentence what is wrong.

    Parameters
    ----------
    path : str, Path, or ... for none yet
        The zip as it came ("Download your data", JSON), or the JSON file in it. Quotation
        marks around it and a ~ are understood.
    zone : str, default "UTC"
        Where the reader lives, such as "Europe/Berlin": the export's times are in UTC.

    Returns
    -------
    Export
        Of the bundled synthetic person where there is no path, or nothing to be read in it;
        what the export does not say of an act is missing.

    Notes
    -----
    *Privacy*: everything happens on this machine. Only the sections of activity are read (see
    `datasets.tiktok.read_interactions`); accounts and words are dropped here, ids become
    numbers. Nothing is written to disk.
    """
    table = None
    if isinstance(path, EllipsisType):
        print("No path yet: this is the bundled synthetic export, of a person who does not exist.")
    else:
        try:
            table = _read(path)
        except ValueError as error:
            print(error, "What follows is the bundled synthetic export, NOT yours.", sep="\n")
    whose = "the synthetic export" if table is None else "your export"
    acts = load_synthetic().interactions if table is None else table
    acts = acts.dropna(subset=["occurred_at"]).sort_values("occurred_at", kind="stable")
    seen = acts["video_id"].dropna().unique()
    numbers = pd.Series(range(1, len(seen) + 1), index=seen, dtype="Int64")
    clean = pd.DataFrame({
        "kind": acts["kind"],
        "at": _local(acts["occurred_at"], zone),
        "video": acts["video_id"].map(numbers).astype("Int64"),
    }).reset_index(drop=True)  # fmt: skip
    return Export(clean, whose, numbers)


def _local(times: pd.Series, zone: object) -> pd.Series:
    try:
        return times.dt.tz_convert(zone_of(str(zone)))
    except ValueError:
        print(f"The zone must be a name such as 'Europe/Berlin'; got {zone!r}. UTC is used.")
        return times


def _read(path: object) -> pd.DataFrame:
    """Return the acts of an export, or say why there are none; the file's name may be private."""
    if not isinstance(path, (str, Path)):
        raise ValueError(f"The path must be text in quotation marks; got {path!r}.")
    if not (text := str(path).strip().strip("\"'")):
        raise ValueError("The path is empty. Put the place of your zip in quotation marks.")
    try:
        place = Path(text).expanduser()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is loud stands in the report, too
            table = tiktok.read_interactions(place, pseudonymise=False)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None)  # without the path, which may hold a name
        why = f"The file cannot be read: {reason or 'there is no such place'}."
        raise ValueError(why) from None
    except ValueError as error:
        raise ValueError(str(error).replace(place.name, "The file")) from None
    found = table["occurred_at"].notna()
    n = int((found & table["kind"].eq("watch")).sum())
    print(f"The file is read: {len(table):,} acts, {n:,} of them watched videos with a time.")
    for sentence in table.attrs["report"]["warnings"]:
        print(sentence.replace(place.name, "The file"))
    if not found.all():
        print(f"{(~found).sum():,} acts have no time that can be read; they are left out.")
    if n < LEAST:
        raise ValueError(f"At least {LEAST} watched videos are needed.")
    return table
