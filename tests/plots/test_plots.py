"""What is drawn, and colours that everybody can tell apart."""

from itertools import combinations

import matplotlib.colors as mcolors
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import karma_lib as kl
from karma_lib import plots
from tests.colours import VISION, apart, ciede2000, contrast


@pytest.mark.parametrize("vision", VISION)
def test_colours_can_be_told_apart(vision):
    assert min(apart(a, b, vision) for a, b in combinations(plots.COLOURS, 2)) > 20


def test_colours_stand_out_from_white():
    assert min(contrast(colour, (1, 1, 1)) for colour in plots.COLOURS) >= 3


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425), ((50, 0, 0), (50, -1, 2), 2.3669),
     ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792), ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
     ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461), ((50, 2.5, 0), (73, 25, -18), 27.1492),
     ((50, 2.5, 0), (58, 24, 15), 19.4535), ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
     ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373)],
)  # fmt: skip
def test_the_distance_is_the_published_one(one, other, distance):
    """Test pairs of Sharma, Wu & Dalal 2005, chosen where implementations go wrong."""
    assert ciede2000(one, other) == pytest.approx(distance, abs=5e-5)
    assert ciede2000(other, one) == pytest.approx(distance, abs=5e-5)


def test_a_palette_that_half_of_the_red_green_blind_confuse_would_fail():
    usual = [mcolors.to_rgb(f"tab:{name}") for name in ("blue", "orange", "green", "red")]
    assert min(apart(a, b, "no green cones") for a, b in combinations(usual, 2)) < 10
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(*[mcolors.to_rgb(c) for c in ("#767676", "#ffffff")]) == pytest.approx(
        4.54, abs=0.01
    )


def test_the_ledger_is_drawn_in_tolerances():
    table = pd.DataFrame({
        "model": ["b", "a", "a", "a"], "difference": [0.02, 0, -0.5, 1],
        "tolerance": [0.04, 0, 0.1, 0], "verdict": ["reproduced"] * 2 + ["not reproduced"] * 2,
    })  # fmt: skip
    met, missed, _ = plots.plot_ledger(table).lines
    np.testing.assert_allclose(met.get_xdata(), [0.5, 0])
    np.testing.assert_allclose(missed.get_xdata(), [5, 100])
    assert met.get_ydata().tolist() == [0, 1]
    assert met.get_marker() != missed.get_marker()
    plt.close("all")


def test_never_colour_alone():
    hours = kl.datasets.load_pile_on_hours()
    lines = plots.plot_hours(hours, ["replies", "quotes"]).lines
    assert (
        len({line.get_marker() for line in lines})
        == len({line.get_linestyle() for line in lines})
        == 2
    )
    np.testing.assert_array_equal(lines[0].get_ydata(), hours["replies"])
    plt.close("all")


def test_plot_spread_draws_everybody_once():
    town = kl.generators.small_world(30, 4, 0.1, rng=1)
    run = kl.Threshold(threshold=0.2).run(town, n_steps=20, rng=1)
    figure = plots.plot_spread(run, [0, -1], plots.layout(town))
    for ax, i in zip(figure.axes, [0, -1], strict=True):
        out, joined = (len(marks.get_offsets()) for marks in ax.collections[1:])
        assert (out, joined) == ((~run.frames[i][1]).sum(), run.frames[i][1].sum())
    plt.close("all")


def test_plot_echoes_sets_what_is_said_against_what_is_heard():
    path = kl.Graph.from_edges([(0, 1), (1, 2)], 4)
    said = np.array([1.0, 0.0, -0.5, 0.3])
    figure = plots.plot_echoes(
        {"path": (path, said), "turned": (path, -said), "again": (path, said)}
    )
    assert len(figure.axes) == 3
    dots = figure.axes[0].collections[0].get_offsets()
    np.testing.assert_allclose(dots[:3], [[1, 0], [0, 0.25], [-0.5, 0]])
    assert np.ma.getmaskarray(dots)[3].any(), "who hears nobody has no place"
    r = np.corrcoef([1, 0, -0.5], [0, 0.25, 0])[0, 1]
    assert figure.axes[0].get_title() == f"path: r = {r:.2f}"
    assert (figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()) == (
        "what one says", "mean of what one hears")  # fmt: skip
    plt.close("all")


def test_plot_courses_draws_a_line_a_person_in_the_colour_of_their_side():
    model = kl.ActivityDrivenOpinions(controversialness=3, homophily=0, n_contacts=2)
    runs = {
        name: model.run(kl.Graph.from_edges([], 30), n_steps=40, record_every=20, rng=rng)
        for rng, name in enumerate(("one", "other"))
    }
    figure = plots.plot_courses(runs)
    assert [ax.get_title() for ax in figure.axes] == ["one", "other"]
    for ax, run in zip(figure.axes, runs.values(), strict=True):
        above, below = (np.array(lines.get_segments()) for lines in ax.collections)
        assert len(above) == (run.final > 0).sum()
        assert len(above) + len(below) == 30
        np.testing.assert_allclose(above[:, -1, 1], run.final[run.final > 0])
        np.testing.assert_array_equal(above[0, :, 0], [0, 20, 40])
        low, high = ax.get_ylim()
        assert low < run.final.min()
        assert high > run.final.max()
    plt.close("all")


def test_plot_grid_writes_each_number_at_its_settings():
    table = pd.DataFrame({"a": [0, 0, 1, 1], "b": [5, 6, 5, 6], "share": [0.1, 0.2, 0.3, 0.4]})
    ax = plots.plot_grid(table.sample(frac=1, random_state=1), "a", "b", "share")
    ticks = [t.get_text() for t in ax.get_yticklabels()]
    assert (ax.get_xlabel(), ax.get_ylabel(), ticks) == ("a", "b", ["6", "5"]), "upwards is more"
    assert [t.get_text() for t in ax.texts] == ["0.20", "0.40", "0.10", "0.30"]
    assert ax.figure.axes[1].get_ylabel() == "share"
    plt.close("all")


def test_plot_grid_writes_figures_that_stand_out_on_every_shade():
    table = pd.DataFrame({"a": range(101), "b": 0, "share": np.linspace(0, 1, 101)})
    ax = plots.plot_grid(table, "a", "b", "share")
    shades = ax.collections[0].get_facecolors()
    inks = [mcolors.to_rgb(figure.get_color()) for figure in ax.texts]
    assert len(shades) == len(inks) == 101
    assert min(contrast(ink, shade[:3]) for ink, shade in zip(inks, shades, strict=True)) >= 4.5
    plt.close("all")


def test_plot_grid_leaves_settings_that_nobody_ran_empty():
    table = pd.DataFrame({"a": [0, 0, 1], "b": [5, 6, 5], "share": [0.0, 0.2, 1.0]})
    ax = plots.plot_grid(table, "a", "b", "share")
    ax = plots.plot_grid(table.assign(share=1 - table["share"]), "a", "b", "share", ax=ax)
    assert [t.get_text() for t in ax.texts] == ["0.20", "0.00", "1.00", "0.80", "1.00", "0.00"]
    inks = [figure.get_color() for figure in ax.texts[3:]]
    assert inks == ["black", "black", "white"]
    plt.close("all")


def test_layout_is_the_same_at_each_call():
    town = kl.generators.small_world(20, 4, 0.1, rng=1)
    np.testing.assert_array_equal(plots.layout(town), plots.layout(town))


def test_plot_theory_and_runs_draws_means_with_intervals():
    theory = pd.DataFrame({"z": [1, 2], "mean": [0.1, 0.2]})
    runs = pd.DataFrame({"z": [1, 2], "mean": [0.2, 0.3], "low": [0.1, 0.25], "high": [0.4, 0.35]})
    ax = plots.plot_theory_and_runs(theory, runs, "z", "links", "chance")
    segments = ax.collections[0].get_segments()
    np.testing.assert_allclose([s[:, 1] for s in segments], [[0.1, 0.4], [0.25, 0.35]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("links", "chance")
    plt.close("all")


def test_plot_groups_draws_each_group_with_a_look_of_its_own():
    runs = pd.DataFrame({"x": [1, 2, 1, 2], "who": list("aabb"), "mean": [0.1, 0.2, 0.3, 0.4],
                         "low": [0.0, 0.1, 0.2, 0.3], "high": [0.2, 0.3, 0.4, 0.5]})  # fmt: skip
    ax = plots.plot_groups(runs, "x", "who", "links", "chance")
    lines = [container.lines[0] for container in ax.containers]
    assert [line.get_ydata().tolist() for line in lines] == [[0.1, 0.2], [0.3, 0.4]]
    assert (
        len({line.get_marker() for line in lines})
        == len({line.get_linestyle() for line in lines})
        == 2
    )
    plt.close("all")


def test_plot_sizes_counts_shares_and_plot_map_draws_the_diagonal():
    ax = plots.plot_sizes([0, 5, 10], 10)
    assert sum(patch.get_height() for patch in ax.patches) == 3
    ax = plots.plot_map(0.25, [0.1, 0.2])
    np.testing.assert_array_equal(*ax.lines[0].get_data())
    plt.close("all")
