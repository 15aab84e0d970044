import numpy as np
import pytest

from karma_lib.measures import effective_number


@pytest.mark.parametrize("order", [0, 0.5, 1, 2, 5])
def test_equal_kinds_count_themselves_and_absent_ones_do_not_count(order):
    assert effective_number([7] * 12 + [0, 0], order=order) == pytest.approx(12)
    assert effective_number([9], order=order) == pytest.approx(1)


def test_by_hand():
    """Half, a quarter, a quarter: 1.5 bits of entropy; two draws agree in 6 of 16 cases."""
    shares = [2, 1, 1]
    assert effective_number(shares, order=0) == 3
    assert effective_number(shares) == pytest.approx(2**1.5)
    assert effective_number(shares, order=2) == pytest.approx(16 / 6)
    assert effective_number([17, 1, 1, 1]) == pytest.approx(
        np.exp(-0.85 * np.log(0.85) - 0.15 * np.log(0.05))
    )


def test_twins_of_every_kind_double_it_and_the_unit_does_not_matter():
    """Hill's replication principle: two copies with nothing in common are twice as varied."""
    counts = np.array([30, 11, 5, 1])
    for order in (0, 1, 2):
        once = effective_number(counts, order=order)
        assert effective_number([*counts, *counts], order=order) == pytest.approx(2 * once)
        assert effective_number(counts / 47, order=order) == pytest.approx(once)


def test_higher_orders_hear_the_rare_less_and_order_1_is_a_limit():
    counts = [40, 9, 3, 1, 1]
    found = [effective_number(counts, order=order) for order in (0, 0.5, 1, 2, 4)]
    assert np.all(np.diff(found) < 0)
    near = [effective_number(counts, order=1 + step) for step in (-1e-6, 1e-6)]
    np.testing.assert_allclose(near, effective_number(counts), rtol=1e-5)


def test_nothing_has_no_width_and_bad_counts_are_named():
    assert np.isnan(effective_number([0, 0]))
    with pytest.raises(ValueError, match=r"values must lie in \[0, inf\)|values must .*0"):
        effective_number([1, -1])
    with pytest.raises(ValueError, match="order must"):
        effective_number([1], order=-1)
