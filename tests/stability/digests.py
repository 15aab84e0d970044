"""Print what the library computes, to the last bit: one line of JSON, a digest a piece.

`python -m tests.stability.digests models` runs every model; `... ledger NAME` computes every
number of one module of the ledger.
"""

import hashlib
import json
import sys
from importlib import import_module

import numpy as np

from karma_lib import generators, measures, reproduction, sweep
from karma_lib.models.herd.contagion import _gaps
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.models.storm.attention import Hawkes
from tests.models.fingerprints import all_sizes, models, small_graph


def digest(run):
    """Return a digest of every frame, values and network, bit for bit."""
    mark = hashlib.sha256(repr(run.steps).encode())
    for graph, values in run.frames:
        for part in (np.ascontiguousarray(values), graph.ptr, graph.idx):
            mark.update(str(part.dtype).encode() + part.tobytes())
    return mark.hexdigest()


def of_models():
    found = {
        name: digest(kind().run(small_graph(), n_steps=6, rng=11))
        for name, kind in sorted(models().items())
    }
    table = sweep(Threshold, {"threshold": [0.1, 0.2, 0.3]}, generators.random_graph(200, 4, rng=1),
                  measures=[measures.share, measures.cascade_size], n_steps=50, rng=2)  # fmt: skip
    for exponent in (None, 1.5):
        events = Hawkes(branching=0.8, exponent=exponent).simulate(300, rng=3)
        found[f"Hawkes, {exponent}"] = hashlib.sha256(events.times.tobytes()).hexdigest()
    gaps = [(p, [part.tolist() for part in _gaps(p)]) for p in (0.01, 0.05, 0.1, 0.3, 0.5)]
    found["gaps"] = hashlib.sha256(repr(gaps).encode()).hexdigest()
    return found | all_sizes() | {"a sweep": table.to_csv()}


def of_ledger(name):
    """Return our numbers, as hexadecimal floats; what needs data that are not here says so."""
    found = {}
    patterns = import_module(f"karma_lib.reproduction.{name}").TARGETS
    for target, function in reproduction.filled(patterns).items():
        try:
            found[target] = float(function()).hex()
        except OSError as error:
            found[target] = str(error)
    return found


if __name__ == "__main__":
    what, *names = sys.argv[1:]
    json.dump({"models": of_models, "ledger": of_ledger}[what](*names), sys.stdout)
