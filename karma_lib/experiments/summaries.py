"""Means with intervals, group by group."""

from functools import partial

import numpy as np
import pandas as pd

from karma_lib import _checks
from karma_lib._random import seed_sequence
from karma_lib._typing import Array, Seed

N_RESAMPLES = 2000


def summary(table: pd.DataFrame, by: str | list[str], value: str, rng: Seed = 0) -> pd.DataFrame:
    """Return the mean of a column in each group, with a 95 % interval.

    Parameters
    ----------
    table : DataFrame
        One row a run, as `sweep` gives it.
    by : str or list of str
        The columns that make a group.
    value : str
        A column of numbers, or of True and False.
    rng : int, SeedSequence, Generator or None, default 0
        Source of randomness of the bootstrap.

    Returns
    -------
    DataFrame
        The group, `mean`, `low`, `high`, `n`. Of True and False the interval is exact
        (Clopper-Pearson); of numbers it is the percentile bootstrap, 2,000 resamples.

    Notes
    -----
    A bootstrap cannot see what never happened: where all values of a group are equal, its
    interval has no width. Below about 20 values a group it is a little too narrow.

    Examples
    --------
    >>> table = pd.DataFrame({"dose": [1] * 10, "tipped": [True] * 9 + [False]})
    >>> summary(table, "dose", "tipped").round(3)
       dose  mean    low   high   n
    0     1   0.9  0.555  0.997  10
    """
    by, seed = [by] if isinstance(by, str) else [*by], seed_sequence(rng)
    _checks.columns("table, by value and by,", table, *by, numbers=[value])
    if not by:
        raise ValueError("by must name a column of the table; got none.")
    groups = table.groupby(by, sort=True)[value]
    interval = _exact if table[value].dtype == bool else partial(_bootstrap, seed=seed)
    rows = [interval(group.to_numpy()) for _, group in groups]
    head = groups.first().index.to_frame(index=False)
    return head.join(pd.DataFrame(rows, columns=["mean", "low", "high", "n"]))


def _exact(flags: Array) -> tuple[float, float, float, int]:
    from scipy.stats import binomtest  # half a second, and only shares need it

    hits, n = int(flags.sum()), len(flags)
    interval = binomtest(hits, n).proportion_ci(method="exact")
    return hits / n, interval.low, interval.high, n


def _bootstrap(values: Array, seed: np.random.SeedSequence) -> tuple[float, float, float, int]:
    rng = np.random.default_rng(seed)
    n = len(values)
    means = [values[rng.integers(n, size=n)].mean() for _ in range(N_RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high), n
