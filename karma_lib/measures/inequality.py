"""How unequal success is, and how little it can be foreseen."""

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of amounts, such as downloads an item.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        At least 0.

    Returns
    -------
    float
        Mean difference over twice the mean: 0 if all are equal, 1 - 1/n if one has it
        all; nan if there is nothing.

    Examples
    --------
    >>> gini([0, 0, 0, 5])
    0.75
    """
    x = np.sort(_checks.reals("values", values, 0), axis=None)
    n, total = len(x), x.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ x / (n * total)) if total else float("nan")


def unpredictability(worlds: ArrayLike) -> float:
    """Return by how much an item's market share differs between two parallel worlds.

    Parameters
    ----------
    worlds : array_like of float, shape (n_worlds, n_items)
        Amounts, at least 0, two worlds or more; each world has some.

    Returns
    -------
    float
        The mean over items and pairs of worlds.

    References
    ----------
    Salganik, Dodds & Watts 2006, Experimental study of inequality and unpredictability in
    an artificial cultural market, Science 311:854-856, doi:10.1126/science.1121066.

    Examples
    --------
    >>> unpredictability([[3, 1], [1, 3]])
    0.5
    """
    table = _checks.reals("worlds", worlds, 0)
    if table.ndim != 2 or len(table) < 2 or not table.sum(axis=1).all():
        raise ValueError(
            f"worlds must be two rows or more, none of them empty; got shape {table.shape}."
        )
    shares = np.sort(table / table.sum(axis=1, keepdims=True), axis=0)
    n = len(table)
    pairs = (2 * np.arange(1, n + 1) - n - 1) @ shares
    return float(pairs.mean() / (n * (n - 1) / 2))
