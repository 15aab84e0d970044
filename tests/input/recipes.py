"""One good value for every parameter, by its name; where a name means two things, by its owner.

A public callable of which a parameter has no good value here fails the test, so a new one is
covered as soon as it is named.
"""

import inspect
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import ipywidgets
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd

import karma_lib as kl
from karma_lib import evidence, measures
from karma_lib._random import Draws
from karma_lib.experiments import Posterior
from tests.input.names import found, parameters

N = 12
FIXTURES = Path(__file__).parents[1] / "fixtures" / "tiktok"
SIDES = np.repeat([-1.0, 1.0], N // 2)
COUNTED = np.array([0, 1, 1, 2, 3, 0, 2, 2, 1, 0, 4, 3])
OPINIONS = np.linspace(-0.9, 0.9, N)
TIMES = np.cumsum([0.5, 0.1, 0.2, 1.0, 0.1, 0.1, 0.7, 0.3, 0.2, 0.1, 2.0, 0.4])
COMMENTS, POSTS = (
    FIXTURES / f"oracle_4cat/zeeschuimer-{kind}.synthetic.ndjson" for kind in ("comments", "posts")
)
EXPORT = Path(__file__).parents[2] / "data/synthetic-tiktok/synthetic-export.json"
WORDS = ["what a lovely song", "not good"]

RECORDS = {"Run", "evidence.Effect", "evidence.Detection", "evidence.Meta", "experiments.Posterior",
           "theory.information.Chances", "theory.correction.Shares", "lesson.Prediction", "lesson.Export",
           "text.Hostility"}  # fmt: skip
"""What the library hands out: made by its own functions only, so that they hold what those found."""

UNCALLED = {
    "datasets.fetch_all": "it fetches everything",
    "lesson.setup": "it turns the notebook's look on",
}


@cache
def graph():
    return kl.generators.small_world(N, degree=4, rewired=0.2, rng=1)


@cache
def few():
    return kl.generators.complete(4)


@cache
def month():
    return kl.datasets.load_synthetic()


@cache
def pool():
    return evidence.load_pool("P1")


@cache
def fit():
    return evidence.meta(pool())


@cache
def storm():
    return kl.Threshold(threshold=0.2, seeds=2).run(graph(), n_steps=4, rng=1)


@cache
def course():
    return kl.DeGroot().run(graph(), n_steps=3, rng=1)


def videos():
    return month().videos[["video_id", "author_key", "hashtags", "comment_count", "created_at", "source",
                           "like_count", "share_count"]].head(8)  # fmt: skip


def comments():
    mine = month().comments
    mine = mine[mine["video_id"].isin(videos()["video_id"])]
    return mine[
        ["comment_id", "video_id", "author_key", "created_at", "parent_comment_id", "is_creator"]
    ].head(40)


def axes():
    return plt.subplots()[1]


def sketch(n):
    ax = axes()
    ax.plot([0, 1], [0, n])
    return ax, "a line"


def stored(folder):
    """Write two small tables into a folder."""
    for place, table, path in (("stored", "comments", COMMENTS), ("posts", "videos", POSTS)):
        if not (Path(folder) / place).exists():
            kl.datasets.tiktok.store(path, Path(folder) / place, table)


RUNS = pd.DataFrame({"x": [1, 2, 1, 2], "y": [5, 5, 6, 6], "who": list("aabb"), "mean": [0.1, 0.2, 0.3, 0.4],
                     "low": [0.0, 0.1, 0.2, 0.3], "high": [0.2, 0.3, 0.4, 0.5]})  # fmt: skip

GOOD = {
    "graph": graph, "network": graph, "rng": 1, "seed": 1, "n_steps": 3, "record_every": 2, "n_nodes": N, "state": None,
    "tree": lambda: kl.Tree([-1, 0, 0, 1, 3], time=[0.0, 1.0, 1.0, 2.5, 4.0]),
    "comments": comments, "videos": videos, "fit": fit, "table": pool, "ax": axes,
    "n_replicates": 3, "paired": False, "progress": False, "directed": False, "model": lambda: kl.Threshold(threshold=0.2),
    # networks
    "edges": [(0, 1), (1, 2)], "ptr": [0, 1, 2], "idx": [1, 0], "nodes": lambda: pd.DataFrame({"side": [0, 1]}),
    "frame": lambda: pd.DataFrame({"listener": ["a", "b"], "source": ["b", "c"]}), "listener": "listener", "person": 1,
    "keep": np.arange(N) < 5, "name": "side", "parent": [-1, 0, 0, 1], "people": [7, 3, 2, 5], "time": [0.0, 1.0, 1.0, 2.0],
    "mean_degree": 4.0, "degree": 4, "rewired": 0.1, "links": 2, "connected": False, "separation": 0.5, "share": 0.5,
    # models
    "seeds": 2, "threshold": 0.3, "spread": 0.1, "absolute": False, "probability": 0.2, "weight": 0.3, "slip": 0.1,
    "n_seeds": 2, "precision": 0.7, "tie": "own", "truth": True, "ones": 0.5, "q": 3, "independence": 0.1,
    "flexibility": 0.4, "anticonformity": 0.1, "doubt": 0.1, "noise": 0.1, "panel": 3, "appeal": [1.0, 2.0, 3.0],
    "quality": 0.5, "influence": 0.3, "attention": 0.5, "n_people": 10, "n_worlds": 3, "correction": 0.1, "fake": 1,
    "bias": 0.1, "trust": 0.3, "opinions": OPINIONS, "own_weight": 1.0, "innate": (OPINIONS + 1) / 2, "movable": 0.2,
    "penalty": 0.1, "new_links": False, "confidence": 0.4, "pull": 0.5, "pick": "complete", "n_features": 3,
    "n_traits": 4, "want": 0.3, "occupied": 0.9, "rewiring": 0.3, "to_like": True, "n_opinions": 2, "reposting": 0.5,
    "screen": 3, "rules": ("random", "repost"), "controversialness": 3.0, "homophily": 2.0, "strength": 3.0,
    "n_contacts": 3, "reciprocity": 0.5, "exponent": 2.1, "least_activity": 0.01, "time_step": 0.01,
    "activities": np.full(N, 0.1), "sharpness": 10.0, "cost": 0.1, "learning": 0.05, "bots": 0.1,
    "ranking": "chronological", "click_own": 0.3, "click_other": 0.1, "memory": 20, "trait_effect": 1.0,
    "before": OPINIONS, "after": OPINIONS**2 + OPINIONS, "controls": (SIDES,), "likeness": OPINIONS**3, "drawn": SIDES,
    "background": 1.0, "branching": 0.5, "decay": 1.0, "times": TIMES, "horizon": 8.0, "marks": 1.0, "limit": 1000,
    "cutoff": 300.0, "density": 6.265725e-4, "followers": np.arange(10.0, 10.0 + N), "now": 600.0, "seconds": [1.0, 500.0],
    "infectiousness": 0.01, "mean_followers": 100.0, "mean": 0.4, "habit": 0.2, "liked_outrage": 0.3, "liked_calm": 0.2,
    "echo": 0.1, "anonymous": 0.2, "disinhibition": 0.1, "spreading": 0.5, "gullibility": 0.3, "verification": 0.05,
    "forgetting": 0.1, "believers": 0.1, "severity": 0.3, "herd": 0.7, "leaning": OPINIONS, "stake": 0.1, "reward": 0.1,
    "ranked": True, "launch": 0.05, "sharing": 0.02, "amplification": 2.0, "ageing": 0.03, "friction": 0.1,
    "empathy": 0.1, "downranking": 0.1, "apology": 0.1, "apology_hour": 3, "closing_hour": 5, "literate": 0.1,
    "sympathy": 0.1, "n_hours": 3, "steps": 3.0,
    # measures
    "k": 2, "sizes": [1, 1, 2, 3, 5, 8], "least": 1, "ratio": 2.0, "effort": 1.0, "punishment": [2.0, 3.0, 5.0, 9.0],
    "values": [1.0, 2.0, 3.0], "order": 1.0, "worlds": [[1, 2, 3], [2, 2, 2], [3, 1, 1]], "counts": [1, 2, 4, 8, 3, 2],
    "predictors": {"words": [0.0, 1.0, 2.0, 3.0, 1.5, 1.0]}, "measure": lambda: measures.modularity, "n_nulls": 3,
    "sides": lambda: measures.two_sides, "n_influencers": 2, "at_random": False, "step_first": False,
    "from_influencers": False, "sample": False, "alpha": 1.0, "gap": 0.02, "more_than": 0.0, "median": False,
    "strict": True,
    # experiments
    "grid": {"threshold": [0.1, 0.4]}, "measures": lambda: [measures.share], "cache": None, "n_jobs": 1, "chunk": 2,
    "priors": {"threshold": (0.1, 0.6)}, "observed": lambda: {measures.share: 0.3}, "n_draws": 100, "accept": 0.5,
    "make": lambda: float, "by": "x", "value": "mean",
    # data
    "dataset": "asch-errors", "file": "no", "text": "@someone wrote to a@b.example", "ids": ["1", "2"],
    "key": b"a key of thirty-two bytes or more", "kind": "handle", "donor_key": "donor", "with_text": False,
    "pseudonymise": True, "tz": "UTC", "time_format": "%Y-%m-%d %H:%M:%S", "encoding": "utf-8", "options": {},
    "sql": "select count(*) as n from stored", "period": "2022-KW26", "study": "becker_2017", "source": "zeeschuimer",
    "data": lambda: Path("data"), "posts": videos, "replies": "comment_count", "likes": "like_count", "shares": "share_count",
    "every": "h", "hostile": lambda: np.full(len(comments()), 0.2), "texts": WORDS, "part": "test", "n_resamples": 3,
    "n_bins": 3,
    # theory
    "n": 5, "seed_share": 0.01, "prevalence": 0.2, "sensitivity": 0.7, "specificity": 0.8, "n_votes": 5, "rounds": 3,
    "theta": 0.4, "first": 20, "last": 200, "expressed": OPINIONS, "eigenvalue": 0.5, "across": 0.3, "half_width": 1.5,
    "sites": 10, "mean_activity": 0.1, "mean_square": 0.02, "within": (0.9, 0.8), "start": (0.5, 0.4), "loc": 0.1,
    "scale": 2.0, "law": "uniform", "shape": (), "low": 1.0, "high": 1.2,
    # evidence
    "theme": "targets", "design": "rct", "basis": "paper", "pool": "P1", "durations": ("exposure",),
    "identifier": "rost-2016-aggression", "evidence_for": ["+guess-2020-exp1-discernment"], "evidence_against": [],
    "cited": ["+guess-2020-exp1-discernment"], "mean_1": 103.0, "sd_1": 5.5, "n_1": 50, "mean_2": 100.0, "sd_2": 4.5,
    "n_2": 50, "estimate": 0.5, "variance": 0.01, "target": "r", "allow": (), "method": "REML", "moderators": ("mean_age",),
    "interval": "hksj", "level": 0.95, "missing": "left", "choices": lambda: evidence.REDUCTION_CHOICES,
    "methods": ("DL",), "said_true": [1, 1, 0, 0, 1], "is_true": [1, 0, 0, 1, 1], "function": lambda: max,
    "patterns": {"granovetter-1978/uniform-ladder": float}, "models": ("granovetter-1978/uniform-ladder",),
    # plots and lessons
    "columns": ["replies", "quotes"], "run": storm, "frames": [0, -1], "places": np.linspace(0, 1, 2 * N).reshape(N, 2),
    "spreads": [0.1, 0.2], "x": "x", "y": "y", "xlabel": "links", "ylabel": "chance", "group": "who", "form": ".2f",
    "theory": RUNS, "runs": RUNS, "alt": "a line", "caption": "of nothing", "numbers": "1", "guess": 3.0, "draw": lambda: sketch,
    "change": None, "piece": "herd", "settings": {}, "claim": "Crowds tip.", "effect": "3 people", "solution": 0.5,
    "hints": ["Count first.", "Then divide."], "traps": {50.0: "That is a percentage.", 2.0: "Upside down."},
    "tolerance": 0.01, "answer": 0.4, "result": 3.0, "number": 1, "claims": evidence.claims, "trail": evidence.trail,
    "zone": "UTC", "folder": lambda: Path("stored"), "path": POSTS,
}  # fmt: skip
"""A function without a name of its own here stands for what it returns."""

LEDGER = pd.DataFrame({"model": ["a", "b"], "difference": [0.1, 0.0], "tolerance": [0.2, 0.0],
                       "verdict": ["reproduced", "reproduced"]})  # fmt: skip
CLAIMS = pd.DataFrame({"label": ["a", "a", "b"], "verdict": ["mixed", "mixed", "untested"],
                       "side": ["evidence_for", "evidence_against", "context"],
                       "kind": pd.Categorical(["clear", "other", "clear"])})  # fmt: skip
OWN = {
    "Graph": {"directed": True}, "Graph.from_networkx": {"graph": nx.karate_club_graph},
    "Graph.from_edges": {"n_nodes": 3, "nodes": None}, "Graph.from_frame": {"source": "source"},
    "datasets.load_finnish_retweets": {"network": "CLIMATE_p1"},
    "datasets.privacy.Pseudonyms.of": {"name": "@Someone"},
    "datasets.privacy.apply_deletions": {"table": comments},
    "datasets.tiktok.read_comments": {"path": COMMENTS},
    "datasets.tiktok.read_interactions": {"path": EXPORT, "tz": None, "time_format": None, "encoding": None},
    "datasets.tiktok.store": {"path": COMMENTS, "folder": lambda: Path(mkdtemp(prefix="new-", dir=".")), "table": "comments"},
    "datasets.tiktok.write_csv": {"table": comments, "path": lambda: Path("written.csv")},
    "datasets.available": {"dataset": "political-blogs"}, "datasets.files": {"dataset": "political-blogs"},
    "datasets.fetch": {"file": "political-blogs/polblogs.gml"},
    **{f"datasets.tiktok.{name}": {"memory": "64MB"} for name in ("query", "per_hour", "per_author")},
    "datasets.tiktok.co_hashtags": {"memory": "64MB", "folder": lambda: Path("posts"), "n_people": 2},
    "measures.peak": {"state": COUNTED}, "measures.half_time": {"state": COUNTED},
    "ComplexContagion": {"threshold": 2, "absolute": True, "spread": 0.0}, "LinearThreshold": {"weight": 0.1}, "GroupEstimate": {"truth": 100.0},
    "NoisyVoter": {"q": 1}, "Voter": {"q": 1}, "SpiralOfSilence": {"opinions": SIDES},
    "greedy_seeds": {"model": lambda: kl.IndependentCascade()}, "HegselmannKrause": {"pick": "linked", "opinions": (OPINIONS + 1) / 2}, "BoundedConfidence": {"opinions": (OPINIONS + 1) / 2},
    "Hawkes": {"exponent": 1.2}, "Seismic": {"exponent": 0.23}, "branching_tree": {"mean": 0.5},
    "Seismic.infectiousness": {"times": TIMES - TIMES[0]}, "Seismic.predict": {"times": TIMES - TIMES[0]},
    "measures.majority_illusion": {"state": (SIDES + 1) / 2}, "measures.relaxed_dipole": {"n_influencers": 0.2}, "measures.proportionality": {"severity": [1.0, 2.0, 3.0, 4.0]}, "measures.bursts": {"ratio": 2.0},
    "measures.two_sides": {}, "summary": {"table": RUNS},
    "theory.thresholds.seeded_window_edge": {"threshold": 0.2}, "theory.thresholds.seeded_window_edge_second_order": {"threshold": 0.2},
    "evidence.load": {"theme": "herding"}, "evidence.cumulative": {"by": "year"}, "evidence.subgroups": {"by": "duration_group"},
    "storms.coverage": {"least": 0.5}, "storms.co_hashtag": {"least": 2},
    "theory.thresholds.crowd_law": {"mean": 2.0, "spread": 1.0}, "theory.contagion.cascade_law": {"seeds": [0], "graph": few},
    "theory.contagion.linear_threshold_law": {"seeds": [0], "weight": None, "graph": few},
    "theory.conformity.consensus_time": {"ones": 2}, "theory.information.cascade_chances": {"n": 10},
    "theory.confidence.density": {"time": 2.0}, "theory.confidence.clusters": {"time": 2.0},
    "theory.confidence.central_mass": {"time": 2.0},
    "theory.confidence.bifurcation": {"low": 1.0, "high": 2.2, "time": 60.0, "precision": 0.2},
    "theory.radicalization.activity_moment": {}, "theory.attention.borel": {"n": [1, 2, 3]},
    "theory.influence.tensions": {"weight": 1.0},
    "evidence.strongest": {"pool": "+P1"}, "evidence.convert": {"source": "d", "n_1": 50.0, "n_2": 50.0},
    "reproduction.each": {"name": "p{}-q{}", "choices": ((1, 2), (3,))},
    "plots.plot_hours": {"table": lambda: kl.datasets.load_pile_on_hours().head(9)},
    "plots.plot_echoes": {"worlds": lambda: {"ours": (graph(), OPINIONS)}},
    "plots.plot_courses": {"runs": lambda: {"one": course()}},
    "plots.plot_grid": {"table": RUNS}, "plots.plot_ledger": {"table": LEDGER}, "plots.plot_claims": {"table": CLAIMS},
    "plots.plot_forest": {"table": lambda: fit().rows()}, "plots.plot_funnel": {"table": lambda: evidence.trim_and_fill(fit())},
    "plots.plot_cumulative": {"table": lambda: evidence.cumulative(fit())},
    "plots.plot_leave_one_out": {"table": lambda: evidence.leave_one_out(fit())},
    "plots.plot_bubble": {"table": lambda: evidence.meta(pool(), moderators=["mean_age"]).line()},
    "plots.plot_specifications": {"table": lambda: evidence.specifications(
        pool(), {"duration": evidence.REDUCTION_CHOICES["duration"]}, methods=["DL"])},
    "evidence.specifications": {"choices": lambda: {"duration": evidence.REDUCTION_CHOICES["duration"]}},
    "lesson.show": {"drawn": axes}, "lesson.Picture": {"drawn": axes}, "lesson.finding": {
        "interval": (1.0, 2.0), "n": "100 runs", "seed": "1 to 100"},
    "lesson.Exercise.check": {"hints": 1}, "lesson.predict": {"low": 0.0, "high": 9.0},
    "lesson.Explorer": {"controls": lambda: {"n": ipywidgets.IntSlider(3, 1, 9)}}, "lesson.Explorable": {"graph": None},
    "lesson.catalogue": {"folder": Path(__file__).parents[2] / "notebooks"}, "lesson.own_export": {"path": EXPORT},
    "lesson.Export.number": {"ids": ["7612620545197883072"]},
}  # fmt: skip

OWNERS = {
    "Graph": lambda: kl.Graph(graph().ptr, graph().idx, nodes=pd.DataFrame({"side": SIDES})), "Run": storm, "Hawkes": lambda: kl.Hawkes(), "Seismic": lambda: kl.Seismic(),
    "datasets.privacy.Pseudonyms": lambda: kl.datasets.privacy.Pseudonyms(b"a key of thirty-two bytes or more"),
    "evidence.Meta": lambda: evidence.meta(pool(), moderators=["mean_age"]),
    "text.Hostility": lambda: kl.text.classifier.kept_model(kl.text.model_file()),
    "lesson.Explorer": lambda: kl.lesson.Explorer(sketch, n=ipywidgets.IntSlider(3, 1, 9)),
    "lesson.Exercise": lambda: kl.lesson.Exercise(0.5, ["Count."], {50: "A percentage.", 2: "Upside down."}),
    "lesson.Prediction": lambda: kl.lesson.Prediction(40.0), "lesson.Export": lambda: kl.lesson.own_export(EXPORT),
}  # fmt: skip


def owner(name):
    """Return the object that a method is called on; a model stands for itself."""
    kind = name.rpartition(".")[0]
    if kind in OWNERS:
        return OWNERS[kind]()
    return found()[kind]() if kind else None


def resolved(value):
    made = inspect.isfunction(value) or isinstance(value, type(graph)) or inspect.ismethod(value)
    return value() if made else value


def good(name, parameter, mine):
    """Return a good value of a callable's parameter; KeyError where nobody has named one."""
    if parameter == "state" and "state" not in OWN.get(name, {}):
        if isinstance(mine, kl.Model):
            return mine.start(graph(), Draws(1))
        return storm().final if name in STORMS else SIDES if name not in NUMERIC else OPINIONS
    if parameter == "rng" and name.rpartition(".")[2] in ("start", "advance"):
        return Draws(1)
    return resolved(OWN.get(name, {}).get(parameter, GOOD[parameter]))


STORMS = {"measures.cascade_size", "measures.share"}
NUMERIC = {f"measures.{name}" for name in (
    "peak", "half_time", "dispersion", "bimodality", "esteban_ray", "dipole_moment", "cluster_count", "neighbour_mean",
    "link_average", "person_average", "in_paradox", "echo_slope", "echo_correlation", "numeric_assortativity")}  # fmt: skip


def prepared(name, value):
    """Return what is called, and its good arguments by name."""
    method = (
        "." in name
        and name.rpartition(".")[0] in found()
        and inspect.isclass(found()[name.rpartition(".")[0]])
    )
    mine = owner(name) if method and not inspect.ismethod(value) else None
    arguments = {p.name: good(name, p.name, mine) for p in parameters(value)}
    return (value if mine is None else getattr(mine, name.rpartition(".")[2])), arguments


def called(value, arguments):
    """Call with arguments by name, starred ones among them, and use what a class makes."""
    args, keywords, starred = [], {}, False
    for p in reversed(parameters(value)):
        given = arguments[p.name]
        if p.kind is p.VAR_KEYWORD:
            keywords.update(given)
        elif p.kind is p.VAR_POSITIONAL:
            args, starred = [*given], True
        elif starred:
            args.insert(0, given)
        else:
            keywords[p.name] = given
    made = value(*args, **keywords)
    if inspect.isclass(value) and issubclass(value, kl.Model):
        return made.run(graph(), n_steps=3, rng=1).final
    if value is kl.Hawkes:
        return made.simulate(5.0, limit=1000, rng=1)
    if value is kl.Seismic:
        return made.predict(TIMES - TIMES[0], np.arange(10.0, 10.0 + N), 600.0)
    return made


__all__ = ["Posterior", "called", "good", "prepared"]
