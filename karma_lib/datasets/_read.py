"""How the loaders read: tables of one data set, graphs from pairs, R's own format."""

import gzip
import struct
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from karma_lib._typing import Array
from karma_lib.datasets._store import fetch, files
from karma_lib.graph import Graph


def read_tables(
    dataset: str, *, drop: tuple[str, ...] = (), only: str = ".csv", **options: Any
) -> pd.DataFrame:
    """Return the files of a data set as one table, without the columns named.

    `source` tells several files apart; `attrs["report"]` counts rows, duplicates, gaps.
    """
    names = [name for name in files(dataset)["file"] if only in name]
    parts = {
        name.split("/")[1].split(".")[0]: pd.read_csv(fetch(name), **options) for name in names
    }
    table = pd.concat(parts)
    source = pd.DataFrame({"source": table.index.get_level_values(0)})
    table = table.reset_index(drop=True)
    return report(table if len(parts) == 1 else pd.concat([source, table], axis=1), drop)


def report(table: pd.DataFrame, drop: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the table without some columns, and with its load report."""
    kept = table.drop(columns=[*drop])
    kept.attrs["report"] = {
        "rows read": len(table),
        "rows kept": len(kept),
        "duplicated rows": int(table.duplicated().sum()),
        "empty cells": int(kept.isna().sum().sum()),
        "columns dropped": len(drop),
    }
    return kept


def graph(pairs: ArrayLike, nodes: pd.DataFrame, *, directed: bool = False) -> Graph:
    """Return a graph whose pairs name rows of `nodes` by its index; the index is dropped.

    `nodes.attrs["report"]` counts rows read, parallel rows merged and self-links kept.
    """
    rows = nodes.index.get_indexer(np.ravel(pairs)).reshape(-1, 2)
    if (rows < 0).any():
        raise ValueError(f"pairs must name nodes; {int((rows < 0).sum())} ends are unknown.")
    arcs = np.unique(rows if directed else np.sort(rows, axis=1), axis=0)
    found = Graph.from_edges(
        arcs, len(nodes), directed=directed, nodes=nodes.reset_index(drop=True)
    )
    found.nodes.attrs["report"] = {
        "rows read": len(rows),
        "parallel rows merged": len(rows) - len(arcs),
        "self-links kept": int((arcs[:, 0] == arcs[:, 1]).sum()),
    }
    return found


class RFile:
    """The items of an R data file: lists, numbers and words, no more than that is needed.

    A pairlist becomes a list of (tag, value); a vector with attributes a pair of both.
    """

    def __init__(self, path: str) -> None:
        with gzip.open(path) as stream:
            self.data = stream.read()
        if self.data[:5] != b"RDX3\n":
            raise ValueError(f"{path} must be an R data file of version 3 in binary form.")
        self.place, self.seen = 19, list[Any]()
        self._vector("|u1")  # the encoding

    def _int(self) -> int:
        self.place += 4
        return int(struct.unpack_from(">i", self.data, self.place - 4)[0])

    def _vector(self, dtype: str) -> Array:
        array = np.frombuffer(self.data, dtype, self._int(), self.place)
        self.place += array.nbytes
        return array.astype(dtype[1:])

    def item(self) -> Any:
        """Return the next item."""
        return self._item(self._int())

    def _pairs(self, flags: int) -> list[tuple[Any, Any]]:
        """Return a pairlist; its last tail may be a vector, which has no tag."""
        pairs = []
        while flags & 255 == 2:
            if flags & 0x200:
                self.item()
            pairs.append((self.item() if flags & 0x400 else None, self.item()))
            flags = self._int()
        return [*pairs, (None, self._item(flags))] if flags & 255 != 254 else pairs

    def _item(self, flags: int) -> Any:
        kind = flags & 255
        if kind == 2:
            return self._pairs(flags)
        if kind == 1:
            self.seen.append(self.item())
            return self.seen[-1]
        if kind == 255:
            return self.seen[(flags >> 8) - 1]
        if kind == 254:
            return None
        if kind == 9:
            return self._vector("|u1").tobytes().decode()
        if kind == 238:  # a wrapped vector: class, (vector, notes), attributes
            _, state, attributes = self.item(), self.item(), self.item()
            return (state[0][1], attributes) if attributes else state[0][1]
        if kind not in (10, 13, 14, 16, 19):
            raise ValueError(f"kind {kind} at byte {self.place} is not one that is read here.")
        if kind in (16, 19):
            value: Any = [self.item() for _ in range(self._int())]
        else:
            value = self._vector(">f8" if kind == 14 else ">i4")
        return (value, self.item()) if flags & 0x200 else value
