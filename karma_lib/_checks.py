"""Argument checks: one sentence each, with the name, the rule and the value."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from functools import cache, partial
from operator import index
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike

from karma_lib._typing import Array, Frame


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
        left, right = round(low, 12), round(high, 12)  # a limit that is left out is a hair off
        ends = "[" if left == low else "(", "]" if right == high else ")"
        rule = f"lie in {ends[0]}{left:g}, {right:g}{ends[1]}"
        if high == np.inf:
            least = f" and {'at least' if left == low else 'above'} {left:g}"
            rule = f"be finite{least if low > -np.inf else ''}"
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


def people(name: str, value: object, n_nodes: int, dtype: Any = np.int64) -> Array:
    """Return `value` as node numbers of a graph; a dtype of None leaves an array as it is."""
    array = np.asarray(value).ravel()
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole node numbers; got dtype {array.dtype}.")
    # The ends alone tell whether all is well, and take no memory.
    if array.size and (array.min() < 0 or array.max() >= n_nodes):
        bad = array[(array < 0) | (array >= n_nodes)][0]
        raise ValueError(f"{name} must hold node numbers from 0 to {n_nodes - 1}; got {bad}.")
    return array if dtype is None else array.astype(dtype)


def columns(name: str, table: Frame, *needed: str) -> Frame:
    """Return the table, or say which columns it lacks."""
    if lacking := [column for column in needed if column not in table]:
        raise KeyError(f"{name} must have the columns {lacking}; it has {list(table)}.")
    return table


def one_of(name: str, value: object, choices: Collection[str]) -> Any:
    """Return `value`, or say which there are."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {value!r}.")
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
    most: int | None = None
    many: bool = field(default=False, repr=False)

    def __call__(self, name: str, value: Any) -> Any:
        """Return the number as an int."""
        if self.many and np.ndim(value):
            return value
        return count(name, value, least=self.least, most=self.most)


TINY, BELOW_ONE, ABOVE_ONE = (float(np.nextafter(x, y)) for x, y in ((0, 1), (1, 0), (1, 2)))
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
Seeds = Annotated[int | ArrayLike, Whole(many=True)]
"""Types of fields that `check_fields` holds them to; what may also be None is left so."""


def check_fields(model: Any) -> None:
    """Check a frozen dataclass by the types of its fields, and keep what the checks return.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Coin:
    ...     bias: Share = 0.5
    ...
    ...     def __post_init__(self):
    ...         check_fields(self)
    >>> Coin(bias=2)
    Traceback (most recent call last):
    ValueError: bias must lie in [0, 1]; got 2.
    """
    kind: Any = type(model)
    for name, check, optional in _checked(kind):
        value = getattr(model, name)
        if value is not None or not optional:
            object.__setattr__(model, name, check(name, value))


@cache
def _checked(kind: Any) -> list[tuple[str, Callable[[str, object], Any], bool]]:
    """Return the fields whose type carries a check: name, check, and whether None will do."""
    found: list[tuple[str, Callable[[str, object], Any], bool]] = []
    for one in fields(kind):
        parts = get_args(one.type)
        if get_origin(one.type) is Literal:
            found.append((one.name, partial(one_of, choices=parts), False))
        for part in (one.type, *parts):
            checks = getattr(part, "__metadata__", ())
            found += [(one.name, check, type(None) in parts) for check in checks]
    return found
