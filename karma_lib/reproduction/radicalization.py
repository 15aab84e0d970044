"""Baumann et al.: activity, thresholds, three regimes."""

from functools import cache, partial

import numpy as np

from karma_lib._random import keys, seed_sequence
from karma_lib.graph import Graph
from karma_lib.models.echo.radicalization import ActivityDrivenOpinions
from karma_lib.theory import radicalization as theory


@cache
def ends(controversialness: float, homophily: float, n_runs: int = 10) -> tuple[float, float]:
    """Simulate mean |x| and the share of positive opinions at t = 10, 500 people."""
    model = ActivityDrivenOpinions(controversialness=controversialness, homophily=homophily)
    people = Graph.from_edges([], 500)
    finals = [
        model.run(people, n_steps=1000, record_every=1000, rng=key).final
        for key in keys(seed_sequence(2020), n_runs).tolist()
    ]
    return float(np.abs(finals).mean()), float((np.array(finals) > 0).mean())


_critical = partial(
    theory.critical_controversialness, 3, 10, mean_activity=theory.activity_moment(1)
)

TARGETS = {
    "baumann-2020/mean-activity": partial(theory.activity_moment, 1),
    "baumann-2020/mean-square-activity": partial(theory.activity_moment, 2),
    "baumann-2020/alpha-c-mean-field-r{reciprocity}": _critical,
    "baumann-2020/alpha-c-annealed-r{reciprocity}": partial(
        _critical, mean_square=theory.activity_moment(2)
    ),
    "baumann-2020/radicalised-mean-abs": lambda: ends(3, 0)[0],
    "baumann-2020/polarised-mean-abs": lambda: ends(3, 3)[0],
    "baumann-2020/polarised-share-positive": lambda: ends(3, 3)[1],
    "baumann-2020/consensus-mean-abs": lambda: ends(0.05, 2)[0],
}
