"""Averaging models, held to closed forms, to identities and to a general optimiser."""

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import minimize

from karma_lib import Graph, generators
from karma_lib._random import IDLE
from karma_lib.models.echo.administrator import NetworkAdministrator
from karma_lib.models.echo.influence import DeGroot, FriedkinJohnsen, equilibrium
from karma_lib.theory import influence as theory


def drawn(seed, n=40):
    graph = generators.small_world(n, 4, 0.3, rng=seed)
    return graph, np.random.default_rng(seed).uniform(-1, 1, n)


def test_a_crowd_ends_at_the_mean_weighted_by_links():
    graph, x = drawn(1)
    run = DeGroot(opinions=x).run(graph, n_steps=5000, record_every=50)
    assert run.final == pytest.approx(np.full(40, theory.consensus(graph, x)), abs=1e-9)
    assert run.steps[-1] < 5000


def test_differences_shrink_by_the_second_eigenvalue():
    graph, x = drawn(2)
    end = theory.consensus(graph, x)
    gaps = [
        np.abs(frame - end).max()
        for _, frame in DeGroot(opinions=x).run(graph, n_steps=120, record_every=20).frames
    ]
    assert (gaps[-1] / gaps[-2]) ** (1 / 20) == pytest.approx(
        theory.convergence_rate(graph), abs=1e-3
    )


def test_one_step_is_the_matrix_product_with_weights_loops_and_parallel_arcs():
    rng = np.random.default_rng(3)
    edges = np.vstack([rng.integers(0, 8, (30, 2)), [[1, 1], [2, 3], [2, 3]]])
    graph = Graph.from_edges(edges, 9, directed=True)  # person 8 listens to nobody
    w, x = rng.uniform(0, 2, graph.n_arcs), rng.uniform(-1, 1, 9)
    W = np.zeros((9, 9))
    np.add.at(W, (graph._rows(), graph.idx), w)
    moved = DeGroot(opinions=x, own_weight=0.5, weight=w).run(graph, n_steps=1).final
    assert moved == pytest.approx((0.5 * x + W @ x) / (0.5 + W.sum(axis=1)))
    assert DeGroot(opinions=x, own_weight=0).run(graph, n_steps=3).final[8] == x[8]
    z = equilibrium(graph, x, w)
    assert (np.eye(9) + np.diag(W.sum(axis=1)) - W) @ z == pytest.approx(x, abs=1e-10)
    iterated = FriedkinJohnsen(innate=x, weight=w).run(graph, n_steps=2000, record_every=100)
    assert iterated.final == pytest.approx(z, abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_conflict_disagreement_and_controversy_add_up(seed):
    graph, s = drawn(seed)
    z = FriedkinJohnsen(innate=s).run(graph, n_steps=3000, record_every=100).final
    assert z == pytest.approx(equilibrium(graph, s), abs=1e-10)
    t = theory.tensions(graph, s, z)
    assert t["internal_conflict"] + 2 * t["disagreement"] + t["controversy"] == pytest.approx(s @ s)
    laplacian = nx.laplacian_matrix(nx.Graph(graph.edges().tolist()), nodelist=range(40)).toarray()
    centred = s - s.mean()
    assert t["polarization"] + t["disagreement"] == pytest.approx(
        centred @ np.linalg.solve(np.eye(40) + laplacian, centred)
    )


def test_no_selfish_crowd_costs_more_than_nine_eighths():
    for seed in range(5):
        graph, s = drawn(seed)
        rest, best = (
            theory.tensions(graph, s, equilibrium(graph, s, pull=p))["cost"] for p in (1, 2)
        )
        assert best <= rest <= 9 / 8 * best
    values = [theory.price_of_anarchy(x) for x in (0, 0.5, 1, 2, 9)]
    assert max(values) == values[2] == 9 / 8


def test_expected_blocks_have_the_closed_polarization():
    n, q, p = 60, 0.02, 0.3
    sides = np.repeat([1.0, -1.0], n // 2)
    graph = generators.complete(n)
    same = sides[graph._rows()] == sides[graph.idx]
    z = equilibrium(graph, sides, np.where(same, p, q))
    assert ((z - z.mean()) ** 2).sum() == pytest.approx(theory.two_block_polarization(n, q))


def test_the_administrator_finds_the_cheapest_weights():
    # Five people, all pairs: a general constrained optimiser must not do better.
    graph, s = generators.complete(5), np.array([-1, -0.8, 0.1, 0.7, 1.0])
    pairs = graph.edges()
    z = equilibrium(graph, s)
    cost, first = (z[pairs[:, 0]] - z[pairs[:, 1]]) ** 2, np.ones(10)
    keeps = np.zeros((5, 10))
    keeps[pairs[:, 0], range(10)] = keeps[pairs[:, 1], range(10)] = 1
    for movable, penalty in ((0.1, 0), (0.3, 0), (0.5, 0), (0.3, 0.05)):
        reference = minimize(
            lambda w, g=penalty: w @ cost + 2 * g * w @ w,
            first,
            method="SLSQP",
            bounds=[(0, None)] * 10,
            options={"ftol": 1e-14, "maxiter": 500},
            constraints=[
                {"type": "eq", "fun": lambda w: keeps @ (w - first)},
                {"type": "ineq", "fun": lambda w, m=movable: m**2 * 10 - (w - first) @ (w - first)},
            ],
        )
        model = NetworkAdministrator(innate=s, movable=movable, penalty=penalty)
        state = model.start(graph, IDLE)
        model.advance(graph, state, 1, IDLE)
        w = state.weight
        assert w @ cost + 2 * penalty * w @ w == pytest.approx(reference.fun, abs=2e-5)
        assert keeps @ w == pytest.approx(np.full(5, 4), abs=1e-8)
        assert w.min() >= 0
        assert np.linalg.norm(w - 1) <= movable * 10**0.5 + 1e-8


def test_less_disagreement_in_the_feed_means_more_polarization():
    net = nx.planted_partition_graph(2, 30, 0.4, 0.1, seed=4)
    graph, s = Graph.from_networkx(net), np.repeat([-1.0, 1.0], 30)
    run = NetworkAdministrator(innate=s, movable=0.4).run(graph, n_steps=6)
    polarization = [frame.var() for _, frame in run.frames]
    assert all(np.diff(polarization) > -1e-9)
    assert polarization[-1] > 1.3 * polarization[0]
    calm = NetworkAdministrator(innate=s, movable=0.4, penalty=5).run(graph, n_steps=6)
    assert calm.final.var() < polarization[-1]
    wide = NetworkAdministrator(innate=s, movable=0.2, new_links=True).run(graph, n_steps=2)
    assert wide.frames[-1][0].n_edges > graph.n_edges
    still = NetworkAdministrator(innate=s, movable=0).run(graph, n_steps=2)
    assert still.final == pytest.approx(equilibrium(graph, s), abs=1e-9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DeGroot(opinions=[0, np.nan]), "opinions must be finite"),
        (lambda: DeGroot(weight=-1), "weight must be finite and at least 0; got -1"),
        (
            lambda: DeGroot(opinions=[1, 2]).run(generators.complete(3), n_steps=1),
            "person of the network .graph., 3",
        ),
        (lambda: DeGroot(weight=[1]).run(generators.complete(3), n_steps=1), "one an arc, 6"),
        (lambda: NetworkAdministrator(movable=1.5), r"movable must lie in \[0, 1\]"),
        (
            lambda: NetworkAdministrator().run(
                Graph.from_edges([(0, 1)], directed=True), n_steps=1
            ),
            "must be undirected",
        ),
        (lambda: equilibrium(generators.complete(2), [0, 1], pull=-1), "pull must be"),
        (lambda: theory.consensus(Graph.from_edges([], 3), [0, 1, 2]), "must be connected"),
        (
            lambda: theory.consensus(Graph.from_edges([(0, 1)]), [1]),
            "person of the network .graph., 2; got shape",
        ),
        (lambda: theory.convergence_rate(Graph.from_edges([], 0)), r"undirected .*, with people"),
        (lambda: theory.tensions(Graph.from_edges([(0, 1)]), [0], [0, 1]), "innate must hold one"),
        (lambda: theory.tensions(Graph.from_edges([(0, 1)]), [0, 1], [0, 1], -1), "weight must be"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_empty_and_an_unlinked_crowd_stay_as_they_are():
    assert DeGroot().run(Graph.from_edges([], 0), n_steps=2).final.shape == (0,)
    alone = Graph.from_edges([], 3)
    assert FriedkinJohnsen(innate=[1, 2, 3]).run(alone, n_steps=2).final.tolist() == [1, 2, 3]
    assert NetworkAdministrator(innate=[1, 2, 3]).run(alone, n_steps=2).final.tolist() == [1, 2, 3]
