"""Types that several modules share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    Frame: TypeAlias = pd.DataFrame
else:
    Frame = Any  # pandas takes 0.2 s, and a run of a model never needs it

Array: TypeAlias = NDArray[Any]
"""An array of any dtype; the docstring beside it says which."""

Seed: TypeAlias = int | np.random.SeedSequence | np.random.Generator | None
"""What `rng=` takes everywhere."""

Measure: TypeAlias = Callable[[Any, Array], float]
"""A function `(graph, state) -> float`; its name is its column."""
