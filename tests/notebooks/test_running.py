"""What happens when a notebook is run by others: exercises, explorers, no network, failures."""

import os
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import nbformat
import pytest

from karma_lib import study
from tests.offline import python_path

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
import gc, itertools, time
_explorers = [x for x in gc.get_objects() if isinstance(x, lesson.Explorer)]
assert _explorers
def _ends(control):
    return (control.min, control.max) if hasattr(control, "min") else control.options
for _explorer in _explorers:
    _waits, _seen, _controls = [], set(), list(_explorer.controls.values())
    _first = [control.value for control in _controls]
    _alone = [_first[:i] + [end] + _first[i + 1:] for i, c in enumerate(_controls) for end in _ends(c)]
    _together = itertools.product(*[(_ends(c)[0], _ends(c)[-1]) for c in _controls])
    for _values in [*_alone, *_together, _first]:
        for _control, _value in zip(_controls, _values):
            if _control.value != _value:  # else nothing is drawn
                _begun = time.process_time()
                _control.value = _value
                _waits.append(time.process_time() - _begun)
        assert "<img" in _explorer.picture.value and 0 < len(_explorer.alt) <= 250
        _seen.add(_explorer.alt)
    assert sorted(_waits)[len(_waits) // 2] < 0.5, _waits
    assert len(_seen) > len(_controls), "the words follow the controls"
"""
"""Every control at both ends, alone and together with the others at theirs."""

MUTATE = """
def _broken(**values):
    raise ZeroDivisionError("broken on purpose")
for _explorer in _explorers:
    _control = next(iter(_explorer.controls.values()))
    _explorer.draw = _broken
    try:
        _control.value = next(end for end in _ends(_control) if end != _control.value)
    except ZeroDivisionError:
        assert 'role="alert"' in _explorer.picture.value
    else:
        raise AssertionError("a broken explorer went unnoticed")
"""
"""The notebook's own explorers, broken: moving a control must raise."""


CHECKS = [EXERCISES, SWEEP, MUTATE]


def with_checks(path, folder):
    """Copy a notebook, with cells of ours behind it that try its exercises and explorers."""
    book = nbformat.read(path, as_version=4)
    book.cells += [nbformat.v4.new_code_cell(text) for text in CHECKS]
    nbformat.write(book, folder / path.name)
    return folder / path.name


@pytest.fixture(scope="module")
def offline(tmp_path_factory):
    """Run one notebook as `make study` does, no data at hand and every way out blocked."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "notebooks").mkdir()
    env = {key: value for key, value in os.environ.items() if key != "KARMA_DATA_DIR"}
    env |= {"PYTHONPATH": python_path(ROOT)}
    env |= {"XDG_CACHE_HOME": str(folder / "cache")}
    copies = [with_checks(path, folder / "notebooks") for path in PATHS]  # 00 maps them all
    script = (
        "import sys; from pathlib import Path; from karma_lib import study\n"
        "outcome = study.study(*map(Path, sys.argv[1:]))\n"
        "study.report([outcome]); sys.exit(bool(outcome.error))"
    )

    @cache
    def run(name):
        copy = folder / "notebooks" / name
        assert copy in copies
        command = [sys.executable, "-c", script, copy, folder / name]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return nbformat.read(ROOT / "notebooks" / name, 4), nbformat.read(folder / name, 4), done

    return run


@each
def test_offline_it_runs_exercises_take_solutions_and_explorers_bear_extremes(path, offline):
    *_, done = offline(path.name)
    assert "FAILED" not in done.stdout


@each
def test_without_a_network_skipped_cells_say_so_and_keep_their_outputs(path, offline):
    before, after, done = offline(path.name)
    kept, same = ([c for c in book.cells if c.cell_type == "code" and study.needed(c)]
                  for book in (before, after))  # fmt: skip
    assert [cell.outputs for cell in same] == [cell.outputs for cell in kept]
    notes = [cell for cell in after.cells if "**Not run here.**" in cell.source]
    assert len(notes) == len(kept)
    if kept:
        assert f"Skipped in {path.stem}: cells that need {study.needed(kept[0])[0]}." in done.stdout


@each
def test_without_a_network_all_other_outputs_are_the_committed_ones(path, offline):
    def texts(book):  # a stream may come in one piece or in several
        return [
            ("".join(o.get("text", "") for o in cell.outputs),
             [o["data"].get("text/plain") for o in cell.outputs if "data" in o])
            for cell in book.cells if cell.cell_type == "code" and not study.needed(cell)
        ]  # fmt: skip

    before, after, _ = offline(path.name)
    assert texts(before) == texts(after)[: -len(CHECKS)]  # the last ones are ours


def test_a_broken_explorer_fails_the_run(tmp_path):
    path = tmp_path / "broken.ipynb"
    source = """
    import ipywidgets, matplotlib.pyplot as plt
    from karma_lib import lesson
    lesson.Explorer(lambda x: (plt.subplots()[1], f"{1 / x}"), x=ipywidgets.IntSlider(1, min=0, max=2))
    """
    cells = [nbformat.v4.new_code_cell(text) for text in (textwrap.dedent(source), SWEEP)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert "ZeroDivisionError" in study.study(path, tmp_path / "out.ipynb").error


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


def test_what_is_printed_stays_in_order_and_in_one_piece():
    def said(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    shown = nbformat.v4.new_output("display_data", {"text/plain": "a picture"})
    outputs = [said("a\n"), shown, said("b\n"), said("a\n"), said("a\n"), said("c\n", "stderr"), said("d\n")]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=outputs)])
    study.settle(book)
    settled = [output.get("text", "a picture") for output in book.cells[0].outputs]
    assert settled == ["a\n", "a picture", "b\na\na\n", "c\n", "d\n"]
