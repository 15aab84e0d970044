"""Guesses before results, questions with reasons, and findings that are computed."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import isclose, isfinite
from numbers import Real
from types import EllipsisType

from IPython.display import Markdown


@dataclass(frozen=True)
class Prediction:
    """A reader's guess, kept until the result is there."""

    guess: float | None

    def against(self, result: float) -> None:
        """Print the result beside the guess.

        Examples
        --------
        >>> Prediction(40).against(100)
        Your guess was 40; the result is 100. You were off by 60.
        """
        if self.guess is None:
            print(f"You made no guess; the result is {result:g}.")
        elif isclose(self.guess, result, abs_tol=1e-9):
            print(f"Your guess was {self.guess:g}, and so is the result.")
        else:
            off = abs(self.guess - result)
            print(f"Your guess was {self.guess:g}; the result is {result:g}. "
                  f"You were off by {off:.3g}.")  # fmt: skip


def predict(guess: object, low: float, high: float) -> Prediction:
    """Note a guess before the result is shown; never raise.

    Parameters
    ----------
    guess : number, or ... for none yet
        What the reader expects.
    low, high : float
        Between what a guess makes sense.

    Returns
    -------
    Prediction
        To be held `against` the result later.

    Examples
    --------
    >>> noted = predict(40, 0, 100)
    Noted: 40. Now run on and see.
    """
    if isinstance(guess, EllipsisType):
        print(f"No guess yet: replace the dots by a number from {low:g} to {high:g}.")
    elif not _is_number(guess):
        print(f"A number from {low:g} to {high:g} is wanted; got {guess!r}.")
    elif not low <= guess <= high:  # type: ignore[operator]
        print(f"A guess lies from {low:g} to {high:g}; got {guess:g}.")
    else:
        print(f"Noted: {guess:g}. Now run on and see.")
        return Prediction(float(guess))  # type: ignore[arg-type]
    return Prediction(None)


@dataclass(frozen=True)
class Exercise:
    """A question with a number for an answer.

    Parameters
    ----------
    solution : float
        The answer.
    hints : sequence of str
        In stages: what to look at, then which function, then the first line.
    traps : mapping of float to str
        Typical wrong answers, each with its reason; at least two. An answer within 1 % of
        one gets its reason: whoever rounds has fallen into the same trap.
    tolerance : float, default 1e-3
        How far an answer may be off.

    Examples
    --------
    >>> half = Exercise(0.5, ["Count first."], {50: "That is a percentage.", 2: "Upside down."})
    >>> half.check(50)
    Not yet. That is a percentage.
    >>> half.check(0.504)
    Not yet. That is near: work it out more exactly.
    >>> half.check(0.5)
    Right.
    """

    solution: float
    hints: Sequence[str]
    traps: Mapping[float, str] = field(default_factory=dict)
    tolerance: float = 1e-3

    def right(self, answer: float) -> bool:
        """Tell whether an answer is the solution, within the tolerance."""
        return isclose(answer, self.solution, rel_tol=0, abs_tol=self.tolerance)

    def check(self, answer: object, hints: int = 0) -> None:
        """Print a verdict, and the first `hints` hints; never raise."""
        if isinstance(answer, EllipsisType):
            print("Not answered yet: replace the dots and run the cell again.")
        elif not _is_number(answer):
            print(f"A number is wanted; got {answer!r}.")
        elif self.right(answer):  # type: ignore[arg-type]
            print("Right.")
        else:
            replies = {**self.traps, self.solution: "That is near: work it out more exactly."}
            nearest = min(replies, key=lambda value: abs(answer - value))  # type: ignore[operator]
            near = isclose(answer, nearest, rel_tol=0.01, abs_tol=self.tolerance)  # type: ignore[arg-type]
            print("Not yet.", *[replies[nearest]][:near])
        for number, hint in enumerate(self.hints[:hints], 1):
            print(f"Hint {number}: {hint}")


def _is_number(value: object) -> bool:
    with suppress(OverflowError):  # a whole number beyond what a float holds
        return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
    return False


def finding(
    claim: str, *, effect: str, interval: tuple[float, float], n: str | int, seed: str | int
) -> Markdown:
    """Return a box with what was found, built from computed values only.

    Parameters
    ----------
    claim : str
        One sentence.
    effect : str
        The estimate, with its unit.
    interval : (float, float)
        The 95 % interval around it.
    n : str or int
        How many runs, people or posts stand behind it.
    seed : str or int
        The seeds of what was simulated, or "none" where nothing was.

    Returns
    -------
    Markdown
    """
    text = (
        f"> **Finding.** {claim}  \n> Effect: **{effect}**, 95 % interval {interval[0]:.3f} to "
        f"{interval[1]:.3f}; n = {n}; seeds: {seed}."
    )
    # A trusted notebook would run a tag that came in with somebody's words.
    return Markdown(re.sub("<(?=[a-zA-Z/!?])", "&lt;", text))  # type: ignore[no-untyped-call]
