"""Bad input: whatever is put for an argument, a sound result or a sentence that helps.

Every public name is found by walking, every argument gets bad values by the kind of its good one,
and one rule judges all outcomes (`judge`). No function has a special case.
"""

import copy
import inspect
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karma_lib import datasets
from karma_lib.datasets import privacy
from tests.input import bad, judge
from tests.input.names import found, parameters
from tests.input.recipes import RECORDS, UNCALLED, called, prepared, stored


def wants(name):
    """Return the data set that a good call reads, or nothing."""
    others = {"text": "unhealthy-conversations", "datasets.fetch": "political-blogs"}
    own = name.removeprefix("datasets.load_").replace("_", "-")
    return others.get(
        name, others.get(name.partition(".")[0], own if own in datasets.names() else None)
    )


TRIED = {name: value for name, value in found().items()
         if parameters(value) and name not in RECORDS | {*UNCALLED}
         and not (wants(name) and not datasets.available(wants(name)))}  # fmt: skip
"""What is called; without what reads data that are not here."""
SLOW = {"text", "calibrate", "sweep", "evidence.specifications", "lesson.claim_page"}
"""What takes a second a call: few examples."""
each = pytest.mark.parametrize("name", TRIED)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path_factory, monkeypatch):
    folder = Path(tmp_path_factory.getbasetemp()) / "bad-input"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv(privacy.KEY, "k" * privacy.LEAST_KEY)
    stored(folder)
    yield
    plt.close("all")


def slow(name):
    return name in SLOW or name.partition(".")[0] in SLOW


@st.composite
def spoilt(draw, value, good):
    """Draw arguments of which one is bad, now and then two; and which."""
    own = {p.name: p for p in parameters(value)}
    names = draw(
        st.lists(
            st.sampled_from([*own]), min_size=1, max_size=2 if len(own) > 1 else 1, unique=True
        )
    )
    names = names[: 1 + draw(st.sampled_from([0, 0, 0, 1]))]
    starred = {
        n
        for n in names
        if own[n].kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    }
    return names, {**good, **{n: draw(bad.drawn(good[n], n in starred)) for n in names}}


def tried(name, n_examples):
    """Call with bad arguments `n_examples` times; return how many calls were judged."""
    value, good = prepared(name, TRIED[name])
    judge.verdict(value, good, [*good])  # kernels are compiled without a limit of time
    count = 0

    @settings(max_examples=n_examples, derandomize=True, deadline=None, database=None,
              suppress_health_check=[*HealthCheck])  # fmt: skip
    @given(st.data())
    def hold(data):
        nonlocal count
        names, arguments = data.draw(spoilt(TRIED[name], prepared(name, TRIED[name])[1]))
        count += 1
        wrong = judge.verdict(value, arguments, names)
        assert wrong is None, f"{name} with bad {' and '.join(names)}: {wrong}"

    hold()
    return count


def test_every_public_callable_has_a_recipe():
    missing = []
    for name, value in TRIED.items():
        try:
            prepared(name, value)
        except KeyError as error:
            missing.append(f"{name} has no good value for {error}")
    assert not missing
    assert len(TRIED) > 350
    assert set(RECORDS) | set(UNCALLED) <= set(found()), "an exception that is none"


@each
def test_good_arguments_are_taken(name):
    value, good = prepared(name, TRIED[name])
    with judge.limited(300), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a sentence that the docstring speaks of
        called(value, copy.copy(good))
    assert judge.verdict(value, copy.copy(good), [*good]) is None


@each
def test_bad_arguments_give_a_sound_result_or_a_sentence(name):
    tried(name, 2 if slow(name) else 8)


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_many_bad_arguments_give_a_sound_result_or_a_sentence(part, figure):
    names = [*TRIED][part::8]
    cases, failures = 0, []
    for name in names:
        try:
            cases += tried(name, 20 if slow(name) else 200)
        except AssertionError as error:
            failures.append(str(error).partition("\n")[0])
    assert not failures, "\n".join(failures)
    figure(
        "Whatever is put for an argument, a sound result or a sentence that names it and what must hold",
        "{calls:,} calls of {names} public functions, classes and methods: none failed",
        calls=cases, names=len(names),
    )  # fmt: skip


@pytest.mark.parametrize("package", ["measures", "evidence", "theory", "Graph", "Hawkes"])
def test_how_memory_holds_an_array_changes_nothing(package):
    n_forms = 0
    for name in (name for name in TRIED if name.startswith(package)):
        value, good = prepared(name, TRIED[name])
        arrays = [key for key, given in good.items() if bad.kind_of(given) == "array"]
        wanted = repr(called(value, good)) if arrays else ""
        for key in arrays if " object at 0x" not in wanted else ():
            for form in bad.forms(good[key]):
                assert repr(called(value, {**good, key: form})) == wanted, (name, key)
                n_forms += 1
    assert n_forms > 5


def test_the_rule_can_fail():
    def inside(x):
        return [1, 2][x]

    def silent(x):
        return np.float64(x)

    def curt(x):
        raise ValueError("bad")

    assert judge.verdict(inside, {"x": 5}, ["x"]).startswith("builtins.IndexError")
    assert judge.verdict(silent, {"x": np.nan}, ["x"]).startswith("returned nan")
    assert judge.verdict(curt, {"x": 5}, ["x"]).startswith("unhelpful ValueError")
