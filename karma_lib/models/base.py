"""Model and Run: the seam between a rule, a network and a table."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from karma_lib import _checks
from karma_lib._checks import Count, Number
from karma_lib._doors import check_fields, door, enter, ours
from karma_lib._random import Draws, draws
from karma_lib._typing import Array, Frame, Measure, Seed
from karma_lib.graph import Graph

_FORMS: "WeakKeyDictionary[Graph, WeakKeyDictionary[Model, Any]]" = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True, eq=False)
class Model(ABC):
    """A rule by which people on a network change; its fields are its parameters.

    A new model is one file: a frozen, keyword-only dataclass with `start` and `advance`, whose
    fields are held to their types, such as `Share` (see `_checks`).
    `run` then comes free, works on copies, and gives the same result for the same seed.

    Examples
    --------
    People who copy the first person they listen to:

    >>> import numpy as np
    >>> from karma_lib.generators import complete
    >>> @dataclass(frozen=True, kw_only=True, eq=False)
    ... class CopyFirst(Model):
    ...     def start(self, graph, rng):
    ...         return np.arange(graph.n_nodes)
    ...
    ...     def advance(self, graph, state, n_steps, rng):
    ...         for _ in range(n_steps):
    ...             state[:] = state[graph.idx[graph.ptr[:-1]]]
    >>> CopyFirst().run(complete(3), n_steps=1).final.tolist()
    [1, 0, 0]
    """

    def __post_init__(self) -> None:
        """Hold the fields to the checks that their types carry."""
        check_fields(self)

    def __init_subclass__(cls, **others: Any) -> None:
        """Put a door before each public method; one that takes a state looks at its form, too."""
        super().__init_subclass__(**others)
        # Who writes a model knows its state.
        for name, method in inspect.getmembers(cls, inspect.isfunction) if ours(cls) else ():
            if name[0] != "_" and (opened := door(method)) is not method:
                takes_state = name in ("advance", "settled", "observe")
                setattr(cls, name, _stateful(opened) if takes_state else opened)

    @abstractmethod
    def start(self, graph: Graph, rng: Draws) -> Any:
        """Draw a first state: an array with one entry a person, or a tuple of arrays."""

    @abstractmethod
    def advance(self, graph: Graph, state: Any, n_steps: int, rng: Draws) -> None:
        """Move `state` on by `n_steps` steps, in place."""

    def settled(self, graph: Graph, state: Any) -> bool:
        """Tell whether nothing can change any more; a model without an end never does."""
        return False

    def observe(self, graph: Graph, state: Any) -> tuple[Graph, Array]:
        """Return what measures see: the network as it stands, and one value a person."""
        return graph, state.copy()

    @door
    def run(
        self, graph: Graph, *, n_steps: Count, record_every: Number = 1, rng: Seed = None,
        state: Any = None,
    ) -> "Run":  # fmt: skip
        """Run the model and keep a frame every `record_every` steps.

        Parameters
        ----------
        graph : Graph
            The network; never altered.
        n_steps : int
            The most steps to take, at least 0; a model that settles stops earlier, and a
            network of nobody at once.
        record_every : int, default 1
            Steps between frames. The numbers do not depend on it.
        rng : int, SeedSequence, Generator or None
            Source of randomness.
        state : optional
            A first state to copy instead of drawing one; built as `start` builds it.

        Returns
        -------
        Run
            The first frame is the start, the last one the end.
        """
        rng = draws(rng)
        if state is None:
            state = self.start(graph, rng)
            if ours(type(self)):
                _FORMS.setdefault(graph, WeakKeyDictionary())[self] = _form(state)
        else:
            state = deepcopy(self._fitting(graph, state))
        steps, frames = [0], [self.observe(graph, state)]
        # Kernels draw people, so a network of nobody must not reach them.
        while steps[-1] < n_steps and graph.n_nodes and not self.settled(graph, state):
            chunk = min(record_every, n_steps - steps[-1])
            self.advance(graph, state, chunk, rng)
            steps.append(steps[-1] + chunk)
            frames.append(self.observe(graph, state))
        return Run(model=self, steps=steps, frames=frames)

    def _fitting(self, graph: Graph, state: Any, *, moves: bool = False) -> Any:
        """Return a state that has the form of what `start` gives, or say how it differs."""
        enter("graph", graph, Graph)
        own = ours(type(self))
        known: Any = _FORMS.setdefault(graph, WeakKeyDictionary()) if own else {}
        key = self if own else "of this call"
        if key not in known:
            known[key] = _form(self.start(graph, draws(0)))
        if (given := _form(state)) != known[key]:
            raise ValueError(f"state must be as `start(graph)` gives, {known[key]}; got {given}.")
        for part in (state if isinstance(state, tuple) else (state,)) if own else ():
            if moves and not part.flags.writeable:
                raise ValueError("state must be writable; got a read-only array. Copy it first.")
            if part.dtype.kind == "f" and not abs(part).max(initial=0) <= _checks.LARGEST:
                raise ValueError(f"state must hold finite numbers; got {part}.")
        return state


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What a model did: the steps that were recorded, and a frame for each.

    Parameters
    ----------
    model : Model
        The model that ran.
    steps : list of int
        The step of each frame; the first is 0.
    frames : list of (Graph, ndarray)
        The network and one value a person, as measures see them.
    """

    model: Model
    steps: list[int]
    frames: list[tuple[Graph, Array]]

    @property
    def final(self) -> Array:
        """The last frame's values: ndarray, shape (n,)."""
        return self.frames[-1][1]

    def measure(self, *measures: Measure) -> Frame:
        """Return one row a frame: the step, and a column for each measure.

        Examples
        --------
        >>> import karma_lib as kl
        >>> run = kl.Threshold(threshold=0.5).run(kl.generators.complete(3), n_steps=9, rng=1)
        >>> run.measure(kl.measures.share).round(2).to_dict("list")
        {'step': [0, 1, 2], 'share': [0.33, 1.0, 1.0]}
        """
        import pandas as pd  # 0.2 s, and who only counts never needs it

        table = pd.DataFrame({"step": self.steps})
        for measure in measures:
            table[name_of(measure)] = [measure(*frame) for frame in self.frames]
        return table


def _form(state: Any) -> tuple[Any, ...]:
    """Return the types and shapes of a state, which kernels trust."""
    parts = state if isinstance(state, tuple) else (state,)
    forms = [(type(x), getattr(x, "dtype", ""), getattr(x, "shape", ())) for x in parts]
    return type(state), *forms


def _stateful(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that looks at the form of the state, and at the number of steps."""

    @wraps(method)
    def entered(self: Model, graph: Graph, state: Any, *args: Any, **given: Any) -> Any:
        _checks.count("n_steps", (*args, given.get("n_steps", 0))[0])
        state = self._fitting(graph, state, moves=method.__name__ == "advance")
        return method(self, graph, state, *args, **given)

    return entered


def name_of(measure: Measure) -> str:
    """Return the column name of a measure; a `functools.partial` goes by its function."""
    return str(getattr(measure, "func", measure).__name__)
