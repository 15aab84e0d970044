"""Axelrod's regions, Schelling's town, Sasahara's feeds."""

from collections.abc import Callable
from functools import cache, partial
from inspect import signature
from typing import Any

import numpy as np

from karma_lib import measures
from karma_lib._random import keys, seed_sequence
from karma_lib.graph import Graph
from karma_lib.models.echo import social_feed
from karma_lib.models.echo.culture import Axelrod
from karma_lib.models.echo.segregation import Schelling
from karma_lib.models.echo.social_feed import SocialFeedRewiring


def grid(side: int, reach: list[tuple[int, int]], wraps: bool) -> Graph:
    """Return a square grid in which sites are linked at the given offsets."""
    place = np.stack(np.meshgrid(range(side), range(side)), -1).reshape(-1, 2)
    pairs = []
    for offset in reach:
        other = place + offset
        inside = np.full(len(place), True) if wraps else ((other >= 0) & (other < side)).all(1)
        pairs.append(np.column_stack([place[inside] @ [side, 1], other[inside] % side @ [side, 1]]))
    return Graph.from_edges(np.concatenate(pairs), side * side)


def mean_regions(n_features: int, n_traits: int, n_runs: int = 200) -> float:
    """Simulate the mean number of stable regions on a 10 x 10 grid."""
    model, town = (
        Axelrod(n_features=n_features, n_traits=n_traits),
        grid(10, [(0, 1), (1, 0)], False),
    )
    ends = []
    for key in keys(seed_sequence(1997), n_runs).tolist():
        run = model.run(town, n_steps=100_000_000, record_every=50_000, rng=key)
        ends.append(measures.region_count(*run.frames[-1]))
    return float(np.mean(ends))


def share_similar(want: float, n_runs: int = 20) -> float:
    """Simulate the share of like neighbours in Schelling's town after 500 rounds."""
    town = grid(51, [(0, 1), (1, 0), (1, 1), (1, -1)], True)
    shares = []
    for key in keys(seed_sequence(1971), n_runs).tolist():
        run = Schelling(want=want).run(town, n_steps=500, record_every=10, rng=key)
        own, other = run.final[town._rows()], run.final[town.idx]
        met = (own > 0) & (other > 0)
        shares.append((own == other)[met].mean())
    return float(np.mean(shares))


@cache
def feeds(n_steps: int, **settings: Any) -> tuple[float, float]:
    """Simulate the mean number of opinion clusters, and the share of runs that stopped."""
    model, counts, stopped = SocialFeedRewiring(**settings), [], []
    for key in keys(seed_sequence(2021), 40).tolist():
        people = social_feed.follow_network(rng=key)
        run = model.run(people, n_steps=n_steps, record_every=500, rng=key)
        counts.append(measures.cluster_count(*run.frames[-1], gap=0.1))
        stopped.append(run.steps[-1] < n_steps)
    return float(np.mean(counts)), float(np.mean(stopped))


def _feeds(which: int, n_steps: int, **settings: Any) -> float:
    return feeds(n_steps, **settings)[which]


def _default(place: Any, name: str) -> float:
    return float(signature(place).parameters[name].default)


_LONG, _SHORT = social_feed.MOST_STEPS, 30_000
_DEFAULTS = {
    "nodes": (social_feed.follow_network, "n_people"),
    "links": (social_feed.follow_network, "n_links"),
    "screen": (SocialFeedRewiring, "screen"),
    "epsilon": (SocialFeedRewiring, "confidence"),
    "mu": (SocialFeedRewiring, "influence"),
    "p": (SocialFeedRewiring, "reposting"),
    "q": (SocialFeedRewiring, "rewiring"),
}

TARGETS: dict[str, Callable[[], float]] = {
    **{
        f"axelrod-1997/regions-F{f}-q{q}": partial(mean_regions, f, q)
        for f, q in ((5, 5), (5, 10), *((f, q) for f in (10, 15) for q in (5, 10, 15)))
    },
    **{f"schelling-1971/similar-want{w:.2f}": partial(share_similar, w) for w in (0.3, 0.5)},
    **{f"sasahara-2021/default-{name}": partial(_default, *at) for name, at in _DEFAULTS.items()},
    "sasahara-2021/default-tmax": lambda: float(social_feed.MOST_STEPS),
    **{
        f"sasahara-2021/opinion-clusters-eps{eps}": partial(_feeds, 0, _SHORT, confidence=eps)
        for eps in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
    },
    "sasahara-2021/stationary-share-defaults": partial(_feeds, 1, _LONG),
    **{
        f"sasahara-2021/stationary-share-{rule}-only": partial(_feeds, 1, _LONG, rules=(rule,))
        for rule in social_feed.RULES
    },
    "sasahara-2021/stationary-share-no-influence": partial(_feeds, 1, _SHORT, influence=0.0),
    "sasahara-2021/stationary-share-no-rewiring": partial(_feeds, 1, _SHORT, rewiring=0.0),
}
