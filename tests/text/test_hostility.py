"""The classifier: its trial on comments it never saw, its calibration, how it is kept."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from karma_lib import _whole, storms, text
from karma_lib.text import classifier as own
from karma_lib.text import trials
from tests.datasets.test_loaders import wanted

pytestmark = wanted("unhealthy-conversations")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One training, kept in a cache of its own; the model and the place of its file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pooch.os_cache", lambda name: tmp_path_factory.getbasetemp() / name)
        place = own.model_file()
        yield own.kept_model(place), place
        own.kept_model.cache_clear()


@pytest.fixture
def no_training(monkeypatch, kept):
    """Training gives the model of the fixture, and is counted."""
    calls = []
    monkeypatch.setattr(own, "_trained", lambda: calls.append(1) or kept[0])
    own.kept_model.cache_clear()
    return calls


@pytest.fixture(scope="module")
def trial(kept):
    return text.trial(n_resamples=400, rng=1)


def test_the_trial_says_how_weak_it_is(trial):
    """What the docstring and the model's page state."""
    assert trial["value"].round(2).to_dict() == {
        "auc": 0.72, "average_precision": 0.10, "recall": 0.25, "precision": 0.10,
        "false_alarms": 0.05, "brier_skill": 0.03, "mean_probability": 0.02,
        "hostile_part": 0.02}  # fmt: skip
    assert (trial["low"] < trial["value"]).all()
    assert (trial["value"] < trial["high"]).all()
    assert trial.loc["auc", ["low", "high"]].tolist() == pytest.approx([0.67, 0.77], abs=0.015)
    assert trial.loc["auc", "low"] > 0.6, "better than chance"
    assert trial.loc["average_precision", "low"] > 0.024, "better than chance"


def test_the_measures_are_those_of_the_two_by_two_table(trial, kept):
    """From the definitions, by another road."""
    table, model = own.corpus("test"), kept[0]
    p, y = model.probability(list(table["comment"])), table["hostile"].to_numpy() == 1
    called = p >= model.line[3]
    a, b, c = (called & y).sum(), (called & ~y).sum(), (~called & y).sum()
    found = trial["value"]
    assert (y.sum(), len(y)) == (108, 4_425)
    assert found["recall"] == a / (a + c)
    assert found["precision"] == a / (a + b)
    assert found["false_alarms"] == pytest.approx(b / (len(y) - y.sum()))
    u = mannwhitneyu(p[y], p[~y]).statistic
    assert found["auc"] == pytest.approx(u / (y.sum() * (~y).sum()))


def test_test_comments_were_not_trained_on():
    parts = [set(own.corpus(part)["comment"]) for part in ("val", "test")]
    assert not parts[0] & parts[1]


def test_held_out_probabilities_come_from_models_that_had_not_seen_the_comment(kept):
    """A model knows its own comments far better than those it has not seen."""
    table = own.corpus("val")
    y = table["hostile"].to_numpy() == 1
    seen = kept[0].probability(list(table["comment"]))
    gap = [np.mean(p[y]) / np.mean(p[~y]) for p in (seen, kept[0].held_out)]
    assert gap[0] > 3 * gap[1]
    crossed = text.trial("cross-validation", n_resamples=50, rng=1)
    assert crossed.loc["auc", "value"] == pytest.approx(0.745, abs=0.01)


def test_probabilities_are_calibrated(trial, kept):
    low, high = trial.loc["hostile_part", ["low", "high"]]
    assert low < trial.loc["mean_probability", "value"] < high
    bins = text.calibration(n_bins=5, n_resamples=400, rng=1)
    assert bins["comments"].tolist() == [885] * 5
    assert bins["probability"].is_monotonic_increasing
    assert (bins["probability"].between(bins["low"], bins["high"])).sum() >= 4
    table = own.corpus("test")
    assert np.average(bins["value"], weights=bins["comments"]) == pytest.approx(
        table["hostile"].mean()
    )


def test_confusion_by_class(trial):
    found = text.confusion(n_resamples=200, rng=1)
    assert found.loc[["hostile", "not hostile"], "comments"].tolist() == [108, 4_317]
    assert found.loc["hostile", "value"] == trial.loc["recall", "value"]
    assert found.loc["not hostile", "value"] == trial.loc["false_alarms", "value"]
    called = found["called"]
    assert called["hostile"] / (called["hostile"] + called["not hostile"]) == pytest.approx(
        trial.loc["precision", "value"]
    )
    assert found.loc["antagonize", "low"] > found.loc["healthy", "high"]
    exact = np.sqrt(0.25 * 0.75 / 108)  # of a part of 108 comments
    width = found.loc["hostile", "high"] - found.loc["hostile", "low"]
    assert width == pytest.approx(2 * 1.96 * exact, rel=0.2)


def test_the_same_seed_gives_the_same_intervals(kept):
    first, second, other = (
        trials._with_interval(lambda rows: pd.Series({"mean": rows.mean()}), 50, 40, seed)
        for seed in (1, 1, 2)
    )
    assert first.equals(second)
    assert not first.equals(other)


def test_a_part_that_is_none_is_named(kept):
    with pytest.raises(ValueError, match="part must be one of test, cross-validation; got 'val'"):
        text.trial("val")


def test_storms_take_its_scores(kept):
    scores = text.hostility(["you are a vile and stupid liar"] * 10 + ["a lovely garden"] * 10)
    assert scores.shape == (20,)
    assert scores[0] > 10 * scores[-1]
    times = pd.to_datetime(["2026-03-02 09:10", "2026-03-02 10:10"], utc=True).repeat(10)
    comments = pd.DataFrame({"video_id": "1", "created_at": times})
    found = storms.hostile_part(comments, scores)["part"]
    assert found.tolist() == pytest.approx(scores[[0, -1]].tolist())
    assert text.hostility([]).shape == (0,)


def test_it_is_kept_as_plain_arrays_and_gives_the_same_numbers_again(kept, no_training):
    model, place = kept
    with np.load(place, allow_pickle=False) as held:
        assert set(held) == {"words", "pieces", "idf", "weights", "line", "held_out"}
        assert {held[name].dtype.kind for name in held} == {"U", "f"}
    texts = ["a vile liar", "a lovely garden", "", "💀", "привет"]
    again = own.kept_model(place)
    assert again is not model
    assert again.probability(texts).tolist() == model.probability(texts).tolist()
    assert not no_training
    assert [path.name for path in place.parent.iterdir()] == [place.name], "nothing half is left"


@pytest.mark.parametrize("harm", ["cut", "empty", "one byte", "another file"])
def test_a_damaged_file_is_trained_anew_with_a_sentence(kept, no_training, harm, caplog):
    model, place = kept
    whole = place.read_bytes()
    middle = len(whole) // 2
    place.write_bytes({
        "cut": whole[:middle],
        "empty": b"",
        "one byte": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
        "another file": b"PK nothing of the kind",
    }[harm])  # fmt: skip
    assert own.kept_model(place) is model
    assert caplog.messages == [f"{place.name} is damaged and is computed again."]
    assert no_training == [1]
    assert own._kept(place).line.tolist() == model.line.tolist(), "whole again"


def test_a_pickle_in_its_place_is_never_opened(kept, no_training, tmp_path):
    """Even one that is signed as what we keep is."""
    (tmp_path / "hostility.npz").write_bytes(_whole.signed(b"\x80\x04K\x01."))
    with pytest.raises(ValueError, match="allow_pickle"):
        own.kept_model(tmp_path / "hostility.npz")


def test_a_place_that_cannot_be_read_is_trained_and_said(kept, no_training, tmp_path):
    (tmp_path / "hostility.npz").mkdir()
    with pytest.warns(UserWarning, match=r"could not be written .* each start trains"):
        assert own.kept_model(tmp_path / "hostility.npz") is kept[0]


def test_what_cannot_be_kept_is_trained_and_said(kept, no_training, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.warns(
        UserWarning, match=r"could not be written \(.*\)\. Make room .* each start trains"
    ):
        own.kept_model(tmp_path / "file" / "models" / "hostility.npz")


def test_the_file_is_named_by_the_data_and_the_code(kept, monkeypatch):
    other = own.files(own.CORPUS).assign(sha256="0")
    monkeypatch.setattr(own, "files", lambda dataset: other)
    assert own.model_file() != kept[1]
    assert own.model_file().parent == kept[1].parent


def test_without_data_there_is_one_sentence(tmp_path):
    env = {**os.environ, "KARMA_DATA_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "karma_lib.text"], env=env, capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is missing in the folder that KARMA_DATA_DIR names. Put the right file" in done.stderr
