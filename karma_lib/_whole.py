"""Files that are written whole or not at all, and checked when they are read."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

LOG = logging.getLogger("karma_lib")
SIGNED = hashlib.sha256().digest_size


@contextmanager
def told(place: Path) -> Iterator[None]:
    """Say in one sentence that a place could not be written, and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # a sentence already
            raise
        raise OSError(
            f"{place} could not be written ({os.strerror(error.errno)}). "
            "Make room there, or choose another place, and call again."
        ) from error


def write(path: Path, body: bytes) -> None:
    """Write a file beside its place, then move it there in one step.

    Raises
    ------
    OSError
        If it cannot be written; nothing half-written stays, an older file is untouched.
    """
    draft = path.with_name(f".draft-{uuid4().hex}")
    try:
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
    finally:
        with suppress(OSError):  # it was moved, or never made
            draft.unlink()


def signed(body: bytes) -> bytes:
    """Return a file's content with its sha256 at the end, as `read` wants it."""
    return body + hashlib.sha256(body).digest()


def read(path: Path) -> bytes | None:
    """Return what was signed; None if there is nothing to read, or it is damaged (logged)."""
    try:
        body = path.read_bytes()
    except OSError:  # it is made again, and what cannot be written there is told then
        return None
    if body == signed(body[:-SIGNED]):
        return body[:-SIGNED]
    LOG.warning("%s is damaged and is computed again.", path.name)
    return None
