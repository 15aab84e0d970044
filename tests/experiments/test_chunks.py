"""What a sweep's chunk is named by: nothing is mistaken for something else."""

from functools import partial

import numpy as np
import pytest

from karma_lib import Threshold, generators, sweep
from karma_lib.experiments import chunks
from karma_lib.measures import share


@pytest.mark.parametrize(
    "change", [{"rng": 6}, {"n_steps": 49}, {"model": Threshold(seeds=2)}, {"measures": [np.mean]}]
)
def test_nothing_is_mistaken_for_something_else(tmp_path, change):
    """One chunk for the first call, another one for anything that differs."""
    options = {"rng": 5, "n_steps": 50, "measures": [share], "model": Threshold(seeds=1)}
    graph = generators.random_graph(100, 3, rng=1)

    def mean(graph, state):
        return float(state.mean())

    for given in (options, options | change):
        given = {**given, "measures": [mean if m is np.mean else m for m in given["measures"]]}
        sweep(given.pop("model"), {}, graph, n_replicates=4, cache=tmp_path, **given)
    assert len(list(tmp_path.iterdir())) == 2


def test_another_network_is_another_chunk(tmp_path):
    for seed in (1, 2):
        sweep(Threshold, {}, generators.random_graph(50, 3, rng=seed), measures=[share], n_steps=9,
              n_replicates=2, rng=1, cache=tmp_path)  # fmt: skip
    assert len(list(tmp_path.iterdir())) == 2


def test_functions_that_cannot_be_told_apart_are_refused(tmp_path):
    scale = 2

    def scaled(graph, state):
        return scale * share(graph, state)

    with pytest.raises(ValueError, match="cache needs functions without captured variables"):
        sweep(
            Threshold,
            {},
            generators.complete(3),
            measures=[scaled],
            n_steps=1,
            rng=1,
            cache=tmp_path,
        )


def test_an_edited_function_is_another_function():
    def make(source, scale=1, helper="x"):
        space = {"scale": scale}
        exec(f"def h(x):\n    return {helper}\ndef f(graph, state):\n    return {source}", space)
        return space["f"]

    edits = [
        *[make(source) for source in ("1.0", "2.0", "state.sum()", "state.max()")],
        *[make(f"sum(map(lambda x: x + {n}, state))") for n in (1, 2)],
        *[make("scale * 1.0", scale) for scale in (1, 2)],
        *[make("h(1.0)", helper=helper) for helper in ("x", "x + h(0)", "2 * x")],
    ]
    assert len({chunks.name_of_chunk(edit) for edit in edits}) == len(edits)
    assert chunks.name_of_chunk(make("h(1.0)")) == chunks.name_of_chunk(make("h(1.0)"))
    assert chunks.name_of_chunk(partial(share, 1)) != chunks.name_of_chunk(partial(share, 2))


def test_a_cache_without_a_seed_is_refused(tmp_path):
    with pytest.raises(ValueError, match="rng must be given with cache; got None"):
        sweep(Threshold, {}, generators.complete(3), measures=[share], n_steps=1, cache=tmp_path)


def test_a_chunk_is_computed_each_time_without_a_cache_and_once_with_one(tmp_path):
    calls = []

    def compute():
        calls.append(1)
        return np.arange(3) + len(calls)

    told = [chunks.through(None, "a.chunk", compute).tolist() for _ in range(2)]
    assert told == [[1, 2, 3], [2, 3, 4]]
    kept = [chunks.through(str(tmp_path), "a.chunk", compute).tolist() for _ in range(2)]
    assert kept == [[3, 4, 5]] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.chunk"]
