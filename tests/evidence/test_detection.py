"""Signal detection, held to hand-worked cases and to a simulated judge whose d' is known."""

import numpy as np
import pytest
from scipy.stats import norm

from karma_lib.evidence import detection


def test_a_hand_worked_table():
    said = [1] * 8 + [0] * 2 + [1] * 3 + [0] * 7
    judged = detection(said, [1] * 10 + [0] * 10)
    assert (judged.hit_rate, judged.false_alarm_rate) == (0.8, 0.3)
    z = norm.ppf([8.5 / 11, 3.5 / 11])
    assert judged.d_prime == pytest.approx(z[0] - z[1])
    assert judged.criterion == pytest.approx(-z.sum() / 2)


def test_a_judge_of_known_sensitivity_is_recovered():
    rng = np.random.default_rng(4)
    true = np.arange(200_000) % 2
    evidence = rng.normal(1.2 * true)  # d' = 1.2, a cut at 0.9 lies 0.3 above the middle
    judged = detection(evidence > 0.9, true)
    assert judged.d_prime == pytest.approx(1.2, abs=4 * np.sqrt(2 * 1.8 / 1e5))
    assert judged.criterion == pytest.approx(0.3, abs=0.02)


def test_guessing_is_nought_wrong_way_is_negative_and_perfection_is_finite():
    assert detection([1, 0, 1, 0], [1, 1, 0, 0]).d_prime == 0
    assert detection([0, 0, 1, 1], [1, 1, 0, 0]).d_prime < 0
    best = detection([1, 1, 0, 0], [1, 1, 0, 0])
    assert 0 < best.d_prime < 3
    assert best.criterion == pytest.approx(0)
    assert detection([1, 1, 1, 1], [1, 1, 0, 0]).criterion < 0, "says true to everything"


@pytest.mark.parametrize(
    ("said", "true", "message"),
    [
        ([1, 0], [1, 0, 0], "said_true must be as long as is_true"),
        ([0.5, 1], [1, 0], "must hold 0 and 1 only"),
        ([1, np.nan], [1, 0], r"said_true must lie in \[0, 1\]; got nan"),
        ([1, 1], [1, 1], "must hold both kinds; got 2 true, 0 false"),
        ([], [], "must hold both kinds; got 0 true, 0 false"),
    ],
)
def test_bad_input_is_told(said, true, message):
    with pytest.raises(ValueError, match=message):
        detection(said, true)
