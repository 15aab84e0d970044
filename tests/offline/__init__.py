"""The tests stay on this machine: whoever asks for another one fails, by name.

Refused is every address, also the data registry's; those do not fail a test, because that is how
the library is shown a day without a network. A refusal that somebody swallows fails all the same.
Compiled code that opens sockets by itself, and programs that are no Python, are out of its reach.
"""

import csv
import os
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.offline.sitecustomize import NOTES


def python_path(*folders):
    """Return a PYTHONPATH with which a child stays on this machine too."""
    old = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    places = [str(Path(__file__).parent), *map(str, folders), *filter(None, old)]
    return os.pathsep.join(dict.fromkeys(places))


@cache
def known():
    """Return the hosts of the data registry, as it is committed and whatever a test puts there."""
    table = Path(__file__).parents[2] / "data" / "registry.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        return {urlsplit(row["url"]).hostname for row in csv.DictReader(rows)}


class Guard:
    def __init__(self, notes):
        self.notes, self.seen = notes, 0

    def asked(self):
        """Return the strange hosts that were asked for since this was last called."""
        lines = self.notes.read_text("utf-8").splitlines()
        new, self.seen = lines[self.seen :], len(lines)
        return sorted(set(new) - known())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        try:
            return (yield)
        finally:
            if hosts := self.asked():
                pytest.fail(
                    f"No test may leave this machine; this one asked for {', '.join(hosts)}."
                )

    pytest_runtest_setup = pytest_runtest_teardown = pytest_runtest_call

    def pytest_sessionfinish(self):
        self.notes.unlink()


def pytest_configure(config):
    handle, notes = tempfile.mkstemp(prefix="asked-")
    os.close(handle)
    os.environ |= {NOTES: notes, "PYTHONPATH": python_path()}
    config.pluginmanager.register(Guard(Path(notes)), "stays on this machine")
