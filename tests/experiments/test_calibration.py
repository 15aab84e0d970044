import logging

import numpy as np
import pytest

from karma_lib import Threshold, calibrate, generators
from karma_lib.measures import share


def test_known_parameters_lie_within_the_interval_as_often_as_it_says():
    """25 crowds whose spread is known; a 95 % interval may miss it once or twice."""
    rng, hits, widths = np.random.default_rng(1), 0, []
    crowd = generators.complete(300)
    for trial in range(25):
        spread = rng.uniform(80, 280)
        model = Threshold(threshold=75, absolute=True, seeds=0, spread=spread)
        seen = share(crowd, model.run(crowd, n_steps=300, rng=1000 + trial).final)
        found = calibrate(Threshold(threshold=75, absolute=True, seeds=0), {"spread": (60, 300)}, crowd,
                          {share: seen}, n_steps=300, n_draws=400, accept=0.1, rng=trial)  # fmt: skip
        low, high = found.intervals[["low", "high"]].iloc[0]
        hits += low <= spread <= high
        widths.append(high - low)
    assert hits >= 21
    assert np.mean(widths) < 200, "narrower than the prior's 240"


def test_what_the_data_do_not_tell_is_said(caplog):
    crowd = generators.complete(50)
    with caplog.at_level(logging.WARNING, "karma_lib"):
        found = calibrate(Threshold(threshold=0, seeds=1), {"spread": (0, 1e-9)}, crowd, {share: 1.0},
                          n_steps=9, n_draws=400, accept=0.5, rng=1)  # fmt: skip
    assert not found.intervals["identified"].iloc[0]
    assert "spread is not identified" in caplog.text


def test_the_same_seed_gives_the_same_draws():
    crowd = generators.random_graph(100, 4, rng=1)
    tables = [
        calibrate(
            Threshold, {"threshold": (0, 1)}, crowd, {share: 0.5}, n_steps=50, n_draws=100, rng=3
        ).draws
        for _ in range(2)
    ]
    assert tables[0].equals(tables[1])
    assert (tables[0]["distance"].diff().dropna() >= 0).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n_draws": 10}, "n_draws must be at least 100; got 10."),
        ({"accept": 0}, "accept must lie in"),
        ({"priors": {"threshold": (0.5, 0.1)}}, "prior of threshold must be finite and at least 0.5; got 0.1."),
        ({"priors": {"tresh": (0.1, 0.5)}}, "grid must name fields of the model"),
    ],
)  # fmt: skip
def test_errors_are_sentences(change, sentence):
    options = {"priors": {"threshold": (0, 1)}, "n_draws": 100, **change}
    with pytest.raises(ValueError, match=sentence):
        calibrate(
            Threshold,
            options.pop("priors"),
            generators.complete(5),
            {share: 0.5},
            n_steps=5,
            **options,
        )
