from itertools import product

import networkx as nx
import numpy as np
import pytest

from karma_lib import measures
from karma_lib.theory.contagion import branching_virality, recursive_virality
from karma_lib.tree import Tree


def random_tree(n, rng):
    return Tree([-1, *(int(rng.integers(i)) for i in range(1, n))])


def test_virality_is_the_mean_distance_over_all_pairs():
    rng = np.random.default_rng(1)
    for n in (2, 3, 10, 50):
        tree = random_tree(n, rng)
        graph = nx.Graph([(i, int(p)) for i, p in enumerate(tree.parent) if p >= 0])
        assert measures.structural_virality(tree) == pytest.approx(
            nx.average_shortest_path_length(graph)
        )


def test_virality_of_a_long_path_does_not_overflow():
    n = 4_000_000
    assert measures.structural_virality(Tree(np.arange(-1, n - 1))) == pytest.approx((n + 1) / 3)


def test_random_recursive_trees_have_the_expected_virality():
    rng = np.random.default_rng(2)
    found = [measures.structural_virality(random_tree(10, rng)) for _ in range(4000)]
    assert abs(np.mean(found) - recursive_virality(10)) < 4 * np.std(found) / np.sqrt(4000)


def test_branching_virality_is_the_mean_over_labelled_trees():
    found = [
        nx.average_shortest_path_length(nx.from_prufer_sequence(list(code)))
        for code in product(range(5), repeat=3)
    ]
    assert branching_virality(5) == pytest.approx(np.mean(found))


def test_shape_and_timing():
    tree = Tree([-1, 0, 0, 1, 1, 3], time=[0, 2, 3, 3, 8, 9])
    assert [f(tree) for f in (measures.size, measures.depth, measures.breadth)] == [6, 3, 2]
    assert [measures.time_to(tree, k) for k in (1, 2, 6, 7)] == [0, 2, 9, np.inf]
    assert measures.half_life(tree) == 3
    empty = Tree([])
    assert measures.size(empty) == measures.breadth(empty) == 0
    assert np.isnan([measures.depth(empty), measures.half_life(empty)]).all()
    assert np.isnan(measures.structural_virality(Tree([-1])))


def test_tail_exponent_recovers_a_planted_one_from_any_start():
    sizes = np.random.default_rng(3).zipf(2.2, 50_000)
    for least in (1, 3, 10):
        exponent, error, n = measures.tail_exponent(sizes, least=least)
        assert n == (sizes >= least).sum()
        assert abs(exponent - 2.2) < 4 * error


def test_what_lies_below_the_tail_changes_nothing():
    sizes = np.random.default_rng(3).zipf(2.2, 1000)
    tail = sizes[sizes >= 4]
    assert measures.tail_exponent(sizes, least=4) == measures.tail_exponent(tail, least=4)


def test_tail_exponent_of_huge_sizes_has_the_error_of_a_continuous_tail():
    """Next to 1 the zeta function is 1 / (a - 1): so are the exponent and its error."""
    sizes = [1e75, 1e74, 1e75, 1e73]
    exponent, error, _ = measures.tail_exponent(sizes)
    assert exponent - 1 == pytest.approx(1 / np.log(sizes).mean(), rel=0.01)
    assert error == pytest.approx((exponent - 1) / 2, rel=0.1)


def test_tail_exponent_error_is_the_curvature_of_the_likelihood():
    """1 / error^2 is n times the variance of log k under the law k^-a / zeta(a)."""
    exponent, error, n = measures.tail_exponent([1] * 30 + [2, 2, 3])
    k = np.arange(1, 100_000, dtype=float)
    law = k**-exponent / (k**-exponent).sum()
    spread = (law * np.log(k) ** 2).sum() - (law * np.log(k)).sum() ** 2
    assert error == pytest.approx((n * spread) ** -0.5, rel=1e-5)


def test_tail_exponent_error_is_the_spread_of_its_estimates():
    rng = np.random.default_rng(4)
    fits = [measures.tail_exponent(rng.zipf(2.5, 500))[:2] for _ in range(200)]
    assert np.std([fit[0] for fit in fits]) == pytest.approx(np.mean([f[1] for f in fits]), rel=0.2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Tree([0]), "parent must name an earlier place"),
        (lambda: Tree([-1, 2, 0]), "got 2 in entry 1"),
        (lambda: Tree([-1, 0], time=[3, 2]), "not fall below"),
        (lambda: Tree([-1, 0], time=[3, np.nan]), "time must be finite"),
        (lambda: Tree([-1, 0], people=[3]), "must have 2 entries"),
        (lambda: measures.structural_virality(Tree([-1, -1])), "one root; got 2"),
        (lambda: measures.time_to(Tree([-1]), 0), "k must be at least 1"),
        (lambda: measures.tail_exponent([3, 3]), "two values from least up, 1; got 2"),
        (lambda: measures.tail_exponent([0, 3, 5]), "sizes must be finite and at least 1"),
        (lambda: measures.tail_exponent([1.5, 2]), "sizes must be whole numbers"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
