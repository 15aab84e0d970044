import pickle
import subprocess
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import karma_lib as kl
from karma_lib import Graph

EDGES = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40)
    )
)


@given(EDGES, st.booleans())
@settings(max_examples=150, deadline=None)
def test_rows_are_what_the_edges_say(drawn, directed):
    n, edges = drawn
    graph = Graph.from_edges(edges, n, directed=directed)
    for i in range(n):
        wanted = [b for a, b in edges if a == i]
        if not directed:
            wanted = [b if a == i else a for a, b in edges if i in (a, b)]
        assert graph.sources(i).tolist() == wanted
    assert graph.n_edges == len(edges)


@given(EDGES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_networkx_and_back(drawn, directed):
    n, edges = drawn
    graph = Graph.from_edges(edges, n, directed=directed)
    back = Graph.from_networkx(graph.to_networkx())
    assert (back.n_nodes, back.directed) == (n, directed)
    assert sorted(map(tuple, back.edges())) == sorted(map(tuple, graph.edges()))


@given(EDGES)
@settings(max_examples=100, deadline=None)
def test_listeners_are_the_reverse_of_sources(drawn):
    n, edges = drawn
    ptr, idx = Graph.from_edges(edges, n, directed=True).listeners
    for i in range(n):
        assert sorted(idx[ptr[i] : ptr[i + 1]]) == sorted(a for a, b in edges if b == i)


@given(EDGES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_simplified_and_largest_component_agree_with_networkx(drawn, directed):
    n, edges = drawn
    graph = Graph.from_edges(edges, n, directed=directed)
    peer = (nx.DiGraph if directed else nx.Graph)()
    peer.add_nodes_from(range(n))
    peer.add_edges_from((a, b) for a, b in edges if a != b)
    assert graph.simplified().n_edges == peer.number_of_edges()
    assert graph.simplified(directed=False).n_edges == peer.to_undirected().number_of_edges()
    parts = nx.weakly_connected_components(peer) if directed else nx.connected_components(peer)
    assert graph.largest_component().n_nodes == max(map(len, parts))


def test_direction_is_listener_then_source():
    graph = Graph.from_networkx(nx.DiGraph([("fan", "star")]))
    fan, star = 0, 1
    assert graph.nodes.index.tolist() == ["fan", "star"]
    assert graph.sources(fan).tolist() == [star]
    ptr, idx = graph.listeners
    assert idx[ptr[star] : ptr[star + 1]].tolist() == [fan]


def test_from_frame_keeps_labels_in_order_of_appearance():
    table = pd.DataFrame({"who": ["é", "b"], "whom": ["b", "x"]})
    graph = Graph.from_frame(table, "who", "whom")
    assert graph.nodes.index.tolist() == ["é", "b", "x"]
    assert graph.sources(0).tolist() == [1]


def test_attributes_travel_with_people():
    nodes = pd.DataFrame({"side": ["a", "b", "a", "b"]})
    graph = Graph.from_edges([(0, 1), (2, 3), (3, 1)], nodes=nodes)
    part = graph.subgraph([False, True, True, True])
    assert part.attribute("side").tolist() == ["b", "a", "b"]
    assert part.edges().tolist() == [[0, 2], [1, 2]]


def test_arrays_are_read_only():
    graph = Graph.from_edges([(0, 1)])
    with pytest.raises(ValueError, match="read-only"):
        graph.idx[0] = 0


def test_empty_graphs_are_graphs():
    for graph in (Graph.from_edges([]), Graph.from_edges([], 3)):
        assert graph.n_edges == 0
        assert graph.largest_component().n_nodes <= 1
        assert Graph.from_networkx(graph.to_networkx()).n_nodes == graph.n_nodes


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: Graph.from_edges([(0, 5)], 3), ValueError, "edges must hold node numbers from 0 to n_nodes - 1 of the graph, 2; got 5."),
        (lambda: Graph.from_edges([(0, -1)], 3), ValueError, "got -1."),
        (lambda: Graph.from_edges([(0.5, 1)]), TypeError, "edges must hold whole node numbers"),
        (lambda: Graph.from_edges([(0, 1, 2)]), ValueError, "edges must have shape (m, 2); got (1, 3)."),
        (lambda: Graph.from_edges([(0, 1)], 2**31), ValueError, "n_nodes must be at most"),
        (lambda: Graph(np.array([0, 2]), np.array([0])), ValueError, "ptr must rise from 0"),
        (lambda: Graph(np.array([0, 1]), np.array([3])), ValueError, "idx must hold node numbers"),
        (lambda: Graph.from_edges([(0, 1)], nodes=pd.DataFrame({"a": [1]})), ValueError, "one row a node, 2; got 1"),
        (lambda: Graph.from_frame(pd.DataFrame({"a": [1]})), KeyError, "frame must have the columns ['listener', 'source']"),
        (lambda: Graph.from_frame(pd.DataFrame({"listener": ["a"], "source": [None]})), ValueError, "got a gap in row 0"),
        (lambda: Graph.from_edges([(0, 1)]).subgraph([1, 0]), ValueError, "keep must hold True or False"),
        (lambda: Graph.from_edges([(0, 1)]).attribute("side"), KeyError, "name must be a column of nodes"),
        (lambda: Graph.from_edges([(0, 1)]).sources(2), ValueError, "person must be at most 1; got 2."),
    ],
)  # fmt: skip
def test_errors_are_sentences(call, error, sentence):
    with pytest.raises(error) as caught:
        call()
    assert sentence in str(caught.value)


def test_building_a_large_graph_needs_few_bytes_an_edge():
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 100_000, (1_000_000, 2))
    graph = Graph.from_edges(pairs, 100_000)
    assert graph.idx.nbytes + graph.ptr.nbytes <= 8 * (graph.n_nodes + 1) + 4 * graph.n_arcs
    assert kl.Graph is Graph


def test_labels_without_attributes_travel_and_a_run_loads_no_pandas():
    graph = Graph.from_frame(pd.DataFrame({"listener": ["a"], "source": ["b"]}))
    assert pickle.loads(pickle.dumps(graph)).nodes.index.tolist() == ["a", "b"]
    assert Graph.from_edges([(0, 1)]).nodes.index.tolist() == [0, 1]
    code = (
        "import sys, karma_lib as kl; kl.Threshold().sizes(kl.generators.complete(9), rng=1);"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_network_weighs_what_its_arrays_weigh():
    graph = Graph.from_edges([(0, 1), (1, 2)])
    assert graph.__sizeof__() == graph.ptr.nbytes + graph.idx.nbytes > 0
