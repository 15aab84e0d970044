"""Tree: who got it from whom, and when."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from karma_lib import _checks
from karma_lib._kernels import kernel
from karma_lib._typing import Array


@kernel
def _depths(parent):  # type: ignore[no-untyped-def]
    depth = np.zeros(len(parent), np.int64)
    for i in range(len(parent)):
        if parent[i] >= 0:
            depth[i] = depth[parent[i]] + 1
    return depth


@dataclass(frozen=True, eq=False)
class Tree:
    """A cascade, person by person, in the order of joining.

    Parameters
    ----------
    parent : ndarray of int64, shape (n,)
        The place in this list of whoever each one got it from: an earlier place; -1 for
        a root. Several seeds make several roots.
    people : ndarray of int64, shape (n,), optional
        Who they are; by default their places.
    time : ndarray of float64, shape (n,), optional
        When they joined, never before their parent; by default their depth.

    Raises
    ------
    ValueError
        If a parent does not stand before its child, or lengths or times do not fit.

    Examples
    --------
    >>> Tree([-1, 0, 0, 1]).depth.tolist()
    [0, 1, 1, 2]
    """

    parent: Array
    people: Array = field(default_factory=lambda: np.empty(0, np.int64))
    time: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        parent = _checks.whole("parent", self.parent)
        n = len(parent)
        late = np.flatnonzero((parent >= np.arange(n)) | (parent < -1))
        if len(late):
            raise ValueError(
                "parent must name an earlier place, or -1 for a root; got "
                f"{parent[late[0]]} in entry {late[0]}. List people in the order of joining."
            )
        object.__setattr__(self, "parent", parent)
        people = _checks.whole("people", self.people if np.size(self.people) else np.arange(n))
        time = _checks.reals("time", self.time if np.size(self.time) else self.depth)
        if people.shape != (n,) or time.shape != (n,):
            shapes = f"{people.shape} and {time.shape}"
            raise ValueError(f"people and time must have {n} entries, as parent; got {shapes}.")
        if (time < time[parent])[parent >= 0].any():
            raise ValueError(f"time must not fall below the parent's; got {time}. Sort it.")
        object.__setattr__(self, "people", people.copy())
        object.__setattr__(self, "time", time)

    def __repr__(self) -> str:
        return f"Tree({len(self.parent)} people, {np.count_nonzero(self.parent < 0)} roots)"

    @cached_property
    def depth(self) -> Array:
        """How many hand-overs from a root: ndarray of int64, shape (n,)."""
        return np.asarray(_depths(self.parent))
