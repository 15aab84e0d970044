"""How hard it is to get from one side to the other: walks, dipoles, distances.

State holds two sides (labels of any dtype), except for `euclidean_distance`. Where nobody
walks, for want of links or because all are influencers, walks and dipoles say nothing: nan.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array, diags_array, vstack
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import cg, spsolve

from karma_lib import _checks
from karma_lib._random import draws
from karma_lib._typing import Array, Seed
from karma_lib.graph import Graph
from karma_lib.measures.polarization import dipole_moment
from karma_lib.measures.structure import labels, opinions


def influencers(
    graph: Graph,
    state: ArrayLike,
    n_influencers: int | float = 10,
    *,
    at_random: bool = False,
    rng: Seed = None,
) -> Array:
    """Return the people of each of two sides whom most listen to.

    Parameters
    ----------
    graph : Graph
        The network.
    state : array_like, shape (n,)
        Two sides.
    n_influencers : int or float, default 10
        How many on each side, at most its size; a float in (0, 1) is a share of the
        side, rounded down, at least 1.
    at_random : bool, default False
        Draw them uniformly, as the published script does, not by degree.
    rng : int, SeedSequence, Generator or None
        Source of randomness, where they are drawn.

    Returns
    -------
    ndarray of int64, shape (n,)
        1 and 2 for influencers of the first and second side in sorted order, else 0. Ties
        in the number of listeners go to the lower node number.

    Examples
    --------
    >>> path = Graph.from_edges([(0, 1), (1, 2), (2, 3)])
    >>> influencers(path, [0, 0, 1, 1], 1).tolist()
    [0, 1, 2, 0]
    """
    side, _ = labels(graph, state, n_sides=2)
    heard = np.diff(graph.listeners[0])
    order = draws(rng).permutation(len(side)) if at_random else np.argsort(-heard, kind="stable")
    mark = np.zeros(len(side), np.int64)
    for which in (0, 1):
        members = order[side[order] == which]
        number = n_influencers
        if isinstance(number, float) and 0 < number < 1:
            number = max(int(number * len(members) + 1e-9), 1)
        count = _checks.count("n_influencers", number, least=1, most=len(members))
        mark[members[:count]] = which + 1
    return mark


def absorption(graph: Graph, mark: Array) -> Array:
    """Return each person's chance that a random walk ends at an influencer of side 1.

    Parameters
    ----------
    graph : Graph
        The network; a walk steps to a uniform source.
    mark : ndarray of int, shape (n,)
        1 and 2 at the influencers of either side, where walks stop; else 0.

    Returns
    -------
    ndarray of float64, shape (n,)
        In [0, 1]; nan where no influencer can be reached. Such people are taken out of
        the network first, with the links to them.

    Notes
    -----
    Solves (D - A) h = 0 with h fixed at the influencers: by conjugate gradients if the
    graph is undirected (50,000 people take about a second), else by sparse elimination.

    Examples
    --------
    >>> path = Graph.from_edges([(0, 1), (1, 2), (2, 3)])
    >>> absorption(path, np.array([1, 0, 0, 2])).round(6).tolist()
    [1.0, 0.666667, 0.333333, 0.0]
    """
    n, matrix = graph.n_nodes, _adjacency(graph)
    ends = np.flatnonzero(mark)
    last = coo_array((np.ones(len(ends)), (np.zeros(len(ends), int), ends)), shape=(1, n))
    doors = csr_array(vstack([matrix.T, last]))
    doors.resize((n + 1, n + 1))
    reached = breadth_first_order(doors, n, return_predecessors=False)
    chance = np.full(n, np.nan)
    chance[ends] = mark[ends] == 1
    found = np.zeros(n)
    found[reached[reached < n]] = 1
    free = np.flatnonzero((found == 1) & (mark == 0))
    if not len(free):
        return chance
    degree = matrix @ found  # links to who reaches nobody are left out with them
    system = csr_array((diags_array(degree) - matrix)[free][:, free])
    right = matrix[free][:, ends] @ chance[ends]
    if graph.directed:
        chance[free] = spsolve(system.tocsc(), right)
    else:
        rest = diags_array(1 / system.diagonal())
        chance[free], failed = cg(system, right, rtol=1e-12, maxiter=20 * n + 100, M=rest)
        if failed:
            raise ArithmeticError("the walk's equations did not converge; is a link repeated?")
    return np.asarray(np.clip(chance, 0, 1))


def random_walk_controversy(
    graph: Graph,
    state: ArrayLike,
    *,
    n_influencers: int | float = 10,
    at_random: bool = False,
    step_first: bool = False,
    from_influencers: bool = False,
    rng: Seed = None,
) -> float:
    """Return how much likelier walks stay with their side than cross, exactly.

    A walk starts at a uniform person of a side chosen by a fair coin, and stops at the
    first influencer. The score is P(start X | end X) P(start Y | end Y) - P(start Y | end X)
    P(start X | end Y).

    Parameters
    ----------
    graph : Graph
        The network; who reaches no influencer is left out, with a warning.
    state : array_like, shape (n,)
        Two sides. One only, or three, is an error.
    n_influencers, at_random, rng
        See `influencers`.
    step_first : bool, default False
        Whether a walk that starts at an influencer must leave before it may stop.
    from_influencers : bool, default False
        Start at influencers only and step first. With `at_random` this is the expected
        value of the script that its authors published, given the influencers drawn.

    Returns
    -------
    float
        -1 to 1: 1 is two worlds, 0 no barrier. nan if all walks end on one side, or if
        nobody takes a step (no links, or everybody an influencer): no walk, no barrier seen.

    Notes
    -----
    *Pitfalls*: ties in degree move the score by some hundredths on small networks. The
    score is high on random networks too, above all with sides found in the network
    itself: hold it to `structure.standardised`.

    References
    ----------
    Garimella, De Francisci Morales, Gionis & Mathioudakis 2018, Quantifying controversy
    on social media, ACM Transactions on Social Computing 1(1):3, doi:10.1145/3140565.

    Examples
    --------
    >>> import networkx as nx
    >>> club = Graph.from_networkx(nx.karate_club_graph())
    >>> round(random_walk_controversy(club, club.attribute("club"), n_influencers=3), 6)
    0.828406
    """
    side, _ = labels(graph, state, n_sides=2)
    mark = influencers(graph, state, n_influencers, at_random=at_random, rng=rng)
    ends = absorption(graph, mark)
    if step_first or from_influencers:
        ends = np.where(mark > 0, _after_a_step(graph, ends), ends)
    elif _nobody_walks(mark, ends):
        return float("nan")
    if lost := int(np.isnan(ends).sum()):
        warnings.warn(f"{lost} people reach no influencer and were left out.", stacklevel=2)
    counted = ~np.isnan(ends) & ((mark > 0) | (not from_influencers))
    if len(np.unique(side[counted])) < 2:
        return float("nan")
    x, y = (ends[counted & (side == which)].mean() for which in (0, 1))
    if not 0 < x + y < 2:
        return float("nan")
    return float((x * (1 - y) - y * (1 - x)) / ((x + y) * (2 - x - y)))


def relaxed_dipole(graph: Graph, state: ArrayLike, *, n_influencers: int | float = 0.05) -> float:
    """Return the dipole moment of opinions that spread from both sides' influencers.

    Influencers hold 1 and -1, everybody else the mean of those they listen to; then
    `dipole_moment`. 0 (mixed) to 1 (apart); who reaches no influencer is left out. nan if
    nobody hears one (no links, or everybody an influencer): the opinions are those put in.
    Opinions within 1e-9 of 0 stand in the middle, in no camp.

    Examples
    --------
    >>> round(relaxed_dipole(Graph.from_edges([(0, 1), (2, 3)]), [0, 0, 1, 1]), 9)
    1.0
    """
    mark = influencers(graph, state, n_influencers)
    opinion = (2 * absorption(graph, mark) - 1).round(9)
    if _nobody_walks(mark, opinion):
        return float("nan")
    known = ~np.isnan(opinion)
    return dipole_moment(graph.subgraph(known), opinion[known])


def euclidean_distance(graph: Graph, state: ArrayLike) -> float:
    """Return the generalised Euclidean distance of two camps on the network.

    Parameters
    ----------
    graph : Graph
        Undirected and connected.
    state : array_like of float, shape (n,)
        Opinions: the positive ones are one camp, the negative ones the other.

    Returns
    -------
    float
        sqrt(o' L+ o), L+ the pseudo-inverse of the Laplacian: 0 (consensus) upwards,
        without a bound; larger where camps are larger, further apart or badly linked.

    References
    ----------
    Hohmann, Devriendt & Coscia 2023, Quantifying ideological polarization on a network
    using generalized Euclidean distance, Science Advances 9(9):eabq2044,
    doi:10.1126/sciadv.abq2044.

    Examples
    --------
    >>> round(euclidean_distance(Graph.from_edges([(0, 1)]), [1, -1]), 9)
    1.0
    """
    values, matrix = opinions(graph, state), _adjacency(graph)
    parts = connected_components(matrix, directed=False)[0] if graph.n_nodes else 0
    if graph.directed or parts != 1:
        raise ValueError(
            f"graph must be undirected and connected; got {graph!r} in {parts} parts. "
            "Use graph.simplified(directed=False).largest_component()."
        )
    values = values - values.mean()
    if graph.n_nodes == 1 or not values.any():
        return 0.0
    laplacian = diags_array(np.asarray(matrix.sum(axis=1))) - matrix
    grounded = csr_array(csr_array(laplacian)[1:, 1:])
    rest = diags_array(1 / grounded.diagonal())
    potential, failed = cg(grounded, values[1:], rtol=1e-12, maxiter=20 * graph.n_nodes, M=rest)
    if failed:
        raise ArithmeticError("the distance's equations did not converge.")
    return float(np.sqrt(values[1:] @ potential))


def _adjacency(graph: Graph) -> csr_array:
    """Return the links as a matrix of counts, without self-loops, which stop no walk."""
    rows = graph._rows()
    apart = rows != graph.idx
    links = (np.ones(apart.sum()), (rows[apart], graph.idx[apart]))
    return csr_array(coo_array(links, shape=(graph.n_nodes, graph.n_nodes)))


def _nobody_walks(mark: Array, ends: Array) -> bool:
    """Tell whether no walk takes a step before it ends."""
    return bool(np.isnan(ends[mark == 0]).all())


def _after_a_step(graph: Graph, chance: Array) -> Array:
    """Return everybody's chance after one step to a source; nan where there is none."""
    apart = (graph._rows() != graph.idx) & ~np.isnan(chance[graph.idx])
    rows = graph._rows()[apart]
    steps = np.bincount(rows, minlength=graph.n_nodes)
    sums = np.bincount(rows, chance[graph.idx[apart]], minlength=graph.n_nodes)
    return np.asarray(np.where(steps, sums / np.maximum(steps, 1), np.nan))
