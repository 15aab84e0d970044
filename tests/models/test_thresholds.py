from fractions import Fraction
from math import ceil

import numpy as np
import pytest

import karma_lib as kl
from karma_lib import Graph, Threshold, generators
from karma_lib._random import Draws, keys, seed_sequence
from karma_lib.models.herd.thresholds import sources_needed
from karma_lib.theory.thresholds import cascade_share, crowd_law, trigger_probability


def literal(graph, threshold, seeds, absolute=False):
    """Granovetter's and Watts' rule, written as it is read: one set a step."""
    threshold = np.broadcast_to(threshold, graph.n_nodes)
    joined, history = set(seeds), [set(seeds)]
    while True:
        new = set()
        for i in range(graph.n_nodes):
            sources = graph.sources(i).tolist()
            heard = sum(j in joined for j in sources)
            if i in joined:
                continue
            if absolute:
                enough = heard >= threshold[i]
            elif threshold[i] < 0:
                enough = True
            else:
                enough = bool(sources) and heard / len(sources) >= threshold[i]
            if enough:
                new.add(i)
        if not new:
            return history
        joined |= new
        history.append(set(joined))


@pytest.mark.parametrize("case", range(300))
def test_every_frame_agrees_with_the_literal_rule(case):
    rng = np.random.default_rng(case)
    n = int(rng.integers(1, 15))
    edges = rng.integers(0, n, (int(rng.integers(0, 40)), 2))  # loops, parallel arcs, isolates
    graph = Graph.from_edges(edges, n, directed=bool(case % 2))
    absolute = bool(rng.integers(2))
    threshold = rng.integers(-1, 5, n) if absolute else rng.integers(0, 8, n) / 7
    seeds = rng.integers(0, n, int(rng.integers(0, 3)))
    model = Threshold(threshold=threshold, absolute=absolute, seeds=seeds)
    history = literal(graph, threshold, seeds.tolist(), absolute)
    run = model.run(graph, n_steps=50)
    for step, wanted in enumerate(history):
        assert set(np.flatnonzero(run.frames[step][1])) == wanted
    assert set(np.flatnonzero(run.final)) == history[-1]
    assert model.sizes(graph, n_replicates=2).tolist() == [len(history[-1])] * 2


@pytest.mark.parametrize("case", range(20))
def test_sizes_are_the_ends_of_runs_with_the_same_keys(case):
    graph = generators.random_graph(200, 4, rng=case)
    model = Threshold(threshold=0.2, spread=0.1 * (case % 2), seeds=case % 4)
    sizes = model.sizes(graph, n_replicates=10, rng=case)
    every = keys(seed_sequence(case), 10)
    ends = [model.run(graph, n_steps=200, rng=Draws(key)).final.sum() for key in every]
    assert sizes.tolist() == ends


def test_sources_needed_is_the_division_rule():
    rng = np.random.default_rng(1)
    d = rng.integers(1, 400, 200_000)
    phi = rng.integers(0, d + 1) / d  # thresholds that lie exactly on a share
    phi = np.where(rng.random(len(d)) < 0.3, rng.random(len(d)), phi)
    need = sources_needed(phi, d)
    assert (need / d >= phi - 2e-12).all()
    assert ((need == 0) | ((need - 1) / d < phi)).all()


def test_ties_count_as_enough():
    for k in range(1, 30):
        for d in range(k, 30):
            assert sources_needed(k / d, d) == k == ceil(Fraction(k, d) * d)
            assert sources_needed(k * (1 / d), d) == k  # a tie but for rounding
    assert sources_needed(np.linspace(0.05, 0.3, 26), 100).tolist() == list(range(5, 31))


@pytest.mark.parametrize("z", [2, 3, 5, 5.5])
def test_watts_trigger_probability_at_a_hundred_thousand(z):
    """Within 4 standard errors of theory; networks, not starters, are the observations."""
    n, n_graphs = 100_000, 24
    shares = [
        (Threshold(threshold=0.18).sizes(
            generators.random_graph(n, z, rng=seed), n_replicates=60, rng=500 + seed) > 0.05 * n
        ).mean()
        for seed in range(n_graphs)
    ]  # fmt: skip
    error = np.std(shares, ddof=1) / n_graphs**0.5
    assert error < 0.02
    assert abs(np.mean(shares) - trigger_probability(z, 0.18)) < 4 * error


def test_gleeson_cahalane_sizes_with_drawn_thresholds_and_with_seeds():
    crowd = generators.random_graph(100_000, 4, rng=1)
    none = Threshold(threshold=0.38, spread=0.2, seeds=0).sizes(crowd, n_replicates=4, rng=2)
    theory = cascade_share(4, 0.38, seed_share=0, spread=0.2)
    assert abs(none.mean() / 1e5 - theory) < 0.004
    some = Threshold(threshold=0.18, seeds=1_000).sizes(
        generators.random_graph(100_000, 6.5, rng=3), n_replicates=4, rng=4
    )
    assert abs(some.mean() / 1e5 - cascade_share(6.5, 0.18, seed_share=0.01)) < 0.004


@pytest.mark.parametrize(("mean", "spread", "n"), [(25, 12, 100), (10, 8, 40), (3, 1.5, 12)])
def test_random_crowds_follow_the_exact_law(mean, spread, n):
    """Also at values that no published table has."""
    model = Threshold(threshold=mean, spread=spread, absolute=True, seeds=0)
    sizes = model.sizes(generators.complete(n), n_replicates=4_000, rng=n)
    law = crowd_law(n, mean, spread)
    for size in range(n + 1):
        error = (law[size] * (1 - law[size]) / 4_000) ** 0.5
        assert abs((sizes == size).mean() - law[size]) < 4.5 * error + 1e-3


def test_seeds_are_drawn_evenly_and_without_repeats():
    graph = Graph.from_edges([], 10)
    first = [Threshold(seeds=3).run(graph, n_steps=0, rng=r).final for r in range(3_000)]
    assert {int(frame.sum()) for frame in first} == {3}
    often = np.mean(first, axis=0)
    assert np.abs(often - 0.3).max() < 4 * (0.21 / 3_000) ** 0.5


def test_different_replicates_start_elsewhere():
    graph = generators.random_graph(1_000, 2, rng=1)
    assert len(set(Threshold(threshold=0.3).sizes(graph, n_replicates=50, rng=1))) > 3


def test_everybody_may_be_a_seed_and_nobody_may():
    graph = generators.complete(5)
    assert Threshold(seeds=5).sizes(graph, n_replicates=1).tolist() == [5]
    assert Threshold(seeds=0).sizes(graph, n_replicates=1).tolist() == [0]
    assert Threshold(seeds=[]).run(graph, n_steps=3).final.sum() == 0
    assert Threshold().sizes(graph, [0, 0], n_replicates=0).tolist() == []


def test_zero_threshold_joins_who_has_a_source_at_step_one():
    graph = Graph.from_edges([(0, 1)], 3)
    run = Threshold(threshold=0, seeds=0).run(graph, n_steps=3)
    assert [frame.tolist() for _, frame in run.frames[:2]] == [[False] * 3, [True, True, False]]


@pytest.mark.parametrize("need", [1, 2, 255, 256, 257, 300])
def test_needs_go_past_what_a_byte_holds(need):
    hub = Graph.from_edges([(0, i) for i in range(1, 301)], directed=True)
    model = Threshold(threshold=need, absolute=True)
    few, enough, all_of_them = np.arange(1, need), np.arange(1, need + 1), np.arange(1, 301)
    for seeds, size in ((few, need - 1), (enough, need + 1), (all_of_them, 301)):
        assert model.sizes(hub, seeds, n_replicates=2).tolist() == [size, size]


def test_influence_runs_from_source_to_listener():
    fan_listens_to_star = Graph.from_edges([(0, 1)], directed=True)
    model = Threshold(threshold=1)
    assert model.sizes(fan_listens_to_star, [1], n_replicates=1).tolist() == [2]
    assert model.sizes(fan_listens_to_star, [0], n_replicates=1).tolist() == [1]


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Threshold(threshold=1.5), ValueError, "threshold must lie in [0, 1]; got 1.5."),
        (lambda: Threshold(threshold=float("nan")), ValueError, "threshold must lie in [0, 1]; got nan."),
        (lambda: Threshold(threshold=np.inf, absolute=True), ValueError, "threshold must be finite; got inf."),
        (lambda: Threshold(spread=-1), ValueError, "spread must be finite and at least 0; got -1."),
        (lambda: Threshold(seeds=-1), ValueError, "seeds must be at least 0; got -1."),
        (lambda: Threshold(seeds=1.0), TypeError, "seeds must be a whole number; got 1.0."),
        (lambda: Threshold(seeds=[9]).run(generators.complete(3), n_steps=1), ValueError, "seeds must hold node numbers from 0 to n_nodes - 1 of the graph, 2; got 9."),
        (lambda: Threshold(seeds=4).sizes(generators.complete(3)), ValueError, "seeds (people of graph) must be at most 3; got 4."),
        (lambda: Threshold(threshold=[0.1, 0.2]).run(generators.complete(3), n_steps=1), ValueError, "threshold must have one entry a node, 3; got (2,)."),
        (lambda: Threshold().sizes(generators.complete(3), n_replicates=-1), ValueError, "n_replicates must be at least 0; got -1."),
    ],
)  # fmt: skip
def test_errors_are_sentences(make, error, sentence):
    with pytest.raises(error) as caught:
        make()
    assert sentence in str(caught.value)


def test_measures_of_a_run():
    run = Threshold(threshold=0.5, seeds=[0]).run(generators.complete(3), n_steps=5)
    table = run.measure(kl.measures.share, kl.measures.cascade_size)
    assert table.columns.tolist() == ["step", "share", "cascade_size"]
    assert table["cascade_size"].tolist() == [1, 3, 3]
