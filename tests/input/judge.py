"""One rule for every callable: a finite or documented result, or a sentence that helps."""

import inspect
import re
import signal
import warnings
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
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


def numbers(result, given=(), depth=0):
    """Yield every number in a result, columns that were given aside."""
    if isinstance(result, (bool, np.bool_, str, bytes)) or result is None or depth > 4:
        return
    if isinstance(result, Number):
        yield np.asarray(result)
    elif isinstance(result, np.ndarray) and result.dtype.kind in "fc":
        yield result
    elif isinstance(result, pd.DataFrame):
        for column in result.select_dtypes("number").columns.difference(list(given)):
            yield result[column].dropna().to_numpy(float)  # a table says "missing" with NaN
    elif isinstance(result, (dict, pd.Series)):
        yield from (n for value in dict(result).values() for n in numbers(value, given, depth + 1))
    elif isinstance(result, (tuple, list)):
        yield from (n for value in result[:50] for n in numbers(value, given, depth + 1))


def undocumented(value, result, given):
    """Return what a result holds that its docstring does not speak of: nan or inf."""
    text = " ".join(
        [inspect.getdoc(value) or "", inspect.getdoc(getattr(value, "__self__", None)) or ""]
    )
    for array in numbers(result, given):
        if np.isnan(array).any() and not re.search(
            r"\bnan\b|\bmissing\b|\bunexpected\b", text, re.I
        ):
            return "nan"
        if np.isinf(array).any() and not re.search(r"\binf", text, re.I):
            return "inf"
    return None


def fields_of(value, arguments):
    """Return the parameters of the object that a method belongs to: they are arguments, too."""
    mine = [getattr(value, "__self__", None), *arguments.values()]
    return [field.name for one in mine if is_dataclass(one) for field in fields(one)]


def keys(arguments):
    """Return the names that are given in mappings."""
    return [k for a in arguments.values() if isinstance(a, dict) for k in a if isinstance(k, str)]


def helps(error, names, values):
    """Tell whether a message names an argument and says what is wrong with it."""
    if isinstance(error, OSError) and error.filename is not None:
        return True  # Python's own sentence, with the file
    message = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    named = any(re.search(rf"\b{re.escape(n)}", message) for n in names)
    told = [Path(v).name for v in values if isinstance(v, str)]  # a file goes by its name
    shown = any(name in message for name in told if len(name) > 3)
    return len(message) >= SHORTEST and (named or shown) and RULE.search(message)


def verdict(value, arguments, names, seconds=None):
    """Call, and return what is wrong with the outcome, or None; `names` are the arguments that are bad."""
    try:
        with warnings.catch_warnings(), limited(seconds):
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UserWarning)  # documented: these are sentences, too
            warnings.filterwarnings("error", category=RuntimeWarning)
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
        if not helps(
            error,
            [*arguments, *fields_of(value, arguments), *keys(arguments)],
            [arguments[n] for n in names],
        ):
            return f"unhelpful {kind.__name__}: {str(error)[:200]}"
        return None
    finally:
        plt.close("all")


__all__ = ["Graph", "verdict"]
