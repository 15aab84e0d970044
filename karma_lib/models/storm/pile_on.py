"""PileOn: how one video becomes a storm. Our own model."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from karma_lib import _checks
from karma_lib._checks import (
    AboveZero,
    Count,
    Opinions,
    Positive,
    Reals,
    Seeds,
    Share,
    Shares,
    Signed,
)
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draws, unit
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.storm.outrage import speak

NEVER = 2**31 - 1
_FAINT = 1e-12  # a chance to be shown the video below which nobody will be


@kernel
def _pressure(sources, joined_by, first, leaning, own, echo):  # type: ignore[no-untyped-def]
    """Return the share of sources who joined by an hour, each weighted by likeness."""
    total, loud = 0.0, 0.0
    for source in sources:
        weight = 1.0 - echo * abs(own - leaning[source]) / 2
        total += weight
        if 0 < first[source] <= joined_by:
            loud += weight
    return loud / total if total > 0 else 0.0


@kernel
def _shown(sources, fresh, sharing, feed, words):  # type: ignore[no-untyped-def]
    """Draw whether the feed, or a source who posted in the last hour, shows the video."""
    missed = 1.0 - feed
    for source in sources:
        if fresh[source]:
            missed *= 1.0 - sharing
    return unit(words) < 1.0 - missed


@kernel
def _advance(graph, heard, state, n_steps, ranked, plan, rule, likes, words):  # type: ignore[no-untyped-def]
    """Let hours pass: who is shown the video, who joins, who comes back, what it feeds."""
    ptr, idx = graph
    bar, leaning, literate, habit, first, fresh, clock = state
    apology_hour, closing_hour = plan
    severity, herd, echo, reward, sharing, decay, ageing, fuel, amends, doubt, friction, pity = rule
    for _ in range(n_steps):
        hour = int(clock[0])
        young = math.exp(-ageing * hour)
        feed = 1.0 - math.exp(-clock[1] * young / max(len(bar), 1))
        offence = severity * (1.0 - amends if hour >= apology_hour else 1.0)
        left = (1.0 - doubt) * (1.0 - pity * np.sum(first > 0) / max(len(bar), 1))
        before, was, posts, joins = habit.copy(), fresh.copy(), 0, 0
        for person in range(len(bar)):
            fresh[person] = 0
            sources = idx[ptr[person] : ptr[person + 1]]
            if hour >= closing_hour:
                continue
            if ranked and not _shown(sources, was, sharing * young, feed, words):
                continue
            if 0 < first[person] <= hour + 1:
                fresh[person] = speak(*heard, before, habit, person, 0.0, *likes, words)
                posts += int(fresh[person])  # interpreted, the sum would be of eight bits too
                continue
            push = offence + reward * before[person]
            if not literate[person]:
                push += herd * _pressure(sources, hour + 1, first, leaning, leaning[person], echo)
            if push * left < bar[person]:
                continue
            if friction > 0 and unit(words) < friction:
                continue
            first[person], fresh[person] = hour + 2, 1
            posts, joins = posts + 1, joins + 1
        clock[0] = hour + 1
        clock[1] = clock[1] * math.exp(-decay) + fuel * posts
        clock[2], clock[3] = posts, joins


class Storm(NamedTuple):
    """Everybody's bar (threshold and stake), leaning, literacy, habit, first hour; the clock."""

    bar: Array
    leaning: Array
    literate: Array
    habit: Array
    first: Array
    fresh: Array
    clock: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class PileOn(Model):
    """A video offends; a feed shows it; people join a pile-on, come back, and feed the feed.

    Each hour, all at once: a person is shown the video by the feed, or by a source who
    posted in the last hour. Who has not joined joins with a hostile post if

    (severity + reward x habit + herd x pressure) x (1 - empathy) x (1 - sympathy x share)
    >= threshold + stake.

    Pressure is the share of their sources who have joined, each weighted by likeness; share,
    that of all people at the start of the hour. Who has joined and is shown the video again
    posts again, hostile or calm, and learns from likes as in `OutrageLearning`. Attention
    fades, the video grows old, and every hostile post adds attention.

    Parameters
    ----------
    severity : float, default 0.3
        How bad the offence is, on the scale of thresholds, in [0, 1].
    threshold : float or array_like of shape (n,), default 0.5
        What must push a person before they join; any finite number.
    spread : float, default 0.2
        Standard deviation, at least 0, of Normal noise on thresholds, drawn for each run.
    herd : float, default 0.7
        Weight, at least 0, of pressure. 0 switches the herd off.
    echo : float, default 0
        How much unlike sources are discounted, in [0, 1]; weight 1 - echo |difference| / 2.
    leaning : array_like of shape (n,), optional
        In [-1, 1]; by default drawn evenly for each run.
    stake : float, default 0.1
        What a person under their own name has to lose, at least 0.
    anonymous : float, default 0.3
        Share in [0, 1] of people, drawn at random, who have nothing to lose.
    reward : float, default 0.1
        Weight, at least 0, of the habit in joining. 0 switches it off.
    habit : float or array_like of shape (n,), default 0.1
        As in `OutrageLearning`, in [0, 1]. 0 switches coming back off. Who has not joined
        does not learn: hand on an earlier storm's `habit` to see what it taught.
    learning, liked_outrage, liked_calm : float, default 0.05, 0.24, 0.2
        As in `OutrageLearning`, in [0, 1].
    ranked : bool, default True
        Whether a feed decides who is shown the video; if not, everybody is, every hour.
    launch : float, default 0.05
        Showings in the first hour, a share of all people, at least 0.
    sharing : float, default 0.02
        Chance in [0, 1] that a post shows the video to each listener of its author.
    amplification : float, default 2
        Showings that the feed adds in the next hour for each hostile post, at least 0.
    decay : float, default 0.2
        Rate, above 0, at which the feed forgets a post, an hour.
    ageing : float, default 0.03
        Rate, at least 0, at which the video itself grows old: each hour whatever shows it
        does so less by this. 0 switches it off; then people who come back may keep a storm
        alive for ever, where habit x amplification / (1 - exp(-decay)) exceeds 1.
    friction : float, default 0
        Chance in [0, 1] that a first post is given up before it is sent, each time.
    empathy : float, default 0
        Part in [0, 1] of the push that a prompt to think of the other takes away.
    downranking : float, default 0
        Part in [0, 1] of the amplification that is taken away.
    apology : float, default 0
        Part of the severity that an apology takes away, in [-1, 1]; below 0 it offends.
    apology_hour, closing_hour : int, default never
        When the apology is seen, and when comments are closed, at least 0.
    literate : float, default 0
        Share in [0, 1] of people, drawn at random, who judge the offence, not the crowd.
    sympathy : float, default 0
        Part in [0, 1] of the push that pity would take away had everybody joined.
    seeds : int or array_like of int, default 1
        How many people post at hour 0, drawn at random, or which ones.

    Notes
    -----
    *State*: `Storm`. Measures see the hour of each person's first hostile post: ndarray of
    int32, shape (n,), counted from 1; 0 for none. `share` and `cascade_size` count joiners,
    `peak` and `half_time` read the hours; `storm` gives the hourly table with repeats, so
    first posts over posts is the share of hostile comments by first-timers.

    *Exact result*: with all mechanisms but one off it is a simpler model, which the tests
    show: the herd alone is `Threshold`, run by run; sharing alone is `IndependentCascade`;
    coming back alone is `OutrageLearning`, run by run; feed and feedback alone is, in a
    large public, a branching process with ratio amplification / (1 - exp(-decay)).
    Neither herd nor reward: who joins depends on their own bar only. Launch alone with
    ageing is launch alone with the sum of both rates as `decay`.

    *Levers*: `friction`, `empathy`, `downranking`, `apology`, `closing_hour`, `literate`.
    Nobody joins whom a stronger lever would have kept out, for certain without a feed,
    as with a higher `stake` or a lower `severity`, `herd`, `reward`; closing for certain
    always. With a feed only on average, as tried: somebody shown the video later may be
    shown it under more pressure. `sympathy` is no lever: it brakes only while others push.

    *Pitfalls*: the defaults are assumptions, chosen to show each mechanism, not estimates:
    sweep them. Only one rests on a row of the evidence table: liked_outrage is 1.2 times
    liked_calm as shares are for a moral word (`brady-2017-retweets`, disputed). A prompt to
    reconsider left 6 % fewer offensive posts (`katsaros-2022-offensive-tweets`): try a
    friction of 0.06. Of sympathy only the sign is known (`sawaoka-2019-condemnation`), and no
    figure for an apology amid a storm. A storm is measured in people here, not in harm. Anger
    that moves elsewhere when comments close is not modelled. Who is shown the video again may
    try again, so friction delays more than it prevents in a long storm.

    *ODD*. Purpose: which mechanism makes a reaction large, swift and unforeseeable?
    Entities: people on a fixed follower network; one video. Process: hourly steps, all at
    once, in the order of the rule. Design concepts: interaction by exposure and pressure;
    learning from likes; emergence of volume; chance in all draws. Initialisation: `seeds`
    have posted; thresholds, leanings, anonymity and literacy are drawn. Input: none.
    Submodels: `Threshold`, `OutrageLearning`, a feed with exponential memory (`Hawkes`).

    References
    ----------
    Granovetter 1978, Threshold models of collective behavior, American Journal of Sociology
    83(6):1420-1443, doi:10.1086/226707.
    Brady, McLoughlin, Doan & Crockett 2021, How social learning amplifies moral outrage
    expression in online social networks, Science Advances 7:eabe5641,
    doi:10.1126/sciadv.abe5641.
    Rost, Stahel & Frey 2016, Digital social norm enforcement: online firestorms in social
    media, PLoS ONE 11(6):e0155923, doi:10.1371/journal.pone.0155923.
    Wu & Huberman 2007, Novelty and collective attention, PNAS 104(45):17599-17601,
    doi:10.1073/pnas.0704916104.
    Sawaoka & Monin 2018, The paradox of viral outrage, Psychological Science
    29(10):1665-1678, doi:10.1177/0956797618780658.

    Examples
    --------
    >>> from karma_lib.generators import small_world
    >>> crowd = small_world(2000, degree=10, rewired=0.1, rng=1)
    >>> mild, cruel = (PileOn(severity=s).storm(crowd, 48, rng=2) for s in (0.1, 0.4))
    >>> bool(cruel["first posts"].sum() > 2 * mild["first posts"].sum())
    True
    """

    severity: Share = 0.3
    threshold: Reals = 0.5
    spread: Positive = 0.2
    herd: Positive = 0.7
    echo: Share = 0.0
    leaning: Opinions | None = None
    stake: Positive = 0.1
    anonymous: Share = 0.3
    reward: Positive = 0.1
    habit: Shares = 0.1
    learning: Share = 0.05
    liked_outrage: Share = 0.24
    liked_calm: Share = 0.2
    ranked: bool = True
    launch: Positive = 0.05
    sharing: Share = 0.02
    amplification: Positive = 2.0
    decay: AboveZero = 0.2
    ageing: Positive = 0.03
    friction: Share = 0.0
    empathy: Share = 0.0
    downranking: Share = 0.0
    apology: Signed = 0.0
    apology_hour: Count = NEVER
    closing_hour: Count = NEVER
    literate: Share = 0.0
    sympathy: Share = 0.0
    seeds: Seeds = 1

    def start(self, graph: Graph, rng: Draws) -> Storm:
        """Draw thresholds, leanings, who is anonymous, who is literate, and who begins."""
        n = graph.n_nodes
        for name in ("threshold", "leaning", "habit"):
            shape = np.shape(getattr(self, name))
            if shape not in ((), (n,)):
                raise ValueError(f"{name} must be one number or {n}, one a person; got {shape}.")
        bar, habit = (np.asarray(x, float) + np.zeros(n) for x in (self.threshold, self.habit))
        bar += rng.normal(0, self.spread, n) if self.spread else 0.0
        named = rng.permutation(n) >= round(self.anonymous * n)
        taught = rng.permutation(n) < round(self.literate * n)
        given = self.leaning
        leaning = rng.uniform(-1, 1, n) if given is None else np.full(n, given, float)
        first, fresh = np.zeros(n, np.int32), np.zeros(n, np.int8)
        first[self._seeds(n, rng)] = 1
        fresh[first > 0] = 1
        clock = np.array([0, self.launch * n, fresh.sum(), fresh.sum()], float)
        clock[1] += self._fuel * fresh.sum()
        bar += self.stake * named
        return Storm(bar, leaning, taught.astype(np.int8), habit, first, fresh, clock)

    @property
    def _fuel(self) -> float:
        return self.amplification * (1 - self.downranking)

    def _seeds(self, n: int, rng: Draws) -> Array:
        if np.ndim(self.seeds):
            return _checks.people("seeds", self.seeds, n)
        return rng.permutation(n)[: _checks.count("seeds (people of graph)", self.seeds, most=n)]

    def advance(self, graph: Graph, state: Storm, n_steps: int, rng: Draws) -> None:
        """Let hours pass."""
        rule = (self.severity, self.herd, self.echo, self.reward, self.sharing, self.decay,
                self.ageing, self._fuel, self.apology, self.empathy, self.friction,
                self.sympathy)  # fmt: skip
        likes = (self.learning, self.liked_outrage, self.liked_calm, 0.0)
        plan = (self.apology_hour, self.closing_hour)
        ways = ((graph.ptr, graph.idx), graph.listeners, tuple(state))
        _advance(*ways, n_steps, bool(self.ranked), plan, rule, likes, rng.words)

    def settled(self, graph: Graph, state: Storm) -> bool:
        """Tell whether nobody can join or post any more."""
        hour, attention = state.clock[:2]
        quiet = not state.fresh.any()
        if hour >= self.closing_hour:
            return True
        if self.ranked:
            attention *= np.exp(-self.ageing * hour)
            return bool(quiet and attention < _FAINT * max(graph.n_nodes, 1))
        calm = not state.habit.any() and not self.friction
        return bool(quiet and calm and hour and (self.apology >= 0 or hour >= self.apology_hour))

    def observe(self, graph: Graph, state: Storm) -> tuple[Graph, Array]:
        """Return the network, and the hour of everybody's first hostile post; 0 for none."""
        return graph, state.first.copy()

    def storm(self, graph: Graph, n_hours: int, *, rng: Seed = None) -> pd.DataFrame:
        """Return one storm hour by hour.

        Parameters
        ----------
        graph : Graph
            The follower network.
        n_hours : int
            How many hours after hour 0.
        rng : int, SeedSequence, Generator or None
            Source of randomness; the same as in `run`.

        Returns
        -------
        DataFrame
            `hour` (int, from 0), `posts` (hostile ones), `first posts` (by people who had
            not joined before), `attention` (showings by the feed in the next hour).
        """
        rng = draws(rng)
        state, rows = self.start(graph, rng), []
        for hour in range(_checks.count("n_hours", n_hours) + 1):
            if hour:
                self.advance(graph, state, 1, rng)
            rows.append((hour, int(state.clock[2]), int(state.clock[3]), state.clock[1]))
        return pd.DataFrame(rows, columns=["hour", "posts", "first posts", "attention"])
