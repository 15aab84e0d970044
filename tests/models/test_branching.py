from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad

from karma_lib.measures import bursts
from karma_lib.models.storm.branching import Seismic, branching_tree
from karma_lib.theory.attention import borel

TIMES, FANS = [0, 120, 300, 900, 5400], [2500, 40, 310, 15, 120]


def test_tree_sizes_follow_borel():
    sizes = np.array([len(branching_tree(0.6, rng=r).parent) for r in range(10_000)])
    law = borel(np.arange(1, 8), 0.6)
    found = np.bincount(sizes, minlength=8)[1:8] / 10_000
    assert (np.abs(found - law) < 4 * np.sqrt(law * (1 - law) / 10_000)).all()
    with pytest.raises(ValueError, match="got 100 for"):
        branching_tree(30, limit=100, rng=1)
    assert len(branching_tree(0, limit=1, rng=1).parent) == 1


@pytest.mark.parametrize("now", [200, 500, 900, 7200, 90_000])
def test_infectiousness_is_its_definition(now):
    seismic, width = Seismic(), min(max(now / 2, 300), 7200)

    def seen(t):
        def density(s):
            return seismic.density * min(1, (s / 300) ** -1.2314843) if s > 0 else 0.0

        def shown(s):
            return (1 - (now - s) / width) * density(s - t)

        start = max(t, now - width)
        return quad(shown, start, now, points=[p for p in [t + 300] if start < p < now])[0]

    past = [(t, d) for t, d in zip(TIMES, FANS, strict=True) if t <= now]
    hits = sum(max(1 - (now - t) / width, 0) for t, _ in past[1:])
    exposed = sum(d * seen(t) for t, d in past)
    assert seismic.infectiousness(TIMES, FANS, now) == pytest.approx(hits / exposed, rel=1e-6)


def test_memory_is_a_distribution():
    seismic = Seismic(exponent=0.3, cutoff=100, density=0.3 / (100 * 1.3))
    assert seismic.total == pytest.approx(1)
    assert seismic.late([0, 100 - 1e-9, 100 + 1e-9, 1e12]) == pytest.approx(
        [1, 1 - 0.3 / 1.3, 1 - 0.3 / 1.3, 0], abs=1e-3
    )


def test_prediction_ends():
    seismic = Seismic()
    known = seismic.predict(TIMES, FANS, 7200, infectiousness=0)
    assert known == 4
    assert seismic.predict(TIMES, FANS, 7200, infectiousness=0.01) == np.inf
    assert seismic.predict(TIMES, FANS, 600, infectiousness=0) == 2  # only what has happened
    assert seismic.predict(TIMES, FANS, 7200) > 4
    alike = seismic.predict(TIMES, FANS, 7200, mean_followers=100)
    assert seismic.predict(TIMES, FANS, 7200) == alike
    assert seismic.predict(TIMES, FANS, 900, infectiousness=0) == 3, "now counts"
    assert seismic.predict([0, 9, 9], [5, 1, 1], 60, infectiousness=0) == 2, "two at one second"


def test_a_planted_burst_is_found_and_a_steady_stream_has_none():
    rng = np.random.default_rng(1)
    calm = np.cumsum(rng.exponential(10, 200))
    storm = calm[-1] + np.cumsum(rng.exponential(1, 300))
    after = storm[-1] + np.cumsum(rng.exponential(10, 200))
    found = bursts(np.concatenate([calm, storm, after]), ratio=3)
    longest = found.loc[found["n_events"].idxmax()]
    assert longest["n_events"] > 270
    assert abs(longest["start"] - calm[-1]) < 40
    assert bursts(np.arange(50.0)).empty


@pytest.mark.parametrize("seed", range(12))
def test_bursts_are_the_cheapest_of_all_explanations(seed):
    """Try all 2^10 sequences of states (Kleinberg 2003): up costs effort x ln(gaps)."""
    rng = np.random.default_rng(seed)
    gaps, ratio, effort = rng.exponential(rng.choice([0.2, 1.0, 3.0], 10)), 2.5, 0.7
    slow = 10 / gaps.sum()

    def cost(states):
        rates = np.where(states, slow * ratio, slow)
        climbs = np.count_nonzero(np.diff(np.append(0, states)) == 1)
        return (rates * gaps - np.log(rates)).sum() + climbs * effort * np.log(10)

    best = min((np.array(states) for states in product((0, 1), repeat=10)), key=cost)
    times = np.append(0, np.cumsum(gaps))
    found = bursts(times, ratio=ratio, effort=effort)
    ours = np.zeros(10, int)
    for row in found.itertuples():
        ours[(times[:-1] >= row.start) & (times[1:] <= row.end)] = 1
    np.testing.assert_array_equal(ours, best)
    assert (found["n_events"] == [best[(times[:-1] >= a) & (times[1:] <= b)].sum() + 1
                                  for a, b in found[["start", "end"]].to_numpy()]).all()  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Seismic(exponent=1), "exponent must lie in"),
        (lambda: Seismic().predict([1, 2], [1, 1], 5), "times must rise from 0"),
        (lambda: Seismic().predict([0, 2], [1], 5), "as many followers"),
        (lambda: Seismic().predict(0, 1, 5), r"got shapes \(\) and \(\)"),
        (lambda: Seismic().late(-1), "seconds must be finite and at least 0; got -1"),
        (lambda: Seismic().infectiousness([0], [-1], 5), "followers must be"),
        (lambda: branching_tree(-1), "must lie in"),
        (lambda: bursts([3, 2]), "times must rise"),
        (lambda: bursts([1, 1]), "two different"),
        (lambda: bursts([1, 2], ratio=1), "ratio must be"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
