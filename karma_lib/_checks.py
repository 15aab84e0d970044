"""Argument checks: one sentence each, with the name, the rule and the value."""

from operator import index

import numpy as np
import pandas as pd

from karma_lib._typing import Array


def count(name: str, value: object, *, least: int = 0, most: int | None = None) -> int:
    """Return `value` as an int in [least, most], or say why it is none."""
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be a whole number; got {value!r}.") from None
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a whole number; got {value!r}.")
    if number < least:
        raise ValueError(f"{name} must be at least {least}; got {number}.")
    if most is not None and number > most:
        raise ValueError(f"{name} must be at most {most}; got {number}.")
    return number


def real(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> float:
    """Return `value` as a finite float in [low, high], or say why it is none."""
    number = reals(name, value, low, high)
    if number.ndim:
        raise TypeError(f"{name} must be one number; got an array of shape {number.shape}.")
    return float(number)


def ranged(model: object, low: float, high: float, *names: str) -> None:
    """Check fields of a frozen dataclass that are numbers, and keep them as floats."""
    for name in names:
        object.__setattr__(model, name, real(name, getattr(model, name), low, high))


def reals(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> Array:
    """Return `value` as a read-only float64 array with entries in [low, high].

    A scalar gives an array without axes. What came from here before is not copied again.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number or an array of numbers; got {value!r}.") from None
    bad = ~(np.isfinite(array) & (array >= low) & (array <= high))
    if bad.any():
        rule = "be finite" if np.isinf([low, high]).all() else f"lie in [{low:g}, {high:g}]"
        rule = f"be finite and at least {low:g}" if low > -np.inf and high == np.inf else rule
        raise ValueError(f"{name} must {rule}; got {array[bad].flat[0]:g}.")
    if array.flags.writeable or array.base is not None:
        array = array.copy()
        array.flags.writeable = False
    return array


def each(name: str, value: object, n: int) -> Array:
    """Return `value` as one finite float64 for each of n people."""
    array = reals(name, value)
    if array.shape != (n,):
        raise ValueError(f"{name} must hold one number a person, {n}; got shape {array.shape}.")
    return array


def people(name: str, value: object, n_nodes: int) -> Array:
    """Return `value` as int64 node numbers of a graph with `n_nodes` nodes."""
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole node numbers; got dtype {array.dtype}.")
    array = array.astype(np.int64).ravel()
    bad = (array < 0) | (array >= n_nodes)
    if bad.any():
        raise ValueError(
            f"{name} must hold node numbers from 0 to {n_nodes - 1}; got {array[bad][0]}."
        )
    return array


def columns(name: str, table: pd.DataFrame, *needed: str) -> pd.DataFrame:
    """Return the table, or say which columns it lacks."""
    if lacking := [column for column in needed if column not in table]:
        raise KeyError(f"{name} must have the columns {lacking}; it has {list(table)}.")
    return table
