"""What the library's code never does, and what its dependencies are for."""

import ast
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


def faults(source):
    """Yield what is forbidden in a file: imports, calls, pickles let in, shells."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
        else:
            names = []
        yield from (name for name in names if {name, name.split(".")[0]} & FORBIDDEN)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            last = "" if re.search(r"(^re|\.str)\.\w+$", called) else called.rpartition(".")[2]
            if {called, last} & CALLS:
                yield called
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if called in ("np.load", "numpy.load") and given.get("allow_pickle") != "False":
                yield "np.load with pickles"
            if given.get("allow_pickle", "False") != "False" or given.get("shell") == "True":
                yield f"{called}({given})"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nothing_is_unpickled_run_unpacked_or_asked_for_elsewhere(path):
    assert list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("import pickle", "pickle"),
        ("from xml.etree import ElementTree", "xml.etree"),
        ("from urllib import request", "urllib.request"),
        ("import numpy as np\nnp.load('a.npy')", "np.load with pickles"),
        ("np.load('a.npy', allow_pickle=True)", "np.load with pickles"),
        ("np.save('a.npy', x, allow_pickle=True)", "np.save({'allow_pickle': 'True'})"),
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
