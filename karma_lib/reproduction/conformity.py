"""Information cascades, voters, panels and majorities."""

from functools import partial

from karma_lib.reproduction import each
from karma_lib.theory import conformity, information

INFINITY = float("inf")
QUEUES: list[tuple[str, float, float]] = [
    ("0.51", 0.51, 2),
    ("0.51", 0.51, 10),
    ("2over3", 2 / 3, 6),
    ("0.8", 0.8, 4),
]
QUEUES += [("2over3", 2 / 3, INFINITY), ("0.8", 0.8, INFINITY)]
SIZES = (2, 3, 4, 5, 7, 8)


def _cascade(precision: float, n: float, tie: str, which: str) -> float:
    people = n if n == INFINITY else int(n)
    return float(getattr(information.cascade_chances(precision, people, tie=tie), which))


TARGETS = {
    **{
        f"{paper}/{tie}-p{name}-n{n:g}-{which}": partial(_cascade, p, n, tie, which)
        for paper, tie in [("bhw-1992", "coin"), ("anderson-1997", "own")]
        for name, p, n in QUEUES
        for which in (("correct", "wrong") if n == INFINITY else ("correct", "wrong", "none"))
    },
    # One of the three balls drawn from an urn with two of its own colour, urns being even.
    "anderson-1997/signal-precision": partial(
        information.positive_predictive_value, 0.5, sensitivity=2 / 3, specificity=2 / 3
    ),
    **each("bayes/ppv-prevalence{}", information.positive_predictive_value, (0.5, 0.1, 0.01)),
    **{
        f"voter/consensus-time-N{n}": partial(conformity.consensus_time, n, n // 2)
        for n in (20, 50, 100, 200, 1000)
    },
    "voter/consensus-time-N100-start30": partial(conformity.consensus_time, 100, 30),
    **each("castellano-2009/eps-critical-q{}", conformity.critical_doubt, (2, 3, 5, 6, 7, 8)),
    **each("nyczka-2012/independence-q{}", conformity.critical_independence, SIZES),
    **each("nyczka-2012/anticonformity-q{}", conformity.critical_anticonformity, SIZES),
    **each("nyczka-2012/spinodal-q{}", conformity.spinodal, (6, 7, 9, 10)),
    "nyczka-2012/order-q3-p0.2": partial(conformity.majority_share, 3, 0.2),
    **each("majority-vote/mean-field-k{}", conformity.majority_critical, (3, 5, 7, 9)),
}
