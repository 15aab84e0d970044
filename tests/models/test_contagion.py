from itertools import combinations, product

import numpy as np
import pytest

from karma_lib import generators
from karma_lib.graph import Graph
from karma_lib.models.herd.contagion import (
    ComplexContagion,
    IndependentCascade,
    LinearThreshold,
    _gaps,
)
from karma_lib.models.herd.seeds import greedy_seeds, most_heard
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.theory import contagion as theory

# Six people, directed, with a parallel arc, a self-loop, a cycle and an isolated person.
ARCS = [(1, 0), (1, 0), (2, 0), (2, 1), (3, 1), (3, 2), (4, 3), (0, 4), (3, 3)]
KNOT = Graph.from_edges(ARCS, 6, directed=True)
CHANCES = np.array([0.9, 0.1, 0.4, 0.7, 0.2, 0.5, 0.3, 0.8, 0.6])
SKEWED = np.array([1.0, 0, 0.01, 0.02, 0, 0.05, 0.03, 0, 0.0])
WEIGHTS = np.array([0.2, 0.6, 0.1, 0.5, 0.4, 0.1, 0.3, 0.25, 0.9])


def reached(graph, live, seeds):
    joined, rows = set(seeds), np.repeat(np.arange(graph.n_nodes), graph.n_sources)
    while True:
        more = {int(rows[j]) for j in live if int(graph.idx[j]) in joined} - joined
        if not more:
            return len(joined)
        joined |= more


def live_edge_cascade(graph, chances, seeds):
    """The law of the size by keeping each arc or not: 2^arcs subgraphs."""
    law = np.zeros(graph.n_nodes + 1)
    chances = np.broadcast_to(chances, graph.n_arcs)
    for kept in product((False, True), repeat=graph.n_arcs):
        weight = np.where(kept, chances, 1 - chances).prod()
        law[reached(graph, np.flatnonzero(kept), seeds)] += weight
    return law


def live_edge_linear(graph, weights, seeds):
    """The law of the size when everybody keeps at most one of their arcs."""
    law = np.zeros(graph.n_nodes + 1)
    rows = [range(graph.ptr[i], graph.ptr[i + 1]) for i in range(graph.n_nodes)]
    for kept in product(*[[None, *row] for row in rows]):
        weight = 1.0
        for j, row in zip(kept, rows, strict=True):
            weight *= 1 - sum(weights[k] for k in row) if j is None else weights[j]
        law[reached(graph, [j for j in kept if j is not None], seeds)] += weight
    return law


def agree(sizes, law):
    n = len(sizes)
    found = np.bincount(sizes, minlength=len(law)) / n
    error = 4 * np.sqrt(law * (1 - law) / n) + 1e-12
    assert (np.abs(found - law) <= error).all(), (found, law)


@pytest.mark.parametrize("seeds", [[0], [2], [1, 5], []])
@pytest.mark.parametrize("chances", [0.0, 0.3, 1.0, CHANCES, SKEWED])
def test_recursion_equals_live_edges(chances, seeds):
    np.testing.assert_allclose(
        theory.cascade_law(KNOT, seeds, chances),
        live_edge_cascade(KNOT, chances, seeds),
        atol=1e-12,
    )


@pytest.mark.parametrize("seeds", [[0], [1, 4], [5]])
def test_linear_recursion_equals_live_edges(seeds):
    shares = 1 / np.repeat(KNOT.n_sources, KNOT.n_sources)
    for weights in (shares, WEIGHTS / 2):
        np.testing.assert_allclose(
            theory.linear_threshold_law(KNOT, seeds, weights),
            live_edge_linear(KNOT, weights, seeds),
            atol=1e-12,
        )
    np.testing.assert_array_equal(
        theory.linear_threshold_law(KNOT, seeds), theory.linear_threshold_law(KNOT, seeds, shares)
    )


@pytest.mark.parametrize("p", [0.0, 1e-9, 0.003, 0.1, 0.5, 0.9, 1.0])
def test_the_alias_table_holds_the_geometric_law(p):
    """Cell k comes with 1/256, and gives way to its alias where 56 bits reach its cut."""
    cut, alias = _gaps(p)
    kept = cut / 2.0**56
    law = np.bincount(np.arange(256), kept, 256) + np.bincount(alias, 1 - kept, 256)
    exact = p * (1 - p) ** np.arange(256.0)
    exact[255] = (1 - p) ** 255
    np.testing.assert_allclose(law / 256, exact, atol=1e-15)


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("chances", [0.1, 0.9, CHANCES, SKEWED, None])
def test_a_few_sizes_follow_the_exact_law(chances, paired):
    p = 1 / np.repeat(KNOT.n_sources, KNOT.n_sources) if chances is None else chances
    model = IndependentCascade(probability=chances)
    sizes = model.sizes(KNOT, [2, 4], n_replicates=2000, rng=1, paired=paired)
    agree(sizes, theory.cascade_law(KNOT, [2, 4], p))


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("chances", [0.0, 1e-9, 0.1, 0.5, 0.9, 1.0, CHANCES, SKEWED, None])
def test_cascade_sizes_follow_the_exact_law(chances, paired):
    p = 1 / np.repeat(KNOT.n_sources, KNOT.n_sources) if chances is None else chances
    model = IndependentCascade(probability=chances)
    sizes = model.sizes(KNOT, [0, 0], n_replicates=200_000, rng=1, paired=paired)
    agree(sizes, theory.cascade_law(KNOT, [0], p))


@pytest.mark.parametrize("paired", [False, True])
def test_each_arc_has_its_own_chance_where_links_run_both_ways(paired):
    rng = np.random.default_rng(2)
    crowd = Graph.from_edges(
        rng.permutation([(i, j) for i in range(12) for j in range(i)])[:20], 12
    )
    for _ in range(5):
        live = rng.random(crowd.n_arcs) < 0.3
        model = IndependentCascade(probability=live.astype(float))
        for seed in range(12):
            size = model.sizes(crowd, [seed], n_replicates=1, rng=1, paired=paired)[0]
            assert size == reached(crowd, np.flatnonzero(live), [seed])


@pytest.mark.parametrize("weights", [None, WEIGHTS / 2, 0.25])
def test_linear_sizes_follow_the_exact_law(weights):
    sizes = LinearThreshold(weight=weights, seeds=[0]).sizes(KNOT, n_replicates=200_000, rng=1)
    agree(sizes, theory.linear_threshold_law(KNOT, [0], weights))


@pytest.mark.parametrize(
    ("model", "law"),
    [
        (IndependentCascade(probability=CHANCES, seeds=[0]), theory.cascade_law),
        (LinearThreshold(weight=WEIGHTS / 2, seeds=[0]), theory.linear_threshold_law),
    ],
)
def test_runs_and_trees_share_the_law_of_sizes(model, law):
    values = model.probability if isinstance(model, IndependentCascade) else model.weight
    exact = law(KNOT, [0], values)
    agree([int(model.run(KNOT, n_steps=9, rng=r).final.sum()) for r in range(1500)], exact)
    trees = [model.tree(KNOT, rng=r) for r in range(1500)]
    agree([len(tree.parent) for tree in trees], exact)
    for tree in trees[:200]:  # everybody has it from somebody they listen to
        for i, parent in enumerate(tree.parent):
            assert (parent < 0) == (tree.people[i] == 0)
            assert parent < 0 or tree.people[parent] in KNOT.sources(int(tree.people[i]))


def test_a_chance_of_one_travels_breadth_first():
    ring = generators.small_world(30, degree=2, rewired=0)
    run = IndependentCascade(probability=1, seeds=[0]).run(ring, n_steps=99, rng=1)
    assert [int(x.sum()) for _, x in run.frames] == [*range(1, 30, 2), 30]
    tree = IndependentCascade(probability=1).tree(ring, [0], rng=1)
    assert tree.depth.max() == 15
    assert (tree.time == tree.depth).all()


def test_threshold_tree_agrees_with_its_run():
    crowd = generators.random_graph(300, 4, rng=1)
    for seed in range(20):
        model = Threshold(threshold=0.25, seeds=5)
        tree, run = model.tree(crowd, rng=seed), model.run(crowd, n_steps=99, rng=seed)
        steps = np.argmax([x for _, x in run.frames], axis=0)
        assert set(tree.people) == set(np.flatnonzero(run.final))
        np.testing.assert_array_equal(tree.depth, steps[tree.people])


def test_drawn_seeds_and_more_replicates_keep_the_earlier_sizes():
    crowd = generators.preferential_attachment(2000, links=5, rng=1)
    for model in (IndependentCascade(probability=0.05), LinearThreshold(seeds=3)):
        many = model.sizes(crowd, n_replicates=300, rng=7)
        np.testing.assert_array_equal(many[:100], model.sizes(crowd, n_replicates=100, rng=7))
        alone = [model.sizes(crowd, n_replicates=r + 1, rng=7)[r] for r in range(5)]
        np.testing.assert_array_equal(alone, many[:5])  # buffers are left clean
        assert len(model.sizes(crowd, n_replicates=0)) == 0


def test_the_three_kernels_agree_on_a_large_network():
    crowd = generators.preferential_attachment(2000, links=3, rng=2)
    skip, flip = (
        IndependentCascade(probability=0.1).sizes(crowd, 5, n_replicates=4000, rng=3, paired=paired)
        for paired in (False, True)
    )
    mild = np.random.default_rng(4).uniform(0, 0.2, crowd.n_arcs)
    thin, toss = (
        IndependentCascade(probability=mild).sizes(
            crowd, 5, n_replicates=4000, rng=3, paired=paired
        )
        for paired in (False, True)
    )
    for a, b in ((skip, flip), (thin, toss)):
        assert abs(a.mean() - b.mean()) < 4 * np.sqrt(a.var() / 4000 + b.var() / 4000)


def test_pairing_makes_size_rise_with_chance_and_with_seeds():
    crowd = generators.random_graph(500, 6, rng=1)
    sizes = [
        IndependentCascade(probability=p).sizes(crowd, [0, 1], n_replicates=200, rng=5, paired=True)
        for p in (0.1, 0.15, 0.3)
    ]
    assert (sizes[0] <= sizes[1]).all()
    assert (sizes[1] <= sizes[2]).all()
    more = IndependentCascade(probability=0.1).sizes(
        crowd, [0, 1, 2], n_replicates=200, rng=5, paired=True
    )
    assert (more >= sizes[0]).all()


def test_greedy_seeds_are_near_the_best_pair_and_beat_chance():
    triangles = Graph.from_edges([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)])
    best = {
        pair: theory.cascade_law(triangles, pair, 0.3) @ range(7)
        for pair in combinations(range(6), 2)
    }
    model = IndependentCascade(probability=0.3)
    found = greedy_seeds(model, triangles, 2, n_replicates=20_000, rng=1)
    assert best[tuple(sorted(found.tolist()))] > (1 - 1 / np.e) * max(best.values())
    assert found[0] in (2, 3)
    crowd = generators.preferential_attachment(300, links=2, rng=1)
    chosen = greedy_seeds(model, crowd, 3, n_replicates=100, rng=1)
    greedy, degree, chance = (
        model.sizes(crowd, seeds, n_replicates=4000, rng=9)
        for seeds in (chosen, most_heard(crowd, 3), 3)
    )
    assert greedy.mean() > chance.mean() + 4 * np.sqrt((greedy.var() + chance.var()) / 4000)
    assert degree.mean() > chance.mean() + 4 * np.sqrt((degree.var() + chance.var()) / 4000)
    assert greedy.mean() > 0.95 * degree.mean()


def test_greedy_seeds_add_the_most_to_those_before():
    # 0 is heard by ten, 1 by eight of whom six hear 0 too, 2 by five others: 11, then 6, then 3.
    arcs = [(i, 0) for i in range(3, 13)] + [(i, 1) for i in range(7, 15)]
    arcs += [(i, 2) for i in range(15, 20)]
    model, heard = IndependentCascade(probability=1), Graph.from_edges(arcs, 21, directed=True)
    assert greedy_seeds(model, heard, 3, n_replicates=2, rng=1).tolist() == [0, 2, 1]
    assert greedy_seeds(model, heard, 4, n_replicates=2, rng=1).tolist() == [0, 2, 1, 20]
    assert greedy_seeds(model, heard, 0, n_replicates=2, rng=1).tolist() == []


def test_replicates_are_drawn_apart_unless_they_are_to_be_paired():
    crowd, model = generators.random_graph(40, 4, rng=1), IndependentCascade(probability=0.3)
    apart, paired = (
        model.sizes(crowd, [0], n_replicates=50, rng=2, paired=p) for p in (False, True)
    )
    np.testing.assert_array_equal(model.sizes(crowd, [0], n_replicates=50, rng=2), apart)
    assert (apart != paired).any()


@pytest.mark.parametrize("luck", range(3))
def test_lazy_and_eager_greedy_choose_alike_however_few_replicates(luck):
    """On the same luck gains only shrink, exactly; on other luck of 20 they would jump about."""
    crowd = generators.random_graph(40, 3, rng=3)
    model = IndependentCascade(probability=0.3)
    seed = np.random.SeedSequence(luck)
    lazy = greedy_seeds(model, crowd, 4, n_replicates=20, rng=seed)
    eager: list[int] = []
    for _ in range(4):
        mean = [
            -1.0 if v in eager else
            model.sizes(crowd, [*eager, v], n_replicates=20, rng=seed, paired=True).mean()
            for v in range(40)
        ]  # fmt: skip
        eager.append(int(np.argmax(mean)))
    assert lazy.tolist() == eager


def test_complex_contagion_without_slips_is_a_threshold():
    crowd = generators.small_world(400, degree=6, rewired=0.1, rng=1)
    a, b = ComplexContagion(threshold=2, seeds=40), Threshold(threshold=2, absolute=True, seeds=40)
    np.testing.assert_array_equal(a.sizes(crowd, rng=1), b.sizes(crowd, rng=1))
    np.testing.assert_array_equal(
        a.run(crowd, n_steps=99, rng=1).final, b.run(crowd, n_steps=99, rng=1).final
    )


def test_a_slip_is_a_geometric_wait():
    """Two people, one seed, threshold 2 out of reach: a geometric wait."""
    pair, slip = Graph.from_edges([(0, 1)]), 0.3
    model = ComplexContagion(threshold=2, slip=slip, seeds=[0])
    waits = [model.run(pair, n_steps=500, rng=r).steps[-1] - 1 for r in range(3000)]
    assert abs(np.mean(waits) - 1 / slip) < 4 * np.sqrt((1 - slip) / slip**2 / 3000)
    assert min(waits) == 1
    assert (model.sizes(pair, n_replicates=50, rng=1) == 2).all()


def test_sizes_wait_for_those_who_can_still_slip():
    pair, trio = Graph.from_edges([(0, 1)]), Graph.from_edges([(0, 1)], 3)
    model = ComplexContagion(threshold=2, slip=0.05, seeds=[0])
    assert model.sizes(pair, n_replicates=20, rng=1).tolist() == [2] * 20
    assert model.sizes(trio, n_replicates=20, rng=1).tolist() == [2] * 20, "nobody hears the third"


def test_slips_turn_the_weakness_of_long_ties_around():
    ring = generators.small_world(400, degree=4, rewired=0, rng=1)
    mixed = generators.small_world(400, degree=4, rewired=0.2, rng=1)
    steps = {}
    for name, network in {"ring": ring, "mixed": mixed}.items():
        model = ComplexContagion(threshold=2, slip=0.05, seeds=[0, 1])
        steps[name] = [model.run(network, n_steps=2000, rng=r).steps[-1] for r in range(20)]
    assert np.mean(steps["mixed"]) < np.mean(steps["ring"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: IndependentCascade(probability=1.2), "probability must lie in"),
        (lambda: IndependentCascade(probability=float("nan")), "probability must lie in"),
        (lambda: IndependentCascade(probability=[0.1]).sizes(KNOT), "one entry an arc, 9"),
        (lambda: IndependentCascade(seeds=-1), "seeds must be at least 0"),
        (lambda: IndependentCascade(seeds=7).sizes(KNOT), "must be at most 6"),
        (lambda: IndependentCascade(seeds=[9]).sizes(KNOT), "n_nodes - 1 of the graph, 5"),
        (lambda: IndependentCascade(seeds=[0.5]).sizes(KNOT), "whole node numbers"),
        (lambda: LinearThreshold(weight=0.34).sizes(KNOT), "add up to at most 1"),
        (lambda: theory.linear_threshold_law(KNOT, [0], 0.34), "add up to at most 1"),
        (lambda: LinearThreshold(weight=-1), "weight must lie in"),
        (lambda: ComplexContagion(slip=2), "slip must lie in"),
        (lambda: ComplexContagion(slip=0.1, spread=1), "spread must be 0"),
        (lambda: ComplexContagion(slip=0.1).tree(KNOT), "slip must be 0 for a tree"),
        (lambda: theory.cascade_law(generators.complete(15), [0]), "at most 14"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


@pytest.mark.parametrize("make", [IndependentCascade, LinearThreshold, ComplexContagion, Threshold])
def test_empty_networks_and_no_seeds(make):
    empty, model = Graph.from_edges([]), make(seeds=0)
    assert model.sizes(empty, n_replicates=3).tolist() == [0, 0, 0]
    assert model.sizes(KNOT, n_replicates=3).tolist() == [0, 0, 0]
    assert len(model.tree(empty, rng=1).parent) == 0
    assert make(seeds=[5]).sizes(KNOT, n_replicates=2).tolist() == [1, 1]


def test_run_and_tree_are_one_cascade():
    crowd = generators.random_graph(300, 4, rng=1)
    for model in (IndependentCascade(probability=0.3, seeds=4), LinearThreshold(seeds=4)):
        tree, run = model.tree(crowd, rng=3), model.run(crowd, n_steps=99, rng=3)
        steps = np.argmax([x for _, x in run.frames], axis=0)
        assert set(tree.people) == set(np.flatnonzero(run.final))
        np.testing.assert_array_equal(tree.depth, steps[tree.people])
