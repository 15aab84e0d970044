"""Two sides found in a network itself, for want of anybody who knows them."""

import numpy as np

from karma_lib._typing import Array, Seed
from karma_lib.generators import lent_to_igraph
from karma_lib.graph import Graph


def two_sides(graph: Graph, *, rng: Seed = 0) -> Array:
    """Split a network in two so that many links stay inside: Newman's leading eigenvector.

    Parameters
    ----------
    graph : Graph
        Undirected and connected: `graph.simplified(directed=False).largest_component()`.
    rng : int, SeedSequence, Generator or None, default 0
        Source of randomness of the first guess at the eigenvector; two seeds differ at
        most in people who stand between the sides.

    Returns
    -------
    ndarray of int64, shape (n,)
        0 for the side of person 0, else 1; all 0 where no split beats chance.

    Raises
    ------
    ValueError
        If the network is directed, in pieces or empty.

    Notes
    -----
    *Pitfall*: it finds sides in **every** network, also where nobody took sides. A score
    of such sides must be held to that of random networks in which sides were found in the
    same way: `standardised(measure, graph, two_sides(graph), sides=two_sides)`.

    References
    ----------
    Newman 2006, Finding community structure in networks using the eigenvectors of
    matrices, Physical Review E 74:036104, doi:10.1103/PhysRevE.74.036104.

    Examples
    --------
    Two triangles and a bridge:

    >>> edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]
    >>> two_sides(Graph.from_edges(edges)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    import igraph  # 0.1 s, and only those who look for sides need it

    net = igraph.Graph(n=graph.n_nodes, edges=graph.edges().tolist())
    if graph.directed or not net.is_connected():
        raise ValueError(
            f"graph must be undirected and connected; got {graph!r} in "
            f"{len(net.components())} parts. "
            "Use graph.simplified(directed=False).largest_component()."
        )
    with lent_to_igraph(rng):
        found = np.array(net.community_leading_eigenvector(clusters=2).membership, np.int64)
    return np.asarray(found != found[0], np.int64)
