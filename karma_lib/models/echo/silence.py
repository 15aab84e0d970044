"""SpiralOfSilence: people speak where speaking paid, and fall silent where it did not."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from karma_lib._checks import Opinions, Positive, Real, Share
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import first_opinions

MOST = 700.0
"""Beyond this a chance is nothing, and its exponential no float."""


class Climate(NamedTuple):
    """State of `SpiralOfSilence`."""

    opinion: Array
    speaks: Array
    value: Array
    bot: Array


@kernel
def _speak(ptr, idx, state, sharpness, cost, learning, n_steps, words):  # type: ignore[no-untyped-def]
    """Let `n_steps` people decide whether to speak, and learn from the echo."""
    n = len(state.opinion)
    for _ in range(n_steps):
        i = int(unit(words) * n)
        chance = 1.0 / (1.0 + math.exp(min(-sharpness * state.value[i], MOST)))
        state.speaks[i] = unit(words) < chance or state.bot[i]
        if state.bot[i] or not state.speaks[i]:
            continue
        echo = 0
        for j in range(ptr[i], ptr[i + 1]):
            if state.speaks[idx[j]]:
                echo += 1 if state.opinion[idx[j]] == state.opinion[i] else -1
        reward = echo / max(ptr[i + 1] - ptr[i], 1) - cost
        state.value[i] += learning * (reward - state.value[i])


@dataclass(frozen=True, kw_only=True, eq=False)
class SpiralOfSilence(Model):
    """People with a fixed opinion learn whether to say it, from the echo they get.

    Each step a uniform person speaks with chance logistic(`sharpness` x value). Who speaks
    is rewarded by the share of sources who speak up in agreement, less the share who speak
    up in disagreement, less `cost`, and moves the value by `learning` of the difference.
    Silence is worth 0. Bots always speak and never learn.

    Parameters
    ----------
    opinions : array_like of float, shape (n,), optional
        -1 or 1 for each person; by default a fair coin.
    sharpness : float, default 10
        At least 0; 0 speaks by a fair coin.
    cost : float, default 0.1
        Of speaking; any finite number.
    learning : float, default 0.1
        In [0, 1].
    bots : float, default 0
        Share of people, in [0, 1], rounded down, who are bots for opinion 1 instead.

    Notes
    -----
    *State*: a `Climate` of arrays: opinions (float64), who spoke last (bool), value of
    speaking (float64), who is a bot (bool). Measures see what is said: -1, 0 (silence) or
    1. At first the value is 0 and everybody speaks by a fair coin.

    *Exact result*: with slow learning two groups, within which people have a share g of
    their links, speak with chances that solve p = logistic(b (g p - (1 - g) q - c)), and
    likewise for q (`karma_lib.theory.silence.loudness`).

    *Pitfalls*: the public climate is not the distribution of opinions. Loudness depends on
    density inside a group against exposure across, not on numbers. The rule follows the
    idea of Gaisbauer et al.; it was written from the article's abstract, as were the bots
    after Ross et al., so published numbers of either are not claimed.

    *ODD*. Purpose: how can a minority sound like a majority? Entities: people with an
    opinion and a value of speaking. Process: one person a step. Design concepts: learning
    by reward; emergence of silence; chance in who speaks. Initialisation: `opinions`.
    Input: none. Submodels: none.

    References
    ----------
    Gaisbauer, Olbrich & Banisch 2020, Dynamics of opinion expression, Physical Review E
    102:042303, doi:10.1103/PhysRevE.102.042303.
    Ross et al. 2019, Are social bots a real threat?, European Journal of Information
    Systems 28(4):394-412, doi:10.1080/0960085X.2018.1560920.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> town = complete(30)
    >>> minority = SpiralOfSilence(opinions=[-1] * 25 + [1] * 5)
    >>> said = minority.run(town, n_steps=20_000, record_every=20_000, rng=1).final
    >>> bool((said == -1).mean() > 0.7), bool((said == 1).mean() < 0.1)
    (True, True)
    """

    opinions: Opinions | None = None
    sharpness: Positive = 10.0
    cost: Real = 0.1
    learning: Share = 0.1
    bots: Share = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.opinions is not None and (np.abs(self.opinions) != 1).any():
            raise ValueError(f"opinions must be -1 or 1, as np.sign gives; got {self.opinions}.")

    def start(self, graph: Graph, rng: Draws) -> Climate:
        """Draw opinions, who is a bot, and who speaks first."""
        n = graph.n_nodes
        coin = 2.0 * rng.integers(2, size=n) - 1
        opinion = first_opinions(coin if self.opinions is None else self.opinions, n, rng, -1, 1)
        bot = np.zeros(n, bool)
        bot[rng.permutation(n)[: int(self.bots * n + 1e-9)]] = True
        opinion[bot] = 1
        return Climate(opinion, bot | (rng.random(n) < 0.5), np.zeros(n), bot)

    def advance(self, graph: Graph, state: Climate, n_steps: int, rng: Draws) -> None:
        """Let `n_steps` people decide."""
        habits = (self.sharpness, self.cost, self.learning)
        if graph.n_nodes:
            _speak(graph.ptr, graph.idx, state, *habits, n_steps, rng.words)

    def observe(self, graph: Graph, state: Climate) -> tuple[Graph, Array]:
        """Return the network and what everybody says: -1, 0 (nothing) or 1."""
        return graph, state.opinion * state.speaks
