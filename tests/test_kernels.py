"""The kernel cache: hit on a second run, never stale, and no need of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "karma_lib" / "_kernels.py"
SHARED = "from pkg._kernels import kernel\n\n@kernel\ndef step(x):\n    return x + {}\n"
CALLER = "from pkg._kernels import kernel\nfrom pkg.shared import step\n\n@kernel\ndef twice(x):\n    return 2 * step(x)\n"
MAIN = """
import numpy as np
from pkg import _kernels
from pkg.caller import twice
print(twice(np.array([5]))[0], sum(twice.stats.cache_hits.values()) if _kernels._FOLDER else -1)
"""


@pytest.fixture
def package(tmp_path):
    """A package of four files with the real `_kernels.py`, run in fresh processes."""
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_kernels.py").write_bytes(SOURCE.read_bytes())
    (folder / "caller.py").write_text(CALLER)
    (folder / "shared.py").write_text(SHARED.format(5))

    def run(cache=tmp_path / "cache", script=MAIN, **env):
        env = {**os.environ, "NUMBA_DISABLE_JIT": "0", "PYTHONDONTWRITEBYTECODE": "1",
               "NUMBA_CACHE_DIR": str(cache), **env}  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0 or "IndexError" in done.stderr, done.stderr
        return done.stdout.split() or ["IndexError"]

    return folder, run


def test_an_edited_function_is_never_served_from_the_cache(package):
    folder, run = package
    assert run() == ["20", "0"]
    assert run() == ["20", "1"]
    (folder / "shared.py").write_text(SHARED.format(10))
    assert run() == ["30", "0"], "the caller's file did not change, its callee's did"
    assert run() == ["30", "1"]


def test_bounds_checks_get_machine_code_of_their_own(package):
    folder, run = package
    (folder / "shared.py").write_text(SHARED.replace("x + {}", "x[7:8] + x[7]"))
    script = "import numpy as np\nfrom pkg.caller import twice\ntwice(np.array([5]))\nprint('read past the end')"
    assert run(script=script) == ["read", "past", "the", "end"]
    assert run(script=script, NUMBA_BOUNDSCHECK="1") == ["IndexError"]


def test_without_a_writable_place_it_compiles_anew(package, tmp_path):
    _, run = package
    (tmp_path / "file").write_text("")
    assert run(cache=tmp_path / "file") == ["20", "-1"]
    assert not list(tmp_path.rglob("*.nb?"))


def test_only_the_newest_folders_stay_and_nothing_else_is_touched(package, tmp_path):
    """On Linux the data that were fetched lie in the same place, `~/.cache/karma_lib`."""
    folder, run = package
    data = tmp_path / "cache" / "karma_lib" / "political-blogs" / "polblogs.gml"
    data.parent.mkdir(parents=True)
    data.write_text("fetched")
    os.utime(data.parent, (0, 0))
    for number in range(5):
        (folder / "shared.py").write_text(SHARED.format(number))
        run()
    assert len(list((tmp_path / "cache" / "karma_lib" / "kernels").iterdir())) == 3
    assert data.read_text() == "fetched"


def test_interpreted_kernels_give_the_same_numbers():
    script = """
import numpy as np
from karma_lib._random import draw, mix, seed_words, unit
words = seed_words(np.uint64(7))
print([int(draw(words)) for _ in range(5)], unit(words), int(mix(np.uint64(2**63 + 1))))
"""
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True,
            env={**os.environ, "NUMBA_DISABLE_JIT": flag},
        ).stdout
        for flag in "01"
    }  # fmt: skip
    assert len(outputs) == 1
