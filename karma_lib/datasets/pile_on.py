"""A real pile-on, counted by the hour; bundled."""

import pandas as pd

from karma_lib.datasets._store import BUNDLED


def load_pile_on_hours() -> pd.DataFrame:
    """Return the hourly counts of a real pile-on on Twitter, 12 and 13 June 2017.

    Returns
    -------
    DataFrame
        36 rows, one an hour; 4,843 posts in all.

    Notes
    -----
    *Source*: counted from a public collection of one pile-on (provenance, commit and
    sha256 in `data/pile-on/README.md`).

    *Licence*: counts are facts; the table is CC0. The posts themselves are not here.

    *Columns*: `hour` (datetime64, start of the hour; time zone not stated by the source),
    `replies`, `quotes` (int, posts of that kind), `negative`, `neutral`, `positive` (int,
    the same posts by the source's own sentiment label).

    *Pitfalls*: the labels were made by a machine and lean positive, because supporters
    answered too; "negative" is a word count, not a harm. Likes and silent readers are
    not counted, and the collection begins after the first hours of the event.

    *Privacy*: counts only; no name, text or place of anybody.

    Examples
    --------
    >>> hours = load_pile_on_hours()
    >>> len(hours), int(hours[["replies", "quotes"]].to_numpy().sum())
    (36, 4843)
    """
    return pd.read_csv(BUNDLED / "pile-on" / "hours.csv", parse_dates=["hour"])
