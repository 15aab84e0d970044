"""Attention that feeds itself: Hawkes processes, simulated, fitted and tested."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from karma_lib import _checks
from karma_lib._checks import TINY, AboveZero, Positive
from karma_lib._doors import check_fields
from karma_lib._kernels import kernel
from karma_lib._random import Draws, below, draw, draws
from karma_lib._typing import Array, Seed

_11, _32 = np.uint64(11), np.uint64(32)


@kernel
def _exponential(times, marks, horizon, mu, a, b):  # type: ignore[no-untyped-def]
    """Return the log-likelihood, its gradient, and what the compensator gains an event."""
    total, slope = 0.0, np.zeros(3)
    gains = np.empty(len(times))
    felt, aged, before, mark = 0.0, 0.0, 0.0, 0.0
    for i in range(len(times)):
        d = times[i] - before
        fade = math.exp(-b * d)
        gains[i] = mu * d + a * (felt + mark) * (1 - fade)
        aged = fade * (aged + d * (mark + felt))
        felt = fade * (mark + felt)
        before, mark = times[i], marks[i]
        rate = mu + a * b * felt
        total += math.log(rate)
        slope[0] += 1 / rate
        slope[1] += b * felt / rate
        slope[2] += a * (felt - b * aged) / rate
    d = horizon - before
    fade = math.exp(-b * d)
    aged, felt = fade * (aged + d * (mark + felt)), fade * (mark + felt)
    spent = np.sum(marks) - felt
    slope -= np.array([horizon, spent, a * aged])
    return total - mu * horizon - a * spent, slope, gains


@kernel
def _power(times, marks, horizon, mu, a, b, theta):  # type: ignore[no-untyped-def]
    """Return the log-likelihood and the gains for a power-law memory, pair by pair."""
    total, before = 0.0, 0.0
    gains = np.empty(len(times))
    for i in range(len(times)):
        rate, spent = mu, 0.0
        for j in range(i):
            rest = (1 + b * (times[i] - times[j])) ** -theta
            rate += a * marks[j] * theta * b * rest / (1 + b * (times[i] - times[j]))
            spent += a * marks[j] * (1 - rest)
        total += math.log(rate)
        gains[i] = mu * times[i] + spent - before
        before = mu * times[i] + spent
    left = np.sum(marks * (1 - (1 + b * (horizon - times)) ** -theta))
    return total - mu * horizon - a * left, gains


@kernel
def _refill(logs, words):  # type: ignore[no-untyped-def]
    """Draw logarithms of uniforms on (0, 1] ahead: in a loop of their own they overlap."""
    for i in range(len(logs)):
        logs[i] = math.log(float((draw(words) >> _11) + np.uint64(1)) * 2.0**-53)


@kernel
def _simulate(mu, a, b, horizon, pool, limit, words):  # type: ignore[no-untyped-def]
    """Draw events one by one: the next is the earlier of a newcomer and a reply.

    The newcomer who is beaten still comes when drawn: its clock has no memory.
    """
    times, marks, logs = np.empty(1024), np.ones(1024), np.empty(64)
    _refill(logs, words)
    n, t, x = 0, 0.0, 0.0
    newcomer, used = -logs[0] / mu, 1
    while True:
        if used > len(logs) - 2:
            _refill(logs, words)
            used = 0
        then, fade = newcomer, 0.0  # of the memory until the next event; 0: a newcomer
        if x > 0:
            left = 1 + b * logs[used] / x
            used += 1
            if left > 0 and t - math.log(left) / b < newcomer:
                then, fade = t - math.log(left) / b, left
        if fade == 0.0:
            fade = math.exp(-b * (newcomer - t))
            newcomer -= logs[used] / mu
            used += 1
        t = then
        if t >= horizon or n > limit:
            return times[:n], marks[:n]
        if n == len(times):
            times, marks = np.append(times, np.empty(n)), np.append(marks, np.ones(n))
        mark = pool[0]
        if len(pool) > 1:
            mark = pool[below(draw(words) >> _32, len(pool))]
        times[n], marks[n] = t, mark
        n += 1
        x = x * fade + a * b * mark


class Events(NamedTuple):
    """What happened when: times rise; a mark of 1 is an event of mean weight."""

    times: Array
    marks: Array


class Fit(NamedTuple):
    """A fitted process, and the standard errors of its parameters by name."""

    process: "Hawkes"
    errors: dict[str, float]
    log_likelihood: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Hawkes:
    """Events that bring about further events, each of them fewer as time goes by.

    Newcomers arrive at a constant rate. Each event sets off, on average, `branching`
    times its mark further ones, after delays that are exponential with rate `decay`; with
    an `exponent`, power-law: a delay exceeds s with probability (1 + decay s)^-exponent.

    Parameters
    ----------
    background : float, default 1
        Newcomers a unit of time, above 0.
    branching : float, default 0.5
        Mean number of events that one sets off, at least 0. From 1 on the process
        explodes or wanders: it can be simulated, but has no stationary values.
    decay : float, default 1
        How fast memory fades, above 0.
    exponent : float, optional
        Of a power-law memory, above 0.

    Notes
    -----
    *State*: `Events`: float64 times in (0, horizon), and marks. No network.

    *Exact result*: from an empty history the mean number of events by T is
    mu T / (1 - a) - mu a / (b (1 - a)^2) (1 - exp(-b (1 - a) T)) for exponential memory;
    in the long run mu / (1 - a) a unit of time, with variance mu / (1 - a)^3.

    *Pitfalls*: equal times are refused: one event a moment, so spread ties out first. The
    likelihood takes O(n) for exponential memory, O(n^2) for power-law. A fit finds
    branching also where the background merely changes: test it (`goodness`).

    *ODD*. Purpose: how much of a storm makes itself? Entities: events. Process: as above,
    in continuous time. Design concepts: self-excitation; chance throughout.
    Initialisation: an empty history. Input: none. Submodels: none.

    References
    ----------
    Hawkes 1971, Spectra of some self-exciting and mutually exciting point processes,
    Biometrika 58(1):83-90, doi:10.1093/biomet/58.1.83.
    Dassios & Zhao 2013, Exact simulation of Hawkes process with exponentially decaying
    intensity, Electronic Communications in Probability 18:62, doi:10.1214/ECP.v18-2717.
    Ogata 1988, Statistical models for earthquake occurrences and residual analysis for
    point processes, JASA 83(401):9-27, doi:10.1080/01621459.1988.10478560.

    Examples
    --------
    >>> storm = Hawkes(background=0.5, branching=0.8, decay=1.5)
    >>> events = storm.simulate(4_000, rng=1)
    >>> fit = storm.fit(events.times, 4_000)
    >>> abs(fit.process.branching - 0.8) < 4 * fit.errors["branching"]
    True
    """

    background: AboveZero = 1.0
    branching: Positive = 0.5
    decay: AboveZero = 1.0
    exponent: AboveZero | None = None

    def __post_init__(self) -> None:
        check_fields(self)

    def simulate(
        self, horizon: float, *, marks: ArrayLike = 1.0, limit: int = 10**7, rng: Seed = None
    ) -> Events:
        """Draw a history, exactly.

        Parameters
        ----------
        horizon : float
            Until when, above 0.
        marks : float or array_like of float, default 1
            Weights, such as followers over their mean, to draw each event's mark from.
        limit : int, default 10**7
            The most events to allow.
        rng : int, SeedSequence, Generator or None
            Source of randomness.

        Returns
        -------
        Events

        Raises
        ------
        ValueError
            If there are more than `limit` events; nothing is cut off silently.
        """
        end, own = _checks.real("horizon", horizon, TINY), draws(rng)
        pool = _checks.reals("marks", marks, 0).ravel()
        _checks.count("the number of marks", pool.size, least=1)
        if self.exponent is None:
            rates = self.background, self.branching, self.decay
            events = Events(*_simulate(*rates, end, pool, limit, own.words))
        else:
            events = self._generations(end, pool, limit, own)
        if len(events.times) > limit:
            raise ValueError(
                f"limit must exceed the number of events; got more than {limit} by {end:g}. "
                "Lower background, branching, marks or horizon, or raise limit."
            )
        return events

    def _generations(self, end: float, pool: Array, limit: int, rng: Draws) -> Events:
        """Draw newcomers, then what they set off, and so on."""
        theta = float(self.exponent or 1)
        enough = limit + 10 * limit**0.5 + 100  # with this mean, more than the limit are drawn
        born = rng.uniform(0, end, rng.poisson(min(self.background * end, enough)))
        found: list[tuple[Array, Array]] = []
        while len(born) and sum(len(times) for times, _ in found) <= limit:
            marks = rng.choice(pool, len(born))
            found.append((born, marks))
            parents = np.repeat(born, rng.poisson(np.minimum(self.branching * marks, enough)))
            with np.errstate(over="ignore"):  # a wait that no float holds ends beyond the horizon
                delay = np.expm1(-np.log1p(-rng.random(len(parents))) / theta) / self.decay
            born = (parents + delay)[parents + delay < end]
        times, marks = np.concatenate([np.empty((2, 0)), *map(np.array, found)], axis=1)
        order = np.argsort(times, kind="stable")
        return Events(times[order], marks[order])

    def _likelihood(
        self, times: ArrayLike, horizon: float, marks: ArrayLike
    ) -> tuple[float, Array | None, Array]:
        """Return log-likelihood, gradient (exponential memory only) and gains."""
        end = _checks.real("horizon", horizon, TINY)
        when = _checks.reals("times (up to horizon)", times, 0, end)
        if when.ndim != 1 or (np.diff(when) <= 0).any():
            raise ValueError(
                "times must be one list that rises: sort it, and spread ties out at random; "
                f"got shape {when.shape}."
            )
        weight = _checks.reals("marks", marks, 0)
        if weight.shape not in ((), when.shape):
            raise ValueError(f"marks must have one entry a time, {when.size}; got {weight.shape}.")
        weight = np.broadcast_to(weight, when.shape).copy()
        rates = self.background, self.branching, self.decay
        if self.exponent is None:
            total, slope, gains = _exponential(when.copy(), weight, end, *rates)
            return float(total), slope, gains
        total, gains = _power(when.copy(), weight, end, *rates, self.exponent)
        return float(total), None, gains

    def log_likelihood(self, times: ArrayLike, horizon: float, *, marks: ArrayLike = 1.0) -> float:
        """Return the log-likelihood of events that were watched from 0 to `horizon`."""
        return self._likelihood(times, horizon, marks)[0]

    def residuals(self, times: ArrayLike, horizon: float, *, marks: ArrayLike = 1.0) -> Array:
        """Return the waits in the process's own time: Exponential(1) if it is the right one."""
        return self._likelihood(times, horizon, marks)[2]

    def goodness(self, times: ArrayLike, horizon: float, *, marks: ArrayLike = 1.0) -> float:
        """Return the p-value of the time-rescaling test (Kolmogorov-Smirnov).

        With fitted parameters it is somewhat too large: a small one still counts.
        """
        from scipy.stats import kstest  # slow to import

        _checks.count("the number of times", np.size(times), least=2)
        return float(kstest(self.residuals(times, horizon, marks=marks), "expon").pvalue)

    def fit(self, times: ArrayLike, horizon: float, *, marks: ArrayLike = 1.0) -> Fit:
        """Return the process of this kind under which the events are most likely.

        Parameters
        ----------
        times : array_like of float
            At least 10, rising strictly, in [0, horizon].
        horizon : float
            Until when events were watched.
        marks : float or array_like of float, default 1
            The weight of each.

        Returns
        -------
        Fit
            With standard errors from the curvature of the log-likelihood; nan where the
            best value lies at an edge, as the decay does if nothing sets off anything.
        """
        from scipy.optimize import minimize  # slow to import

        n = _checks.count("the number of times", np.size(times), least=10)
        horizon = _checks.real("horizon", horizon, TINY)
        names = ["background", "branching", "decay", "exponent"][: 3 + (self.exponent is not None)]

        def made(logs: Array) -> Hawkes:
            return replace(self, **dict(zip(names, np.exp(logs).tolist(), strict=True)))

        def height(logs: Array) -> float:
            return made(logs).log_likelihood(times, horizon, marks=marks)

        def loss(logs: Array) -> tuple[float, Array]:
            total, slope, _ = made(logs)._likelihood(times, horizon, marks)
            if slope is None:
                moves = np.eye(len(logs)) * 1e-5
                rises = [height(logs + move) - height(logs - move) for move in moves]
                return -total, -np.array(rises) / 2e-5
            return -total, -slope * np.exp(logs)

        rate = n / horizon
        starts = [np.log([rate / 2, 0.5, rate * k, 1.0][: len(names)]) for k in (0.3, 3.0, 30.0)]
        bounds = [(start - 12, start + 12) for start in starts[1]]
        with threadpool_limits(1):  # on a 3 by 3 matrix, threads mostly wait for each other
            found = min((minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
                         for start in starts), key=lambda result: float(result.fun))  # fmt: skip
        best = np.array(found.x)
        bent = [(loss(best + h)[1] - loss(best - h)[1]) / 2e-4 for h in np.eye(len(best)) * 1e-4]
        with np.errstate(invalid="ignore"):  # on an edge there is no curvature to speak of
            errors = np.sqrt(np.diag(np.linalg.pinv(np.array(bent)))) * np.exp(best)
        return Fit(made(best), dict(zip(names, errors.tolist(), strict=True)), -float(found.fun))
