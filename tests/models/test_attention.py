from itertools import pairwise

import numpy as np
import pytest
import scipy.optimize
from scipy.integrate import quad
from scipy.stats import kstest
from threadpoolctl import threadpool_info, threadpool_limits

from karma_lib.models.storm.attention import Hawkes
from karma_lib.theory import attention as theory

TIMES = np.array([0.5, 1, 1.2, 2.5, 2.6, 2.7, 4, 5.5, 5.6, 7])
STORM = Hawkes(background=0.5, branching=0.8, decay=1.5)
MEMORY = Hawkes(background=0.5, branching=0.8, decay=1.5, exponent=1.3)
MARKS = np.array([1, 0.5, 2, 1, 0, 1.5, 3, 1, 0.2, 1])


def by_the_book(process, times, horizon, marks):
    """The log-likelihood by its definition, the compensator by quadrature."""

    def density(s):
        b, theta = process.decay, process.exponent
        if theta is None:
            return b * np.exp(-b * s)
        return theta * b * (1 + b * s) ** (-1 - theta)

    def rate(t):
        past = times < t
        weights = process.branching * marks[past]
        return process.background + (weights * density(t - times[past])).sum()

    cuts = [0.0, *times, horizon]
    spent = [quad(rate, a, b, epsabs=1e-13)[0] for a, b in pairwise(cuts)]
    return sum(np.log(rate(t)) for t in times) - sum(spent), spent[:-1]


@pytest.mark.parametrize("process", [STORM, MEMORY])
@pytest.mark.parametrize("marks", [np.ones(10), MARKS])
def test_likelihood_is_the_definition(process, marks):
    total, gains = by_the_book(process, TIMES, 8.0, marks)
    assert process.log_likelihood(TIMES, 8, marks=marks) == pytest.approx(total, abs=1e-9)
    assert process.residuals(TIMES, 8, marks=marks) == pytest.approx(gains, abs=1e-9)


def test_likelihood_of_known_histories():
    assert STORM.log_likelihood(TIMES, 8) == pytest.approx(-10.489312155294, abs=1e-11)
    assert STORM.log_likelihood([], 8) == -0.5 * 8
    poisson = Hawkes(background=2, branching=0)
    assert poisson.log_likelihood(TIMES, 8) == pytest.approx(10 * np.log(2) - 16)


def test_gradient_is_the_slope():
    values, h = np.array([0.5, 0.8, 1.5]), 1e-6

    def at(x):
        process = Hawkes(background=x[0], branching=x[1], decay=x[2])
        return process._likelihood(TIMES, 8, MARKS)

    for i, slope in enumerate(at(values)[1]):
        step = np.eye(3)[i] * h
        assert slope == pytest.approx((at(values + step)[0] - at(values - step)[0]) / (2 * h), 1e-6)


def test_memory_tends_to_exponential():
    limit = Hawkes(background=0.5, branching=0.8, decay=1.5e-6, exponent=1e6)
    assert limit.log_likelihood(TIMES, 8) == pytest.approx(STORM.log_likelihood(TIMES, 8), abs=1e-4)


@pytest.mark.parametrize("marks", [1.0, [0.5, 1.5]])
def test_counts_have_the_exact_mean(marks):
    counts = np.array([len(STORM.simulate(8, marks=marks, rng=r).times) for r in range(20_000)])
    exact = theory.expected_count(0.5, 0.8, 1.5, 8)
    assert exact == pytest.approx(13.9381196886)
    assert abs(counts.mean() - exact) < 4 * counts.std() / np.sqrt(len(counts))


def test_exploding_mean_solves_its_equation():
    """The mean intensity m obeys m' = decay (background + (branching - 1) m)."""
    for branching in (1.0, 1.3):
        m, total, dt = 0.5, 0.0, 1e-4
        for _ in range(30_000):
            total += m * dt
            m += 1.5 * (0.5 + (branching - 1) * m) * dt
        assert theory.expected_count(0.5, branching, 1.5, 3) == pytest.approx(total, rel=1e-3)
    near = [theory.expected_count(0.5, 1 + e, 1.5, 3) for e in (-1e-5, 0, 1e-5)]
    assert near[0] < near[1] < near[2]
    assert near[2] - near[0] < 1e-3


def test_long_runs_have_the_stationary_rate_and_variance():
    counts = np.array([len(STORM.simulate(400, rng=r).times) for r in range(1500)])
    late = np.array([np.sum(STORM.simulate(800, rng=r).times > 400) for r in range(600)])
    assert abs(late.mean() / 400 - theory.stationary_rate(0.5, 0.8)) < 4 * late.std() / 400 / 24
    assert counts.var() / 400 == pytest.approx(theory.variance_rate(0.5, 0.8), rel=0.2)


@pytest.mark.parametrize("process", [STORM, MEMORY])
def test_the_true_process_rescales_time_and_wrong_ones_do_not(process):
    """Residuals of many histories, each judged by the process that drew it."""
    waits = np.concatenate(
        [process.residuals(process.simulate(60, rng=r).times, 60) for r in range(60)]
    )
    assert kstest(waits, "expon").pvalue > 0.001
    events = process.simulate(400, rng=1)
    assert process.goodness(events.times, 400) > 0.001
    assert (
        Hawkes(background=len(events.times) / 400, branching=0).goodness(events.times, 400) < 1e-6
    )


def test_fits_recover_the_parameters_with_honest_errors():
    truth = {"background": 0.5, "branching": 0.8, "decay": 1.5}
    scores = []
    for seed in range(60):
        fit = STORM.fit(STORM.simulate(1000, rng=seed).times, 1000)
        assert fit.log_likelihood >= STORM.log_likelihood(
            STORM.simulate(1000, rng=seed).times, 1000
        )
        values = {name: getattr(fit.process, name) for name in truth}
        scores.append([(values[name] - truth[name]) / fit.errors[name] for name in truth])
    assert (np.abs(np.mean(scores, axis=0)) < 4 / np.sqrt(60) + 0.2).all()
    assert (np.abs(np.std(scores, axis=0) - 1) < 0.4).all()


def test_errors_are_the_curvature_at_the_peak():
    times, h = STORM.simulate(60, rng=2).times, 1e-3
    fit = STORM.fit(times, 60)
    best = np.array([fit.process.background, fit.process.branching, fit.process.decay])

    def height(x):
        return Hawkes(background=x[0], branching=x[1], decay=x[2]).log_likelihood(times, 60)

    steps = np.eye(3) * h * best
    bent = [[height(best + a + b) - height(best + a - b) - height(best - a + b) + height(best - a - b)
             for b in steps] for a in steps] / (4 * h**2 * np.outer(best, best))  # fmt: skip
    errors = np.sqrt(np.diag(np.linalg.inv(-np.array(bent))))
    assert [*fit.errors.values()] == pytest.approx(errors, rel=1e-3)


def test_a_power_law_memory_is_fitted():
    fit = MEMORY.fit(MEMORY.simulate(150, rng=3).times, 150)
    assert list(fit.errors) == ["background", "branching", "decay", "exponent"]
    assert abs(fit.process.branching - 0.8) < 4 * fit.errors["branching"]


def test_limits_are_told_not_kept_silently():
    wild = Hawkes(branching=2)
    with pytest.raises(ValueError, match="more than 50 by 100"):
        wild.simulate(100, limit=50, rng=1)
    with pytest.raises(ValueError, match="more than 50"):
        Hawkes(branching=2, exponent=3).simulate(100, limit=50, rng=1)
    many = STORM.simulate(3000, rng=5).times  # the buffer grows on the way
    assert len(many) > 4096
    np.testing.assert_array_equal(many[many < 1000], STORM.simulate(1000, rng=5).times)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hawkes(background=0), "background must be finite and above 0; got 0"),
        (lambda: Hawkes(branching=-0.1), "branching must be finite and at least 0"),
        (lambda: Hawkes(decay=np.nan), "decay must be"),
        (lambda: STORM.simulate(np.inf), "horizon must be"),
        (lambda: STORM.log_likelihood([2, 1], 3), "must be one list that rises"),
        (lambda: STORM.log_likelihood([1, 1], 3), "spread ties out"),
        (lambda: STORM.log_likelihood([1, 4], 3), r"times \(up to horizon\) must lie in"),
        (lambda: STORM.log_likelihood([[1, 2]], 3), "times must be one list"),
        (lambda: STORM.fit(range(12), 0), "horizon must be finite and above 0; got 0"),
        (lambda: theory.borel_variance(1), r"mean must lie in \[0, 1\)"),
        (lambda: STORM.fit([1, 2], 3), "number of times must be at least 10"),
        (lambda: STORM.simulate(5, marks=[]), "number of marks must be at least 1"),
        (lambda: STORM.simulate(5, marks=[1, -1]), "marks must be finite and at least 0"),
        (lambda: STORM.fit(range(12), 20, marks=[1, 2]), r"one entry a time, 12; got \(2,\)"),
        (lambda: STORM.goodness([1], 3), "number of times must be at least 2"),
        (lambda: theory.stationary_rate(1, 1), "for a stationary value; got 1"),
        (lambda: theory.variance_rate(1, 1.2), "for a stationary value"),
        (lambda: theory.borel(0, 0.5), "n must be"),
        (lambda: theory.borel(1, 1.5), "mean must lie in"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_borel_sums_to_one_and_to_its_mean():
    n = np.arange(1, 4000)
    law = theory.borel(n, 0.7)
    assert [law.sum(), law @ n] == pytest.approx([1, 1 / 0.3])
    assert law @ n**2 - (law @ n) ** 2 == pytest.approx(theory.borel_variance(0.7))
    assert theory.borel([1, 2], 0).tolist() == [1, 0]


def test_response_solves_its_equation():
    phi = np.arange(1, 301.0) ** -0.4 - np.arange(2, 302.0) ** -0.4
    psi = theory.response(0.4, 0.9, 300)
    direct = phi + 0.9 * np.convolve(phi, psi)[:300]
    assert psi == pytest.approx(direct, abs=1e-12)


@pytest.mark.parametrize("theta", [0.3, 0.4])
def test_responses_relax_as_their_class_says(theta):
    exponents = theory.relaxation_exponents(theta)
    settings = {"first": 20_000, "last": 200_000}
    calm, critical = (theory.response_slope(theta, n, **settings) for n in (0.02, 1))
    assert -calm == pytest.approx(exponents["exogenous subcritical"], abs=0.01)
    assert -critical == pytest.approx(exponents["exogenous critical"], abs=0.01)
    # Around a peak that grew by itself every earlier shock leaves its response on both sides.
    # Shocks too old to be summed here add the same at every lag: differences do without them.
    psi, old, off = theory.response(theta, 1, 2**21), 2**20, []
    for decade in (100, 1_000, 10_000):
        t = np.unique(np.geomspace(decade, 10 * decade, 15).astype(int))
        grown = [psi[:old] @ (psi[lag : lag + old] - psi[2 * lag : 2 * lag + old]) for lag in t]
        slope = np.polyfit(np.log(t), np.log(grown), 1)[0]
        off.append(abs(-slope - exponents["endogenous critical"]))
    assert off[0] > off[1] > off[2], "the slope tends to the class's as lags grow"
    assert off[2] < 0.02


@pytest.mark.parametrize("branching", [1 - 5e-8, 1, 1 + 5e-8, 1 + 1e-4])
def test_counts_near_a_branching_of_one_hang_together(branching):
    """By the rate's Taylor series: mu (t + a b t^2 (1/2 - x/6 + x^2/24)), x = b (1 - a) t."""
    x, t = 1.5 * (1 - branching) * 9, 9
    wanted = 0.5 * (t + branching * 1.5 * t**2 * (1 / 2 - x / 6 + x**2 / 24 - x**3 / 120))
    assert theory.expected_count(0.5, branching, 1.5, t) == pytest.approx(wanted, abs=1e-8)


def test_a_fit_keeps_to_one_thread(monkeypatch):
    minimize, seen = scipy.optimize.minimize, []

    def threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    def spy(*args, **kwargs):
        seen.append(threads())
        return minimize(*args, **kwargs)

    monkeypatch.setattr(scipy.optimize, "minimize", spy)
    with threadpool_limits(2):
        Hawkes().fit(np.arange(1, 31) ** 1.1, 50)
        assert threads() == {2}, "as before"
    assert seen == [{1}] * 3
