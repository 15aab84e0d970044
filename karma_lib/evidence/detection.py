"""Signal detection: telling true from false, apart from a leaning to say "true"."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm

from karma_lib import _checks


class Detection(NamedTuple):
    """How well two kinds were told apart (d'), and how strict the judge was (criterion)."""

    d_prime: float
    criterion: float
    hit_rate: float
    false_alarm_rate: float


def detection(said_true: ArrayLike, is_true: ArrayLike) -> Detection:
    """Return sensitivity and criterion of yes-or-no judgements, by the equal-variance model.

    Parameters
    ----------
    said_true : array_like of bool, shape (n,)
        Whether each item was judged true (1) or false (0).
    is_true : array_like of bool, shape (n,)
        Whether it was true. Both kinds must occur.

    Returns
    -------
    Detection
        `d_prime` = z(hit rate) - z(false-alarm rate): 0 for guessing, above 0 for telling
        apart, below for the wrong way round. `criterion` = -(z(hits) + z(false alarms))/2:
        above 0 the judge leans to "false", below to "true". The rates are the raw ones.

    Raises
    ------
    ValueError
        If the lengths differ, a value is neither 0 nor 1, or one kind is missing.

    Notes
    -----
    For d' and the criterion half an item is added to each count and one to each number of
    items (the log-linear rule), so that a rate of 0 or 1 stays finite. With few items this
    pulls d' of a good judge towards 0.

    References
    ----------
    Hautus 1995, Corrections for extreme proportions and their biasing effects on estimated
    values of d', Behavior Research Methods 27:46-51, doi:10.3758/BF03203619.

    Examples
    --------
    >>> judged = detection([1, 1, 1, 0, 0, 0, 0, 1], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> round(judged.d_prime, 3), judged.hit_rate, judged.false_alarm_rate
    (1.049, 0.75, 0.25)
    """
    said, true = np.atleast_1d(said_true), np.atleast_1d(is_true)
    if said.shape != true.shape or said.ndim != 1:
        raise ValueError(f"said_true must be as long as is_true; got {said.shape}, {true.shape}.")
    said, true = (_checks.reals(n, v, 0, 1) for n, v in (("said_true", said), ("is_true", true)))
    if (odd := np.setdiff1d([*said, *true], (0, 1))).size:
        raise ValueError(f"said_true and is_true must hold 0 and 1 only; got {odd[0]:g}. Round it.")
    n_true, n_false = int(true.sum()), int((1 - true).sum())
    if not n_true or not n_false:
        raise ValueError(f"is_true must hold both kinds; got {n_true} true, {n_false} false.")
    hits, alarms = float(said @ true), float(said @ (1 - true))
    z_hit, z_alarm = norm.ppf([(hits + 0.5) / (n_true + 1), (alarms + 0.5) / (n_false + 1)])
    return Detection(
        float(z_hit - z_alarm), float(-(z_hit + z_alarm) / 2), hits / n_true, alarms / n_false
    )
