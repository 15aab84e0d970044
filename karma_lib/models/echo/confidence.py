"""Bounded confidence: people hear only those whose opinion is near their own."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from karma_lib._checks import TINY, Shares, Within
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draw
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import at_rest, first_opinions

_32, _LOW = np.uint64(32), np.uint64(2**32 - 1)
GUARD = 1e-9
"""Share of the range by which a tie at the bound may miss it through rounding."""


@kernel
def _meet_anyone(x, confidence, pull, n_steps, words):  # type: ignore[no-untyped-def]
    """Let `n_steps` pairs of a fully mixed crowd meet; one draw a pair, no branch."""
    n = np.uint64(len(x))
    for _ in range(n_steps):
        bits = draw(words)
        i = np.int64(((bits >> _32) * n) >> _32)
        j = np.int64(((bits & _LOW) * (n - np.uint64(1))) >> _32)
        j += j >= i
        gap = x[j] - x[i]
        move = pull * gap if abs(gap) < confidence else 0.0
        x[i] += move
        x[j] -= move


@kernel
def _meet_linked(ptr, idx, ends, both, x, confidence, pull, n_steps, words):  # type: ignore[no-untyped-def]
    """Let linked pairs meet: by a person and a source, or by an edge if `ends` has any."""
    n, n_ends = np.uint64(len(x)), np.uint64(len(ends))
    for _ in range(n_steps):
        bits = draw(words)
        if n_ends > 0:
            edge = np.int64(((bits >> _32) * n_ends) >> _32)
            i, j = ends[edge, 0], ends[edge, 1]
        else:
            i = np.int64(((bits >> _32) * n) >> _32)
            degree = np.uint64(ptr[i + 1] - ptr[i])
            if degree == 0:
                continue
            j = np.int64(idx[ptr[i] + np.int64(((bits & _LOW) * degree) >> _32)])
        gap = x[j] - x[i]
        move = pull * gap if abs(gap) < confidence else 0.0
        x[i] += move
        x[j] -= move if both else 0.0


@kernel
def _listen_sorted(x, mass, bound):  # type: ignore[no-untyped-def]
    """Return everybody's mean of the opinions within the bound; `x` sorted, with weights."""
    n = len(x)
    total, heard = np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        total[i + 1] = total[i] + mass[i]
        heard[i + 1] = heard[i] + mass[i] * x[i]
    new = x.copy()
    low = high = 0
    for i in range(n):
        while x[i] - x[low] > bound:
            low += 1
        while high < n and x[high] - x[i] <= bound:
            high += 1
        if high - low > 1:
            new[i] = (heard[high] - heard[low]) / (total[high] - total[low])
        if i > 0 and new[i] < new[i - 1]:
            new[i] = new[i - 1]
    return new


@kernel
def _listen_linked(ptr, idx, x, bound, n_steps):  # type: ignore[no-untyped-def]
    """Move everybody at once to the mean of themselves and of sources within the bound."""
    old = x.copy()
    for _ in range(n_steps):
        old[:] = x
        for i in range(len(x)):
            total, heard = old[i], 1
            for j in range(ptr[i], ptr[i + 1]):
                if abs(old[idx[j]] - old[i]) <= bound:
                    total += old[idx[j]]
                    heard += 1
            x[i] = total / heard


@dataclass(frozen=True, kw_only=True, eq=False)
class BoundedConfidence(Model):
    """Two people meet, and approach each other if their opinions are near enough.

    Each step is one meeting. If the opinions differ by less than `confidence`, each moves
    by `pull` of the difference towards the other.

    Parameters
    ----------
    confidence : float, default 0.25
        In (0, 1], the range of opinions being 1. Strict: people who differ by exactly
        this much do not listen.
    pull : float, default 0.5
        In (0, 0.5]; 0.5 makes both meet in the middle.
    pick : {"complete", "node", "edge"}, default "complete"
        Who meets: any two people, whatever the network (Deffuant's fully mixed crowd); a
        uniform person and one of their sources; or the ends of a uniform edge. On
        networks with uneven degrees the last two are different processes.
    opinions : array_like of float, shape (n,), optional
        First opinions in [0, 1]; by default uniform.

    Notes
    -----
    *State*: ndarray of float64, shape (n,): opinions.

    *Exact result*: a large crowd follows the density equation of Ben-Naim et al.
    (`karma_lib.theory.confidence`); with `confidence` above 1/2 it agrees. The mean never
    moves on undirected networks.

    *Pitfalls*: count major clusters, or the few people at the ends count as much as the
    rest: at 0.3 there are 3.0 clusters, of which 1.1 with more than 1 % of the people. A
    person without sources may be picked and then nobody moves. On a directed network
    only the listener moves. Opinions never stop approaching: there is no `settled`.

    *ODD*. Purpose: how do camps form without quarrels? Entities: people with an opinion.
    Process: one meeting a step. Design concepts: interaction in pairs; emergence of
    clusters; chance in who meets. Initialisation: `opinions`. Input: none. Submodels: none.

    References
    ----------
    Deffuant, Neau, Amblard & Weisbuch 2000, Mixing beliefs among interacting agents,
    Advances in Complex Systems 3:87-98, doi:10.1142/S0219525900000078.

    Examples
    --------
    >>> from karma_lib import generators, measures
    >>> crowd = generators.complete(100)
    >>> run = BoundedConfidence(confidence=0.5).run(crowd, n_steps=9000, record_every=9000, rng=1)
    >>> measures.cluster_count(*run.frames[-1])
    1.0
    """

    confidence: Annotated[float, Within(TINY, 1)] = 0.25
    pull: Annotated[float, Within(TINY, 0.5)] = 0.5
    pick: Literal["complete", "node", "edge"] = "complete"
    opinions: Shares | None = None

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Return the first opinions."""
        return first_opinions(self.opinions, graph.n_nodes, rng, 0, 1)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let `n_steps` pairs meet."""
        rule = (state, self.confidence, self.pull, n_steps, rng.words)
        if graph.n_nodes < 2 or (self.pick != "complete" and not graph.n_arcs):
            return
        if self.pick == "complete":
            _meet_anyone(*rule)
        else:
            ends = graph.edges() if self.pick == "edge" else np.empty((0, 2), np.int64)
            _meet_linked(graph.ptr, graph.idx, ends, not graph.directed, *rule)


@dataclass(frozen=True, kw_only=True, eq=False)
class HegselmannKrause(Model):
    """Everybody moves at once to the mean of all opinions near enough to their own.

    One's own opinion counts too; the bound is closed: who differs by exactly
    `confidence` is heard.

    Parameters
    ----------
    confidence : float, default 0.25
        In (0, 1], the range of opinions being 1.
    pick : {"complete", "linked"}, default "complete"
        Who is heard: everybody, whatever the network, or one's sources.
    opinions : array_like of float, shape (n,), optional
        First opinions in [0, 1]; by default uniform.

    Notes
    -----
    *State*: ndarray of float64, shape (n,): opinions.

    *Exact result*: 1001 people from 0 to 1 in equal steps end in 1 cluster after 326
    updates at 0.2, and in 5 after 13 at 0.1.

    *Pitfalls*: ties at the bound decide the outcome on regular starts; the comparison
    therefore allows 1e-9, and agrees with rational arithmetic. Consensus just above the
    threshold takes hundreds of updates. More confidence can mean more clusters. NDlib's
    model of this name is another one (range [-1, 1], strict, one at a time).

    *ODD*. Purpose: how do camps form when all are heard at once? Entities: people with
    an opinion. Process: synchronous means within the bound. Design concepts: emergence
    of clusters; chance only in the start. Initialisation: `opinions`. Input: none.
    Submodels: on the complete graph a sorted sweep, n log n at first, n later.

    References
    ----------
    Hegselmann & Krause 2002, Opinion dynamics and bounded confidence, Journal of
    Artificial Societies and Social Simulation 5(3):2.
    Lorenz 2007, Continuous opinion dynamics under bounded confidence: a survey,
    International Journal of Modern Physics C 18:1819-1838, doi:10.1142/S0129183107011789.

    Examples
    --------
    >>> crowd, ladder = Graph.from_edges([], 50), np.arange(50) / 49
    >>> run = HegselmannKrause(confidence=0.2, opinions=ladder).run(crowd, n_steps=99)
    >>> run.steps[-1], len(np.unique(run.final.round(6)))
    (7, 2)
    """

    confidence: Annotated[float, Within(TINY, 1)] = 0.25
    pick: Literal["complete", "linked"] = "complete"
    opinions: Shares | None = None

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Return the first opinions."""
        return first_opinions(self.opinions, graph.n_nodes, rng, 0, 1)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Update everybody `n_steps` times."""
        bound = self.confidence + GUARD
        if self.pick == "linked":
            return _listen_linked(graph.ptr, graph.idx, state, bound, n_steps)  # type: ignore[no-any-return]
        x, place = np.unique(state, return_inverse=True)
        mass = np.bincount(place, minlength=len(x)).astype(float)
        for _ in range(n_steps):  # people with one opinion keep one: merge them
            new = _listen_sorted(x, mass, bound)
            if (new == x).all():
                break
            x, merged = np.unique(new, return_inverse=True)
            place, mass = merged[place], np.bincount(merged, mass)
        state[:] = x[place]

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether another update would move nobody by 1e-12."""
        return at_rest(self, graph, state)
