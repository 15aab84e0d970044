"""CoevolvingVoter: people change their minds, or their company."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from karma_lib._checks import Number, Share
from karma_lib._kernels import kernel
from karma_lib._random import Draws, draw, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

_ONE, _31, _33 = np.uint64(1), np.uint64(31), np.uint64(33)


@kernel
def _quarrel(ends, opinion, holders, rewiring, to_like, n_steps, words):  # type: ignore[no-untyped-def]
    """Let the ends of uniform edges, if they differ, part or agree."""
    n, n_edges = len(opinion), np.uint64(len(ends))
    for _ in range(n_steps):
        bits = draw(words)
        edge = np.int64(((bits >> _33) * n_edges) >> _31)
        side = np.int64(bits & _ONE)
        i, j = ends[edge, side], ends[edge, 1 - side]
        if opinion[i] == opinion[j]:
            continue
        if unit(words) >= rewiring:
            holders[opinion[i]] -= 1
            holders[opinion[j]] += 1
            opinion[i] = opinion[j]
        elif not to_like or holders[opinion[i]] > 1:
            k = int(unit(words) * n)
            while k == i or (to_like and opinion[k] != opinion[i]):
                k = int(unit(words) * n)
            ends[edge, 1 - side] = k


class Company(NamedTuple):
    """State of `CoevolvingVoter`."""

    opinion: Array
    ends: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class CoevolvingVoter(Model):
    """Two linked people who differ either agree, or one of them finds other company.

    Each step, a uniform edge and one of its ends i are drawn. If the ends differ, then
    with chance `rewiring` i drops the link and links to a uniform person (of i's own
    opinion, if `to_like`), else i takes over the other's opinion.

    Parameters
    ----------
    rewiring : float, default 0.3
        In [0, 1].
    to_like : bool, default True
        Whether new links lead to one's own kind, or to anybody.
    n_opinions : int, default 2
        At least 1; first opinions are uniform.

    Notes
    -----
    *State*: a `Company`: opinions (int64, n) and the ends of edges (int64, (m, 2)).
    Measures see the present network and the opinions.

    *Exact result*: links and people keep their numbers. With `rewiring=0` every opinion
    wins with a chance equal to its first share, whatever the degrees; with 1 and
    `to_like` opinions keep their shares and the network falls apart.

    *Pitfalls*: picking edges is another process than picking people (Holme & Newman
    2006); thresholds differ. A new link may repeat one that exists. Who is alone with an
    opinion has nobody to turn to: nothing happens then. Directed networks are read as
    undirected.

    *ODD*. Purpose: do people or their links give way? Entities: people, links. Process:
    one link a step. Design concepts: influence against homophily; emergence of
    components; chance in everything. Initialisation: uniform opinions. Input: none.
    Submodels: none.

    References
    ----------
    Durrett et al. 2012, Graph fission in an evolving voter model, PNAS
    109(10):3682-3687, doi:10.1073/pnas.1200709109.
    Holme & Newman 2006, Nonequilibrium phase transition in the coevolution of networks
    and opinions, Physical Review E 74:056108, doi:10.1103/PhysRevE.74.056108.

    Examples
    --------
    >>> from karma_lib import generators, measures
    >>> town = generators.random_graph(100, 4, rng=1)
    >>> run = CoevolvingVoter(rewiring=1.0).run(town, n_steps=10**5, record_every=10**4, rng=1)
    >>> measures.cut(*run.frames[-1])
    0.0
    """

    rewiring: Share = 0.3
    to_like: bool = True
    n_opinions: Number = 2

    def start(self, graph: Graph, rng: Draws) -> Company:
        """Draw opinions and list the edges."""
        return Company(rng.integers(self.n_opinions, size=graph.n_nodes), graph.edges().copy())

    def advance(self, graph: Graph, state: Company, n_steps: int, rng: Draws) -> None:
        """Let the ends of `n_steps` edges part or agree."""
        if len(state.ends):
            holders = np.bincount(state.opinion, minlength=self.n_opinions)
            rule = (holders, self.rewiring, self.to_like)
            _quarrel(state.ends, state.opinion, *rule, n_steps, rng.words)

    def settled(self, graph: Graph, state: Company) -> bool:
        """Tell whether all who are linked agree."""
        ends = state.opinion[state.ends]
        return bool((ends[:, 0] == ends[:, 1]).all())

    def observe(self, graph: Graph, state: Company) -> tuple[Graph, Array]:
        """Return the network as it stands and the opinions."""
        now = Graph.from_edges(state.ends, graph.n_nodes, nodes=graph.nodes)
        return now, state.opinion.copy()
