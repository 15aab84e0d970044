"""The same numbers to the last bit: other processes, hash seeds, threads, without a compiler,
and under every Python that is supported."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

from karma_lib import reproduction, study
from karma_lib.study import ROOT
from tests.offline import python_path
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


def child(*command, **env):
    """Return what a process of its own prints; it stays on this machine too."""
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": python_path(ROOT), **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(part, python=sys.executable, **env):
    """Return what a process of its own computes."""
    return json.loads(child(python, "-m", "tests.stability.digests", *part.split(), **env))


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


PICTURE = re.compile(r"data:image/[\w+]+;base64,[A-Za-z0-9+/=]+")


def texts(book, absent=()):
    """Return what each code cell that ran wrote, and how many did not, their data being absent.

    An output is its texts by kind: a stream's, and everything of a display that is text, as it
    is but for pictures inside.
    """
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    ran = [cell for cell in cells if not set(study.needed(cell)) & set(absent)]
    found = [
        [{output.name: output.text} if output.output_type == "stream" else
         {kind: PICTURE.sub("a picture", text) for kind, text in output.data.items()
          if kind.startswith("text/")} for output in cell.outputs]
        for cell in ran
    ]  # fmt: skip
    return found, len(cells) - len(ran)


def written(path, folder, env):
    """Run a notebook in a process of its own; return the texts of what it wrote."""
    target = folder / f"{env['PYTHONHASHSEED']}{env.get('NUMBA_DISABLE_JIT', '')}.ipynb"
    script = (
        "import json, sys; from pathlib import Path; from karma_lib import study\n"
        "outcome = study.study(*map(Path, sys.argv[1:]))\n"
        "print(json.dumps(outcome.skipped)); sys.exit(outcome.error or None)"
    )
    absent = json.loads(child(sys.executable, "-c", script, path, target, **env))
    return texts(nbformat.read(target, 4), absent)


def compared(path, folder, others):
    """Hold a notebook's texts to those of other circumstances; return what was counted."""
    (first, left), second = (written(path, folder, env) for env in (ONE, others))
    assert (first, left) == second
    return {"notebooks": 1, "cells": len(first), "outputs": sum(map(len, first)), "left": left}


TOLD = (
    "{notebooks} notebooks, {cells} cells, {outputs:,} outputs: none differs; "
    "{left} cells left out for want of data"
)


def book_of(tags=(), **data):
    """A notebook of one cell that showed something, in its kinds of text."""
    shown = nbformat.v4.new_output(
        "display_data", {name.replace("_", "/"): text for name, text in data.items()}
    )
    cell = nbformat.v4.new_code_cell("show()", outputs=[shown], metadata={"tags": [*tags]})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("silent = 1"), cell])


def test_a_text_of_any_kind_that_differs_is_found():
    plain = {"text_plain": "<IPython.core.display.Markdown object>"}
    assert texts(book_of(**plain, text_markdown="1")) != texts(book_of(**plain, text_markdown="2"))
    first, second = (f'<p>{n}</p><img src="data:image/png;base64,AA{n}+/=">' for n in "12")
    assert texts(book_of(text_html=first)) != texts(book_of(text_html=second))
    assert texts(book_of(text_html=first)) == texts(
        book_of(text_html=second.replace("<p>2", "<p>1"))
    )
    assert texts(book_of(text_html="as it is: id=5, 0x7fff12345678"))[0][1] == [
        {"text/html": "as it is: id=5, 0x7fff12345678"}
    ]


def test_a_cell_that_did_not_run_is_counted_and_not_compared_with_itself():
    book = book_of(tags=["needs:b"], text_plain="kept")
    assert texts(book, {"a": "why"}) == ([[], [{"text/plain": "kept"}]], 0)
    assert texts(book, {"b": "why"}) == ([[]], 1)


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_writes_the_same_twice(path, tmp_path, figure):
    figure(
        "Notebooks write the same texts in another process, under another hash seed, on 1 thread and 2",
        TOLD, **compared(path, tmp_path, TWO),
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", WITHOUT_A_COMPILER)
def test_a_notebook_writes_the_same_without_a_compiler(name, tmp_path, figure):
    (path,) = (path for path in PATHS if path.stem.startswith(name))
    figure(
        "Small notebooks write the same texts with every kernel interpreted",
        TOLD, **compared(path, tmp_path, INTERPRETED),
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
