"""Chunks of a sweep on disk: written whole or not at all, checked when read.

A chunk's name is a digest of all that decides its numbers: the library's sources, the
model, the network, the measures, the seed and the replicates in it. A chunk that was
computed for anything else can therefore never be mistaken for it.
"""

import io
from collections.abc import Callable
from functools import partial
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import joblib
import numpy as np

from karma_lib import _whole
from karma_lib._kernels import _digest
from karma_lib._typing import Array
from karma_lib.graph import Graph


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
    thing = unwrap(thing) if callable(thing) else thing  # without its door
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
    function = unwrap(function)
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


def through(cache: str | None, name: str, compute: Callable[[], Array]) -> Array:
    """Return a chunk from the cache, or compute it and keep it there."""
    if cache is None:
        return compute()
    path = Path(cache) / name
    if (body := _whole.read(path)) is not None:
        return np.asarray(np.load(io.BytesIO(body), allow_pickle=False))
    rows, held = compute(), io.BytesIO()
    np.save(held, rows, allow_pickle=False)
    _whole.write(path, _whole.signed(held.getvalue()))
    return rows
