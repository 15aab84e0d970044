"""Information cascades: people who infer from what others did, and stop looking themselves."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from karma_lib._checks import Within
from karma_lib._kernels import kernel
from karma_lib._random import Draws, unit
from karma_lib._typing import Array
from karma_lib.graph import Graph
from karma_lib.models.base import Model

WAITS = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Queue(Model):
    """People who act in turn, one a step, and say yes or no; the network only counts them."""

    def start(self, graph: Graph, rng: Draws) -> Array:
        """Let nobody have acted."""
        return np.full(graph.n_nodes, WAITS, np.int8)

    def settled(self, graph: Graph, state: Array) -> bool:
        """Tell whether everybody has acted."""
        return not (state == WAITS).any()

    def observe(self, graph: Graph, state: Array) -> tuple[Graph, Array]:
        """Return the network, and True where a person said yes."""
        return graph, state == 1


@kernel
def _advance(action, n_steps, precision, truth, coin, words):  # type: ignore[no-untyped-def]
    """Let the next people act; `lead` counts what earlier actions tell, -2 to 2."""
    lead, acted = 0, 0
    for person in range(len(action)):
        herd = lead in (-2, 2)
        if action[person] == WAITS:
            if acted == n_steps:
                return
            acted += 1
            choice = truth if unit(words) < precision else 1 - truth
            if herd:
                choice = 1 if lead > 0 else 0
            elif coin and lead == 1 - 2 * choice:
                choice = 1 if unit(words) < 0.5 else 0
            action[person] = choice
        lead += 0 if herd else 2 * action[person] - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class InformationCascade(Queue):
    """People adopt or reject in turn, after a private hint and a look at all who went before.

    Something is worth adopting or not, with even odds. Each person in turn gets a private
    signal that is right with probability `precision`, sees all earlier actions (not the
    signals), and adopts if by Bayes' rule it is more likely worth it than not. Once the
    actions tell more than one signal can, everybody does the same, whatever they know.

    Parameters
    ----------
    precision : float, default 2/3
        Chance that a signal is right, in (1/2, 1].
    tie : {"own", "coin"}, default "own"
        What decides when the odds are even: the own signal, or a coin.
    truth : bool, default True
        Whether it is worth adopting.

    Notes
    -----
    *State*: ndarray of int8, shape (n,): -1 has not acted, 0 rejected, 1 adopted. Measures
    see True where a person has adopted. A step is one person's turn.

    *Exact result*: at precision 2/3 a wrong cascade forms in the end with probability 1/5
    under `own`, 2/7 under `coin` (`theory.information.cascade_chances`).

    *Pitfalls*: the network only says how many people there are: all see all. The tie rule
    changes the limit. After an even number of actions without a cascade the odds are even
    again, under both rules.

    *ODD*. Purpose: why do rational people herd, also into error? Entities: people in a
    queue. Process: one acts a step. Design concepts: sensing of actions, not of reasons;
    learning by Bayes' rule; chance in signals and coins. Initialisation: nobody has
    acted. Input: none. Submodels: none.

    References
    ----------
    Bikhchandani, Hirshleifer & Welch 1992, A theory of fads, fashion, custom, and cultural
    change as informational cascades, Journal of Political Economy 100(5):992-1026,
    doi:10.1086/261849.
    Anderson & Holt 1997, Information cascades in the laboratory, American Economic Review
    87(5):847-862.

    Examples
    --------
    >>> from karma_lib.generators import complete
    >>> InformationCascade(precision=1).run(complete(4), n_steps=9, rng=1).final.tolist()
    [True, True, True, True]
    """

    precision: Annotated[float, Within(float(np.nextafter(0.5, 1)), 1)] = 2 / 3
    tie: Literal["coin", "own"] = "own"
    truth: bool = True

    def advance(self, graph: Graph, state: Array, n_steps: int, rng: Draws) -> None:
        """Let the next people act, one a step."""
        _advance(state, n_steps, self.precision, int(self.truth), self.tie == "coin", rng.words)
