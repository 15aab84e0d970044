from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from karma_lib import _checks, _doors


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: _checks.count("n", 1.5), TypeError, "n must be a whole number; got 1.5."),
        (lambda: _checks.count("n", True), TypeError, "n must be a whole number; got True."),
        (lambda: _checks.count("n", -1), ValueError, "n must be at least 0; got -1."),
        (lambda: _checks.count("n", 9, most=8), ValueError, "n must be at most 8; got 9."),
        (lambda: _checks.real("p", 1.5, 0, 1), ValueError, "p must lie in [0, 1]; got 1.5."),
        (lambda: _checks.real("p", np.nan, 0, 1), ValueError, "p must lie in [0, 1]; got nan."),
        (lambda: _checks.real("p", np.inf), ValueError, "p must be finite; got inf."),
        (lambda: _checks.real("p", -1, 0), ValueError, "p must be finite and at least 0; got -1."),
        (
            lambda: _checks.real("p", 0, _checks.TINY),
            ValueError,
            "p must be finite and above 0; got 0.",
        ),
        (
            lambda: _checks.real("p", 1, 0, _checks.BELOW_ONE),
            ValueError,
            "p must lie in [0, 1); got 1.",
        ),
        (
            lambda: _checks.real("p", 1, _checks.ABOVE_ONE, 3),
            ValueError,
            "p must lie in (1, 3]; got 1.",
        ),
        (lambda: _checks.real("p", [1, 2]), TypeError, "one number; got an array of shape (2,)."),
        (lambda: _checks.real("p", "a"), TypeError, "p must be a number or an array of numbers"),
        (lambda: _checks.people("s", [0.5], 3), TypeError, "s must hold whole node numbers"),
        (
            lambda: _checks.people("s", [3], 3),
            ValueError,
            "node numbers from 0 to n_nodes - 1 of the graph, 2; got 3.",
        ),
        (
            lambda: _checks.people("s", [-1], 3),
            ValueError,
            "node numbers from 0 to n_nodes - 1 of the graph, 2; got -1.",
        ),
    ],
)
def test_errors_are_sentences(call, error, sentence):
    with pytest.raises(error) as caught:
        call()
    assert sentence in str(caught.value)


def test_reals_are_a_read_only_copy():
    mine = np.array([0.1, 0.2])
    checked = _checks.reals("p", mine, 0, 1)
    mine[0] = 5
    assert checked[0] == 0.1
    assert not checked.flags.writeable


def test_reals_keeps_what_it_has_checked_before():
    checked = _checks.reals("p", [0.1, 0.2], 0, 1)
    assert _checks.reals("p", checked, 0, 1) is checked
    part = checked[:1]  # a view: whoever owns its memory may change it
    assert _checks.reals("p", part, 0, 1) is not part


def test_people_may_be_nobody():
    assert _checks.people("s", [], 3).dtype == np.int64


@dataclass(frozen=True, kw_only=True)
class Coin:
    bias: _checks.Share = 0.5
    sides: _checks.Number = 2
    lists: _checks.Shares | None = None
    thrown: _checks.Seeds = 1
    metal: Literal["tin", "zinc"] = "tin"
    owner: str = "anybody"

    def __post_init__(self):
        _doors.check_fields(self)


@pytest.mark.parametrize(
    ("field", "error", "sentence"),
    [
        ({"bias": 2}, ValueError, "bias must lie in [0, 1]; got 2."),
        ({"bias": None}, ValueError, "bias must lie in [0, 1]; got nan."),
        ({"bias": [0, 1]}, TypeError, "bias must be one number; got an array of shape (2,)."),
        ({"sides": 0}, ValueError, "sides must be at least 1; got 0."),
        ({"lists": [0, 2]}, ValueError, "lists must lie in [0, 1]; got 2."),
        ({"thrown": 1.5}, TypeError, "thrown must be a whole number; got 1.5."),
        ({"metal": "gold"}, ValueError, "metal must be one of tin, zinc; got 'gold'."),
    ],
)
def test_a_field_is_held_to_its_type(field, error, sentence):
    with pytest.raises(error) as caught:
        Coin(**field)
    assert str(caught.value) == sentence


def test_a_field_is_kept_as_its_check_returns_it():
    coin = Coin(bias=1, sides=np.int64(6), lists=[0, 1], thrown=[5, 7], owner="me")
    assert (type(coin.bias), type(coin.sides), coin.thrown, coin.owner) == (
        float,
        int,
        [5, 7],
        "me",
    )
    assert coin.lists.dtype == np.float64
    assert not coin.lists.flags.writeable
    assert Coin().lists is None
