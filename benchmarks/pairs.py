"""Pairs of cascades and events: the same work by us and by a peer, and a check that it is the same work.

Each pair is a function that sets both sides up (not timed) and returns a `Pair`. A side is
a function of the round's number that does its work and returns (units done, value), or
(units, value, CPU seconds) where only a part of it counts: the values of both sides must
agree before a ratio is shown. A target of None is for orientation.
"""

import array
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import igraph
import numpy as np

import karma_lib as kl

P_LOW, P_HIGH = 0.05, 0.1


@dataclass
class Pair:
    """Two sides of one piece of work."""

    ours: Callable[[int], tuple[float, ...]]
    theirs: Callable[[int], tuple[float, ...]]
    unit: str
    tolerance: float  # how far the mean values may lie apart, as a share


@cache
def crowd(kind, n, m):
    """Return an igraph of the yardstick and our Graph of it."""
    random.seed(1)
    make = igraph.Graph.Barabasi if kind == "BA" else igraph.Graph.Erdos_Renyi
    drawn = make(n=n, m=m).simplify()
    return kl.Graph.from_edges(drawn.get_edgelist(), drawn.vcount())


def csr(graph):
    return array.array("I", graph.ptr[:-1].tolist()), array.array("I", graph.idx.tolist())


def cascades(graph, model, peer, n_ours, n_theirs, starts):
    """Time many cascades from the same start nodes; the unit is an activated node."""

    def ours(round_):
        sizes = np.concatenate(
            [
                model.sizes(graph, [s], n_replicates=n_ours, rng=1000 * round_ + i)
                for i, s in enumerate(starts)
            ]
        )
        return float(sizes.sum()), float(sizes.mean())

    def theirs(round_):
        total = 0
        for start in starts:
            for _ in range(n_theirs):
                peer.set_seeds([start])
                peer.advance_until_completion()
                total += peer.get_num_activated_nodes()
        return float(total), total / (n_theirs * len(starts))

    return Pair(ours, theirs, "activated node", 0.25)


def cascade_one_p(p):
    from cynetdiff.models import IndependentCascadeModel

    graph = crowd("BA", 100_000, 5)
    starts = np.argsort(-graph.n_sources)[100:104].tolist()
    peer = IndependentCascadeModel(*csr(graph), activation_prob=p)
    n_ours = 4096 if p == P_LOW else 256
    return cascades(graph, kl.IndependentCascade(probability=p), peer, n_ours, n_ours // 16, starts)


def cascade_p_an_arc(mean):
    from cynetdiff.models import IndependentCascadeModel

    graph = crowd("BA", 100_000, 5)
    chance = np.random.default_rng(1).uniform(0, 2 * mean, graph.n_arcs).astype(np.float32)
    # Row i of theirs lists whom i reaches; ours, whom i listens to: turn the arcs round.
    rows = np.repeat(np.arange(graph.n_nodes), graph.n_sources)
    turned = np.empty(graph.n_arcs, np.int64)
    turned[np.lexsort((graph.idx, rows))] = np.lexsort((rows, graph.idx))
    starts = np.argsort(-graph.n_sources)[100:104].tolist()
    peer = IndependentCascadeModel(
        *csr(graph), activation_probs=array.array("f", chance[turned].tolist())
    )
    model = kl.IndependentCascade(probability=chance.astype(float))
    n_ours = 1024 if mean == P_LOW else 256
    return cascades(graph, model, peer, n_ours, n_ours // 16, starts)


def threshold_cascade():
    from cynetdiff.models import LinearThresholdModel

    graph = crowd("ER", 100_000, 250_000)
    degree = np.maximum(graph.n_sources, 1)
    influence = array.array("f", (1 / degree[graph.idx]).tolist())
    peer = LinearThresholdModel(*csr(graph), influence=influence)
    fixed = array.array("f", [0.18 - 1e-6] * graph.n_nodes)
    starts = np.random.default_rng(0).integers(0, graph.n_nodes, 24).tolist()
    model = kl.Threshold(threshold=0.18)

    def ours(round_):
        sizes = model.sizes(graph, n_replicates=256, rng=round_)
        return float(sizes.sum()), float(sizes.max())

    def theirs(round_):
        sizes = []
        for start in starts:
            peer.set_seeds([start])
            peer._assign_thresholds(fixed)
            peer.advance_until_completion()
            sizes.append(peer.get_num_activated_nodes())
        return float(sum(sizes)), float(max(sizes))

    return Pair(ours, theirs, "activated node", 0.001)


def ndlib_graph(graph):
    import networkx as nx

    return nx.Graph(graph.edges().tolist())


def threshold_ndlib():
    import ndlib.models.epidemics as epidemics
    import ndlib.models.ModelConfig as config

    graph = crowd("ER", 10_000, 25_000)
    network, model = ndlib_graph(graph), kl.Threshold(threshold=0.18)
    starts = np.random.default_rng(0).integers(0, graph.n_nodes, 2).tolist()
    starts = [s for s in starts if s in network]

    def ours(round_):
        sizes = [model.sizes(graph, [s], n_replicates=200).mean() for s in starts]
        return 200.0 * len(sizes), float(np.mean(sizes))

    def theirs(round_):
        sizes = []
        for start in starts:
            peer, settings = epidemics.ThresholdModel(network), config.Configuration()
            settings.add_model_initial_configuration("Infected", [start])
            for node in network.nodes():
                settings.add_node_configuration("threshold", node, 0.18)
            peer.set_initial_status(settings)
            count = [-1, 0]
            while count[-1] != count[-2]:
                count.append(peer.iteration()["node_count"][1])
            sizes.append(count[-1])
        return float(len(starts)), float(np.mean(sizes))

    return Pair(ours, theirs, "cascade", 0.001)


def cascade_ndlib():
    import ndlib.models.epidemics as epidemics
    import ndlib.models.ModelConfig as config

    graph = crowd("BA", 10_000, 5)
    network = ndlib_graph(graph).to_directed()
    hub = int(np.argmax(graph.n_sources))
    model = kl.IndependentCascade(probability=P_HIGH)

    def ours(round_):
        sizes = model.sizes(graph, [hub], n_replicates=2000, rng=round_)
        return float(sizes.sum()), float(sizes.mean())

    def theirs(round_):
        np.random.seed(round_)  # noqa: NPY002 - the peer draws from the global stream
        sizes = []
        for _ in range(2):
            peer, settings = epidemics.IndependentCascadesModel(network), config.Configuration()
            settings.add_model_initial_configuration("Infected", [hub])
            for edge in network.edges():
                settings.add_edge_configuration("threshold", edge, P_HIGH)
            peer.set_initial_status(settings)
            while True:
                counts = peer.iteration()["node_count"]
                if counts[1] == 0:
                    break
            sizes.append(counts[2])
        return float(sum(sizes)), float(np.mean(sizes))

    return Pair(ours, theirs, "activated node", 0.2)


def cascade_eon():
    import EoN

    graph = crowd("BA", 10_000, 5)
    network, hub = ndlib_graph(graph), int(np.argmax(graph.n_sources))
    model = kl.IndependentCascade(probability=P_HIGH)

    def ours(round_):
        sizes = model.sizes(graph, [hub], n_replicates=2000, rng=round_)
        return float(sizes.sum()), float(sizes.mean())

    def theirs(round_):
        random.seed(round_)
        np.random.seed(round_)  # noqa: NPY002 - the peer draws from the global stream
        sizes = [
            EoN.basic_discrete_SIR(network, P_HIGH, initial_infecteds=[hub])[3][-1]
            for _ in range(5)
        ]
        return float(sum(sizes)), float(np.mean(sizes))

    return Pair(ours, theirs, "activated node", 0.2)


def hawkes_tick():
    from tick.hawkes import SimuHawkesExpKernels

    model, horizon = kl.Hawkes(background=1.0, branching=0.8, decay=2.0), 40_000

    def ours(round_):
        n = len(model.simulate(horizon, rng=round_).times)
        return float(n), n / horizon

    def theirs(round_):
        peer = SimuHawkesExpKernels(
            adjacency=np.array([[0.8]]), decays=2.0, baseline=np.array([1.0]), end_time=horizon,
            seed=round_ + 1, verbose=False,
        )  # fmt: skip
        peer.simulate()
        return float(peer.n_total_jumps), peer.n_total_jumps / horizon

    return Pair(ours, theirs, "event", 0.05)


PAIRS = {
    ("cascade, one p = 0.05", "CyNetDiff 0.1.18", 8.0): lambda: cascade_one_p(P_LOW),
    ("cascade, one p = 0.1", "CyNetDiff 0.1.18", 8.0): lambda: cascade_one_p(P_HIGH),
    ("cascade, p an arc, mean 0.05", "CyNetDiff 0.1.18", 4.0): lambda: cascade_p_an_arc(P_LOW),
    ("cascade, p an arc, mean 0.1", "CyNetDiff 0.1.18", 4.0): lambda: cascade_p_an_arc(P_HIGH),
    ("cascade, one p = 0.1, 10,000 people", "NDlib 6.0.1", 1000.0): cascade_ndlib,
    ("cascade, one p = 0.1, 10,000 people", "EoN 2.0", None): cascade_eon,
    ("threshold cascade", "CyNetDiff 0.1.18", 25.0): threshold_cascade,
    ("threshold cascade, 10,000 people", "NDlib 6.0.1", 2000.0): threshold_ndlib,
    ("Hawkes process, branching 0.8", "tick 0.8.0.2", 2.0): hawkes_tick,
}
