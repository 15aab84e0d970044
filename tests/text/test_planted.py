"""The classifier on a small made-up corpus, whose trial can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from karma_lib import text
from karma_lib.text import __main__ as command
from karma_lib.text import classifier as own

VILE, KIND = "you vile and stupid liar", "what a lovely garden"


def part(name, **counts):
    """Return so many comments of each text and judgement, such as `kind_hostile=4`."""
    rows = []
    for word, n in counts.items():
        said, hostile = word.split("_")
        rows += n * [(VILE if said == "vile" else KIND, float(hostile == "hostile"))]
    table = pd.DataFrame(rows, columns=["comment", "hostile"])
    judged = table["hostile"]
    return table.assign(**{"hostile:confidence": 0.8, "source": name, "healthy": 1 - judged,
                           "healthy:confidence": 1.0, "comment_id": "not a judgement"})  # fmt: skip


TRAINED = part("val", kind_hostile=4, vile_hostile=16, vile_fine=4, kind_fine=76)
TRIED = part("test", kind_hostile=10, vile_hostile=30, vile_fine=10, kind_fine=150)


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """The corpus, a cache of its own, and how often the corpus was read."""
    reads = []

    def load(*, with_text):
        reads.append(with_text)
        return pd.concat([TRAINED, TRIED])

    monkeypatch.setattr(own, "load_unhealthy_conversations", load)
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / name)
    own.kept_model.cache_clear()
    yield reads
    own.kept_model.cache_clear()


def test_it_learns_the_two_kinds_and_says_how_sure_it_is(planted):
    """16 of 20 vile comments of the training are hostile, 4 of 80 kind ones; calibration is by folds."""
    scores = text.hostility([VILE, KIND, VILE])
    assert scores[0] == scores[2]
    assert scores[:2] == pytest.approx([16 / 20, 4 / 80], abs=0.05)
    assert text.hostility([]).shape == (0,)
    assert planted == [True], "the corpus is read once, and nothing is trained for no text"


def test_what_is_kept_gives_the_same_numbers_without_training(planted):
    first = text.hostility([VILE, KIND])
    own.kept_model.cache_clear()
    assert text.hostility([VILE, KIND]).tolist() == first.tolist()
    assert len(planted) == 1


def test_a_damaged_file_is_trained_anew(planted, caplog):
    first = text.hostility([VILE])
    place = own.model_file()
    place.write_bytes(place.read_bytes()[:-40])
    own.kept_model.cache_clear()
    assert text.hostility([VILE]).tolist() == first.tolist()
    assert caplog.messages == [f"{place.name} is damaged and is computed again."]
    assert len(planted) == 2


def test_what_cannot_be_kept_is_said(planted, tmp_path):
    (tmp_path / "karma_lib").write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match=r"could not be written .* each start trains the model"):
        assert text.hostility([VILE])[0] > 0.5


def test_the_trial_by_hand(planted):
    """Hostile are 30 of 40 vile comments and 10 of 160 kind ones; the vile ones are called."""
    found = text.trial(n_resamples=200, rng=1)
    assert found["value"][["recall", "precision", "false_alarms", "hostile_part"]].tolist() == [
        3 / 4, 3 / 4, 1 / 16, 4 / 20,
    ]  # fmt: skip
    pairs = 3 * 15 + (3 * 1 + 1 * 15) / 2  # in hundreds; vile over kind; ties count half
    assert found["value"]["auc"] == pytest.approx(pairs / (4 * 16))
    assert found["value"]["average_precision"] == pytest.approx(3 / 4 * 3 / 4 + 1 / 4 * 4 / 20)
    vile, kind = text.hostility([VILE, KIND])
    errors = 3 * (1 - vile) ** 2 + vile**2 + (1 - kind) ** 2 + 15 * kind**2
    assert found["value"]["brier_skill"] == pytest.approx(1 - errors / 20 / (0.2 * 0.8))
    assert found["value"]["mean_probability"] == pytest.approx((4 * vile + 16 * kind) / 20)
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()


def test_the_folds_judge_comments_that_they_have_not_seen(planted):
    found = text.trial("cross-validation", n_resamples=20, rng=1)["value"]
    assert found[["recall", "precision", "hostile_part"]].tolist() == [0.8, 0.8, 0.2]
    assert found["auc"] < 0.95


def test_classes_are_those_with_a_judgement_of_their_own(planted):
    found = text.confusion(n_resamples=100, rng=1)
    assert found.index.tolist() == ["not hostile", "hostile", "healthy"]
    assert found["comments"].tolist() == [160, 40, 160]
    assert found["called"].tolist() == [10, 30, 10]
    assert found["value"].tolist() == [1 / 16, 3 / 4, 1 / 16]


def test_bins_hold_equally_many_by_probability(planted):
    """The first bin: the ten hostile kind comments and 90 others; the second: 60 and all vile."""
    found = text.calibration(n_bins=2, n_resamples=100, rng=1)
    assert found["comments"].tolist() == [100, 100]
    assert found["value"].tolist() == [1 / 10, 3 / 10]
    vile, kind = text.hostility([VILE, KIND])
    assert found["probability"].tolist() == pytest.approx([kind, (6 * kind + 4 * vile) / 10])
    with pytest.raises(ValueError, match=r"n_bins .*101"):
        text.calibration(n_bins=101)
    with pytest.raises(ValueError, match="part must be one of test, cross-validation; got 'train'"):
        text.trial("train")


def test_of_the_same_seed_intervals_are_the_same(planted):
    tables = [text.confusion(n_resamples=30, rng=seed) for seed in (1, 1, 2)]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])
    assert np.isfinite(tables[0][["low", "high"]]).all(axis=None)


def test_the_command_prints_the_trial(planted, capsys):
    command.main()
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["value", "low", "high"]
    assert {row[0]: row[1] for row in rows[1:]}["recall"] == "0.750"


def test_the_command_ends_with_the_sentence_that_says_what_is_missing(planted, monkeypatch):
    def absent(*, with_text):
        raise FileNotFoundError("val.csv is missing in the folder.")

    monkeypatch.setattr(own, "load_unhealthy_conversations", absent)
    with pytest.raises(SystemExit, match=r"^val\.csv is missing in the folder\.$"):
        command.main()
