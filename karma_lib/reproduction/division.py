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

World = Callable[[], tuple[Graph, Any]]
"""A network and its sides."""
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


def _of(world: World, measure: Any, **settings: Any) -> float:
    return float(measure(*world(), **settings))


def _of_degree(world: World, measure: Any, **settings: Any) -> float:
    graph = world()[0]
    return float(measure(graph, graph.n_sources, **settings))


def _friends(measure: Any, place: str) -> float:
    return _of_degree(_PLACES[place], measure)


def _mean_degree(graph: Graph, degrees: Any) -> float:
    return float(degrees.mean())


def _drawn(edges: str) -> tuple[Graph, None]:
    return Graph.from_edges([[int(end) for end in edge] for edge in edges.split()]), None


def _report(name: str) -> float:
    return float(blogs(largest=False)[0].nodes.attrs["report"][name])


def _arcs(ends: str) -> float:
    """Count links by the first letters of who links and who is linked to."""
    graph, side = blogs(largest=False)
    listener, source = ({"l": "liberal", "c": "conservative"}[letter] for letter in ends)
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
    found, place = [], {node: i for i, node in enumerate(net)}
    for seed in range(n_seeds):
        label = np.empty(len(net), int)
        for number, part in enumerate(nx.community.louvain_communities(net, seed=seed)):
            label[[place[node] for node in part]] = number
        found.append(measures.modularity(Graph.from_networkx(net), label))
    return max(found)


def _illusion(world: World, n_active: int, majority: str) -> float:
    graph = world()[0]
    active = np.zeros(graph.n_nodes)
    active[np.argsort(-graph.n_sources, kind="stable")[:n_active]] = 1
    return measures.majority_illusion(graph, active, strict=majority == "strict")


def _illusion_of_blogs(percent: int) -> float:
    return _illusion(blogs, blogs()[0].n_nodes * percent // 100, "strict")


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


_PLACES: dict[str, World] = {
    "karate": karate,
    "star9": partial(_drawn, " ".join(f"0{i}" for i in range(1, 10))),
    "girls": partial(_drawn, _GIRLS),
}
_CLUB = partial(_of, karate)
_BLOGS = partial(_of, blogs)
_RWC = measures.random_walk_controversy
_PATH, _GED = "01 12 23", measures.euclidean_distance

TARGETS = {
    "krackhardt-1988/karate-ei": partial(_CLUB, measures.ei_index),
    "karate/modularity": partial(_CLUB, measures.modularity),
    "karate/cut": partial(_CLUB, measures.cut),
    "karate/assortativity": partial(_CLUB, measures.assortativity),
    "karate/degree-assortativity": partial(_of_degree, karate, measures.numeric_assortativity),
    "rwc/karate-k{n_influencers}": partial(_CLUB, _RWC),
    "rwc/karate-step-first-k{n_influencers}": partial(_CLUB, _RWC, step_first=True),
    "rwc/polblogs-k{percent}pct": lambda percent: _BLOGS(_RWC, n_influencers=percent / 100),
    "rwc/polblogs-k{n_influencers}": partial(_BLOGS, _RWC),
    "hohmann-2023/ged-karate": partial(_CLUB, _GED),
    "hohmann-2023/ged-k2": partial(_by_hand, "01", [1, -1], _GED),
    "hohmann-2023/ged-p4-blocks": partial(_by_hand, _PATH, [1, 1, -1, -1], _GED),
    "hohmann-2023/ged-p4-alternating": partial(_by_hand, _PATH, [1, -1, 1, -1], _GED),
    "bimodality/two-point": partial(_by_hand, "01", [-1, 1], measures.bimodality),
    "bimodality/uniform": partial(theory.bimodality_of, "uniform"),
    "bimodality/normal": partial(theory.bimodality_of, "norm"),
    "esteban-1994/two-points-alpha{alpha}": partial(_by_hand, "01", [0, 1], measures.esteban_ray),
    "morales-2015/two-point": partial(_by_hand, "01", [-1, 1], measures.dipole_moment),
    "morales-2015/uniform": partial(theory.dipole_moment_of, "uniform", loc=-1, scale=2),
    "cinelli-2021/slope-h{within}": two_blocks,
    "feld-1991/mean-friends": partial(_friends, _mean_degree, "girls"),
    "feld-1991/mean-friends-of-friends": partial(_friends, measures.link_average, "girls"),
    "feld-1991/node-average": partial(_friends, measures.person_average, "girls"),
    "friendship/{place}-mean-degree": partial(_friends, _mean_degree),
    "friendship/{place}-edge-average": partial(_friends, measures.link_average),
    "friendship/{place}-node-average": partial(_friends, measures.person_average),
    "friendship/karate-below-mean": partial(_of_degree, karate, measures.in_paradox, median=False),
    "friendship/karate-below-median": partial(_of_degree, karate, measures.in_paradox, median=True),
    "lerman-2016/karate-top{n_active}-{majority}": partial(_illusion, karate),
    "lerman-2016/polblogs-top{percent}pct": _illusion_of_blogs,
    "polblogs/nodes": lambda: blogs(largest=False)[0].n_nodes,
    "polblogs/unique-arcs": lambda: blogs(largest=False)[0].n_arcs,
    "polblogs/reciprocity": lambda: measures.reciprocity(blogs(largest=False)[0]),
    "polblogs/arc-rows": partial(_report, "rows read"),
    "polblogs/self-loops": partial(_report, "self-links kept"),
    "polblogs/liberal": partial(_sided, "liberal", False),
    "polblogs/conservative": partial(_sided, "conservative", False),
    "polblogs/lcc-liberal": partial(_sided, "liberal", True),
    "polblogs/lcc-conservative": partial(_sided, "conservative", True),
    "polblogs/arcs-{ends}": _arcs,
    "polblogs/lcc-nodes": lambda: blogs()[0].n_nodes,
    "polblogs/lcc-edges": lambda: blogs()[0].n_edges,
    "polblogs/lcc-cut": partial(_BLOGS, measures.cut),
    "polblogs/within-share": partial(_within, True),
    "polblogs/within-share-unique": partial(_within, False),
    "polblogs/party-assortativity": partial(_BLOGS, measures.assortativity),
    "polblogs/degree-assortativity": partial(_of_degree, blogs, measures.numeric_assortativity),
    "polblogs/louvain-best": partial(_louvain, 8),
    "conover-2011/modularity-retweet": partial(_of, retweets, measures.modularity),
}

REASONS = {"rwc/": "the retweet graph of this topic is not a pinned data set"}
