"""Every real data set, held to the counts that were measured on it."""

import gzip
import struct

import numpy as np
import pandas as pd
import pytest

from karma_lib import datasets
from karma_lib.datasets import _read
from karma_lib.tree import Tree
from tests.datasets.test_loaders import wanted

NETWORKS = {
    "conover_retweets": ("conover-retweets", 18_470, 48_053, ["side"]),
    "congress_twitter": ("congress-twitter", 475, 13_289, ["State", "Party", "Chamber"]),
    "facebook_pages": ("musae", 22_470, 171_002, ["page_type"]),
    "twitch_friends": ("musae", 7_126, 35_324, ["days", "mature", "views", "partner"]),
    "deezer_friends": ("deezer-lastfm", 28_281, 92_752, ["target"]),
    "lastfm_friends": ("deezer-lastfm", 7_624, 27_806, ["target"]),
    "finnish_retweets": ("finnish-retweets", None, None, []),
    "tiktok_hashtags": ("tiktok-hashtags", 201, 261, ["hashtag", "videos"]),
}
TABLES = {
    "rumour_threads": ("rumour-threads", 3_976),
    "auspol_retweets": ("auspol-retweets", 10_504),
    "moral_contagion": ("moral-contagion", 9_389),
    "twitter_ratio": ("twitter-ratio", 6_439),
    "unhealthy_conversations": ("unhealthy-conversations", 8_852),
    "booktok_views": ("booktok-views", 114_485),
    "youtube_audit": ("youtube-audit", 804),
    "crowd_estimates": ("crowd-estimates", 5_909),
    "twitter_wellbeing": ("twitter-wellbeing", 6_218),
    "facebook_deactivation": ("facebook-deactivation", 556),
    "headline_deliberation": ("headline-deliberation", 2_020),
    "ai_fact_check": ("ai-fact-check", 86_360),
    "news_judgement": ("news-judgement", 463),
}
NEVER = ("text", "handle", "name", "url", "user", "responseid", "ethn", "comment", "token", "race")


def _cases(table):
    return [pytest.param(name, *row, marks=wanted(row[0])) for name, row in table.items()]


@pytest.mark.parametrize(("name", "dataset", "n_nodes", "n_edges", "columns"), _cases(NETWORKS))
def test_a_network_has_the_measured_size(name, dataset, n_nodes, n_edges, columns):
    graph = getattr(datasets, f"load_{name}")()
    if n_nodes:
        assert (graph.n_nodes, graph.n_edges) == (n_nodes, n_edges)
    assert graph.nodes.columns.tolist() == columns, "nothing else"
    assert graph.nodes.index.tolist() == list(range(graph.n_nodes)), "no names"
    report = graph.nodes.attrs["report"]
    assert report["rows read"] - report["parallel rows merged"] == graph.n_edges


@pytest.mark.parametrize(("name", "dataset", "n_rows"), _cases(TABLES))
def test_a_table_has_the_measured_size_and_no_words_or_names(name, dataset, n_rows):
    if name == "ai_fact_check":
        pytest.importorskip("pyarrow")
    table = getattr(datasets, f"load_{name}")()
    assert len(table) == n_rows == table.attrs["report"]["rows read"]
    assert table.attrs["report"]["rows kept"] == n_rows
    assert not [c for c in table if c.lower() in NEVER or c.lower().endswith("_text")]
    words = table.select_dtypes(include=["object", "str"])
    if name != "news_judgement":  # published references
        assert words.map(lambda cell: len(str(cell)) < 80).all(axis=None)
        assert not words.map(lambda cell: "@" in str(cell) or "http" in str(cell)).any(axis=None)


@wanted("conover-retweets")
def test_conover_sides():
    sides = datasets.load_conover_retweets().nodes["side"].value_counts().to_dict()
    assert sides == {"community1": 9_409, "community2": 9_061}


@wanted("congress-twitter")
def test_a_member_of_congress_listens_to_those_who_come_first_in_a_row():
    graph = datasets.load_congress_twitter()
    assert graph.directed
    assert 0 in graph.sources(4)  # the first row is "0 4"
    assert graph.nodes["Chamber"].value_counts().to_dict() == {"House": 383, "Senate": 92}


@wanted("finnish-retweets")
def test_every_finnish_network_is_there():
    names = datasets.files("finnish-retweets")["file"]
    networks = [name[17:-9] for name in names if name.endswith(".edgelist")]
    assert len(networks) == 183
    reports = [
        datasets.load_finnish_retweets(name).nodes.attrs["report"]
        for name in [*networks[::15], "mets-_p2"]
    ]
    assert {report["controversial"] for report in reports} == {0, 1}
    with pytest.raises(KeyError, match=r"network.* must be in the registry"):
        datasets.load_finnish_retweets("MOON_p9")


@wanted("tiktok-hashtags")
def test_every_hashtag_graph_is_there_once():
    names = datasets.files("tiktok-hashtags")["file"]
    assert len(names) == 67
    sizes = [datasets.load_tiktok_hashtags(n[16:-5]).n_nodes for n in names]
    assert sorted(sizes)[:4] == [35, 59, 72, 201]


@wanted("disinformation-cascades")
def test_disinformation_trees():
    table = datasets.load_disinformation_cascades()
    counts = table["veracity"].value_counts().to_dict()
    assert counts == {"true": 114, "false": 99, "imprecise": 41}
    assert table.groupby("veracity")["size"].sum().to_dict() == {
        "true": 54_820, "false": 45_246, "imprecise": 27_848}  # fmt: skip
    report = table.attrs["report"]
    assert report == {"trees": 254, "posts": 127_914, "roots without a source": 0}
    assert all(np.count_nonzero(tree.parent < 0) == 1 for tree in table["tree"])


@wanted("weibo-cascades")
def test_weibo_trees():
    table = datasets.load_weibo_cascades()
    assert (len(table), table["size"].sum()) == (30, 7_147)
    assert table.attrs["report"]["roots without a source"] == 1
    assert isinstance(table["tree"][0], Tree)
    assert table["tree"][0].time[0] == 0


@wanted("auspol-retweets")
def test_auspol_cascades_begin_at_nought():
    table = datasets.load_auspol_retweets()
    assert table["cascade"].nunique() == 3_333
    assert (table.groupby("cascade")["time"].first() == 0).all()
    assert (table.groupby("cascade")["time"].diff().dropna() >= 0).all()


@wanted("rumour-threads")
def test_rumour_threads():
    table = datasets.load_rumour_threads()
    assert table["source"].value_counts().to_dict() == {
        "sydney": 1_124, "charlie": 1_053, "ferguson": 1_017, "ottawa": 782}  # fmt: skip
    assert table["stance"].notna().all()
    assert (table["post"] == table["reply_to"]).sum() == 263


@wanted("twitter-ratio")
def test_twitter_ratio():
    table = datasets.load_twitter_ratio()
    counts = table["source"].value_counts().to_dict()
    assert counts == {"figure B": 3_232, "figure A": 3_207}
    assert table["created_at"].dt.year.max() == 2017


@wanted("crowd-estimates")
def test_crowd_estimates():
    assert len(datasets.load_crowd_estimates("lorenz_2011")) == 864
    assert len(datasets.load_crowd_estimates("gurcay_2015")) == 4_448
    with pytest.raises(ValueError, match="study must be one of becker_2017"):
        datasets.load_crowd_estimates("galton_1907")


@wanted("unhealthy-conversations")
def test_words_come_only_when_asked_for():
    assert "comment" not in datasets.load_unhealthy_conversations()
    table = datasets.load_unhealthy_conversations(with_text=True)
    assert table["comment"].notna().all()
    assert table["source"].value_counts().to_dict() == {"val": 4_427, "test": 4_425}


@wanted("moral-contagion")
def test_candidates_words_come_only_when_asked_for():
    plain, full = datasets.load_moral_contagion(), datasets.load_moral_contagion(with_text=True)
    assert set(full) - set(plain) == {"text"}
    assert full["text"].str.len().between(1, 200).all()
    assert plain.attrs["report"]["columns dropped"] == 4
    assert plain["source"].value_counts().to_dict() == {"figure A": 4_700, "figure B": 4_689}


@wanted("booktok-views")
def test_booktok_views():
    table = datasets.load_booktok_views()
    assert table["hashtag"].nunique() == 11
    assert (table["hashtag"] == "fourthwing").sum() == 8_644


def test_a_pair_that_names_nobody_is_refused():
    nodes = pd.DataFrame({"side": ["a", "b"]}, index=["x", "y"])
    with pytest.raises(ValueError, match="pairs must name nodes; 1 ends are unknown"):
        _read.graph([("x", "z")], nodes)


def test_pairs_are_merged_and_counted():
    nodes = pd.DataFrame({"side": ["a", "b"]}, index=["x", "y"])
    rows = [("x", "y"), ("y", "x"), ("x", "y"), ("x", "x")]
    both = _read.graph(rows, nodes)
    assert both.nodes.attrs["report"] == {
        "rows read": 4, "parallel rows merged": 2, "self-links kept": 1}  # fmt: skip
    arcs = _read.graph(rows, nodes, directed=True)
    assert arcs.n_arcs == 3
    assert nodes.index.tolist() == ["x", "y"], "the caller's table is left alone"


def _r_file(path, body):
    head = b"RDX3\nX\n" + struct.pack(">4i", 3, 0, 0, 5) + b"UTF-8"
    path.write_bytes(gzip.compress(head + body))
    return _read.RFile(str(path))


def test_r_numbers_and_words(tmp_path):
    numbers = struct.pack(">2i3i", 13, 3, 1, 2, 3)
    assert _r_file(tmp_path / "a", numbers).item().tolist() == [1, 2, 3]
    word = struct.pack(">2i", 9, 4) + b"karm"
    assert _r_file(tmp_path / "b", word).item() == "karm"
    both = struct.pack(">2i", 19, 2) + numbers + struct.pack(">2i2d", 14, 2, 0.5, 1.5)
    first, second = _r_file(tmp_path / "c", both).item()
    assert (first.tolist(), second.tolist()) == ([1, 2, 3], [0.5, 1.5])


def test_what_r_holds_beyond_that_is_refused(tmp_path):
    with pytest.raises(ValueError, match="kind 3 at byte 32 is not one that is read here"):
        _r_file(tmp_path / "a", struct.pack(">i", 3)).item()
    (tmp_path / "b").write_bytes(gzip.compress(b"RDX2\nX\n" + bytes(20)))
    with pytest.raises(ValueError, match="must be an R data file of version 3"):
        _read.RFile(str(tmp_path / "b"))
