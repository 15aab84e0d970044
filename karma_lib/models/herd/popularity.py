"""Popularity: markets, ratings and estimates in which people see what others chose."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import TINY, AboveZero, Positive, Share, Shares, Whole, Within
from karma_lib._doors import check_fields
from karma_lib._kernels import kernel
from karma_lib._random import Draws, keys, seed_sequence, seed_words, unit
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.herd.information import WAITS, Queue


@kernel
def _markets(appeal, quality, influence, sight, n_people, keys):  # type: ignore[no-untyped-def]
    """Return downloads, one row a world; the most downloaded item stands first."""
    n = len(appeal)
    downloads = np.zeros((len(keys), n), np.int64)
    for world in range(len(keys)):
        words, count, order = seed_words(keys[world]), downloads[world], np.arange(n)
        weights = np.empty(n)
        for _ in range(n_people):
            for place in range(n):
                item = order[place]
                weights[place] = sight[place] * (appeal[item] + influence * count[item])
            left = unit(words) * weights.sum()
            place = 0
            while place < n - 1 and left >= weights[place]:
                left -= weights[place]
                place += 1
            item = order[place]
            if unit(words) < quality[item]:
                count[item] += 1
                while place > 0 and count[order[place - 1]] < count[item]:
                    order[place] = order[place - 1]
                    place -= 1
                order[place] = item
    return downloads


@dataclass(frozen=True, kw_only=True, eq=False)
class PopularityMarket:
    """People pick items by their appeal and by how often others have picked them.

    Each person in turn tries one item, with a chance in proportion to the visibility of
    its rank times (appeal + influence x downloads so far), and downloads it with its
    quality as probability. Items are ranked by downloads.

    Parameters
    ----------
    appeal : array_like of float, shape (n_items,), default 48 ones
        Weight of each item without downloads, above 0.
    quality : float or array_like of shape (n_items,), default 1
        Chance in [0, 1] that who tries it downloads it.
    influence : float, default 1
        Weight of one download, at least 0; 0 is a world without social influence.
    attention : float, default 0
        A rank r is seen with weight r^-attention, at least 0; 0 is an unsorted grid.

    Notes
    -----
    *State*: downloads, ndarray of int64, shape (n_worlds, n_items). No network.

    *Exact result*: with equal appeal a, quality 1, influence 1 and attention 0 it is a
    Pólya urn: shares tend to a symmetric Dirichlet(a) law, as unequal and as unpredictable
    as `theory.popularity` says, although all items are alike.

    *Pitfalls*: after M downloads shares differ from the limit by order 1/M.

    *ODD*. Purpose: how unequal and how unpredictable is success? Entities: items, people
    in a queue. Process: one person a step. Design concepts: reinforcement; chance
    throughout; parallel worlds. Initialisation: no downloads. Input: none. Submodels: none.

    References
    ----------
    Salganik, Dodds & Watts 2006, Experimental study of inequality and unpredictability in
    an artificial cultural market, Science 311:854-856, doi:10.1126/science.1121066.
    Krumme, Cebrian, Pickard & Pentland 2012, Quantifying social influence in an online
    cultural market, PLoS ONE 7(5):e33785, doi:10.1371/journal.pone.0033785.

    Examples
    --------
    >>> from karma_lib.measures import gini
    >>> worlds = PopularityMarket().worlds(700, n_worlds=8, rng=1)
    >>> alone = PopularityMarket(influence=0).worlds(700, n_worlds=8, rng=1)
    >>> gini(worlds[0]) > gini(alone[0]) + 0.2
    True
    """

    appeal: Annotated[ArrayLike, Within(TINY, many=True)] = (1.0,) * 48
    quality: Shares = 1.0
    influence: Positive = 1.0
    attention: Positive = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "appeal", np.atleast_1d(self.appeal))
        if np.shape(self.quality) not in ((), np.shape(self.appeal)):
            raise ValueError(f"quality must be as long as appeal; got {np.shape(self.quality)}.")

    def worlds(self, n_people: int, *, n_worlds: int = 8, rng: Seed = None) -> Array:
        """Return how often each item was downloaded in each of several parallel worlds.

        Parameters
        ----------
        n_people : int
            Who come by in each world, at least 0.
        n_worlds : int, default 8
            Worlds with the same items and other luck; more keep the earlier ones.
        rng : int, SeedSequence, Generator or None
            Source of randomness.

        Returns
        -------
        ndarray of int64, shape (n_worlds, n_items)
        """
        n, every = _checks.count("n_people", n_people), _checks.count("n_worlds", n_worlds)
        appeal = np.array(self.appeal)
        quality = np.broadcast_to(np.asarray(self.quality), appeal.shape).copy()
        sight = np.arange(1.0, len(appeal) + 1) ** -self.attention
        luck = keys(seed_sequence(rng), every)
        return np.asarray(_markets(appeal, quality, self.influence, sight, n, luck))


@kernel
def _vote(state, n_steps, quality, fake, above, below, words):  # type: ignore[no-untyped-def]
    """Let the next people vote; `fake` votes, up or down, stand before the first."""
    ups, votes, cast = float(max(fake, 0)), float(abs(fake)), 0
    for person in range(len(state)):
        if state[person] == WAITS:
            if cast == n_steps:
                return
            cast += 1
            pull = ups / votes - quality if votes > 0 else 0.0
            chance = quality + (above if pull > 0 else below) * pull
            state[person] = 1 if unit(words) < chance else 0
        ups += state[person]
        votes += 1


@dataclass(frozen=True, kw_only=True, eq=False)
class HerdedRating(Queue):
    """People vote in turn, up or down, and lean towards the votes that they see.

    Each person votes up with probability quality + influence x (share of up-votes so far
    - quality). Votes that nobody meant may stand at the beginning.

    Parameters
    ----------
    quality : float, default 0.5
        Chance of an up-vote from who sees no votes, in [0, 1].
    influence : float, default 0.3
        Lean towards a share above `quality`, in [0, 1].
    correction : float, default 0
        How much of that lean is resisted below `quality`, in [0, 1]. Muchnik et al. (2013)
        saw a fake up-vote last and a fake down-vote corrected: near 1.
    fake : int, default 1
        Fake votes at the start: up if above 0, down if below.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): -1 has not voted, 0 down, 1 up. Measures see True
    for up. A step is one person's vote.

    *Exact result*: without correction the mean share of up-votes among n voters is
    `theory.popularity.herded_share`.

    *Pitfalls*: the network only says how many people there are: all see all votes. The
    published +32 % is relative, for the first vote after the fake one.

    *ODD*. Purpose: how far does one fake vote carry? Entities: people in a queue. Process:
    one votes a step. Design concepts: reinforcement; chance in votes. Initialisation:
    `fake` votes. Input: none. Submodels: none.

    References
    ----------
    Muchnik, Aral & Taylor 2013, Social influence bias: a randomized experiment, Science
    341:647-651, doi:10.1126/science.1240466.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> end = HerdedRating(quality=0, influence=1).run(complete(4), n_steps=4, rng=1).final
    >>> end.tolist()
    [True, True, True, True]
    """

    quality: Share = 0.5
    influence: Share = 0.3
    correction: Share = 0.0
    fake: Annotated[int, Whole(-(10**9), 10**9)] = 1

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let the next people vote, one a step."""
        low = self.influence * (1 - self.correction)
        _vote(state, n_steps, self.quality, self.fake, self.influence, low, rng.words)


@kernel
def _revise(ptr, idx, guess, n_steps, trust):  # type: ignore[no-untyped-def]
    for _ in range(n_steps):
        before = guess.copy()
        for person in range(len(guess)):
            d, total = ptr[person + 1] - ptr[person], 0.0
            for j in range(ptr[person], ptr[person + 1]):
                total += before[idx[j]]
            if d:
                guess[person] += trust * (total / d - guess[person])


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupEstimate(Model):
    """People guess a number, are told what others guessed, and guess again.

    First guesses are log-normal around the truth. Each round everybody moves their guess
    a part of the way to the geometric mean of those they listen to.

    Parameters
    ----------
    truth : float, default 100
        The number, above 0.
    spread : float, default 0.7
        Standard deviation of the log of first guesses, at least 0.
    bias : float, default 0
        Mean of that log minus the log of the truth.
    trust : float, default 0.3
        Part of the way that people move, in [0, 1]; 0 is a crowd without feedback.

    Notes
    -----
    *State*: ndarray of float64, shape (n,): log of the guess. Measures see the guess.

    *Exact result*: among n who all see each other the geometric mean never moves, while
    deviations shrink by 1 - trust n / (n - 1) a round: diversity collapses, and nothing
    is learned (`theory.popularity.diversity_left`).

    *Pitfalls*: narrower is not better: people grow more alike and no more right.

    *ODD*. Purpose: what does feedback do to the wisdom of a crowd? Entities: people on a
    fixed network with a guess. Process: synchronous rounds. Design concepts: averaging;
    chance in first guesses only. Initialisation: log-normal guesses. Input: none.
    Submodels: none.

    References
    ----------
    Lorenz, Rauhut, Schweitzer & Helbing 2011, How social influence can undermine the
    wisdom of crowd effect, PNAS 108(22):9020-9025, doi:10.1073/pnas.1008636108.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> first, *_, last = GroupEstimate().run(complete(12), n_steps=5, rng=1).frames
    >>> bool(last[1].std() < first[1].std() / 3)
    True
    """

    truth: AboveZero = 100.0
    spread: Annotated[float, Within(0, 50)] = 0.7
    bias: Annotated[float, Within(-50, 50)] = 0.0
    trust: Share = 0.3

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Draw first guesses."""
        return rng.normal(np.log(self.truth) + self.bias, self.spread, graph.n_nodes)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let everybody revise their guess, round by round."""
        _revise(graph.ptr, graph.idx, state, n_steps, self.trust)

    def observe(self, graph: Graph, state: Array) -> tuple[Graph, Array]:
        """Return the network, and everybody's guess."""
        return graph, np.exp(_checks.reals("state", state, -700, 700))
