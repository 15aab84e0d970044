"""Outrage as a habit: people post more of what is liked."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from karma_lib._checks import Share, Signed
from karma_lib._kernels import kernel
from karma_lib._random import Draws, below, draw, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

_32 = np.uint64(32)


@kernel
def speak(ptr, idx, before, habit, person, freed, rate, angry, calm, echo, words):  # type: ignore[no-untyped-def]
    """Let a person post, be judged by one listener, and learn from a like; tell if outraged."""
    d = ptr[person + 1] - ptr[person]
    if d == 0:
        return False
    outraged = unit(words) < before[person] + freed
    judge = before[idx[ptr[person] + below(draw(words) >> _32, d)]]
    liked = (1 - echo) * (angry if outraged else calm)
    liked += echo * (judge if outraged else 1 - judge)
    if unit(words) < liked:
        habit[person] += rate * ((1.0 if outraged else 0.0) - before[person])
    return outraged


@kernel
def _learn(ptr, idx, habit, hidden, n_steps, freed, rate, angry, calm, echo, words):  # type: ignore[no-untyped-def]
    """Let everybody post and learn once a step."""
    for _ in range(n_steps):
        before = habit.copy()
        for person in range(len(habit)):
            more = freed * hidden[person]
            speak(ptr, idx, before, habit, person, more, rate, angry, calm, echo, words)


class Habits(NamedTuple):
    """Everybody's chance to post outrage (float64), and who is anonymous (int8)."""

    habit: Array
    anonymous: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class OutrageLearning(Model):
    """People post with or without outrage, and likes reinforce what was liked.

    Each step everybody who is heard by anybody posts: with outrage with the probability
    that is their habit. One random listener likes the post or not. After a like the habit
    moves a part `learning` of the way towards what was posted.

    Parameters
    ----------
    habit : float, default 0.2
        Everybody's first chance to post with outrage, in [0, 1].
    learning : float, default 0.05
        In [0, 1].
    liked_outrage, liked_calm : float, default 0.3 and 0.2
        Chances in [0, 1] that a listener likes a post with and without outrage.
    echo : float, default 0
        How much listeners like what they would post themselves instead, in [0, 1].
    anonymous : float, default 0
        Share in [0, 1] of people, drawn at random, who are anonymous.
    disinhibition : float, default 0
        Added to the chance of who is anonymous, in [-1, 1]. 0 switches it off.

    Notes
    -----
    *State*: `Habits`: float64 and int8 arrays of shape (n,). Measures see the habit.

    *Exact result*: without echo and disinhibition a habit p rises on average by learning
    p (1 - p) (liked_outrage - liked_calm) a step; for slow learning it follows the
    logistic curve `theory.outrage.learned_habit`.

    *Pitfalls*: disinhibition is an assumption, and the evidence conflicts: Suler (2004)
    argues for it, Lapidot-Lefler and Barak (2012) find lack of eye contact to matter
    more, and Rost et al. (2016) find named commenters the more aggressive (try a negative
    value). Who is not heard never learns.

    *ODD*. Purpose: can feedback alone breed outrage? Entities: people on a fixed network
    with a habit. Process: synchronous steps. Design concepts: learning by reinforcement
    (Bush and Mosteller); chance throughout. Initialisation: `habit`, `anonymous`. Input:
    none. Submodels: none.

    References
    ----------
    Brady, McLoughlin, Doan & Crockett 2021, How social learning amplifies moral outrage
    expression in online social networks, Science Advances 7:eabe5641,
    doi:10.1126/sciadv.abe5641.
    Rost, Stahel & Frey 2016, Digital social norm enforcement: online firestorms in social
    media, PLoS ONE 11(6):e0155923, doi:10.1371/journal.pone.0155923.
    Lapidot-Lefler & Barak 2012, Effects of anonymity, invisibility, and lack of eye-contact
    on toxic online disinhibition, Computers in Human Behavior 28(2):434-443,
    doi:10.1016/j.chb.2011.10.014.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> habits = OutrageLearning().run(complete(200), n_steps=400, rng=1).final
    >>> bool(habits.mean() > 0.4)
    True
    """

    habit: Share = 0.2
    learning: Share = 0.05
    liked_outrage: Share = 0.3
    liked_calm: Share = 0.2
    echo: Share = 0.0
    anonymous: Share = 0.0
    disinhibition: Signed = 0.0

    def start(self, graph: Graph, rng: Draws) -> Habits:
        """Draw who is anonymous; all have the same habit."""
        n = graph.n_nodes
        hidden = (rng.permutation(n) < round(self.anonymous * n)).astype(np.int8)
        return Habits(np.full(n, self.habit), hidden)

    def advance(self, graph: Graph, state: Habits, n_steps: int, rng: Draws) -> None:
        """Let everybody post and learn, once a step."""
        likes = (self.learning, self.liked_outrage, self.liked_calm, self.echo)
        _learn(*graph.listeners, *state, n_steps, self.disinhibition, *likes, rng.words)

    def observe(self, graph: Graph, state: Habits) -> tuple[Graph, Array]:
        """Return the network, and everybody's habit."""
        return graph, state.habit.copy()
