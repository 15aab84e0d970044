"""Borel's trees, Hawkes' histories, Crane and Sornette's responses, SEISMIC."""

from functools import partial
from math import pi

from karma_lib.models.storm.attention import Hawkes
from karma_lib.models.storm.branching import Seismic
from karma_lib.theory import attention as theory

TIMES = [0.3, 0.9, 1.0, 1.7, 3.2, 3.3, 3.35, 5.1, 6.4, 6.45, 9.0]
EXAMPLE = Hawkes(background=0.4, branching=0.6, decay=2.0)
SHARES = {"times": [0, 120, 300, 900, 5400], "followers": [2500, 40, 310, 15, 120]}


def _compensator() -> float:
    """Integrate the intensity up to an event at the end of the watch."""
    return float(EXAMPLE.residuals([*TIMES, 10.0], 10.0).sum())


def _exponent(origin: str, state: str) -> float:
    return theory.relaxation_exponents(0.4)[f"{origin} {state}"]


TARGETS = {
    "borel/p{n}-mu{mean}": theory.borel,
    "borel/tail{n}-mu{mean}": theory.borel_tail,
    "borel/variance-mu{mean}": theory.borel_variance,
    "borel/critical-tail-ratio": lambda: theory.borel(1000, 1) * 1000**1.5 * (2 * pi) ** 0.5,
    "hawkes/loglik-example": partial(EXAMPLE.log_likelihood, TIMES, 10.0),
    "hawkes/compensator-example": _compensator,
    "hawkes/expected-count-T10": partial(theory.expected_count, 0.4, 0.6, 2.0, 10),
    "hawkes/expected-count-T8": partial(theory.expected_count, 0.5, 0.8, 1.5, 8),
    "hawkes/stationary-rate": partial(theory.stationary_rate, 0.5, 0.8),
    "hawkes/variance-rate": partial(theory.variance_rate, 0.5, 0.8),
    "crane-2008/response-slope-n{branching}": partial(theory.response_slope, 0.4),
    "crane-2008/exponent-{origin}-{state}": _exponent,
    "zhao-2015/kernel-theta": lambda: Seismic().exponent,
    "zhao-2015/kernel-cutoff": lambda: Seismic().cutoff,
    "zhao-2015/kernel-c": lambda: Seismic().density,
    "zhao-2015/kernel-integral": lambda: Seismic().total,
    "zhao-2015/kernel-integral-quoted-pair": lambda: Seismic(exponent=0.242, density=6.27e-4).total,
    "zhao-2015/kernel-c-for-0.242": lambda: 1 / Seismic(exponent=0.242, density=1).total,
    "zhao-2015/ccdf-{seconds}s": Seismic().late,
    "zhao-2015/worked-prediction": partial(
        Seismic().predict, **SHARES, now=7200, infectiousness=0.002, mean_followers=150
    ),
}
