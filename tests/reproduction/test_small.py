"""The functions behind the ledger that need minutes: on cases so small that the answer is known."""

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from karma_lib import _whole, measures, reproduction
from karma_lib._random import keys, seed_sequence
from karma_lib.graph import Graph
from karma_lib.models.echo import social_feed
from karma_lib.reproduction import __main__ as command
from karma_lib.reproduction import (
    chambers,
    confidence,
    contagion,
    division,
    influence,
    majorities,
    thresholds,
)


@pytest.mark.parametrize(
    ("n_features", "n_traits", "regions"),
    [pytest.param(2, 1, 1, id="nobody differs"), pytest.param(1, 32_767, 100, id="nobody agrees")],
)
def test_axelrods_town_at_both_ends(n_features, n_traits, regions):
    assert chambers.mean_regions(n_features, n_traits, n_runs=2) == regions


def test_a_grid_has_borders():
    town = chambers.grid(4)
    assert town.n_edges == 2 * 4 * 3
    assert sorted(town.n_sources) == [2] * 4 + [3] * 8 + [4] * 4


def test_a_town_where_nobody_minds_stays_as_it_was_drawn():
    """Neighbours are alike by a fair coin; the town has 51 x 51 sites and 8 neighbours each."""
    shares = [chambers.share_similar(0.0, n_runs=1), chambers.share_similar(0.0, n_runs=3)]
    assert shares[0] != shares[1]
    assert shares == pytest.approx([0.5, 0.5], abs=5 * 0.5 / (51 * 51 * 4 * 0.95**2) ** 0.5)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(chambers, "keys", lambda seed, n: keys(seed, 3))
    return [social_feed.follow_network(rng=key) for key in keys(seed_sequence(2021), 3).tolist()]


def test_feeds_of_one_network_whose_people_may_not_leave_never_come_to_rest(few):
    assert all(graph.n_arcs == 400 for graph in few)
    assert chambers.feeds("stopped", 10, influence=0.0, rewiring=0.0) == 0


def test_feeds_without_influence_have_the_clusters_that_were_drawn(few):
    model = social_feed.SocialFeedRewiring(influence=0.0)
    drawn = [
        measures.cluster_count(*model.run(graph, n_steps=0, rng=key).frames[0], gap=0.1)
        for graph, key in zip(few, keys(seed_sequence(2021), 3).tolist(), strict=True)
    ]
    assert chambers.feeds("clusters", 20, influence=0.0) == np.mean(drawn) > 1


def test_defaults_are_read_off_the_signature():
    assert chambers._default(social_feed.follow_network, "n_links") == 400
    assert chambers._default(social_feed.SocialFeedRewiring, "screen") == 10


def test_clusters_are_counted_with_and_without_the_strays(monkeypatch):
    """Two crowds of 498 and 497, and five people by themselves, far from one another."""
    ends = np.concatenate([np.full(498, 0.2), np.full(497, 0.8), np.linspace(0.3, 0.7, 5)])
    asked = []

    class Planted:
        def __init__(self, confidence):
            asked.append(confidence)

        def run(self, crowd, **settings):
            asked.append((crowd.n_nodes, crowd.n_arcs, settings["n_steps"]))
            return SimpleNamespace(frames=[None, (crowd, ends)])

    monkeypatch.setattr(confidence, "BoundedConfidence", Planted)
    assert confidence.mean_clusters(0.2, more_than=0.01, n_runs=2) == 2
    assert confidence.mean_clusters(0.2, more_than=0.0, n_runs=1) == 7
    assert asked[:3] == [0.2, (1000, 0, 300_000), (1000, 0, 300_000)]


def test_people_in_equal_steps_who_hear_the_next_one_only():
    """By hand: at 0, 1/2, 1 all move to the middle: 1/4, 1/2, 3/4, then all at 1/2."""
    assert confidence.regular_start(3, 0.5) == {"steps": 2, "clusters": 1}
    assert confidence.regular_start(3, 0.4) == {"steps": 0, "clusters": 3}
    assert confidence._regular(3, 0.4, "clusters") == 3


def test_a_ring_and_a_lattice_fill_in_the_steps_that_follow_from_their_fronts():
    """Two fronts gain r - a + 1 people a step: 200 people, reach 2, threshold 2."""
    assert contagion._ring(2, 2) == np.ceil(198 / 2)
    assert contagion._ring(2, 2, which=1) == 200
    assert contagion._ring(2, 3, which=1) == 3, "a threshold beyond the reach never starts"
    assert contagion._moore(1, side=9) == 3, "a block of 3 x 3 grows by a frame a step"
    assert contagion._moore(1, which=1, side=9) == 81
    assert contagion._moore(4, which=1, side=9) == 9


def test_the_critical_share_is_the_largest_that_fills_the_lattice(monkeypatch):
    monkeypatch.setattr(contagion, "_moore", lambda a, which: 61**2 if a <= 2 else 9)
    assert contagion._critical_share() == 2 / 8


def test_sums_of_the_karate_club_are_sums(monkeypatch):
    parts = {name: influence._karate(name) for name in ("polarization", "disagreement")}
    assert min(parts.values()) > 0
    assert influence._sum(("polarization", 1), ("disagreement", 2)) == pytest.approx(
        parts["polarization"] + 2 * parts["disagreement"]
    )


def test_two_people_meet_in_part_and_pay_at_most_nine_eighths():
    """z = s / (1 + 2 w) of Friedkin and Johnsen; Bindel et al. 2015: 9/8 is reached."""
    assert influence._pair(0.5) == pytest.approx(1 / 2)
    assert influence._pair(2) == pytest.approx(1 / 5)
    assert influence._opinion(0) > 0 > influence._opinion(33), "Mr. Hi and Officer"
    assert influence.worst_ratio() == pytest.approx(9 / 8, abs=1e-4)


def test_the_noise_at_which_planted_cumulants_cross_is_found(monkeypatch):
    """Cumulants that are 0.4 at a noise of 0.1 whatever the size, and steeper in larger ones."""
    monkeypatch.setattr(
        majorities, "_cumulant",
        lambda graph, noise, key, n_samples: 0.4 + 8 * graph.n_nodes**0.25 * (0.1 - noise),
    )  # fmt: skip
    assert majorities.critical_noise("kagome", side=3, n_samples=20) == pytest.approx(0.1)


def test_in_full_order_binders_cumulant_is_two_thirds():
    assert majorities._cumulant(majorities.lattice("square", 3), 0.0, 1, 10) == 1 - 1 / 3


def test_a_crowd_follows_its_ladder_and_stops_at_the_gap():
    assert thresholds.final_number([0, 1, 2, 3]) == 4
    assert thresholds.final_number([0, 2, 2, 3]) == 1
    assert thresholds.more_than_half(0.01) < 1e-12 < thresholds.more_than_half(15.0)


def test_a_seed_reaches_more_than_a_twentieth_where_it_is_more_or_nobody_resists():
    assert thresholds.triggered(10, 0.0, n_graphs=2) == 1, "one of ten is more"
    assert thresholds.triggered(40, 0.0, n_graphs=2) == 0, "one of forty, all alone, is not"
    pairs = thresholds.triggered(60, 1.0, n_graphs=4)
    assert 0.2 < pairs < 0.9, "the giant component at mean degree 1 is just about to be born"


def test_the_window_of_cascades_is_none_above_its_largest_threshold():
    assert np.isnan(thresholds._edge(0.4, "upper"))
    assert thresholds._edge(0.18, "lower") < thresholds._edge(0.18, "upper")
    assert thresholds._largest_threshold_with_window() == 1 / 4
    z = np.linspace(0, 10, 100_001)
    assert thresholds._k3_maximum() == pytest.approx((z * (1 + z) * np.exp(-z)).max())


@pytest.fixture
def three(monkeypatch, tmp_path):
    """A ledger of three rows, and a place to write it."""
    rows = pd.DataFrame({
        "id": ["a/1", "b/2", "c/3"], "published": [1.0, 2.0, 3.0], "ours": [1.0, 5.0, np.nan],
        "difference": [0.0, 3.0, np.nan], "tolerance": [0.1, 0.1, np.nan],
        "verdict": [reproduction.REPRODUCED, reproduction.FAILED, reproduction.SHOWN],
        "why": ["", "outside tolerance", ""],
    })  # fmt: skip
    monkeypatch.setattr(command, "ledger", lambda progress: rows)
    monkeypatch.setattr(command, "STORED", tmp_path / "ledger.csv")
    monkeypatch.setattr(sys, "argv", ["reproduction", "--store"])
    return rows, tmp_path / "ledger.csv"


def test_the_ledger_is_printed_with_its_sums_and_written_only_if_asked(three, monkeypatch, capsys):
    _, place = three
    monkeypatch.setattr(sys, "argv", ["reproduction"])
    command.main()
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == "1 reproduced, 1 not reproduced, 1 shown only"
    assert [line.split()[0] for line in lines[1:]] == ["a/1", "b/2", "c/3"]
    assert not place.exists()


def test_the_ledger_that_is_written_is_the_one_that_was_printed(three, capsys):
    rows, place = three
    command.main()
    held = pd.read_csv(place).fillna({"why": ""})
    pd.testing.assert_frame_equal(held, rows[["id", "ours", "verdict", "why"]])
    assert "1 reproduced" in capsys.readouterr().out


def test_a_ledger_without_all_data_is_never_written(three, capsys):
    rows, place = three
    rows.loc[1, "why"] = "x.gml is missing in the folder that KARMA_DATA_DIR names."
    with pytest.raises(SystemExit, match=r"Not stored, since data are missing: x\.gml is missing"):
        command.main()
    assert not place.exists()
    assert "a/1" in capsys.readouterr().out, "but it is printed"


def test_a_place_without_room_is_told(three, monkeypatch):
    def full(path, body):
        with _whole.told(path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(_whole, "write", full)
    with pytest.raises(SystemExit, match=r"ledger.csv could not be written \(No space left"):
        command.main()


def test_two_blocks_that_hear_their_own_only_mirror_each_other():
    assert division.two_blocks(1.0) == pytest.approx(1)
    assert division.two_blocks(0.5) == pytest.approx(0, abs=1e-12)
    assert division.two_blocks(0.75, n=60) == pytest.approx(0.5)


def test_a_graph_by_hand_has_the_louvain_parts_that_one_sees(monkeypatch):
    """Two triangles and a bridge: Q = 2 (3/7 - (7/14)^2)."""
    graph = Graph.from_edges([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)])
    monkeypatch.setattr(division, "blogs", lambda: (graph, None))
    assert division._louvain(2) == pytest.approx(2 * (3 / 7 - 1 / 4))


@pytest.fixture
def four_blogs(monkeypatch):
    """Four made-up blogs; one links to itself."""
    nodes = pd.DataFrame({"side": ["liberal", "conservative", "conservative", "liberal"]})
    links = [(0, 1), (1, 2), (2, 1), (0, 3), (3, 3)]
    graph = Graph.from_edges(links, directed=True, nodes=nodes)
    graph.nodes.attrs["report"] = {"rows read": 6}
    monkeypatch.setattr(division, "load_political_blogs", lambda: graph)
    division.blogs.cache_clear()
    yield graph
    division.blogs.cache_clear()


def test_links_of_blogs_are_counted_by_who_links_and_who_is_linked_to(
    four_blogs, tmp_path, monkeypatch
):
    assert [division._arcs(ends) for ends in ("ll", "lc", "cl", "cc")] == [1, 1, 0, 2]
    assert division._report("rows read") == 6
    assert division._sided("liberal", False) == division._sided("liberal", True) == 2
    assert division._within(every_row=False) == 3 / 4
    (tmp_path / "blogs.gml").write_text(
        "".join(
            f"edge [\n source {a + 1}\n target {b + 1}\n]\n"
            for a, b in [(0, 1), (0, 1), (0, 3), (3, 3)]
        )
    )
    monkeypatch.setattr(division, "fetch", lambda file: tmp_path / "blogs.gml")
    assert division._within(every_row=True) == 1 / 3, (
        "a row that repeats counts twice, a loop never"
    )
    largest, side = division.blogs()
    assert (largest.n_edges, largest.directed, len(side)) == (3, False, 4)
    assert division._illusion_of_blogs(50) == division._illusion(division.blogs, 2, "strict")
