"""The tests stay on this machine: the guard that holds them to it is tried here."""

import ast
import os
import subprocess
import sys

import nbformat
import pytest

from karma_lib.study import ROOT
from tests.faults import places
from tests.load import test_load
from tests.offline import known, python_path
from tests.stability import pythons, test_bits

ATTEMPTS = """
import asyncio, socket, subprocess, sys, threading, urllib.request
from contextlib import suppress
import pytest

def test_connects():
    with suppress(OSError), socket.socket() as out:
        out.connect(("192.0.2.1", 80))

def test_asks_for_a_name():
    with suppress(OSError):
        socket.getaddrinfo("name.invalid", 443)

def test_sends():
    with suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("2001:db8::1", 53))

def test_like_this_machine_only_in_name():
    with suppress(OSError):
        urllib.request.urlopen("http://127.0.0.1.invalid/")

async def leave():
    with suppress(OSError):
        await asyncio.open_connection("192.0.2.2", 80)

def test_in_a_loop():
    asyncio.run(leave())

def test_in_a_thread():
    thread = threading.Thread(target=test_connects)
    thread.start(), thread.join()

def test_in_a_child():
    code = "import contextlib, socket\\nwith contextlib.suppress(OSError): socket.create_connection(('192.0.2.3', 80))"
    subprocess.run([sys.executable, "-c", code], check=True)

@pytest.fixture
def left():
    yield
    test_connects()

def test_as_it_ends(left):
    pass

def test_fails_by_itself():
    test_connects()
    assert False, "for a reason of its own"

def test_stays():
    with socket.create_server(("127.0.0.1", 0)) as door:
        socket.create_connection(("localhost", door.getsockname()[1])).close()
    for end in socket.socketpair():
        end.close()

def test_the_registry_is_refused_and_may_be_asked_for():
    with pytest.raises(OSError, match="the tests stay on this machine"):
        socket.create_connection(("{REGISTRY}", 443))
"""
FAILS = {
    "test_connects": "192.0.2.1", "test_asks_for_a_name": "name.invalid", "test_sends": "2001:db8::1",
    "test_like_this_machine_only_in_name": "127.0.0.1.invalid", "test_in_a_loop": "192.0.2.2",
    "test_in_a_thread": "192.0.2.1", "test_in_a_child": "192.0.2.3", "test_fails_by_itself": "192.0.2.1",
}  # fmt: skip


def ran(path, *options):
    """Run pytest with the guard on one file, and nothing else of ours."""
    command = [sys.executable, "-m", "pytest", "-ptests.offline", "-c", path.parent / "no.ini",
               "-rA", "--tb=short", *options, path]  # fmt: skip
    (path.parent / "no.ini").write_text("[pytest]\n")
    given = os.environ | {"PYTHONPATH": python_path(ROOT)}
    done = subprocess.run(
        command, cwd=path.parent, env=given, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_guard_is_on(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("stays on this machine")


@pytest.mark.claim
def test_whoever_leaves_fails_by_name_and_whoever_stays_passes(tmp_path, figure):
    path = tmp_path / "test_attempts.py"
    path.write_text(ATTEMPTS.replace("{REGISTRY}", sorted(known())[0]))
    said = ran(path)
    for name, host in FAILS.items():
        assert f"FAILED test_attempts.py::{name}" in said
        assert f"No test may leave this machine; this one asked for {host}." in said
    assert "ERROR test_attempts.py::test_as_it_ends" in said
    assert "for a reason of its own" in said
    assert "PASSED test_attempts.py::test_stays" in said
    assert "PASSED test_attempts.py::test_the_registry_is_refused_and_may_be_asked_for" in said
    assert "8 failed, 3 passed, 1 error" in said
    figure(
        "No test, notebook or process of theirs asks for an address beyond this machine unnoticed",
        f"{len(FAILS) + 1} of {len(FAILS) + 1} ways out that were tried fail their test, by name",
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "127.0.0.1"])
def test_a_notebook_that_opens_a_socket_is_caught(tmp_path, host):
    path = tmp_path / "leaves.ipynb"
    code = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    socket.create_connection(('{host}', 9), 1)"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(book, path)
    said = ran(path, "--nbval-lax", "--nbval-current-env")
    away = host != "127.0.0.1"
    assert ("1 failed" if away else "1 passed") in said
    assert (f"this one asked for {host}." in said) is away


LEAVES = """
import socket
try:
    socket.create_connection(("{REGISTRY}", 443), 1)
except OSError as error:
    print(int("the tests stay on this machine" in str(error)))
"""
CHILDREN = {
    "faults.places": lambda code: places.python("-c", code).stdout,
    "load": lambda code: test_load.child(code, 1)[0],
    "stability": lambda code: test_bits.child(sys.executable, "-c", code),
}


@pytest.mark.parametrize("child", CHILDREN.values(), ids=CHILDREN)
def test_a_child_of_the_tests_is_guarded(child):
    assert float(child(LEAVES.replace("{REGISTRY}", sorted(known())[0]))) == 1


@pytest.mark.parametrize("version", pythons.SUPPORTED)
def test_a_child_of_another_python_is_guarded(version):
    """The children of `test_bits.printed`, in whichever Python: whoever asks is refused."""
    if (python := pythons.interpreter(version)) is None:
        pytest.skip(f"Python {version} is not on this machine")
    code = LEAVES.replace("{REGISTRY}", sorted(known())[0])
    assert float(test_bits.child(python, "-c", code)) == 1


def paths_set(source):
    """Yield the line of whatever sets PYTHONPATH, or takes it away, without the guard's folder."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Dict(keys, values):
                pairs = zip(keys, values, strict=True)
                values = [v for k, v in pairs if getattr(k, "value", None) == "PYTHONPATH"]
            case ast.keyword("PYTHONPATH", value):
                values = [value]
            case ast.Assign([ast.Subscript(_, ast.Constant("PYTHONPATH"))], value):
                values = [value]
            case ast.Call(
                ast.Attribute(_, "setenv" | "setdefault"), [ast.Constant("PYTHONPATH"), value]
            ):
                values = [value]
            case ast.Call(ast.Attribute(_, "delenv" | "pop"), [ast.Constant("PYTHONPATH"), *_]):
                values = [node]
            case _:
                continue
        for value in values:
            if not ast.unparse(value).startswith("python_path("):
                yield value.lineno


@pytest.mark.parametrize(
    "source",
    ["env = {**os.environ, 'PYTHONPATH': str(ROOT)}", "dict(env, PYTHONPATH=ROOT)", "env['PYTHONPATH'] = ''",
     "monkeypatch.setenv('PYTHONPATH', '.')", "env.pop('PYTHONPATH', None)", "python(PYTHONPATH=None)"],
)  # fmt: skip
def test_a_path_without_the_guard_is_found(source):
    assert list(paths_set(source)) == [1]
    assert not list(paths_set("env = {'PYTHONPATH': python_path(ROOT)}; env.get('PYTHONPATH', '')"))


def test_no_test_takes_the_guard_from_its_children():
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sorted((ROOT / "tests").rglob("*.py"))
             for line in paths_set(path.read_text("utf-8"))]  # fmt: skip
    assert found == [], "PYTHONPATH is to be python_path(...) of tests.offline"
