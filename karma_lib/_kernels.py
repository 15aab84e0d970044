"""How kernels compile, and where their machine code is kept.

Numba keys a cached kernel by its own file only: edit a function that it calls in
another file, and the old machine code would run. The folder of the cache is therefore
named by a digest of the whole package.

Numba trusts what it finds there: a flipped byte ends the process, and where two processes
compile one kernel at once for two types, its index may lead one type to the other's code,
which gives wrong numbers. Each kernel and type therefore has a signed file of its own.
"""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import njit
from numba.core.caching import IndexDataCacheFile

from karma_lib import _whole

LOG = logging.getLogger("karma_lib")
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
        # Our own comes first even where the clock was set back.
        age = {path: (path != folder, -path.stat().st_mtime) for path in home.iterdir()}
        for old in sorted(age, key=age.__getitem__)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError):  # no home, read-only, full: compile without a cache
        return None
    return str(folder)


_FOLDER = _folder()


class _Code(IndexDataCacheFile):
    """The machine code of a kernel on disk: a file for each of its types, and no index."""

    def _place(self, key: Any) -> Path:
        mark = hashlib.sha256(repr((self._version, self._source_stamp, key)).encode())
        return Path(self._cache_path, f"{Path(self._index_name).stem}.{mark.hexdigest()[:16]}.nbc")

    def save(self, key: Any, data: Any) -> None:
        """Keep what was compiled, or say why it is not kept."""
        try:
            _whole.write(self._place(key), _whole.signed(self._dump(data)))  # type: ignore[no-untyped-call]
        except OSError as error:
            LOG.warning("%s Till then each start compiles anew.", error)

    def load(self, key: Any) -> Any:
        """Return what was compiled before; None if it is not there, or damaged."""
        place = self._place(key)
        # Numba reads it as it always does, and never sees the signature behind the end.
        return None if _whole.read(place) is None else self._load_data(place.name)  # type: ignore[no-untyped-call]


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
        made = njit(nogil=True, cache=True)(function)
        made._cache._cache_file.__class__ = _Code  # type: ignore[attr-defined]
        return made
    finally:
        config.CACHE_DIR = before
