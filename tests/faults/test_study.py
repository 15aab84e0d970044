"""A notebook that is killed, whose kernel dies, hangs or is cut off, or that cannot be written."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from karma_lib import study
from tests.faults.places import ROOT, as_a_user, full, python

pytestmark = pytest.mark.claim(
    "A notebook that is killed, hangs, is cut off or cannot be written is named, and keeps the outputs that it had",
    "{cases} cases: all hold",
)

DIES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_dead_kernel_is_told_by_name_and_the_other_notebooks_still_run(tmp_path, capsys):
    paths = [
        notebook(tmp_path / "dying.ipynb", "1 + 1", DIES),
        notebook(tmp_path / "well.ipynb", "6 * 7"),
    ]
    before = paths[0].read_bytes()
    assert study.main([*map(str, paths), "--settle", "--jobs", "1"]) == 1
    said = capsys.readouterr()
    assert "dying                " in said.out
    assert "FAILED" in said.out
    sentence = "dying.ipynb: its kernel died, ended or out of memory. Try again with --jobs 1."
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert paths[0].read_bytes() == before
    assert nbformat.read(paths[1], 4).cells[0].outputs[0]["data"]["text/plain"] == "42"


def test_a_notebook_killed_in_mid_run_keeps_its_old_outputs_and_runs_again(tmp_path):
    sign = tmp_path / "sign"
    path = notebook(tmp_path / "long.ipynb", f"open({str(sign)!r}, 'w').close()",
                    f"import os, time\nif os.path.exists({str(sign)!r}): time.sleep(60)", "'the end'")  # fmt: skip
    before = path.read_bytes()
    command = [sys.executable, "-m", "karma_lib.study", path, "--settle"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not sign.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [path, sign], "nothing half-written stays"
    path.write_bytes(before.replace(b"time.sleep(60)", b"pass"))
    assert study.main([str(path), "--settle"]) == 0
    assert nbformat.read(path, 4).cells[-1].outputs[0]["data"]["text/plain"] == "'the end'"


def test_on_a_full_disk_a_notebook_keeps_its_old_outputs_and_it_is_said(tmp_path, monkeypatch):
    path = notebook(tmp_path / "small.ipynb", "1 + 1")
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    outcome = study.study(path, path)
    assert "small.ipynb could not be written (No space left on device)." in outcome.error
    assert "Make room there" in outcome.error
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b'{"cells": [', "does not appear to be JSON"), (None, "No such file or directory")],
    ids=["cut", "absent"],
)
def test_a_notebook_that_is_cut_or_absent_is_told_by_name(tmp_path, capsys, body, sentence):
    path = tmp_path / "06_cut.ipynb"
    if body is not None:
        path.write_bytes(body)
    assert study.main([str(path), "--settle"]) == 1
    said = capsys.readouterr().err
    assert f"{path}: " in said
    assert sentence in said
    assert "Traceback" not in said


def test_a_cell_that_never_ends_is_told_by_name(tmp_path, monkeypatch):
    client = study.NotebookClient
    monkeypatch.setattr(
        study, "NotebookClient", lambda *args, **options: client(*args, **{**options, "timeout": 2})
    )
    path = notebook(tmp_path / "endless.ipynb", "import time\ntime.sleep(60)")
    error = study.study(path, tmp_path / "out.ipynb").error
    assert error.startswith(f"{path}: A cell timed out")
    assert "time.sleep(60)" in error
    assert not (tmp_path / "out.ipynb").exists()


@as_a_user
def test_a_read_only_project_is_one_sentence(tmp_path):
    """As for who studies on a machine where others installed it."""
    script = "import sys; from pathlib import Path; from karma_lib import study\n" \
             "study.ROOT = Path(sys.argv[1]); sys.exit(study.main([]))"  # fmt: skip
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("")
    tmp_path.chmod(0o500)
    done = python("-c", script, tmp_path)
    tmp_path.chmod(0o700)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert "could not be written (Permission denied). Make room there" in done.stderr
