"""Baumann et al.: people seek their like, and each other's agreement drives them on."""

import math
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np

from karma_lib._checks import ABOVE_ONE, TINY, Number, Positive, Reals, Share, Shares, Within
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import first_opinions

FLOOR = 1e-10
"""Opinions nearer than this are as near: coinciding ones would weigh infinitely much."""


MOST_SHELLS = 2200
"""Halvings from the largest float down to FLOOR, on both sides: no table overflows."""


class Talk(NamedTuple):
    """State of `ActivityDrivenOpinions`; arcs are those of the last step."""

    opinion: Array
    activity: Array
    order: Array
    listener: Array
    source: Array
    n_arcs: Array


class Strata(NamedTuple):
    """Others by distance: near ones singly, far ones in shells that share a bound."""

    first: Array
    last: Array
    bound: Array
    mass: Array


@kernel
def _sort(x, order, xs):  # type: ignore[no-untyped-def]
    """Bring `order` up to date by insertion: from step to step it hardly changes."""
    for k in range(len(x)):
        person = order[k]
        value = x[person]
        j = k
        while j > 0 and xs[j - 1] > value:
            xs[j] = xs[j - 1]
            order[j] = order[j - 1]
            j -= 1
        xs[j] = value
        order[j] = person


@kernel
def _shells(xs, p, low, high, beta, strata, k):  # type: ignore[no-untyped-def]
    """Add the shells of positions low to high, all on one side of p, from the far end in."""
    if low >= high:
        return k
    left = low < p
    near = max(abs(xs[p] - xs[high - 1 if left else low]), FLOOR)
    inner = abs(xs[p] - xs[low if left else high - 1]) / 2
    while low < high:
        cut = high if left else low
        if inner <= near:
            inner = near
        elif left:
            cut = low + np.searchsorted(xs[low:high], xs[p] - inner, side="right")
        else:
            cut = low + np.searchsorted(xs[low:high], xs[p] + inner)
        first, last = (low, cut) if left else (cut, high)
        if last > first:
            strata.first[k], strata.last[k] = first, last
            strata.bound[k] = inner**-beta
            strata.mass[k] = (last - first) * strata.bound[k]
            k += 1
        if left:
            low = cut
        else:
            high = cut
        if low < high:
            inner = min(inner, abs(xs[p] - xs[low if left else high - 1])) / 2
    return k


@kernel
def _contact(xs, p, beta, strata, taken, chosen, words):  # type: ignore[no-untyped-def]
    """Draw len(chosen) distinct positions, each among those left with weight distance^-beta."""
    m, n, k = len(chosen), len(xs), 0
    low, high = max(p - m, 0), min(p + m + 1, n)
    for q in range(low, high):
        if q != p:
            strata.first[k], strata.last[k] = q, q + 1
            strata.bound[k] = max(abs(xs[q] - xs[p]), FLOOR) ** -beta
            strata.mass[k] = strata.bound[k]
            k += 1
    n_single = k
    k = _shells(xs, p, 0, low, beta, strata, k)
    k = _shells(xs, p, high, n, beta, strata, k)
    total = -1.0
    for c in range(m):
        if total < 0.0:  # anew: after a weight of 1e30 the rest regains precision
            total = 0.0
            for s in range(k):
                total += strata.mass[s]
        while True:
            rest = unit(words) * total
            s = 0
            while s < k - 1 and rest >= strata.mass[s]:
                rest -= strata.mass[s]
                s += 1
            if strata.mass[s] == 0.0:
                continue
            q = strata.first[s]
            if s < n_single:
                strata.mass[s], total = 0.0, -1.0
                break
            q = min(q + np.int64(rest / strata.bound[s]), strata.last[s] - 1)
            weight = max(abs(xs[q] - xs[p]), FLOOR) ** -beta
            if not taken[q] and unit(words) * strata.bound[s] < weight:
                break
        taken[q] = True
        chosen[c] = q
    for q in chosen:
        taken[q] = False


@kernel
def _link(turn, contacts, active, n_active, reciprocity, state, words):  # type: ignore[no-untyped-def]
    """Write the step's arcs: contacts hear the active, and are heard with some chance."""
    count = 0
    for a in range(n_active):
        i = active[a]
        for j in contacts[a]:
            state.listener[count], state.source[count] = j, i
            count += 1
            mutual = False
            if turn[j] >= 0:
                for other in contacts[turn[j]]:
                    mutual = mutual or other == i
            if not mutual and unit(words) < reciprocity:
                state.listener[count], state.source[count] = i, j
                count += 1
    state.n_arcs[0] = count


@kernel
def _drift(state, alpha, strength, dt, speaks, speakers, numbers):  # type: ignore[no-untyped-def]
    """Take one Runge-Kutta step of x' = -x + K sum tanh(alpha x_source), arcs frozen."""
    opinion, n_arcs, n = state.opinion, state.n_arcs[0], len(state.opinion)
    slope, total, loud, x = numbers[0], numbers[1], numbers[2], numbers[3]
    n_speakers = 0
    for a in range(n_arcs):
        person = state.source[a]
        speakers[n_speakers] = person
        n_speakers += not speaks[person]
        speaks[person] = True
    x[:] = opinion
    total[:] = 0.0
    for stage in range(4):
        slope[:] = -x
        for person in speakers[:n_speakers]:  # few: a hyperbolic tangent costs much
            loud[person] = strength * math.tanh(alpha * x[person])
        for a in range(n_arcs):
            slope[state.listener[a]] += loud[state.source[a]]
        share = 1.0 if stage == 0 or stage == 3 else 2.0
        ahead = dt if stage == 2 else dt / 2
        for i in range(n):
            total[i] += share * slope[i]
            x[i] = opinion[i] + ahead * slope[i]
    for i in range(n):
        opinion[i] += dt / 6 * total[i]
        speaks[i] = False


@kernel
def _advance(state, alpha, beta, strength, m, reciprocity, dt, n_steps, words):  # type: ignore[no-untyped-def]
    """Draw contacts, link, drift: `n_steps` times."""
    n = len(state.opinion)
    room, whole, numbers = 2 * m + MOST_SHELLS, np.empty((4, n + 1), np.int64), np.empty((5, n))
    position, turn, active, xs = whole[0], whole[1], whole[2], numbers[4]
    contacts, flags = np.empty((n, m), np.int64), np.zeros((2, n), np.bool_)
    entries, weights = np.empty((2, room), np.int64), np.empty((2, room))
    strata = Strata(entries[0], entries[1], weights[0], weights[1])
    for _ in range(n_steps):
        _sort(state.opinion, state.order, xs)
        for k in range(n):
            position[state.order[k]] = k
        n_active = 0
        for i in range(n):
            turn[i] = -1
            if unit(words) < state.activity[i]:
                turn[i] = n_active
                active[n_active] = i
                chosen = contacts[n_active]
                _contact(xs, position[i], beta, strata, flags[0], chosen, words)
                for c in range(m):
                    chosen[c] = state.order[chosen[c]]
                n_active += 1
        _link(turn, contacts, active, n_active, reciprocity, state, words)
        _drift(state, alpha, strength, dt, flags[1], whole[3], numbers)


@dataclass(frozen=True, kw_only=True, eq=False)
class ActivityDrivenOpinions(Model):
    """Active people address others, mostly their like; what is heard drives opinions on.

    Each step, everybody is active with their own small chance. Who is active contacts
    `n_contacts` distinct others, nearer opinions with a higher chance (distance to the
    power -`homophily`), who hear them; each contact is heard in turn with chance
    `reciprocity`. Then all opinions follow x' = -x + `strength` x sum over sources of
    tanh(`controversialness` x source) for one time step.

    Parameters
    ----------
    controversialness : float, default 3
        alpha, at least 0.
    homophily : float, default 3
        beta, in [0, 20]; 0 contacts anybody.
    strength : float, default 3
        K, at least 0.
    n_contacts : int, default 10
        m, from 1 to n - 1.
    reciprocity : float, default 0.5
        r, in [0, 1].
    exponent : float, default 2.1
        gamma, above 1: activities have a density proportional to a^-gamma.
    least_activity : float, default 0.01
        In (0, 1]: the smallest activity; the largest is 1.
    time_step : float, default 0.01
        In (0, 1]; it also sets how often contacts change.
    opinions : array_like of float, shape (n,), optional
        First opinions, finite; by default uniform on [-1, 1).
    activities : array_like of float, shape (n,), optional
        In [0, 1], instead of drawn ones.

    Notes
    -----
    *State*: a `Talk` of arrays: opinions and activities (float64, n), people sorted by
    opinion (int64, n), the last step's arcs (int32, 2 n m, of which `n_arcs[0]` count).
    Measures see that step's network and the opinions. The given network only says how
    many people there are.

    *Exact result*: below a critical controversialness all agree on 0
    (`karma_lib.theory.radicalization`); without it opinions fall as exp(-t).

    *Pitfalls*: which camp wins, and the threshold of a small crowd, depend on the
    activities drawn. Two people link at most once in each direction a step: contacts that
    are mutual already are not reciprocated again (at strong homophily every tenth is).
    `homophily` alone decides between one radical camp and two.

    *ODD*. Purpose: how do moderate people become two radical camps? Entities: people with
    opinion and activity. Process: contacts, then one Runge-Kutta step. Design concepts:
    homophily, reinforcement; emergence of camps; chance in activity and contacts.
    Initialisation: uniform opinions. Input: none. Submodels: contacts are drawn one after
    another without replacement, exactly, from nearest neighbours and shells of distance.

    References
    ----------
    Baumann, Lorenz-Spreen, Sokolov & Starnini 2020, Modeling echo chambers and
    polarization dynamics in social networks, Physical Review Letters 124:048301,
    doi:10.1103/PhysRevLett.124.048301.

    Examples
    --------
    >>> people = Graph.from_edges([], 200)
    >>> calm = ActivityDrivenOpinions(controversialness=0.05, homophily=2)
    >>> bool(abs(calm.run(people, n_steps=1000, record_every=1000, rng=1).final).max() < 0.01)
    True
    """

    controversialness: Positive = 3.0
    homophily: Annotated[float, Within(0, 20)] = 3.0
    strength: Positive = 3.0
    n_contacts: Number = 10
    reciprocity: Share = 0.5
    exponent: Annotated[float, Within(ABOVE_ONE, 100)] = 2.1
    least_activity: Annotated[float, Within(TINY, 1)] = 0.01
    time_step: Annotated[float, Within(TINY, 1)] = 0.01
    opinions: Reals | None = None
    activities: Shares | None = None

    def start(self, graph: Graph, rng: Draws) -> Talk:
        """Draw opinions and activities; nobody has talked yet."""
        n, m = graph.n_nodes, self.n_contacts
        if m > n - 1:
            raise ValueError(f"n_contacts must be at most {n - 1}, the others in graph; got {m}.")
        power = 1 - self.exponent
        low = self.least_activity**power
        opinion = first_opinions(self.opinions, n, rng, -1, 1)
        drawn = (low + rng.random(n) * (1 - low)) ** (1 / power)
        activity = first_opinions(
            drawn if self.activities is None else self.activities, n, rng, 0, 1, "activities"
        )
        order = np.argsort(opinion, kind="stable")
        arcs = np.zeros((2, 2 * n * m), np.int32)
        return Talk(opinion, activity, order, arcs[0], arcs[1].copy(), np.zeros(1, np.int64))

    def advance(self, graph: Graph, state: Talk, n_steps: int, rng: Draws) -> None:
        """Talk and drift for `n_steps` time steps."""
        rule = (self.controversialness, self.homophily, self.strength, self.n_contacts)
        _advance(state, *rule, self.reciprocity, self.time_step, n_steps, rng.words)

    def observe(self, graph: Graph, state: Talk) -> tuple[Graph, Array]:
        """Return who heard whom in the last step, and the opinions."""
        arcs = np.column_stack([state.listener, state.source])[: state.n_arcs[0]]
        now = Graph.from_edges(arcs, graph.n_nodes, directed=True, nodes=graph.nodes)
        return now, state.opinion.copy()
