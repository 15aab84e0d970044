"""The explorables' JavaScript held to the Python models: step for step, and as a whole."""

import re
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scipy.stats import fisher_exact, ks_2samp

import karma_lib as kl
from karma_lib import lesson, measures
from karma_lib._random import draw_people, draws, keys, seed_sequence, seed_words, unit
from karma_lib.graph import Graph
from karma_lib.lesson import explorables
from karma_lib.models.echo.social_feed import follow_network
from karma_lib.models.herd.thresholds import sources_needed
from tests.colours import VISION, apart, contrast
from tests.lesson.script import run

SIZE = 0.001
"""Chance that a two-sample test fails although both models are the same."""

TOWN = kl.generators.small_world(60, degree=6, rewired=0.1, rng=3)
ONE_WAY = follow_network(60, 240, rng=3)
LONELY = Graph.from_edges([(0, 1), (1, 2), (2, 0), (3, 2), (4, 4)], 7, directed=True)


def flat(graph):
    return {"ptr": graph.ptr.tolist(), "idx": graph.idx.tolist(), "directed": graph.directed}


def words_of(rng):
    return [str(word) for word in rng.words]


def test_the_stream_is_the_same_draw_by_draw():
    key = int(keys(seed_sequence(5), 1)[0])
    words = seed_words(np.uint64(key))
    expected = [unit(words) for _ in range(1000)]
    people = draw_people(words, 50, 20, np.zeros(50, np.uint8)).tolist()
    got = run(
        "const s = new Stream(BigInt(job)); const units = []; for (let i = 0; i < 1000; i++)"
        "units.push(s.unit()); const result = [units, s.people(50, 20)];", str(key),
    )  # fmt: skip
    assert got == [expected, people]


@pytest.mark.parametrize("word", [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1])
def test_carries_between_the_halves_of_a_word_are_right(word):
    words = np.array([word, 7, 2**40 + 1, 2**64 - 1 - word], np.uint64)
    job = [str(w) for w in words]
    got = run(
        "const s = Stream.from(job.map(BigInt)); const result = Array.from({length: 9}, () => s.unit());", job
    )  # fmt: skip
    assert got == [unit(words) for _ in range(9)]


def test_sources_needed_is_the_same_to_the_last_bit():
    d = np.arange(40)
    cases = [(k / m, n) for m in range(1, 40) for k in range(m + 1) for n in (m, 7, 0)]
    cases += [(p, n) for p in (-0.1, 0.0, 0.18, 1 / 3, 1.0, 1.2, np.nextafter(0.5, 1)) for n in d]
    got = run("const result = job.map(([p, d]) => sourcesNeeded(p, d));",
              [(float(p), int(n)) for p, n in cases])  # fmt: skip
    assert got == sources_needed(*zip(*cases, strict=True)).tolist()


@pytest.mark.parametrize("graph", [TOWN, ONE_WAY, LONELY], ids=["both ways", "one way", "odd"])
def test_the_herd_is_the_same_people_at_each_step(graph):
    """Exact: same network, same seeds, same thresholds; and the seeds of a key are the same."""
    jobs, expected = [], []
    for seed in range(12):
        for threshold in (0.0, 1 / 6, 0.18, 1 / 3, 0.5, 1.0):
            for seeds in (1, 4, [0, 2, 3]):
                model = kl.Threshold(threshold=threshold, seeds=seeds)
                frames = model.run(graph, n_steps=40, rng=seed).frames
                expected.append([np.flatnonzero(joined).tolist() for _, joined in frames])
                key = str(keys(seed_sequence(seed), 1)[0])
                jobs.append({"key": key, "threshold": threshold, "seeds": seeds})
    got = run(
        "const g = fromRows(job.graph.ptr, job.graph.idx, job.graph.directed);"
        "const result = job.jobs.map(({key, ...rule}) => {"
        "  const model = new Herd(g, rule, new Stream(BigInt(key)));"
        "  const joined = () => [...model.missing.keys()].filter((i) => model.joined(i));"
        "  const frames = [joined()];"
        "  for (let k = 0; k < 40 && !model.settled; k++) model.step(), frames.push(joined());"
        "  return frames; });", {"graph": flat(graph), "jobs": jobs},
    )  # fmt: skip
    assert got == expected
    assert len({len(frames[-1]) for frames in expected}) >= 3, "the cases differ"


CHAMBER = (
    "const g = fromRows(job.graph.ptr, job.graph.idx, true);"
    "const result = job.jobs.map(({words, opinion, rule, steps}) => {"
    "  const stream = words.length === 1 ? new Stream(BigInt(words[0])) : Stream.from(words.map(BigInt));"
    "  const model = new Chamber(g, rule, stream, opinion);"
    "  for (let k = 0; k < steps; k++) model.step();"
    "  return {opinion: [...model.opinion], follows: [...model.follows], settled: model.settled,"
    "          bimodality: bimodality(model.opinion),"
    "          across: across(g, model.follows, model.opinion, model.rule.confidence)}; });"
)
HABITS = [{}, {"confidence": 0.2, "influence": 0.1}, {"rewiring": 1.0, "reposting": 0.0},
          {"confidence": 1.0, "reposting": 1.0, "screen": 3},
          {"confidence": 0.5, "influence": 0.0, "opinions": np.arange(60) % 9 / 4 - 1}]  # fmt: skip
"""In the last one gaps equal the confidence, so that `<` and `<=` differ."""


def test_the_chamber_is_the_same_opinions_and_links_step_for_step():
    """Exact: from the same first opinions and the same stream, whatever the habits."""
    jobs, expected = [], []
    for seed in range(4):
        for habits in HABITS:
            for steps in (500, 10_000):
                model, rng = kl.SocialFeedRewiring(**habits), draws(seed)
                state = model.start(ONE_WAY, rng)
                jobs.append({"words": words_of(rng), "opinion": state.opinion.tolist(),
                             "rule": {k: v for k, v in habits.items() if k != "opinions"},
                             "steps": steps})  # fmt: skip
                model.advance(ONE_WAY, state, steps, rng)
                expected.append((model, state))
    got = run(CHAMBER, {"graph": flat(ONE_WAY), "jobs": jobs})
    for found, (model, state) in zip(got, expected, strict=True):
        now, x = model.observe(ONE_WAY, state)
        assert found["opinion"] == x.tolist()
        assert found["follows"] == state.follows.tolist()
        assert found["settled"] == model.settled(ONE_WAY, state)
        if np.ptp(x) > 1e-3:  # closer together, it is rounding that is measured
            assert found["bimodality"] == pytest.approx(measures.bimodality(now, x), rel=1e-9)
        gaps = np.abs(x[np.repeat(np.arange(60), np.diff(now.ptr))] - x[now.idx])
        assert found["across"] == pytest.approx((gaps >= model.confidence).mean())
    assert {found["settled"] for found in got} == {True, False}, "the cases differ"


STORM = (
    "const g = fromRows(job.graph.ptr, job.graph.idx, job.graph.directed);"
    "const result = job.jobs.map(({words, state, rule, hours}) => {"
    "  const typed = state && {bar: Float64Array.from(state.bar), leaning: state.leaning,"
    "    literate: state.literate, habit: Float64Array.from(state.habit),"
    "    first: Int32Array.from(state.first), fresh: Uint8Array.from(state.fresh),"
    "    clock: state.clock};"
    "  const stream = words.length === 1 ? new Stream(BigInt(words[0])) : Stream.from(words.map(BigInt));"
    "  const model = new Storm(g, rule, stream, typed);"
    "  const posts = [model.clock[2]];"
    "  for (let h = 0; h < hours; h++) model.step(), posts.push(model.clock[2]);"
    "  return {posts, first: [...model.first], habit: [...model.habit], clock: model.clock,"
    "          settled: model.settled}; });"
)
RULES = [
    {}, {"severity": 0.6}, {"echo": 0.8, "severity": 0.4}, {"ranked": False, "spread": 0.3},
    {"friction": 0.5}, {"empathy": 0.4}, {"downranking": 0.9}, {"literate": 0.5},
    {"apology": 0.8, "apology_hour": 3}, {"apology": -1.0, "apology_hour": 2},
    {"closing_hour": 5}, {"herd": 1.5, "reward": 0.5, "habit": 0.6, "learning": 1.0},
    {"sharing": 0.3, "launch": 0.0, "amplification": 0.0, "severity": 0.8}, {"anonymous": 1.0},
    {"spread": 0.0, "herd": 0.0, "reward": 0.0, "severity": 0.6, "anonymous": 0.5},
]  # fmt: skip
"""In the last one the push equals the bar of those under their own name."""


@pytest.mark.parametrize("graph", [TOWN, ONE_WAY, LONELY], ids=["both ways", "one way", "odd"])
def test_the_storm_is_the_same_posts_hour_by_hour(graph):
    """Exact: from the same first state and stream, for every lever and mechanism."""
    jobs, expected = [], []
    for seed in range(4):
        for rule in RULES:
            model, rng = kl.PileOn(**rule), draws(seed)
            state = model.start(graph, rng)
            # Without a copy the arrays would show the end.
            before = {name: np.array(value).tolist() for name, value in state._asdict().items()}
            jobs.append({"words": words_of(rng), "state": before, "rule": rule, "hours": 30})
            model.advance(graph, state, 30, rng)
            expected.append((state, model.settled(graph, state)))
    got = run(STORM, {"graph": flat(graph), "jobs": jobs})
    for found, (state, settled) in zip(got, expected, strict=True):
        assert found["first"] == state.first.tolist()
        assert found["habit"] == pytest.approx(state.habit.tolist(), rel=1e-12)
        assert found["clock"] == pytest.approx(state.clock.tolist(), rel=1e-12)
        assert found["settled"] == settled
    assert len({tuple(found["first"]) for found in got}) > len(got) / 4, "the cases differ"


def test_storms_have_the_same_distribution_also_where_the_start_is_drawn():
    """The first state comes from another generator: compared by Kolmogorov and Smirnov."""
    rule = {"severity": 0.4, "literate": 0.3, "friction": 0.2, "seeds": 2}
    jobs = [{"words": [str(k)], "rule": rule, "hours": 24} for k in range(1, 801)]
    got = run(STORM, {"graph": flat(TOWN), "jobs": jobs})
    ours = [kl.PileOn(**rule).storm(TOWN, 24, rng=k)["posts"] for k in range(800)]
    sums = {"posts": (lambda p: sum(p)), "peak": max, "first hours": (lambda p: sum(p[:6]))}
    for name, total in sums.items():
        there, here = [total(g["posts"]) for g in got], [total(list(p)) for p in ours]
        assert len(set(here)) > 5
        assert ks_2samp(there, here).pvalue > SIZE, name


def test_as_many_are_nameless_and_taught_as_in_python():
    rule = {"spread": 0.0, "threshold": 0.5, "stake": 0.25}
    cases = [(a, b) for a in (0.0, 0.025, 0.3, 0.475, 1.0) for b in (0.0, 0.075, 0.5, 1.0)]
    got = run(
        "const g = fromRows(job.graph.ptr, job.graph.idx, false);"
        "const result = job.rules.map((rule) => { const m = new Storm(g, rule, new Stream(3));"
        "return [[...m.bar].sort(), [...m.literate].sort()]; });",
        {"graph": flat(TOWN), "rules": [rule | {"anonymous": a, "literate": b} for a, b in cases]},
    )  # fmt: skip
    for (a, b), found in zip(cases, got, strict=True):
        state = kl.PileOn(**rule, anonymous=a, literate=b).start(TOWN, draws(1))
        assert found == [sorted(state.bar.tolist()), sorted(state.literate.tolist())]


def test_chambers_have_the_same_distribution_also_where_the_start_is_drawn():
    jobs = [{"words": [str(k)], "rule": {}, "steps": 4000} for k in range(1, 301)]
    got = [
        (r["opinion"], r["settled"]) for r in run(CHAMBER, {"graph": flat(ONE_WAY), "jobs": jobs})
    ]
    model, ours = kl.SocialFeedRewiring(), []
    for k in range(300):
        rng = draws(k)
        state = model.start(ONE_WAY, rng)
        model.advance(ONE_WAY, state, 4000, rng)
        ours.append((state.opinion, model.settled(ONE_WAY, state)))
    there, here = ([_divided(x) for x, _ in runs] for runs in (got, ours))
    assert ks_2samp(there, here).pvalue > SIZE
    ends = [[sum(settled for _, settled in runs), 300] for runs in (got, ours)]
    assert fisher_exact([[done, n - done] for done, n in ends]).pvalue > SIZE


def _divided(x):
    """The bimodality coefficient; 0 in consensus, rounding apart."""
    return 0 if np.ptp(x) < 1e-6 else measures.bimodality(ONE_WAY, x)


def test_herds_with_spread_thresholds_have_the_same_distribution():
    jobs = [str(k) for k in range(1, 1001)]
    got = run(
        "const g = fromRows(job.graph.ptr, job.graph.idx, false);"
        "const result = job.keys.map((key) => {"
        "  const model = new Herd(g, {threshold: 0.3, spread: 0.15, seeds: 2}, new Stream(BigInt(key)));"
        "  while (!model.settled) model.step(); return model.size; });",
        {"graph": flat(TOWN), "keys": jobs},
    )  # fmt: skip
    ours = kl.Threshold(threshold=0.3, spread=0.15, seeds=2).sizes(TOWN, n_replicates=1000, rng=9)
    assert len(set(got)) > 20
    assert ks_2samp(got, ours).pvalue > SIZE


def test_a_two_sample_test_of_this_size_sees_a_small_change_of_the_rule():
    """The tests above can fail: thresholds 0.02 higher are noticed."""
    a, b = (kl.Threshold(threshold=t, spread=0.15, seeds=2).sizes(TOWN, n_replicates=1000, rng=9)
            for t in (0.3, 0.32))  # fmt: skip
    assert ks_2samp(a, b).pvalue < SIZE


def test_measures_are_the_same():
    x = np.random.default_rng(1).uniform(-1, 1, (20, 30)).tolist()
    got = run("const result = job.map((x) => bimodality(x));", [*x, [1, 1, 1], [-1, -1, 1, 1]])
    want = [measures.bimodality(kl.generators.complete(30), row) for row in x]
    assert got[:-2] == pytest.approx(want, rel=1e-9)
    assert got[-2:] == [None, 1]  # JSON has no nan
    severity, posts = [0.1, 0.2, 0.3, 0.6], [3.0, 20.0, 21.5, 400.0]
    slope = run("const result = proportionality(...job);", [severity, posts])
    assert slope == pytest.approx(measures.proportionality(severity, posts), rel=1e-12)


def test_the_pieces_own_networks_are_what_they_say():
    rings, feeds = run(
        "const s = new Stream(4), list = (make) => Array.from({length: 30}, (_, k) => {"
        "  const g = make(k); return {ptr: [...g.ptr], idx: [...g.idx]}; });"
        "const result = [list((k) => smallWorld(40, 6, k / 29, s)), list(() => followNetwork(30, 40, s))];",
        None,
    )  # fmt: skip
    for made in rings:
        graph = Graph(np.array(made["ptr"]), np.array(made["idx"]))
        assert graph.n_edges == 40 * 3
        assert graph.simplified().n_arcs == graph.n_arcs == 240
    ring = Graph(np.array(rings[0]["ptr"]), np.array(rings[0]["idx"]))
    same = kl.generators.small_world(40, degree=6, rewired=0.0, rng=1)
    assert {frozenset(e) for e in ring.edges().tolist()} == {
        frozenset(e) for e in same.edges().tolist()
    }
    for made in feeds:
        graph = Graph(np.array(made["ptr"]), np.array(made["idx"]), directed=True)
        assert graph.n_arcs == graph.simplified().n_arcs == 40
        assert graph.n_sources.min() >= 1


def test_defaults_are_the_python_defaults():
    got = run("const result = PILE_ON;", None)
    want = {name: getattr(kl.PileOn(), name) for name in got}
    assert got == {name: pytest.approx(float(v)) for name, v in want.items()}
    assert set(kl.PileOn.__dataclass_fields__) - set(got) == {"leaning", "sympathy"}


def test_the_pieces_are_small_fetch_nothing_and_are_one_source():
    files = [p for p in explorables.HERE.iterdir() if p.suffix in {".js", ".css"}]
    assert sum(p.stat().st_size for p in files) < 100_000
    assert {p.stem for p in files} == {
        *explorables.MODELS,
        *explorables.PIECES,
        "stage",
        "pieces",
        "style",
    }
    for text in (explorables.EVERYTHING, explorables.STYLE):
        for word in ("http", "import ", "fetch(", "XMLHttpRequest", "url(", "eval("):
            assert word not in text, word
    assert explorables.EVERYTHING in explorables.page("storm")


PALETTES = [
    {name: to_rgb(colour) for name, colour in re.findall(r"--karma-(\w+): (#\w{6})", block)}
    for block in re.findall(
        r"^\.karma[^{]*\{([^}]*--karma-paper: [^}]*)\}", explorables.STYLE, re.M
    )
]


@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_words_and_marks_stand_out_in_the_light_and_in_the_dark(palette):
    paper = palette["paper"]
    for words in ("ink", "muted"):
        assert contrast(palette[words], paper) >= 4.5, words
    assert contrast(palette["ink"], palette["button"]) >= 4.5
    for marks in ("blue", "red", "muted", "line"):
        assert contrast(palette[marks], paper) >= 3, marks
    # What is laid on thinly must stand out too: the alpha of links in the pieces.
    for colour, alpha in re.findall(r'\["(\w+)", ([\d.]+), \w+', explorables.EVERYTHING):
        mixed = [float(alpha) * a + (1 - float(alpha)) * b
                 for a, b in zip(palette[colour], paper, strict=True)]  # fmt: skip
        assert contrast(mixed, paper) >= 3, (colour, alpha)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("palette", PALETTES, ids=["light", "dark"])
def test_the_pieces_colours_can_be_told_apart(palette, vision):
    """Blue, red, grey, ink and paper; grey links are told from paper by their contrast, above."""
    pairs = combinations(("blue", "red", "muted", "ink", "paper"), 2)
    assert min(apart(palette[a], palette[b], vision) for a, b in pairs) > 13


def test_the_widget_hands_on_its_piece_network_and_settings():
    widget = lesson.Explorable("herd", graph=LONELY, threshold=0.4)
    assert widget.rows == flat(LONELY)
    assert (widget.piece, widget.settings) == ("herd", {"threshold": 0.4})
    assert widget._repr_mimebundle_()[0]["text/plain"].startswith("The herd: ")
    with pytest.raises(ValueError, match="piece must be one of herd, chamber, storm; got 'mob'"):
        lesson.Explorable("mob")
