from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from karma_lib import datasets, measures, storms
from tests.datasets.test_loaders import wanted

START = pd.Timestamp("2026-03-02 09:30", tz="UTC")


def at(video, hours, **more):
    """Comments on a video, so many hours after the start."""
    times = START + pd.to_timedelta(np.asarray(hours, float) * 3600, unit="s")
    return pd.DataFrame({"video_id": video, "created_at": times, **more})


def storm(video="1", rng=1):
    """Ten a day for three days, then 300 within two hours, then a tail."""
    own = np.random.default_rng(rng)
    hours = [own.uniform(0, 72, 30), own.uniform(72, 74, 300), 74 + own.exponential(6, 100)]
    return at(video, np.concatenate(hours))


def test_series_counts_each_window_and_keeps_the_empty_ones():
    comments = pd.concat([
        at("1", [0, 0.4, 0.6, 3], author_key=["a", "b", "b", "a"],
           parent_comment_id=[None, None, "7", None]),
        at("2", [0], author_key=["c"], parent_comment_id=[None]),
    ]).sample(frac=1, random_state=0)  # fmt: skip
    table = storms.series(comments)
    assert table["video_id"].tolist() == ["1", "1", "1", "1", "2"]
    assert table["start"].iloc[:4].dt.hour.tolist() == [9, 10, 11, 12]
    assert table["comments"].tolist() == [2, 1, 0, 1, 1]
    assert table["replies"].tolist() == [0, 1, 0, 0, 0]
    assert table["people"].tolist() == [2, 1, 0, 1, 1]
    daily = storms.series(comments, every="D")
    assert daily["comments"].tolist() == [4, 1]
    assert daily["people"].tolist() == [2, 1], "not the sum over hours"


def test_series_has_no_people_where_the_source_names_none():
    table = storms.series(at("1", [0, 5], author_key=None))
    assert "people" not in table
    assert table["comments"].sum() == 2


def test_series_leaves_out_what_has_no_time_and_takes_nothing_at_all():
    comments = at("1", [0, 1])
    comments.loc[1, "created_at"] = pd.NaT
    assert storms.series(comments)["comments"].tolist() == [1]
    for table in (storms.series, storms.bursts, storms.profile):
        assert len(table(comments.iloc[:0])) == 0


def test_a_column_that_lacks_is_named():
    with pytest.raises(KeyError, match=r"comments must have the columns \['created_at'\]; it has"):
        storms.series(pd.DataFrame({"video_id": ["1"]}))


def test_ratio_by_hand():
    posts = pd.DataFrame({"comment_count": [30, 2, 0, None], "like_count": [10, 6, 0, 5],
                          "share_count": [0, 2, 0, 1]}).astype("Int64")  # fmt: skip
    table = storms.ratio(posts)
    np.testing.assert_array_equal(table["replies_per_like"], [3, 1 / 3, np.nan, np.nan])
    np.testing.assert_array_equal(table["replies_per_share"], [np.nan, 1, np.nan, np.nan])
    parts = table[["reply_part", "like_part", "share_part"]].to_numpy()
    np.testing.assert_allclose(parts, [[.75, .25, 0], [.2, .6, .2], [np.nan] * 3, [np.nan] * 3])  # fmt: skip
    assert table["ratioed"].tolist() == [True, False, False, False]


def test_ratio_warns_of_mixed_counts():
    posts = pd.DataFrame({"comment_count": [3, 2], "like_count": [1, 6], "share_count": [0, 2],
                          "source": "web", "counts_quality": ["exact", "rounded"]})  # fmt: skip
    with pytest.warns(UserWarning, match="counts_quality must be one .* got exact, rounded"):
        storms.ratio(posts)


@wanted("twitter-ratio")
def test_one_presidents_ratio_rose_when_he_took_office_and_the_others_did_not():
    """Minot et al. 2020: the regime changes between campaign and office."""
    posts = datasets.load_twitter_ratio()
    names = {"replies": "replies", "likes": "favorites", "shares": "retweets"}
    table = posts.join(storms.ratio(posts, **names)).assign(year=posts["created_at"].dt.year)
    middle = table.groupby(["source", "year"])["replies_per_share"].median()
    assert middle["figure B", 2017] > 2 * middle["figure B", 2016]
    assert middle["figure A", 2017] < middle["figure A", 2016]
    assert middle["figure B", 2017] > 2 * middle["figure A", 2017]


def test_a_planted_storm_is_found_where_it_is():
    comments = pd.concat([storm(), at("2", np.linspace(0, 70, 40))])
    table = storms.profile(comments.sample(frac=1, random_state=1)).set_index("video_id")
    assert table.index.tolist() == ["1", "2"], "most comments first"
    onset = (table.loc["1", "onset"] - START).total_seconds() / 3600
    assert 72 <= onset < 72.2
    assert table.loc["1", "peak"] in [START.floor("h") + pd.Timedelta(hours=h) for h in (72, 73)]
    hours = (storm()["created_at"] - START).dt.total_seconds() / 3600
    later = np.sort(hours[hours >= onset - 1e-6] - onset)
    expected = later[(len(later) + 1) // 2 - 1]
    assert table.loc["1", "half_life_hours"] == pytest.approx(expected)
    assert 0.6 < table.loc["1", "burst_part"] < 1
    assert pd.isna(table.loc["2", "onset"]), "evenly spaced comments are no burst"
    assert table.loc["2", "half_life_hours"] == pytest.approx(np.linspace(0, 70, 40)[19])


def test_bursts_are_those_of_the_measure():
    comments = storm()
    seconds = np.sort((comments["created_at"] - comments["created_at"].min()).dt.total_seconds())
    found, plain = storms.bursts(comments), measures.bursts(seconds)
    assert found["comments"].tolist() == plain["n_events"].tolist()
    begun = (found["start"] - comments["created_at"].min()).dt.total_seconds()
    np.testing.assert_allclose(begun, plain["start"])


def test_of_two_bursts_the_larger_one_is_the_storm():
    own = np.random.default_rng(3)
    hours = [own.uniform(0, 200, 60), own.uniform(20, 20.5, 60), own.uniform(90, 91, 300)]
    comments = at("1", np.concatenate(hours))
    assert len(storms.bursts(comments)) >= 2
    onset = storms.profile(comments)["onset"].item()
    assert 89 < (onset - START).total_seconds() / 3600 < 90.2


def test_comments_of_one_moment_have_no_burst():
    table = storms.profile(at("1", [0, 0, 0]))
    assert table[["comments", "peak_comments", "half_life_hours"]].values.tolist() == [[3, 3, 0]]
    assert pd.isna(table["onset"]).all()


def test_the_peak_is_the_hour_of_the_clock_that_series_shows():
    comments = storm()
    counts = storms.series(comments).set_index("start")["comments"]
    table = storms.profile(comments)
    assert table["peak"].item() == counts.idxmax()
    assert table["peak_comments"].item() == counts.max()


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (4, 10), (10, 10), (57, 200)])
def test_the_hostile_part_has_wilsons_interval(hits, n):
    comments = at("1", np.zeros(n))
    row = storms.hostile_part(comments, np.arange(n) < hits).iloc[0]
    exact = binomtest(hits, n).proportion_ci(method="wilson")
    assert row["part"] == hits / n
    assert [row["low"], row["high"]] == pytest.approx([exact.low, exact.high], abs=1e-12)


def test_few_comments_have_no_hostile_part_and_order_does_not_matter():
    comments = at("1", [1] * 9 + [0] * 10)
    hostile = np.array([1.0] * 9 + [0.2] * 10)
    mixed = np.random.default_rng(0).permutation(19)
    table = storms.hostile_part(comments.iloc[mixed], hostile[mixed])
    assert table["comments"].tolist() == [10, 9]
    assert table["part"].iloc[0] == pytest.approx(0.2)
    assert table[["part", "low", "high"]].iloc[1].isna().all()
    with pytest.raises(ValueError, match=r"hostile must be as long as comments, 19; got shape"):
        storms.hostile_part(comments, [True])
    with pytest.raises(ValueError, match=r"hostile must lie in \[0, 1\]; got 2"):
        storms.hostile_part(comments, np.full(19, 2))


def test_coverage_tells_what_was_not_loaded():
    videos = pd.DataFrame({"video_id": ["1", "2", "3", "4"], "comment_count": [10, 4000, 0, None]})
    comments = pd.concat([at("1", np.zeros(8)), at("2", np.zeros(1000)), at("9", np.zeros(3))])
    said = r"2 of 4 videos lie below 95%, and 3 comments have no video here"
    with pytest.warns(UserWarning, match=said):
        table = storms.coverage(videos, comments)
    assert table["loaded"].tolist() == [8, 1000, 0, 0]
    np.testing.assert_array_equal(table["part"], [0.8, 0.25, np.nan, np.nan])
    assert table["cut"].tolist() == [False, True, False, False]
    full = pd.DataFrame({"video_id": ["1"], "comment_count": [1000]})
    assert not storms.coverage(full, at("1", np.zeros(1000)))["cut"].item()
    whole = at("1", np.zeros(10))
    assert storms.coverage(videos.iloc[:1], whole)["part"].item() == 1, "and no warning"


def test_hashtags_of_few_people_are_left_out_and_edges_count_videos():
    videos = pd.DataFrame({
        "video_id": ["1", "2", "3"], "author_key": ["a", "b", "a"],
        "hashtags": [["x", "y", "x"], ["y", "x", "z"], ["z"]]})  # fmt: skip
    graph = storms.co_hashtag(videos, least=2)
    assert graph.nodes.index.tolist() == ["x", "y", "z"]
    assert graph.nodes["videos"].tolist() == [2, 2, 2]
    assert sorted(map(tuple, graph.edges().tolist())) == [(0, 1), (0, 1), (0, 2), (1, 2)]
    assert storms.co_hashtag(videos).n_nodes == 0, "ten authors by default"
    assert storms.co_hashtag(videos.iloc[:0]).n_nodes == 0


def test_co_comment_is_what_pair_by_pair_counting_gives():
    rng = np.random.default_rng(4)
    comments = pd.DataFrame({"video_id": rng.integers(15, size=300).astype(str),
                             "author_key": rng.integers(40, size=300).astype(str)})  # fmt: skip
    comments["is_creator"] = comments["author_key"] == "7"
    sets = comments[~comments["is_creator"]].groupby("author_key")["video_id"].agg(set)
    for least in (1, 2, 4):
        graph = storms.co_comment(comments, least=least)
        names = graph.nodes.index
        found = {frozenset(names[list(pair)]) for pair in graph.edges()}
        expected = {frozenset(p) for p in combinations(sets.index, 2)
                    if len(sets[p[0]] & sets[p[1]]) >= least}  # fmt: skip
        assert found == expected
        assert graph.n_edges == len(expected)
        assert graph.nodes["videos"].tolist() == [len(sets[name]) for name in names]


def test_co_comment_needs_authors():
    with pytest.raises(ValueError, match="comments must name authors; got none"):
        storms.co_comment(at("1", [0, 1], author_key=None))
