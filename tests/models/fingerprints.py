"""Run every model on a small network and print what came out: one line of JSON."""

import hashlib
import json
import pkgutil
import sys
from importlib import import_module
from inspect import isabstract

import numpy as np

import karma_lib.models
from karma_lib import IndependentCascade, Model, generators
from karma_lib.models.herd.spreading import Spreading

for _info in pkgutil.walk_packages(karma_lib.models.__path__, "karma_lib.models."):
    import_module(_info.name)


def models():
    """Return every model of the package, by name."""
    found, waiting = {}, [Model]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("karma_lib.models") and not isabstract(kind):
                found[kind.__name__] = kind
    return found


def small_graph():
    return generators.small_world(24, 4, 0.3, rng=5)


def fingerprint(run):
    """Return a digest of every frame, floats to nine decimals."""
    mark = hashlib.sha256(repr(run.steps).encode())
    for graph, values in run.frames:
        values = np.asarray(values)
        mark.update(np.round(values.astype(float), 9).tobytes() + graph.idx.tobytes())
    return mark.hexdigest()


def all_sizes():
    """Return sizes above 255: a count kept in the byte that it adds up would start again."""
    graph = generators.random_graph(400, 6, rng=5)
    uneven = np.linspace(0.1, 0.5, graph.n_arcs)
    kinds = {
        name: kind(seeds=300) for name, kind in models().items() if issubclass(kind, Spreading)
    }
    kinds["one chance an arc"] = IndependentCascade(probability=uneven, seeds=300)
    return {
        f"{name}, paired: {paired}": kind.sizes(
            graph, n_replicates=2, rng=11, paired=paired
        ).tolist()
        for name, kind in kinds.items()
        for paired in (False, True)
    }


def all_fingerprints():
    runs = {
        name: fingerprint(kind().run(small_graph(), n_steps=6, rng=11))
        for name, kind in sorted(models().items())
    }
    return runs | all_sizes()


if __name__ == "__main__":
    json.dump(all_fingerprints(), sys.stdout)
