"""The specification curve: every defensible choice on one pool, side by side."""

from collections.abc import Callable, Collection, Mapping
from itertools import product

import pandas as pd

from karma_lib.evidence.analysis import meta
from karma_lib.evidence.robustness import LINE

Choice = Callable[[pd.DataFrame], pd.DataFrame]


def specifications(
    table: pd.DataFrame,
    choices: Mapping[str, Mapping[str, Choice]],
    *,
    methods: Collection[str] = ("REML", "DL", "PM"),
    interval: str = "hksj",
    allow: Collection[str] = (),
) -> pd.DataFrame:
    """Run every combination of choices.

    Parameters
    ----------
    table : DataFrame
        The pool.
    choices : mapping of str to mapping of str to function
        For each question its answers: functions from the pool to the rows (or errors) that
        the answer keeps.
    methods : collection of str
        Estimators of τ², as in `meta`.
    interval, allow
        As in `meta`.

    Returns
    -------
    DataFrame
        One row a distinct specification, sorted by estimate: `estimator`, one column a
        question, `estimate`, `ci_low`, `ci_high`, `p`, `tau2`, `k`. Combinations that keep
        the same numbers are run once; `attrs` counts them (`repeated`) and those that leave
        under three studies (`too_few`).

    Notes
    -----
    *Pitfall*: the share of significant specifications is not a p: they share their data.

    References
    ----------
    Simonsohn, Simmons & Nelson 2020, Specification curve analysis, Nature Human Behaviour
    4:1208-1214, doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> from karma_lib.evidence import load_pool
    >>> curve = specifications(load_pool("P1"), REDUCTION_CHOICES)
    >>> len(curve), curve.attrs
    (132, {'repeated': 4, 'too_few': 0})
    """
    rows, seen, counts = [], set(), {"repeated": 0, "too_few": 0}
    for answers in product(*(options.items() for options in choices.values())):
        part = table
        for _, answer in answers:
            part = answer(part)
        key = tuple(part[["id", "estimate", "se"]].itertuples(index=False, name=None))
        if len(part) < 3 or key in seen:
            counts["too_few" if len(part) < 3 else "repeated"] += 1
            continue
        seen.add(key)
        labels = {name: label for name, (label, _) in zip(choices, answers, strict=True)}
        for method in methods:
            fit = meta(part, method=method, interval=interval, allow=allow)
            rows.append({"estimator": method, **labels, **fit.summary[LINE]})
    if not rows:
        raise ValueError(f"choices must leave three studies somewhere; got none for {[*choices]}.")
    curve = pd.DataFrame(rows).sort_values("estimate", ignore_index=True, kind="stable")
    curve.attrs = dict(counts)
    return curve.astype({"k": int})


def _all(table: pd.DataFrame) -> pd.DataFrame:
    return table


REDUCTION_CHOICES: dict[str, dict[str, Choice]] = {
    "exposure studies": {"in": _all, "out": lambda t: t[t["duration_group"] != "exposure"]},
    "duration": {
        "any": _all,
        "a week or more": lambda t: t[t["duration_group"] != "under-1-week"],
        "several weeks": lambda t: t[t["duration_group"].isin(["multi-week", "exposure"])],
    },
    "disputed coding": {
        "in": _all,
        "out": lambda t: t[~t["study"].isin(["Hunt 2018", "Hunt 2021"])],
    },
    "best practices": {"any": _all, "3 or more": lambda t: t[t["best_practices"] >= 3]},
    "error, largest trial": {
        "equal arms": _all,
        "as printed": lambda t: t.assign(se=t["se"].mask(t["study"] == "Allcott 2020", 0.04)),
    },
}
"""Questions on which analysts of pool P1 (less social media, well-being) disagree.

The sources list the length of two trials (Hunt 2018, 2021) differently. The largest trial prints
a smaller error (0.04) than equal arms would give. `best_practices` is the coding sheet's score.
"""
