"""How rates of sharing go with words: negative-binomial regression."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from karma_lib import _checks
from karma_lib._typing import Array, Frame


def rate_ratios(counts: ArrayLike, predictors: Mapping[str, ArrayLike] | pd.DataFrame) -> Frame:
    """Return by what factor each predictor goes with a count, by maximum likelihood.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Such as shares of each post, at least 0.
    predictors : mapping of str to array_like of float, shape (n,)
        Such as moral-emotional words in each post; a DataFrame will do.

    Returns
    -------
    DataFrame
        One row a predictor: `ratio` for one unit more, a 95 % interval `low` to `high`
        (Wald), `n`; `attrs["dispersion"]` is a in variance = mean + a mean^2.

    Raises
    ------
    ValueError
        If lengths differ, counts are not whole, all are 0, or predictors are collinear.

    Notes
    -----
    *Pitfalls*: a ratio is a correlation. Out of sample moral contagion did no better than an
    implausible "XYZ contagion" (Burton, Cruz & Hahn 2021); on more data it did (Brady & Van
    Bavel 2025). Intervals take posts for independent: where attention comes in waves, they
    are too narrow by far (notebook 10).

    References
    ----------
    Brady et al. 2017, Emotion shapes the diffusion of moralized content in social
    networks, PNAS 114(28):7313-7318, doi:10.1073/pnas.1618923114.
    Burton, Cruz & Hahn 2021, Reconsidering evidence of moral contagion in online social
    networks, Nature Human Behaviour 5:1629-1635, doi:10.1038/s41562-021-01133-5.

    Examples
    --------
    >>> words = np.repeat([0, 1], 4)
    >>> table = rate_ratios([2, 4, 3, 3, 6, 5, 7, 6], {"words": words})
    >>> float(table["ratio"].round(3).iloc[0])
    2.0
    """
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln  # SciPy's solvers are slow to import

    y = _checks.line("counts", counts, 0, 2**53)
    columns = [_checks.reals(f"predictors[{n!r}]", values) for n, values in predictors.items()]
    if any(column.shape != y.shape for column in columns):
        raise ValueError(f"predictors must match counts, {y.size}; got {[*map(np.size, columns)]}.")
    if (y != np.round(y)).any() or not y.any():
        raise ValueError(f"counts must be whole numbers, not all 0; got {y[:9]}.")
    raw = np.column_stack([np.ones(len(y)), *columns])
    if np.linalg.matrix_rank(raw) < raw.shape[1]:
        raise ValueError(f"predictors must vary, each in its own way; got {[*predictors]}.")
    centre, width = raw[:, 1:].mean(axis=0), raw[:, 1:].std(axis=0)
    x = np.column_stack([raw[:, 0], (raw[:, 1:] - centre) / width])

    def loss(values: Array) -> tuple[float, Array]:
        mean, size = np.exp(x @ values[:-1]), np.exp(-values[-1])
        rest = np.log1p(mean / size)
        terms = gammaln(y + size) - gammaln(size) - gammaln(y + 1) - (size + y) * rest
        terms += y * np.log(mean / size)
        bent = digamma(y + size) - digamma(size) - rest + (mean - y) / (size + mean)
        slope = np.append(x.T @ ((y - mean) / (1 + mean / size)), -size * bent.sum())
        return -terms.sum() / len(y), -slope / len(y)

    start = np.zeros(x.shape[1] + 1)
    start[0] = np.log(y.mean())
    bounds = [(None, None)] * x.shape[1] + [(-12, 12)]  # Poisson at the lower end
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000}
    with threadpool_limits(1):  # on matrices this small, threads mostly wait for each other
        found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options).x
    mean, dispersion = np.exp(x @ found[:-1]), float(np.exp(found[-1]))
    information = (x * (mean / (1 + dispersion * mean))[:, None]).T @ x
    error = np.sqrt(np.diag(np.linalg.inv(information)))[1:] / width
    slope = found[1:-1] / width
    edges = np.exp(slope + 1.959963984540054 * np.outer([0, -1, 1], error))
    table = pd.DataFrame(edges.T, index=[*predictors], columns=["ratio", "low", "high"])
    table["n"] = len(y)
    table.attrs["dispersion"] = dispersion
    return table
