"""Measures of a storm on hand-worked hours."""

import numpy as np
import pytest

import karma_lib as kl

GRAPH = kl.generators.complete(6)


def test_peak_and_half_time_by_hand():
    hours = np.array([1, 2, 2, 2, 5, 0])
    assert kl.measures.peak(GRAPH, hours) == 3
    assert kl.measures.peak(GRAPH, np.array([1, 1, 1, 2, 2, 0])) == 3, "the first hour counts"
    assert kl.measures.half_time(GRAPH, hours) == 1, "the third of five came in the second hour"
    assert kl.measures.half_time(GRAPH, np.array([1, 1, 4, 4, 0, 0])) == 0
    assert kl.measures.half_time(kl.generators.complete(9), np.arange(1, 10)) == 4
    assert kl.measures.half_time(GRAPH, np.array([4, 0, 0, 0, 0, 9])) == 3, "who never came"


def test_where_nobody_joined():
    nobody = np.zeros(6, int)
    assert kl.measures.peak(GRAPH, nobody) == 0
    assert np.isnan(kl.measures.half_time(GRAPH, nobody))


def test_a_power_is_found_as_the_slope():
    severity = np.array([0.05, 0.1, 0.3, 0.7])
    for power in (0, 0.5, 1, 3):
        assert kl.measures.proportionality(severity, 7 * severity**power) == pytest.approx(power)


@pytest.mark.parametrize(
    ("severity", "punishment", "message"),
    [
        ([0.1, 0.1], [1, 2], "severity must hold two different values"),
        ([0.1, 0.2], [1], "severity must hold two different values"),
        ([0, 0.2], [1, 2], "severity must be finite and above 0; got 0"),
        ([0.1, 0.2], [0, 2], "punishment must be finite and above 0; got 0"),
    ],
)
def test_bad_input_is_told(severity, punishment, message):
    with pytest.raises(ValueError, match=message):
        kl.measures.proportionality(severity, punishment)
