import networkx as nx
import pytest

from karma_lib.reproduction import majorities


@pytest.mark.parametrize(
    ("name", "links", "shortest", "triangles"),
    [("square", 4, 4, 0), ("triangular", 6, 3, 6), ("honeycomb", 3, 6, 0), ("kagome", 4, 3, 2)],
)
def test_lattices_are_what_they_are_called(name, links, shortest, triangles):
    graph = nx.Graph(majorities.lattice(name, 8).to_networkx())
    assert set(dict(graph.degree).values()) == {links}
    assert nx.girth(graph) == shortest
    assert set(nx.triangles(graph).values()) == {triangles}
    assert nx.is_connected(graph)


def test_the_cumulant_tells_order_from_disorder():
    graph = majorities.lattice("square", 8)
    assert majorities._cumulant(graph, 0.01, 1, 500) == pytest.approx(2 / 3, abs=0.01)
    assert abs(majorities._cumulant(graph, 0.4, 1, 4000)) < 0.1


def test_square_lattice_loses_order_where_it_should():
    assert majorities.critical_noise("square", side=6, n_samples=1500) == pytest.approx(
        0.075, abs=0.004
    )
