"""Change the library in one place at a time and see whether a test notices.

`python -m tests.mutation models measures` tries a sample of the mutants of every file, the same
sample every time. For each it runs the tests that reach the changed function, kernels
interpreted, the quickest test first; who survives meets the slow ones, compiled. Before that all
of them have to pass on the library as it is. No file is changed: a fork of this process imports
the mutant in the place of its module.
`build/mutants.json` keeps what was found, so an interrupted trial goes on where it stopped.
"""

import ast
import gc
import hashlib
import json
import os
import pickle
import resource
import signal
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_file_location
from pathlib import Path

import hypothesis
import igraph  # noqa: F401  (like those below: here, so that no fork has to import it)
import networkx  # noqa: F401
import numba
import pandas  # noqa: F401
import pytest
import scipy.optimize
import scipy.sparse.csgraph
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401

from tests.mutants import PACKAGE, ROOT, mutated, sample

KEPT = ROOT / "build" / "mutants.json"
N_EACH = 10
QUICK, SLOW = 0.5, 10.0  # seconds of CPU that a test may take interpreted, and is given compiled
MOST_SLOW = 60  # what more tests than that would compile anew has to be noticed interpreted
SUITES = ["tests/models", "tests/measures", "tests/theory"]
OPTIONS = ["-o", "addopts=", "-q", "--tb=native", "--disable-plugin-autoload", "-pno:cacheprovider",
           "-ptests.figures", "-mnot long", "--doctest-modules", "--assert=plain"]  # fmt: skip
# pytest would import the files that it is given by itself, to explain their asserts.


class Instead(MetaPathFinder, Loader):
    """Import a mutant in the place of its module."""

    def __init__(self, mutant):
        self.path, self.code = ROOT / mutant["file"], mutated(mutant)

    def find_spec(self, name, path, target=None):
        if name == module_name(self.path):
            inside = [str(self.path.parent)] if self.path.stem == "__init__" else None
            return spec_from_file_location(
                name, self.path, loader=self, submodule_search_locations=inside
            )
        return None

    def exec_module(self, module):
        exec(self.code, module.__dict__)


class Scan:
    """Note of every test which functions of the library it reaches, and whether it is quick."""

    def __init__(self):
        self.found, self.failed = {}, set()

    def pytest_collection_modifyitems(self, items):
        items[:] = [  # a process of its own would run the library as it is
            item for item in items
            if not (code := getattr(getattr(item, "function", None), "__code__", None))
            or "subprocess" not in code.co_names
        ]  # fmt: skip

    def pytest_runtest_setup(self, item):
        for name, module in list(sys.modules.items()):
            if name.startswith("karma_lib"):
                for value in list(vars(module).values()):
                    getattr(value, "cache_clear", int)()
        self.began, self.reached = time.process_time(), set()
        signal.setitimer(signal.ITIMER_VIRTUAL, QUICK)
        sys.settrace(self.trace)

    def trace(self, frame, event, arg):
        code = frame.f_code
        if code.co_filename.startswith(str(PACKAGE)):
            self.reached.add((code.co_filename, code.co_qualname.split(".<locals>")[0]))

    def pytest_runtest_teardown(self, item):
        sys.settrace(None)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.found[item.nodeid] = {
            "seconds": time.process_time() - self.began,
            "places": sorted(f"{Path(file).relative_to(ROOT).as_posix()} {name}()"
                             for file, name in self.reached),
            "quick": item.nodeid not in self.failed,
        }  # fmt: skip

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)


class Trial:
    """Run the wanted tests, quickest first, each within its CPU time, until one fails."""

    def __init__(self, wanted):
        self.wanted, self.killer = wanted, None

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted((item for item in items if item.nodeid in self.wanted),
                          key=lambda item: self.wanted[item.nodeid])  # fmt: skip

    def pytest_runtest_setup(self, item):
        limit = time.process_time() + 10 + 10 * self.wanted[item.nodeid]
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), resource.RLIM_INFINITY))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.killer = report.nodeid

    def pytest_collectreport(self, report):
        if report.failed:
            self.killer = "import"


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def importers():
    """Return, for each module, itself and those that import it, at any remove."""
    paths = {module_name(path): path for path in PACKAGE.rglob("*.py")}
    direct = {name: set() for name in paths}
    for name, path in paths.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for used in (node.module, *(f"{node.module}.{a.name}" for a in node.names)):
                    direct.get(used, set()).add(name)

    def above(name, seen):
        for user in direct[name] - seen:
            above(user, seen | {name})
            seen |= {user} | above(user, seen | {name})
        return seen

    return {name: above(name, {name}) for name in paths}


def forked(work, seconds):
    """Return what `work` returns in a fork of this process, or how the fork ended."""
    read, write = os.pipe()
    gc.freeze()
    if (child := os.fork()) == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGVTALRM, too_slow)
        result = work()
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(write)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.signal(signal.SIGTERM, lambda *_: (os.kill(child, signal.SIGKILL), sys.exit(1)))
    signal.alarm(seconds)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    if said:
        return pickle.loads(said)
    return "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "crash"


def too_slow(*_):
    raise TimeoutError(f"more than {QUICK} s of CPU")


def run(files, plugin, *, mutant=None, compiled=False, fresh=()):
    """Run pytest in this process on some files, with a mutant in the place of its module."""
    hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("same")
    numba.config.DISABLE_JIT = not compiled
    if mutant:
        sys.meta_path.insert(0, Instead(mutant))
    from karma_lib import _kernels

    cached = _kernels.kernel
    if compiled:  # the cache holds machine code of the module as it is
        _kernels.kernel = lambda function: (
            numba.njit(nogil=True)(function) if function.__module__ in fresh else cached(function)
        )
    pytest.main([*OPTIONS, *(["-x"] if mutant else []), *files], plugins=[plugin])
    return plugin


def scanned(kept, folders):
    """Return what every test reaches, and a digest of the library and of all that tests it."""
    sources = [path.read_bytes() for path in sorted(PACKAGE.rglob("*.py"))]
    suites = [path for folder in SUITES for path in sorted((ROOT / folder).glob("test_*.py"))]
    own = [path for folder in folders for path in sorted((PACKAGE / folder).rglob("*.py"))]
    tests, marks = {}, []
    for path in [*suites, *own]:
        name = path.relative_to(ROOT).as_posix()
        marks.append(digest(path.read_bytes(), *sources))
        if kept["scans"].get(name, {}).get("mark") != marks[-1]:
            found = forked(lambda: run([name], Scan()).found, 1800)  # noqa: B023
            assert isinstance(found, dict), f"{name}: {found}"
            kept["scans"][name] = {"mark": marks[-1], "tests": found}
            save(kept)
            print(f"{name}: {len(found)} tests", flush=True)
        tests |= kept["scans"][name]["tests"]
    return tests, digest(*(mark.encode() for mark in marks))


def digest(*parts):
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def save(kept):
    KEPT.parent.mkdir(exist_ok=True)
    new = KEPT.with_suffix(".new")
    new.write_text(json.dumps(kept, indent=1), "utf-8")
    new.replace(KEPT)


def reaching(mutant, tests, users=()):
    """Return the tests that reach a mutant's function.

    For tests that were cut short its file is enough. What stands outside functions concerns all
    that reach the file or those of `users`, modules that import it, what is tested beside them,
    and tests that reach no function.
    """
    where, file = f"{mutant['file']} {mutant['place']}", f"{mutant['file']} "
    files = {file, *(f"karma_lib/{name[10:].replace('.', '/')}.py " for name in users)}

    def is_meant(place, test):
        if where.endswith("()"):
            return place == where if test["quick"] else place.startswith(file)
        return f"{place.split(' ')[0]} " in files

    found = {name for name, test in tests.items()
             if any(is_meant(place, test) for place in test["places"])}  # fmt: skip
    if where.endswith("()"):
        return {name: tests[name] for name in tests if name in found}
    beside = {name.split("::")[0] for name in found}
    return {name: test for name, test in tests.items()
            if name.split("::")[0] in beside or not test["places"]}  # fmt: skip


def verdict(mutant, wanted, *, compiled=False, fresh=()):
    """Try a mutant on some tests; return how it ended, and the test that noticed."""
    files = sorted({name.split("::")[0] for name in wanted})

    def work():
        trial = run(files, Trial(wanted), mutant=mutant, compiled=compiled, fresh=fresh)
        return ("killed", trial.killer) if trial.killer else ("survived", None)

    end = forked(work, 1800) if wanted else ("survived", None)
    return end if isinstance(end, tuple) else (end, None)


def attempt(mutant, tests, fresh, old, *, compiled):
    """Try a mutant on the quick tests that reach it, interpreted, or on the slow ones, compiled."""
    reach = reaching(mutant, tests, fresh)
    if compiled:
        slow = {name: SLOW for name, test in reach.items() if not test["quick"]}
        if len(slow) > MOST_SLOW:
            return "survived", None
        return verdict(mutant, slow, compiled=True, fresh=fresh)
    quick = {name: test["seconds"] for name, test in reach.items() if test["quick"]}
    last = {name: quick[name] for name in [old.get("killer")] if name in quick}
    end = verdict(mutant, last)  # first the test that noticed the last time
    return verdict(mutant, quick) if end[0] == "survived" else end


def control(same, tests):
    """Hold every test to the library as it is: one that fails there would notice any change."""
    for compiled in (False, True):
        wanted = {name: SLOW if compiled else test["seconds"] for name, test in tests.items()
                  if test["quick"] != compiled}  # fmt: skip
        end, killer = verdict(same, wanted, compiled=compiled)
        if end != "survived":
            how = "compiled" if compiled else "interpreted"
            sys.exit(f"The library as it is must pass, {how}; {killer or end}. Mend that first.")


def main(folders):
    """Try the sample of every file in some folders of the package."""
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {"scans": {}, "mutants": {}}
    tests, mark = scanned(kept, folders)
    chosen = [mutant for folder in folders for path in sorted((PACKAGE / folder).rglob("*.py"))
              for mutant in sample(path, N_EACH)]  # fmt: skip
    above = importers()
    if kept.get("control") != mark:
        control({**chosen[0], "node": None}, tests)
        kept["control"] = mark
        save(kept)
    for compiled in (False, True):
        for mutant in chosen:
            old, began = kept["mutants"].get(mutant["words"], {}), time.time()
            if old.get("mark") == mark and not (
                compiled and old["verdict"] == "survived" and not old["compiled"]
            ):
                continue
            fresh = above[module_name(ROOT / mutant["file"])]
            end, killer = attempt(mutant, tests, fresh, old, compiled=compiled)
            kept["mutants"][mutant["words"]] = {
                "verdict": end, "killer": killer, "compiled": compiled, "mark": mark,
            }  # fmt: skip
            save(kept)
            print(f"{end}: {mutant['words']} [{killer}, {time.time() - began:.1f} s]", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["models", "measures"])
