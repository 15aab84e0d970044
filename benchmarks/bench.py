"""Measure the peers beside us: one process, one core, turn by turn; write table and page.

Process CPU time. One untimed call of each side first (compilation, caches). Then rounds,
each side once a round; what is reported is the median and the median of the rounds'
ratios. Before that, both sides must agree on what they compute. `python bench.py` runs
inside `make bench`.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from opinions import OPINION_PAIRS
from pairs import PAIRS
from scaling import N_GRAPHS, costs, memory, on_paper, slopes
from tqdm import tqdm

HERE = Path(__file__).parent
ROUNDS = 5
FIRST = "import karma_lib as kl; kl.Threshold().sizes(kl.generators.complete(9), rng=1)"
START_UPS = {
    "import karma_lib (warm)": ("import karma_lib", 1.0),
    "first result of a cached kernel": (FIRST, 1.0),
}
NOTEBOOK = """
import json, matplotlib
matplotlib.use("agg")
for cell in json.load(open("00_start_here.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), globals())
"""
RATED = "bounded confidence, everybody, 1,000 people"  # also held to a rate
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#777777"


def timed(side, round_):
    """Return CPU seconds a unit, and the value that is compared."""
    begun = time.process_time()
    units, value, *own = side(round_)
    seconds = own[0] if own else time.process_time() - begun
    return seconds / units, value


def measure(pair):
    """Return medians, the median ratio, and whether both sides computed the same."""
    sides = (pair.ours, pair.theirs)
    for side in sides:
        side(0)
    rounds = [[timed(side, r) for side in sides] for r in range(1, ROUNDS + 1)]
    seconds = np.array([[s for s, _ in row] for row in rounds])
    values = np.array([[v for _, v in row] for row in rounds]).mean(axis=0)
    same = abs(values[0] - values[1]) <= pair.tolerance * max(abs(values[1]), 1e-300)
    return (
        *np.median(seconds, axis=0),
        float(np.median(seconds[:, 1] / seconds[:, 0])),
        same,
        values,
    )


def compare():
    """Yield one row a pair."""
    for (work, peer, target), make in tqdm((PAIRS | OPINION_PAIRS).items(), desc="pairs"):
        row = {"work": work, "peer": peer, "target": target}
        try:
            pair = make()
            ours, theirs, ratio, same, values = measure(pair)
        except ImportError as error:
            yield {**row, "why": f"cannot be had here: {error}"}
            continue
        if not same:
            yield {
                **row,
                "why": f"not shown, not the same work: {values[0]:.4g} against {values[1]:.4g}",
            }
            continue
        row |= {"ours": ours, "theirs": theirs, "unit": f"CPU s a {pair.unit}", "ratio": ratio}
        why = "for orientation" if target is None else ""
        if target and ratio < target:
            why = f"missed by {1 - ratio / target:.1%}"
        yield {**row, "met": None if target is None else bool(ratio >= target), "why": why}
        if work == RATED and peer.startswith("Seldon"):
            yield {"work": work, "peer": "", "ours": 1 / ours, "unit": "meetings a CPU s",
                   "target": 1e8, "met": bool(1 / ours >= 1e8), "why": ""}  # fmt: skip


def start_ups():
    """Yield the CPU time of fresh processes, and what compiling for a notebook costs."""

    def spent(code, **options):
        before = os.times()
        subprocess.run(
            [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, **options
        )
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )

    def row(work, ours, target):
        why = "" if ours <= target else f"missed by {ours / target - 1:.1%}"
        return {"work": work, "peer": "", "ours": ours, "unit": "CPU s", "target": target,
                "met": ours <= target, "why": why}  # fmt: skip

    for work, (code, target) in tqdm(START_UPS.items(), desc="start-up"):
        yield row(work, float(np.median([spent(code) for _ in range(ROUNDS + 1)][1:])), target)
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "cwd": HERE.parent / "notebooks",
            "env": {**os.environ, "NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(HERE.parent)},
        }
        cold, warm = spent(NOTEBOOK, **options), spent(NOTEBOOK, **options)
    yield row("compiling all that notebook 00 uses (cold)", cold - warm, 10.0)


def machine():
    """Say on what this was measured."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor()
    return f"{processor}, {os.cpu_count()} cores; {platform.system()}; Python {platform.python_version()}"


def figure(table):
    """Draw each ratio as a bar, its target as a mark, on a log scale."""
    shown = table[table["ratio"].notna()].iloc[::-1].reset_index(drop=True)
    fig, ax = plt.subplots(figsize=(9, 0.42 * len(shown) + 1), layout="constrained")
    met = shown["met"].map({True: BLUE, False: ORANGE}).fillna(GREY)
    ax.barh(shown.index, shown["ratio"], color=met, height=0.62)
    ax.plot(shown["target"].astype(float), shown.index, "k|", markersize=15, markeredgewidth=2)
    for i, ratio in enumerate(shown["ratio"]):
        ax.annotate(f"{ratio:,.1f}" if ratio < 100 else f"{ratio:,.0f}", (ratio, i), (4, 0),
                    textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    ax.set_yticks(shown.index, shown["work"] + " | " + shown["peer"], fontsize=8)
    ax.set(
        xscale="log",
        xlim=(1, 20 * shown["ratio"].max()),
        xlabel="times faster than the peer (log scale)",
    )
    colours = {"target met": BLUE, "target missed": ORANGE, "no target": GREY}
    handles = [plt.Rectangle((0, 0), 1, 1, color=colour) for colour in colours.values()]
    handles.append(plt.Line2D([], [], color="k", marker="|", linestyle="", markersize=12))
    ax.legend(handles, [*colours, "target"], loc="lower right", fontsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    fig.savefig(HERE / "ratios.png", dpi=110)


def rows(table, **formats):
    """Return a table as Markdown, each column by its own format."""
    shown = table.copy().astype(object)
    for name, form in formats.items():
        shown[name] = [form.format(v) if pd.notna(v) else "" for v in shown[name]]
    shown = shown.where(shown.notna(), "")
    lines = [f"| {' | '.join(shown)} |", f"|{'---|' * len(shown.columns)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in shown.itertuples(index=False)]
    return "\n".join(lines) + "\n"


def page(table, cost):
    """Write the page that says what was measured, what was met and what not."""
    missed = table[table["why"].str.contains("missed|not shown|cannot|not measured")]
    misses = "".join(f"- {r.work} ({r.peer or 'ours'}): {r.why}\n" for r in missed.itertuples())
    medians = cost.groupby(["model", "edges"], as_index=False)[
        ["seconds", "tested", "graph bytes an edge"]
    ].median()
    medians["ns an edge tested"] = 1e9 * medians["seconds"] / medians["tested"]
    (HERE / "README.md").write_text(
        "# The peers beside us\n\n"
        "Written by `make bench`: one process, one pinned core, turn by turn (ours, theirs, ours, "
        f"theirs, …), {ROUNDS} rounds after an untimed one. Times are CPU seconds; a ratio is the median of "
        "the rounds' ratios, theirs to ours. A pair is shown only where both sides compute the same "
        "(mean size, rate or outcome within the tolerance of the pair). Read absolute times as rough: the "
        f"machine is shared.\n\nMachine: {machine()}.\n\n![Ratios to the peers as bars, targets as marks]"
        "(ratios.png)\n\n"
        + rows(table, ours="{:.3g}", theirs="{:.3g}", ratio="{:,.1f}", target="{:,.4g}")
        + "\n## Missed or not shown\n\n" + (misses or "Nothing.\n")
        + "\ngraph-tool runs in a process of its own under the system's Python, and reports its own CPU time. "
        "Of DOCES a call with one iteration is taken off. Seldon's runs include what it writes to disk. "
        "Start-up is the CPU time of fresh processes, files warm (on an idle machine, the wall time); compiling is that of notebook 00 with an empty cache less that with a full one.\n\n"
        f"## Scaling\n\nRandom networks of mean degree 10, {N_GRAPHS} a size, ten seeds. An edge is tested when "
        "somebody at one of its ends has joined. Slope of log seconds on log edges tested, with 95 % interval: 1 is "
        "linear. The step between is the memory: beyond a million edges the arrays leave the caches.\n\n"
        + rows(slopes(cost), slope="{:.3f}", low="{:.3f}", high="{:.3f}") + "\nMedians over graphs:\n\n"
        + rows(medians, **{"edges": "{:,}", "seconds": "{:.3g}", "tested": "{:,.0f}",
                           "graph bytes an edge": "{:.1f}", "ns an edge tested": "{:.2f}"})
        + "\n" + on_paper(cost),
        encoding="utf-8",
    )  # fmt: skip


def main():
    """Measure everything; write results.csv, ratios.png and README.md."""
    warnings.simplefilter("ignore")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    columns = ["work", "peer", "ours", "theirs", "unit", "ratio", "target", "met", "why"]
    table = pd.DataFrame([*compare(), *start_ups(), *memory()]).reindex(columns=columns)
    table["why"] = table["why"].fillna("")
    late = table["ours"].gt(table["target"]) & table["unit"].str.startswith("of ", na=False)
    table.loc[late, "why"] = [f"missed by {v - 1:.0%}" for v in table.loc[late, "ours"]]
    cost = costs()
    table.to_csv(HERE / "results.csv", index=False)
    figure(table)
    page(table, cost)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
