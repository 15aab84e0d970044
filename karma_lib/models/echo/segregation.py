"""Schelling: mild wishes, divided towns."""

from dataclasses import dataclass

import numpy as np

from karma_lib._checks import Share
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

EMPTY = 0


@kernel
def _wish_away(ptr, idx, town, want):  # type: ignore[no-untyped-def]
    """Mark who has too few of their kind among their neighbours."""
    unhappy = np.zeros(len(town), np.uint8)
    for i in range(len(town)):
        like = others = 0
        for j in range(ptr[i], ptr[i + 1]):
            others += town[idx[j]] != EMPTY
            like += town[idx[j]] == town[i]
        unhappy[i] = town[i] != EMPTY and like < want * others
    return unhappy


@kernel
def _move(ptr, idx, town, want, n_steps, words):  # type: ignore[no-untyped-def]
    """Let everybody who was unhappy at the start of a round move, in random order."""
    for _ in range(n_steps):
        leaving = np.flatnonzero(_wish_away(ptr, idx, town, want))
        empty = np.flatnonzero(town == EMPTY)
        if len(empty) == 0:
            return
        for left in range(len(leaving), 0, -1):
            who = int(unit(words) * left)
            home = leaving[who]
            leaving[who] = leaving[left - 1]
            where = int(unit(words) * len(empty))
            town[empty[where]] = town[home]
            town[home] = EMPTY
            empty[where] = home


@dataclass(frozen=True, kw_only=True, eq=False)
class Schelling(Model):
    """People of two kinds move house if too few of their neighbours are of their kind.

    Nodes are sites, links neighbourhoods. Each step is a round: all who are unhappy (like
    neighbours < want x neighbours) move, in random order, each to a uniform empty site.

    Parameters
    ----------
    want : float, default 0.3
        Share of like neighbours, in [0, 1], with which a person is content.
    occupied : float, default 0.95
        Chance in [0, 1] that a site holds somebody at the start.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 empty, 1 and 2 the kinds (a fair coin each).

    *Exact result*: nobody moves with `want=0` or without empty sites; kinds keep their
    numbers.

    *Pitfalls*: who has no neighbour is happy. Those listed at the start of a round move
    even if made happy meanwhile. With `want` of 0.7 the town does not come to rest.

    *ODD*. Purpose: can mild wishes divide a town? Entities: sites, people of two kinds.
    Process: rounds of moves. Design concepts: emergence of segregation; chance in order
    and in where to. Initialisation: independent sites. Input: none. Submodels: none.

    References
    ----------
    Schelling 1971, Dynamic models of segregation, Journal of Mathematical Sociology
    1(2):143-186, doi:10.1080/0022250X.1971.9989794.

    Examples
    --------
    >>> from karma_lib import generators
    >>> town = generators.small_world(200, 8, 0, rng=1)
    >>> run = Schelling(want=0.3, occupied=0.8).run(town, n_steps=500, rng=1)
    >>> run.steps[-1] < 500
    True
    """

    want: Share = 0.3
    occupied: Share = 0.95

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Settle the town at random."""
        here = rng.random(graph.n_nodes) < self.occupied
        return (here * rng.integers(1, 3, graph.n_nodes)).astype(np.int8)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Move house for `n_steps` rounds."""
        _move(graph.ptr, graph.idx, state, self.want, n_steps, rng.words)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether nobody wishes to move."""
        return not _wish_away(graph.ptr, graph.idx, state, self.want).any()
