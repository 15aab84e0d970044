"""Every default is the one that the docstring states: of models, measures and theory."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest

from karma_lib import measures, models, theory

NAMES = [
    info.name
    for package in (models, measures, theory)
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not info.ispkg
]
IN_WORDS = {"never": 2**31 - 1, "48 ones": (1.0,) * 48}


def documented(module):
    """Yield what a module defines: functions, classes and their methods."""
    for thing in vars(module).values():
        if getattr(thing, "__module__", None) == module.__name__:
            if inspect.isclass(thing):
                yield from filter(inspect.isfunction, vars(thing).values())
            if inspect.isclass(thing) or inspect.isfunction(thing):
                yield thing


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_as_stated(name):
    for thing in documented(import_module(name)):
        lines = re.findall(
            r"^(\w+(?:, \w+)*) : .*?\bdefault (.+)$", inspect.getdoc(thing) or "", re.M
        )
        for fields, text in lines:
            several = fields.split(", ")
            stated = re.split(", | and ", text) if len(several) > 1 else [text]
            for field, value in zip(several, stated * (len(several) // len(stated)), strict=True):
                default = inspect.signature(thing).parameters[field].default
                wanted = IN_WORDS[value] if value in IN_WORDS else eval(value, {})
                assert default == wanted, (thing, field)
                assert isinstance(default, bool) == isinstance(wanted, bool), (thing, field)
