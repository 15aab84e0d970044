import re
import warnings

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from karma_lib import lesson
from karma_lib.lesson.catalogue import badge
from karma_lib.lesson.figures import contents


def line(points=5):
    ax = plt.subplots()[1]
    ax.plot(np.arange(points), np.arange(points) ** 2)
    ax.set(xlabel="time", ylabel="posts")
    return ax


def test_show_prints_the_numbers_and_returns_picture_and_words(capsys):
    picture = lesson.show(line(), "Posts rise to 16.", numbers=pd.DataFrame({"posts": [16]}))
    assert capsys.readouterr().out == " posts\n    16\n"
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert re.match(
        r'<figure><img alt="Posts rise to 16." src="data:image/png;base64,', bundle["text/html"]
    )
    assert bundle["text/plain"].splitlines() == [
        "Figure: Posts rise to 16.", "x 'time', y 'posts'", "  line: 5 points, x 0 to 4, y 0 to 16"]  # fmt: skip
    assert not plt.get_fignums(), "the figure is closed"


def test_a_picture_has_the_same_bytes_at_each_run():
    assert lesson.Picture(line(), "a").html == lesson.Picture(line(), "a").html


def test_the_words_see_what_pixels_would_hide():
    assert lesson.Picture(line(5), "a").text != lesson.Picture(line(6), "a").text


def test_each_kind_of_drawing_has_its_line_in_words():
    figure, (left, right) = plt.subplots(ncols=2)
    left.bar([0, 2], [3, 5], width=1)
    left.scatter([1, 4], [2, 8])
    left.fill_between([0, 1], [1, 1], [2, 3])
    left.plot([0, 1], [np.nan, np.nan])
    left.set(xlabel="day", ylabel="posts")
    right.plot([0.1, 0.2, 0.3], [5, 6, 7])
    right.set_xticks([])  # as where a network is drawn: its places mean nothing
    words = contents(figure)
    plt.close(figure)
    assert words[0] == "x 'day', y 'posts'"
    assert words[1] == "  marks: 2 points, x 1 to 4, y 2 to 8"
    assert words[2].endswith("points, x 0 to 1, y 1 to 3")
    assert words[3] == "  2 bars: 10 points, x -0.5 to 2.5, y 0 to 5"
    assert words[4:] == ["x '', y ''", "  line: 3 points"], "a line of nothing has no range"


def test_setup_makes_warnings_errors_and_numbers_short():
    widths = ("display.width", 80, "display.max_columns", 20, "display.precision", 6,
              "display.max_colwidth", 50)  # fmt: skip
    with (
        warnings.catch_warnings(), plt.rc_context(), np.printoptions(), pd.option_context(*widths)
    ):  # fmt: skip
        lesson.setup()
        with pytest.raises(DeprecationWarning, match="old"):
            warnings.warn("old", DeprecationWarning, stacklevel=1)
        assert repr(np.array([1e-9, 1 / 3])) == "array([0.   , 0.333])"
        assert pd.DataFrame({"x": [1 / 3, 20_000.5]}).to_string(index=False).split()[1] == "0.333"
        assert plt.rcParams["axes.formatter.min_exponent"] == 5


def test_alt_text_is_escaped():
    html = lesson.Picture(line(), 'a "quoted" <b>').html
    assert 'alt="a &quot;quoted&quot; &lt;b&gt;"' in html


@pytest.mark.parametrize("alt", ["", "x" * 251])
def test_alt_text_has_1_to_250_characters(alt):
    with pytest.raises(ValueError, match=f"alt must have 1 to 250 characters; got {len(alt)}"):
        lesson.Picture(line(), alt)
    plt.close("all")


def draw(power):
    ax = plt.subplots()[1]
    ax.plot([1, 2], [1, 2**power])
    return ax, f"Last value {2**power} with power {power}."


def test_explorer_is_readable_without_a_kernel():
    explorer = lesson.Explorer(draw, power=widgets.IntSlider(2, min=0, max=5))
    bundle = explorer._repr_mimebundle_()
    assert 'alt="Last value 4 with power 2."' in bundle["text/html"]
    assert bundle["text/plain"] == "Explorer: Last value 4 with power 2."
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_explorer_pairs_a_slider_with_a_named_box_and_redraws():
    explorer = lesson.Explorer(draw, power=widgets.IntSlider(2, min=0, max=5))
    box, slider = explorer.panel.children[0].children
    assert (box.description, slider.continuous_update, slider.readout) == ("power", False, False)
    box.value = 3
    assert slider.value == 3
    assert "Last value 8" in explorer.picture.value
    assert "Last value 8" in explorer.summary.value


def test_explorer_takes_other_controls():
    explorer = lesson.Explorer(draw, power=widgets.Dropdown(options=[1, 2], value=1))
    assert explorer.panel.children[0].description == "power"


def test_a_broken_explorer_is_loud_and_recovers():
    def fragile(power):
        if power == 4:
            raise ZeroDivisionError("no <such> power")
        return draw(power)

    explorer = lesson.Explorer(fragile, power=widgets.IntSlider(2, min=0, max=5))
    with pytest.raises(ZeroDivisionError):
        explorer.controls["power"].value = 4
    assert 'role="alert"' in explorer.picture.value
    assert "no &lt;such&gt; power" in explorer.picture.value
    explorer.controls["power"].value = 3
    assert "alert" not in explorer.picture.value


def test_explorer_has_one_to_three_controls():
    with pytest.raises(ValueError, match="controls must be 1 to 3 widgets; got 0"):
        lesson.Explorer(draw)


@pytest.mark.parametrize(
    ("guess", "said", "kept"),
    [
        (..., "No guess yet: replace the dots by a number from 0 to 9.", None),
        (4, "Noted: 4. Now run on and see.", 4.0),
        (11, "A guess lies from 0 to 9; got 11.", None),
        ("4", "A number from 0 to 9 is wanted; got '4'.", None),
        (float("nan"), "A number from 0 to 9 is wanted; got nan.", None),
    ],
)
def test_predict_never_raises(guess, said, kept, capsys):
    assert lesson.predict(guess, 0, 9).guess == kept
    assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        (None, "You made no guess; the result is 7."),
        (7.0, "Your guess was 7, and so is the result."),
        (4.0, "Your guess was 4; the result is 7. You were off by 3."),
    ],
)
def test_a_guess_is_held_against_the_result(guess, said, capsys):
    lesson.Prediction(guess).against(7)
    assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (..., "Not answered yet"),
        (0.5, "Right."),
        (0.5004, "Right."),
        (50, "Not yet. In percent."),
        (50.4, "Not yet. In percent."),
        (0.503, "Not yet. That is near: work it out more exactly."),
        (2.1, "Not yet.\n"),
        (3, "Not yet.\n"),
        ("x", "A number is wanted; got 'x'."),
        (None, "A number is wanted; got None."),
    ],
)
def test_an_exercise_never_raises_and_names_the_trap(answer, said, capsys):
    lesson.Exercise(0.5, ["First.", "Second."], {50: "In percent.", 2: "A count."}).check(answer)
    assert capsys.readouterr().out.startswith(said)


def test_hints_come_in_stages(capsys):
    lesson.Exercise(1, ["First.", "Second."]).check(..., hints=1)
    assert capsys.readouterr().out.splitlines()[1:] == ["Hint 1: First."]


def test_a_finding_has_effect_interval_n_and_seeds():
    box = lesson.finding("It tips.", effect="0.87", interval=(0.85, 0.89), n="40 runs", seed="1")
    assert box.data == (
        "> **Finding.** It tips.  \n> Effect: **0.87**, 95 % interval 0.850 to 0.890; n = 40 runs; seeds: 1."
    )


def test_a_notebook_without_a_badge_is_refused(tmp_path):
    path = tmp_path / "07_what.ipynb"
    path.write_text('{"cells": [{"source": ["# What?"]}]}')
    with pytest.raises(ValueError, match=r"07_what.ipynb must begin with a title and a badge line"):
        badge(path)


def test_a_finding_shows_tags_and_runs_none():
    said = lesson.finding(
        "<script>x</script> p < 0.05", effect="a<b", interval=(0, 1), n="1", seed="1"
    )
    assert "&lt;script>x&lt;/script> p < 0.05" in said.data
    assert "a&lt;b" in said.data
