"""Types that several modules share."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""An array of any dtype; the docstring beside it says which."""

Seed: TypeAlias = int | np.random.SeedSequence | np.random.Generator | None
"""What `rng=` takes everywhere."""

Measure: TypeAlias = Callable[[Any, Array], float]
"""A function `(graph, state) -> float`; its name is its column."""
