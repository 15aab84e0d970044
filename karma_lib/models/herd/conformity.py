"""Conformity: people with one of two opinions who follow one other, a panel, or a majority."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from karma_lib._checks import Number, Share, Shares
from karma_lib._kernels import kernel
from karma_lib._random import Draws, below, draw, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

_32, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@kernel
def _panels(ptr, idx, opinion, n_steps, q, alone, flip, against, doubt, words):  # type: ignore[no-untyped-def]
    """Update one random person a step after a panel of q sources, drawn with repetition."""
    n = len(opinion)
    for _ in range(n_steps):
        bits = draw(words)
        person = below(bits >> _32, n)
        first, d = ptr[person], ptr[person + 1] - ptr[person]
        if alone > 0 and unit(words) < alone:
            if unit(words) < flip:
                opinion[person] = 1 - opinion[person]
            continue
        if d == 0:
            continue
        heard = opinion[idx[first + below(bits & _LOW, d)]]
        agree = True
        for _ in range(1, q):
            if opinion[idx[first + below(draw(words) >> _32, d)]] != heard:
                agree = False
                break
        if agree:
            opinion[person] = 1 - heard if against > 0 and unit(words) < against else heard
        elif doubt > 0 and unit(words) < doubt:
            opinion[person] = 1 - opinion[person]


@kernel
def _majorities(ptr, idx, opinion, n_steps, panel, noise, words):  # type: ignore[no-untyped-def]
    """Update one random person a step after all their sources, or a panel of them."""
    n = len(opinion)
    for _ in range(n_steps):
        person = below(draw(words) >> _32, n)
        first, d = ptr[person], ptr[person + 1] - ptr[person]
        if d == 0:
            continue
        lead = 0
        for j in range(panel if panel > 0 else d):
            if panel > 0:
                j = below(draw(words) >> _32, d)
            lead += 2 * opinion[idx[first + j]] - 1
        if lead == 0:
            opinion[person] = 1 if unit(words) < 0.5 else 0
        else:
            opinion[person] = 1 if (lead > 0) != (unit(words) < noise) else 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Binary(Model):
    """People who hold 0 or 1; each step one of them, drawn at random, thinks again.

    Parameters
    ----------
    ones : float or array_like of shape (n,), default 0.5
        The share in [0, 1] of people, drawn at random, who start with 1; or who does.
    """

    ones: Shares = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if np.ndim(self.ones) and not np.isin(self.ones, (0, 1)).all():
            raise ValueError(f"ones must be a share, or 0 or 1 for each person; got {self.ones}.")

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Draw who starts with 1, the nearest whole number of people."""
        n, ones = graph.n_nodes, np.asarray(self.ones)
        if ones.ndim and ones.shape != (n,):
            raise ValueError(f"ones must have one entry a node, {n}; got {ones.shape}.")
        if ones.ndim == 0:
            ones = rng.permutation(n) < round(float(ones) * n)
        return ones.astype(np.int8)

    @property
    @abstractmethod
    def restless(self) -> bool:
        """Whether people change although all agree."""

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether all agree, and nothing else can move them."""
        return not self.restless and not (state != state[:1]).any()


@dataclass(frozen=True, kw_only=True, eq=False)
class QVoter(Binary):
    """People follow a panel if it is unanimous; some act alone, or against it.

    Each step a random person acts alone with probability `independence`, and then changes
    with probability `flexibility`. Otherwise they ask q sources, drawn with repetition. If
    those agree, the person takes their opinion, or with probability `anticonformity` the
    opposite; if not, they change with probability `doubt`.

    Parameters
    ----------
    q : int, default 4
        Size of the panel, at least 1.
    independence, anticonformity, doubt : float, default 0
        Chances in [0, 1].
    flexibility : float, default 0.5
        Chance in [0, 1] that who acts alone changes.
    ones : float or array_like of shape (n,), default 0.5
        The share of people, drawn at random, who start with 1; or who does.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 or 1. A step is one person's; n are a sweep.

    *Exact result*: among many who all see each other order is lost at `independence`
    (q - 1) / (q - 1 + 2^(q - 1)), at `anticonformity` (q - 1) / (2 q), at `doubt`
    (q - 1) / (2^q - 2); see `theory.conformity`.

    *Pitfalls*: above q = 5 independence breaks order at once, and between two values both
    phases last (`theory.conformity.spinodal`). Panels without repetition differ by terms
    of 1/n. A person without sources can only act alone.

    *ODD*. Purpose: what does it take to break conformity? Entities: people on a fixed
    network with an opinion. Process: one random person a step, as above. Design concepts:
    interaction with a panel; chance throughout; emergence of order. Initialisation:
    `ones`. Input: none. Submodels: none.

    References
    ----------
    Castellano, Muñoz & Pastor-Satorras 2009, Nonlinear q-voter model, Physical Review E
    80:041129, doi:10.1103/PhysRevE.80.041129.
    Nyczka, Sznajd-Weron & Cisło 2012, Phase transitions in the q-voter model with two types
    of stochastic driving, Physical Review E 86:011105, doi:10.1103/PhysRevE.86.011105.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> calm = QVoter(q=3, independence=0.2, ones=1).run(complete(500), n_steps=50_000, rng=1)
    >>> 0.7 < float(calm.final.mean()) < 1
    True
    """

    q: Number = 4
    independence: Share = 0.0
    flexibility: Share = 0.5
    anticonformity: Share = 0.0
    doubt: Share = 0.0

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let one random person a step think again."""
        rates = (self.q, self.independence, self.flexibility, self.anticonformity, self.doubt)
        _panels(graph.ptr, graph.idx, state, n_steps, *rates, rng.words)

    @property
    def restless(self) -> bool:
        """Whether people change although all agree."""
        return self.anticonformity > 0 or self.independence * self.flexibility > 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Voter(QVoter):
    """People copy one random person they listen to: a panel of one.

    Each step a random person takes the opinion of one of their sources, drawn at random.

    Parameters
    ----------
    q : int, default 1
        Size of the panel; the other fields of `QVoter` work too.
    ones : float or array_like of shape (n,), default 0.5
        The share of people, drawn at random, who start with 1; or who does.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 or 1. A step is one person's; n are a sweep.

    *Exact result*: among n who all see each other, 1 wins with probability k/n from k
    ones, and consensus takes about n ln 2 sweeps from half (`theory.conformity`).

    *Pitfalls*: the one copied is another person: copying oneself too would stretch times
    by n / (n - 1).

    *ODD*. Purpose: how far does copying alone go? Entities: people on a fixed network
    with an opinion. Process: one random person a step. Design concepts: interaction by
    copying; chance throughout. Initialisation: `ones`. Input: none. Submodels: none.

    References
    ----------
    Holley & Liggett 1975, Ergodic theorems for weakly interacting infinite systems and the
    voter model, Annals of Probability 3(4):643-663, doi:10.1214/aop/1176996306.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> end = Voter().run(complete(20), n_steps=10_000, rng=1).final
    >>> int(end.sum()) in (0, 20)
    True
    """

    q: Number = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class NoisyVoter(QVoter):
    """People copy one random person they listen to, or just change: Kirman's ants.

    Each step a random person changes opinion with probability `independence`, and
    otherwise takes that of one of their sources, drawn at random.

    Parameters
    ----------
    q : int, default 1
        Size of the panel; the other fields of `QVoter` work too.
    independence : float, default 0.01
        Chance in [0, 1] of a change of mind: Kirman's epsilon.
    flexibility : float, default 1
        Part of those chances that are taken.
    ones : float or array_like of shape (n,), default 0.5
        The share of people, drawn at random, who start with 1; or who does.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 or 1. A step is one person's; n are a sweep.

    *Exact result*: among n who all see each other the number of ones is beta-binomial in
    the long run, both parameters being e (n - 1) / (1 - e), with e the `independence`.
    Below 1 the crowd herds to one side and then to the other (`theory.conformity.noisy_voter_law`).

    *Pitfalls*: what matters is e times n: the same e herds a small crowd only.

    *ODD*. Purpose: herds that come and go without cause. Otherwise as `Voter`.

    References
    ----------
    Kirman 1993, Ants, rationality, and recruitment, Quarterly Journal of Economics
    108(1):137-156, doi:10.2307/2118498.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> run = NoisyVoter(independence=1, ones=0).run(complete(3), n_steps=1, rng=1)
    >>> int(run.final.sum())
    1
    """

    q: Number = 1
    independence: Share = 0.01
    flexibility: Share = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class MajorityRule(Binary):
    """People take the opinion of most of those they listen to; with noise, of the fewer.

    Each step a random person looks at all their sources, or at a panel of them drawn with
    repetition, and takes the majority's opinion, or with probability `noise` the
    minority's. A coin decides a tie.

    Parameters
    ----------
    noise : float, default 0
        Chance in [0, 1] to go with the minority.
    panel : int, optional
        How many sources are asked, at least 1; by default all, once each.
    ones : float or array_like of shape (n,), default 0.5
        The share of people, drawn at random, who start with 1; or who does.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): 0 or 1. A step is one person's; n are a sweep.

    *Exact result*: with k random voters order is lost at the noise (1 - 1 / f') / 2, f' =
    k C(k - 1, (k - 1)/2) / 2^(k - 1) for odd k (`theory.conformity.majority_critical`).

    *Pitfalls*: an even panel has ties, and the critical noise of the odd one below it.
    A person without sources never changes. Without noise and with all sources asked the
    crowd can freeze short of consensus: `settled` tells consensus only.

    *ODD*. Purpose: when does a majority keep itself up? Entities: people on a fixed
    network with an opinion. Process: one random person a step. Design concepts:
    interaction by counting; chance in who, noise and ties; emergence of order.
    Initialisation: `ones`. Input: none. Submodels: none.

    References
    ----------
    de Oliveira 1992, Isotropic majority-vote model on a square lattice, Journal of
    Statistical Physics 66:273-281, doi:10.1007/BF01060069.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> int(MajorityRule(ones=0.8).run(complete(50), n_steps=2_000, rng=1).final.sum())
    50
    """

    noise: Share = 0.0
    panel: Number | None = None

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let one random person a step think again."""
        _majorities(graph.ptr, graph.idx, state, n_steps, self.panel or 0, self.noise, rng.words)

    @property
    def restless(self) -> bool:
        """Whether people change although all agree."""
        return self.noise > 0
