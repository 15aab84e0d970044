import hashlib
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from karma_lib import Hawkes, datasets, measures, storms
from karma_lib.datasets import synthetic, tiktok
from karma_lib.datasets.synthetic import month as made

README = (synthetic.FOLDER / "README.md").read_text("utf-8")
ONSET = pd.Timestamp(made.START + made.ONSET * 3600, unit="s", tz="UTC")


@pytest.fixture(scope="module")
def month():
    return datasets.load_synthetic()


@pytest.fixture(scope="module")
def small():
    events = Hawkes(background=20, branching=0.6, decay=8).simulate(5, rng=1)
    return synthetic.world(events.times, rng=1)


def hours(table):
    return (table["created_at"] - pd.Timestamp(made.START, unit="s", tz="UTC")) / pd.Timedelta("1h")


def storm_comments(month):
    video = month.videos.loc[month.videos["comment_count"].idxmax(), "video_id"]
    return month.comments[month.comments["video_id"] == video]


def test_the_code_in_the_readme_makes_the_files_again_to_the_byte(tmp_path):
    code = re.search(r"```python\n(.*?)```", README, re.S)[1]
    exec(code.replace("data/synthetic-tiktok", tmp_path.as_posix()), {})
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {p.name for p in synthetic.FOLDER.iterdir()} - {"README.md"}
    for name in names:
        assert (tmp_path / name).read_bytes() == (synthetic.FOLDER / name).read_bytes(), name


def test_the_readme_lists_every_file_with_its_sha256():
    listed = dict(re.findall(r"^\| `([\w.-]+)` .* `(\w{64})` \|$", README, re.M))
    files = [path for path in synthetic.FOLDER.iterdir() if path.name != "README.md"]
    assert listed == {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    assert sum(path.stat().st_size for path in files) < 2 * 10**6
    assert all(path.name.startswith("synthetic-") for path in files)


def test_invented_data_never_need_a_refresh(month):
    for source in synthetic.SOURCES:
        for table in datasets.load_synthetic(source)[:3]:
            assert table.attrs["report"]["age in days"] is None
            assert not [line for line in table.attrs["report"]["warnings"] if "refresh" in line]


def test_every_table_says_that_it_is_synthetic(month):
    assert {table.attrs["synthetic"] for table in month} == {synthetic.LABEL}
    assert month.comments["author_key"].str.fullmatch(r"synthetic_\d{5}").all()
    assert month.videos["author_key"].str.startswith("synthetic_").all()
    with pytest.raises(
        ValueError, match="source must be one of zeeschuimer, research_api; got 'x'"
    ):
        datasets.load_synthetic("x")


def test_nothing_is_lost_on_the_way_through_each_format(small, tmp_path):
    synthetic.write(small, tmp_path)
    truth = small.comments.set_index("id")
    places = {"web": "zeeschuimer-comments.ndjson", "api": "research-api-comments.json"}
    for source, name in places.items():
        table = tiktok.read_comments(tmp_path / f"synthetic-{name}", pseudonymise=False)
        table = table.set_index("comment_id").loc[truth.index]
        np.testing.assert_array_equal(table["created_at"].astype("int64") // 10**6,
                                      made.seconds(truth["hour"]))  # fmt: skip
        assert table["text"].tolist() == truth["text"].tolist()
        assert (table["video_id"] == small.videos["id"][truth["video"]].to_numpy()).all()
        parents = [truth.index[row] if row >= 0 else None for row in truth["parent"]]
        assert table["parent_comment_id"].astype(object).where(lambda x: x.notna(), None).tolist() == parents  # fmt: skip
        assert table["reply_count"].tolist() == truth["replies"].tolist()
        assert table["author_key"].notna().all() == (source == "web")
        assert table.attrs.get("report", {}).get("dropped", {}) == {}
    for name in ("zeeschuimer-posts.ndjson", "research-api-videos.json"):
        table = tiktok.read_videos(tmp_path / f"synthetic-{name}", pseudonymise=False)
        table = table.set_index("video_id").loc[small.videos["id"]]
        assert table["hashtags"].map(list).tolist() == small.videos["tags"].tolist()
        for tidy, own in {"view_count": "views", "like_count": "likes", "save_count": "saves",
                          "comment_count": "counted", "share_count": "shares"}.items():  # fmt: skip
            assert table[tidy].tolist() == small.videos[own].tolist()
    acts = tiktok.read_interactions(tmp_path / "synthetic-export.json", pseudonymise=False)
    assert acts["kind"].value_counts()[lambda n: n > 0].to_dict() == small.acts["kind"].value_counts().to_dict()  # fmt: skip
    seconds = sorted(acts["occurred_at"].astype("int64") // 10**6)
    assert seconds == sorted(made.seconds(small.acts["hour"]))


def test_the_research_api_gives_no_authors_and_a_thousand_comments_at_most(month):
    api = datasets.load_synthetic("research_api")
    assert api.comments["author_key"].isna().all()
    assert len(storm_comments(month)) > 1000 == len(storm_comments(api))
    with pytest.warns(UserWarning, match="comments must cover what the videos count"):
        table = storms.coverage(api.videos, api.comments)
    assert table["cut"].sum() == 1


def test_the_storm_follows_the_events_that_it_was_given(small):
    events = Hawkes(background=20, branching=0.6, decay=8).simulate(5, rng=1)
    given = made.ONSET + made.FADE * np.expm1(events.times)
    stormy = small.comments[small.videos["storm"][small.comments["video"]].to_numpy()]
    found = np.isin(given, stormy["hour"])
    assert set(given[found]) <= set(stormy["hour"])
    assert found.sum() > 20
    clock = made.awake(given)
    asleep, alert = clock < 0.4, (clock > 0.8) & (given < made.DAYS * 24)
    assert found[alert].mean() > 2 * found[asleep].mean()
    assert not found[given >= made.DAYS * 24].any()


def test_same_seed_same_world(small):
    events = Hawkes(background=20, branching=0.6, decay=8).simulate(5, rng=1)
    again, other = (synthetic.world(events.times, rng=seed) for seed in (1, 2))
    for one, two in zip(small, again, strict=True):
        pd.testing.assert_frame_equal(one, two)
    assert not small.videos["views"].equals(other.videos["views"])
    with pytest.raises(ValueError, match="storm must be finite and at least 0; got -1"):
        synthetic.world([-1.0])


def test_ids_have_19_digits_and_tell_the_time(month):
    for table, key in ((month.videos, "video_id"), (month.comments, "comment_id")):
        assert table[key].str.fullmatch(r"\d{19}").all()
        assert table[key].is_unique
        told = table[key].map(lambda text: int(text) >> 32)
        assert (table["created_at"].astype("int64") // 10**6 - told == 30).all()


def test_attention_is_unequal_and_sleeps_at_night(month):
    assert measures.gini(month.videos["view_count"].astype(float)) > 0.6
    calm = month.comments[~month.comments.index.isin(storm_comments(month).index)]
    clock = calm["created_at"].dt.hour
    assert (clock.between(12, 19)).sum() > 2 * (clock.between(0, 7)).sum()
    written = month.comments["author_key"].value_counts()
    assert (written == 1).mean() > 0.7
    assert written.max() >= 10


def test_there_is_one_storm_with_a_sharp_onset_and_a_slow_decay(month):
    shape = storms.profile(month.comments)
    assert shape["peak_comments"].iloc[0] > 3 * shape["peak_comments"].iloc[1]
    storm = shape.iloc[0]
    assert abs(storm["onset"] - ONSET) < pd.Timedelta("15min")
    assert ONSET.floor("h") <= storm["peak"] < ONSET + pd.Timedelta("3h")
    assert 12 < storm["half_life_hours"] < 72
    ratioed = month.videos[storms.ratio(month.videos)["ratioed"]]
    assert ratioed["video_id"].tolist() == [storm["video_id"]]
    with pytest.warns(UserWarning, match="comments must cover"):
        table = storms.coverage(month.videos, month.comments).set_index("video_id")
    assert table.loc[storm["video_id"], "part"] == pytest.approx(0.93, abs=0.001)


def test_hostility_comes_with_the_storm_and_support_comes_late(month):
    told = month.comments.merge(month.tones, on="comment_id", validate="one_to_one")
    stormy = told["video_id"].isin(storm_comments(month)["video_id"]) & (
        told["created_at"] >= ONSET
    )
    since = told["created_at"] - ONSET
    early, late = stormy & (since < pd.Timedelta("6h")), stormy & (since > pd.Timedelta("72h"))
    parts = {name: told["tone"][mask].value_counts(normalize=True)
             for name, mask in {"early": early, "late": late, "calm": ~stormy}.items()}  # fmt: skip
    assert parts["early"]["hostile"] > 0.4 > 0.2 > parts["late"]["hostile"]
    assert parts["late"]["supportive"] > parts["early"]["supportive"] + 0.1
    assert parts["calm"]["hostile"] < 0.07


def test_the_words_are_invented_and_name_nobody(month):
    texts = pd.concat([month.comments["text"], month.videos["description"]])
    assert not texts.str.contains(r"@|https?:|www\.|\d{4}").any()
    assert not month.comments["text"].str.contains(r"[{}]").any()


def test_graphs_of_the_month(month):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tags = storms.co_hashtag(month.videos, least=3)
        people = storms.co_comment(month.comments)
    assert "fyp" in tags.nodes.index
    assert people.n_edges > 100
    assert people.nodes["videos"].min() >= 2
