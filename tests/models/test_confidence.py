"""Bounded confidence, held to rational arithmetic, to every pair by hand, to the density."""

from fractions import Fraction

import numpy as np
import pytest

from karma_lib import Graph, generators, measures
from karma_lib._random import Draws, draw, seed_words
from karma_lib.models.echo.confidence import BoundedConfidence, HegselmannKrause
from karma_lib.theory import confidence as theory


def rational_updates(n, confidence):
    """Follow the regular start in exact fractions until nothing moves."""
    x = [Fraction(i, n - 1) for i in range(n)]
    for step in range(1000):
        new = []
        for own in x:
            near = [other for other in x if abs(other - own) <= confidence]
            new.append(sum(near) / len(near))
        if new == x:
            return step, len(set(x))
        x = new
    raise AssertionError


@pytest.mark.parametrize(
    ("n", "bound"), [(11, (1, 5)), (21, (1, 4)), (21, (1, 10)), (26, (1, 5)), (31, (3, 10))]
)
def test_updates_agree_with_rational_arithmetic(n, bound):
    steps, n_clusters = rational_updates(n, Fraction(*bound))
    crowd, ladder = generators.complete(n), np.arange(n) / (n - 1)
    for pick in ("complete", "linked"):
        model = HegselmannKrause(confidence=bound[0] / bound[1], opinions=ladder, pick=pick)
        run = model.run(crowd, n_steps=1000)
        assert run.steps[-1] == steps
        assert measures.cluster_count(*run.frames[-1], gap=1e-6) == n_clusters


def test_sorted_sweep_is_the_plain_rule_on_random_opinions():
    for seed in range(20):
        x = np.random.default_rng(seed).uniform(size=40)
        model = HegselmannKrause(confidence=0.1 + 0.02 * seed, opinions=x)
        plain, ours = x.copy(), model.run(Graph.from_edges([], 40), n_steps=6).frames
        for _, frame in ours:
            assert frame == pytest.approx(plain, abs=1e-12)
            near = abs(plain[:, None] - plain) <= model.confidence
            plain = np.array([plain[row].mean() for row in near])


def test_on_a_network_only_sources_within_the_bound_count():
    graph = Graph.from_edges([(0, 1), (0, 2), (1, 2)], 4, directed=True)
    model = HegselmannKrause(confidence=0.3, pick="linked", opinions=[0.0, 0.3, 0.4, 0.9])
    moved = model.run(graph, n_steps=1).final
    assert moved == pytest.approx([0.15, 0.35, 0.4, 0.9])


def pairs_that_met(pick, graph, n_meetings=60_000):
    """Run the rule pair by pair in Python, from the same stream, and count who met."""
    words, met, n = seed_words(np.uint64(7)), {}, graph.n_nodes
    edges = graph.edges()
    for _ in range(n_meetings):
        high, low = divmod(int(draw(words)), 2**32)
        if pick == "edge":
            i, j = edges[high * len(edges) >> 32]
        elif pick == "complete":
            i, j = high * n >> 32, low * (n - 1) >> 32
            j += j >= i
        else:
            i = high * n >> 32
            row = graph.sources(i)
            if not len(row):
                continue
            j = row[low * len(row) >> 32]
        met[int(i), int(j)] = met.get((int(i), int(j)), 0) + 1
    return met


@pytest.mark.parametrize("pick", ["complete", "node", "edge"])
def test_meetings_are_those_of_the_rule_read_in_python(pick):
    graph = Graph.from_edges([(0, 1), (0, 2), (0, 3), (3, 4)], 6)
    x = np.random.default_rng(1).uniform(size=6)
    model = BoundedConfidence(confidence=0.6, pull=0.3, pick=pick, opinions=x)
    rng, state = Draws(1), x.copy()
    rng.words = seed_words(np.uint64(7))
    model.advance(graph, state, 200, rng)
    words, plain = seed_words(np.uint64(7)), x.copy()
    for _ in range(200):
        high, low = divmod(int(draw(words)), 2**32)
        if pick == "edge":
            i, j = graph.edges()[high * 4 >> 32]
        elif pick == "node":
            i = high * 6 >> 32
            row = graph.sources(i)
            if not len(row):
                continue
            j = row[low * len(row) >> 32]
        else:
            i, j = high * 6 >> 32, low * 5 >> 32
            j += j >= i
        if abs(plain[i] - plain[j]) < 0.6:
            plain[i], plain[j] = (
                plain[i] + 0.3 * (plain[j] - plain[i]),
                plain[j] + 0.3 * (plain[i] - plain[j]),
            )
    assert state == pytest.approx(plain, abs=1e-14)
    if pick != "complete":
        assert state[5] == x[5]


def test_picks_by_person_and_by_edge_are_different_processes():
    star = Graph.from_edges([(0, 1), (0, 2), (0, 3), (3, 4)])
    n = 60_000
    by_node, by_edge = pairs_that_met("node", star), pairs_that_met("edge", star)
    link = lambda met, i, j: met.get((i, j), 0) + met.get((j, i), 0)  # noqa: E731
    for i, j, chance in ((0, 1, (1 / 3 + 1) / 5), (3, 4, (1 / 2 + 1) / 5), (0, 3, (5 / 6) / 5)):
        assert abs(link(by_node, i, j) - n * chance) < 4 * (n * chance) ** 0.5
        assert abs(link(by_edge, i, j) - n / 4) < 4 * (n / 4) ** 0.5


def test_the_mean_stays_and_directed_arcs_move_the_listener_only():
    graph = generators.small_world(50, 4, 0.2, rng=1)
    for pick in ("complete", "node", "edge"):
        run = BoundedConfidence(pick=pick, confidence=1).run(graph, n_steps=5000, rng=3)
        assert run.final.mean() == pytest.approx(run.frames[0][1].mean(), abs=1e-12)
    arc = Graph.from_edges([(0, 1)], directed=True)
    for pick in ("node", "edge"):
        run = BoundedConfidence(pick=pick, confidence=1, opinions=[0.2, 0.8]).run(arc, n_steps=99)
        assert run.final == pytest.approx([0.8, 0.8])


def test_the_bound_is_strict_where_two_meet_and_closed_where_all_are_heard():
    pair, x = Graph.from_edges([(0, 1)]), [0.25, 0.75]
    assert BoundedConfidence(confidence=0.5, opinions=x).run(pair, n_steps=9).final.tolist() == x
    heard = HegselmannKrause(confidence=0.5, opinions=x).run(pair, n_steps=9)
    assert heard.final.tolist() == [0.5, 0.5]


def test_a_large_crowd_follows_the_density_equation():
    # Delta = 1.5 is a bound of 1/3; masses are in units of the bound.
    n = 20_000
    model = BoundedConfidence(confidence=1 / 3)
    run = model.run(Graph.from_edges([], n), n_steps=60 * n, record_every=60 * n, rng=1)
    central = (abs(run.final - 0.5) < 0.2).mean()
    expected = theory.central_mass(1.5, 60) / 3
    assert abs(central - expected) < 4 * (expected * (1 - expected) / n) ** 0.5 + 1e-3


def test_density_conserves_mass_symmetry_and_is_the_double_sum():
    _, mass = theory.density(1.3, 3.0, sites=10)
    assert mass.sum() == pytest.approx(2.6)
    assert mass == pytest.approx(mass[::-1])
    n, p = 4, np.random.default_rng(1).uniform(size=13)
    rate, slow = np.empty(13), np.zeros(13)
    theory._flow(p, n, rate)
    for i in range(13):
        for j in range(i + 1, min(i + n, 12) + 1):
            met = p[i] * p[j] * (0.5 if j - i == n else 1)
            slow[[i, j]] -= met
            for k in ((i + j) // 2, (i + j + 1) // 2):
                slow[k] += met
    assert rate == pytest.approx(slow, abs=1e-13)
    with pytest.raises(ValueError, match="must have a bifurcation"):
        theory.bifurcation(1.2, 1.3, time=10, sites=10)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"confidence": 0}, "confidence must lie"),
        ({"confidence": 1.1}, "confidence must lie"),
        ({"confidence": np.nan}, "confidence must lie"),
        ({"opinions": [0.5, 1.5]}, r"opinions must lie in \[0, 1\]; got 1.5"),
        ({"pick": "random"}, "pick must be"),
    ],
)
@pytest.mark.parametrize("model", [BoundedConfidence, HegselmannKrause])
def test_parameters_out_of_range_are_refused(model, settings, message):
    with pytest.raises(ValueError, match=message):
        model(**settings)


def test_small_and_empty_crowds_stay():
    with pytest.raises(ValueError, match="pull must lie"):
        BoundedConfidence(pull=0.6)
    for n in (0, 1):
        crowd = Graph.from_edges([], n)
        for model in (BoundedConfidence(), BoundedConfidence(pick="node"), HegselmannKrause()):
            run = model.run(crowd, n_steps=3, rng=1)
            assert run.final.tolist() == run.frames[0][1].tolist()
