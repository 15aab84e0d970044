"""How kernels compile, and where their machine code is kept.

Numba keys a cached kernel by its own file only: edit a function that it calls in
another file, and the old machine code would run. The folder of the cache is therefore
named by a digest of the whole package.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit

config: Any = numba.config  # its attributes are made at run time

KEPT = 3
"""How many cache folders stay; older ones are removed."""


def _digest() -> str:
    """Return a digest of the package's sources and of Numba's options."""
    root = Path(__file__).parent
    mark = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        mark.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in ("OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK"):
        mark.update(f"{name}={getattr(config, name, None)};".encode())
    return mark.hexdigest()[:16]


def _folder() -> str | None:
    """Return a writable cache folder for this version of the package, or None."""
    try:
        # A folder of its own: fetched data sets and trained models lie beside it.
        home = Path(config.CACHE_DIR or Path.home() / ".cache") / "karma_lib" / "kernels"
        folder = home / _digest()
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        folder.touch()
        for old in sorted(home.iterdir(), key=lambda path: -path.stat().st_mtime)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError):  # no home, read-only, full: compile without a cache
        return None
    return str(folder)


_FOLDER = _folder()


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` on first call, free of the interpreter's lock, cached on disk.

    With NUMBA_DISABLE_JIT=1 the function runs interpreted, with the same numbers;
    64-bit arithmetic then wraps around silently, as it does in compiled code.
    """
    if config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    if _FOLDER is None:
        return njit(nogil=True)(function)
    before, config.CACHE_DIR = config.CACHE_DIR, _FOLDER
    try:
        return njit(nogil=True, cache=True)(function)
    finally:
        config.CACHE_DIR = before
