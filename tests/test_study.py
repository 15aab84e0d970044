"""The runner of the notebooks, on small notebooks and a small book of its own."""

import nbformat
import pytest

from karma_lib import datasets, study

NOWHERE = "political-blogs"


def notebook(path, *cells, title="# A notebook"):
    head = [nbformat.v4.new_markdown_cell(title)] if title else []
    book = nbformat.v4.new_notebook(cells=[*head, *cells])
    book.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}  # fmt: skip
    nbformat.write(book, path)
    return path


def code(source, *tags, outputs=()):
    return nbformat.v4.new_code_cell(source, outputs=[*outputs], metadata={"tags": [*tags]})


def said(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


@pytest.fixture
def without_data(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path / "data"))


def test_a_cell_whose_data_are_absent_is_not_run_keeps_its_outputs_and_says_why(
    without_data, tmp_path, capsys
):
    """The cell would fail if it were run; the one after it, which needs nothing, is run."""
    tag = f"needs:{NOWHERE}"
    old = said("computed before\n")
    path = notebook(
        tmp_path / "03_small.ipynb",
        nbformat.v4.new_markdown_cell("About the data.", metadata={"tags": [tag]}),
        code("1 / 0", tag, outputs=[old]),
        code("6 * 7", "hide-input"),
    )
    outcome = study.study(path, tmp_path / "out.ipynb")
    assert (outcome.error, list(outcome.skipped)) == ("", [NOWHERE])
    after = nbformat.read(tmp_path / "out.ipynb", 4).cells
    assert [cell.cell_type for cell in after] == ["markdown"] * 3 + ["code"] * 2
    assert f"needs the data set *{NOWHERE}*, which could not be had" in after[2].source
    assert after[3].outputs == [old]
    assert after[3].metadata.tags == [tag], "the mark for the runner is gone again"
    assert after[4].outputs[0]["data"]["text/plain"] == "42"
    study.report([outcome])
    told = capsys.readouterr()
    assert f"Skipped in 03_small: cells that need {NOWHERE}. {NOWHERE}/polblogs.gml is miss" in told.out  # fmt: skip
    assert "FAILED" not in told.out
    assert outcome.seconds > 0


def test_settling_without_the_data_leaves_the_committed_outputs(without_data, tmp_path):
    path = notebook(tmp_path / "03.ipynb", code("1 / 0", f"needs:{NOWHERE}", outputs=[said("a")]))
    before = path.read_bytes()
    outcome = study.study(path, path)
    assert outcome.error.startswith(f"{path} keeps its outputs: {NOWHERE}/polblogs.gml is missing")
    assert path.read_bytes() == before


def test_data_that_are_there_are_asked_for_once_and_nothing_is_missing(monkeypatch):
    asked = []
    monkeypatch.setattr(datasets, "fetch", asked.append)
    book = nbformat.v4.new_notebook(cells=[code("1", f"needs:{NOWHERE}"), code("2", f"needs:{NOWHERE}")])  # fmt: skip
    assert study.missing(book) == {}
    assert asked == list(datasets.files(NOWHERE)["file"])


def test_what_only_a_live_page_can_use_is_dropped_and_prints_are_joined():
    widget = nbformat.v4.new_output(
        "display_data", {study.WIDGET: {"model_id": "1"}, "text/html": "<img>"}
    )
    outputs = [said("a\n"), said("b\n"), said("c\n", "stderr"), widget, said("d\n"), said("e\n")]
    book = nbformat.v4.new_notebook(cells=[code("1", outputs=outputs), code("2")])
    book.metadata["widgets"] = {"state": {}}
    study.settle(book)
    first, second, shown, last = book.cells[0].outputs
    assert [first.text, second.text, last.text] == ["a\nb\n", "c\n", "d\ne\n"]
    assert shown["data"] == {"text/html": "<img>"}
    assert "widgets" not in book.metadata
    assert book.metadata["language_info"] == {"name": "python"}


@pytest.fixture
def project(monkeypatch, tmp_path):
    """A project of one page and one notebook."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "notebooks").mkdir()
    settings = 'extensions, nb_execution_mode = ["myst_nb"], "off"\nnb_ipywidgets_js = {}\n'
    (docs / "conf.py").write_text(settings)
    (docs / "index.md").write_text("# A book\n\n```{toctree}\nnotebooks/01_sum\n```\n")
    notebook(tmp_path / "notebooks" / "01_sum.ipynb", code("print('the sum is', 6 * 7)"))
    stale = tmp_path / "build" / "study" / "gone.md"
    stale.parent.mkdir(parents=True)
    stale.write_text("# A page that was taken out\n")
    monkeypatch.setattr(study, "ROOT", tmp_path)
    return tmp_path


def test_the_book_is_built_from_what_was_computed_and_the_sources_stay(project, capsys):
    before = (project / "notebooks" / "01_sum.ipynb").read_bytes()
    assert study.main([]) == 0
    told = capsys.readouterr().out
    assert f"The book: {project / 'build' / 'book' / 'index.html'}" in told
    assert "01_sum" in told
    page = (project / "build" / "book" / "notebooks" / "01_sum.html").read_text("utf-8")
    assert "the sum is 42" in page
    assert not list((project / "build").rglob("gone.*")), "pages are laid out anew"
    assert not (project / "build" / "study" / "conf.py").exists(), "settings are no page"
    assert (project / "notebooks" / "01_sum.ipynb").read_bytes() == before


def test_a_book_with_a_dead_link_is_no_book(project, capfd):
    (project / "docs" / "index.md").write_text("# A book\n\n{doc}`nowhere`\n\n```{toctree}\nnotebooks/01_sum\n```\n")  # fmt: skip
    assert study.main([]) == 1
    told = capfd.readouterr()
    assert "No book." in told.out
    assert "nowhere" in told.err


def test_without_a_book_only_the_notebooks_are_run(project, capsys):
    assert study.main(["--no-book"]) == 0
    assert "The book:" not in capsys.readouterr().out
    assert (project / "build" / "study" / "notebooks" / "01_sum.ipynb").is_file()
    assert not (project / "build" / "book").exists()


def test_a_failed_cell_is_told_and_no_book_is_built(project, capsys):
    notebook(project / "notebooks" / "02_bad.ipynb", code("1 / 0"))
    assert study.main(["--jobs", "1"]) == 1
    told = capsys.readouterr()
    assert [line.split()[0] for line in told.out.splitlines() if "FAILED" in line] == ["02_bad"]
    assert "ZeroDivisionError" in told.err
    assert not (project / "build" / "study" / "notebooks" / "02_bad.ipynb").exists()
    assert not (project / "build" / "book").exists()


def test_a_place_that_cannot_be_written_ends_with_its_sentence(project, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(study.shutil, "copytree", full)
    with pytest.raises(SystemExit, match=r"could not be written \(No space left on device\)"):
        study.main([])
