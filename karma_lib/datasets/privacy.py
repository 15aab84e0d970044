"""People in the data: keyed hashes for accounts, no names in texts, deletions kept up with."""

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from karma_lib import _checks, _whole
from karma_lib._doors import guard
from karma_lib.datasets import _folders

KEY, KEY_FILE = "KARMA_PRIVACY_KEY", "KARMA_PRIVACY_KEY_FILE"
LEAST_KEY = 32
ID_COLUMNS, BATCH = ("video_id", "comment_id"), 20_000

TRACES = re.compile(
    r"(?P<address>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)|(?P<link>(?:https?://|www\.|"
    r"(?<![\w.-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}/)\S+)"  # such as example.com/name
    r"|(?P<number>\+\d[\d ()./-]{7,20}\d)|@(\w(?:[\w.]{0,30}\w)?)"
)


def key_file() -> Path:
    """Return the place of the key: what `KARMA_PRIVACY_KEY_FILE` names, or the user's settings.

    Raises
    ------
    OSError
        If the place lies in the user's home, and the system knows none.
    """
    settings = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    place = os.path.expanduser(os.environ.get(KEY_FILE) or f"{settings}/karma_lib/privacy.key")
    if place.startswith("~"):
        raise OSError(f"{KEY_FILE} or {KEY} must be set: this user has no home to keep a key in.")
    return Path(place)


def _make(place: Path) -> None:
    """Write a new random key that only its owner may read."""
    with _whole.told(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as stream:
                stream.write(secrets.token_hex(32))
        except OSError:  # half a key would be taken for one
            place.unlink()
            raise


def secret(data: Path | None = None) -> bytes:
    """Return the user's key: from the environment, else from a file, made on first use.

    Parameters
    ----------
    data : Path, optional
        The folder of the data; the key must not lie beside what it protects.

    Returns
    -------
    bytes
        At least 32.

    Raises
    ------
    ValueError
        If the key is short, or its file lies in the folder of the data or of the store.
    OSError
        If the file cannot be read or made.

    Notes
    -----
    `KARMA_PRIVACY_KEY` holds a key, or `KARMA_PRIVACY_KEY_FILE` names a file that does.
    One key a project: posts and comments join only under the same key. Who has the key can
    find a person again, so pseudonymised data stay personal data. There is no argument for
    the key, because it would end up in a notebook.
    """
    if not (key := os.environ.get(KEY, "")):
        place = key_file().absolute()
        stores = [Path(os.environ["KARMA_DATA_DIR"])] if os.environ.get("KARMA_DATA_DIR") else []
        beside = data is not None and place.parent == data.absolute()
        if beside or any(store.absolute() in place.parents for store in stores):
            raise ValueError(
                f"{KEY_FILE} must lie outside the folder of the data; got {place.name} inside it. "
                "Move the key elsewhere."
            )
        if not place.is_file():
            _make(place)
        key = place.read_text("utf-8", "surrogateescape").strip()
    if len(key) < LEAST_KEY:
        raise ValueError(
            f"The privacy key must have at least {LEAST_KEY} characters; got {len(key)}. "
            "Make one with secrets.token_hex(32)."
        )
    return key.encode("utf-8", "surrogateescape")


class Pseudonyms:
    """Names of accounts for a table: keyed hashes, or the plain names if there is no key.

    Parameters
    ----------
    key : bytes or None
        What `secret` returns; None leaves every name as it is.

    Examples
    --------
    >>> names = Pseudonyms(b"a key of thirty-two bytes or more")
    >>> names.of("handle", "@Someone") == names.of("handle", "someone")
    True
    >>> names.of("uid", "123456") == names.of("handle", "123456")
    False
    >>> names.scrubbed("write to a@b.example, see www.b.example")
    'write to [address], see [link]'
    """

    def __init__(self, key: bytes | None) -> None:
        self.key = key

    def of(self, kind: str, name: str) -> str:
        """Return HMAC-SHA256(key, "tiktok:kind:name") in hexadecimal.

        Parameters
        ----------
        kind : str
            `handle` or `uid`; a uid never equals a handle.
        name : str
            Without regard to case and a leading @.
        """
        plain = name.strip().removeprefix("@").lower()
        if self.key is None:
            return plain
        message = f"tiktok:{kind}:{plain}".encode("utf-8", "replace")
        return hmac.digest(self.key, message, "sha256").hex()

    def scrubbed(self, text: str) -> str:
        """Return a text whose mentions are keys (12 digits), without addresses and links."""
        return text if self.key is None else TRACES.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        if found.lastgroup:
            return f"[{found.lastgroup}]"
        return "@" + self.of("handle", found[found.re.groups])[:12]


def mentioned(text: str) -> list[str]:
    """Return the handles that a text mentions, in order; a mail address mentions nobody."""
    found = TRACES.finditer(text) if "@" in text else ()
    return [match[match.re.groups].lower() for match in found if not match.lastgroup]


def apply_deletions(
    table: pd.DataFrame | str | Path, ids: Iterable[Any] | str | Path
) -> pd.DataFrame | dict[str, Any]:
    """Leave out the videos and comments that are no longer to be had.

    Comments on a deleted video go with it. Data that were deleted at the source must be
    deleted here at each refresh (`attrs["report"]["age in days"]` tells when it is due).

    Parameters
    ----------
    table : DataFrame, or path
        From `tiktok.read_videos`, `read_comments` or `read_interactions`; or the folder of
        `tiktok.store`, whose months that are concerned are written anew, each whole or not at
        all, and its `SHA256SUMS`. Interrupted, call it again; one process at a time.
    ids : iterable of str, or path
        Ids of videos or comments, or a text file with one id a line.

    Returns
    -------
    DataFrame, or dict
        The table without them; of a folder, its load report. `attrs["report"]["deleted rows"]`
        counts what went, here and before; in the folder, `report.json` stays as it was.

    Raises
    ------
    TypeError
        If an id is no string, or holds what cannot be printed: numbers of this size lose
        their last digits.
    FileNotFoundError
        If the folder holds no stored table.
    ValueError
        If a file of it is not as it was written, or the ids are no text.
    OSError
        If a month cannot be written anew; it stays as it was, those before it are done.

    Examples
    --------
    >>> table = pd.DataFrame({"video_id": ["7438883357196114809", "7438898823897462514"]})
    >>> len(apply_deletions(table, ["7438883357196114809"]))
    1
    """
    if isinstance(ids, (str, Path)):
        with _checks.understood("ids", "a text file in UTF-8", Path(ids).name, UnicodeDecodeError):
            ids = Path(ids).read_text("utf-8-sig").split()
    ids = list(ids)
    if wrong := [entry for entry in ids if not (isinstance(entry, str) and entry.isprintable())]:
        raise TypeError(f"ids must be strings of digits; got {wrong[0]!r}. Read them as text.")
    gone = set(ids)
    if not isinstance(table, pd.DataFrame):
        return _deleted_in(Path(table), gone)
    held = [name for name in ID_COLUMNS if name in table]
    kept = table[~table[held].isin(gone).any(axis=1)].reset_index(drop=True)
    report = table.attrs.get("report", {})
    n = report.get("deleted rows", 0) + len(table) - len(kept)
    kept.attrs["report"] = report | {"deleted rows": n}
    return kept


def _deleted_in(folder: Path, gone: set[str]) -> dict[str, Any]:
    """Leave rows out of a stored table; return its report."""
    ids = pa.array(sorted(gone), pa.string())
    for file in _folders.opened("table", folder):
        _rewrite(folder, file, ids)
    return {"deleted rows": 0} | _folders.report(folder)


def _rewrite(folder: Path, path: Path, gone: pa.Array) -> None:
    """Leave rows out of one file, batch by batch."""
    half, n = path.with_suffix(".half"), 0
    try:
        with _whole.told(path):
            with pq.ParquetFile(path) as old, pq.ParquetWriter(half, old.schema_arrow) as new:
                for batch in old.iter_batches(BATCH):
                    held = [batch[name] for name in ID_COLUMNS if name in batch.schema.names]
                    out = reduce(pc.or_, (pc.is_in(column, gone) for column in held))
                    n += pc.sum(out).as_py() or 0
                    new.write_batch(batch.filter(pc.invert(out)))
            if n:  # both files are closed: some systems move no open file
                _folders.put(folder, path, half)
    finally:
        half.unlink(missing_ok=True)


guard(__name__)
