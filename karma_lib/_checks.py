"""Argument checks: one sentence each, with the name, the rule and the value."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import index
from types import NoneType
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from karma_lib._typing import Array, Frame

MOST = 2**31 - 1
"""No count of people, steps or runs is larger: kernels number people in 32 bits."""
LARGEST, TINY = 1e75, 1e-75
"""No measured number is larger, and none above 0 is smaller: fourth powers still fit."""


def shown(value: object) -> str:
    """Return a value as a message shows it: numbers and words as they are, all else by its type."""
    if isinstance(value, (str, bytes, int, float, complex, np.number, list, tuple, NoneType)):
        return f"{value!r:.60}"  # cut there: a list may be long
    return type(value).__name__


def count(name: str, value: object, *, least: int = 0, most: int = MOST) -> int:
    """Return `value` as an int in [least, most], or say why it is none."""
    try:
        number = index(value)  # type: ignore[arg-type]
        whole = not isinstance(value, (bool, np.bool_))
    except TypeError:
        whole = False
    if not whole:
        raise TypeError(f"{name} must be a whole number; got {shown(value)}.")
    if not least <= number <= most:
        rule = f"at least {least}" if number < least else f"at most {most}"
        raise ValueError(f"{name} must be {rule}; got {shown(number)}.")
    return number


def plain(name: str, value: object) -> Array:
    """Return `value` as an array, or say that its rows differ in length."""
    try:
        return np.asarray(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be one regular array; got a ragged {shown(value)}.") from None


def real(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> float:
    """Return `value` as a finite float in [low, high], or say why it is none."""
    number = reals(name, value, low, high)
    if number.ndim:
        raise TypeError(f"{name} must be one number; got an array of shape {number.shape}.")
    return float(number)


def reals(name: str, value: object, low: float = -np.inf, high: float = np.inf) -> Array:
    """Return `value` as a read-only float64 array with entries in [low, high].

    A scalar gives an array without axes. What came from here before is not copied again.
    """
    array = plain(name, value)
    try:
        if array.dtype.kind not in "biufO":
            raise TypeError
        array = np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"{name} must be a number or an array of numbers; got {shown(value)} of {array.dtype}."
        ) from None
    if (abs(array) < TINY).any():  # minus zero, too; a mask that is kept is memory
        array = np.where(abs(array) < TINY, 0.0, array)
    bad = ~((abs(array) <= LARGEST) & (array >= low) & (array <= high))
    if bad.any():
        left, right = round(low, 12), round(high, 12)  # a limit that is left out is a hair off
        ends = "[" if left == low else "(", "]" if right == high else ")"
        rule = f"lie in {ends[0]}{left:g}, {right:g}{ends[1]}"
        if high == np.inf:
            least = f" and {'at least' if left == low else 'above'} {left:g}"
            rule = f"be finite{least if low > -np.inf else ''}"
        first = array[bad].flat[0]
        rule = f"be at most {LARGEST:g} in size" if LARGEST < abs(first) < np.inf else rule
        raise ValueError(f"{name} must {rule}; got {first:g}.")
    if array.flags.writeable or array.base is not None:
        array = array.copy()
        array.flags.writeable = False
    return array


def each(name: str, value: object, n: int, *ends: float) -> Array:
    """Return `value` as one finite float64 for each of n people, between two ends."""
    array = reals(name, value, *ends)
    if array.shape != (n,):
        rule = f"one number a person of the network (graph), {n}"
        raise ValueError(f"{name} must hold {rule}; got shape {array.shape}.")
    return array


def line(name: str, value: object, *ends: float) -> Array:
    """Return `value` as a list of finite numbers: ndarray of float64, shape (n,)."""
    array = reals(name, value, *ends)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one list of numbers; got shape {array.shape}.")
    return array


def whole(name: str, value: object, dtype: Any = np.int64) -> Array:
    """Return `value` as a list of whole numbers; a dtype of None leaves an array as it is."""
    array = plain(name, value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        found = f"dtype {array.dtype}, shape {array.shape}"
        raise TypeError(f"{name} must hold whole node numbers; got {found}.")
    array = array if array.size else np.zeros(0, np.int64)  # an empty list is of no kind
    return array if dtype is None else array.astype(dtype, copy=False)


def people(name: str, value: object, n_nodes: int, dtype: Any = np.int64) -> Array:
    """Return `value` as node numbers of a graph; a dtype of None leaves an array as it is."""
    array = whole(name, value, None)
    # The ends alone tell whether all is well, and take no memory.
    if array.size and (array.min() < 0 or array.max() >= n_nodes):
        bad = array[(array < 0) | (array >= n_nodes)][0]
        rule = f"from 0 to n_nodes - 1 of the graph, {n_nodes - 1}"
        raise ValueError(f"{name} must hold node numbers {rule}; got {bad}.")
    return array if dtype is None else array.astype(dtype)


def columns(
    name: str, table: Frame, *needed: Any, numbers: Collection[str] = (), times: str = "",
    full: bool = False, mixed: bool = False,
) -> Frame:  # fmt: skip
    """Return the table, or say which columns it lacks, or which hold no numbers or times.

    Where it must be `full`, it has rows, and no gap in these columns; values may be of `mixed`
    kinds where nothing is sorted.
    """
    if not hasattr(table, "columns"):
        raise TypeError(f"{name} must be a DataFrame; got {shown(table)}.")
    wanted = [*needed, *numbers, *times.split()]
    if lacking := [column for column in wanted if column not in table]:
        raise KeyError(f"{name} must have the columns {lacking}; it has {list(table)}.")
    for column in wanted:
        values = table[column]
        if values.ndim > 1:
            raise ValueError(f"{name} must have one column {column!r}; got several.")
        of, kind, sound = values.dtype.kind, "one kind of value", mixed or values.dtype != object
        if column in numbers:
            kind = "finite numbers"
            sound = of == "b" or (of in "iuf" and not (values.abs() > LARGEST).any())
        elif column in times.split():
            kind, sound = "times", of == "M"
        elif not sound:
            sound = values.dropna().map(type).nunique() < 2
        if full and (gaps := int(values.isna().sum())) + (not len(values)):
            found = f"{len(values)} rows, {gaps} gaps"
            raise ValueError(f"{name} must have rows, and no gaps in {column!r}; got {found}.")
        if not sound:
            raise TypeError(f"{name} must hold {kind} in {column!r}; got {values.dtype}.")
    return table


@contextmanager
def understood(name: str, rule: str, value: object, *errors: type[Exception]) -> Iterator[None]:
    """Say of an argument that somebody else could not read it, in our own words."""
    try:
        yield
    except errors as error:
        why = str(error).partition("\n")[0]
        raise ValueError(f"{name} must be {rule}; got {shown(value)}. {why}") from None


def one_of(name: str, value: object, choices: Collection[str]) -> Any:
    """Return `value`, or say which there are."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {shown(value)}.")
    return value


@dataclass(frozen=True)
class Within:
    """The check that a field is one finite number in [low, high], or holds many of them."""

    low: float = -np.inf
    high: float = np.inf
    many: bool = field(default=False, repr=False)

    def __call__(self, name: str, value: object) -> Any:
        """Return the number as a float, or many as a read-only array."""
        return (reals if self.many else real)(name, value, self.low, self.high)


@dataclass(frozen=True)
class Whole:
    """The check that a field is a whole number in [least, most]; many are left as they are."""

    least: int = 0
    most: int = MOST
    many: bool = field(default=False, repr=False)

    def __call__(self, name: str, value: Any) -> Any:
        """Return the number as an int."""
        if self.many and plain(name, value).ndim:
            return value
        return count(name, value, least=self.least, most=self.most)


BELOW_ONE, ABOVE_ONE = (float(np.nextafter(1, x)) for x in (0, 2))
"""Limits that are themselves left out."""

Real = Annotated[float, Within()]
Positive = Annotated[float, Within(0)]
AboveZero = Annotated[float, Within(TINY)]
Share = Annotated[float, Within(0, 1)]
Signed = Annotated[float, Within(-1, 1)]
Reals = Annotated[ArrayLike, Within(many=True)]
Positives = Annotated[ArrayLike, Within(0, many=True)]
Shares = Annotated[ArrayLike, Within(0, 1, many=True)]
Opinions = Annotated[ArrayLike, Within(-1, 1, many=True)]
Count = Annotated[int, Whole()]
Number = Annotated[int, Whole(1)]
Several = Annotated[int, Whole(2)]
Seeds = Annotated[int | ArrayLike, Whole(many=True)]
"""Types of fields and arguments, which `_doors` holds them to; what may be None is left so."""
