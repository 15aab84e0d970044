import numpy as np
import pytest

from karma_lib import generators
from karma_lib.graph import Graph
from karma_lib.models.storm.correction import HoaxAndCheck
from karma_lib.theory.correction import resting_shares, verification_threshold

# Person 0 hears two believers and one fact-checker; 4 hears nobody; 5 a fact-checker; 6 a
# believer who comes before them, and whose own change in the same step they must not see.
CROWD = Graph.from_edges([(0, 1), (0, 2), (0, 3), (5, 3), (6, 1)], 7, directed=True)
FIRST = np.array([0, 1, 1, 2, 0, 0, 0], np.int8)


def test_one_step_has_the_stated_chances():
    model, n = HoaxAndCheck(spreading=0.6, gullibility=0.2, verification=0.3, forgetting=0.25), 4000
    arcs = CROWD.edges() + 7 * np.arange(n)[:, None, None]
    crowds = Graph.from_edges(arcs.reshape(-1, 2), 7 * n, directed=True)
    ends = model.run(crowds, n_steps=1, rng=1, state=np.tile(FIRST, n)).final.reshape(n, 7)
    hoax, check = 2 * 1.2, 1 * 0.8
    exact = {
        (0, 1): 0.6 * hoax / (hoax + check), (0, 2): 0.6 * check / (hoax + check),
        (1, 2): 0.3, (1, 0): 0.25, (2, 2): 0.3, (3, 0): 0.25, (3, 1): 0,
        (4, 0): 1, (5, 2): 0.6, (5, 1): 0, (6, 1): 0.6, (6, 2): 0,
    }  # fmt: skip
    for (person, state), p in exact.items():
        found = (ends[:, person] == state).mean()
        assert abs(found - p) <= 4 * np.sqrt(p * (1 - p) / n), (person, state)


@pytest.mark.parametrize("verification", [0.02, 0.06, 0.2])
def test_rest_is_the_iterated_mean_field_and_the_crowd_agrees(verification):
    s, a, f = 0.5, 0.3, 0.1
    calm, hoax, check = 0.9, 0.1, 0.0
    for _ in range(20_000):
        weight = hoax * (1 + a) + check * (1 - a)
        gain, learn = s * calm * hoax * (1 + a) / weight, s * calm * check * (1 - a) / weight
        calm, hoax, check = (
            calm - gain - learn + f * (hoax + check),
            hoax + gain - (verification + f) * hoax,
            check + learn + verification * hoax - f * check,
        )
    exact = resting_shares(s, a, verification, f)
    assert exact == pytest.approx((calm, hoax, check), abs=1e-9)
    assert (exact.believers == 0) == (verification > verification_threshold(a, f))
    model = HoaxAndCheck(spreading=s, gullibility=a, verification=verification, forgetting=f)
    run = model.run(generators.complete(800), n_steps=900, record_every=20, rng=1)
    late = [[(x == k).mean() for k in range(3)] for _, x in run.frames[10:]]
    assert np.mean(late, axis=0) == pytest.approx(exact, abs=0.02)


def test_ends():
    assert verification_threshold(1, 0.1) == np.inf
    assert resting_shares(0, 0.3, 0.1, 0.1) == pytest.approx((1, 0, 0))
    assert len(HoaxAndCheck(believers=0).run(CROWD, n_steps=9, rng=1).frames) == 1
    for make, message in [
        (lambda: HoaxAndCheck(spreading=2), "spreading must lie in"),
        (lambda: HoaxAndCheck(believers=1.5), "believers must lie in"),
        (lambda: HoaxAndCheck(verification=0.8, forgetting=0.3), "verification \\+ forgetting"),
        (lambda: resting_shares(0.5, 0.3, 0.1, 0), "forgetting must lie in"),
        (lambda: verification_threshold(-1, 0.1), "gullibility must lie in"),
    ]:
        with pytest.raises(ValueError, match=message):
            make()
