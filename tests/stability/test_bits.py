"""The same numbers to the last bit: other processes, hash seeds, threads, without a compiler,
and under every Python that is supported."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

from karma_lib import reproduction
from karma_lib.study import ROOT
from tests.stability import pythons

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ONE = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
       "OPENBLAS_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1"}  # fmt: skip
TWO = {**dict.fromkeys(ONE, "2"), "PYTHONHASHSEED": "20261125"}
INTERPRETED = {**ONE, "NUMBA_DISABLE_JIT": "1"}
WITHOUT_A_COMPILER = ["01", "09", "14", "17", "19"]
"""Notebooks that end in minutes when every kernel is interpreted."""
PARTS = ["models", *sorted(
    f"ledger {path.stem}" for path in Path(reproduction.__file__).parent.glob("[!_]*.py")
)]  # fmt: skip


def printed(part, python=sys.executable, **env):
    """Return what a process of its own computes."""
    done = subprocess.run(
        [python, "-m", "tests.stability.digests", *part.split()], cwd=ROOT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def here(part):
    return printed(part, **ONE)


def apart(first, second):
    """Return the names of what is not the same."""
    assert first.keys() == second.keys()
    return {name: (first[name], second[name]) for name in first if first[name] != second[name]}


@pytest.mark.parametrize(
    "env", [TWO, INTERPRETED], ids=["another hash seed and two threads", "interpreted"]
)
def test_every_model_draws_the_same_bits(env):
    assert len(here("models")) > 35
    assert apart(here("models"), printed("models", **env)) == {}


def texts(path, folder, env):
    """Run a notebook in a process of its own; return what each code cell wrote."""
    target = folder / f"{env['PYTHONHASHSEED']}{env.get('NUMBA_DISABLE_JIT', '')}.ipynb"
    script = (
        "import sys; from pathlib import Path; from karma_lib import study\n"
        "outcome = study.study(*map(Path, sys.argv[1:])); sys.exit(outcome.error or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, path, target], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [
        ("".join(output.get("text", "") for output in cell.outputs),
         [output["data"].get("text/plain") for output in cell.outputs if "data" in output])
        for cell in nbformat.read(target, 4).cells if cell.cell_type == "code"
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_writes_the_same_twice(path, tmp_path, figure):
    first, second = (texts(path, tmp_path, env) for env in (ONE, TWO))
    assert first == second
    figure(
        "Notebooks write the same texts in another process, under another hash seed, on 1 thread and 2",
        "{notebooks} notebooks, {cells} cells, {outputs:,} outputs: none differs",
        notebooks=1, cells=len(first), outputs=sum(1 + len(data) for _, data in first),
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", WITHOUT_A_COMPILER)
def test_a_notebook_writes_the_same_without_a_compiler(name, tmp_path, figure):
    (path,) = (path for path in PATHS if path.stem.startswith(name))
    first, second = (texts(path, tmp_path, env) for env in (ONE, INTERPRETED))
    assert first == second
    figure(
        "Small notebooks write the same texts with every kernel interpreted",
        "{notebooks} notebooks, {cells} cells: none differs", notebooks=1, cells=len(first),
    )  # fmt: skip


@pytest.fixture(scope="module", params=pythons.SUPPORTED)
def other(request):
    """An environment of that Python as the lock says, which `make test-long` has made."""
    version = request.param
    if version == pythons.HERE:
        pytest.skip("this is the Python that the others are held to")
    if (python := pythons.made(version)) is None:
        pytest.skip(f"no environment of Python {version}: python -m tests.stability.pythons")
    return version, python


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS)
def test_another_python_computes_the_same_bits(part, other, figure):
    version, python = other
    assert apart(here(part), printed(part, python, **ONE)) == {}
    figure(
        f"Python {version} computes the same bits as {pythons.HERE}",
        "{numbers} numbers and digests of the models and the ledger, in {parts} parts: none differs",
        numbers=len(here(part)), parts=1,
    )  # fmt: skip
