"""The capstone's seal notices every change of the plan, and only those."""

import json
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "notebooks" / "capstone.ipynb"
CELLS = [
    "".join(cell["source"])
    for cell in json.loads(PATH.read_text("utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


def sealed(capsys, change):
    """Run the cells of the plan, change it as a reader might, and return what the check says."""
    names = {}
    for start in ("import hashlib", "plan = {", "def seal", "SEALED = "):
        (text,) = (cell for cell in CELLS if cell.startswith(start))
        exec(text, names)
    change(names["plan"])
    capsys.readouterr()
    (check,) = (cell for cell in CELLS if cell.startswith('print("The plan is the one'))
    exec(check, names)
    return capsys.readouterr().out


def test_the_plan_as_it_stands_is_the_sealed_one(capsys):
    assert sealed(capsys, lambda plan: None) == "The plan is the one that was sealed.\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.update({"networks": 41}),
        lambda plan: plan.update({"smallest effect that matters": 0.05}),
        lambda plan: plan.update({"rule": plan["rule"] + " "}),
        lambda plan: plan.pop("left out"),
    ],
)
def test_a_changed_plan_is_told(capsys, change):
    assert "NOT the one that was sealed" in sealed(capsys, change)


def test_the_order_of_the_lines_does_not_matter(capsys):
    def turn_round(plan):
        lines = list(plan.items())
        plan.clear()
        plan.update(reversed(lines))

    assert sealed(capsys, turn_round) == "The plan is the one that was sealed.\n"


def test_the_study_takes_its_numbers_from_the_plan():
    """Every key of the plan but the words is read by a later cell."""
    names = {}
    (text,) = (cell for cell in CELLS if cell.startswith("plan = {"))
    exec(text, names)
    later = "\n".join(CELLS[CELLS.index(text) + 1 :])
    for key in [key for key, value in names["plan"].items() if not isinstance(value, str)]:
        assert f'plan["{key}"]' in later, key
