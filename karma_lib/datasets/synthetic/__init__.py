"""A synthetic TikTok: calm videos, one storm, invented people and words; no real ones.

The storm's events come in as an argument. Data sets lie below the models, so this folder
may not know `Hawkes`; whoever calls it does, in one line (`data/synthetic-tiktok/README.md`).
"""

from typing import NamedTuple

import pandas as pd

from karma_lib import _checks
from karma_lib.datasets._store import BUNDLED
from karma_lib.datasets.synthetic.files import write
from karma_lib.datasets.synthetic.month import World, world
from karma_lib.datasets.tiktok import read_comments, read_interactions, read_videos

__all__ = ["LABEL", "World", "world", "write", "Synthetic", "load_synthetic"]

LABEL = "synthetic: invented people and words, no real ones"
FOLDER = BUNDLED / "synthetic-tiktok"
SOURCES = {
    "zeeschuimer": ("zeeschuimer-posts.ndjson", "zeeschuimer-comments.ndjson"),
    "research_api": ("research-api-videos.json", "research-api-comments.json"),
}


class Synthetic(NamedTuple):
    """The tidy tables, and the tone in which each comment was written."""

    videos: pd.DataFrame
    comments: pd.DataFrame
    interactions: pd.DataFrame
    tones: pd.DataFrame


def load_synthetic(source: str = "zeeschuimer") -> Synthetic:
    """Return a synthetic month on TikTok, with one storm; bundled.

    Parameters
    ----------
    source : {"zeeschuimer", "research_api"}
        Whose files to read: those of the Research API have no authors, and end at 1,000
        comments a video.

    Returns
    -------
    Synthetic
        `videos`, `comments`, `interactions` (of one person) in tidy form, and `tones`. Each
        has `attrs["synthetic"]`, a label for every figure made of it. What the source does
        not give is missing.

    Notes
    -----
    *Source*: `world` and `write` of this module, with the seed in
    `data/synthetic-tiktok/README.md`; a test makes the files again, to the byte.

    *Licence*: CC0.

    *Columns*: as `tiktok.read_videos`, `read_comments` and `read_interactions` give them;
    `tones`: `comment_id` (string), `tone` (category: hostile, neutral, supportive).

    *Pitfalls*: what is found here was put in: nothing follows about people. Hostile sentences
    are mild and come from a few templates, so they are far easier to tell than real ones.

    *Privacy*: nobody in it is real; names are plain, because there is nobody to protect.

    Examples
    --------
    >>> month = load_synthetic()
    >>> month.comments.attrs["synthetic"]
    'synthetic: invented people and words, no real ones'
    >>> len(month.videos), len(month.comments)
    (60, 2463)
    """
    _checks.one_of("source", source, SOURCES)
    posts, comments = (FOLDER / f"synthetic-{name}" for name in SOURCES[source])
    tones = pd.read_csv(FOLDER / "synthetic-tones.csv", dtype="string")
    month = Synthetic(
        read_videos(posts, pseudonymise=False, refresh_days=None),
        read_comments(comments, pseudonymise=False, refresh_days=None),
        read_interactions(FOLDER / "synthetic-export.json", pseudonymise=False, with_text=True),
        tones.astype({"tone": "category"}),
    )
    for table in month:
        table.attrs["synthetic"] = LABEL
    return month
