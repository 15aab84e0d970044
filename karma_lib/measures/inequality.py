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


def effective_number(values: ArrayLike, *, order: float = 1.0) -> float:
    """Return how many equally frequent kinds would be as varied as these.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        How often each kind came, at least 0; such as videos seen of each creator.
    order : float, default 1
        At least 0: 0 counts kinds, 1 is the exponential of Shannon's entropy, 2 is one over
        the chance that two draws are of one kind (Simpson). Higher orders hear the rare less.

    Returns
    -------
    float
        From 1, all of one kind, to n, all equally frequent; nan if there is nothing.

    Notes
    -----
    *Pitfall*: small samples look narrow, because rare kinds are missing. Compare samples of
    one size, or with random draws of the same size.

    References
    ----------
    Hill 1973, Diversity and evenness: a unifying notation and its consequences, Ecology
    54:427-432, doi:10.2307/1934352.

    Examples
    --------
    >>> effective_number([5, 5, 5, 5]), round(effective_number([17, 1, 1, 1]), 2)
    (4.0, 1.8)
    """
    x = _checks.reals("values", values, 0).ravel()
    q, total = _checks.real("order", order, 0, 100), x.sum()
    if not total:
        return float("nan")
    p = x[x > 0] / total
    if q == 1:
        return float(np.exp(-p @ np.log(p)))
    return float((p**q).sum() ** (1 / (1 - q)))


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
