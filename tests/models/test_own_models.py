"""Models that somebody else writes: their state, fields and methods are their own business."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import karma_lib as kl
from karma_lib._checks import Share

if TYPE_CHECKING:
    from somewhere import Elsewhere

GRAPH = kl.generators.complete(4)


@dataclass(frozen=True, kw_only=True)  # with an equality, so without a hash
class Infection(kl.Model):
    """Each step one more person is infected; who never is has the time inf."""

    rate: Share = 0.5
    weights: "np.ndarray | Elsewhere" = None
    plain: float = np.inf

    def start(self, graph: "Elsewhere", rng):
        return {"time": np.full(graph.n_nodes, np.inf)}

    @staticmethod
    def next_of(times):
        return int(np.isinf(times).sum())

    def advance(self, graph, state, n_steps, rng):
        for _ in range(n_steps):
            if left := self.next_of(state["time"]):
                state["time"][-left] = 1.0

    def observe(self, graph, state):
        return graph, state["time"].copy()


def late(graph, state):
    return float(np.isinf(state).sum())


def test_a_model_of_ones_own_keeps_any_state_and_any_method():
    model = Infection(weights=np.ones(3))
    run = model.run(GRAPH, n_steps=2, rng=1)
    assert run.measure(late)["late"].tolist() == [4, 3, 2]
    state = model.start(GRAPH, None)
    model.advance(GRAPH, state, 1, None)
    assert model.run(GRAPH, n_steps=1, state=state).measure(late)["late"].tolist() == [3, 2]
    table = kl.sweep(Infection, {"rate": np.array([0.1, 0.2])}, GRAPH, measures=[late], n_steps=3,
                     n_replicates=2, rng=1)  # fmt: skip
    assert table["late"].tolist() == [1, 1, 1, 1]
    with pytest.raises(ValueError, match=r"rate must lie in \[0, 1\]; got 2"):
        Infection(rate=2)
    with pytest.raises(ValueError, match="n_steps must be at least 0"):
        model.run(GRAPH, n_steps=-1)


def test_what_stands_for_a_list_a_length_of_time_or_a_number_is_taken():
    pairs = np.array([(0, 1), (1, 2)], np.uint32)
    assert kl.Graph.from_edges(pairs).n_nodes == 3
    mixed = pd.DataFrame({0: ["a", 1], 1: [2, "a"]})
    assert kl.Graph.from_frame(mixed, 0, 1).n_nodes == 3
    own = {"late": late}
    table = kl.sweep(kl.Threshold(threshold=0.2), {"seeds": (n for n in (1, 2))}, GRAPH,
                     measures=own.values(), n_steps=2**31 - 1, n_replicates=1, rng=1)  # fmt: skip
    assert len(table) == 2
    rows = kl.sweep(kl.Threshold, {"threshold": np.full((2, 4), 0.2)}, GRAPH, measures=[late],
                    n_steps=3, n_replicates=1, rng=1)  # fmt: skip
    assert len(rows) == 2
    comments = kl.datasets.load_synthetic().comments
    hours = kl.storms.series(comments, every=pd.Timedelta("1h"))
    assert hours.equals(kl.storms.series(comments, every="h"))
