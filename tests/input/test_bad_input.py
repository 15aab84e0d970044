"""Bad input: whatever is put for an argument, a sound result or a sentence that helps.

Every public name is found by walking, every argument gets bad values by the kind of its good one,
and one rule judges all outcomes (`judge`). No function has a special case.
"""

import copy
import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import karma_lib as kl
from karma_lib import datasets
from karma_lib.datasets import privacy
from tests.input import bad, judge
from tests.input.exact import held
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
FORMS = {"classes": 460, "functions": 48, "evidence": 12, "lesson": 6, "measures": 220, "plots": 24, "storms": 6,
         "theory": 48, "datasets": 0, "generators": 0, "reproduction": 0, "text": 0}  # fmt: skip
"""How many forms of arrays are tried in each part, at least."""


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
    with judge.limited(300), judge.own_sentences():
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
        "Whatever is put for an argument, a sound result or a sentence that names it, says what must hold and shows what was given",
        "{calls:,} calls of {names} public functions, classes and methods: none failed",
        calls=cases, names=len(names),
    )  # fmt: skip


def package(name):
    """Return the package of a public name; classes and their methods make one part."""
    first = name.partition(".")[0]
    return "classes" if first[0].isupper() else first if "." in name else "functions"


def outcome(name, changed=None):
    """Return all that a good call returns and leaves in its arrays, some put in another form."""
    value, good = prepared(name, TRIED[name])
    arrays = {key: array for key, array in good.items() if bad.kind_of(array) == "array"}
    with judge.own_sentences():
        result = held(called(value, {**good, **(changed or {})}))
    plt.close("all")
    return result, [np.asarray({**arrays, **(changed or {})}[key]).tolist() for key in arrays]


def fitting(name, key, array):
    """Return forms of an array; a model's state keeps its type, and `advance` writes into it."""
    if key != "state" or package(name) != "classes":
        return bad.forms(array)
    kept = [form for form in bad.forms(array) if isinstance(form, np.ndarray)]
    writes = name.endswith(".advance")
    return [f for f in kept if f.dtype == array.dtype and (f.flags.writeable or not writes)]


def test_every_name_is_of_a_part():
    assert {package(name) for name in TRIED} <= set(FORMS)


@pytest.mark.parametrize("part", FORMS)
def test_how_memory_holds_an_array_changes_nothing(part):
    n_forms, differ = 0, []
    for name in (name for name in TRIED if package(name) == part):
        _, good = prepared(name, TRIED[name])
        arrays = {key: array for key, array in good.items() if bad.kind_of(array) == "array"}
        wanted = outcome(name) if arrays else None
        for key, array in arrays.items():
            for place, form in enumerate(fitting(name, key, array)):
                n_forms += 1
                try:
                    if outcome(name, {key: form}) != wanted:
                        differ.append(f"{name} with {key} in form {place}")
                except Exception as error:
                    differ.append(f"{name} with {key} in form {place}: {error!r:.150}")
    assert not differ, "\n".join(differ)
    assert n_forms >= FORMS[part]


def raises(sentence):
    def refuse(n, path: Path = Path("x"), other=1):
        raise ValueError(sentence)

    return lambda *names: judge.verdict(refuse, {"n": -1, "path": "a/my.csv", "other": 1}, names)


def test_the_rule_can_fail():
    def inside(x):
        return [1, 2][x]

    def silent(x):
        return np.float64(x)

    assert judge.verdict(inside, {"x": 5}, ["x"]).startswith("builtins.IndexError")
    assert judge.verdict(silent, {"x": np.nan}, ["x"]).startswith("returned nan")
    assert raises("n must be at least 0; got -1.")("n") is None
    assert raises("my.csv is of no known format.")("path") is None
    for names, sentence in [
        ("n", "bad"),
        ("n", "it must not be negative; got -1."),  # no argument's name, although "not" begins so
        ("n", "other must be at least n_max; got -1."),
        ("n", "n must be a whole number."),
        ("n", "n is wrong here; got -1."),
        ("n", "my.csv is of no known format."),
        ("other", "n must be at least 0; got -1."),
    ]:
        assert str(raises(sentence)(names)).startswith("unhelpful ValueError"), sentence


def test_what_others_warn_of_is_no_sentence_of_ours():
    class Ours(UserWarning):
        pass

    def warns(message, kind, module):
        def warn():
            exec("import warnings; warnings.warn(message, kind)",
                 {"__name__": module, "message": message, "kind": kind})  # fmt: skip

        return judge.verdict(warn, {}, [])

    assert warns("This is a whole sentence.", UserWarning, "karma_lib.some") is None
    assert warns("This is a whole sentence.", UserWarning, "scipy.some") is not None
    assert warns("This is a whole sentence.", Ours, "karma_lib.some") is not None
    assert warns("This is a whole sentence.", RuntimeWarning, "karma_lib.some") is not None
    assert warns("no sentence", UserWarning, "karma_lib.some") is not None


def test_a_gap_must_be_spoken_of_where_the_docstring_says_what_is_returned():
    def spoken(x):
        """Return it.

        Returns
        -------
        DataFrame
            Missing where nothing is known.
        """
        return pd.DataFrame({"made": [x]})

    def elsewhere(x):
        """Return it.

        Parameters
        ----------
        x : float
            A missing one is taken.

        Returns
        -------
        DataFrame
        """
        return kl.Tree([-1], time=[0.0]) if x == 0 else pd.DataFrame({"made": [x]})

    assert judge.verdict(spoken, {"x": np.nan}, ["x"]) is None
    assert judge.verdict(elsewhere, {"x": 0}, ["x"]) is None
    assert judge.verdict(elsewhere, {"x": np.nan}, ["x"]).startswith("returned nan")
    assert len([*judge.numbers(kl.Tree([-1], time=[0.0]))]) == 1, "an object is not looked into"


def test_what_is_held_differs_by_the_last_bit():
    table = pd.DataFrame({"x": [0.1, 0.2]})
    assert held(table) == held(table.copy())
    assert held(table) != held(table + 1e-17 * np.array([[0], [4]]))
    assert held(kl.Graph.from_edges([(0, 1)])) != held(kl.Graph.from_edges([(0, 1)], directed=True))
    assert held(np.float32([1])) != held(np.float64([1]))
    assert held(0.0) != held(-0.0)
