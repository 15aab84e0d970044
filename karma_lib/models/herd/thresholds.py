"""Threshold: people join once enough of those they listen to have joined."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import Positive
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draw_people, seed_words
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.herd.spreading import AHEAD, Spreading, cascades
from karma_lib.tree import Tree

# The state is one int32 a person: how many more sources must join before they do.
JOINS_NEXT, JOINED, HEARD = 0, -1, -2


@kernel
def _hear(ptr, idx, person, missing, queue, end):  # type: ignore[no-untyped-def]
    """Tell a person's listeners that they joined; queue those who now have enough."""
    for j in range(ptr[person], ptr[person + 1]):
        listener = idx[j]
        before = missing[listener]
        missing[listener] = before - (before > 0)
        queue[end] = listener
        end += before == 1
    return end


@kernel
def _advance(ptr, idx, missing, n_steps):  # type: ignore[no-untyped-def]
    """Move everybody on by synchronous steps, until nobody is about to join."""
    queue = np.empty(len(missing) + 1, np.int32)
    end = 0
    for wanted in (JOINED, JOINS_NEXT):
        told = end
        for person in range(len(missing)):
            if missing[person] == wanted:
                queue[end] = person
                end += 1
    head = 0
    for _ in range(n_steps):
        if head == end:
            return
        while head < told:
            missing[queue[head]] = HEARD
            end = _hear(ptr, idx, queue[head], missing, queue, end)
            head += 1
        for i in range(told, end):
            missing[queue[i]] = JOINED
        told = end


@kernel
def _sizes(ptr, idx, need, seeds, n_seeds, keys):  # type: ignore[no-untyped-def]
    """Return the final size of one cascade a key; the order of joining has no say in it."""
    n = len(need)
    taken, queue = np.zeros(n, np.uint8), np.empty(n + 2, np.uint32)
    zero, last = np.flatnonzero(need == JOINS_NEXT), np.uint64(max(len(idx), 1) - 1)
    sizes = np.empty(len(keys), np.int64)
    missing = need.copy()
    for r in range(len(keys)):
        missing[:] = need
        queue[: len(zero)] = zero
        end = len(zero)
        if n_seeds >= 0:
            seeds = draw_people(seed_words(keys[r]), n, n_seeds, taken)
        for person in seeds:
            if missing[person] > 0:
                missing[person] = 0
                queue[end] = person
                end += 1
        head = 0
        while head < end and len(idx) > 0:
            # Touch a row that is read soon: fetched meanwhile, it costs a third less.
            queue[-1] = idx[min(ptr[queue[min(head + AHEAD, end - 1)]], last)]
            end = _hear(ptr, idx, queue[head], missing, queue, end)
            head += 1
        sizes[r] = end
    return sizes


def _small(need: Array) -> Array:
    """Return the needs in one byte each where that is enough: they stay in the cache."""
    return need.astype(np.uint8) if need.max(initial=0) < 256 else need


def sources_needed(threshold: ArrayLike, n_sources: ArrayLike) -> Array:
    """Return the smallest k with `k / n_sources >= threshold`, ties within 1e-12 included.

    Parameters
    ----------
    threshold : array_like of float
        Shares; below 0 a person acts unprompted (0 needed), above 1 never.
    n_sources : array_like of int
        How many sources each person has. Who has none never joins, unless unprompted.

    Returns
    -------
    ndarray of int32
        0 to n_sources, or n_sources + 1 for never.

    Examples
    --------
    Three tenths of 10 sources are 3, although 0.1 + 0.2 is a little more in floating point:

    >>> sources_needed([0.1 + 0.2, 0.18, 0, -0.1, 1.1, 0.5], [10, 6, 6, 0, 6, 0]).tolist()
    [3, 2, 0, 0, 7, 1]
    """
    phi, d = np.broadcast_arrays(np.asarray(threshold, float), np.asarray(n_sources))
    need = np.ceil((np.clip(phi, 0, 2) - 1e-12) * np.maximum(d, 1))
    need = np.minimum(need, d + 1)
    return np.where(phi < 0, 0, np.where(d == 0, 1, need)).astype(np.int32)


@dataclass(frozen=True, kw_only=True, eq=False)
class Threshold(Spreading):
    """People join for good once enough of the people they listen to have joined.

    Each step, everybody who has not joined looks at those they listen to. If the share of
    them who have joined (with `absolute`, their number) reaches the person's threshold,
    the person joins at the next step. Nobody leaves.

    Parameters
    ----------
    threshold : float or array_like of shape (n,), default 0.18
        A share in [0, 1]; with `absolute`, any finite number of people.
    spread : float, default 0
        Standard deviation, at least 0, of Normal noise added to each person's threshold,
        drawn anew in each run and not clipped: below 0 a person acts unprompted, above
        everybody they listen to never.
    absolute : bool, default False
        Whether thresholds count people (Granovetter) or are shares of them (Watts).
    seeds : int or array_like of int, default 1
        How many people join at the start, drawn at random, or which ones.

    Notes
    -----
    *State*: ndarray of int32, shape (n,): how many more sources must join before this
    person does; 0 joins at the next step, -1 has joined, -2 has joined and been heard.
    Measures see True where a person has joined.

    *Exact result*: with thresholds 0, 1, ..., 99 among 100 people who all see each other
    everybody joins; with the 1 raised to 2, only one does (Granovetter 1978).

    *Pitfalls*: `>=`, not `>`. A person without sources never joins, unless seeded or
    unprompted. Parallel arcs count each; a self-loop counts in the number of sources but
    cannot help. One seed among n people is a seed share of 1/n: near the upper edge of
    the cascade window finite networks differ visibly from the infinite limit.

    *ODD*. Purpose: when does a local rule tip a whole crowd? Entities: people on a fixed
    network, each joined or not. Process: synchronous steps, as above, until nobody is
    about to join. Design concepts: interaction by counting; emergence of cascades;
    chance only in thresholds and seeds. Initialisation: `seeds` have joined. Input: none.
    Submodels: `sources_needed`.

    References
    ----------
    Granovetter 1978, Threshold models of collective behavior, American Journal of
    Sociology 83(6):1420-1443, doi:10.1086/226707.
    Watts 2002, A simple model of global cascades on random networks, PNAS
    99(9):5766-5771, doi:10.1073/pnas.082090499.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> crowd = complete(100)
    >>> riot = Threshold(threshold=range(100), absolute=True, seeds=0)
    >>> int(riot.run(crowd, n_steps=100).final.sum())
    100
    >>> calm = Threshold(threshold=[0, 2, *range(2, 100)], absolute=True, seeds=0)
    >>> int(calm.run(crowd, n_steps=100).final.sum())
    1
    """

    threshold: float | ArrayLike = 0.18
    spread: Positive = 0.0
    absolute: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        least, most = (-np.inf, np.inf) if self.absolute else (0, 1)
        value = self.threshold
        value = list(value) if isinstance(value, range) else value
        object.__setattr__(self, "threshold", _checks.reals("threshold", value, least, most))

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Draw thresholds and seeds; see the class for the state's meaning."""
        missing = self._need(graph, rng)
        given, n_drawn = self._seeds(graph)
        if n_drawn >= 0:
            n = graph.n_nodes
            given = draw_people(rng.words, n, n_drawn, np.zeros(n, np.uint8))
        missing[given] = JOINED
        return missing

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Move on by synchronous steps."""
        _advance(*graph.listeners, state, n_steps)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether nobody is about to join and everybody has been heard."""
        return not ((state == JOINS_NEXT) | (state == JOINED)).any()

    def observe(self, graph: Graph, state: Array) -> tuple[Graph, Array]:
        """Return the network, and True where a person has joined."""
        return graph, state < JOINS_NEXT

    def _sizes(self, graph: Graph, given: Array, n_drawn: int, every: Array, _: bool) -> Array:
        # With a spread each cascade has thresholds of its own.
        blocks = [every[r : r + 1] for r in range(len(every))] if self.spread else [every]
        ptr, idx = graph.listeners
        # Unsigned numbers need no check for indexing from the end: half the time.
        rows = ptr.view(np.uint64), idx.view(np.uint32)
        return np.concatenate(
            [
                _sizes(*rows, _small(self._need(graph, block)), given, n_drawn, block)
                for block in blocks
            ]
            or [np.empty(0, np.int64)]
        )

    def _rule(self, graph: Graph, paired: bool) -> tuple[Array, ...]:
        none = np.empty(0, np.uint64)
        return *graph.listeners, np.ones(graph.n_arcs), none, none.astype(np.int64)

    def _tree(self, graph: Graph, rng: Draws) -> Tree:
        missing = self.start(graph, rng)
        roots, left = np.flatnonzero(missing <= JOINS_NEXT), missing.astype(float)
        (n,), people, parent = cascades(*self._rule(graph, True), left, roots, -1, rng.words[:1])
        return Tree(parent[:n], people[:n])

    def _need(self, graph: Graph, rng: Draws | Array) -> Array:
        """Return how many sources each person needs; `rng` may be a key in an array."""
        n = graph.n_nodes
        threshold = np.asarray(self.threshold)
        if threshold.ndim and threshold.shape != (n,):
            raise ValueError(f"threshold must have one entry a node, {n}; got {threshold.shape}.")
        if self.spread:
            own = rng if isinstance(rng, Draws) else Draws(rng[0])
            threshold = threshold + own.normal(0, self.spread, n)
        if not self.absolute and threshold.ndim == 0 and n:  # worked out once a number of sources
            degrees = graph.n_sources
            return np.asarray(sources_needed(threshold, np.arange(degrees.max() + 1))[degrees])
        if not self.absolute:
            return sources_needed(threshold, graph.n_sources)
        whole = np.clip(np.ceil(threshold), 0, _checks.MOST).astype(np.int32)
        return np.array(np.broadcast_to(whole, n))
