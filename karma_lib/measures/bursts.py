"""When events came thick and fast."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from karma_lib import _checks


def bursts(times: ArrayLike, *, ratio: float = 2.0, effort: float = 1.0) -> pd.DataFrame:
    """Return when events came in bursts, by Kleinberg's automaton with two states.

    Parameters
    ----------
    times : array_like of float
        At least two, rising.
    ratio : float, default 2
        How much faster than on average a burst is, above 1.
    effort : float, default 1
        Cost of entering a burst, at least 0, in units of ln(number of gaps).

    Returns
    -------
    DataFrame
        One row a burst: `start`, `end`, `n_events`: the cheapest explanation of the gaps.

    References
    ----------
    Kleinberg 2003, Bursty and hierarchical structure in streams, Data Mining and
    Knowledge Discovery 7:373-397, doi:10.1023/A:1024940629314.

    Examples
    --------
    >>> times = [*range(0, 100, 10), *np.arange(100, 105, 0.2), *range(110, 200, 10)]
    >>> bursts(times).round(1).to_dict("records")
    [{'start': 100.0, 'end': 104.8, 'n_events': 25}]
    """
    when = _checks.line("times", times)
    gaps = np.diff(when)
    if len(gaps) < 1 or (gaps < 0).any() or when[0] == when[-1]:
        raise ValueError(f"times must rise, two different at least; got {when[:9]}.")
    slow = len(gaps) / (when[-1] - when[0])
    rates = slow * np.array([1, _checks.real("ratio", ratio, 1 + 1e-12)])
    up = _checks.real("effort", effort, 0) * np.log(len(gaps))
    cost, come = np.array([0.0, np.inf]), np.empty((len(gaps), 2), np.int64)
    for i, gap in enumerate(gaps):
        ways = cost[:, None] + [[0, up], [0, 0]]  # from (row) to (column)
        come[i] = ways.argmin(axis=0)
        cost = ways.min(axis=0) - np.log(rates) + rates * gap
    state = np.empty(len(gaps), np.int64)
    last = int(cost.argmin())
    for i in range(len(gaps) - 1, -1, -1):
        state[i], last = last, come[i, last]
    edges = np.diff(np.concatenate([[0], state, [0]]))
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    table = {"start": when[first], "end": when[after], "n_events": after - first + 1}
    return pd.DataFrame(table)
