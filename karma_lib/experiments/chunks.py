"""Chunks of a sweep on disk: written whole or not at all, checked when read.

A chunk's name is a digest of all that decides its numbers: the library's sources, the
model, the network, the measures, the seed and the replicates in it. A chunk that was
computed for anything else can therefore never be mistaken for it.
"""

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import joblib
import numpy as np

from karma_lib._kernels import _digest
from karma_lib._typing import Array
from karma_lib.graph import Graph

LOG = logging.getLogger("karma_lib")
SIGNED = hashlib.sha256().digest_size


def identity(thing: Any) -> Any:
    """Return what decides what a model, network or measure does, ready to be hashed.

    Raises
    ------
    ValueError
        If a function holds captured variables: two of them could not be told apart.
    """
    if isinstance(thing, Graph):
        return (thing.ptr, thing.idx, thing.directed, thing.nodes)
    if isinstance(thing, partial):
        return (identity(thing.func), thing.args, thing.keywords)
    if not isinstance(thing, type) and hasattr(thing, "__code__"):
        if thing.__closure__:
            raise ValueError(
                "cache needs functions without captured variables, to tell them apart; "
                f"{thing.__qualname__} has {thing.__code__.co_freevars}. "
                "Pass such values through the grid or functools.partial."
            )
        return (thing.__module__, thing.__qualname__, thing.__defaults__, _meaning(thing, ()))
    return thing


def _meaning(function: Any, callers: tuple[Any, ...]) -> Any:
    """Return a function's code, with the numbers, words and functions of its module it names."""
    codes, used = [function.__code__], []
    for code in codes:  # those of functions inside it are appended on the way
        inner = [c for c in code.co_consts if isinstance(c, CodeType)]
        plain = repr([c for c in code.co_consts if not isinstance(c, CodeType)])
        codes += inner
        used.append((code.co_code, code.co_names, plain))
        for name in code.co_names:
            value = function.__globals__.get(name)
            if isinstance(value, int | float | str | tuple):
                used.append((name, repr(value), ""))
            elif (
                isinstance(value, FunctionType)
                and value.__module__ == function.__module__
                and value not in (function, *callers)
            ):
                used.append((name, _meaning(value, (function, *callers)), ""))
    return used


def name_of_chunk(*parts: Any) -> str:
    """Return the file name of a chunk, from all that decides its numbers."""
    return f"{joblib.hash([_digest(), *(identity(part) for part in parts)])}.chunk"


def read(path: Path) -> Array | None:
    """Return a chunk's rows; None if it is not there, or damaged (which is logged)."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(body[SIGNED:]).digest() != body[:SIGNED]:
        LOG.warning("%s is damaged and is computed again.", path.name)
        return None
    return np.asarray(np.load(io.BytesIO(body[SIGNED:]), allow_pickle=False))


def write(path: Path, rows: Array) -> None:
    """Write a chunk beside its place, then move it there in one step.

    Raises
    ------
    OSError
        If it cannot be written; nothing half-written stays, older chunks are untouched.
    """
    body = io.BytesIO()
    np.save(body, rows, allow_pickle=False)
    draft = None
    try:
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body.getvalue()).digest() + body.getvalue())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        raise OSError(
            f"cache {str(path.parent)!r} could not be written ({error}). Finished chunks are "
            "kept: make room and call again."
        ) from error
    finally:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)


def through(cache: str | None, name: str, compute: Callable[[], Array]) -> Array:
    """Return a chunk from the cache, or compute it and keep it there."""
    if cache is None:
        return compute()
    path = Path(cache) / name
    rows = read(path)
    if rows is None:
        rows = compute()
        write(path, rows)
    return rows
