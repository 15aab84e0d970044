"""What the code of library, notebooks and benchmarks never does; what dependencies are for."""

import ast
import json
import re
import tomllib
from importlib.metadata import distributions

import nbformat
import pytest

from karma_lib.study import ROOT
from tests.code_lines import SOURCES
from tests.newest import name_of, pinned

pytestmark = pytest.mark.claim(
    "The library loads no pickle, runs no text, asks nobody but the registry; each of its dependencies says why it is there, and is used",
    "{cases} cases: all hold",
)

UNPICKLING = {
    "pickle",
    "cPickle",
    "_pickle",
    "cloudpickle",
    "dill",
    "shelve",
    "marshal",
    "jsonpickle",
}
PARSERS = {"xml", "lxml", "xmltodict", "bs4", "html5lib"}
WAYS_OUT = {"socket", "ssl", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp",
            "ftplib", "smtplib", "webbrowser"}  # fmt: skip
FORBIDDEN = UNPICKLING | PARSERS | WAYS_OUT
CALLS = {
    "eval", "exec", "compile", "__import__", "read_pickle", "read_xml", "read_html", "read_graphml",
    "read_gexf", "read_gpickle", "read_hdf", "joblib.load", "joblib.dump", "yaml.load", "os.system",
    "os.popen", "extractall", "extract", "unpack_archive", "mktemp",
}  # fmt: skip


def imported(tree):
    """Return what each name stands for that a file imports: `{"np": "numpy"}`, say."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            names |= {alias.name: alias.name for alias in node.names if not alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def is_forbidden(name, calls):
    """Tell whether a dotted name is one of these calls, whatever stands before its last word."""
    last = "" if re.search(r"(^re|\.str)\.\w+$", name) else name.rpartition(".")[2]
    return not {name, last}.isdisjoint(calls)


def faults(source):
    """Yield what is forbidden in a file: imports, calls, pickles let in, shells.

    A call is known by its whole name, however it was imported and whatever it is called here.
    """
    tree = ast.parse(source)
    names = {"np": "numpy"} | imported(tree)
    for name in names.values():
        parts = name.split(".")
        if {".".join(parts[:n]) for n in (1, 2, len(parts))} & FORBIDDEN or is_forbidden(
            name, CALLS
        ):
            yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            called = names.get(first, first) + dot + rest
            if is_forbidden(called, CALLS):
                yield called
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if called == "numpy.load" and given.get("allow_pickle") != "False":
                yield "numpy.load with pickles"
            if given.get("allow_pickle", "False") != "False" or given.get("shell") == "True":
                yield f"{called}({given})"


def code_of(path):
    """Return a file's Python; of a notebook, that of its code cells."""
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


BESIDE = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("benchmarks/*.py")])


@pytest.mark.parametrize("path", [*SOURCES, *BESIDE], ids=lambda path: path.stem)
def test_nothing_is_unpickled_run_unpacked_or_asked_for_elsewhere(path):
    assert list(faults(code_of(path))) == []


def test_notebooks_and_benchmarks_are_looked_through(tmp_path):
    assert {path.suffix for path in BESIDE} == {".ipynb", ".py"}
    assert len(BESIDE) > 21
    cells = [{"cell_type": "markdown", "source": ["eval"]},
             {"cell_type": "code", "source": ["import pandas as pd\n", "pd.read_pickle('a')"]}]  # fmt: skip
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    assert list(faults(code_of(tmp_path / "a.ipynb"))) == ["pandas.read_pickle"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("import pickle", "pickle"),
        ("from xml.etree import ElementTree", "xml.etree.ElementTree"),
        ("from urllib import request", "urllib.request"),
        ("import os.path, xml.dom.minidom as m", "xml.dom.minidom"),
        ("def late():\n    import dill as d", "dill"),
        ("import numpy as np\nnp.load('a.npy')", "numpy.load with pickles"),
        ("np.load('a.npy', allow_pickle=True)", "numpy.load with pickles"),
        ("np.save('a.npy', x, allow_pickle=True)", "numpy.save({'allow_pickle': 'True'})"),
        ("from numpy import load\nload('a.npy')", "numpy.load with pickles"),
        ("from numpy import load as fetch\nfetch('a.npy')", "numpy.load with pickles"),
        ("import numpy\nnumpy.load('a.npy')", "numpy.load with pickles"),
        ("from joblib import load", "joblib.load"),
        ("from joblib import load as again\nagain('a')", "joblib.load"),
        ("import joblib as j\nj.load('a')", "joblib.load"),
        ("from pandas import read_pickle as table", "pandas.read_pickle"),
        ("from os import system as run", "os.system"),
        ("from builtins import eval as value", "builtins.eval"),
        ("from shutil import unpack_archive", "shutil.unpack_archive"),
        ("from networkx import read_graphml", "networkx.read_graphml"),
        ("joblib.load('a')", "joblib.load"),
        ("pd.read_pickle('a')", "pd.read_pickle"),
        ("eval('1')", "eval"),
        ("ZipFile('a').extractall()", "ZipFile('a').extractall"),
        ("subprocess.run('ls', shell=True)", "subprocess.run({'shell': 'True'})"),
    ],
)
def test_each_of_these_would_be_found(line, fault):
    assert fault in list(faults(line))


def test_only_the_store_fetches():
    fetches = re.compile(r"\bpooch\.(create|retrieve|\w+Downloader)|\.fetch_or_unzip")
    users = {path.name for path in SOURCES if fetches.search(path.read_text("utf-8"))}
    assert users == {"_store.py"}


MODULES = {"scikit-learn": "sklearn", "pillow": "PIL", "vadersentiment": "vaderSentiment",
           "ipython": "IPython"}  # fmt: skip
USES = {"ipykernel": 'kernel_name="python3"', "pytest-xdist": "-n2", "nbval": "--nbval", "myst-nb": "myst_nb",
        "pydata-sphinx-theme": "pydata_sphinx_theme"}  # fmt: skip
"""What shows the use of those that are imported under another name, or not at all."""
SETTINGS = ["pyproject.toml", "Makefile", ".pre-commit-config.yaml", "docs/conf.py",
            "CONTRIBUTING.md"]  # fmt: skip


def entries():
    """Yield every dependency as it stands in pyproject.toml, with what is said of it."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    groups = {"core": project["dependencies"], **project["optional-dependencies"]}
    for group, entry in ((group, entry) for group, given in groups.items() for entry in given):
        line = next(line for line in text.splitlines() if f'"{entry}"' in line and line[0] == " ")
        name = re.match(r"[\w.-]+", entry)[0]
        yield pytest.param(group, name, line.partition("#")[2].strip(), id=name)


def cells(path):
    """Return the code of a notebook."""
    return "\n".join(
        cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"
    )


@pytest.mark.parametrize(("group", "name", "why"), list(entries()))
def test_each_dependency_says_why_and_is_used(group, name, why):
    """What everybody installs is used by the library or a notebook; the rest also by tests."""
    assert why, f"pyproject.toml does not say what {name} is for"
    places = [*ROOT.glob("karma_lib/**/*.py")]
    if group != "core":
        places += [*ROOT.glob("tests/**/*.py"), *ROOT.glob("docs/*.py")]
    code = "\n".join(
        [*(path.read_text("utf-8") for path in places if path.name != "test_code.py"),
         *map(cells, sorted(ROOT.glob("notebooks/*.ipynb")))]
    )  # fmt: skip
    settings = "\n".join((ROOT / file).read_text("utf-8") for file in SETTINGS)
    settings = re.sub(r"(?s)\n(dependencies|\[project\.optional).*?\n\n(?=\[tool)", "\n", settings)
    module = re.escape(MODULES.get(name, name.replace("-", "_")))
    imported = rf"^\s*(import|from) {module}\b|importorskip\(.{module}\b|\"-m\", \"{module}\""
    assert re.search(imported, code, re.M) or re.search(
        rf"(?<![\w-]){re.escape(USES.get(name, name))}(?![\w-])",
        settings + (code if name in USES else ""),
    ), f"nothing uses {name}"


PERMISSIVE = re.compile(
    r"\b(0?BSD|MIT|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|CC0|Zlib|HPND)\b"
)
OTHERS = {"igraph": "GPL-2.0-or-later: imported, never shipped with the library",
          "docutils": "public domain and BSD; the GPL is an editor's, for its files",
          "axe-playwright-python": "says nothing; its LICENSE file is MIT's"}  # fmt: skip


def licence(package):
    """Return what a package says of its licence: the expression, a classifier, or its first line."""
    said = (
        package.get("License-Expression"),
        *package.get_all("Classifier", []),
        package.get("License"),
    )
    words = [word for word in said if word and (word == said[0] or word.startswith("License ::")
                                                or word == said[-1])]  # fmt: skip
    return " ".join(word.splitlines()[0] for word in words)


def test_every_package_that_is_pinned_may_be_used_by_anyone():
    lock = pinned((ROOT / "requirements.lock").read_text("utf-8"))
    here = {name_of(d.metadata["Name"]): d.metadata for d in distributions()}
    assert len(here.keys() & lock.keys()) > 100
    strange = {name: said for name in here.keys() & lock.keys()
               if not PERMISSIVE.search(said := licence(here[name])) or "GPL" in said}  # fmt: skip
    assert strange.keys() <= OTHERS.keys(), strange
    assert "igraph" in strange, "the search finds what it should"
