"""Granovetter's crowds, Watts' cascades, Gleeson and Cahalane's seeds."""

from functools import partial

import numpy as np

from karma_lib import generators
from karma_lib._random import keys, seed_sequence
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.reproduction import each
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


def _edge(threshold: float, which: int) -> float:
    window = theory.cascade_window(threshold)
    return float("nan") if window is None else window[which]


def _largest_threshold_with_window() -> float:
    """Return the largest threshold of the form 1/K, the only ones that matter, with a window."""
    return max(1 / k for k in range(1, 20) if theory.cascade_window(1 / k))


def _k3_maximum() -> float:
    """Return the maximum over z of z (1 + z) exp(-z): below 1, so 1/3 has no window."""
    z = (1 + 5**0.5) / 2
    return float(z * (1 + z) * np.exp(-z))


def _vulnerable(z: float) -> float:
    return theory.vulnerable_share(z, 0.18)


def _trigger(z: float) -> float:
    return theory.trigger_probability(z, 0.18)


def _size(z: float, seed_share: float) -> float:
    return theory.cascade_share(z, 0.18, seed_share=seed_share)


def _gaussian(z: float, mean: float) -> float:
    return theory.cascade_share(z, mean, seed_share=0, spread=0.2)


EDGES = (0.18, 0.1, 0.15, 0.25)

TARGETS = {
    "granovetter-1978/uniform-ladder": partial(final_number, list(range(100))),
    "granovetter-1978/ladder-one-changed": partial(final_number, [0, 2, *range(2, 100)]),
    "granovetter-1978/critical-sigma": lambda: 100 * theory.critical_spread(0.25)[0],
    "granovetter-1978/fraction-below-jump": lambda: theory.critical_spread(0.25)[1],
    **{
        f"granovetter-1978/fixed-point-sigma{name}": partial(
            theory.crowd_equilibrium, 0.25, float(name)
        )
        for name in ("0.10", "0.12", "0.122", "0.123", "0.20", "0.30", "1.00")
    },
    **each("granovetter-1978/p-more-than-half-sigma{}", more_than_half, (10, 12, 12.2, 13, 20)),
    **{f"watts-2002/window-lower-phi{phi:.2f}": partial(_edge, phi, 0) for phi in (*EDGES, 0.12)},
    **{f"watts-2002/window-upper-phi{phi:.2f}": partial(_edge, phi, 1) for phi in EDGES},
    "watts-2002/largest-phi-with-window": _largest_threshold_with_window,
    "watts-2002/k3-maximum": _k3_maximum,
    **each("watts-2002/vulnerable-z{}", _vulnerable, (1.5, 2, 3, 4, 5, 5.5)),
    **each("watts-2002/trigger-z{}", _trigger, (2, 3, 5, 5.5)),
    **each(
        "watts-2002/simulated-trigger-n1e4-z{1}", triggered, (10_000,), (1.5, 2, 3, 4, 5, 5.5, 6)
    ),
    "watts-2002/simulated-trigger-n1e3-z6.14": partial(triggered, 1000, 6.14),
    **{f"gleeson-2007/size-z{z}-seed1e-4": partial(_size, z, 1e-4) for z in (1.5, 2, 3, 5, 5.5)},
    **{f"gleeson-2007/size-z{z}-seed1e-3": partial(_size, z, 1e-3) for z in (6, 6.5)},
    **each("gleeson-2007/gaussian-R{1}-z{0}", _gaussian, (4, 6, 10), (0.362, 0.38)),
    **each("gleeson-2007/gaussian-R{1}-z{0}", _gaussian, (4, 10), (0.371,)),
    **{
        f"gleeson-2007/upper-boundary-{name}seed1e-{power}": partial(edge, 0.18, 10.0**-power)
        for name, edge, powers in [
            ("", theory.seeded_window_edge, (2, 3, 4, 5)),
            ("2nd-order-", theory.seeded_window_edge_second_order, (2, 3, 4)),
        ]
        for power in powers
    },
}
