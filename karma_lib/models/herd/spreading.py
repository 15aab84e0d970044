"""Spreading: what all models have in common in which people join and never leave."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import Seeds
from karma_lib._kernels import kernel
from karma_lib._random import (
    GOLD,
    Draws,
    draw,
    draw_people,
    draws,
    keys,
    mix,
    seed_sequence,
    seed_words,
)
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.tree import Tree

_8, _11, _255 = np.uint64(8), np.uint64(11), np.uint64(255)

NEVER = 2**31 - 1

AHEAD = 6
"""How far ahead in the queue a row is fetched; what is read goes to the queue's last cell."""


@kernel
def _coin(key, place):  # type: ignore[no-untyped-def]
    """Return 53 random bits that depend on a key and a place only, in any order."""
    return mix(key + np.uint64(place) * GOLD) >> _11


@kernel
def _skip(ptr, idx, keep, cut, alias, words, seen, queue, end):  # type: ignore[no-untyped-def]
    """Grow a cascade; the gap to the next success runs over the ends of rows.

    With `keep`, one limit an arc, a success is kept only if a second draw is below it.
    """
    thin = len(keep) > 0
    head, gap, drawing = 0, 0, True
    while head < end:
        person = queue[head]
        head += 1
        stop, j = ptr[person + 1], ptr[person] + gap
        queue[-1] = ptr[queue[min(head + AHEAD, end - 1)]]  # fetched before it is needed
        while True:
            if drawing:
                if j >= stop:  # without this line a chance of 0 never ends
                    break
                x = draw(words)
                k = np.int64(x & _255)
                if (x >> _8) >= cut[k]:
                    k = alias[k]
                j += k
                if k == 255:
                    continue
                drawing = False
            if j >= stop:
                break
            drawing = True
            at = np.uint64(j)  # unsigned: no check for indexing from the end
            listener = idx[at]
            j += 1
            fresh = seen[listener] == 0
            if thin:  # no branch on a coin, which would be guessed wrong every other time
                fresh &= (draw(words) >> _11) < keep[at]
            queue[end] = listener
            end += fresh
            seen[listener] |= fresh
        gap = j - stop
    return end


@kernel
def _flip(ptr, idx, limit, key, seen, queue, parent, end):  # type: ignore[no-untyped-def]
    """Grow a cascade with one coin an arc that depends on key and arc only."""
    head = 0
    while head < end:
        person = queue[head]
        for j in range(ptr[person], ptr[person + 1]):
            if _coin(key, j) < limit[j]:
                listener = idx[j]
                queue[end] = listener
                parent[end] = head
                end += seen[listener] == 0
                seen[listener] = 1
        head += 1
    return end


@kernel
def _tip(ptr, idx, weight, left, key, seen, queue, parent, end):  # type: ignore[no-untyped-def]
    """Take each joiner's weight off what its listeners lack; who lacks none joins.

    A zero in `left` stands for a threshold not drawn yet, in (0, 1].
    """
    head = 0
    while head < end:
        person = queue[head]
        for j in range(ptr[person], ptr[person + 1]):
            listener = idx[j]
            lacks = left[listener]
            if lacks == 0.0:
                lacks = 1.0 - float(_coin(key, listener)) * 2.0**-53
            lacks -= weight[j]
            left[listener] = lacks
            if lacks <= 0.0 and not seen[listener]:
                seen[listener] = 1
                queue[end] = listener
                parent[end] = head
                end += 1
        head += 1
    return end


@kernel
def cascades(ptr, idx, value, cut, alias, left, seeds, n_drawn, keys):  # type: ignore[no-untyped-def]
    """Return one size a key, and the last cascade: who joined, and whose place before.

    By gaps between successes if there is a table of them (`cut`, `alias`; this leaves no
    parents), by thresholds if there is room for them (`left`), otherwise by coins.
    """
    n = len(ptr) - 1
    seen, queue = np.zeros(n, np.uint8), np.empty(n + 2, np.int32)
    parent = np.empty_like(queue)
    sizes = np.empty(len(keys), np.int64)
    for r in range(len(keys)):
        words = seed_words(keys[r])
        if n_drawn >= 0:
            seeds = draw_people(words, n, n_drawn, seen)
        end = 0
        for person in seeds:
            queue[end], parent[end] = person, -1
            end += seen[person] == 0
            seen[person] = 1
        if len(cut):
            end = _skip(ptr, idx, value, cut, alias, words, seen, queue, end)
        elif len(left):
            end = _tip(ptr, idx, value, left, mix(keys[r]), seen, queue, parent, end)
        else:
            end = _flip(ptr, idx, value, mix(keys[r]), seen, queue, parent, end)
        for person in queue[:end]:
            seen[person] = 0
            if len(left):
                for j in range(ptr[person], ptr[person + 1]):
                    left[idx[j]] = 0.0
        sizes[r] = end
    return sizes, queue, parent


@dataclass(frozen=True, kw_only=True, eq=False)
class Spreading(Model):
    """A model in which people join for good: besides `run`, many final sizes, and trees.

    Parameters
    ----------
    seeds : int or array_like of int, default 1
        How many people join at the start, drawn at random, or which ones.
    """

    seeds: Seeds = 1

    def start(self, graph: Graph, rng: Draws) -> Any:
        """Draw the whole cascade: in how many steps each person will join."""
        state = np.full(graph.n_nodes, NEVER, np.int32)
        tree = self._tree(graph, rng)
        state[tree.people] = tree.depth
        return state

    def advance(self, graph: Graph, state: Any, n_steps: int, rng: Draws) -> None:
        """Move on by synchronous steps."""
        state[state < NEVER] -= n_steps

    def settled(self, graph: Graph, state: Any) -> bool:
        """Tell whether nobody will join any more."""
        return not ((state > 0) & (state < NEVER)).any()

    def observe(self, graph: Graph, state: Any) -> tuple[Graph, Array]:
        """Return the network, and True where a person has joined."""
        return graph, state <= 0

    def sizes(
        self,
        graph: Graph,
        seeds: int | ArrayLike | None = None,
        *,
        n_replicates: int = 1000,
        rng: Seed = None,
        paired: bool = False,
    ) -> Array:
        """Return the final sizes of many cascades: the fast road.

        Parameters
        ----------
        graph : Graph
            The network.
        seeds : int or array_like of int, optional
            Instead of the model's own `seeds`.
        n_replicates : int, default 1000
            How many independent cascades, at least 0.
        rng : int, SeedSequence, Generator or None
            Source of randomness; the first r sizes do not depend on `n_replicates`.
        paired : bool, default False
            Whether luck belongs to replicate and arc (or person), whatever else happens:
            two calls with one `rng` then differ by their seeds or chances only.

        Returns
        -------
        ndarray of int64, shape (n_replicates,)
            Sizes in people, seeds included.

        Examples
        --------
        >>> from karma_lib.generators import random_graph
        >>> from karma_lib.models.herd.thresholds import Threshold
        >>> crowd = random_graph(10_000, 3, rng=1)
        >>> sizes = Threshold(threshold=0.18).sizes(crowd, n_replicates=100, rng=2)
        >>> bool((sizes > 500).mean() > 0.7)
        True
        """
        model = self if seeds is None else replace(self, seeds=seeds)
        every = keys(seed_sequence(rng), _checks.count("n_replicates", n_replicates))
        return model._sizes(graph, *model._seeds(graph), every, paired)

    def tree(self, graph: Graph, seeds: int | ArrayLike | None = None, *, rng: Seed = None) -> Tree:
        """Return who got it from whom in one cascade.

        Parameters
        ----------
        graph : Graph
            The network.
        seeds : int or array_like of int, optional
            Instead of the model's own `seeds`.
        rng : int, SeedSequence, Generator or None
            Source of randomness.

        Returns
        -------
        Tree
            Seeds, and who joins unprompted, are roots; `time` counts synchronous steps.
            Where several sources could be the parent, it is the one that was heard first
            (cascade models), or whose joining was the last straw (threshold models).

        Examples
        --------
        >>> from karma_lib.generators import complete
        >>> from karma_lib.models.herd.contagion import IndependentCascade
        >>> IndependentCascade(probability=1).tree(complete(4), [2]).parent.tolist()
        [-1, 0, 0, 0]
        """
        return (self if seeds is None else replace(self, seeds=seeds))._tree(graph, draws(rng))

    @abstractmethod
    def _rule(self, graph: Graph, paired: bool) -> tuple[Array, ...]:
        """Return what `cascades` needs: listeners, arc values, gap tables, thresholds."""

    def _sizes(self, graph: Graph, given: Array, n_drawn: int, every: Array, paired: bool) -> Array:
        return np.asarray(cascades(*self._rule(graph, paired), given, n_drawn, every)[0])

    def _tree(self, graph: Graph, rng: Draws) -> Tree:
        rule = self._rule(graph, True)
        (n,), people, parent = cascades(*rule, *self._seeds(graph), rng.words[:1])
        return Tree(parent[:n], people[:n])

    def _seeds(self, graph: Graph) -> tuple[Array, int]:
        """Return the seeds that are given, and how many are to be drawn (-1: none)."""
        if np.ndim(self.seeds):
            return _checks.people("seeds", self.seeds, graph.n_nodes), -1
        n_drawn = _checks.count("seeds (people of graph)", self.seeds, most=graph.n_nodes)
        return np.empty(0, np.int64), n_drawn
