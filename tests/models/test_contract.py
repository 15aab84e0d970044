"""What holds for every model, found through the class hierarchy."""

import copy
import dataclasses
import inspect
import json
import os
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from karma_lib import Graph, Model, Run, generators
from karma_lib.models.herd.popularity import GroupEstimate, PopularityMarket
from karma_lib.models.storm.attention import Hawkes
from karma_lib.models.storm.branching import Seismic
from tests.models.fingerprints import all_fingerprints, fingerprint, models, small_graph

KINDS = sorted(models().items())
each = pytest.mark.parametrize("kind", [kind for _, kind in KINDS], ids=[name for name, _ in KINDS])

ODD = ("Purpose", "Entities", "Process", "Design concepts", "Initialisation", "Input", "Submodels")


@each
def test_fields_are_parameters_frozen_keyword_only_with_defaults(kind):
    model = kind()
    for field in dataclasses.fields(kind):
        assert field.kw_only
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(model, field.name, None)
    assert type(dataclasses.replace(model)) is kind
    assert repr(model).startswith(kind.__name__)


@each
def test_a_model_equals_itself_alone_and_can_be_a_key(kind):
    """Fields and frames may be arrays, which have no one truth to compare by."""
    model = kind()
    assert {model: 1}[model] == 1
    assert model != kind()


@pytest.mark.parametrize("kind", [Hawkes, Seismic, PopularityMarket, GroupEstimate])
def test_a_rule_without_a_network_equals_itself_alone(kind):
    assert hash(rule := kind()) != hash(other := kind())
    assert rule != other
    with pytest.raises(TypeError, match="positional"):
        kind(0.5)


def test_a_run_equals_itself_alone_and_takes_its_parts_by_name():
    run = models()["Threshold"]().run(small_graph(), n_steps=2, rng=1)
    parts = {"model": run.model, "steps": run.steps, "frames": run.frames}
    assert run != Run(**parts)
    assert hash(run) != hash(Run(**parts))
    with pytest.raises(TypeError, match="positional"):
        Run(*parts.values())


@each
def test_the_same_seed_gives_the_same_run_on_any_thread(kind):
    graph, model = small_graph(), kind()
    wanted = fingerprint(model.run(graph, n_steps=6, rng=3))
    with ThreadPoolExecutor(4) as pool:
        runs = pool.map(lambda _: model.run(graph, n_steps=6, rng=3), range(8))
        assert {fingerprint(run) for run in runs} == {wanted}


@each
def test_how_often_a_frame_is_recorded_changes_nothing(kind):
    graph, model = small_graph(), kind()
    fine = model.run(graph, n_steps=6, rng=3)
    coarse = model.run(graph, n_steps=6, record_every=3, rng=3)
    for step, (network, values) in zip(coarse.steps, coarse.frames, strict=True):
        where = fine.steps.index(step) if step in fine.steps else -1
        np.testing.assert_array_equal(values, fine.frames[where][1])
        np.testing.assert_array_equal(network.idx, fine.frames[where][0].idx)


@each
def test_a_run_alters_nothing_that_its_caller_owns(kind):
    graph, model = small_graph(), kind()
    first = model.start(graph, _draws())
    before, idx = copy.deepcopy(first), graph.idx.copy()
    run = model.run(graph, n_steps=6, rng=3, state=first)
    np.testing.assert_equal(before, first)
    np.testing.assert_array_equal(idx, graph.idx)
    frames = [values.copy() for _, values in run.frames]
    for (_, kept), same in zip(run.frames, frames, strict=True):
        np.testing.assert_array_equal(kept, same)


def _draws():
    from karma_lib._random import Draws

    return Draws(9)


@pytest.mark.parametrize(
    ("name", "low"),
    [("BoundedConfidence", 0), ("HegselmannKrause", 0), ("DeGroot", -1), ("FriedkinJohnsen", -1),
     ("RankedFeed", -1), ("SocialFeedRewiring", -1), ("ActivityDrivenOpinions", -1)],
)  # fmt: skip
def test_first_opinions_are_uniform_up_to_one(name, low):
    crowd = generators.small_world(400, 4, 0.1, rng=1)
    x = np.sort(models()[name]().run(crowd, n_steps=0, rng=1).final)
    even = low + (np.arange(400) + 0.5) / 400 * (1 - low)
    assert abs(x - even).max() < (1 - low) * 1.63 / 20  # Kolmogorov-Smirnov at 1 %
    assert low <= x[0] < x[-1] < 1


@each
def test_a_settled_state_stays(kind):
    graph, model = small_graph(), kind()
    run = model.run(graph, n_steps=20_000, record_every=20_000, rng=3)
    state = model.start(graph, rng := _draws())
    model.advance(graph, state, 20_000, rng)
    if model.settled(graph, state):
        before = model.observe(graph, state)[1]
        model.advance(graph, state, 5, rng)
        np.testing.assert_array_equal(before, model.observe(graph, state)[1])
    assert isinstance(run, Run)


@each
def test_values_are_one_a_person_and_survive_pickling(kind):
    graph, model = small_graph(), kind()
    run = model.run(graph, n_steps=3, rng=3)
    assert all(len(values) == graph.n_nodes for _, values in run.frames)
    assert run.steps[0] == 0
    again = pickle.loads(pickle.dumps(model))
    assert fingerprint(again.run(graph, n_steps=3, rng=3)) == fingerprint(run)


ODD_NETWORKS = {
    "nobody": Graph.from_edges([]),
    "one person": Graph.from_edges([], n_nodes=1),
    "nobody heard": Graph.from_edges([], n_nodes=12),
    "loops and parallel arcs": Graph.from_edges([(0, 0), (0, 1), (0, 1), (2, 0)], n_nodes=12),
    "the same, directed": Graph.from_edges([(0, 0), (0, 1), (0, 1)], n_nodes=12, directed=True),
}


@each
@pytest.mark.parametrize("graph", ODD_NETWORKS.values(), ids=ODD_NETWORKS)
def test_odd_networks_run_or_are_refused_in_a_sentence(kind, graph):
    refused = None
    try:
        run = kind().run(graph, n_steps=20, rng=1)
    except ValueError as error:
        refused = str(error)
    if refused is not None:
        assert re.match(r"(seeds|n_contacts|graph)( \(people of graph\))? must .*[.;]", refused)
        return
    assert len(run.final) == graph.n_nodes
    assert graph.n_nodes or run.steps == [0]


@pytest.mark.parametrize("restless", [{"independence": 0.1}, {"doubt": 0.5}])
def test_who_never_rests_runs_on_a_network_of_nobody(restless):
    run = models()["QVoter"](**restless).run(Graph.from_edges([]), n_steps=1000, rng=1)
    assert run.final.shape == (0,)


@each
def test_the_docstring_says_what_a_referee_asks(kind):
    text = inspect.getdoc(kind)
    for word in ("Parameters", "Notes", "References", "Examples", "*State*", "*Pitfalls*", "*ODD*"):
        assert word in text, word
    assert "*Exact result*" in text or "*Published result*" in text
    assert "doi:10." in text
    odd = " ".join(text[text.index("*ODD*") :].split())
    for word in ODD if "Otherwise as `" not in odd else ODD[:1]:
        assert word in odd, word


def test_interpreted_kernels_give_the_same_runs():
    done = subprocess.run(
        [sys.executable, "-m", "tests.models.fingerprints"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert json.loads(done.stdout) == all_fingerprints()


def test_kernels_stay_inside_their_arrays():
    done = subprocess.run(
        [sys.executable, "-m", "tests.models.fingerprints"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2], env={**os.environ, "NUMBA_BOUNDSCHECK": "1"},
    )  # fmt: skip
    assert json.loads(done.stdout) == all_fingerprints()


@pytest.mark.parametrize(
    ("kwargs", "error", "sentence"),
    [
        ({"n_steps": -1}, ValueError, "n_steps must be at least 0; got -1."),
        ({"n_steps": 1.5}, TypeError, "n_steps must be a whole number; got 1.5."),
        ({"n_steps": 1, "record_every": 0}, ValueError, "record_every must be at least 1; got 0."),
        ({"n_steps": 1, "rng": "x"}, TypeError, "rng must be a whole number"),
    ],
)
def test_run_refuses_with_a_sentence(kwargs, error, sentence):
    kind = next(iter(models().values()))
    with pytest.raises(error, match=sentence.replace("(", r"\(")):
        kind().run(small_graph(), **kwargs)


@each
def test_a_state_of_another_form_never_reaches_a_kernel(kind):
    graph, model = small_graph(), kind()
    first = model.start(graph, _draws())
    short = model.start(small_graph().subgraph(np.arange(graph.n_nodes) < 15), _draws())
    for wrong in (short, [0] * graph.n_nodes, "x", (first,)):
        with pytest.raises(ValueError, match=r"state must be as `start\(graph\)`"):
            model.run(graph, n_steps=1, rng=1, state=wrong)


@each
def test_a_state_that_cannot_be_written_never_reaches_a_kernel(kind):
    graph, model = small_graph(), kind()
    state = model.start(graph, _draws())
    for part in state if isinstance(state, tuple) else (state,):
        part.flags.writeable = False
    with pytest.raises(ValueError, match="state must be writable; got a read-only array"):
        model.advance(graph, state, 1, _draws())


def test_a_field_without_the_default_none_refuses_it():
    with pytest.raises(ValueError, match="confidence must lie in"):
        models()["BoundedConfidence"](confidence=None)


def test_run_wants_our_graph():
    with pytest.raises(TypeError, match="graph must be a karma_lib Graph; got dict"):
        models()["Threshold"]().run({}, n_steps=1)


def test_model_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        Model()
