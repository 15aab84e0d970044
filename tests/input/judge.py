"""One rule for every callable: a finite or documented result, or a sentence that helps."""

import inspect
import re
import signal
import sys
import warnings
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from itertools import islice
from numbers import Number
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from karma_lib import Graph
from tests.input.recipes import called

SENTENCES = (ValueError, TypeError, KeyError, OSError)
SHORTEST = 15
RULE = re.compile(
    r"\bmust\b|\b(has|holds) no\b|\bcannot\b|\bcould not\b|\bneeds?\b|\bmissing\b|\bunexpected\b|\bis (not|no|of no|damaged)\b"
)
SHOWN = re.compile(r"\b([Gg]ot|it (has|holds))\s+\S")
SECONDS = 60


class Hang(BaseException):
    """A call that took too long."""


@contextmanager
def limited(seconds):
    """Interrupt what takes longer (a kernel cannot be: there the whole run stands still)."""

    def stop(*_):
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds or SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def own_sentences():
    """Let pass what this library itself warns of, in a sentence; what anybody else says is raised."""
    plain = warnings.warn

    def warn(message, category=None, stacklevel=1, **others):
        own = sys._getframe(1).f_globals["__name__"].startswith("karma_lib")
        whole = len(str(message)) >= SHORTEST and str(message).endswith(".")
        if not (own and whole and category in (None, UserWarning)):
            plain(message, category, stacklevel + 1, **others)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.warn = warn
        try:
            yield
        finally:
            warnings.warn = plain


def numbers(result, given=(), depth=0):
    """Yield every number in a result, columns that were given aside."""
    if isinstance(result, (bool, np.bool_, str, bytes, type)) or result is None or depth > 5:
        return
    if isinstance(result, Number):
        yield np.asarray(result)
    elif isinstance(result, np.ndarray) and result.dtype.kind in "fc":
        yield result
    elif isinstance(result, pd.DataFrame):
        for column in result.select_dtypes("number").columns.difference(list(given)):
            yield result[column].to_numpy(float, na_value=np.nan)
    elif isinstance(result, (dict, pd.Series)):
        yield from (n for value in dict(result).values() for n in numbers(value, given, depth + 1))
    elif isinstance(result, (tuple, list)):
        yield from (n for value in result[:50] for n in numbers(value, given, depth + 1))
    elif is_dataclass(result) and type(result).__module__.startswith("karma_lib"):
        parts = [getattr(result, field.name) for field in fields(result)]
        yield from numbers(parts, given, depth + 1)


def returned(value):
    """Return what a docstring says of the result: before its parts, and in its Returns."""
    text = inspect.getdoc(value) or ""
    if inspect.isclass(value) or "Returns\n---" not in text:
        return text
    first, *parts = re.split(r"\n\n(?=[A-Z][A-Za-z ]+\n---)", text)
    return "\n".join([first, *(part for part in parts if part.startswith("Returns\n"))])


def undocumented(value, result, given):
    """Return what a result holds that its docstring does not speak of: nan or inf."""
    text = returned(value)
    for array in numbers(result, given):
        if np.isnan(array).any() and not re.search(r"\bnan\b|\bmissing\b", text, re.I):
            return "nan"
        if np.isinf(array).any() and not re.search(r"\binf", text, re.I):
            return "inf"
    return None


def files(value):
    """Return the names by which a file goes, and those of the files in a folder."""
    path = str(value)
    with suppress(OSError, UnicodeError, ValueError):
        inside = islice(Path(path).rglob("*"), 1_000)
        return [Path(path).resolve().name, *(file.name for file in inside)]
    return [Path(path).name]


def kin(value, hint):
    """Return the names that a bad value brings along: keys, fields of an object, its files."""
    if isinstance(value, dict):
        return [key for key in value if isinstance(key, str)]
    if isinstance(value, (str, Path)) and "Path" in str(hint):
        return files(value)
    return [field.name for field in fields(value)] if is_dataclass(value) else []


def hints(value):
    """Return what a callable's annotations ask for, by name."""
    return {p.name: p.annotation for p in inspect.signature(value).parameters.values()}


def says(message, word):
    """Tell whether a message holds a word as a whole."""
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None


def helps(error, bad, hints):
    """Tell whether a message names what is bad, says the rule, and shows the value.

    A rule about several arguments names them all; a file may go by its own name, which shows it.
    """
    if isinstance(error, OSError) and error.filename is not None:
        return True  # Python's own sentence, with the file
    message = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    brought = any(says(message, word) for name in bad for word in kin(bad[name], hints.get(name)))
    named = brought or any(says(message, name) for name in bad)
    shown = SHOWN.search(message) or any(
        says(message, word) for name, one in bad.items() if isinstance(one, (str, Path))
        for word in kin(one, hints.get(name)))  # fmt: skip
    return len(message) >= SHORTEST and named and RULE.search(message) and shown


def verdict(value, arguments, names, seconds=None):
    """Call, and return what is wrong with the outcome, or None; `names` are the arguments that are bad."""
    try:
        with own_sentences(), limited(seconds):
            result = called(value, arguments)
            if inspect.isgenerator(result):
                result = [x for x, _ in zip(result, range(50), strict=False)]
            given = {
                c for table in arguments.values() if isinstance(table, pd.DataFrame) for c in table
            }
            bad = undocumented(value, result, given)
            return f"returned {bad}, which its docstring does not speak of" if bad else None
    except Hang:
        return f"took longer than {SECONDS} s"
    except Exception as error:
        kind = type(error)
        if (
            kind.__module__ != "builtins" and not kind.__module__.startswith("karma_lib")
        ) or not isinstance(error, SENTENCES):
            return f"{kind.__module__}.{kind.__name__}: {str(error)[:200]}"
        if not helps(error, {name: arguments[name] for name in names}, hints(value)):
            return f"unhelpful {kind.__name__}: {str(error)[:200]}"
        return None
    finally:
        plt.close("all")


__all__ = ["Graph", "verdict"]
