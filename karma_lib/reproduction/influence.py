"""DeGroot, Friedkin and Johnsen, Bindel et al., Chitra and Musco."""

from collections.abc import Callable
from functools import partial

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
    return sum(factor * _karate(name) for name, factor in parts)


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


_NAMES = ("polarization", "disagreement", "internal_conflict")
TARGETS: dict[str, Callable[[], float]] = {
    "degroot-1974/karate-consensus": lambda: theory.consensus(*karate()),
    "degroot-1974/karate-lambda2": lambda: theory.convergence_rate(karate()[0]),
    **{f"fj/karate-{name.replace('_', '-')}": partial(_karate, name) for name in _NAMES},
    "fj/karate-p-plus-d": partial(_sum, ("polarization", 1), ("disagreement", 1)),
    "fj/karate-conservation": partial(
        _sum, ("internal_conflict", 1), ("disagreement", 2), ("controversy", 1)
    ),
    **{f"fj/karate-z{person}": partial(_opinion, person) for person in (0, 2, 8, 33)},
    **{f"fj/two-nodes-w{weight}": partial(_pair, weight) for weight in (0.5, 1, 2)},
    "bindel-2015/price-of-anarchy": worst_ratio,
    "bindel-2015/two-nodes-optimum": partial(_pair, 0.5, 2),
    **{
        f"chitra-2020/expected-sbm-n{n}-q{q}": partial(theory.two_block_polarization, n, q)
        for n, q in ((1000, 0.01), (1000, 0.005), (500, 0.02))
    },
}

REASONS = {
    f"chitra-data/{place}-{name}": "the article's Reddit and Twitter files are not pinned data sets"
    for place in ("reddit", "twitter")
    for name in (
        "nodes",
        "edges",
        *(f"{which}-{what}" for which in ("first", "last") for what in _NAMES[:2]),
    )
}
