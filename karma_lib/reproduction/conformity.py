"""Information cascades, voters, panels and majorities."""

from functools import partial
from typing import Any

from karma_lib.theory import conformity, information


def _cascade(precision: float | str, n: float, chance: str, tie: Any) -> float:
    exact = 2 / 3 if precision == "2over3" else float(precision)
    return float(getattr(information.cascade_chances(exact, n, tie=tie), chance))


def _from_half(n: int) -> float:
    return conformity.consensus_time(n, n // 2)


TARGETS = {
    "bhw-1992/coin-p{precision}-n{n}-{chance}": partial(_cascade, tie="coin"),
    "anderson-1997/own-p{precision}-n{n}-{chance}": partial(_cascade, tie="own"),
    "anderson-1997/signal-precision": partial(
        information.positive_predictive_value, 0.5, sensitivity=2 / 3, specificity=2 / 3
    ),
    "bayes/ppv-prevalence{prevalence}": information.positive_predictive_value,
    "voter/consensus-time-N{n}": _from_half,
    "voter/consensus-time-N{n}-start{ones}": conformity.consensus_time,
    "castellano-2009/eps-critical-q{q}": conformity.critical_doubt,
    "nyczka-2012/independence-q{q}": conformity.critical_independence,
    "nyczka-2012/anticonformity-q{q}": conformity.critical_anticonformity,
    "nyczka-2012/spinodal-q{q}": conformity.spinodal,
    "nyczka-2012/order-q{q}-p{independence}": conformity.majority_share,
    "majority-vote/mean-field-k{k}": conformity.majority_critical,
}
