"""Say which of the installed packages are other versions than requirements.lock pins.

`make test-newest` installs the newest releases that pyproject.toml admits beside the pinned ones,
prints this, so that a failure names its suspects, and runs the tests on them. With a page as
argument, once they have passed, the figure is written into its table (`make test-long`).
"""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

from tests.figures import row, write

CLAIM = "The tests pass on the newest releases that are admitted, beside those that are pinned"


def name_of(text):
    """Return the name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def pinned(lock):
    """Return name and version of every package that a lock pins."""
    return {name_of(name): version for name, version in
            re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.M)}  # fmt: skip


def differing(pins, installed):
    """Yield a line for each package that is here in another version, or is not pinned at all."""
    for name in sorted(installed):
        if pins.get(name) != installed[name]:
            yield f"{name:<28} {pins.get(name, 'not pinned'):>16} -> {installed[name]}"


def main(*pages):
    lock = (Path(__file__).parents[1] / "requirements.lock").read_text("utf-8")
    here = {name_of(d.metadata["Name"]): d.version for d in distributions()}
    for ours in ("karma-lib", "pip", "setuptools"):
        here.pop(ours, None)
    lines = list(differing(pinned(lock), here))
    told = f"{len(lines)} of {len(here)} packages differ"
    print("\n".join([f"{told}:", *lines]))
    for page in map(Path, pages):
        write(page, row(CLAIM, f"{told}; all that ran passed", "tests/newest.py::main"))


if __name__ == "__main__":
    main(*sys.argv[1:])
