"""Mutation testing: what a mutant is, that one is noticed, and how many are."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORDS = (ROOT / "docs/mutants.md").read_text("utf-8")

pytest.importorskip("resource", reason="forks and limits of CPU time are of Unix")
from tests import mutants, mutation  # noqa: E402


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x = a < b", {"x = a <= b", "x = a > b"}),
        ("x = a >= b", {"x = a > b", "x = a <= b"}),
        ("x = a == b <= c", {"x = a != b <= c", "x = a == b < c", "x = a == b >= c"}),
        ("x = a * b - c", {"x = a / b - c", "x = a * b + c"}),
        ("x += a", {"x -= a", "pass"}),
        ("x = not a or b", {"x = a or b", "x = not a and b"}),
        ("x = a[0]", {"x = a[1]"}),
        ("x: int | None = True", {"x: int | None = False"}),
        ("x: Annotated[int, Whole(1)]", {"x: Annotated[int, Whole(0)]"}),
        ("x = 0.5", {"x = 1.5"}),
        ("x = a.min()", {"x = a.max()"}),
        ("a[i] = b", {"pass"}),
        ("raise ValueError(a)", {"pass"}),
        ("for i in a: break", {"continue"}),
        ("if a: pass", {"if not a: ..."}),
        ("return (a, b)", {"return (a, a)"}),
        ('"A docstring of 0 and 1."', set()),
    ],
)
def test_a_line_is_changed_in_one_place(line, changed, tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    path = tmp_path / "case.py"
    path.write_text(f"def f(a, b):\n    {line}\n")
    found = mutants.mutants(path)
    assert {mutant["words"].split(" -> ")[1] for mutant in found} == changed
    for mutant in found:
        mutants.mutated(mutant)  # compiles
        assert mutant["place"] == "f()"


def test_the_sample_is_the_same_every_time_and_keeps_to_unchanged_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    path = tmp_path / "case.py"
    lines = [f"x{i} = a{i} + {i}" for i in range(50)]
    path.write_text("\n".join(lines))
    first = [mutant["words"] for mutant in mutants.sample(path, 10)]
    assert len(set(first)) == 10
    path.write_text("\n".join(["y = b", *lines]))
    assert [mutant["words"] for mutant in mutants.sample(path, 10)] == first


SCRIPT = """
import json
from tests import mutants, mutation as m
file, tests = "karma_lib/measures/hours.py", ["tests/measures/test_hours.py", "karma_lib/measures/hours.py"]
scan = m.forked(lambda: m.run(tests, m.Scan()).found, 300)
wanted = {name: test["seconds"] for name, test in scan.items()}
wrong = next(x for x in mutants.mutants(m.ROOT / file) if "(len(hours) + 1) // 2" in x["words"])
same = {"file": file, "node": None}
print(json.dumps({"reaching": len(m.reaching(wrong, scan)), "all": len(scan), "ends": [
    m.verdict(wrong, wanted), m.verdict(wrong, wanted, compiled=True), m.verdict(same, wanted),
    m.verdict(same, wanted, compiled=True)]}))
"""


def test_a_mutant_is_noticed_and_the_module_as_it_is_is_not():
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    found = json.loads(done.stdout)
    noticed = ["killed", "tests/measures/test_hours.py::test_peak_and_half_time_by_hand"]
    assert found["ends"] == [noticed, noticed, *[["survived", None]] * 2]
    assert 0 < found["reaching"] < found["all"], "only what reaches the function is run"


def survivors(text):
    """Return what the page says of each survivor: its words, and the kind."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text, re.M)[1:]
    return {words.replace("\\|", "|").strip("`"): kind for words, kind in rows}


def paths():
    return [path for folder in ("models", "measures")
            for path in sorted((mutants.PACKAGE / folder).rglob("*.py"))]  # fmt: skip


def sampled():
    return [m["words"] for path in paths() for m in mutants.sample(path, mutation.N_EACH)]


def test_who_is_named_as_not_noticed_is_tried_today():
    assert set(survivors(WORDS)) <= set(sampled())


def test_a_test_that_fails_on_the_library_as_it_is_stops_the_trial(monkeypatch):
    tests = {"a": {"seconds": 0.1, "quick": True}, "b": {"seconds": 0.6, "quick": False}}
    fails, tried = set(), []

    def verdict(mutant, wanted, *, compiled):
        tried.append((mutant, set(wanted), compiled))
        return ("killed", min(wanted)) if fails & set(wanted) else ("survived", None)

    monkeypatch.setattr(mutation, "verdict", verdict)
    mutation.control("same", tests)
    assert tried == [("same", {"a"}, False), ("same", {"b"}, True)]
    for name, how in {"a": "interpreted", "b": "compiled"}.items():
        fails = {name}
        with pytest.raises(SystemExit, match=f"The library as it is must pass, {how}; {name}."):
            mutation.control("same", tests)


@pytest.mark.long
def test_the_tests_notice_what_is_changed(figure):
    """Half an hour of CPU; what build/mutants.json has of the same code is not tried again."""
    subprocess.run(
        [sys.executable, "-m", "tests.mutation", "models", "measures"], cwd=ROOT, check=True
    )
    tried = json.loads(mutation.KEPT.read_text("utf-8"))["mutants"]
    ends = {words: tried[words]["verdict"] for words in sampled()}
    count, total = Counter(ends.values()), sum(len(mutants.mutants(path)) for path in paths())
    assert len(ends) >= 300
    killed = len(ends) - count["survived"]
    assert killed >= 0.85 * len(ends)
    left = {words for words, end in ends.items() if end == "survived"}
    unnamed = left - set(survivors(WORDS))
    assert not unnamed, "\n".join(["not noticed, nor named in docs/mutants.md:", *sorted(unnamed)])
    figure(
        "Tests notice when one place of the models and measures is changed",
        f"{killed} of {len(ends)} changes ({killed / len(ends):.0%}), a sample of "
        f"{mutation.N_EACH} a file from all {total:,}; of them {count['timeout']} by running out "
        f"of time and {count['crash']} by a crash; the other {len(left)} are named, with a reason",
    )
