"""Posts that bring about posts: branching trees, and SEISMIC's forecast of the final count."""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import TINY, AboveZero, Within
from karma_lib._doors import check_fields
from karma_lib._random import draws
from karma_lib._typing import Array, Seed
from karma_lib.tree import Tree


@dataclass(frozen=True, kw_only=True, eq=False)
class Seismic:
    """SEISMIC: how often a post will be shared in the end, from its shares so far.

    Parameters
    ----------
    exponent : float, default 0.2314843
        Of the memory's power-law tail, above 0 and below 1.
    cutoff : float, default 300
        Seconds until the tail begins, above 0.
    density : float, default 0.0006265725
        Memory's density before that, a second. Use one published set throughout: these
        three belong together and integrate to 1.

    References
    ----------
    Zhao, Erdogdu, He, Rajaraman & Leskovec 2015, SEISMIC: a self-exciting point process
    model for predicting tweet popularity, KDD, doi:10.1145/2783258.2783401.

    Examples
    --------
    >>> round(float(Seismic().late(3600)), 4), round(Seismic().total, 6)
    (0.4568, 1.0)
    """

    exponent: Annotated[float, Within(TINY, 1 - 1e-9)] = 0.2314843
    cutoff: AboveZero = 300.0
    density: AboveZero = 0.0006265725

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def total(self) -> float:
        """The integral of the memory: 1 if the three constants belong together."""
        return self.density * self.cutoff * (1 + 1 / self.exponent)

    def late(self, seconds: ArrayLike) -> Any:
        """Return the share of reactions that take longer than this."""
        s = _checks.reals("seconds", seconds, 0)
        tail = np.maximum(s, self.cutoff) / self.cutoff
        far = self.density * self.cutoff * tail**-self.exponent / self.exponent
        return np.where(s <= self.cutoff, 1 - self.density * s, far)[()]

    def _late_until(self, seconds: Array) -> Array:
        """Return the integral of `late` from 0."""
        near, e = np.minimum(seconds, self.cutoff), 1 - self.exponent
        tail = (np.maximum(seconds, self.cutoff) / self.cutoff) ** e - 1
        far = self.density * self.cutoff**2 / self.exponent / e * tail
        return np.asarray(near - self.density * near**2 / 2 + far)

    def infectiousness(self, times: ArrayLike, followers: ArrayLike, now: float) -> float:
        """Return the chance that a follower who is reached shares, lately.

        Parameters
        ----------
        times : array_like of float, shape (n,)
            Seconds; the first is the post, 0, the others shares.
        followers : array_like of float, shape (n,)
            Of the poster and of each sharer.
        now : float
            When to ask, above 0; recent shares weigh more (a triangle over half the time
            so far, at least 300 seconds and at most 2 hours).

        Returns
        -------
        float
            Shares over exposures, both weighted; 0 where nobody was exposed.
        """
        when, fans = self._seen(times, followers, now)
        width = min(max(now / 2, 300.0), 7200.0)
        age = now - when
        hits = np.maximum(1 - age[1:] / width, 0).sum()
        lag = np.maximum(age - width, 0)  # how old each was when the window opened
        held = (age - lag - self._late_until(age) + self._late_until(lag)) / width
        exposed = float(fans @ (1 - self.late(age) - held))
        return float(hits / exposed) if exposed > 0 else 0.0

    def predict(
        self,
        times: ArrayLike,
        followers: ArrayLike,
        now: float,
        *,
        infectiousness: float | None = None,
        mean_followers: float = 100.0,
    ) -> float:
        """Return the expected final number of shares.

        Parameters
        ----------
        times, followers, now
            As for `infectiousness`.
        infectiousness : float, optional
            By default the estimate at `now`.
        mean_followers : float, default 100
            Of those who will share later.

        Returns
        -------
        float
            Without the post; infinite where each share sets off one or more.
        """
        when, fans = self._seen(times, followers, now)
        p = self.infectiousness(times, followers, now) if infectiousness is None else infectiousness
        p = _checks.real("infectiousness", p, 0)
        alive = 1 - p * _checks.real("mean_followers", mean_followers, 0)
        if alive <= 0:
            return float("inf")
        return float(len(when) - 1 + p * (fans @ self.late(now - when)) / alive)

    def _seen(self, times: ArrayLike, followers: ArrayLike, now: float) -> tuple[Array, Array]:
        when = _checks.reals("times", times, 0)
        fans = _checks.reals("followers", followers, 0)
        end = _checks.real("now", now, TINY)
        fits = when.ndim == 1 and when.shape == fans.shape and when.size > 0
        if not fits or when[0] != 0 or (np.diff(when) < 0).any():
            raise ValueError(
                "times must rise from 0, the post, with as many followers; "
                f"got shapes {when.shape} and {fans.shape}."
            )
        return when[when <= end], fans[when <= end]


def branching_tree(mean: float, *, limit: int = 10**6, rng: Seed = None) -> Tree:
    """Draw a tree in which everybody sets off a Poisson number of others.

    Parameters
    ----------
    mean : float
        Of the Poisson number, at least 0; from 1 on the tree may never end.
    limit : int, default 10**6
        The most people to allow.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Tree
        Its size follows the Borel law (`theory.attention.borel`).

    Raises
    ------
    ValueError
        If the tree outgrows `limit`.

    Examples
    --------
    >>> branching_tree(0, rng=1)
    Tree(1 people, 1 roots)
    """
    mean, own = _checks.real("mean (to limit)", mean, 0, _checks.count("limit", limit)), draws(rng)
    parents, layer = [np.array([-1])], np.array([0])
    n = 1
    while len(layer):
        parents.append(np.repeat(layer, own.poisson(mean, len(layer))))
        layer = np.arange(n, n + len(parents[-1]))
        n += len(layer)
        if n > limit:
            raise ValueError(f"limit must exceed the size that mean makes; got {limit} for {n}.")
    return Tree(np.concatenate(parents))
