"""LatentHomophily: worlds in which likes attract, influence acts, or both."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._checks import BELOW_ONE, Positive, Real, Within
from karma_lib._random import draws
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.models.base import Model


class World(NamedTuple):
    """State of `LatentHomophily`."""

    trait: Array
    behaviour: Array
    ends: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentHomophily(Model):
    """A hidden trait moves people and ties them; they may influence each other besides.

    The network is drawn at the start: as many links as the given one has, each pair with a
    chance proportional to exp(-`homophily` x difference in trait). Each step everybody's
    behaviour becomes `trait_effect` x trait + `influence` x mean behaviour of those they
    are tied to + Normal noise.

    Parameters
    ----------
    homophily : float, default 3
        In [0, 30]; 0 is a random network.
    influence : float, default 0
        In (-1, 1).
    trait_effect : float, default 1
        Any finite number.
    noise : float, default 0.5
        Standard deviation, at least 0.

    Notes
    -----
    *State*: a `World` of arrays: traits and behaviour (float64, n), ends of links (int64,
    (m, 2)). Measures see the drawn network and the behaviour.

    *Exact result*: without homophily, or with behaviour set at random (`experiment`),
    `peer_effect` is `influence` in the mean; with homophily and no influence it is not 0.

    *Pitfalls*: no regression on what is seen removes a trait that is not seen. Matching
    helps as far as it sees the trait. An experiment needs no such faith.

    *ODD*. Purpose: can influence be told from likes attracting? Entities: people with a
    hidden trait and a behaviour. Process: synchronous. Design concepts: homophily,
    influence; chance in traits, links, noise. Initialisation: Normal traits, behaviour
    without influence. Input: none. Submodels: `peer_effect`, `matched_peer_effect`,
    `randomised_peer_effect`.

    References
    ----------
    Shalizi & Thomas 2011, Homophily and contagion are generically confounded in
    observational social network studies, Sociological Methods & Research 40(2):211-239,
    doi:10.1177/0049124111404820.
    Aral, Muchnik & Sundararajan 2009, Distinguishing influence-based contagion from
    homophily-driven diffusion in dynamic networks, PNAS 106(51):21544-21549,
    doi:10.1073/pnas.0908800106.

    Examples
    --------
    No influence at all, and yet:

    >>> from karma_lib.generators import random_graph
    >>> run = LatentHomophily(influence=0).run(random_graph(2000, 8, rng=1), n_steps=1, rng=1)
    >>> (network, before), (_, after) = run.frames
    >>> effect, error = peer_effect(network, before, after)
    >>> bool(effect > 10 * error)
    True
    """

    homophily: Annotated[float, Within(0, 30)] = 3.0
    influence: Annotated[float, Within(-BELOW_ONE, BELOW_ONE)] = 0.0
    trait_effect: Real = 1.0
    noise: Positive = 0.5

    def start(self, graph: Graph, rng: np.random.Generator) -> World:
        """Draw traits, links among them, and behaviour without influence."""
        n, m = graph.n_nodes, graph.simplified(directed=False).n_edges
        trait = rng.standard_normal(n)
        code = np.zeros(0, np.int64)
        while len(code) < m:
            i, j = rng.integers(max(n, 1), size=(2, 4 * m + 16))
            kept = (i < j) & (
                rng.random(len(i)) < np.exp(-self.homophily * abs(trait[i] - trait[j]))
            )
            code = np.concatenate([code, (i * n + j)[kept]])
            code = code[np.sort(np.unique(code, return_index=True)[1])]
        ends = np.column_stack([code[:m] // max(n, 1), code[:m] % max(n, 1)])
        behaviour = self.trait_effect * trait + self.noise * rng.standard_normal(n)
        return World(trait, behaviour, ends)

    def advance(self, graph: Graph, state: World, n_steps: int, rng: np.random.Generator) -> None:
        """Let everybody act `n_steps` times."""
        network = Graph.from_edges(state.ends, graph.n_nodes)
        for _ in range(n_steps):
            heard = _mean_of_sources(network, state.behaviour)
            noise = self.noise * rng.standard_normal(graph.n_nodes)
            state.behaviour[:] = self.trait_effect * state.trait + self.influence * heard + noise

    def observe(self, graph: Graph, state: World) -> tuple[Graph, Array]:
        """Return the drawn network and the behaviour."""
        return Graph.from_edges(state.ends, graph.n_nodes), state.behaviour.copy()

    def experiment(self, graph: Graph, *, rng: Seed = None) -> tuple[float, float]:
        """Set behaviour at random, let everybody act once, and estimate the peer effect.

        Parameters
        ----------
        graph : Graph
            Gives the numbers of people and of links.
        rng : int, SeedSequence, Generator or None
            Source of randomness.

        Returns
        -------
        (float, float)
            The estimate and its standard error.
        """
        stream = draws(rng)
        state = self.start(graph, stream)
        before = stream.standard_normal(graph.n_nodes)
        state.behaviour[:] = before
        network = self.observe(graph, state)[0]
        self.advance(graph, state, 1, stream)
        return randomised_peer_effect(network, before, state.behaviour)


def peer_effect(
    network: Graph, before: ArrayLike, after: ArrayLike, *controls: ArrayLike
) -> tuple[float, float]:
    """Regress behaviour on the past behaviour of those one is tied to, and on one's own.

    Parameters
    ----------
    network : Graph
        Who is tied to whom; people without ties are left out.
    before, after : array_like of float, shape (n,)
        Behaviour.
    *controls : array_like of float, shape (n,)
        Other things that are known of people.

    Returns
    -------
    (float, float)
        Least-squares slope on the peers' mean, and its standard error. What it means
        hangs on there being no trait behind both the ties and the behaviour.

    Examples
    --------
    >>> ring = Graph.from_edges([(i, (i + 1) % 9) for i in range(9)])
    >>> before = np.arange(9.0) ** 2
    >>> slope, _ = peer_effect(ring, before, 0.5 * _mean_of_sources(ring, before))
    >>> round(slope, 6)
    0.5
    """
    n, tied = network.n_nodes, network.n_sources > 0
    now, past = _checks.each("after", after, n), _checks.each("before", before, n)
    columns = [_mean_of_sources(network, past), np.ones(n), past]
    columns += [_checks.each("controls", control, n) for control in controls]
    X, y = np.column_stack(columns)[tied], now[tied]
    return _slope(X, y)


def matched_peer_effect(
    network: Graph, before: ArrayLike, after: ArrayLike, likeness: ArrayLike
) -> tuple[float, float]:
    """Compare people with their nearest match, where one heard more than the other.

    Parameters
    ----------
    network : Graph
        Who is tied to whom; people without ties are left out.
    before, after : array_like of float, shape (n,)
        Behaviour.
    likeness : array_like of float, shape (n,)
        What people are matched on: neighbours in its order make a pair, each person is in
        one pair. Matching on the trait removes the confounding, on a proxy only in part.

    Returns
    -------
    (float, float)
        Slope of the pairs' difference in behaviour on that in exposure; standard error.
    """
    n, tied = network.n_nodes, np.flatnonzero(network.n_sources)
    order = tied[np.argsort(_checks.each("likeness", likeness, n)[tied], kind="stable")]
    pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
    heard = _mean_of_sources(network, _checks.each("before", before, n))[pairs]
    done = _checks.each("after", after, n)[pairs]
    return _slope(np.diff(heard, axis=1), np.diff(done, axis=1)[:, 0])


def randomised_peer_effect(
    network: Graph, drawn: ArrayLike, after: ArrayLike
) -> tuple[float, float]:
    """Estimate the peer effect where past behaviour was drawn at random.

    Parameters
    ----------
    network : Graph
        Who is tied to whom; people without ties are left out.
    drawn : array_like of float, shape (n,)
        Past behaviour, independent from person to person and of who they are.
    after : array_like of float, shape (n,)
        Behaviour.

    Returns
    -------
    (float, float)
        The slope of `peer_effect`, and a standard error that holds under homophily.

    Notes
    -----
    People with friends in common heard the same draws, and resemble each other in what
    was not drawn: they are not independent cases, and the error of `peer_effect` is too
    small. The draws are independent, so here each of them counts as one case.

    References
    ----------
    Adão, Kolesár & Morales 2019, Shift-share designs: theory and inference, Quarterly
    Journal of Economics 134(4):1949-2010, doi:10.1093/qje/qjz025.

    Examples
    --------
    >>> ring = Graph.from_edges([(i, (i + 1) % 9) for i in range(9)])
    >>> drawn = np.arange(9.0) ** 2 % 5
    >>> slope, error = randomised_peer_effect(ring, drawn, 0.5 * _mean_of_sources(ring, drawn))
    >>> round(slope, 6), round(error, 6)
    (0.5, 0.0)
    """
    tied, n = network.n_sources > 0, network.n_nodes
    z, y = _checks.each("drawn", drawn, n), _checks.each("after", after, n)
    slope, _ = peer_effect(network, z, y)
    own = np.column_stack([np.ones(n), z])[tied]
    heard, left = (
        x[tied] - own @ np.linalg.lstsq(own, x[tied])[0] for x in (_mean_of_sources(network, z), y)
    )
    weight = np.zeros(n)
    weight[tied] = (left - slope * heard) / network.n_sources[tied]
    reach = np.bincount(network.idx, weight[network._rows()], minlength=n)
    _checks.real("the spread of drawn among sources", np.ptp(heard), _checks.TINY)
    spread = np.linalg.norm((z - z.mean()) * reach)
    return slope, float(spread / (heard @ heard))


def _slope(X: Array, y: Array) -> tuple[float, float]:
    """Return the first least-squares coefficient and its standard error."""
    if len(y) <= X.shape[1]:
        raise ValueError(f"network, a graph, must have more than {X.shape[1]} cases; got {len(y)}.")
    inverse = np.linalg.pinv(X.T @ X)
    beta = inverse @ X.T @ y
    variance = ((y - X @ beta) ** 2).sum() / (len(y) - X.shape[1])
    return float(beta[0]), float(np.sqrt(variance * inverse[0, 0]))


def _mean_of_sources(network: Graph, x: ArrayLike) -> Array:
    values = np.asarray(x, float)[network.idx]
    sums = np.bincount(network._rows(), values, minlength=network.n_nodes)
    return np.asarray(sums / np.maximum(network.n_sources, 1))
