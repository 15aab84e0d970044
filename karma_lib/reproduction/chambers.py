"""Axelrod's regions, Schelling's town, Sasahara's feeds."""

from functools import partial
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
from karma_lib.reproduction.majorities import lattice


def grid(side: int) -> Graph:
    """Return a square grid with borders, in which a site is linked to the next ones."""
    place = np.arange(side * side).reshape(side, side)
    right = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    down = np.column_stack([place[:-1].ravel(), place[1:].ravel()])
    return Graph.from_edges(np.concatenate([right, down]))


def mean_regions(n_features: int, n_traits: int, n_runs: int = 200) -> float:
    """Simulate the mean number of stable regions on a 10 x 10 grid."""
    model = Axelrod(n_features=n_features, n_traits=n_traits)
    town = grid(10)
    ends = []
    for key in keys(seed_sequence(1997), n_runs).tolist():
        run = model.run(town, n_steps=100_000_000, record_every=50_000, rng=key)
        ends.append(measures.region_count(*run.frames[-1]))
    return float(np.mean(ends))


def share_similar(want: float, n_runs: int = 20) -> float:
    """Simulate the share of like neighbours in Schelling's town after 500 rounds."""
    town = lattice("moore", 51)
    shares = []
    for key in keys(seed_sequence(1971), n_runs).tolist():
        run = Schelling(want=want).run(town, n_steps=500, record_every=10, rng=key)
        own, other = run.final[town._rows()], run.final[town.idx]
        met = (own > 0) & (other > 0)
        shares.append((own == other)[met].mean())
    return float(np.mean(shares))


def feeds(wanted: str, n_steps: int, **settings: Any) -> float:
    """Simulate the mean number of opinion clusters, or the share of runs that stopped."""
    model, found = SocialFeedRewiring(**settings), []
    for key in keys(seed_sequence(2021), 40).tolist():
        people = social_feed.follow_network(rng=key)
        run = model.run(people, n_steps=n_steps, record_every=500, rng=key)
        clusters = measures.cluster_count(*run.frames[-1], gap=0.1)
        found.append(clusters if wanted == "clusters" else run.steps[-1] < n_steps)
    return float(np.mean(found))


def _default(place: Any, name: str) -> float:
    return float(signature(place).parameters[name].default)


_LONG, _SHORT = social_feed.MOST_STEPS, 30_000
_stopped, _clusters = partial(feeds, "stopped"), partial(feeds, "clusters", _SHORT)

TARGETS = {
    "axelrod-1997/regions-F{n_features}-q{n_traits}": mean_regions,
    "schelling-1971/similar-want{want}": share_similar,
    "sasahara-2021/default-nodes": partial(_default, social_feed.follow_network, "n_people"),
    "sasahara-2021/default-links": partial(_default, social_feed.follow_network, "n_links"),
    "sasahara-2021/default-screen": partial(_default, SocialFeedRewiring, "screen"),
    "sasahara-2021/default-epsilon": partial(_default, SocialFeedRewiring, "confidence"),
    "sasahara-2021/default-mu": partial(_default, SocialFeedRewiring, "influence"),
    "sasahara-2021/default-p": partial(_default, SocialFeedRewiring, "reposting"),
    "sasahara-2021/default-q": partial(_default, SocialFeedRewiring, "rewiring"),
    "sasahara-2021/default-tmax": lambda: social_feed.MOST_STEPS,
    "sasahara-2021/opinion-clusters-eps{confidence}": _clusters,
    "sasahara-2021/stationary-share-defaults": partial(_stopped, _LONG),
    "sasahara-2021/stationary-share-{rule}-only": lambda rule: _stopped(_LONG, rules=(rule,)),
    "sasahara-2021/stationary-share-no-influence": partial(_stopped, _SHORT, influence=0.0),
    "sasahara-2021/stationary-share-no-rewiring": partial(_stopped, _SHORT, rewiring=0.0),
}
