import matplotlib
import numpy as np
import pandas as pd
import pytest

from karma_lib import evidence

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from karma_lib.plots import evidence as plots


@pytest.fixture(scope="module")
def fit():
    return evidence.meta(evidence.load_pool("P1"))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def _points(ax):
    """Return every marker's place, without the long lines."""
    return {(x, y) for line in ax.lines for x, y in zip(*line.get_data(), strict=True)}


def test_a_forest_shows_studies_mean_and_prediction(fit):
    ax = plots.plot_forest(fit.rows())
    assert len(ax.get_yticklabels()) == 29
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["dataset", "mean", "prediction"]
    assert (fit.beta[0], 27) in _points(ax)


def test_recalled_rows_are_grey_and_crossed():
    ax = plots.plot_forest(evidence.load(theme="targets").query("metric == 'OR'"))
    line = next(line for line in ax.lines if line.get_label() == "recalled")
    assert (line.get_color(), line.get_marker()) == (plots.GREY, "x")
    assert ax.get_xscale() == "log"


def test_a_null_result_in_words_is_no_point():
    rows = evidence.load(theme="echo-chambers")
    ax = plots.plot_forest(rows)
    places = {y for x, y in _points(ax) if isinstance(y, (int, np.integer)) and np.isfinite(x)}
    missing = rows.index[rows["estimate"].isna()]
    assert len(ax.get_yticklabels()) == len(rows)
    assert not places & set(missing)


def test_the_funnel_marks_what_was_filled(fit):
    ax = plots.plot_funnel(evidence.trim_and_fill(fit, missing="right"))
    filled = next(line for line in ax.lines if line.get_label() == "filled")
    assert len(filled.get_xdata()) == 1
    assert ax.get_ylim()[0] > ax.get_ylim()[1] == 0
    mean = next(line for line in ax.lines if line.get_label() == "common-effect mean")
    assert mean.get_xdata()[0] == pytest.approx(0.1034746)


def test_the_other_figures_draw_every_row_on_the_axes_given(fit):
    pool = evidence.load_pool("P1")
    curve = evidence.specifications(pool, evidence.REDUCTION_CHOICES, methods=["DL"])
    for plot, table in (
        (plots.plot_leave_one_out, evidence.leave_one_out(fit)),
        (plots.plot_cumulative, evidence.cumulative(fit)),
        (plots.plot_specifications, curve),
    ):
        _, ax = plt.subplots()
        assert plot(table, ax=ax) is ax
        drawn = {x for line in ax.lines for x in np.ravel(line.get_data())}
        assert set(table["estimate"]) <= drawn
    line = evidence.meta(pool, moderators=["mean_age"]).line()
    ax = plots.plot_bubble(line)
    assert isinstance(ax, Axes)
    np.testing.assert_allclose(
        np.sort(ax.collections[-1].get_offsets()[:, 1]), np.sort(pool["estimate"])
    )
    assert ax.get_xlabel() == "mean age"


def test_claims_stand_on_their_side_of_the_middle_the_first_kind_next_to_it():
    kinds = pd.CategoricalDtype(["clear", "other"])
    table = pd.DataFrame(
        {
            "label": ["a", "a", "a", "a", "b"],
            "verdict": ["mixed"] * 4 + ["untested"],
            "side": ["evidence_for", "evidence_for", "evidence_against", "context", "context"],
            "kind": pd.Series(["other", "clear", "clear", "clear", "clear"], dtype=kinds),
        }
    )
    ax = plots.plot_claims(table)
    drawn = {line.get_label(): [*zip(*line.get_data(), strict=True)] for line in ax.lines}
    assert drawn["clear"] == [(1, 0), (-1, 0)]
    assert drawn["other"] == [(2, 0)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [text.get_text() for text in ax.texts] == ["mixed", "untested"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
