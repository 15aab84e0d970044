"""What happens when a notebook is run by others: exercises, explorers, no network, failures."""

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from karma_lib import study

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

EXERCISES = """
from contextlib import redirect_stdout
from io import StringIO
_found = {name: value for name, value in globals().items() if type(value) is lesson.Exercise}
def _said(exercise, answer):
    with redirect_stdout(StringIO()) as out:
        exercise.check(answer)
    return out.getvalue().strip()
assert len(_found) >= 2
for _exercise in _found.values():
    assert len(_exercise.hints) >= 3 and len(_exercise.traps) >= 2
    assert _said(_exercise, _exercise.solution) == "Right."
    for _trap, _why in _exercise.traps.items():
        assert _said(_exercise, _trap) == f"Not yet. {_why}", (_trap, _said(_exercise, _trap))
    assert len(set(_exercise.traps.values())) == len(_exercise.traps)
"""
SWEEP = """
import gc, time
_waits, _explorers = [], [x for x in gc.get_objects() if isinstance(x, lesson.Explorer)]
assert _explorers
for _explorer in _explorers:
    for _control in _explorer.controls.values():
        _before = _control.value
        _ends = [_control.min, _control.max] if hasattr(_control, "min") else _control.options
        for _end in _ends:
            _begun = time.perf_counter()
            _control.value = _end
            _waits.append(time.perf_counter() - _begun)
        _control.value = _before
assert sorted(_waits)[len(_waits) // 2] < 0.5, _waits
"""


def run(path, *more, needs=False):
    """Run a notebook without its cells on real data, with cells of ours behind it."""
    book = nbformat.read(path, as_version=4)
    if not needs:
        book.cells = [cell for cell in book.cells if not study.needed(cell)]
    book.cells += [nbformat.v4.new_code_cell(text) for text in more]
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(book, timeout=300, kernel_name="python3", resources=where)
    asyncio.run(client.async_execute())
    return book


@each
def test_exercises_take_the_solution_and_explorers_bear_their_extremes(path):
    run(path, EXERCISES, SWEEP)


def test_a_broken_explorer_fails_the_run(tmp_path):
    path = tmp_path / "broken.ipynb"
    source = """
    import ipywidgets, matplotlib.pyplot as plt
    from karma_lib import lesson
    lesson.Explorer(lambda x: (plt.subplots()[1], f"{1 / x}"), x=ipywidgets.IntSlider(1, min=0, max=2))
    """
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(textwrap.dedent(source))])
    nbformat.write(book, path)
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(path, SWEEP)


OFFLINE = """
import socket, ipaddress
_connect = socket.socket.connect
def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        if not ipaddress.ip_address(address[0]).is_loopback:
            raise OSError(101, "the network is off")
    return _connect(self, address)
def refuse(host, *args, **kwargs):
    if host in (None, "", "localhost", "127.0.0.1", "::1"):
        return _lookup(host, *args, **kwargs)
    raise socket.gaierror(-3, "the network is off")
_lookup = socket.getaddrinfo
socket.socket.connect, socket.getaddrinfo = connect, refuse
"""


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """Run everything as `make study` does, with an empty cache and every way out blocked."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(OFFLINE)
    env = {key: value for key, value in os.environ.items() if key != "KARMA_DATA_DIR"}
    env |= {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    out = folder / "study"
    script = (
        "import sys; from pathlib import Path; from karma_lib import study\n"
        f"outs = [study.study(Path(p), Path({str(out)!r}) / Path(p).name) for p in sys.argv[1:]]\n"
        "study.report(outs); sys.exit(any(o.error for o in outs))"
    )
    out.mkdir()
    done = subprocess.run([sys.executable, "-c", script, *map(str, PATHS)], env=env,
                          capture_output=True, text=True, check=False)  # fmt: skip
    return out, done


def test_without_a_network_the_main_line_runs(offline):
    _, done = offline
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout


@each
def test_without_a_network_skipped_cells_say_so_and_keep_their_outputs(path, offline):
    out, done = offline
    before, after = (nbformat.read(p, as_version=4) for p in (path, out / path.name))
    kept = [cell for cell in before.cells if cell.cell_type == "code" and study.needed(cell)]
    same = [cell for cell in after.cells if cell.cell_type == "code" and study.needed(cell)]
    assert [cell.outputs for cell in same] == [cell.outputs for cell in kept]
    notes = [cell for cell in after.cells if "**Not run here.**" in cell.source]
    assert len(notes) == len(kept)
    if kept:
        assert f"Skipped in {path.stem}: cells that need {study.needed(kept[0])[0]}." in done.stdout


@each
def test_without_a_network_all_other_outputs_are_the_committed_ones(path, offline):
    def texts(book):
        return [
            [o.get("text", o.get("data", {}).get("text/plain")) for o in cell.outputs]
            for cell in book.cells if cell.cell_type == "code" and not study.needed(cell)
        ]  # fmt: skip

    out, _ = offline
    assert texts(nbformat.read(path, 4)) == texts(nbformat.read(out / path.name, 4))


def test_a_failed_cell_is_told_and_writes_nothing(tmp_path, capsys):
    path, target = tmp_path / "bad.ipynb", tmp_path / "out.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), path)
    outcome = study.study(path, target)
    assert "ZeroDivisionError" in outcome.error
    assert not target.exists()
    study.report([outcome])
    assert "FAILED" in capsys.readouterr().out


def test_settling_keeps_outputs_that_cannot_be_computed_here(tmp_path, monkeypatch):
    monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path))
    path = tmp_path / "05.ipynb"
    path.write_bytes(PATHS[1].read_bytes())
    outcome = study.study(path, path)
    assert "keeps its outputs" in outcome.error
    assert path.read_bytes() == PATHS[1].read_bytes()


def test_main_returns_1_when_a_cell_fails(tmp_path):
    path = tmp_path / "bad.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), path)
    assert study.main([str(path), "--settle"]) == 1
