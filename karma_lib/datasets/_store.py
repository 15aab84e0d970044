"""The store: real data sets are pinned by address and sha256, fetched once, checked always.

`KARMA_DATA_DIR` names a folder that already holds the files; nothing is written there.
Otherwise they go to the user's cache. Nobody but the hosts of the registry is ever asked: who
is sent on (HTTP 301, 302 and the like) goes only where the registry fetches from too.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pooch
from tqdm import tqdm

FOLDER = "KARMA_DATA_DIR"
PACKAGE = Path(__file__).parents[1]
BUNDLED = next(path for path in (PACKAGE / "data", PACKAGE.parent / "data") if path.is_dir())
"""The tables that come with the project: inside the package once it is installed."""


@cache
def registry() -> pd.DataFrame:
    """Return every file of every real data set: address, sha256, size, licence, source.

    Returns
    -------
    DataFrame
        One row a file; `dataset` groups them, `file` is its place in the store.
    """
    return pd.read_csv(BUNDLED / "registry.csv", dtype=str).astype({"bytes": int})


def names() -> list[str]:
    """Return the names of the real data sets, sorted."""
    return sorted(registry()["dataset"].unique())


def files(dataset: str) -> pd.DataFrame:
    """Return the registry's rows of one data set, or say which there are."""
    if dataset not in names():
        raise KeyError(f"dataset must be one of {', '.join(names())}; got {dataset!r}.")
    return registry()[registry()["dataset"] == dataset]


def cache_folder() -> Path:
    """Return the user's folder for what is fetched or computed once."""
    try:
        return Path(pooch.os_cache("karma_lib")).expanduser()
    except RuntimeError:  # no home: nothing lies here, and nothing can be written
        return Path(os.devnull, "no home")


def _store() -> pooch.Pooch:
    """Return the store, in the folder that the environment names now."""
    table = registry()
    named = Path(os.environ.get(FOLDER) or cache_folder())
    # A relative folder counts from where one stands, or else from the project's root.
    return pooch.create(
        path=named if named.is_dir() or named.is_absolute() else BUNDLED.parent / named,
        base_url="",
        registry=dict(zip(table["file"], "sha256:" + table["sha256"], strict=True)),
        urls=dict(zip(table["file"], table["url"], strict=True)),
    )


def _intact(store: pooch.Pooch, file: str) -> bool:
    """Tell whether a file is there and whole."""
    path, known = Path(store.abspath) / file, store.registry[file]
    return path.is_file() and pooch.file_hash(str(path)) == known.removeprefix("sha256:")


def _stay(answer: Any, **_: Any) -> None:
    """Refuse to be sent on to a host that the registry does not name, before it is asked.

    An address must begin letter by letter as one of the registry's, up to the slash behind the
    host, or name a place on the same host: no two programs read that otherwise.
    """
    to, known = answer.headers.get("Location", ""), registry()["url"].str.extract("(.+?//.+?/)")[0]
    if answer.is_redirect and not to.startswith(tuple(known)) and not re.match("/[a-z0-9]", to):
        answer.close()
        raise OSError(None, f"it sends on to {to[:80]!r}, which is not in the registry")


def available(dataset: str) -> bool:
    """Tell whether every file of a data set is here and whole; fetch nothing."""
    store = _store()
    return all(_intact(store, file) for file in files(dataset)["file"])


def fetch(file: str, *, progress: bool = False) -> Path:
    """Return the path of one file, fetched if it is not here yet.

    Parameters
    ----------
    file : str
        Its place in the store, such as `political-blogs/polblogs.gml`.
    progress : bool, default False
        Whether to show a bar while it comes.

    Returns
    -------
    Path
        Of a file whose sha256 is the registry's.

    Raises
    ------
    KeyError
        If the registry has no such file.
    OSError
        If it is not here and cannot be had, or what came is not what the registry names;
        nothing is left behind then.
    """
    store = _store()
    if file not in store.registry:
        raise KeyError(f"file (of a network, a period) must be in the registry; got {file!r}.")
    path = Path(store.abspath) / file
    if _intact(store, file):
        return path
    if os.environ.get(FOLDER):
        state = "has another sha256 than the registry" if path.is_file() else "is missing"
        raise FileNotFoundError(
            f"{file} {state} in the folder that {FOLDER} names. Put the right file there "
            f"(sha256 {store.registry[file][7:19]}…), or unset {FOLDER} to fetch it."
        )
    downloader = pooch.HTTPDownloader(progressbar=progress, timeout=30, hooks={"response": _stay})
    try:
        return Path(store.fetch(file, downloader=downloader))
    except Exception as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        if isinstance(error, ValueError):
            why = "what came has another sha256 than the registry"
        disk = isinstance(error, PermissionError) or getattr(error, "errno", None)
        remedy = f"Make room in {store.abspath}" if disk else "Try again with a network"
        raise OSError(
            f"{file} could not be fetched from {urlsplit(store.urls[file]).hostname} ({why}). "
            f"{remedy}, or set {FOLDER} to a folder that holds it."
        ) from error


def fetch_all() -> pd.DataFrame:
    """Fetch every real data set, with one bar, and say what became of each.

    Files that are here already are not fetched again, so a second call resumes.

    Returns
    -------
    DataFrame
        One row a data set: files here before, fetched, failed, and why (the first).
    """
    rows = []
    with tqdm(total=len(registry()), unit="file", desc="data") as bar:
        for dataset in names():
            store, counts, why = _store(), {"here": 0, "fetched": 0, "failed": 0}, ""
            for file in files(dataset)["file"]:
                here = _intact(store, file)
                try:
                    fetch(file)
                    counts["here" if here else "fetched"] += 1
                except OSError as error:
                    counts["failed"] += 1
                    why = why or str(error)
                bar.update()
            rows.append({"dataset": dataset, **counts, "why": why})
    return pd.DataFrame(rows)
