"""Graph: a network as two flat arrays, the form that every kernel reads."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._kernels import kernel
from karma_lib._lazy import TABLE
from karma_lib._typing import Array, Frame


@kernel
def _place(rows, cols, n, both):  # type: ignore[no-untyped-def]
    """Sort arcs by row in two passes (count, place), keeping their order in a row."""
    ptr = np.zeros(n + 1, np.int64)
    for i in range(len(rows)):
        ptr[rows[i] + 1] += 1
        if both and rows[i] != cols[i]:
            ptr[cols[i] + 1] += 1
    for i in range(n):
        ptr[i + 1] += ptr[i]
    idx = np.empty(ptr[n], np.int32)
    free = ptr[:-1].copy()
    for i in range(len(rows)):
        u, v = rows[i], cols[i]
        idx[free[u]] = v
        free[u] += 1
        if both and u != v:
            idx[free[v]] = u
            free[v] += 1
    return ptr, idx


@dataclass(frozen=True, eq=False)
class Graph:
    """A network of people, directed or not, as compressed sparse rows.

    Row *i* lists whom *i* listens to: its **sources**. An arc `i -> j` therefore reads
    "i listens to j" (i follows j, i links to j), and influence runs against it. An
    undirected edge is two arcs; a self-loop is one. Parallel arcs stay and count.

    Parameters
    ----------
    ptr : ndarray of int64, shape (n + 1,)
        Where each row begins; row *i* is `idx[ptr[i]:ptr[i + 1]]`.
    idx : ndarray of int32, shape (n_arcs,)
        The sources, row after row.
    directed : bool
        False where each edge stands in both rows.
    nodes : DataFrame, optional
        One row a person, in order: attributes such as `side`. Its index holds labels.

    Raises
    ------
    ValueError
        If the arrays do not fit together; the message says which rule is broken.

    Notes
    -----
    The arrays are read-only: models work on copies. 8 bytes a node and 4 bytes an arc;
    a directed graph whose listeners are asked for needs the same again.

    Examples
    --------
    Person 0 listens to 1 and 2; person 1 listens to 2:

    >>> graph = Graph.from_edges([(0, 1), (0, 2), (1, 2)], directed=True)
    >>> graph
    Graph(3 nodes, 3 arcs, directed)
    >>> graph.sources(0).tolist(), graph.n_sources.tolist()
    ([1, 2], [2, 1, 0])
    """

    ptr: Array
    idx: Array
    directed: bool = False
    nodes: Frame = TABLE

    def __post_init__(self) -> None:
        ptr, idx = _checks.whole("ptr", self.ptr), _checks.plain("idx", self.idx)
        n = len(ptr) - 1
        if n < 0 or ptr[0] != 0 or ptr[-1] != idx.size or (ptr[1:] < ptr[:-1]).any():
            raise ValueError(f"ptr must rise from 0 to the size of idx, {idx.size}; got {ptr}.")
        idx = _checks.people("idx", idx, n, None).astype(np.int32, copy=False)
        given = self.__dict__["_nodes"]
        if given is not None and len(_checks.columns("nodes", given)) != n:
            raise ValueError(f"nodes must have one row a node, {n}; got {len(given)} rows.")
        for name, value in {"ptr": ptr.view(), "idx": idx.view()}.items():
            value.flags.writeable = False
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel without the listeners, which are cheap to build again."""
        return Graph, (self.ptr, self.idx, self.directed, self.__dict__["_nodes"])

    def __sizeof__(self) -> int:
        """Count the arrays: a cluster sends what is large only once."""
        return int(self.ptr.nbytes + self.idx.nbytes)

    def __repr__(self) -> str:
        edges = f"{self.n_arcs} arcs, directed" if self.directed else f"{self.n_edges} edges"
        return f"Graph({self.n_nodes} nodes, {edges})"

    @classmethod
    def from_edges(
        cls,
        edges: ArrayLike,
        n_nodes: int | None = None,
        *,
        directed: bool = False,
        nodes: Frame | None = None,
    ) -> "Graph":
        """Build a graph from pairs of node numbers.

        Parameters
        ----------
        edges : array_like of int, shape (m, 2)
            Pairs (listener, source); the order matters only where `directed`.
        n_nodes : int, optional
            Number of nodes; by default one more than the largest number seen.
        directed : bool, default False
            Whether an edge is one arc or two.
        nodes : DataFrame, optional
            Attributes, one row a node.

        Raises
        ------
        TypeError, ValueError
            If the edges are not pairs of whole numbers, or a number is out of range.

        Examples
        --------
        >>> Graph.from_edges([(0, 1), (1, 2)], n_nodes=4)
        Graph(4 nodes, 2 edges)
        """
        pairs = _checks.plain("edges", edges)
        pairs = pairs.reshape(0, 2) if pairs.size == 0 else pairs
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise ValueError(f"edges must have shape (m, 2); got {pairs.shape}.")
        ends = _checks.whole("edges", pairs.ravel(), None)
        if n_nodes is None:
            n_nodes = int(ends.max()) + 1 if ends.size else 0
        n = _checks.count("n_nodes", n_nodes)
        pairs = _checks.people("edges", ends, n, None).reshape(-1, 2)
        if pairs.dtype != np.int32:  # as they are: a copy of ten million edges is 160 MB
            pairs = pairs.astype(np.int64, copy=False)
        ptr, idx = _place(pairs[:, 0], pairs[:, 1], n, not directed)
        return cls(ptr, idx, directed, nodes)

    @classmethod
    def from_frame(
        cls, frame: Frame, listener: Hashable = "listener", source: Hashable = "source", *,
        directed: bool = True,
    ) -> "Graph":  # fmt: skip
        """Build a graph from a table with one row an edge; labels may be anything.

        Parameters
        ----------
        frame : DataFrame
            One row an edge.
        listener, source : str, or what else names a column
            The columns that hold who listens, and to whom.
        directed : bool, default True
            Whether a row is one arc or two.

        Returns
        -------
        Graph
            Nodes in order of first appearance; `nodes.index` holds the labels.

        Raises
        ------
        KeyError
            If a column is missing.
        ValueError
            If a label is missing.

        Examples
        --------
        >>> import pandas as pd
        >>> table = pd.DataFrame({"listener": ["a", "b"], "source": ["b", "c"]})
        >>> Graph.from_frame(table).nodes.index.tolist()
        ['a', 'b', 'c']
        """
        import pandas as pd

        _checks.columns("frame", frame, listener, source, mixed=True)
        codes, labels = pd.factorize(frame[[listener, source]].to_numpy().ravel())
        if (codes < 0).any():
            row = int(np.flatnonzero(codes < 0)[0]) // 2
            raise ValueError(f"frame must name both ends of every edge; got a gap in row {row}.")
        nodes = pd.DataFrame(index=pd.Index(labels))
        pairs = codes.reshape(-1, 2)
        return cls.from_edges(pairs, len(labels), directed=directed, nodes=nodes)

    @classmethod
    def from_networkx(cls, graph: Any) -> "Graph":
        """Build a graph from a networkx graph; `u -> v` reads "u listens to v".

        Parameters
        ----------
        graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
            Node attributes become columns of `nodes`, labels its index; edge attributes
            are dropped.

        Examples
        --------
        >>> import networkx as nx
        >>> Graph.from_networkx(nx.karate_club_graph())
        Graph(34 nodes, 78 edges)
        """
        import pandas as pd

        if not hasattr(graph, "adjacency"):
            raise TypeError(f"graph must be a networkx graph; got {_checks.shown(graph)}.")
        place = {label: i for i, label in enumerate(graph)}
        pairs = [(place[edge[0]], place[edge[1]]) for edge in graph.edges()]
        nodes = pd.DataFrame([data for _, data in graph.nodes(data=True)], index=list(graph))
        return cls.from_edges(pairs, len(place), directed=graph.is_directed(), nodes=nodes)

    def to_networkx(self) -> Any:
        """Return a networkx graph with the same nodes, arcs and attributes.

        It is a MultiGraph or MultiDiGraph, because parallel arcs are kept.
        """
        import networkx as nx  # 0.2 s, and most work never needs it

        labels = self.nodes.index.tolist()
        graph = nx.MultiDiGraph() if self.directed else nx.MultiGraph()
        graph.add_nodes_from(zip(labels, self.nodes.to_dict("records"), strict=True))
        graph.add_edges_from((labels[i], labels[j]) for i, j in self.edges())
        return graph

    @property
    def n_nodes(self) -> int:
        """Number of people."""
        return len(self.ptr) - 1

    @property
    def n_arcs(self) -> int:
        """Number of directed entries; an undirected edge counts twice."""
        return len(self.idx)

    @property
    def n_edges(self) -> int:
        """Number of edges: arcs if directed, pairs of arcs (and loops) if not."""
        if self.directed:
            return self.n_arcs
        return (self.n_arcs + int(np.count_nonzero(self._rows() == self.idx))) // 2

    @property
    def n_sources(self) -> Array:
        """How many sources each person listens to: ndarray of int64, shape (n,)."""
        return np.diff(self.ptr)

    @cached_property
    def listeners(self) -> tuple[Array, Array]:
        """The reverse rows `(ptr, idx)`: who hears each person. Built once."""
        if not self.directed:
            return self.ptr, self.idx
        ptr, idx = _place(self.idx, self._rows(), self.n_nodes, False)
        return ptr, idx

    def sources(self, person: int) -> Array:
        """Return whom `person` listens to: ndarray of int32."""
        i = _checks.count("person", person, most=self.n_nodes - 1)
        return self.idx[self.ptr[i] : self.ptr[i + 1]]

    def edges(self) -> Array:
        """Return every edge once, as (listener, source): ndarray of int64, shape (m, 2)."""
        pairs = np.stack([self._rows(), self.idx], axis=1, dtype=np.int64)
        return pairs if self.directed else pairs[pairs[:, 0] <= pairs[:, 1]]

    def simplified(self, *, directed: bool | None = None) -> "Graph":
        """Return the graph without self-loops and parallel arcs.

        Parameters
        ----------
        directed : bool, optional
            False joins two people where either listens to the other. By default as it is.

        Returns
        -------
        Graph
            With rows sorted by source.

        Examples
        --------
        >>> twice = Graph.from_edges([(0, 1), (1, 0), (1, 1)], directed=True)
        >>> twice.simplified(), twice.simplified(directed=False)
        (Graph(2 nodes, 2 arcs, directed), Graph(2 nodes, 1 edges))
        """
        directed = self.directed if directed is None else directed
        pairs = self.edges()
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        pairs = np.unique(pairs if directed else np.sort(pairs, axis=1), axis=0)
        return Graph.from_edges(pairs, self.n_nodes, directed=directed, nodes=self.nodes)

    def subgraph(self, keep: ArrayLike) -> "Graph":
        """Return the network among some people only, renumbered in their old order.

        `keep` (array_like of bool, shape (n,)) is True for those who stay.
        """
        mask = _checks.plain("keep", keep)
        if mask.dtype != bool or mask.shape != (self.n_nodes,):
            found = f"{mask.dtype}, shape {mask.shape}"
            raise ValueError(f"keep must hold True or False for {self.n_nodes} nodes; got {found}.")
        number = np.cumsum(mask) - 1
        pairs = self.edges()
        pairs = number[pairs[mask[pairs].all(axis=1)]]
        kept = self.nodes[mask]
        return Graph.from_edges(pairs, len(kept), directed=self.directed, nodes=kept)

    def largest_component(self) -> "Graph":
        """Return the largest part in which everybody is linked, directions forgotten.

        Ties go to the part with the lowest node number.
        """
        from scipy.sparse import csgraph, csr_array  # 0.1 s, and few need it

        ones = np.ones(self.n_arcs, np.int8)
        matrix = csr_array((ones, self.idx, self.ptr), shape=(self.n_nodes, self.n_nodes))
        if not self.n_nodes:
            return self
        _, part = csgraph.connected_components(matrix, directed=False)
        return self.subgraph(part == np.bincount(part).argmax())

    def attribute(self, name: Hashable) -> Array:
        """Return one column of `nodes` as an array, or say which there are."""
        if name not in self.nodes:
            raise KeyError(f"name must be a column of nodes, {list(self.nodes)}; got {name!r}.")
        return np.asarray(self.nodes[name])

    def _rows(self) -> Array:
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), self.n_sources)
