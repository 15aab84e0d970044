"""Contagion by chance or by weight: what one source can pass on."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from karma_lib._checks import Share, Shares
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.herd.spreading import Spreading
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.tree import Tree


@cache
def _gaps(p: float) -> tuple[Array, Array]:
    """Return an alias table of how many tries fail before one succeeds; cell 255: go on.

    Only + - * / on floats in a fixed order: the same bits on every processor.
    """
    weights, rest = [], 1.0
    for _ in range(255):
        weights.append(p * rest)
        rest *= 1.0 - p
    weights.append(rest)
    scale = 256.0 / math.fsum(weights)  # `sum` rounds otherwise from Python 3.12 on
    share = [weight * scale for weight in weights]
    cut, alias = [1 << 56] * 256, list(range(256))
    small = [k for k in range(256) if share[k] < 1.0]
    large = [k for k in range(256) if share[k] >= 1.0]
    while small and large:
        k, full = small.pop(), large.pop()
        cut[k], alias[k] = min(int(share[k] * 2.0**56), 1 << 56), full
        share[full] -= 1.0 - share[k]
        (small if share[full] < 1.0 else large).append(full)
    return np.array(cut, np.uint64), np.array(alias, np.int64)


@kernel
def _turn(ptr, idx, value, out_ptr, out_idx, sort):  # type: ignore[no-untyped-def]
    """Return each arc's value where the arc stands in its source's row of listeners."""
    out, at = np.empty(len(idx)), out_ptr[:-1].copy()
    for i in range(len(ptr) - 1):
        for j in range(ptr[i], ptr[i + 1]):
            out[at[idx[j]]] = value[j]
            at[idx[j]] += 1
    if sort:  # rows were filled by ascending listener; bring them into their own order
        for u in range(len(out_ptr) - 1):
            row = slice(out_ptr[u], out_ptr[u + 1])
            out[row][np.argsort(out_idx[row], kind="mergesort")] = out[row].copy()
    return out


@kernel
def _limits(chance, scale):  # type: ignore[no-untyped-def]
    """Turn chances, in place, into what 53 random bits must stay below for a success."""
    limit = chance.view(np.uint64)
    for j in range(len(chance)):
        limit[j] = np.uint64(np.ceil(chance[j] / scale * 2.0**53))
    return limit


def _towards_listeners(name: str, value: Any, graph: Graph) -> Array:
    """Return the value of each arc, in the order of `graph.listeners`."""
    ptr, idx = graph.listeners
    if value is None:
        return 1 / graph.n_sources[idx]
    if value.ndim == 0:
        return np.broadcast_to(value, graph.n_arcs)
    if value.shape != (graph.n_arcs,):
        raise ValueError(f"{name} must have one entry an arc, {graph.n_arcs}; got {value.shape}.")
    return _turn(graph.ptr, graph.idx, value, ptr, idx, not graph.directed)  # type: ignore[no-any-return]


def check_total(total: Array) -> None:
    """Refuse weights that add up to more than 1 over somebody's sources."""
    if total.max(initial=0) > 1 + 1e-9:
        raise ValueError(
            "weight must add up to at most 1 over a person's sources; "
            f"got {total.max():g} for person {total.argmax()}. None shares 1 out equally."
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class IndependentCascade(Spreading):
    """Whoever joins has one chance to pass it on to each person who listens to them.

    A step after somebody joined, each of their listeners who has not joined yet joins
    with the arc's probability, all tries being independent. Nobody leaves.

    Parameters
    ----------
    probability : float, array_like of shape (n_arcs,), or None, default 0.1
        A chance in [0, 1] for all arcs, or one for each, in the order of `graph.idx`.
        None is the weighted cascade: one in the number of the listener's sources.
    seeds : int or array_like of int, default 1
        How many people join at the start, drawn at random, or which ones.

    Notes
    -----
    *State*: ndarray of int32, shape (n,): steps until the person joins (all luck is drawn
    at the start), 0 or below once they have; the largest int32 for never. Measures see
    True where a person has joined.

    *Exact result*: on a triangle the mean size from one seed is 1 + 2p + 2p^2 - 2p^3;
    `theory.contagion.cascade_law` gives the law of the size on any small network.

    *Pitfalls*: sizes count the seeds. Parallel arcs are tries of their own; self-loops do
    nothing. `run` and `tree` draw alike; `sizes` shares their law only. With one chance,
    or chances up to 8 times their mean, `sizes` jumps from success to success (Walker's
    alias table), so its cost is that of the successes; otherwise it tosses every coin.

    *ODD*. Purpose: how far does something travel that is passed on by chance? Entities:
    people on a fixed network, each joined or not. Process: synchronous steps, as above,
    until nobody is new. Design concepts: chance in each try; emergence of a giant
    cascade where one joiner causes more than one. Initialisation: `seeds` have joined.
    Input: none. Submodels: none.

    References
    ----------
    Kempe, Kleinberg & Tardos 2003, Maximizing the spread of influence through a social
    network, KDD, doi:10.1145/956750.956769.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> sizes = IndependentCascade(probability=0.5).sizes(complete(3), [0], rng=1)
    >>> abs(float(sizes.mean()) - 2.25) < 0.1
    True
    """

    probability: Shares | None = 0.1

    def _rule(self, graph: Graph, paired: bool) -> tuple[Array, ...]:
        ptr, idx = graph.listeners
        chance = _towards_listeners("probability", self.probability, graph)
        most, scale = float(chance.max(initial=0)), 1.0
        cut, alias = np.empty(0, np.uint64), np.empty(0, np.int64)
        if not paired and most * len(chance) <= 8 * chance.sum():
            cut, alias = _gaps(most)
            scale = most or 1.0
            chance = chance if chance.strides[0] and most else np.empty(0)
        limit = _limits(chance if chance.flags.writeable else chance.copy(), scale)
        return ptr, idx.view(np.uint32), limit, cut, alias, np.empty(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearThreshold(Spreading):
    """People join once the weight of their joined sources reaches a threshold of chance.

    Everybody draws a threshold once, uniform on (0, 1]. Each step, whoever has not joined
    adds up the weights of their sources who have; where the sum reaches the threshold,
    the person joins. Nobody leaves.

    Parameters
    ----------
    weight : float, array_like of shape (n_arcs,), or None, default None
        At least 0; a person's arcs may weigh at most 1 together. One for all arcs, or one
        for each, in the order of `graph.idx`. None is one in the number of sources.
    seeds : int or array_like of int, default 1
        How many people join at the start, drawn at random, or which ones.

    Notes
    -----
    *State*: as in `IndependentCascade`.

    *Exact result*: the same law as if everybody kept at most one arc, each with its
    weight as chance, and joined when the person at its end does (Kempe et al. 2003);
    `theory.contagion.linear_threshold_law` gives the law of the size on small networks.

    *Pitfalls*: thresholds are uniform on (0, 1], not on a part of it as in some public
    code. A self-loop weighs but cannot help; parallel arcs weigh each.

    *ODD*. Purpose: as `Threshold`, for unknown thresholds. Entities: people on a fixed
    network, each joined or not. Process: synchronous steps, as above, until nobody is
    new. Design concepts: chance in thresholds and seeds. Initialisation: `seeds` have
    joined. Input: none. Submodels: none.

    References
    ----------
    Kempe, Kleinberg & Tardos 2003, Maximizing the spread of influence through a social
    network, KDD, doi:10.1145/956750.956769.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> sizes = LinearThreshold().sizes(complete(4), [0], n_replicates=4000, rng=1)
    >>> abs(float(sizes.mean()) - 26 / 9) < 0.1
    True
    """

    weight: Shares | None = None

    def _rule(self, graph: Graph, paired: bool) -> tuple[Array, ...]:
        ptr, idx = graph.listeners
        weight = _towards_listeners("weight", self.weight, graph)
        check_total(np.bincount(idx, weight, graph.n_nodes))
        none = np.empty(0, np.uint64)
        return ptr, idx, weight + 0.0, none, none.astype(np.int64), np.zeros(graph.n_nodes)


@kernel
def _slip(missing, need, chance, words):  # type: ignore[no-untyped-def]
    for person in range(len(missing)):
        if 0 < missing[person] < need[person] and unit(words) < chance:
            missing[person] = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class ComplexContagion(Threshold):
    """People want to hear it from several sources, but may slip and join with fewer.

    Each step, whoever has not joined joins if at least `threshold` of their sources
    have; with fewer, but at least one, with probability `slip`. Nobody leaves.

    Parameters
    ----------
    threshold : float or array_like of shape (n,), default 2
        Sources that must have joined; if not `absolute`, a share of them in [0, 1].
    spread : float, default 0
        Standard deviation of Normal noise on thresholds, as in `Threshold`; 0 with `slip`.
    absolute : bool, default True
        Whether thresholds count people or are shares of them.
    slip : float, default 0
        Chance in [0, 1], each step, to join below the threshold.
    seeds : int or array_like of int, default 1
        How many people join at the start, drawn at random, or which ones.

    Notes
    -----
    *State*: as in `Threshold`: ndarray of int32, shape (n,).

    *Exact result*: on a ring of N people with r neighbours on each side and s adjacent
    seeds, a threshold a <= r fills the ring in ceil((N - s) / (2 (r - a + 1))) steps, or
    a few less where the two fronts help each other; a > r never starts.

    *Pitfalls*: the weakness of long ties rests on a knife's edge. With a small `slip`,
    rewiring a ring at random speeds up the spread instead of stopping it (Eckles et al.
    2024): show both. With a slip `sizes` goes step by step, and `paired` does nothing.

    *ODD*. Purpose: when do clustered networks spread what needs reinforcement? Otherwise
    as `Threshold`, with chance also in slips.

    References
    ----------
    Centola & Macy 2007, Complex contagions and the weakness of long ties, American
    Journal of Sociology 113(3):702-734, doi:10.1086/521848.
    Eckles, Mossel, Rahimian & Sen 2024, Long ties accelerate noisy threshold-based
    contagions, Nature Human Behaviour, doi:10.1038/s41562-024-01865-0.

    Examples
    --------
    >>> from karma_lib.generators import small_world
    >>> ring = small_world(200, degree=4, rewired=0)
    >>> int(ComplexContagion(threshold=2, seeds=[0, 1]).sizes(ring, n_replicates=1)[0])
    200
    """

    threshold: float | ArrayLike = 2
    absolute: bool = True
    slip: Share = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.slip and self.spread:
            raise ValueError(f"spread must be 0 with a slip; got {self.spread:g}.")

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Move on by synchronous steps."""
        if not self.slip:
            return super().advance(graph, state, n_steps, rng)
        need = self._need(graph, rng)
        for _ in range(n_steps):
            super().advance(graph, state, 1, rng)
            _slip(state, need, self.slip, rng.words)
        return None

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether nobody is about to join, or can slip."""
        slips = self.slip and ((state > 0) & (state < self._need(graph, Draws(0)))).any()
        return not slips and super().settled(graph, state)

    def _sizes(self, graph: Graph, given: Array, n_drawn: int, every: Array, paired: bool) -> Array:
        if not self.slip:
            return super()._sizes(graph, given, n_drawn, every, paired)
        sizes = []
        for key in every:
            rng = Draws(key)
            state = self.start(graph, rng)
            while not self.settled(graph, state):
                self.advance(graph, state, 16, rng)
            sizes.append(np.count_nonzero(state < 0))
        return np.array(sizes, np.int64)

    def _tree(self, graph: Graph, rng: Draws) -> Tree:
        if self.slip:
            raise ValueError(f"slip must be 0 for a tree: a slip has no source; got {self.slip}.")
        return super()._tree(graph, rng)
