"""Pairs of opinion models: voters, bounded confidence, rewiring, activity-driven talk."""

import json
import logging
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pairs import Pair, crowd, ndlib_graph

import karma_lib as kl

VOTER_PEER = Path(__file__).with_name("voter_peer.py")


def timed_run(model, graph, n_steps, rng):
    """Return the last frame, and the CPU seconds of the run alone."""
    begun = time.process_time()
    run = model.run(graph, n_steps=n_steps, record_every=n_steps, rng=rng)
    return run.frames[-1], time.process_time() - begun


def q_voter_ndlib():
    """Compare the mean share of a majority of 60 % among 200 people after 400 updates."""
    import ndlib.models.ModelConfig as config
    import ndlib.models.opinions as opinions

    graph, small = crowd("BA", 10_000, 5), crowd("BA", 200, 5)
    networks = {g.n_nodes: ndlib_graph(g) for g in (graph, small)}
    model = kl.QVoter(q=4, ones=0.6)

    def peer(n_people, n_updates):
        voters, settings = opinions.QVoterModel(networks[n_people]), config.Configuration()
        settings.add_model_parameter("q", 4)
        settings.add_model_parameter("fraction_infected", 0.6)
        voters.set_initial_status(settings)
        begun = time.process_time()
        counts = [voters.iteration(node_status=False)["node_count"] for _ in range(n_updates + 1)]
        return counts[-1][1] / n_people, time.process_time() - begun

    def ours(round_):
        _, seconds = timed_run(model, graph, 1_000_000, round_)
        ends = [timed_run(model, small, 400, 1_000 * round_ + i)[0][1] for i in range(400)]
        return 1e6, float(np.mean(ends)), seconds

    def theirs(round_):
        np.random.seed(round_)  # noqa: NPY002 - the peer draws from the global stream
        _, seconds = peer(10_000, 100)
        return 101.0, float(np.mean([peer(200, 400)[0] for _ in range(40)])), seconds

    return Pair(ours, theirs, "update", 0.02)


def voter_graph_tool():
    """Against a process of the system's Python, where the distribution puts graph-tool."""
    graph, model, n_steps = crowd("BA", 10_000, 5), kl.Voter(), 500_000
    folder = tempfile.mkdtemp()
    np.save(Path(folder) / "edges.npy", graph.edges())
    peer = subprocess.Popen(
        ["/usr/bin/python3", str(VOTER_PEER), folder, str(n_steps)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if peer.stdout.readline() != "ready\n":
        raise ImportError("graph-tool, in the system's Python")

    def ours(round_):
        (network, opinion), seconds = timed_run(model, graph, n_steps, round_)
        return float(n_steps), kl.measures.cut(network, opinion) / graph.n_edges, seconds

    def theirs(round_):
        peer.stdin.write(f"{round_}\n")
        peer.stdin.flush()
        seconds, cut = json.loads(peer.stdout.readline())
        return float(n_steps), cut, seconds

    return Pair(ours, theirs, "update", 0.1)


def ndlib_bounded():
    import ndlib.models.ModelConfig as config
    import ndlib.models.opinions as opinions

    network = ndlib_graph(kl.generators.complete(1_000))
    everybody = kl.Graph.from_edges([], 1_000)

    def ours(round_):
        model, n_pairs = kl.BoundedConfidence(confidence=0.2), 20_000_000
        run = model.run(everybody, n_steps=n_pairs, record_every=n_pairs, rng=round_)
        early = model.run(everybody, n_steps=5_000, record_every=5_000, rng=round_)
        return float(n_pairs + 5_000), float(early.final.std() + 0 * run.final.sum())

    def theirs(round_):
        np.random.seed(round_)  # noqa: NPY002 - the peer draws from the global stream
        peer, settings = opinions.AlgorithmicBiasModel(network), config.Configuration()
        settings.add_model_parameter("epsilon", 0.2)
        settings.add_model_parameter("gamma", 0)
        peer.set_initial_status(settings)
        for _ in range(6):  # the first call returns the start
            peer.iteration(node_status=False)
        return 5_000.0, float(np.std(list(peer.status.values())))

    return Pair(ours, theirs, "meeting", 0.05)


@contextmanager
def quiet():
    """Silence what a compiled peer prints, and give it a fresh folder to write to."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nothing:
        kept = os.dup(1)
        os.dup2(nothing.fileno(), 1)
        try:
            yield str(Path(folder) / "out")
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def seldon_talk(n, n_ours, n_theirs):
    """Compare the mean strength of opinions after as many steps as the peer takes."""
    import pyseldonlib

    logging.disable(logging.INFO)
    settings = pyseldonlib.Other_Settings(number_of_agents=n, connections_per_agent=10)
    model = kl.ActivityDrivenOpinions(homophily=0.5)
    crowd_ = kl.Graph.from_edges([], n)

    def ours(round_):
        _, seconds = timed_run(model, crowd_, n_ours, round_)
        ends = [timed_run(model, crowd_, n_theirs, 100 * round_ + i)[0][1] for i in range(10)]
        return float(n_ours), float(np.abs(ends).mean()), seconds

    def theirs(round_):
        with quiet() as folder:
            peer = pyseldonlib.Activity_Driven_Model(
                max_iterations=n_theirs, homophily=0.5, rng_seed=round_ + 1, other_settings=settings
            )
            begun = time.process_time()
            peer.run(folder)
            seconds = time.process_time() - begun
        return float(n_theirs), float(np.abs(peer.agent_opinion()).mean()), seconds

    return Pair(ours, theirs, "step", 0.05)


def seldon_bounded(n, lattice, n_sweeps, n_theirs):
    """Both start from opinions 0, 1/n, 2/n, ...: Seldon has no other start of its own."""
    import pyseldonlib

    logging.disable(logging.INFO)
    settings = pyseldonlib.Other_Settings(number_of_agents=n)
    ramp, side = np.arange(n) / n, round(n**0.5)
    place = np.arange(side * side).reshape(side, side)
    ends = [np.column_stack([place.ravel(), np.roll(place, 1, axis).ravel()]) for axis in (0, 1)]
    graph = kl.Graph.from_edges(np.vstack(ends) if lattice else [], n)
    pick = "node" if lattice else "complete"
    model = kl.BoundedConfidence(confidence=0.2, pick=pick, opinions=ramp)

    def ours(round_):
        _, seconds = timed_run(model, graph, n_sweeps * n, round_)
        (_, early), _ = timed_run(model, graph, n_theirs * n, round_)
        return float(n_sweeps * n), float(early.std()), seconds

    def theirs(round_):
        with quiet() as folder:
            peer = pyseldonlib.Deffuant_Model(
                max_iterations=n_theirs, use_network=lattice, rng_seed=round_ + 1,
                other_settings=settings,
            )  # fmt: skip
            begun = time.process_time()
            peer.run(folder)
            seconds = time.process_time() - begun
        return float(n_theirs * n), float(np.std(peer.agent_opinion())), seconds

    return Pair(ours, theirs, "meeting", 0.02)


def mesa_bounded():
    import mesa

    class Person(mesa.Agent):
        def __init__(self, model):
            super().__init__(model)
            self.opinion = self.random.random()

        def meet(self, other):
            gap = other.opinion - self.opinion
            if abs(gap) < 0.2:
                self.opinion += 0.5 * gap
                other.opinion -= 0.5 * gap

    n, n_theirs = 1_000, 20_000
    everybody, model = kl.Graph.from_edges([], n), kl.BoundedConfidence(confidence=0.2)

    def ours(round_):
        _, seconds = timed_run(model, everybody, 10_000_000, round_)
        (_, early), _ = timed_run(model, everybody, n_theirs, round_)
        return 1e7, float(early.std()), seconds

    def theirs(round_):
        peer = mesa.Model(seed=round_)
        people = list(Person.create_agents(peer, n))
        begun = time.process_time()
        for _ in range(n_theirs):
            one, other = peer.random.sample(people, 2)
            one.meet(other)
        seconds = time.process_time() - begun
        return float(n_theirs), float(np.std([person.opinion for person in people])), seconds

    return Pair(ours, theirs, "meeting", 0.05)


def rewiring_doces():
    """Two camps whose opinions stand still: whoever is linked to the other camp drops the link.

    DOCES: every post is read, opinions move by 0, a difference of 2 is always rewired. A call
    with one iteration is timed too and taken off: reading arguments in and out is not the work.
    """
    import doces

    graph = crowd("ER", 10_000, 50_000)
    n, edges = graph.n_nodes, graph.edges().astype(int)
    sides = np.random.default_rng(1).permutation(n) < n // 2
    model, n_steps = kl.CoevolvingVoter(rewiring=1.0), 226_000

    def shares(ends, opinion):
        return float((opinion[ends[:, 0]] != opinion[ends[:, 1]]).mean())

    def ours(round_):
        state = model.start(graph, np.random.default_rng(round_))
        state.opinion[:] = sides
        begun = time.process_time()
        run = model.run(graph, n_steps=n_steps, record_every=n_steps, rng=round_, state=state)
        seconds = time.process_time() - begun
        network, opinion = run.frames[-1]
        left = shares(network.edges(), opinion)
        return (shares(edges, sides) - left) * len(edges), left, seconds

    def call(round_, n_iterations):
        peer = doces.Opinion_dynamics(n, edges, directed=False, verbose=False)
        opinions, begun = np.where(sides, 1.0, -1.0), time.process_time()
        peer.simulate_dynamics(
            number_of_iterations=n_iterations, phi=0.5, mu=1.0, posting_filter=doces.UNIFORM,
            receiving_filter=doces.UNIFORM, b=opinions, rewire=True, delta=0.0, verbose=False,
            rand_seed=round_ + 1,
        )  # fmt: skip
        return peer, time.process_time() - begun

    def theirs(round_):
        spent = call(round_, 1)[1]
        peer, seconds = call(round_, 100_000)
        ends = np.asarray(peer.edge_list).reshape(-1, 2)
        return float(peer.rewiring_count), shares(ends, sides), seconds - spent

    return Pair(ours, theirs, "link rewired", 0.1)


OPINION_PAIRS = {
    ("voter, 10,000 people", "graph-tool (Debian)", 5.0): voter_graph_tool,
    ("q-voter, q = 4, 10,000 people", "NDlib 6.0.1", 50_000.0): q_voter_ndlib,
    ("bounded confidence, everybody, 1,000 people", "NDlib 6.0.1", 1000.0): ndlib_bounded,
    ("bounded confidence, everybody, 1,000 people", "Seldon 1.0.0 (wheel)", 1000.0): (
        lambda: seldon_bounded(1_000, False, 10_000, 100)
    ),
    ("bounded confidence, square lattice, 10,000 people", "Seldon 1.0.0 (wheel)", 5.0): (
        lambda: seldon_bounded(10_000, True, 1_000, 200)
    ),
    ("bounded confidence, everybody, 1,000 people", "Mesa 3.3.1 (by hand)", None): mesa_bounded,
    ("rewiring until camps part, 10,000 people", "DOCES 0.1.0", 5.0): rewiring_doces,
    ("activity-driven opinions, 1,000 people", "Seldon 1.0.0 (wheel)", 8.0): (
        lambda: seldon_talk(1_000, 2_000, 300)
    ),
    ("activity-driven opinions, 10,000 people", "Seldon 1.0.0 (wheel)", 35.0): (
        lambda: seldon_talk(10_000, 200, 5)
    ),
}
