"""Sweeps: a grid of parameters times replicates, as a tidy table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import fields, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from tqdm import tqdm

from karma_lib import _whole
from karma_lib._checks import Count, Number, Whole
from karma_lib._random import GOLD, Draws, mix, seed_sequence
from karma_lib._typing import Array, Measure, Seed
from karma_lib.experiments import chunks
from karma_lib.graph import Graph
from karma_lib.models.base import Model, name_of

Network = Graph | Callable[..., Graph]

CHUNK = 16
"""Runs in one piece of work: long enough to be worth handing to a worker."""


class Point(NamedTuple):
    """One point of a grid, ready to be run on its network."""

    model: Model
    state: Any
    base: int


def run_chunk(
    network: Network, point: Point, first: int, n_runs: int, measures: Sequence[Measure],
    n_steps: int, cache: str | None,
) -> Array:  # fmt: skip
    """Return the measures of some runs at a point: one row a run, from the cache if it is there.

    `network` stands apart from the point, so that a cluster can send it out once.
    """

    def compute() -> Array:
        counters = np.arange(first + 1, first + n_runs + 1, dtype=np.uint64)
        keys = mix(np.uint64(point.base) + counters * GOLD)
        return np.array([one_run(network, point, measures, n_steps, key) for key in keys])

    if cache is None:
        return compute()
    decisive = (point.model, network, point.state, point.base, first, n_runs, n_steps)
    return chunks.through(cache, chunks.name_of_chunk(*decisive, *measures), compute)


def one_run(
    network: Network, point: Point, measures: Sequence[Measure], n_steps: int, key: int
) -> list[float]:
    """Return the measures of one run's end; everything random in it follows from its key."""
    rng = Draws(key)
    graph = network if isinstance(network, Graph) else network(rng=rng)
    run = point.model.run(
        graph, n_steps=n_steps, record_every=max(n_steps, 1), rng=rng, state=point.state
    )
    return [float(measure(*run.frames[-1])) for measure in measures]


def sweep(
    model: type[Model] | Model,
    grid: Mapping[str, Iterable[Any] | Mapping[str, Any]],
    graph: Network | None = None,
    *,
    measures: Sequence[Measure],
    n_steps: Count,
    n_replicates: Number = 20,
    rng: Seed = None,
    paired: bool = False,
    cache: str | Path | None = None,
    progress: bool | None = None,
    n_jobs: Annotated[int, Whole(-1000, 1000)] | None = -1,
    chunk: Number = CHUNK,
) -> pd.DataFrame:
    """Run a model at every point of a grid, several times, and measure each end.

    Parameters
    ----------
    model : Model or a class of models
        An instance keeps the fields that the grid does not name.
    grid : mapping of str to sequence, or to a mapping of labels to values
        Values of the model's fields. `graph` and `state` name networks and first states;
        other names go to the network, if that is a function. Where the values are not
        short numbers or words, give labels: `{"seeds": {"hub": [0], "rim": [7]}}`.
    graph : Graph, or a function `(rng, **values) -> Graph`
        One network for all runs, or how to draw a fresh one for each.
    measures : sequence of functions `(graph, state) -> float`
        Each becomes a column.
    n_steps : int
        The most steps of a run, at least 0.
    n_replicates : int, default 20
        Runs at each point, at least 1.
    rng : int, SeedSequence, Generator or None
        Source of randomness. A run's numbers depend on the seed, its point and its
        replicate only: the table is the same on any number of workers, and more
        replicates, or points added at the end, leave the earlier rows unchanged.
    paired : bool, default False
        Whether replicate r draws the same numbers at every point (common random
        numbers): differences between points then vary less.
    cache : path, optional
        A folder that keeps finished chunks. The same call goes on where it was stopped.
        On a cluster all workers must see it. Needs an `rng` that is not None.
    progress : bool, optional
        Whether to show a bar; by default only in a terminal.
    n_jobs : int or None, default -1
        Workers; -1 is one a core, None what `joblib.parallel_config` says.
    chunk : int, default 16
        Runs that one piece of work holds, and that at most are lost when it is stopped.

    Returns
    -------
    DataFrame
        One row a run, sorted by point and replicate: the grid's names, `replicate`, and
        the measures.

    Raises
    ------
    ValueError, TypeError
        If a value is outside a model's range (before anything runs), or nobody knows a
        name of the grid.
    OSError
        If the cache cannot be written; what was written stays.

    Notes
    -----
    Work goes through joblib, in threads by default; inside
    `joblib.parallel_config(backend=...)` it goes where that says.

    Examples
    --------
    >>> import karma_lib as kl
    >>> table = kl.sweep(kl.Threshold, {"threshold": [0.1, 0.4]}, kl.generators.complete(9),
    ...                  measures=[kl.measures.share], n_steps=9, n_replicates=2, rng=1)
    >>> table.round(2)
       threshold  replicate  share
    0        0.1          0   1.00
    1        0.1          1   1.00
    2        0.4          0   0.11
    3        0.4          1   0.11
    """
    if cache is not None and rng is None:
        raise ValueError("rng must be given with cache; got None, which differs at each call.")
    labels, values = _read(grid)
    points = place(model, graph, values, seed_sequence(rng), paired)
    rows = run_points(points, n_replicates, measures, n_steps, cache, progress, n_jobs, chunk)
    columns = {name: pd.Series(c).array.repeat(n_replicates) for name, c in labels.items()}
    columns["replicate"] = np.tile(np.arange(n_replicates), len(points))
    columns |= zip(map(name_of, measures), rows.T, strict=True)
    return pd.DataFrame(columns, copy=False)  # a million runs are held once


def _read(
    grid: Mapping[str, Iterable[Any] | Mapping[str, Any]],
) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Return what each point is called, column by column, and what it holds."""
    axes = [
        list(a.items()) if isinstance(a, Mapping) else [(v, v) for v in a] for a in grid.values()
    ]
    points = list(product(*axes))
    labels = {name: [point[i][0] for point in points] for i, name in enumerate(grid)}
    return labels, [{name: p[i][1] for i, name in enumerate(grid)} for p in points]


def place(
    model: type[Model] | Model, graph: Network | None, values: Sequence[Mapping[str, Any]],
    seed: np.random.SeedSequence, paired: bool,
) -> list[tuple[Network, Point]]:  # fmt: skip
    """Make the network, the model and the seed of every point, or say what is wrong."""
    own = {field.name for field in fields(model)}
    points: list[tuple[Network, Point]] = []
    for i, given in enumerate(values):
        mine = {name: value for name, value in given.items() if name in own}
        network = given.get("graph", graph)
        other = {n: v for n, v in given.items() if n not in own and n not in ("graph", "state")}
        if network is None or (other and isinstance(network, Graph)):
            raise ValueError(
                f"grid must name fields of the model, {sorted(own)}, graph or state; got "
                f"{sorted(other) or 'no graph'}. Other names need a function that draws the graph."
            )
        key = (*seed.spawn_key, 0 if paired else i)
        base = np.random.SeedSequence(seed.entropy, spawn_key=key).generate_state(1, np.uint64)[0]
        made = model(**mine) if isinstance(model, type) else replace(model, **mine)
        network = network if isinstance(network, Graph) else partial(network, **other)
        points.append((network, Point(made, given.get("state"), int(base))))
    return points


def run_points(
    points: Sequence[tuple[Network, Point]], n_replicates: int, measures: Sequence[Measure],
    n_steps: int, cache: str | Path | None, progress: bool | None, n_jobs: int | None, chunk: int,
) -> Array:  # fmt: skip
    """Run every point, chunk by chunk; return one row a run, by point and replicate."""
    if cache is not None:
        with _whole.told(Path(cache)):
            Path(cache).mkdir(parents=True, exist_ok=True)
    folder = None if cache is None else str(cache)
    firsts = range(0, n_replicates, chunk)
    sizes = [min(chunk, n_replicates - first) for first in firsts]
    work = (
        delayed(_numbered)(i * n_replicates + first, *pair, first, n, measures, n_steps, folder)
        for i, pair in enumerate(points)
        for first, n in zip(firsts, sizes, strict=True)
    )
    streams = get_active_backend()[0].supports_return_generator
    kind = "generator_unordered" if streams else "list"
    rows = np.empty((len(points) * n_replicates, len(measures)))
    results = Parallel(n_jobs=n_jobs, prefer="threads", return_as=kind)(work)
    return _collect(results, rows, folder, None if progress is None else not progress)


def _numbered(where: int, *task: Any) -> tuple[int, Array]:
    return where, run_chunk(*task)


def _collect(
    results: Iterable[tuple[int, Array]], rows: Array, cache: str | None, hide: bool | None
) -> Array:
    """Put each chunk where it belongs, as they come; say how to go on if stopped."""
    done = 0
    with tqdm(total=len(rows), unit="run", disable=hide) as bar:
        try:
            for where, part in results:
                rows[where : where + len(part)] = part
                done += len(part)
                bar.update(len(part))
        except (KeyboardInterrupt, BrokenExecutor) as error:
            died = "" if isinstance(error, KeyboardInterrupt) else " since a worker process died"
            kept = f"They are kept in {cache!r}: the same call goes on from there."
            lost = "They are lost; with cache='folder' the same call would go on from there."
            raise type(error)(
                f"Stopped after {done} of {len(rows)} runs{died}. {kept if cache else lost}"
            ) from None
    return rows
