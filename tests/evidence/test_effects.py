import numpy as np
import pytest

from karma_lib.evidence import convert, smd


def test_hedges_by_hand():
    g, variance = smd(103, 5.5, 50, 100, 4.5, 50)  # Borenstein et al. 2009, chapter 4
    assert g == pytest.approx(0.5924, abs=2e-4)
    assert variance == pytest.approx(2 / 50 + g**2 / 200)


def test_the_small_sample_factor_is_exact():
    g, _ = smd(1, 1, 2, 0, 1, 2)  # df = 2: J = Γ(1)/(√1 Γ(1/2))
    assert g == pytest.approx(1 / np.sqrt(np.pi))


def test_means_agree_with_statsmodels():
    sm = pytest.importorskip("statsmodels.stats.meta_analysis")
    theirs, _ = sm.effectsize_smd(2.4, 0.9, 40, 1.8, 1.1, 44)
    assert smd(2.4, 0.9, 40, 1.8, 1.1, 44).estimate == pytest.approx(theirs, rel=1e-4)


def test_published_conversions():
    # Borenstein et al. 2009, chapter 7
    d, variance = convert(0.9069, 0.0676, source="log OR", target="d")
    assert (d, variance) == (pytest.approx(0.5, abs=1e-4), pytest.approx(0.0205, abs=1e-4))
    d, variance = convert(0.5, 0.0058, source="r", target="d")
    assert (d, variance) == (pytest.approx(1.1547, abs=1e-4), pytest.approx(0.0550, abs=1e-4))
    assert convert(0.5, 0.01, source="r", target="z").estimate == pytest.approx(np.arctanh(0.5))
    assert convert(0.0, 0.01, source="d", target="OR").estimate == 1


@pytest.mark.parametrize("metric", ["d", "r", "z", "log OR", "OR"])
@pytest.mark.parametrize("target", ["d", "r", "z", "log OR", "OR"])
def test_there_and_back(metric, target):
    values = np.array([0.1, 0.4, 0.7])
    there = convert(values, 0.02, source=metric, target=target, n_1=30, n_2=50)
    back = convert(*there, source=target, target=metric, n_1=30, n_2=50)
    np.testing.assert_allclose(back.estimate, values)
    np.testing.assert_allclose(back.variance, 0.02)


@pytest.mark.parametrize("target", ["r", "z", "log OR"])
def test_variances_are_those_of_the_delta_method(target):
    step = 1e-6
    value = [
        convert(0.4 + h, 0.01, source="d", target=target, n_1=30, n_2=50).estimate
        for h in (-step, step)
    ]
    slope = (value[1] - value[0]) / (2 * step)
    variance = convert(0.4, 0.01, source="d", target=target, n_1=30, n_2=50).variance
    assert variance == pytest.approx(0.01 * slope**2, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: convert(1.0, 0.1, source="r", target="d"), "estimate must lie in"),
        (
            lambda: convert(0, 0.1, source="OR", target="d"),
            "estimate must be finite and above 0; got 0",
        ),
        (lambda: convert(0, -1, source="d", target="r"), "variance must be finite and at least 0"),
        (lambda: convert(0, 1, source="eta", target="r"), "source must be one of d, r, z"),
        (lambda: convert(0, 1, source="d", target="eta"), "target must be one of d, r, z"),
        (lambda: smd(1, 0, 9, 0, 0, 9), "sd_1 and sd_2 must not both be 0"),
        (lambda: smd(1, 1, 1, 0, 1, 9), "n_1 must be finite and at least 2"),
        (lambda: smd(np.nan, 1, 9, 0, 1, 9), "mean_1 must be finite"),
    ],
)
def test_bad_numbers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
