"""RankedFeed: what a ranking shows, out of what there is."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from karma_lib import _checks
from karma_lib._checks import Number, Opinions, Share
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draws, unit
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import first_opinions

Ranking = Literal["chronological", "engagement", "personalised", "bridging"]
RANKINGS = get_args(Ranking)
CHRONOLOGICAL, ENGAGEMENT, PERSONALISED, BRIDGING = range(4)
AVAILABLE, SHOWN, CLICKED = range(3)


class Posts(NamedTuple):
    """State of `RankedFeed`; post k is in slot k modulo the number of slots."""

    opinion: Array
    poster: Array
    leaning: Array
    clicks: Array
    seen: Array
    n_posts: Array


@kernel
def _scroll(ptr, idx, state, ranking, screen, clicks, influence, n_steps, words):  # type: ignore[no-untyped-def]
    """Let `n_steps` people open their feed, click, drift and post."""
    n, n_slots = len(state.opinion), len(state.poster)
    followed = np.zeros(n, np.bool_)
    score, slot_of = np.empty(n_slots), np.empty(n_slots, np.int64)
    for _ in range(n_steps):
        i = int(unit(words) * n)
        for j in range(ptr[i], ptr[i + 1]):
            followed[idx[j]] = True
        side, newest, count = int(state.opinion[i] > 0), state.n_posts[0], 0
        for k in range(newest - 1, max(newest - n_slots, 0) - 1, -1):
            slot = k % n_slots
            if not followed[state.poster[slot]] or state.poster[slot] == i:
                continue
            if ranking == ENGAGEMENT:
                score[count] = state.clicks[slot, 0] + state.clicks[slot, 1]
            elif ranking == PERSONALISED:
                score[count] = -abs(state.leaning[slot] - state.opinion[i])
            elif ranking == BRIDGING:
                score[count] = min(state.clicks[slot, 0], state.clicks[slot, 1])
            else:
                score[count] = 0.0
            slot_of[count] = slot
            state.seen[i, AVAILABLE, int(int(state.leaning[slot] > 0) != side)] += 1
            count += 1
        for j in range(ptr[i], ptr[i + 1]):
            followed[idx[j]] = False
        for _ in range(min(screen, count)):
            best = -1
            for k in range(count):
                if slot_of[k] >= 0 and (best < 0 or score[k] > score[best]):
                    best = k  # the newest wins a tie
            slot = slot_of[best]
            slot_of[best] = -1
            other = int(int(state.leaning[slot] > 0) != side)
            state.seen[i, SHOWN, other] += 1
            if unit(words) < clicks[other]:
                state.seen[i, CLICKED, other] += 1
                state.clicks[slot, side] += 1
                state.opinion[i] += influence * (state.leaning[slot] - state.opinion[i])
        slot = newest % n_slots
        state.poster[slot], state.leaning[slot] = i, state.opinion[i]
        state.clicks[slot, 0] = 0
        state.clicks[slot, 1] = 0
        state.n_posts[0] += 1


@dataclass(frozen=True, kw_only=True, eq=False)
class RankedFeed(Model):
    """People see the top of a ranked feed, click more on their own side, and post.

    Each step a uniform person opens the feed: of the posts in the buffer by those they
    follow, the `screen` best ranked are shown. Each is clicked with a chance that depends
    on its side, and a click moves the reader's opinion by `influence` of the difference.
    Then the reader posts their opinion. Ties go to the newer post.

    Parameters
    ----------
    ranking : {"chronological", "engagement", "personalised", "bridging"}
        Newest first; most clicks first; nearest to one's own opinion first; or most
        clicks from that side which clicked less (what both like). Default chronological.
    screen : int, default 10
        Posts shown, at least 1.
    click_own, click_other : float, default 0.3 and 0.1
        Chances in [0, 1] of clicking a post of one's own, or of the other, side.
    influence : float, default 0
        In [0, 1].
    memory : int, default 500
        Posts in the buffer, at least 1.
    opinions : array_like of float, shape (n,), optional
        In [-1, 1]; above 0 is one side, the rest the other. By default uniform.

    Notes
    -----
    *State*: a `Posts` of arrays: opinions, the buffer (poster, leaning, clicks from each
    side), and what each person had available, was shown and clicked, of their own and of
    the other side (int64, (n, 3, 2)). Measures see the opinions.

    *Exact result*: with a screen longer than the buffer every ranking shows what is
    available; if both sides are clicked alike, shown and clicked shares agree in the mean.

    *Pitfalls*: exposure to the other side falls at three gates (whom one follows, what is
    ranked up, what is clicked): say which. The rankings are stylised; no platform's own
    is claimed. The share shown is not the effect on opinions.

    *ODD*. Purpose: which gate keeps the other side out? Entities: people, posts. Process:
    one reader a step. Design concepts: selection by ranking and by clicks, feedback from
    clicks to ranking; chance in readers and clicks. Initialisation: uniform opinions, no
    posts. Input: none. Submodels: `exposure`.

    References
    ----------
    Bakshy, Messing & Adamic 2015, Exposure to ideologically diverse news and opinion on
    Facebook, Science 348:1130-1132, doi:10.1126/science.aaa1160.
    Perra & Rocha 2019, Modelling opinion dynamics in the age of algorithmic
    personalisation, Scientific Reports 9:7261, doi:10.1038/s41598-019-43830-2.

    Examples
    --------
    >>> from karma_lib.generators import random_graph
    >>> town = random_graph(100, 20, rng=1)
    >>> for name in ("chronological", "personalised"):
    ...     table = RankedFeed(ranking=name).exposure(town, n_steps=9000, rng=1)
    ...     print(f"{name}: {table['shown'].mean():.2f} of {table['available'].mean():.2f}")
    chronological: 0.53 of 0.52
    personalised: 0.03 of 0.52
    """

    ranking: Ranking = "chronological"
    screen: Number = 10
    click_own: Share = 0.3
    click_other: Share = 0.1
    influence: Share = 0.0
    memory: Number = 500
    opinions: Opinions | None = None

    def start(self, graph: Graph, rng: Draws) -> Posts:
        """Draw opinions; nothing has been posted."""
        n, k = graph.n_nodes, self.memory
        opinion = first_opinions(self.opinions, n, rng, -1, 1)
        seen, clicks = np.zeros((n, 3, 2), np.int64), np.zeros((k, 2), np.int64)
        return Posts(opinion, np.zeros(k, np.int64), np.zeros(k), clicks, seen, np.zeros(1, int))

    def advance(self, graph: Graph, state: Posts, n_steps: int, rng: Draws) -> None:
        """Let `n_steps` people open their feed."""
        clicks = np.array([self.click_own, self.click_other])
        habits = (RANKINGS.index(self.ranking), self.screen, clicks, self.influence)
        if graph.n_nodes:
            _scroll(graph.ptr, graph.idx, state, *habits, n_steps, rng.words)

    def observe(self, graph: Graph, state: Posts) -> tuple[Graph, Array]:
        """Return the network and the opinions."""
        return graph, state.opinion.copy()

    def exposure(self, graph: Graph, *, n_steps: int, rng: Seed = None) -> pd.DataFrame:
        """Return how much of the other side people had available, were shown, and clicked.

        Parameters
        ----------
        graph : Graph
            Who follows whom.
        n_steps : int
            Readers, at least 0.
        rng : int, SeedSequence, Generator or None
            Source of randomness.

        Returns
        -------
        DataFrame
            One row a person: the shares `available`, `shown`, `clicked`, from 0 to 1; nan
            where there was nothing.
        """
        stream = draws(rng)
        state = self.start(graph, stream)
        self.advance(graph, state, _checks.count("n_steps", n_steps), stream)
        total = state.seen.sum(axis=2)
        shares = np.where(total > 0, state.seen[:, :, 1] / np.maximum(total, 1), np.nan)
        return pd.DataFrame(shares, columns=["available", "shown", "clicked"])
