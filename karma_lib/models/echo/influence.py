"""Averaging: people move towards what those they listen to say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array, eye_array
from scipy.sparse.linalg import cg, spsolve

from karma_lib import _checks
from karma_lib._checks import Positive, Positives, Reals
from karma_lib._kernels import kernel
from karma_lib._random import IDLE, Draws
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

AT_REST = 1e-12
"""Nobody moves by this much in a step: the model has settled."""


@kernel
def _average(ptr, idx, weight, own, anchor, x, n_steps):  # type: ignore[no-untyped-def]
    """Replace x, all at once, by the mean of sources and an anchor, which may be x."""
    old = x.copy()
    for _ in range(n_steps):
        old[:] = x
        for i in range(len(x)):
            total = own * anchor[i]
            mass = own
            for j in range(ptr[i], ptr[i + 1]):
                total += weight[j] * old[idx[j]]
                mass += weight[j]
            x[i] = total / mass if mass > 0 else old[i]


def at_rest(model: Model, graph: Graph, state: Array) -> bool:
    """Tell whether another step of a model without chance would move nobody by 1e-12."""
    after = state.copy()
    model.advance(graph, after, 1, IDLE)
    return not (abs(after - state) >= AT_REST).any()


def first_opinions(
    given: ArrayLike | None, n: int, rng: np.random.Generator, low: float, high: float,
    name: str = "opinions",
) -> Array:  # fmt: skip
    """Return a writable copy of given opinions, or uniform ones in [low, high).

    Parameters
    ----------
    given : array_like of float, shape (n,), optional
        One number a person.
    n : int
        How many people.
    rng : Draws
        Where opinions come from if none are given.
    low, high : float
        Their range.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    if given is None:
        return rng.uniform(low, high, n)
    return np.array(_checks.each(name, given, n))


def equilibrium(graph: Graph, innate: ArrayLike, weight: ArrayLike = 1.0, pull: float = 1) -> Array:
    """Return where Friedkin and Johnsen's opinions end: z = (I + pull L)^-1 s, exactly.

    Parameters
    ----------
    graph : Graph
        The network; it need not be connected.
    innate : array_like of float, shape (n,)
        Opinions s that people always return to.
    weight : float or array_like of shape (n_arcs,), default 1
        Of each link, at least 0.
    pull : float, default 1
        At least 0; on an undirected graph 2 gives the opinions with the least total
        cost (Bindel, Kleinberg & Oren), 1 those of people who each mind their own.

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> pair = Graph.from_edges([(0, 1)])
    >>> equilibrium(pair, [-1, 1], weight=0.5).round(6).tolist()
    [-0.5, 0.5]
    """
    s = _checks.each("innate", innate, graph.n_nodes)
    n, w = graph.n_nodes, _weights(graph, weight)
    return solve_pulled(csr_array((w, graph.idx, graph.ptr), shape=(n, n)), s, pull)


def _weights(graph: Graph, weight: ArrayLike) -> Array:
    w = _checks.reals("weight", weight, 0)
    if w.ndim and w.shape != (graph.n_arcs,):
        raise ValueError(
            f"weight must be one number or one an arc, {graph.n_arcs}; got shape {w.shape}."
        )
    return np.array(np.broadcast_to(w, graph.n_arcs))


def solve_pulled(links: csr_array, s: Array, pull: float) -> Array:
    """Return z with (I + pull (D - W)) z = s.

    Parameters
    ----------
    links : csr_array, shape (n, n)
        W; row i listens to the columns.
    s : ndarray of float64, shape (n,)
        Innate opinions.
    pull : float
        At least 0.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    pull = _checks.real("pull", pull, 0)
    if not len(s):
        return s
    matrix = csr_array(
        eye_array(len(s)) + pull * (diags_array(np.asarray(links.sum(axis=1))) - links)
    )
    if abs(links - links.T).sum() > 0:
        return np.atleast_1d(np.asarray(spsolve(matrix.tocsc(), s)))
    z, failed = cg(matrix, s, rtol=1e-13, maxiter=50 * len(s), M=diags_array(1 / matrix.diagonal()))
    if failed:
        raise ArithmeticError("the equilibrium did not converge; are weights too uneven?")
    return np.asarray(z)


@dataclass(frozen=True, kw_only=True, eq=False)
class DeGroot(Model):
    """People replace their opinion by the mean of their own and their sources' opinions.

    Everybody moves at once. A source counts with the weight of the link, one's own
    opinion with `own_weight`.

    Parameters
    ----------
    opinions : array_like of float, shape (n,), optional
        First opinions, any finite numbers; by default uniform on [-1, 1).
    own_weight : float, default 1
        At least 0.
    weight : float or array_like of shape (n_arcs,), default 1
        Of each link, at least 0.

    Notes
    -----
    *State*: ndarray of float64, shape (n,): opinions.

    *Exact result*: on a connected undirected network everybody ends at
    sum (d_i + 1) x_i / sum (d_i + 1): influence is the number of links, not wisdom.

    *Pitfalls*: with `own_weight=0` a bipartite network swings for ever. Parallel links
    count each; a self-loop adds to one's own weight. Who listens to nobody never moves.

    *ODD*. Purpose: can a crowd that only listens agree? Entities: people with a number.
    Process: synchronous means. Design concepts: interaction by averaging, emergence of
    consensus; chance only in the start. Initialisation: `opinions`. Input: none.
    Submodels: none.

    References
    ----------
    DeGroot 1974, Reaching a consensus, Journal of the American Statistical Association
    69(345):118-121, doi:10.1080/01621459.1974.10480137.

    Examples
    --------
    >>> path = Graph.from_edges([(0, 1), (1, 2)])
    >>> DeGroot(opinions=[0, 0, 7]).run(path, n_steps=200).final.round(6).tolist()
    [2.0, 2.0, 2.0]
    """

    opinions: Reals | None = None
    own_weight: Positive = 1.0
    weight: Positives = 1.0

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Return the first opinions."""
        return first_opinions(self.opinions, graph.n_nodes, rng, -1, 1)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Average `n_steps` times."""
        weight = _weights(graph, self.weight)
        _average(graph.ptr, graph.idx, weight, self.own_weight, state, state, n_steps)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether another step would move nobody by 1e-12."""
        return at_rest(self, graph, state)


@dataclass(frozen=True, kw_only=True, eq=False)
class FriedkinJohnsen(Model):
    """People average what they hear with an innate opinion that they never give up.

    Everybody moves at once, to (s_i + sum w_ij z_j) / (1 + sum w_ij).

    Parameters
    ----------
    innate : array_like of float, shape (n,), optional
        Innate opinions s, any finite numbers; by default uniform on [-1, 1).
    weight : float or array_like of shape (n_arcs,), default 1
        Of each link, at least 0.

    Notes
    -----
    *State*: ndarray of float64, shape (2, n): innate and expressed opinions. Measures see
    the expressed ones.

    *Exact result*: expressed opinions end at z = (I + L)^-1 s (`equilibrium`); two people
    at -1 and 1 end 1 / (1 + 2 w) from the middle. Then |z - s|^2 + 2 z'Lz + |z|^2 = |s|^2
    (`karma_lib.theory.influence.tensions`).

    *Pitfalls*: moving opinions from [0, 1] to [-1, 1] multiplies polarization and
    disagreement by 4. Weights change every value: say whether there are any.

    *ODD*. Purpose: why does disagreement last among people who listen? Entities: people
    with two numbers. Process: synchronous means. Design concepts: interaction by
    averaging; persistence by anchoring; chance only in the start. Initialisation:
    expressed opinions are the innate ones. Input: none. Submodels: `equilibrium`.

    References
    ----------
    Friedkin & Johnsen 1990, Social influence and opinions, Journal of Mathematical
    Sociology 15(3-4):193-206, doi:10.1080/0022250X.1990.9990069.
    Bindel, Kleinberg & Oren 2015, How bad is forming your own opinion?, Games and
    Economic Behavior 92:248-265, doi:10.1016/j.geb.2014.06.004.

    Examples
    --------
    >>> pair = Graph.from_edges([(0, 1)])
    >>> FriedkinJohnsen(innate=[-1, 1]).run(pair, n_steps=99).final.round(6).tolist()
    [-0.333333, 0.333333]
    """

    innate: Reals | None = None
    weight: Positives = 1.0

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Return innate opinions, twice."""
        innate = first_opinions(self.innate, graph.n_nodes, rng, -1, 1, "innate")
        return np.stack([innate, innate])

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Average `n_steps` times."""
        weight = _weights(graph, self.weight)
        _average(graph.ptr, graph.idx, weight, 1.0, state[0], state[1], n_steps)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether another step would move nobody by 1e-12."""
        return at_rest(self, graph, state)

    def observe(self, graph: Graph, state: Array) -> tuple[Graph, Array]:
        """Return the network and the expressed opinions."""
        return graph, state[1].copy()
