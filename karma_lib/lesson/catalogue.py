"""The map of the notebooks, read off the notebooks themselves."""

import json
import re
from pathlib import Path

import pandas as pd

BADGE = re.compile(
    r"Level (?P<level>[123]) · (?P<minutes>\d+) min · needs (?P<needs>[^·]+) · "
    r"(?P<data>real|synthetic|simulated|real and simulated) data · "
    r"(?P<status>\[(?:Re|¬Re|Part|Toy)\] .+)"
)
"""The line under each title."""


def badge(path: Path) -> dict[str, str]:
    """Return what a notebook's title and the line under it say.

    Raises
    ------
    ValueError
        If the first cell is not a title and such a line.
    """
    first = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
    title, _, line = first.partition("\n\n")
    found = BADGE.fullmatch(line.strip())
    if not title.startswith("# ") or not found:
        raise ValueError(f"{path.name} must begin with a title and a badge line; got {first!r}.")
    return {"notebook": path.stem.partition("_")[0], "question": title[2:], **found.groupdict()}


def catalogue(folder: str | Path = ".") -> pd.DataFrame:
    """Return one row a notebook: number, question, level, minutes, needs, data, status.

    The capstone has no number and comes last.

    Parameters
    ----------
    folder : path, default the one a notebook runs in
        Where the notebooks are.
    """
    names = ("[0-9][0-9]_*.ipynb", "capstone.ipynb")  # a reader's own copies are no part of it
    rows = [badge(path) for name in names for path in sorted(Path(folder).glob(name))]
    columns = ["notebook", "question", *BADGE.groupindex]
    return pd.DataFrame(rows, columns=columns).astype({"level": int, "minutes": int})
