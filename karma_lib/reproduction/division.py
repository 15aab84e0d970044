"""Measures of division and of perception, on the karate club, political blogs and by hand."""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from karma_lib import measures
from karma_lib.datasets._store import fetch
from karma_lib.datasets.networks import load_conover_retweets, load_political_blogs
from karma_lib.graph import Graph
from karma_lib.theory import polarization as theory

_GIRLS = "01 12 13 14 25 23 24 54 36 67"
"""Feld's ten friendships: Betty Sue Alice Pam Dale Jane Carol Tina are 0 to 7."""


@cache
def karate() -> tuple[Graph, Any]:
    """Return the karate club, unweighted, and its factions: 1 for Mr. Hi, -1 for Officer."""
    import networkx as nx  # 0.2 s, and only these rows need it

    club = Graph.from_networkx(nx.karate_club_graph())
    return club, np.where(club.attribute("club") == "Mr. Hi", 1, -1)


@cache
def blogs(largest: bool = True) -> tuple[Graph, Any]:
    """Return the political blogs, or their largest component as an undirected graph."""
    graph = load_political_blogs()
    if largest:
        graph = graph.simplified(directed=False).largest_component()
    return graph, graph.attribute("side")


@cache
def retweets() -> tuple[Graph, Any]:
    """Return the retweets of 2010, and the two sides that later authors found in them."""
    graph = load_conover_retweets()
    return graph, graph.attribute("side")


def _of(world: Callable[..., tuple[Graph, Any]], measure: Any, **settings: Any) -> float:
    return float(measure(*world(), **settings))


def _of_degree(world: Callable[..., tuple[Graph, Any]], measure: Any, **settings: Any) -> float:
    graph = world()[0]
    return float(measure(graph, graph.n_sources, **settings))


def _mean_degree(graph: Graph, degrees: Any) -> float:
    return float(degrees.mean())


def _drawn(edges: str) -> tuple[Graph, None]:
    return Graph.from_edges([[int(end) for end in edge] for edge in edges.split()]), None


def _report(name: str) -> float:
    return float(blogs(largest=False)[0].nodes.attrs["report"][name])


def _arcs(listener: str, source: str) -> float:
    graph, side = blogs(largest=False)
    heard, hears = side[graph.idx], side[graph._rows()]
    apart = graph._rows() != graph.idx
    return float((apart & (hears == listener) & (heard == source)).sum())


def _sided(side: str, largest: bool) -> float:
    return float((blogs(largest=largest)[1] == side).sum())


def _within(every_row: bool) -> float:
    """Return the share of links inside a side; the loader merges rows that repeat."""
    graph, side = blogs(largest=False)
    pairs = graph.edges()
    if every_row:
        text = fetch("political-blogs/polblogs.gml").read_text("utf-8")
        pairs = np.array(re.findall(r"source (\d+)\s+target (\d+)", text), np.int64) - 1
    same = (side[pairs[:, 0]] == side[pairs[:, 1]])[pairs[:, 0] != pairs[:, 1]]
    return float(same.mean())


def _louvain(n_seeds: int) -> float:
    """Return the best modularity of Louvain's method over seeds."""
    import networkx as nx

    graph = blogs()[0]
    net = nx.Graph(graph.edges().tolist())
    best = (nx.community.louvain_communities(net, seed=seed) for seed in range(n_seeds))
    return max(float(nx.community.modularity(net, parts)) for parts in best)


def _illusion(world: Callable[..., tuple[Graph, Any]], n_active: int, strict: bool) -> float:
    graph = world()[0]
    active = np.zeros(graph.n_nodes)
    active[np.argsort(-graph.n_sources, kind="stable")[:n_active]] = 1
    return measures.majority_illusion(graph, active, strict=strict)


def _by_hand(edges: str, state: list[float], measure: Any, **settings: Any) -> float:
    return float(measure(_drawn(edges)[0], state, **settings))


def two_blocks(within: float, n: int = 40) -> float:
    """Return the echo slope of two blocks whose members have 20 links, `within` inside."""
    inside = round(20 * within)
    step = np.arange(n)[:, None]
    own = (step + np.arange(1, inside + 1)) % n
    other = (step + np.arange(20 - inside)) % n
    rows = np.arange(2 * n).repeat(20)
    heard = np.block([[own, other + n], [own + n, other]]).ravel()
    graph = Graph.from_edges(np.column_stack([rows, heard]), directed=True)
    return measures.echo_slope(graph, np.repeat([-1, 1], n))


_STAR = " ".join(f"0{i}" for i in range(1, 10))
_PLACES: dict[str, Callable[[], tuple[Graph, Any]]] = {
    "karate": karate,
    "star9": partial(_drawn, _STAR),
}
_CLUB = partial(_of, karate)
_BLOGS = partial(_of, blogs)
_RWC = measures.random_walk_controversy

_KARATE = {
    "krackhardt-1988/karate-ei": measures.ei_index,
    "karate/modularity": measures.modularity,
    "karate/cut": measures.cut,
    "karate/assortativity": measures.assortativity,
    "hohmann-2023/ged-karate": measures.euclidean_distance,
}
_DEGREES = {
    "mean-degree": _mean_degree,
    "edge-average": measures.link_average,
    "node-average": measures.person_average,
}
_FELD = zip(
    ("mean-friends", "mean-friends-of-friends", "node-average"), _DEGREES.values(), strict=True
)
_PATH, _GED = "01 12 23", measures.euclidean_distance
_SIDES = ("liberal", "conservative")

TARGETS: dict[str, Callable[[], float]] = {
    **{name: partial(_CLUB, measure) for name, measure in _KARATE.items()},
    "karate/degree-assortativity": partial(_of_degree, karate, measures.numeric_assortativity),
    **{
        f"rwc/karate-{word}k{k}": partial(_CLUB, _RWC, n_influencers=k, step_first=bool(word))
        for k in (1, 3, 4)
        for word in ("", "step-first-")
    },
    **{
        f"rwc/polblogs-k{name}": partial(_BLOGS, _RWC, n_influencers=k)
        for name, k in {"5": 5, "20": 20, "1pct": 0.01, "5pct": 0.05}.items()
    },
    "hohmann-2023/ged-k2": partial(_by_hand, "01", [1, -1], _GED),
    "hohmann-2023/ged-p4-blocks": partial(_by_hand, _PATH, [1, 1, -1, -1], _GED),
    "hohmann-2023/ged-p4-alternating": partial(_by_hand, _PATH, [1, -1, 1, -1], _GED),
    "bimodality/two-point": partial(_by_hand, "01", [-1, 1], measures.bimodality),
    "bimodality/uniform": partial(theory.bimodality_of, "uniform"),
    "bimodality/normal": partial(theory.bimodality_of, "norm"),
    **{
        f"esteban-1994/two-points-alpha{a}": partial(
            _by_hand, "01", [0, 1], measures.esteban_ray, alpha=a
        )
        for a in (0.8, 1, 1.3, 1.6)
    },
    "morales-2015/two-point": partial(_by_hand, "01", [-1, 1], measures.dipole_moment),
    "morales-2015/uniform": partial(theory.dipole_moment_of, "uniform", loc=-1, scale=2),
    **{f"cinelli-2021/slope-h{h}": partial(two_blocks, h) for h in (0.5, 0.75, 0.9, 1)},
    **{f"feld-1991/{name}": partial(_of_degree, partial(_drawn, _GIRLS), m) for name, m in _FELD},
    **{
        f"friendship/{place}-{name}": partial(_of_degree, world, measure)
        for place, world in _PLACES.items()
        for name, measure in _DEGREES.items()
    },
    **{
        f"friendship/karate-below-{word}": partial(
            _of_degree, karate, measures.in_paradox, median=word == "median"
        )
        for word in ("mean", "median")
    },
    **{
        f"lerman-2016/karate-top{k}-{word}": partial(_illusion, karate, k, word == "strict")
        for k in (1, 2, 3, 5)
        for word in ("strict", "weak")
    },
    **{
        f"lerman-2016/polblogs-top{pct}pct": partial(_illusion, blogs, k, True)
        for pct, k in {1: 12, 5: 61, 10: 122, 20: 244}.items()
    },
    "polblogs/nodes": lambda: float(blogs(largest=False)[0].n_nodes),
    "polblogs/unique-arcs": lambda: float(blogs(largest=False)[0].n_arcs),
    "polblogs/reciprocity": lambda: measures.reciprocity(blogs(largest=False)[0]),
    "polblogs/arc-rows": partial(_report, "rows read"),
    "polblogs/self-loops": partial(_report, "self-links kept"),
    **{f"polblogs/{side}": partial(_sided, side, False) for side in _SIDES},
    **{f"polblogs/lcc-{side}": partial(_sided, side, True) for side in _SIDES},
    **{
        f"polblogs/arcs-{one[0]}{two[0]}": partial(_arcs, one, two)
        for one in _SIDES
        for two in _SIDES
    },
    "polblogs/lcc-nodes": lambda: float(blogs()[0].n_nodes),
    "polblogs/lcc-edges": lambda: float(blogs()[0].n_edges),
    "polblogs/lcc-cut": partial(_BLOGS, measures.cut),
    "polblogs/within-share": partial(_within, True),
    "polblogs/within-share-unique": partial(_within, False),
    "polblogs/party-assortativity": partial(_BLOGS, measures.assortativity),
    "polblogs/degree-assortativity": partial(_of_degree, blogs, measures.numeric_assortativity),
    "polblogs/louvain-best": partial(_louvain, 8),
    "conover-2011/modularity-retweet": partial(_of, retweets, measures.modularity),
}

REASONS = {"rwc/": "the retweet graph of this topic is not a pinned data set"}
