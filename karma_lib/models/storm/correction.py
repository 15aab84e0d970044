"""Rumour and correction: a hoax, those who check it, and forgetting."""

from dataclasses import dataclass

import numpy as np

from karma_lib import _checks
from karma_lib._checks import Share
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

SUSCEPTIBLE, BELIEVER, CHECKER = 0, 1, 2


@kernel
def _advance(ptr, idx, state, n_steps, spreading, gullibility, verify, forget, words):  # type: ignore[no-untyped-def]
    for _ in range(n_steps):
        before = state.copy()
        for person in range(len(state)):
            luck = unit(words)
            if before[person] == 0:
                hoax, check = 0.0, 0.0
                for j in range(ptr[person], ptr[person + 1]):
                    hoax += (before[idx[j]] == 1) * (1 + gullibility)
                    check += (before[idx[j]] == 2) * (1 - gullibility)
                if hoax + check > 0 and luck < spreading:
                    state[person] = 1 if luck * (hoax + check) < spreading * hoax else 2
            elif before[person] == 1 and luck < verify:
                state[person] = 2
            elif luck < forget + (verify if before[person] == 1 else 0.0):
                state[person] = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class HoaxAndCheck(Model):
    """People believe a hoax or its correction from those they listen to, check, and forget.

    Each step, all at once: a susceptible person with B believers and F fact-checkers among
    their sources becomes a believer with probability s B (1 + a) / (B (1 + a) + F (1 - a))
    and a fact-checker with s F (1 - a) / (the same), s being `spreading` and a
    `gullibility`; a believer becomes a fact-checker with probability `verification`;
    either forgets, and is susceptible again, with probability `forgetting`.

    Parameters
    ----------
    spreading : float, default 0.5
        In [0, 1].
    gullibility : float, default 0.3
        How much more credible the hoax is, in [0, 1].
    verification : float, default 0.05
        Of believers, a step, in [0, 1]; with `forgetting` at most 1.
    forgetting : float, default 0.1
        A step, in [0, 1].
    believers : float, default 0.1
        Share in [0, 1] of people, drawn at random, who believe at the start.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 susceptible, 1 believer, 2 fact-checker.

    *Exact result*: in the mean field the hoax dies out if verification is at least
    2 a forgetting / (1 - a), whatever its spreading (`theory.correction`).

    *Pitfalls*: for a believer verification and forgetting exclude each other. On sparse
    networks the hoax dies earlier than in the mean field: the bound is sufficient, not
    sharp. A person without sources never hears of anything.

    *ODD*. Purpose: how much checking removes a hoax? Entities: people on a fixed network.
    Process: synchronous steps. Design concepts: interaction by exposure; chance
    throughout. Initialisation: `believers`. Input: none. Submodels: none.

    References
    ----------
    Tambuscio, Ruffo, Flammini & Menczer 2015, Fact-checking effect on viral hoaxes, WWW
    Companion, doi:10.1145/2740908.2742572.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> cured = HoaxAndCheck(verification=0.5).run(complete(200), n_steps=300, rng=1).final
    >>> int((cured == 1).sum())
    0
    """

    spreading: Share = 0.5
    gullibility: Share = 0.3
    verification: Share = 0.05
    forgetting: Share = 0.1
    believers: Share = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        _checks.real("verification + forgetting", self.verification + self.forgetting, 0, 1)

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Draw who believes at the start."""
        n = graph.n_nodes
        return (rng.permutation(n) < round(self.believers * n)).astype(np.int8)

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Move everybody on by synchronous steps."""
        rates = (self.spreading, self.gullibility, self.verification, self.forgetting)
        _advance(graph.ptr, graph.idx, state, n_steps, *rates, rng.words)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether nobody believes or checks any more."""
        return not state.any()
