"""Every loader on a small made-up file in its source's form: what it keeps, merges and drops."""

import gzip
import hashlib
import io
import json
import struct
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from karma_lib import datasets
from karma_lib.datasets import __main__ as command
from karma_lib.datasets import _read, _store


def zipped(**files):
    held = io.BytesIO()
    with ZipFile(held, "w") as folder:
        for name, text in files.items():
            folder.writestr(name.replace("__", "."), text)
    return held.getvalue()


def csv(columns, *rows):
    return pd.DataFrame(rows, columns=columns.split()).to_csv(index=False)


@pytest.fixture
def store(monkeypatch, tmp_path):
    """A registry of made-up files, which lie in the folder of data."""

    def held(files):
        rows = []
        for name, body in files.items():
            body = body if isinstance(body, bytes) else body.encode()
            place = tmp_path / "data" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
            rows.append({"dataset": name.split("/")[0], "file": name, "bytes": len(body),
                         "url": f"https://example.org/{name}",
                         "sha256": hashlib.sha256(body).hexdigest()})  # fmt: skip
        table = pd.DataFrame(rows)
        monkeypatch.setattr(_store, "registry", lambda: table)
        monkeypatch.setenv("KARMA_DATA_DIR", str(tmp_path / "data"))

    return held


def arcs(graph):
    """Return (listener, source) pairs."""
    return sorted(zip(graph._rows().tolist(), graph.idx.tolist(), strict=True))


def test_blogs_keep_their_sides_and_lose_their_names(store):
    blogs = "".join(
        f'node [\n id {i}\n label "somebody{i}.example"\n value {side}\n ]\n'
        for i, side in ((1, 0), (2, 1), (3, 1))
    )
    links = "".join(
        f"edge [\n source {a}\n target {b}\n]\n" for a, b in ((1, 2), (1, 2), (2, 1), (3, 3))
    )
    store({"political-blogs/polblogs.gml": f"graph [\n directed 0\n{blogs}{links}]"})
    graph = datasets.load_political_blogs()
    assert arcs(graph) == [(0, 1), (1, 0), (2, 2)]
    assert graph.nodes["side"].tolist() == ["liberal", "conservative", "conservative"]
    assert graph.nodes.columns.tolist() == ["side"]
    assert graph.nodes.attrs["report"] == {
        "rows read": 4, "parallel rows merged": 1, "self-links kept": 1}  # fmt: skip


def test_retweets_come_with_the_side_of_their_list(store):
    place = "conover-retweets/{}twitter_conover.txt"
    store({place.format(""): "n70,n80,0.1\nn80,n70,0.1\nn90,n70,3\n",
           place.format("community1_"): "n70\nn80\n", place.format("community2_"): "n90\n"})  # fmt: skip
    graph = datasets.load_conover_retweets()
    assert (graph.n_nodes, graph.n_edges) == (3, 2)
    assert graph.nodes["side"].tolist() == ["community1", "community1", "community2"]


def test_a_finnish_network_is_found_by_a_name_that_lost_its_letters(store):
    store({"finnish-retweets/mets-_p2.edgelist": "5 9\n9 5\n9 12\n",
           "finnish-retweets/network_info.csv": csv("file_name controversial", ("metsä_p2.edgelist", 1))})  # fmt: skip
    graph = datasets.load_finnish_retweets("mets-_p2")
    assert arcs(graph) == [(0, 1), (1, 0), (1, 2), (2, 1)]
    report = graph.nodes.attrs["report"]
    assert (report["controversial"], report["parallel rows merged"]) == (1, 1)


def test_members_of_congress_listen_to_those_who_come_first_in_a_row(store):
    members = csv("Handle State Party Chamber", ("@a", "AA", "D", "House"), ("@b", "BB", "R", "Senate"))  # fmt: skip
    store({"congress-twitter/congress_members.csv.zip": zipped(congress_members__csv=members),
           "congress-twitter/congress_edges.dat.zip": zipped(congress_edges__dat="0 1 {'weight': 2}\n")})  # fmt: skip
    graph = datasets.load_congress_twitter()
    assert arcs(graph) == [(1, 0)]
    assert graph.nodes.columns.tolist() == ["State", "Party", "Chamber"], "no handle"


LABELLED = {
    "facebook_pages": ("musae/facebook", "id", ["page_type"]),
    "twitch_friends": ("musae/ENGB", "new_id", ["days", "mature", "views", "partner"]),
    "deezer_friends": ("deezer-lastfm/deezer", "id", ["target"]),
    "lastfm_friends": ("deezer-lastfm/lastfm", "id", ["target"]),
}


@pytest.mark.parametrize("name", LABELLED)
def test_a_labelled_network_keeps_its_labels_in_the_order_of_its_ids(store, name):
    stem, index, columns = LABELLED[name]
    rows = [(9, "somebody", *range(4)), (4, "somebody else", *range(4, 8))]
    names = ["days", "mature", "views", "partner"] if len(columns) > 1 else [*columns, "x", "y", "z"]  # fmt: skip
    store({f"{stem}_target.csv": csv(f"{index} name {' '.join(names)}", *rows),
           f"{stem}_edges.csv": csv("a b", (9, 4), (4, 9), (4, 4))})  # fmt: skip
    graph = getattr(datasets, f"load_{name}")()
    assert graph.nodes.columns.tolist() == columns
    assert graph.nodes[columns[0]].tolist() == [0, 4]
    assert graph.nodes.attrs["report"]["self-links kept"] == 1
    assert (0, 1) in arcs(graph)


def test_hashtags_that_stand_in_both_directions_are_one_link(store):
    told = {"nodes": [["karma", 7], ["storm", 3]],
            "links": [{"source": "karma", "target": "storm"}, {"source": "storm", "target": "karma"}]}  # fmt: skip
    store({"tiktok-hashtags/2022-KW22.json": json.dumps(told)})
    graph = datasets.load_tiktok_hashtags("2022-KW22")
    assert graph.n_edges == 1
    assert graph.nodes.to_dict("list") == {"hashtag": ["karma", "storm"], "videos": [7, 3]}


def test_a_reply_tree_is_read_from_its_lines(store):
    def tree(*lines):
        return "\n".join(f"['{a}','{when}']->['{b}','0.0']" for a, when, b in lines)

    lines = [("r", "0.0", "ROOT"), ("a", "5.5", "r"), ("b", "9.0", "a"), ("c", "9.5", "nobody")]
    store({
        "disinformation-cascades/True.zip": zipped(x_minf__txt=tree(*lines), notes__txt="no tree"),
        "disinformation-cascades/False.zip": zipped(y_minf__txt=tree(lines[0])),
        "disinformation-cascades/Imprecise.zip": zipped(),
    })  # fmt: skip
    table = datasets.load_disinformation_cascades()
    assert table["veracity"].tolist() == ["true", "false"]
    assert table["size"].tolist() == [4, 1]
    assert table["tree"][0].parent.tolist() == [-1, 0, 1, -1]
    assert table["tree"][0].time.tolist() == [0, 5.5, 9, 9.5]
    assert table.attrs["report"] == {"trees": 2, "posts": 5, "roots without a source": 1}


def test_paths_of_reposts_become_a_tree_in_the_order_of_time(store):
    line = "1\tx\t2016\t4\t7:0 7/8/9:60 7/8:30 7/8:45 7/8/5:60"
    store({"weibo-cascades/dataset.txt": f"{line}\n"})
    (tree,) = datasets.load_weibo_cascades()["tree"]
    assert tree.time.tolist() == [0, 30, 45, 60, 60]
    assert tree.parent.tolist() == [-1, 0, 0, 1, 1], "of two posts of one path the first counts"


def test_words_of_rumours_stay_in_the_file(store):
    store({"rumour-threads/ottawa.txt": "1\t10\t10\t0\t0.0\t2\t1:1 2:1\n1\t11\t10\t3\t0.5\t1\t4:1\n",
           "rumour-threads/sydney.txt": "2\t20\t20\t2\t0.0\t1\t9:2\n"})  # fmt: skip
    table = datasets.load_rumour_threads()
    assert table["source"].tolist() == ["ottawa", "ottawa", "sydney"]
    assert table["stance"].tolist() == ["support", "comment", "query"]
    assert table.columns.tolist() == ["source", "rumour", "post", "reply_to", "stance", "hours"]


def word(text):
    return struct.pack(">2i", 9, len(text)) + text.encode()


def symbol(text):
    return struct.pack(">i", 1) + word(text)


def seen(number):
    return struct.pack(">i", number << 8 | 255)


def integers(*values):
    return struct.pack(f">{2 + len(values)}i", 13, len(values), *values)


def reals(*values):
    return struct.pack(f">2i{len(values)}d", 14, len(values), *values)


def items(*parts, attributes=b""):
    flags = 19 | (0x200 if attributes else 0)
    return struct.pack(">2i", flags, len(parts)) + b"".join(parts) + attributes


NOTHING = struct.pack(">i", 254)


def pairs(*tagged, end=NOTHING, flags=0):
    """Return a pairlist in bytes: (tag or nothing, value), and what stands at its end."""
    return b"".join(
        struct.pack(">i", 2 | flags | (0x400 if tag else 0)) + tag + value for tag, value in tagged
    ) + end  # fmt: skip


def wrapped(vector, attributes=NOTHING):
    about = pairs((b"", symbol("wrap_real")), (b"", symbol("base")))
    return struct.pack(">i", 238) + about + pairs((b"", vector), end=integers(0, 0)) + attributes


def r_file(*parts):
    head = b"RDX3\nX\n" + struct.pack(">4i", 3, 0, 0, 5) + b"UTF-8"
    return gzip.compress(head + b"".join(parts))


def test_cascades_are_read_from_r_without_the_accounts(store):
    names = pairs((symbol("names"), items(word("magnitude"), word("time"), word("user"))))
    again = pairs((seen(2), items(word("magnitude"), word("time"), word("user"))))
    first = items(reals(7, 2), reals(0, 1.5), integers(501, 502), attributes=names)
    second = items(wrapped(reals(9)), wrapped(reals(0)), integers(503), attributes=again)
    store({"auspol-retweets/auspol.rda": r_file(pairs((symbol("auspol"), items(first, second))))})
    table = datasets.load_auspol_retweets()
    assert table.to_dict("list") == {
        "cascade": [0, 0, 1], "time": [0, 1.5, 0], "followers": [7, 2, 9]}  # fmt: skip
    assert table.attrs["report"]["rows kept"] == 3


def test_attributes_of_what_r_holds_are_read_and_passed_over(tmp_path):
    """A pairlist with attributes; a wrapped vector with some; a symbol that comes twice."""
    noted = pairs((symbol("a"), integers(1)), flags=0x200).replace(
        struct.pack(">i", 0x602), struct.pack(">i", 0x602) + pairs((symbol("note"), reals(3)))
    )
    (tmp_path / "x").write_bytes(r_file(noted, wrapped(reals(4), pairs((seen(1), reals(5))))))
    held = _read.RFile(str(tmp_path / "x"))
    ((tag, value),) = held.item()
    assert (tag, value.tolist()) == ("a", [1])
    vector, attributes = held.item()
    assert vector.tolist() == [4]
    assert [(name, value.tolist()) for name, value in attributes] == [("note", [5.0])]


def test_tweets_of_two_figures_are_told_apart_by_a_letter_only(store):
    columns = "ID created_at text text_cleaned shared"
    store({"moral-contagion/zed_ddr.csv": csv(columns, (1, "day", "words", "word", 3)),
           "moral-contagion/abe_ddr.csv": csv(columns, (2, "day", "other", "other", 0))})  # fmt: skip
    with pytest.raises(KeyError, match="Unnamed: 0"):
        datasets.load_moral_contagion()
    columns = "Unnamed:_0 " + columns
    store({f"moral-contagion/{name}_ddr.csv": csv(columns, row).replace("Unnamed:_0", "")
           for name, row in {"zed": (0, 1, "day", "words", "word", 3),
                             "abe": (0, 2, "day", "other", "other", 0)}.items()})  # fmt: skip
    plain, full = datasets.load_moral_contagion(), datasets.load_moral_contagion(with_text=True)
    assert plain.columns.tolist() == ["source", "created_at", "shared"]
    assert plain.groupby("source")["shared"].sum().to_dict() == {"figure A": 0, "figure B": 3}
    assert sorted(full["text"]) == ["other", "words"]


def test_ratios_come_with_times_and_without_words(store):
    columns = "created_at text url user replies retweets favorites"
    row = ("02/03/16 09:30", "w", "u", "n", 5, 2, 1)
    store({f"twitter-ratio/{who}.csv": csv(columns, row) for who in ("Somebody", "another")})
    table = datasets.load_twitter_ratio()
    assert table["created_at"].tolist() == [pd.Timestamp("2016-02-03 09:30")] * 2
    assert table.columns.tolist() == ["source", "created_at", "replies", "retweets", "favorites"]
    assert sorted(table["source"]) == ["figure A", "figure B"]


def test_comments_come_only_when_asked_for(store):
    rows = csv("_unit_id comment hostile hostile:confidence", (1, "some words", 0, 0.8))
    store({f"unhealthy-conversations/{part}.csv": rows for part in ("val", "test")})
    assert datasets.load_unhealthy_conversations().columns.tolist() == [
        "source", "hostile", "hostile:confidence"]  # fmt: skip
    full = datasets.load_unhealthy_conversations(with_text=True)
    assert full["comment"].tolist() == ["some words"] * 2
    assert "_unit_id" not in full


def test_views_of_hashtags_have_times(store):
    store({"booktok-views/fourthwing.txt": "2023-05-01 10:00:00\t7\n2023-05-01 11:00:00\t9\n",
           "booktok-views/ironflame.txt": "2023-05-01 10:00:00\t1\n"})  # fmt: skip
    table = datasets.load_booktok_views()
    assert table["hashtag"].tolist() == ["fourthwing", "fourthwing", "ironflame"]
    assert table["time"].diff()[1] == pd.Timedelta("1h")


TABLES = {
    "youtube_audit": ("youtube-audit/home_page.csv", ["Unnamed: 0"], {}),
    "twitter_wellbeing": (
        "twitter-wellbeing/data.csv",
        ["ResponseId", "StartDate", "day", "time", "day_0", "Nationality", "ethnicity"],
        {},
    ),
    "facebook_deactivation": (
        "facebook-deactivation/replication_data.csv",
        ["code", "ethn", "entity", "bosniak", "croat", "serb"],
        {},
    ),
    "headline_deliberation": (
        "headline-deliberation/study_1_final_only.csv",
        ["age", "sex", "education", "income", "vote", "vote_district", "forced_district",
         "social_circle_2", "political_position_TEXT"],
        {},
    ),
    "news_judgement": (
        "news-judgement/data.csv", ["comments_intervention_selection", "comments", "details_pretest"], {},
    ),
    "crowd_estimates": (
        "crowd-estimates/lorenz_2011.csv", ["Unnamed: 0", "...1", "Session_Date"], {"study": "lorenz_2011"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_loses_what_could_name_people_and_counts_what_it_keeps(store, name):
    file, dropped, words = TABLES[name]
    table = pd.DataFrame({column: ["private"] * 3 for column in dropped})
    table = table.assign(estimate=[1.5, 1.5, np.nan], truth=2)
    store({file: table.to_csv(index=False)})
    kept = getattr(datasets, f"load_{name}")(**words)
    assert kept.columns.tolist() == ["estimate", "truth"]
    assert kept.attrs["report"] == {
        "rows read": 3, "rows kept": 3, "duplicated rows": 1, "empty cells": 1,
        "columns dropped": len(dropped)}  # fmt: skip


def test_a_study_that_is_none_is_named():
    with pytest.raises(
        ValueError, match=r"study must be one of becker_2017, .*; got 'galton_1907'"
    ):
        datasets.load_crowd_estimates("galton_1907")


def test_judges_get_numbers_in_place_of_their_ids(store):
    rows = pd.DataFrame({
        "ResponseId": ["R_b", "R_a", "R_b"], "year_birth": 1990, "race": "x",
        "headline_text": "words", "cgpt_response": "words", "veracity": [True, False, True],
    })  # fmt: skip
    body = io.BytesIO()
    rows.to_parquet(body)
    store({"ai-fact-check/paper.parquet": body.getvalue()})
    table = datasets.load_ai_fact_check()
    assert table.to_dict("list") == {"person": [0, 1, 0], "veracity": [True, False, True]}
    assert table.attrs["report"]["columns dropped"] == 5


def test_the_command_prints_a_row_a_data_set_and_fails_if_one_is_missing(store, capsys, tmp_path):
    store({"one/a.csv": "x\n1\n", "two/b.csv": "y\n2\n"})
    assert command.main() == 0
    *_, one, two = capsys.readouterr().out.splitlines()
    assert (one.split()[:4], two.split()[:4]) == (["one", "1", "0", "0"], ["two", "1", "0", "0"])
    (tmp_path / "data" / "two" / "b.csv").write_text("y\n3\n")
    assert command.main() == 1
    assert "two/b.csv has another sha256 than the registry" in capsys.readouterr().out
