"""Names that come when they are first asked for (SPEC 1): who only streams loads no Numba.

A package's `__init__.pyi` says which name comes from where; type checkers and editors read the
same lines. Importing is thereby cheap, and nothing changes for who writes `kl.Threshold`.
"""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def attach(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], Any]:
    """Return `__getattr__`, `__dir__` and `__all__` of a package, as its stub says.

    Parameters
    ----------
    package : str
        Its `__name__`.
    file : str
        Its `__file__`; the stub lies beside it.

    References
    ----------
    Scientific Python Ecosystem Coordination, SPEC 1: lazy loading of submodules and functions.
    """
    lines = ast.parse(Path(file).with_suffix(".pyi").read_text("utf-8")).body
    places = {alias.name: line.module for line in lines if isinstance(line, ast.ImportFrom)
              for alias in line.names}  # fmt: skip
    listed = [ast.literal_eval(line.value) for line in lines if isinstance(line, ast.Assign)]

    def lazy(name: str) -> Any:
        if (place := places.get(name)) is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = import_module(place if place != package else f"{package}.{name}")
        open_door = import_module("karma_lib._doors").opened
        value = found if place == package else open_door(found, name)
        setattr(sys.modules[package], name, value)  # so that it is asked for once
        return value

    for name in (name for name, place in places.items() if place == f"{package}.{name}"):
        lazy(name)  # now, or else the module of that name would stand in its place
    return lazy, lambda: sorted({*vars(sys.modules[package]), *places}), listed[0]


class Nodes:
    """The table of a graph's people; one without attributes is made when it is asked for."""

    def __get__(self, graph: Any, owner: type) -> Any:
        """Return the table, or nothing as the default of the class."""
        if graph is not None and graph.__dict__["_nodes"] is None:
            import pandas as pd  # 0.2 s, and a run of a model never needs it

            graph.__dict__["_nodes"] = pd.DataFrame(index=pd.RangeIndex(graph.n_nodes))
        return graph and graph.__dict__["_nodes"]

    def __set__(self, graph: Any, nodes: Any) -> None:
        """Keep a table, or none."""
        graph.__dict__["_nodes"] = nodes


TABLE = Nodes()
