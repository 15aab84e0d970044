"""Every public callable, found by walking the public names: nothing to register."""

import inspect
from functools import cache
from types import ModuleType

import karma_lib as kl
from karma_lib import experiments

OWN = "karma_lib"


def listed(module):
    """Return a module's public names: what it lists, or else what it defines."""
    return getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def methods(kind):
    """Yield the public methods of a class that this library wrote, inherited ones too."""
    for name in dir(kind):
        value = inspect.getattr_static(kind, name)
        value = value.__func__ if isinstance(value, classmethod) else value
        if (
            inspect.isfunction(value)
            and not name.startswith("_")
            and value.__module__.startswith(OWN)
        ):
            yield name


def walk(module=kl, prefix=""):
    """Yield `(name, callable)`: functions, classes (how they are made) and methods."""
    for name in listed(module):
        value = getattr(module, name)
        if isinstance(value, ModuleType):
            if value.__name__.startswith(OWN):
                yield from walk(value, f"{prefix}{name}.")
        elif inspect.isclass(value):
            if not issubclass(value, Exception) and not inspect.isabstract(value):
                yield f"{prefix}{name}", value
                for method in methods(value):
                    yield f"{prefix}{name}.{method}", getattr(value, method)
        elif callable(value):
            yield f"{prefix}{name}", value


@cache
def found():
    """Return every public callable by the first name that it is found under, once."""
    names = {}
    for name, value in [*walk(), *walk(experiments, "experiments.")]:
        inherited = inspect.isclass(names.get(name.rpartition(".")[0]))
        if inherited or not any(value is old for old in names.values()):
            names.setdefault(name, value)
    return names


@cache
def parameters(value):
    """Return the parameters of a callable, without `self`."""
    given = inspect.signature(value).parameters.values()
    return [p for p in given if p.name != "self"]
