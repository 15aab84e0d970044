import numpy as np
import pytest

from karma_lib._random import Draws
from karma_lib.generators import complete
from karma_lib.graph import Graph
from karma_lib.models.herd.conformity import MajorityRule, NoisyVoter, QVoter, Voter
from karma_lib.theory import conformity as theory

LONELY = Graph.from_edges([(0, 1)], 3)


def moved(model, n, ones, runs=20_000):
    """How often one step raises and lowers the number of ones, among n who see all others."""
    graph, start = complete(n), (np.arange(n) < ones).astype(np.int8)
    change = [
        int(model.run(graph, n_steps=1, rng=r, state=start).final.sum()) - ones for r in range(runs)
    ]
    return np.array([np.mean(np.array(change) == sign) for sign in (1, -1)])


def close(found, exact, runs=20_000):
    exact = np.array(exact)
    assert (np.abs(found - exact) < 4 * np.sqrt(exact * (1 - exact) / runs) + 1e-9).all()


def test_a_panel_moves_a_person_as_often_as_it_should():
    n, k, q, alone, flexible, against, doubt = 7, 4, 3, 0.3, 0.6, 0.2, 0.25
    model = QVoter(
        q=q, independence=alone, flexibility=flexible, anticonformity=against, doubt=doubt
    )

    def leaves(others_against, others_alike):
        """The chance that a person changes, given how many others think otherwise."""
        x, y = (others / (n - 1) for others in (others_against, others_alike))
        asked = x**q * (1 - against) + y**q * against + (1 - x**q - y**q) * doubt
        return alone * flexible + (1 - alone) * asked

    up = (n - k) / n * leaves(k, n - k - 1)
    down = k / n * leaves(n - k, k - 1)
    close(moved(model, n, k), [up, down])


@pytest.mark.parametrize(
    "model",
    [QVoter(q=2, doubt=1, anticonformity=0.3), QVoter(independence=0.5), QVoter(anticonformity=0.5),
     MajorityRule(noise=0.3), MajorityRule(panel=2), NoisyVoter()],
)  # fmt: skip
def test_whoever_thinks_again_says_yes_or_no(model):
    rng, said = Draws(1), set()
    state = model.start(complete(6), rng)
    for _ in range(300):
        model.advance(complete(6), state, 1, rng)
        said.update(state.tolist())
    assert said == {0, 1}


def test_a_majority_moves_a_person_as_often_as_it_should():
    n, k, noise = 7, 3, 0.15  # a zero sees 3 ones of 6: a tie; a one sees 2 of 6
    close(moved(MajorityRule(noise=noise), n, k), [(n - k) / n * 0.5, k / n * (1 - noise)])
    x, y = k / (n - 1), (k - 1) / (n - 1)
    most = [s**3 + 3 * s**2 * (1 - s) for s in (x, y)]
    up, down = (m + noise * (1 - 2 * m) for m in most)
    panel = MajorityRule(noise=noise, panel=3)
    close(moved(panel, n, k), [(n - k) / n * up, k / n * (1 - down)])


def test_voters_win_in_proportion_and_in_time():
    n, k, runs = 10, 3, 3000
    ends = [Voter(ones=k / n).run(complete(n), n_steps=100_000, rng=r) for r in range(runs)]
    wins = np.mean([run.final[0] for run in ends])
    assert abs(wins - k / n) < 4 * np.sqrt(k / n * (1 - k / n) / runs)
    times = np.array([run.steps[-1] / n for run in ends])
    assert abs(times.mean() - theory.consensus_time(n, k)) < 4 * times.std() / np.sqrt(runs)


def test_consensus_time_solves_the_chain():
    n = 30
    ones = np.arange(1, n)
    rate = ones * (n - ones) / (n * (n - 1))
    chain = np.diag(2 * rate) - np.diag(rate[:-1], 1) - np.diag(rate[1:], -1)
    steps = np.linalg.solve(chain, np.ones(n - 1))
    assert [theory.consensus_time(n, k) for k in ones] == pytest.approx(steps / n)
    assert theory.consensus_time(n, 0) == theory.consensus_time(n, n) == 0


def test_noisy_law_is_stationary_and_is_reached():
    n, noise = 8, 0.1
    law, k = theory.noisy_voter_law(n, noise), np.arange(n + 1)
    up = (n - k) / n * (noise + (1 - noise) * k / (n - 1))
    down = k / n * (noise + (1 - noise) * (n - k) / (n - 1))
    assert law[:-1] * up[:-1] == pytest.approx(law[1:] * down[1:])
    model, crowd = NoisyVoter(independence=noise), complete(n)
    runs = [model.run(crowd, n_steps=400, record_every=400, rng=r) for r in range(3000)]
    ends = [int(run.final.sum()) for run in runs]
    found = np.bincount(ends, minlength=n + 1) / 3000
    assert (np.abs(found - law) < 4 * np.sqrt(law * (1 - law) / 3000)).all()


def drift(c, q, p):
    return (1 - p) * ((1 - c) * c**q - c * (1 - c) ** q) + p * (1 - 2 * c) / 2


@pytest.mark.parametrize("q", [2, 3, 5, 6, 9, 12])
def test_critical_points_are_where_the_drift_turns(q):
    h, p = 1e-6, theory.critical_independence(q)
    assert drift(0.5 + h, q, p) == pytest.approx(0, abs=1e-12)
    top = theory.spinodal(q)
    assert (top > p + 1e-9) == (q > 5)
    shares = np.linspace(0.5001, 1, 4000)
    assert (drift(shares, q, top + 1e-4) < 0).all()
    assert (drift(shares, q, top - 1e-3) > 0).any()
    c = theory.majority_share(q, top * 0.9)
    assert drift(c, q, top * 0.9) == pytest.approx(0, abs=1e-12)
    assert drift(c + 1e-4, q, top * 0.9) < 0 < drift(c - 1e-4, q, top * 0.9)
    assert theory.majority_share(q, 0) == 1
    assert theory.majority_share(q, 1) == 0.5


def test_a_large_crowd_keeps_the_majority_that_theory_says():
    share = theory.majority_share(3, 0.2)
    run = QVoter(q=3, independence=0.2, ones=share).run(
        complete(1500), n_steps=400_000, record_every=20_000, rng=1
    )
    kept = [x.mean() for _, x in run.frames[5:]]
    assert np.mean(kept) == pytest.approx(share, abs=0.02)


def test_people_without_sources_and_consensus():
    assert Voter(ones=[1, 1, 0]).run(LONELY, n_steps=500, rng=1).final.tolist() == [1, 1, 0]
    assert MajorityRule(ones=[1, 1, 0], noise=1).run(LONELY, n_steps=500, rng=1).final[2] == 0
    assert len(Voter(ones=1).run(complete(9), n_steps=50, rng=1).frames) == 1
    assert len(QVoter(ones=1, independence=0.1).run(complete(9), n_steps=5, rng=1).frames) == 6
    assert len(Voter().run(Graph.from_edges([]), n_steps=5).frames) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Voter(ones=1.5), "ones must lie in"),
        (lambda: Voter(ones=[0.5, 1]), "ones must be a share"),
        (lambda: Voter(ones=[0, 1]).run(LONELY, n_steps=1), "one entry a node, 3"),
        (lambda: NoisyVoter(independence=-1), "independence must lie in"),
        (lambda: QVoter(q=0), "q must be at least 1"),
        (lambda: QVoter(doubt=2), "doubt must lie in"),
        (lambda: MajorityRule(panel=0), "panel must be at least 1"),
        (lambda: theory.consensus_time(5, 6), "ones must be at most 5"),
        (lambda: theory.majority_share(3, 2), "independence must lie in"),
        (lambda: theory.critical_doubt(1), "q must be at least 2"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
