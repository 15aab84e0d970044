"""NetworkAdministrator: a feed that hides disagreement."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.linalg import spsolve

from karma_lib._checks import Positive, Reals, Share
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model
from karma_lib.models.echo.influence import first_opinions, solve_pulled

FARTHEST = 1e5
"""Steps down the cost longer than this change nothing: the weights are the cheapest of all."""


AT_REST = 1e-9
"""Weights that would change by less than this part of the largest stay as they are."""


class Feed(NamedTuple):
    """State of `NetworkAdministrator`."""

    innate: Array
    expressed: Array
    pairs: Array
    first_weight: Array
    weight: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class NetworkAdministrator(Model):
    """A recommender turns links up and down so that people see less to disagree with.

    Each step, opinions settle as in `FriedkinJohnsen`; then the administrator picks the
    link weights with the least disagreement sum w_ij (z_i - z_j)^2, such that everybody
    keeps their total weight and the weights differ from the first ones by at most
    `movable` of their Euclidean norm.

    Parameters
    ----------
    innate : array_like of float, shape (n,), optional
        Innate opinions; by default uniform on [-1, 1).
    movable : float, default 0.2
        In [0, 1].
    penalty : float, default 0
        At least 0: adds `penalty` times the squared norm of the weight matrix to what is
        minimised, the article's remedy.
    new_links : bool, default False
        Whether any pair may be given weight, or only those that are linked.

    Notes
    -----
    *State*: a `Feed` of arrays: innate and expressed opinions (float64, n), pairs (int64,
    (m, 2)), their first and present weights (float64, m). Measures see the links with
    weight above 1e-9 and the expressed opinions.

    *Exact result*: with two blocks of n people in all, linked across with chance q,
    polarization is n / (1 + n q)^2 in the expected graph, so closing the links across
    multiplies it (`karma_lib.theory.influence.two_block_polarization`).

    *Pitfalls*: disagreement falls while polarization rises. The relative rise is large
    where the first polarization is tiny. With `new_links` memory grows with n squared.

    *ODD*. Purpose: can a feed that pleases everybody divide them? Entities: people,
    links, one administrator. Process: opinions settle, weights are chosen, in turn.
    Design concepts: optimisation by the administrator, none by people; chance only in the
    start. Initialisation: weights are numbers of links. Input: none. Submodels:
    `equilibrium`; weights by Newton steps on the dual of the projection.

    References
    ----------
    Chitra & Musco 2020, Analyzing the impact of filter bubbles on social network
    polarization, WSDM, doi:10.1145/3336191.3371825.

    Examples
    --------
    >>> ring = Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 0)])
    >>> run = NetworkAdministrator(innate=[-1, -1, 1, 1]).run(ring, n_steps=5)
    >>> bool(run.final.std() > run.frames[0][1].std())
    True
    """

    innate: Reals | None = None
    movable: Share = 0.2
    penalty: Positive = 0.0
    new_links: bool = False

    def start(self, graph: Graph, rng: np.random.Generator) -> Feed:
        """Count links between pairs, and let opinions settle."""
        if graph.directed:
            raise ValueError(f"graph must be undirected (simplified(directed=False)); got {graph}.")
        n = graph.n_nodes
        edges = np.sort(graph.edges(), axis=1)
        edges = edges[edges[:, 0] != edges[:, 1]]
        pairs, counts = np.unique(edges, axis=0, return_counts=True)
        if self.new_links:
            every = np.column_stack(np.triu_indices(n, 1))
            known = np.searchsorted(every @ [n, 1], pairs @ [n, 1])
            pairs, counts = every, np.bincount(known, counts, len(every))
        innate, weight = first_opinions(self.innate, n, rng, -1, 1, "innate"), counts.astype(float)
        return Feed(innate, _settle(pairs, weight, innate), pairs, weight, weight.copy())

    def advance(self, graph: Graph, state: Feed, n_steps: int, rng: np.random.Generator) -> None:
        """Let opinions settle and weights be chosen, `n_steps` times."""
        for _ in range(n_steps):
            gap = state.expressed[state.pairs]
            cost = (gap[:, 0] - gap[:, 1]) ** 2
            weight = _cheapest(state, cost, self.movable, self.penalty)
            if abs(weight - state.weight).max(initial=0) < AT_REST * weight.max(initial=1):
                return  # the administrator is content
            state.weight[:] = weight
            state.expressed[:] = _settle(state.pairs, state.weight, state.innate)

    def observe(self, graph: Graph, state: Feed) -> tuple[Graph, Array]:
        """Return the links that are left and the expressed opinions."""
        now = Graph.from_edges(state.pairs[state.weight > 1e-9], graph.n_nodes, nodes=graph.nodes)
        return now, state.expressed.copy()


def _settle(pairs: Array, weight: Array, innate: Array) -> Array:
    n = len(innate)
    half = coo_array((weight, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return solve_pulled(csr_array(half + half.T), innate, 1)


def _cheapest(state: Feed, cost: Array, movable: float, penalty: float) -> Array:
    """Return the cheapest weights within reach: the step down the cost that just fits."""
    from scipy.optimize import brentq  # 0.1 s, and few models optimise

    first, radius = state.first_weight, movable * np.linalg.norm(state.first_weight)
    scale = cost.max() if len(cost) else 0.0
    if not radius or not scale:
        return first.copy()
    price = np.zeros(len(state.innate))

    def moved(length: float) -> Array:
        step = length * (float(first.max()) / scale)
        return _with_degrees(state, (first - step * cost) / (1 + 4 * step * penalty), price)

    def excess(length: float) -> float:
        return float(np.linalg.norm(moved(length) - first) - radius)

    low, high = 0.0, 0.5
    while excess(high) < 0:
        low, high = high, 2 * high
        if high > FARTHEST:
            return moved(low)
    return moved(brentq(excess, low, high, xtol=1e-10))


def _with_degrees(state: Feed, wish: Array, price: Array) -> Array:
    """Return the weights of at least 0 nearest to a wish that keep everybody's total.

    They are max(wish + price_i + price_j, 0): prices by Newton steps, begun at `price`,
    which is left at the solution.
    """
    (a, b), n = state.pairs.T, len(state.innate)
    totals = np.bincount(a, state.first_weight, n) + np.bincount(b, state.first_weight, n)

    def dual(price: Array) -> tuple[float, Array]:
        weight = np.maximum(wish + price[a] + price[b], 0)
        return float(weight @ weight / 2 - price @ totals), weight

    value, weight = dual(price)
    for _ in range(100):
        lack = totals - np.bincount(a, weight, n) - np.bincount(b, weight, n)
        worst = abs(lack).max()
        if worst < 1e-11 * totals.max():
            break
        on = (weight > 0).astype(float)
        half = coo_array((on, (a, b)), shape=(n, n))
        ends = np.bincount(a, on, n) + np.bincount(b, on, n) + min(1e-3 * worst, 1e-3) + 1e-12
        newton = spsolve(csr_array(half + half.T + diags_array(ends)).tocsc(), lack)
        size, slope = 1.0, lack @ newton
        while dual(price + size * newton)[0] > value - 1e-4 * size * slope and size > 1e-9:
            size /= 2
        price += size * newton
        value, weight = dual(price)
    return weight
