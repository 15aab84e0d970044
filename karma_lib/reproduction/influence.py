"""DeGroot, Friedkin and Johnsen, Bindel et al., Chitra and Musco."""

from functools import partial
from math import fsum

import numpy as np

from karma_lib.graph import Graph
from karma_lib.models.echo.influence import equilibrium
from karma_lib.reproduction.division import karate
from karma_lib.theory import influence as theory

_PAIR = Graph.from_edges([(0, 1)])


def _karate(name: str) -> float:
    graph, s = karate()
    return theory.tensions(graph, s, equilibrium(graph, s))[name]


def _sum(*parts: tuple[str, float]) -> float:
    return fsum(factor * _karate(name) for name, factor in parts)


def _opinion(person: int) -> float:
    return float(equilibrium(*karate())[person])


def _pair(weight: float, pull: float = 1) -> float:
    return float(abs(equilibrium(_PAIR, [-1, 1], weight, pull)[0]))


def worst_ratio() -> float:
    """Return the largest price of anarchy of two people, over weights of their link."""
    ratios = []
    for weight in np.linspace(0, 4, 401):
        costs = [
            theory.tensions(_PAIR, [-1, 1], equilibrium(_PAIR, [-1, 1], weight, pull), weight)
            for pull in (1, 2)
        ]
        ratios.append(costs[0]["cost"] / costs[1]["cost"] if weight else 1.0)
    return max(ratios)


TARGETS = {
    "degroot-1974/karate-consensus": lambda: theory.consensus(*karate()),
    "degroot-1974/karate-lambda2": lambda: theory.convergence_rate(karate()[0]),
    "fj/karate-z{person}": _opinion,
    "fj/karate-polarization": partial(_karate, "polarization"),
    "fj/karate-disagreement": partial(_karate, "disagreement"),
    "fj/karate-internal-conflict": partial(_karate, "internal_conflict"),
    "fj/karate-p-plus-d": partial(_sum, ("polarization", 1), ("disagreement", 1)),
    "fj/karate-conservation": partial(
        _sum, ("internal_conflict", 1), ("disagreement", 2), ("controversy", 1)
    ),
    "fj/two-nodes-w{weight}": _pair,
    "bindel-2015/price-of-anarchy": worst_ratio,
    "bindel-2015/two-nodes-optimum": partial(_pair, 0.5, 2),
    "chitra-2020/expected-sbm-n{n_people}-q{across}": theory.two_block_polarization,
}

REASONS = {"chitra-data/": "the article's Reddit and Twitter files are not pinned data sets"}
