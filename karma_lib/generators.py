"""Random networks in the form that the models need.

igraph draws them, because it draws five million edges in seconds, where networkx needs a
minute and gigabytes. igraph draws from one generator a process; each call here lends it
a fresh one, seeded by `rng`, under a lock, and takes it back. Small worlds come from
networkx: igraph rewires both ends of an edge, Watts and Strogatz rewire one.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any

import numpy as np

from karma_lib import _checks
from karma_lib._checks import Count, Number
from karma_lib._doors import guard
from karma_lib._random import draws
from karma_lib._typing import Seed
from karma_lib.graph import Graph

_ONE_AT_A_TIME = Lock()


@contextmanager
def lent_to_igraph(rng: Seed) -> Iterator[None]:
    """Lend igraph a generator that nobody else uses, for as long as the block lasts."""
    import igraph  # 0.1 s, and only those who draw graphs need it

    seed = int(draws(rng).integers(2**63))
    with _ONE_AT_A_TIME:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)


def _drawn(make: Callable[[], Any], rng: Seed) -> Graph:
    """Let igraph draw a graph."""
    with lent_to_igraph(rng):
        graph = make()
    ends = np.fromiter(chain.from_iterable(graph.get_edgelist()), np.int64, 2 * graph.ecount())
    return Graph.from_edges(ends.reshape(-1, 2), graph.vcount())


def complete(n_nodes: Count) -> Graph:
    """Return the network in which everybody listens to everybody else.

    Parameters
    ----------
    n_nodes : int
        Number of people, at least 0; the network has n (n - 1) / 2 edges.

    Returns
    -------
    Graph

    Examples
    --------
    >>> complete(4)
    Graph(4 nodes, 6 edges)
    """
    return Graph.from_edges(np.column_stack(np.triu_indices(n_nodes, 1)), n_nodes)


def random_graph(n_nodes: Number, mean_degree: float, *, rng: Seed = None) -> Graph:
    """Draw an Erdős–Rényi network G(n, p): every pair is linked with the same chance.

    Parameters
    ----------
    n_nodes : int
        Number of people, at least 1.
    mean_degree : float
        Expected number of links a person, in [0, n - 1]; p = mean_degree / (n - 1).
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        Undirected, without loops or parallel edges; isolated people are possible.

    References
    ----------
    Gilbert 1959, Random graphs, Annals of Mathematical Statistics 30(4):1141-1144,
    doi:10.1214/aoms/1177706098.

    Examples
    --------
    >>> random_graph(1_000, 4, rng=1).n_nodes
    1000
    """
    import igraph

    z = _checks.real("mean_degree (below n_nodes)", mean_degree, 0, n_nodes - 1)
    return _drawn(partial(igraph.Graph.Erdos_Renyi, n=n_nodes, p=z / max(n_nodes - 1, 1)), rng)


def small_world(n_nodes: int, degree: int, rewired: float, *, rng: Seed = None) -> Graph:
    """Draw a Watts–Strogatz network: a ring of neighbours, some links rewired at random.

    Parameters
    ----------
    n_nodes : int
        Number of people, more than `degree`.
    degree : int
        Links a person before rewiring; even, at least 2.
    rewired : float
        Chance in [0, 1] that an edge gets a random far end; its near end stays.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        Undirected, n * degree / 2 edges, without loops or parallel edges.

    References
    ----------
    Watts & Strogatz 1998, Collective dynamics of small-world networks, Nature
    393:440-442, doi:10.1038/30918.

    Examples
    --------
    >>> small_world(100, degree=4, rewired=0.1, rng=1)
    Graph(100 nodes, 200 edges)
    """
    import networkx as nx

    k = _checks.count("degree", degree, least=2)
    if k % 2:
        raise ValueError(f"degree must be even (half the links on each side); got {k}.")
    n = _checks.count("n_nodes", n_nodes, least=k + 1)
    p = _checks.real("rewired", rewired, 0, 1)
    return Graph.from_networkx(nx.watts_strogatz_graph(n, k, p, seed=draws(rng)))


def shuffled(graph: Graph, *, connected: bool = False, rng: Seed = None) -> Graph:
    """Draw a network in which everybody has as many links as before, to other people.

    Parameters
    ----------
    graph : Graph
        Undirected, without self-loops and parallel edges.
    connected : bool, default False
        Whether it must be in one piece, as `graph` then must be.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        After ten swaps an edge: `a-b, c-d` becomes `a-d, c-b` where that is allowed; or,
        where `connected`, drawn by the method of Viger and Latapy.

    References
    ----------
    Maslov & Sneppen 2002, Specificity and stability in topology of protein networks,
    Science 296:910-913, doi:10.1126/science.1065103.
    Viger & Latapy 2016, Efficient and simple generation of random simple connected graphs
    with prescribed degree sequence, Journal of Complex Networks 4(1):15-37,
    doi:10.1093/comnet/cnv013.

    Examples
    --------
    >>> ring = small_world(50, degree=4, rewired=0, rng=1)
    >>> shuffled(ring, rng=2).n_sources.tolist() == ring.n_sources.tolist()
    True
    """
    import igraph

    if graph.directed or graph.simplified().n_edges != graph.n_edges:
        raise ValueError(
            "graph must be undirected, without self-loops and parallel edges; use "
            f"graph.simplified(directed=False). Got {graph!r}."
        )

    drawn = igraph.Graph(n=graph.n_nodes, edges=graph.edges().tolist())
    if connected and not drawn.is_connected():
        raise ValueError(
            f"graph must be in one piece to be shuffled into one; got {graph!r} in "
            f"{len(drawn.components())}. Use graph.largest_component()."
        )

    def make() -> Any:
        if connected:
            rule = "one that swaps can change"
            with _checks.understood("graph", rule, graph, igraph.InternalError, MemoryError):
                return igraph.Graph.Degree_Sequence(drawn.degree(), method="vl")
        drawn.rewire(n=10 * graph.n_edges)
        return drawn

    return _drawn(make, rng)


def two_groups(
    n_nodes: int, mean_degree: float, separation: float, *, share: float = 0.5, rng: Seed = None
) -> Graph:
    """Draw a network with two planted groups, whose separation is known.

    Parameters
    ----------
    n_nodes : int
        Number of people, at least 4.
    mean_degree : float
        Expected number of links a person, at least 0.
    separation : float
        In [0, 1]: this part of the links that a random network would have between the
        groups is moved inside them. 0 is a random network, 1 two worlds.
    share : float, default 0.5
        Of people in the first group, in (0, 1), rounded; at least two are in each.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        Undirected, without loops or parallel edges. Column `side` of `nodes` is -1.0 in
        the first group, who have the lowest numbers, and 1.0 in the second. Any two
        people inside a group are linked with one chance, any two across with another.

    Notes
    -----
    With equal halves the expected share of links inside is (1 + `separation`) / 2, up to
    1 / n; assortativity, and minus the E-I index, then estimate `separation`.

    References
    ----------
    Holland, Laskey & Leinhardt 1983, Stochastic blockmodels: first steps, Social Networks
    5:109-137, doi:10.1016/0378-8733(83)90021-7.

    Examples
    --------
    >>> from karma_lib import measures
    >>> town = two_groups(400, 10, 1, rng=1)
    >>> measures.cut(town, town.attribute("side"))
    0.0
    """
    import igraph
    import pandas as pd

    n = _checks.count("n_nodes", n_nodes, least=4)
    apart = _checks.real("separation", separation, 0, 1)
    first = round(n * _checks.real("share", share, 0, 1))
    if not 2 <= first <= n - 2:
        raise ValueError(f"share must leave two people in each group; got {share:g} of {n}.")
    across = first * (n - first)
    inside = n * (n - 1) // 2 - across
    chance = _checks.real("mean_degree", mean_degree, 0) / (n - 1)
    within, between = chance * (1 + apart * across / inside), chance * (1 - apart)
    if within > 1:
        most = f"{mean_degree / within:.4g} in {n} n_nodes"
        raise ValueError(f"mean_degree must be at most {most}; got {mean_degree:g}.")
    sizes, blocks = [first, n - first], [[within, between], [between, within]]
    graph = _drawn(partial(igraph.Graph.SBM, blocks, sizes), rng)
    sides = pd.DataFrame({"side": np.repeat([-1.0, 1.0], sizes)})
    return Graph(graph.ptr, graph.idx, nodes=sides)


def preferential_attachment(n_nodes: int, links: Number, *, rng: Seed = None) -> Graph:
    """Draw a Barabási–Albert network: newcomers link to those who have many links.

    Parameters
    ----------
    n_nodes : int
        Number of people, more than `links`.
    links : int
        Links that each newcomer makes, at least 1.
    rng : int, SeedSequence, Generator or None
        Source of randomness.

    Returns
    -------
    Graph
        Undirected, without loops or parallel edges: a few hubs, many with few links.

    References
    ----------
    Barabási & Albert 1999, Emergence of scaling in random networks, Science
    286:509-512, doi:10.1126/science.286.5439.509.

    Examples
    --------
    >>> preferential_attachment(100, links=2, rng=1)
    Graph(100 nodes, 197 edges)
    """
    import igraph

    n = _checks.count("n_nodes", n_nodes, least=links + 1)
    return _drawn(partial(igraph.Graph.Barabasi, n=n, m=links), rng)


guard(__name__)
