"""Doors: what annotations say of arguments is checked where a function is entered.

`guard` puts a door before every public name of a package, `Model` before its methods; fields are
held to their types in the same way. A door looks at kinds (a finite number, a name, a network,
a list of names) and at the ranges that types such as `Share` carry; what else must hold, such as
a shape, the function itself says, with `_checks`.
"""

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, wraps
from inspect import Parameter
from itertools import chain, islice, repeat
from pathlib import Path
from types import FunctionType, ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import numpy as np

from karma_lib import _checks

Function = TypeVar("Function", bound=Callable[..., Any])

ONE_BY_ONE = (list, tuple, Sequence, Collection, Iterable)
WORDS: dict[Any, tuple[str, str]] = {
    bool: ("True or False", "flags"), NoneType: ("None", "None"), Any: ("anything", "things"),
    int: ("a whole number", "whole numbers"), float: ("a number", "numbers"), bytes: ("bytes", ""),
    str: ("text", "texts"), np.ndarray: ("an array", "arrays"), Path: ("a path", "paths"),
    Callable: ("a function", "functions"), type: ("a class", "classes"),
    Mapping: ("a mapping", "mappings"),
}  # fmt: skip
"""What an annotation asks for: one, and several."""
REMEDIES = {"Graph": " Graph.from_networkx and Graph.from_edges make one."}
NUMBERS: dict[Any, Any] = {int: _checks.Whole(-_checks.MOST), float: _checks.real}


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is of the kind that an annotation names."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        anything = complex in inner and value is not None  # numpy's ArrayLike
        return anything or any(_fits(value, one) for one in inner)
    if kind in NUMBERS:
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        return whole or (kind is float and isinstance(value, (float, np.floating)))
    if kind is Annotated:
        return _fits(value, inner[0])
    if kind is Literal:
        return isinstance(value, str) and value in inner
    if kind is type:
        return isinstance(value, type) and issubclass(value, inner or object)
    if kind is np.ndarray:
        return isinstance(value, np.ndarray) and value.dtype.kind in "biufU"
    if kind in ONE_BY_ONE:
        return _holds(value, kind, inner)
    if kind is Mapping and isinstance(value, Mapping):
        return all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    kind = (bool, np.bool_) if kind is bool else kind
    return kind is Any or not isinstance(kind, (type, tuple)) or isinstance(value, kind)


def _holds(value: Any, kind: Any, inner: tuple[Any, ...]) -> bool:
    """Tell whether a value is a list of what an annotation names."""
    words, array = isinstance(value, (str, bytes)), hasattr(value, "__array__")
    if words or not (value.ndim >= 1 if array else isinstance(value, Collection)):
        return kind is Iterable and isinstance(value, Iterable) and not words and not array
    if kind is tuple and inner[-1] is not Ellipsis:
        return len(value) == len(inner) and all(map(_fits, value, inner))
    # A run of many frames, or a table's texts: the first thousand show what they are.
    return not inner or all(_fits(entry, inner[0]) for entry in islice(value, 1_000))


def _said(hint: Any, *, many: bool = False) -> str:
    """Return in words what an annotation asks for."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if complex in inner:
        return "a number or an array"
    if kind is Annotated:
        return _said(inner[0], many=many)
    if kind in (Union, UnionType):
        return " or ".join(_said(one, many=many) for one in inner)
    if kind is tuple and inner[-1] is not Ellipsis:
        return f"({', '.join(map(_said, inner))})"
    if kind in ONE_BY_ONE and inner:
        return f"{'lists' if many else 'a list'} of {_said(inner[0], many=True)}"
    name = getattr(kind, "__name__", str(kind))
    one = f"a {getattr(kind, '__module__', '').partition('.')[0]} {name}"
    return WORDS.get(kind, (one, f"{name}s"))[many]


def enter(name: str, value: Any, hint: Any) -> Any:
    """Return one argument, an array where that is asked for, or say why it is none.

    Raises
    ------
    TypeError, ValueError
        If it is of another kind; the message names it, what it must be, and what it is.
    """
    if type(value) is hint and hint not in (int, float):
        return value  # the common case, once a cell of a table
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if NoneType in inner and (value is None or len(inner) == 2):
        return None if value is None else enter(name, value, inner[inner[0] is NoneType])
    if kind is Annotated:
        return inner[1](name, value)
    if kind is Literal:
        return _checks.one_of(name, value, inner)
    if kind in NUMBERS:
        return NUMBERS[kind](name, value)
    if Path in inner and "\0" in str(value):
        raise ValueError(f"{name} must be a path; got {value!r}.")
    if kind is np.ndarray or complex in inner:
        array = _checks.plain(name, value)
        value = array if kind is np.ndarray and array.ndim else value
    if not _fits(value, hint):
        how = REMEDIES.get(getattr(kind, "__name__", ""), "")
        raise TypeError(f"{name} must be {_said(hint)}; got {_checks.shown(value)}.{how}")
    return value


@cache
def _taken(function: Callable[..., Any]) -> tuple[list[str], str, str, dict[str, Any]]:
    """Return what a function takes by place, the names of its *args and **given, annotations."""
    try:
        taken = inspect.signature(function, eval_str=True).parameters.values()
    except NameError:  # what only type checkers know is not looked at
        taken = inspect.signature(function).parameters.values()
    several = {one.kind: one.name for one in taken}
    places = [one.name for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    more, others = several.get(Parameter.VAR_POSITIONAL, ""), several.get(Parameter.VAR_KEYWORD, "")
    hints = {one.name: Any if one.annotation is one.empty else one.annotation for one in taken}
    return places, more, others, hints


def ours(kind: type) -> bool:
    """Tell whether a class is of this library, and not somebody else's."""
    return kind.__module__.startswith("karma_lib")


def check_fields(model: Any) -> None:
    """Check a frozen dataclass by the types of its fields, and keep what the checks return.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from karma_lib._checks import Share
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
    own = ours(type(model))  # who writes a model may say less
    for name, hint in _taken(type(model).__init__)[-1].items():
        carries = {get_origin(one) for one in (hint, *get_args(hint))} & {Annotated, Literal}
        if name != "self" and (own or carries):
            object.__setattr__(model, name, enter(name, getattr(model, name), hint))


def door(function: Function) -> Function:
    """Return a function that checks its arguments first, and is otherwise the same."""
    if hasattr(function, "__wrapped__"):  # it has one
        return function

    @wraps(function)
    def behind(*args: Any, **given: Any) -> Any:
        places, more, others, hints = _taken(function)

        def entered(name: str, value: Any) -> Any:
            return enter(name, value, hints.get(name, hints.get(others, Any)))

        by_place = map(entered, chain(places, repeat(more)), args)
        return function(*by_place, **{name: entered(name, value) for name, value in given.items()})

    return cast(Function, behind)


def doors(kind: type) -> None:
    """Put doors before the public methods that a class defines, and before its making."""
    for name, value in list(vars(kind).items()):
        if isinstance(value, FunctionType) and (name == "__init__" or name[0] != "_"):
            setattr(kind, name, door(value))
        elif isinstance(value, classmethod):
            setattr(kind, name, classmethod(door(value.__func__)))


def opened(module: ModuleType, name: str) -> Any:
    """Return what a module holds under a public name, with a door, also where it is defined."""
    value = getattr(module, name)
    if isinstance(value, FunctionType):
        value = door(value)
        for place in (module, sys.modules[value.__module__]):
            setattr(place, name, value)
    elif isinstance(value, type) and not hasattr(value, "_fitting"):
        doors(value)
    return value


def guard(package: str) -> None:
    """Put doors before the names that a package lists, or that a module defines."""
    module = sys.modules[package]
    own = [n for n, value in vars(module).items() if getattr(value, "__module__", "") == package]
    for name in getattr(module, "__all__", own):
        if isinstance(value := getattr(module, name), ModuleType):
            guard(value.__name__)
        elif name[0] != "_":
            opened(module, name)
