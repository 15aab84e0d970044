"""Hoax and fact-check, and the sizes behind moral contagion."""

from functools import partial
from math import log

from karma_lib.theory import correction

SPREADING_TO_FORGETTING = {0.5: 0.1, 0.3: 0.2}
TOPICS = (102_328, 47_373, 413_611)


def _rest(gullibility: float, spreading: float, which: str) -> float:
    """Return a share at rest where people verify half as much as would end the hoax."""
    forgetting = SPREADING_TO_FORGETTING[spreading]
    verification = correction.verification_threshold(gullibility, forgetting) / 2
    shares = correction.resting_shares(spreading, gullibility, verification, forgetting)
    return float(getattr(shares, which))


TARGETS = {
    "tambuscio-2015/threshold-a{gullibility}-f{forgetting}": correction.verification_threshold,
    "tambuscio-2015/fixed-point-a{gullibility}-beta{spreading}-{which}": _rest,
    "brady-2017/tweets-total": lambda: sum(TOPICS),
    "brady-2017/log-slope": partial(log, 1.2),
}

_PINNED = "the topic graphs hold people's handles and are not pinned here"
REASONS = {
    "brady-2017/tweets-": _PINNED,
    "brady-2017/irr": f"{_PINNED}; the estimator is tested on planted ratios",
}
