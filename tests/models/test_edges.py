"""Networks of nobody and solvers that give up, past the guards of `run`."""

import copy

import numpy as np
import pytest

from karma_lib import Graph
from karma_lib._random import Draws
from karma_lib.models.echo import influence
from karma_lib.models.echo.administrator import NetworkAdministrator
from karma_lib.models.echo.confidence import _listen_sorted
from karma_lib.models.echo.culture import Axelrod
from karma_lib.models.echo.feed import RankedFeed
from karma_lib.models.echo.rewiring import CoevolvingVoter
from karma_lib.models.echo.silence import SpiralOfSilence
from karma_lib.models.echo.social_feed import SocialFeedRewiring


@pytest.mark.parametrize("kind", [SpiralOfSilence, RankedFeed, SocialFeedRewiring, Axelrod, CoevolvingVoter])  # fmt: skip
@pytest.mark.parametrize("n_nodes", [0, 3])
def test_without_links_steps_end_and_without_people_they_do_nothing(kind, n_nodes):
    graph, model = Graph.from_edges([], n_nodes=n_nodes), kind()
    state = model.start(graph, Draws(1))
    before = copy.deepcopy(state)
    model.advance(graph, state, 5, Draws(2))
    assert len(model.observe(graph, state)[1]) == n_nodes
    if not n_nodes or kind in (Axelrod, CoevolvingVoter):
        np.testing.assert_equal(state, before)


def test_an_equilibrium_that_does_not_converge_is_no_number(monkeypatch):
    monkeypatch.setattr(influence, "cg", lambda matrix, s, **_: (s, 7))
    with pytest.raises(ArithmeticError, match="the equilibrium did not converge"):
        influence.equilibrium(Graph.from_edges([(0, 1)]), [-1, 1])


def test_new_links_join_every_pair_and_keep_the_counts_of_the_old():
    """A square with one double link: six pairs, of which four were linked."""
    square = Graph.from_edges([(0, 1), (1, 2), (2, 3), (3, 0), (0, 1)])
    model = NetworkAdministrator(innate=[-1, -1, 1, 1], new_links=True)
    state = model.start(square, Draws(1))
    pairs = dict(zip(map(tuple, state.pairs.tolist()), state.weight.tolist(), strict=True))
    assert pairs == {(0, 1): 2, (0, 2): 0, (0, 3): 1, (1, 2): 1, (1, 3): 0, (2, 3): 1}
    without = NetworkAdministrator(innate=[-1, -1, 1, 1]).start(square, Draws(1))
    assert len(without.pairs) == 4
    np.testing.assert_allclose(without.expressed, state.expressed)


def test_who_follows_everybody_can_unfollow_nobody():
    """All are discordant, and nobody is left to follow instead."""
    everybody = Graph.from_edges(
        [(i, j) for i in range(3) for j in range(3) if i != j], directed=True
    )
    model = SocialFeedRewiring(opinions=[-1, 0, 1], confidence=0.1, rewiring=1.0)
    run = model.run(everybody, n_steps=200, record_every=200, rng=1)
    assert run.frames[-1][0].edges().tolist() == everybody.edges().tolist()
    assert run.final.tolist() == [-1, 0, 1]


def test_rounding_puts_nobody_out_of_order():
    """Opinions a few units in the last place apart: sums of them are less exact than that."""
    x = 0.7 + np.arange(100) * np.spacing(0.7)
    after = _listen_sorted(x, np.ones(100), 3.5 * np.spacing(0.7))
    assert (np.diff(after) >= 0).all()
    assert after == pytest.approx(x, abs=1e-13)
    sums = np.concatenate([[0], np.cumsum(x)])
    plain = (sums[7:] - sums[:-7]) / 7
    assert (np.diff(plain) < 0).any(), "without the rule some would change places"
