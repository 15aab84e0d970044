"""Granovetter's crowds, Watts' cascades, Gleeson and Cahalane's seeds."""

from functools import partial

import numpy as np

from karma_lib import generators
from karma_lib._random import keys, seed_sequence
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.theory import thresholds as theory


def final_number(thresholds: list[int]) -> float:
    """Return how many join in one fully mixed crowd with these thresholds."""
    model = Threshold(threshold=thresholds, absolute=True, seeds=0)
    return float(model.sizes(generators.complete(len(thresholds)), n_replicates=1)[0])


def more_than_half(spread: float) -> float:
    """Return P(final number > 50) among 100 people with Normal(25, spread) thresholds."""
    return float(theory.crowd_law(100, 25, spread)[51:].sum())


def triggered(n_nodes: int, mean_degree: float, n_graphs: int = 100) -> float:
    """Simulate the chance that one random seed reaches more than 5 % of a network."""
    sizes = []
    for key in keys(seed_sequence(2002), n_graphs).tolist():
        network = generators.random_graph(n_nodes, mean_degree, rng=key)
        sizes.append(Threshold(threshold=0.18).sizes(network, n_replicates=40, rng=key))
    return float((np.concatenate(sizes) > 0.05 * n_nodes).mean())


def _edge(threshold: float, side: str) -> float:
    window = theory.cascade_window(threshold)
    return float("nan") if window is None else window[side == "upper"]


def _largest_threshold_with_window() -> float:
    """Return the largest threshold of the form 1/K, the only ones that matter, with a window."""
    return max(1 / k for k in range(1, 20) if theory.cascade_window(1 / k))


def _k3_maximum() -> float:
    """Return the maximum over z of z (1 + z) exp(-z): below 1, so 1/3 has no window."""
    z = (1 + 5**0.5) / 2
    return float(z * (1 + z) * np.exp(-z))


TARGETS = {
    "granovetter-1978/uniform-ladder": partial(final_number, list(range(100))),
    "granovetter-1978/ladder-one-changed": partial(final_number, [0, 2, *range(2, 100)]),
    "granovetter-1978/critical-sigma": lambda: 100 * theory.critical_spread(0.25)[0],
    "granovetter-1978/fraction-below-jump": lambda: theory.critical_spread(0.25)[1],
    "granovetter-1978/fixed-point-sigma{spread}": partial(theory.crowd_equilibrium, 0.25),
    "granovetter-1978/p-more-than-half-sigma{spread}": more_than_half,
    "watts-2002/window-{side}-phi{threshold}": _edge,
    "watts-2002/largest-phi-with-window": _largest_threshold_with_window,
    "watts-2002/k3-maximum": _k3_maximum,
    "watts-2002/vulnerable-z{mean_degree}": partial(theory.vulnerable_share, threshold=0.18),
    "watts-2002/trigger-z{mean_degree}": partial(theory.trigger_probability, threshold=0.18),
    "watts-2002/simulated-trigger-n{n_nodes}-z{mean_degree}": triggered,
    "gleeson-2007/size-z{mean_degree}-seed{seed_share}": partial(
        theory.cascade_share, threshold=0.18
    ),
    "gleeson-2007/gaussian-R{threshold}-z{mean_degree}": partial(
        theory.cascade_share, seed_share=0, spread=0.2
    ),
    "gleeson-2007/upper-boundary-seed{seed_share}": partial(theory.seeded_window_edge, 0.18),
    "gleeson-2007/upper-boundary-2nd-order-seed{seed_share}": partial(
        theory.seeded_window_edge_second_order, 0.18
    ),
}
