"""How well the classifier does on comments it never saw, with intervals."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from karma_lib import _checks
from karma_lib._checks import Number, Whole
from karma_lib._random import draws
from karma_lib._typing import Array, Seed
from karma_lib.text.classifier import corpus, kept_model, model_file


def _tested(part: str) -> tuple[pd.DataFrame, Array, float]:
    """Return a part of the corpus, its probabilities from models that never saw it, the bar."""
    _checks.one_of("part", part, ("test", "cross-validation"))
    model, table = kept_model(model_file()), corpus("test" if part == "test" else "val")
    found = model.probability(list(table["comment"])) if part == "test" else model.held_out
    return table, found, float(model.line[3])


def _with_interval(
    measured: Callable[[Array], "pd.Series[float]"], n: int, n_resamples: int, rng: Seed
) -> pd.DataFrame:
    """Return what a function of row numbers gives, and its percentile bootstrap over rows."""
    own = draws(rng)
    drawn = pd.DataFrame([measured(own.integers(n, size=n)) for _ in range(n_resamples)])
    low, high = drawn.quantile(0.025), drawn.quantile(0.975)
    return pd.DataFrame({"value": measured(np.arange(n)), "low": low, "high": high})


def trial(part: str = "test", *, n_resamples: Number = 1000, rng: Seed = None) -> pd.DataFrame:
    """Return how well the classifier does on comments it never saw.

    Parameters
    ----------
    part : {"test", "cross-validation"}
        The part of the corpus that was kept apart, or the five held-out folds of the other.
    n_resamples : int, default 1000
        Resamples of the comments, for the 95 % intervals (percentiles).
    rng : int, SeedSequence, Generator or None
        Source of randomness of the bootstrap.

    Returns
    -------
    DataFrame
        Indexed by measure: `value`, `low`, `high`. `auc` (0.5 is chance), `average_precision`
        (chance is `hostile_part`), `recall`, `precision` and `false_alarms` of the calls,
        `brier_skill` (0: no better than giving each comment the mean), `mean_probability` beside
        `hostile_part` (equal if calibrated).

    Notes
    -----
    The calls' bar maximises F1 over the held-out folds, and calibration was fitted on them, so
    the cross-validated figures of both are a little kind; those of the test part are not.
    """
    table, found, bar = _tested(part)
    hostile, called = table["hostile"].to_numpy() == 1, found >= bar

    def measured(rows: Array) -> "pd.Series[float]":
        y, p, c = hostile[rows], found[rows], called[rows]
        return pd.Series({
            "auc": roc_auc_score(y, p),
            "average_precision": average_precision_score(y, p),
            "recall": c[y].mean(),
            "precision": y[c].mean(),
            "false_alarms": c[~y].mean(),
            "brier_skill": 1 - np.mean((p - y) ** 2) / y.var(),
            "mean_probability": p.mean(),
            "hostile_part": y.mean(),
        })  # fmt: skip

    return _with_interval(measured, len(table), n_resamples, rng)


def confusion(part: str = "test", *, n_resamples: Number = 1000, rng: Seed = None) -> pd.DataFrame:
    """Return which part of each class of comments the classifier calls hostile.

    Parameters
    ----------
    part, n_resamples, rng
        As `trial` takes them.

    Returns
    -------
    DataFrame
        One row a class: `not hostile`, and each judgement of the corpus, `hostile` among them
        (a comment can be in several). `value` (part called hostile), `low`, `high`, `comments`,
        `called`.
    """
    table, found, bar = _tested(part)
    of = table[[name for name in table if f"{name}:confidence" in table]].eq(1)
    of.insert(0, "not hostile", ~of["hostile"])
    member, called = of.to_numpy(), found >= bar

    def measured(rows: Array) -> "pd.Series[float]":
        hits = (member[rows] & called[rows, None]).sum(axis=0)
        return pd.Series(hits / member[rows].sum(axis=0), of.columns)

    parts = _with_interval(measured, len(table), n_resamples, rng)
    return parts.assign(comments=of.sum(), called=of[called].sum())


def calibration(
    part: str = "test",
    *,
    n_bins: Annotated[int, Whole(1, 100)] = 10,
    n_resamples: Number = 1000,
    rng: Seed = None,
) -> pd.DataFrame:
    """Return how often comments are hostile whose probabilities are alike.

    Parameters
    ----------
    part, n_resamples, rng
        As `trial` takes them.
    n_bins : int, default 10
        Bins of equally many comments, by probability.

    Returns
    -------
    DataFrame
        One row a bin: `value` (hostile part), `low`, `high`, `probability` (mean; equal to
        `value` if calibrated), `comments`.
    """
    table, found, _ = _tested(part)
    bins = pd.Series(found).rank(method="first").sub(1).mul(n_bins).floordiv(len(found)).astype(int)
    hostile, where = table["hostile"].to_numpy(), bins.to_numpy()

    def measured(rows: Array) -> "pd.Series[float]":
        hits = np.bincount(where[rows], hostile[rows], n_bins)
        return pd.Series(hits / np.bincount(where[rows], minlength=n_bins))

    parts = _with_interval(measured, len(table), n_resamples, rng)
    means = pd.Series(found).groupby(where)
    return parts.assign(probability=means.mean(), comments=means.size())
