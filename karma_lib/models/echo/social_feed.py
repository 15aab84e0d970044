"""SocialFeedRewiring: read, drift, unfollow, post."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from karma_lib import _checks
from karma_lib._checks import TINY, Number, Opinions, Share, Within
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draws, unit
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import first_opinions

MOST_STEPS = 100_000
"""Steps after which the article's code gives up on a run."""
RULES = ("random", "repost", "recommendation")
RANDOM, REPOST, RECOMMENDATION = range(3)


class Timeline(NamedTuple):
    """State of `SocialFeedRewiring`; message k is in slot k modulo n."""

    opinion: Array
    follows: Array
    poster: Array
    origin: Array
    content: Array
    n_messages: Array


@kernel
def _screen(i, size, followed, state, slots):  # type: ignore[no-untyped-def]
    """Write the slots of the last messages that i sees; return how many."""
    n, seen = len(state.opinion), 0
    newest = state.n_messages[0]
    for k in range(newest - 1, max(newest - n, 0) - 1, -1):
        if seen == size:
            break
        slot = k % n
        if followed[state.poster[slot]] and state.origin[slot] != i:
            slots[seen] = slot
            seen += 1
    return seen


@kernel
def _candidates(rule, i, confidence, followed, state, slots, n_near, found):  # type: ignore[no-untyped-def]
    """Write whom i may follow by a rule, as often as the rule counts them; return how many."""
    n, count = len(state.opinion), 0
    if rule == RANDOM:
        for j in range(n):
            if j != i and not followed[j]:
                found[count] = j
                count += 1
    elif rule == REPOST:
        for k in range(n_near):
            j = state.origin[slots[k]]
            known = followed[j]
            for before in range(count):
                known = known or found[before] == j
            if not known:
                found[count] = j
                count += 1
    else:
        newest, said = state.n_messages[0], np.nan
        for k in range(newest - 1, max(newest - n, 0) - 1, -1):
            if state.origin[k % n] == i:
                said = state.content[k % n]
                break
        for k in range(min(newest, n)):
            j = state.origin[k]
            near = abs(state.content[k] - said) < confidence
            if near and j != i and state.poster[k] != i and not followed[j]:
                found[count] = j
                count += 1
    return count


@kernel
def _use(ptr, state, confidence, influence, reposting, rewiring, size, rules, n_steps, words):  # type: ignore[no-untyped-def]
    """Let `n_steps` people read their screen, drift, unfollow and post."""
    n = len(state.opinion)
    followed = np.zeros(n, np.bool_)
    slots, near, far = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    found = np.empty(n, np.int64)
    for _ in range(n_steps):
        i = int(unit(words) * n)
        row = state.follows[ptr[i] : ptr[i + 1]]
        for j in row:
            followed[j] = True
        n_near = n_far = 0
        total = 0.0
        for k in range(_screen(i, size, followed, state, slots)):
            gap = state.content[slots[k]] - state.opinion[i]
            if abs(gap) < confidence:
                near[n_near] = slots[k]
                n_near += 1
                total += gap
            else:
                far[n_far] = slots[k]
                n_far += 1
        if n_near > 0:
            state.opinion[i] += influence * (total / n_near)
        if n_far > 0 and unit(words) < rewiring:
            dropped = state.poster[far[int(unit(words) * n_far)]]
            rule = rules[int(unit(words) * len(rules))]
            count = _candidates(rule, i, confidence, followed, state, near, n_near, found)
            if count == 0:
                count = _candidates(RANDOM, i, confidence, followed, state, near, 0, found)
            if count > 0:
                place = 0
                while row[place] != dropped:
                    place += 1
                followed[dropped] = False
                row[place] = found[int(unit(words) * count)]
        for j in row:
            followed[j] = False
        slot = state.n_messages[0] % n
        if n_near > 0 and unit(words) < reposting:
            shown = near[int(unit(words) * n_near)]
            origin, content = state.origin[shown], state.content[shown]
        else:
            origin, content = i, state.opinion[i]
        state.poster[slot], state.origin[slot], state.content[slot] = i, origin, content
        state.n_messages[0] += 1


def follow_network(n_people: int = 100, n_links: int = 400, *, rng: Seed = None) -> Graph:
    """Draw who follows whom: uniform links, and everybody follows somebody.

    Parameters
    ----------
    n_people : int, default 100
        At least 2.
    n_links : int, default 400
        From n_people to n_people * (n_people - 1). Who drew none takes over a random
        link of somebody with two or more.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        Directed, without loops and parallel arcs.

    Examples
    --------
    >>> follow_network(rng=1)
    Graph(100 nodes, 400 arcs, directed)
    """
    n = _checks.count("n_people", n_people, least=2)
    m = _checks.count("n_links", n_links, least=n, most=n * (n - 1))
    stream = draws(rng)
    code = stream.choice(n * (n - 1), m, replace=False)
    who, whom = code // (n - 1), code % (n - 1)
    whom = whom + (whom >= who)
    for lonely in np.setdiff1d(np.arange(n), who):
        spare = np.flatnonzero((np.bincount(who, minlength=n)[who] > 1) & (whom != lonely))
        who[stream.choice(spare)] = lonely
    return Graph.from_edges(np.column_stack([who, whom]), n, directed=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class SocialFeedRewiring(Model):
    """People read a short feed, drift towards what they like, unfollow what they do not.

    Each step one uniform person reads the last `screen` messages posted by those they
    follow (their own content left out), moves towards the mean of the concordant ones,
    perhaps replaces somebody whose message was discordant, and posts: a repost of a
    concordant message, or their opinion.

    Parameters
    ----------
    confidence : float, default 0.4
        In (0, 2]: a message is concordant if it differs from one's opinion by less.
    influence : float, default 0.5
        In [0, 1]: the part of the difference that one moves.
    reposting, rewiring : float, default 0.5
        Chances in [0, 1], where there is something to repost, or to unfollow.
    screen : int, default 10
        Messages read, at least 1.
    rules : sequence of {"random", "repost", "recommendation"}
        How a new person to follow is found, one of these drawn at random: anybody; an
        originator of a concordant message on the screen; or one of messages like one's
        own last in the buffer. If nobody qualifies: anybody. By default all three.
    opinions : array_like of float, shape (n,), optional
        First opinions in [-1, 1]; by default uniform.

    Notes
    -----
    *State*: a `Timeline`: opinions, whom people follow (in place of `graph.idx`), and the
    last n messages with poster, origin and content. Measures see the present network
    and the opinions.

    *Exact result*: everybody keeps their number of links. Without influence, or without
    rewiring, opinions and network do not come apart into agreeing components.

    *Pitfalls*: about a third of runs never settle: one link across, or consensus. The
    buffer holds n messages, so screens are often short. The network is directed: a
    person listens to those they follow. Who follows nobody only posts.

    *ODD*. Purpose: how fast do influence and unfollowing make an echo chamber? Entities:
    people, follow links, messages. Process: one person a step, as above. Design concepts:
    influence, selection; emergence of separate communities; chance in everything.
    Initialisation: uniform opinions, an empty buffer. Input: none. Submodels: `rules`.

    References
    ----------
    Sasahara et al. 2021, Social influence and unfollowing accelerate the emergence of
    echo chambers, Journal of Computational Social Science 4:381-402,
    doi:10.1007/s42001-020-00084-7.

    Examples
    --------
    >>> from karma_lib import measures
    >>> people = follow_network(rng=1)
    >>> run = SocialFeedRewiring().run(people, n_steps=30_000, record_every=1_000, rng=1)
    >>> measures.echo_correlation(*run.frames[-1]) > 0.9
    True
    """

    confidence: Annotated[float, Within(TINY, 2)] = 0.4
    influence: Share = 0.5
    reposting: Share = 0.5
    rewiring: Share = 0.5
    screen: Number = 10
    rules: tuple[str, ...] = RULES
    opinions: Opinions | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.rules, str) or not self.rules or not set(self.rules) <= set(RULES):
            raise ValueError(f"rules must be a sequence out of {RULES}; got {self.rules!r}.")
        object.__setattr__(self, "rules", tuple(self.rules))

    def start(self, graph: Graph, rng: Draws) -> Timeline:
        """Draw opinions; nobody has said anything."""
        n, follows = graph.n_nodes, graph.idx.astype(np.int64)
        opinion = first_opinions(self.opinions, n, rng, -1, 1)
        if graph.simplified().n_arcs != graph.n_arcs:
            raise ValueError(f"graph must have no loops or repeats; got {graph!r}. Simplify it.")
        poster, origin = np.zeros(n, np.int64), np.zeros(n, np.int64)
        return Timeline(opinion, follows, poster, origin, np.zeros(n), np.zeros(1, np.int64))

    def advance(self, graph: Graph, state: Timeline, n_steps: int, rng: Draws) -> None:
        """Let `n_steps` people use their feed."""
        rules = np.array([RULES.index(rule) for rule in self.rules])
        habits = (self.confidence, self.influence, self.reposting, self.rewiring, self.screen)
        if graph.n_nodes:
            _use(graph.ptr, state, *habits, rules, n_steps, rng.words)

    def settled(self, graph: Graph, state: Timeline) -> bool:
        """Tell whether there are two components or more, each within the confidence."""
        n = graph.n_nodes
        links = csr_array((np.ones(len(state.follows)), state.follows, graph.ptr), shape=(n, n))
        n_parts, part = connected_components(links, directed=False) if n else (0, links.indices)
        if n_parts < 2:
            return False
        high, low = np.full(n_parts, -np.inf), np.full(n_parts, np.inf)
        np.maximum.at(high, part, state.opinion)
        np.minimum.at(low, part, state.opinion)
        return bool((high - low <= self.confidence).all())

    def observe(self, graph: Graph, state: Timeline) -> tuple[Graph, Array]:
        """Return who follows whom now, and the opinions."""
        now = Graph(graph.ptr, state.follows.astype(np.int32), True, graph.nodes)
        return now, state.opinion.copy()
