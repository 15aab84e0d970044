"""What the library's code never does, and what its dependencies are for."""

import ast
import re
import tomllib

import pytest

from karma_lib.study import ROOT
from tests.code_lines import SOURCES

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
    "os.popen", "extractall", "extract", "unpack_archive", "mktemp", "set_option",
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
            if {called, called.rpartition(".")[2] if called != "re.compile" else ""} & CALLS:
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


def test_only_the_store_knows_how_to_fetch():
    users = {path.name for path in SOURCES if re.search(r"\bpooch\b", path.read_text("utf-8"))}
    assert users == {"_store.py"}
    assert "https://" not in "".join(
        line for path in SOURCES for line in path.read_text("utf-8").splitlines()
        if re.search(r"(urlopen|fetch|get|load)\([^)]*https?://", line)
    )  # fmt: skip


MODULES = {
    "python": [], "scikit-learn": ["sklearn"], "pillow": ["PIL"], "vadersentiment": ["vaderSentiment"],
    "ipython": ["IPython"], "pytest-xdist": ["-n2"], "nbval": ["--nbval"], "jupyterlab": ["jupyterlab"],
    "axe-playwright-python": ["axe_playwright_python"], "myst-nb": ["myst_nb"],
    "pydata-sphinx-theme": ["pydata_sphinx_theme"], "sphinx-mathjax-offline": ["sphinx-mathjax-offline"],
    "pre-commit": ["pre-commit"], "hatchling": ["hatchling.build"], "editables": ["editables"],
    "pytest-cov": ["--cov"],
}  # fmt: skip
"""Dependencies that are not imported under their own name, and the word that shows their use."""


def entries():
    """Yield every dependency as it stands in pyproject.toml, with what is said of it."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for entry in (entry for group in groups for entry in group):
        line = next(line for line in text.splitlines() if f'"{entry}"' in line and line[0] == " ")
        yield re.match(r"[\w.-]+", entry)[0], line.partition("#")[2].strip()


@pytest.mark.parametrize(("name", "why"), list(entries()), ids=[name for name, _ in entries()])
def test_each_dependency_says_why_and_is_used(name, why):
    assert why, f"pyproject.toml does not say what {name} is for"
    sought = MODULES.get(name, [name.replace("-", "_")])
    places = [*ROOT.glob("karma_lib/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("docs/**/*.py"),
              ROOT / ".pre-commit-config.yaml", ROOT / "Makefile"]  # fmt: skip
    text = "\n".join(path.read_text("utf-8") for path in places if path.name != "test_code.py")
    settings = (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.hatch")[1]
    build = re.search(
        r"\[build-system\].*?\n\n", (ROOT / "pyproject.toml").read_text("utf-8"), re.S
    )[0]
    for word in sought:
        used = rf"^\s*(?:import|from)\s+{re.escape(word)}\b|importorskip\(.{re.escape(word)}\b"
        assert (
            re.search(used, text, re.M)
            or (name in MODULES and word in text + settings + build)
            or (re.search(rf"-m\W+{re.escape(word)}\b|\"{re.escape(word)}\"", text))
        ), f"nothing uses {name}"
