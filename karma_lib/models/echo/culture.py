"""Axelrod: people who share something come to share more."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from karma_lib._checks import Number, Whole
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draw
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

_32, _LOW = np.uint64(32), np.uint64(2**32 - 1)


@kernel
def _meet(ptr, idx, culture, n_steps, words):  # type: ignore[no-untyped-def]
    """Let people copy a trait of a source, the likelier the more they share."""
    n, n_features = np.uint64(len(culture)), culture.shape[1]
    for _ in range(n_steps):
        bits = draw(words)
        i = np.int64(((bits >> _32) * n) >> _32)
        degree = np.uint64(ptr[i + 1] - ptr[i])
        if degree == 0:
            continue
        j = np.int64(idx[ptr[i] + np.int64(((bits & _LOW) * degree) >> _32)])
        shared = 0
        for f in range(n_features):
            shared += culture[i, f] == culture[j, f]
        if shared == 0 or shared == n_features:
            continue
        bits = draw(words)
        if np.int64(((bits >> _32) * np.uint64(n_features)) >> _32) >= shared:
            continue
        which = np.int64(((bits & _LOW) * np.uint64(n_features - shared)) >> _32)
        for f in range(n_features):
            if culture[i, f] != culture[j, f]:
                if which == 0:
                    culture[i, f] = culture[j, f]
                    break
                which -= 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Axelrod(Model):
    """People copy a trait from those they already resemble.

    Each step, a uniform person meets a uniform one of their sources. With a chance equal
    to the share of features on which they agree, the person copies the other's trait on
    one uniform feature on which they differ.

    Parameters
    ----------
    n_features : int, default 5
        At least 1.
    n_traits : int, default 10
        Traits a feature may take, 1 to 32767; first traits are uniform.

    Notes
    -----
    *State*: ndarray of int16, shape (n, n_features): traits. Measures see one number a
    person, the same for the same culture; `karma_lib.measures.region_count` counts the
    regions.

    *Exact result*: at rest every two neighbours share all or nothing. With one trait all
    are alike at once; with one feature nothing ever moves.

    *Pitfalls*: people are picked, not links, so those at the edge of a grid are met less
    than they meet. On a torus the numbers are others. Means over 10 runs scatter widely.

    *ODD*. Purpose: why do differences last where people grow alike? Entities: people
    with a list of traits. Process: one meeting a step. Design concepts: homophily and
    influence; emergence of regions; chance in start and meetings. Initialisation:
    uniform traits. Input: none. Submodels: none.

    References
    ----------
    Axelrod 1997, The dissemination of culture, Journal of Conflict Resolution
    41(2):203-226, doi:10.1177/0022002797041002001.

    Examples
    --------
    >>> from karma_lib import generators, measures
    >>> ring = generators.small_world(20, 2, 0, rng=1)
    >>> run = Axelrod(n_traits=2).run(ring, n_steps=10**6, record_every=1000, rng=1)
    >>> measures.region_count(*run.frames[-1])
    1.0
    """

    n_features: Number = 5
    n_traits: Annotated[int, Whole(1, 2**15 - 1)] = 10

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Draw uniform traits."""
        return rng.integers(self.n_traits, size=(graph.n_nodes, self.n_features)).astype(np.int16)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let `n_steps` pairs meet."""
        if graph.n_arcs:
            _meet(graph.ptr, graph.idx, state, n_steps, rng.words)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether every two who are linked share all or nothing."""
        shared = (state[graph._rows()] == state[graph.idx]).sum(axis=1)
        return bool(((shared == 0) | (shared == self.n_features)).all())

    def observe(self, graph: Graph, state: Array) -> tuple[Graph, Array]:
        """Return the network and each person's culture as a number."""
        return graph, np.unique(state, axis=0, return_inverse=True)[1].ravel()
