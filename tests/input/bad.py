"""What can be wrong with an argument, by the kind of its good value: nothing knows a function."""

from collections.abc import Mapping
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from karma_lib import Graph

NAN, INF = float("nan"), float("inf")


class Thing:
    """Something that no function can want."""

    def __repr__(self):
        return "Thing()"


OTHER = [None, Thing(), "", "ключ 🗝", b"x", {}, {"a": 1}, [], [[]], [1, [2]], (), 3 + 4j, NAN, range(3),
         np.datetime64("2026-03-02"), pd.NA, np.array(None), lambda: 1, Graph, 10**400]  # fmt: skip
"""Values of the wrong kind altogether, wherever they are put."""

NUMBERS = [NAN, INF, -INF, 1e300, -1e300, 1e18, 5e-324, -1e-9, -1.0, 0.0, -0.0, 1, 2, True, "1", "x", [0.1, 0.2],
           np.array([]), np.array([[0.5]]), np.array([0.5]), np.float32(0.5), "nan"]  # fmt: skip
COUNTS = [-1, 0, 1, 2, 2**31, 2**63, 10**30, -(10**30), 1.5, 3.0, NAN, INF, "3", True, [1], np.array([2, 3]),
          np.array(2), np.uint64(2**63), 1e300]  # fmt: skip
FLAGS = [2, 0.5, "no", "", NAN, None, [True, False], np.array([True, False]), np.bool_(True)]
WORDS = [
    "nonsense",
    " ",
    "x" * 5000,
    "\0",
    "\ud83d",
    "ß",
    "__class__",
    5,
    0.5,
    True,
    b"h",
    ["h"],
    np.array(["h"]),
]
PATHS = ["no/such/file.json", "\0", 5, 0, -1, True, 0.5, b"x", ["a"]]


@np.errstate(all="ignore")
def numeric(good):
    """Return arrays that differ from a good one in values, dtype or shape."""
    good = np.asarray(good)
    x = good.astype(float)
    flat = x.ravel()

    def put(value, at=0):
        changed = flat.copy()
        changed[at : at + 1] = value
        return changed.reshape(x.shape)

    some = [put(v) for v in (NAN, INF, -INF, 1e300, -1e300, 1e18, -1.0, 0.5, 5e-324, 2.0**63, -7.0)]
    some += [
        put(NAN, len(flat) - 1),
        np.full_like(x, NAN),
        np.zeros_like(x),
        np.ones_like(x),
        -x,
        x * 1e200,
    ]
    some += [
        x[:0],
        x[:1],
        x[:-1],
        np.concatenate([x, x]),
        x[None],
        x[..., None],
        np.array(0.5),
        np.array(3),
    ]
    some += [
        x.astype(object),
        x.astype(str),
        x.astype(complex),
        x + 1j,
        x.astype(bool),
        x.astype("f4"),
        x.astype("f2"),
    ]
    some += [
        x.astype("M8[s]"),
        good.astype("U9"),
        np.full(x.shape, None),
        np.full(x.shape, "ключ"),
        [*x.tolist(), "a"],
    ]
    with np.errstate(all="ignore"):
        some += [
            np.array(x, dtype=kind, copy=True) if np.isfinite(x).all() else x
            for kind in ("i1", "u8", "i8")
        ]
    return [
        *some,
        *[float(v) for v in flat[:1]],
        NAN,
        -1,
        0,
        2**63,
        10**30,
        "x",
        True,
        pd.Series(flat),
        set(),
    ]


def forms(good):
    """Return the same numbers as memory may hold them: any of these must give the same result."""
    good = np.asarray(good)
    apart = np.repeat(good, 2, axis=0)[::2] if good.ndim else good.copy()
    frozen, turned = good.copy(), good[::-1].copy()[::-1]
    frozen.flags.writeable = False
    return [
        good.tolist(),
        apart,
        frozen,
        turned,
        good.astype(good.dtype.newbyteorder()),
        np.asfortranarray(good),
    ]


def tables(good):
    """Return tables that lack a column or rows, or hold wrong values, dtypes, labels."""
    for name in good.columns:
        yield good.drop(columns=name)
        for value in (NAN, None, "ключ", "", -1, 0, INF, 1e300, True):
            column = good[name].astype(object)
            column.iloc[:1] = value
            yield good.assign(**{str(name): column})
            yield good.assign(**{str(name): value})
        if pd.api.types.is_numeric_dtype(good[name]):
            yield good.assign(**{str(name): good[name].astype(str)})
            yield good.assign(**{str(name): -good[name].astype(float)})
    yield from (good.iloc[:0], good.iloc[:1], good.iloc[:2], good[[]], pd.DataFrame())
    yield from (pd.concat([good, good]), good.set_axis(np.zeros(len(good), int)), good.T)
    yield good.set_axis([f"ключ {i}" for i in range(good.shape[1])], axis=1)
    yield pd.concat([good, good.iloc[:, :1]], axis=1)
    yield from (good.to_dict("list"), good.to_numpy(), good.iloc[:, 0], good.astype(object), 5)


def shapes(good):
    """Return networks of every odd shape with, as far as can be, as many people."""
    n = good.n_nodes
    pairs = good.edges()
    labels = pd.DataFrame({"side": range(n)}, index=["ключ"] * n)
    yield from (
        Graph.from_edges([]),
        Graph.from_edges([], 1),
        Graph.from_edges([], n),
        Graph.from_edges([(0, 0)], n),
    )
    yield from (
        Graph.from_edges([(0, 1)]),
        Graph.from_edges(pairs, n, directed=True),
        Graph.from_edges(pairs[:4], n),
    )
    yield Graph.from_edges(np.concatenate([pairs, pairs, [(1, 1)]]), n, directed=True)
    yield Graph.from_edges(np.concatenate([pairs, pairs, [(1, 1)]]), n)
    yield Graph.from_edges([(0, i) for i in range(1, n)], n, directed=True)
    yield Graph.from_edges([(i, 0) for i in range(1, n)], n, nodes=labels)
    yield from (nx.path_graph(n), pairs, (good.ptr, good.idx), 5)


def states(good):
    """Return states of which one part has another form, or holds what is no number.

    What a hand-made state means is its maker's business, as long as its form is that of `start`.
    """
    for name in good._fields:
        part = np.asarray(getattr(good, name))
        forms = (
            part[:-1],
            part[None],
            part.astype("f4"),
            part.tolist(),
            pd.Series(part.ravel()),
            None,
            "x",
            5,
        )
        forms += tuple(np.full(part.shape, value) for value in (NAN, INF) if part.dtype.kind == "f")
        yield from (good._replace(**{name: form}) for form in forms)
    yield from (tuple(good), good[0], tuple(good)[:-1])


def kind_of(good):
    """Return which kind of value a good one is."""
    if hasattr(good, "_fields"):
        return "state"
    kinds = [(bool, "flag"), (int, "count"), (float, "number"), (Path, "path"), (str, "word"), (Graph, "graph"),
             (pd.DataFrame, "table"), (Mapping, "mapping"), (np.ndarray, "array"), (type, "other")]  # fmt: skip
    for kind, name in kinds:
        if isinstance(good, kind):
            return name
    if isinstance(good, (list, tuple)) and len(good):
        return (
            "words"
            if isinstance(good[0], str)
            else "array"
            if np.asarray(good).dtype.kind in "ifb"
            else "other"
        )
    return "other"


def wrong(good, starred=False):
    """Return every bad value that is tried for an argument that has a good one."""
    kind = kind_of(good)
    if starred and isinstance(good, Mapping):  # Python itself sees to it that names are words
        return [{"ключ": 1}, {"seed": "x"}, {"a": None}]
    if starred:
        apart = good and callable(good[0])
        return [
            [value]
            for value in OTHER
            if not (isinstance(value, str) or (apart and callable(value)))
        ]
    if kind == "array":
        own = numeric(good)
    elif kind == "table":
        own = list(tables(good))
    elif kind == "state":
        own = list(states(good))
    elif kind == "graph":
        own = list(shapes(good))
    elif kind == "words":
        own = [
            "word",
            ["nonsense"],
            ["ключ", ""],
            [None],
            [1],
            [good[0], None],
            [good[0]] * 2,
            5,
            True,
            [NAN],
            [],
        ]
    elif kind == "mapping":
        key = next(iter(good), "a")
        own = [
            {"ключ": 1},
            {1: 2},
            {key: None},
            {key: []},
            {key: NAN},
            {key: "x"},
            {key: Thing()},
            [1],
            "x",
            5,
        ]
    else:
        own = {"flag": FLAGS, "count": COUNTS, "number": NUMBERS, "word": WORDS, "path": PATHS}.get(
            kind, COUNTS
        )
    if kind == "path":
        own = [*own, *(value for value in OTHER if not isinstance(value, str))]
        return own  # an empty path is where one stands
    # What a function that is handed in does with its arguments is its author's business.
    return [*own, *(value for value in OTHER if not (callable(good) and callable(value)))]


def drawn(good, starred=False):
    """Return a strategy of bad values: those that are listed, and arbitrary ones of the kind."""
    kind = kind_of(good)
    free = {
        "flag": st.nothing(),
        "count": st.integers(-9, 9) | st.integers(2**31) | st.integers(max_value=-1),
        "number": st.floats() | st.complex_numbers(),
        "word": st.text(max_size=20) | st.binary(max_size=5),
        "words": st.lists(st.text(max_size=9) | st.none() | st.integers(), max_size=4),
        "mapping": st.dictionaries(st.text(max_size=5), st.floats() | st.none(), max_size=3),
        "path": st.text(max_size=9).map(lambda name: f"no/such/{name}"),
        "array": hnp.arrays(st.sampled_from([np.float64, np.float32, np.int64, np.bool_, np.complex128, "U3"]),
                            hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=12)),
    }.get(kind, st.nothing())  # fmt: skip
    return (
        st.sampled_from(wrong(good)) | free
        if not starred
        else st.sampled_from(wrong(good, starred))
    )
