"""Calibration: which parameters give what was observed? By rejection."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from karma_lib import _checks
from karma_lib._checks import TINY, Count, Whole, Within
from karma_lib._random import seed_sequence
from karma_lib._typing import Measure, Seed
from karma_lib.experiments.sweeps import CHUNK, Network, place, run_points
from karma_lib.models.base import Model, name_of

LOG = logging.getLogger("karma_lib")

LEAST = 50
"""Fewer draws than this say nothing about the ends of an interval."""

UNTOLD = 0.8
"""A 95 % interval wider than this part of its prior says that the data do not tell."""


@dataclass(frozen=True)
class Posterior:
    """What calibration leaves: the draws that came closest.

    Parameters
    ----------
    draws : DataFrame
        One row an accepted draw: the parameters, the measures, `distance`.
    intervals : DataFrame
        One row a parameter: `median`, `low`, `high` (95 % interval), `identified`.
    n_draws : int
        How many were tried.
    """

    draws: pd.DataFrame
    intervals: pd.DataFrame
    n_draws: int


def calibrate(
    model: type[Model] | Model, priors: Mapping[str, tuple[float, float]], graph: Network,
    observed: Mapping[Measure, float], *, n_steps: Count,
    n_draws: Annotated[int, Whole(2 * LEAST)] = 2000,
    accept: Annotated[float, Within(TINY, 1)] = 0.05, rng: Seed = None,
    progress: bool | None = None, make: Callable[[float], float] = float,
) -> Posterior:  # fmt: skip
    """Find the parameters whose runs come closest to observed values.

    Approximate Bayesian computation by rejection: draw parameters evenly from their
    ranges, run each once, keep the share `accept` of draws whose measures come closest.

    Parameters
    ----------
    model : Model or a class of models
        An instance keeps the fields that have no prior.
    priors : mapping of str to (low, high)
        Ranges of the fields that are not known.
    graph : Graph, or a function `(rng) -> Graph`
        The network.
    observed : mapping of measure to float
        The observed value of each measure `(graph, state) -> float`.
    n_steps : int
        The most steps of a run.
    n_draws : int, default 2000
        How many draws, at least 100.
    accept : float, default 0.05
        Which share of them to keep, in (0, 1]; at least 50 draws are kept.
    rng : int, SeedSequence, Generator or None
        Source of randomness.
    progress : bool, optional
        Whether to show a bar; by default only in a terminal.
    make : function of float, default float
        What turns a draw into a parameter; `round` for counts.

    Returns
    -------
    Posterior
        Where a parameter's interval covers most of its prior it is marked as not
        identified, and a warning is logged: these measures do not tell.

    Notes
    -----
    Distances are Euclidean, each measure divided by its median absolute deviation over
    all draws. The intervals are those of the accepted draws: wider than exact ones,
    narrowing as `accept` falls and `n_draws` grows. A model that fits is not thereby true.

    References
    ----------
    Beaumont, Zhang & Balding 2002, Approximate Bayesian computation in population
    genetics, Genetics 162(4):2025-2035, doi:10.1093/genetics/162.4.2025.

    Examples
    --------
    >>> import karma_lib as kl
    >>> model, crowd = kl.Threshold(seeds=20), kl.generators.random_graph(400, 6, rng=1)
    >>> found = calibrate(model, {"threshold": (0.1, 0.6)}, crowd, {kl.measures.share: 0.05},
    ...                   n_steps=100, n_draws=200, rng=2)
    >>> found.intervals["parameter"].tolist(), len(found.draws)
    (['threshold'], 50)
    """
    for name, (low, high) in priors.items():
        _checks.real(f"prior of {name}", high, low)
    first, second = seed_sequence(rng).spawn(2)
    ranges = pd.DataFrame(priors, index=["low", "high"])
    unit = np.random.default_rng(first).random((n_draws, len(priors)))
    table = pd.DataFrame(unit, columns=list(priors))
    table = (ranges.loc["low"] + table * (ranges.loc["high"] - ranges.loc["low"])).map(make)
    points = place(model, graph, table.to_dict("records"), second, paired=False)
    measures = list(observed)
    rows = run_points(points, 1, measures, n_steps, None, progress, -1, CHUNK)
    target = np.array([observed[measure] for measure in measures], float)
    scale = np.median(np.abs(rows - np.median(rows, axis=0)), axis=0)
    away = np.sqrt((((rows - target) / np.where(scale > 0, scale, 1)) ** 2).sum(axis=1))
    table[[name_of(measure) for measure in measures]] = rows
    closest = np.argsort(away, kind="stable")[: max(LEAST, round(accept * n_draws))]
    draws = table.assign(distance=away).iloc[closest].reset_index(drop=True)
    return Posterior(draws, _intervals(draws, priors), n_draws)


def _intervals(draws: pd.DataFrame, priors: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    rows = []
    for name, (least, most) in priors.items():
        low, median, high = np.quantile(draws[name], [0.025, 0.5, 0.975])
        told = bool(high - low < UNTOLD * (most - least))
        if not told:
            LOG.warning("%s is not identified: its interval covers most of its prior.", name)
        rows.append((name, median, low, high, told))
    return pd.DataFrame(rows, columns=["parameter", "median", "low", "high", "identified"])
