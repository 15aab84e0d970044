import hashlib

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

import karma_lib as kl
from karma_lib import Threshold, generators, summary, sweep
from karma_lib.measures import cascade_size, share


def town(mean_degree, rng):
    return generators.random_graph(200, mean_degree, rng=rng)


def table(n_replicates=20, **kwargs):
    grid = {"threshold": [0.15, 0.3], "mean_degree": [2.0, 4.0]}
    return sweep(Threshold, grid, town, measures=[share, cascade_size], n_steps=100,
                 n_replicates=n_replicates, rng=5, **kwargs)  # fmt: skip


def digest(frame):
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


def test_one_tidy_row_a_run():
    rows = table()
    assert rows.columns.tolist() == [
        "threshold",
        "mean_degree",
        "replicate",
        "share",
        "cascade_size",
    ]
    assert len(rows) == 2 * 2 * 20
    assert rows["replicate"].tolist() == list(range(20)) * 4
    np.testing.assert_allclose(rows["share"] * 200, rows["cascade_size"])


@pytest.mark.parametrize("n_jobs", [1, 2, 4])
def test_the_same_table_on_any_number_of_threads(n_jobs):
    assert (
        digest(table(n_jobs=n_jobs))
        == "78c62485ceb5974b86e7e2967cb596b303009c3d662a7de3d4ee4d5b6d5cf90a"
    )


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_the_same_table_in_pieces_of_any_size(chunk):
    pd.testing.assert_frame_equal(table(chunk=chunk, n_jobs=2), table(n_jobs=1))


def test_the_same_table_from_processes():
    with parallel_config(backend="loky", n_jobs=2):
        there = table(4, n_jobs=None)
    pd.testing.assert_frame_equal(there, table(4))


def test_more_replicates_and_more_points_keep_the_earlier_rows():
    few, many = table(5), table(12)
    kept = many[many["replicate"] < 5].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, kept)


def test_points_and_replicates_have_seeds_of_their_own():
    rows = sweep(Threshold, {"threshold": [0.18, 0.18]}, generators.random_graph(500, 2, rng=1),
                 measures=[cascade_size], n_steps=100, n_replicates=20, rng=5)  # fmt: skip
    first, second = rows["cascade_size"][:20], rows["cascade_size"][20:]
    assert first.tolist() != second.tolist()
    assert first.nunique() > 2


def test_an_instance_keeps_what_the_grid_does_not_name():
    rows = sweep(Threshold(threshold=1, seeds=[0, 1]), {"threshold": [0.0]}, generators.complete(4),
                 measures=[share], n_steps=9, n_replicates=1, rng=1)  # fmt: skip
    assert rows["share"].tolist() == [1.0]


def test_names_that_nobody_knows_are_refused():
    with pytest.raises(ValueError, match="grid must name fields of the model"):
        sweep(Threshold, {"tresh": [1]}, generators.complete(3), measures=[share], n_steps=1)


def test_a_bad_value_is_refused_before_anything_runs():
    with pytest.raises(ValueError, match=r"threshold must lie in \[0, 1\]; got 2"):
        sweep(
            Threshold, {"threshold": [0.1, 2]}, generators.complete(3), measures=[share], n_steps=1
        )


def test_progress_only_where_asked(capsys):
    table(1)
    assert capsys.readouterr().err == ""
    table(1, progress=True)
    assert "4/4" in capsys.readouterr().err


def test_summary_of_flags_is_exact():
    runs = pd.DataFrame({"g": ["a"] * 20, "hit": [True] * 5 + [False] * 15})
    row = summary(runs, "g", "hit").iloc[0]
    assert (row["mean"], row["n"]) == (0.25, 20)
    assert (row["low"], row["high"]) == pytest.approx((0.0866, 0.4910), abs=1e-4)  # Clopper-Pearson


def test_summary_of_numbers_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    runs = pd.DataFrame({"g": np.repeat(range(300), 30), "x": rng.normal(5, 2, 9_000)})
    rows = summary(runs, "g", "x")
    covered = ((rows["low"] <= 5) & (rows["high"] >= 5)).mean()
    assert 0.88 < covered < 0.98
    assert rows["mean"].iloc[0] == pytest.approx(runs["x"][:30].mean())


def test_summary_wants_a_column():
    with pytest.raises(KeyError, match="table, by value and by, must have the columns"):
        summary(pd.DataFrame({"g": [1]}), "g", "y")


def test_public_names_are_importable():
    for name in kl.__all__:
        assert getattr(kl, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kl.nothing


def test_paired_points_draw_the_same_numbers():
    graph = generators.random_graph(500, 2, rng=1)
    rows = sweep(Threshold, {"threshold": [0.18, 0.18]}, graph, measures=[cascade_size], n_steps=100,
                 n_replicates=20, rng=5, paired=True)  # fmt: skip
    assert rows["cascade_size"][:20].tolist() == rows["cascade_size"][20:].tolist()


def test_the_grid_may_hold_networks_states_and_labels():
    networks = {
        "all": generators.complete(6),
        "drawn": lambda rng: generators.random_graph(6, 5, rng=rng),
    }
    seeds = {"one": [0], "two": [0, 1]}
    rows = sweep(Threshold(threshold=1), {"graph": networks, "seeds": seeds}, measures=[cascade_size],
                 n_steps=9, n_replicates=1, rng=1)  # fmt: skip
    assert rows[["graph", "seeds"]].values.tolist() == [
        ["all", "one"],
        ["all", "two"],
        ["drawn", "one"],
        ["drawn", "two"],
    ]
    nobody, everybody = np.full(6, 5, np.int32), np.full(6, -2, np.int32)
    rows = sweep(Threshold, {"state": {"calm": nobody, "storm": everybody}}, generators.complete(6),
                 measures=[cascade_size], n_steps=3, n_replicates=1, rng=1)  # fmt: skip
    assert rows["cascade_size"].tolist() == [0, 6]
    assert (nobody == 5).all(), "a caller's state is never altered"


def test_a_grid_without_a_network_is_refused():
    with pytest.raises(ValueError, match="got no graph"):
        sweep(Threshold, {"threshold": [0.1]}, measures=[share], n_steps=1)
