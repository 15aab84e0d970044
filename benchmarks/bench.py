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
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from pairs import PAIRS
from tqdm import tqdm

HERE = Path(__file__).parent
ROUNDS = 5
START_UPS = {
    "import karma_lib (warm)": ("import karma_lib", 1.0),
    "first result of a cached kernel": (
        "import karma_lib as kl; kl.Threshold().sizes(kl.generators.complete(9), rng=1)", 1.5),
}  # fmt: skip


def timed(side, round_):
    """Return CPU seconds a unit, and the value that is compared."""
    begun = time.process_time()
    units, value = side(round_)
    return (time.process_time() - begun) / units, value


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
    for (work, peer, target), make in tqdm(PAIRS.items(), desc="pairs"):
        row = {"work": work, "peer": peer, "target": target}
        try:
            pair = make()
            ours, theirs, ratio, same, values = measure(pair)
        except ImportError as error:
            yield {**row, "why": f"not installed: {error}"}
            continue
        row |= {"ours": ours, "theirs": theirs, "unit": f"CPU s a {pair.unit}", "ratio": ratio}
        why = "" if same else f"not the same work: {values[0]:.4g} against {values[1]:.4g}"
        yield {**row, "met": bool(same and ratio >= target), "why": why}


def start_ups():
    """Yield the wall time of fresh processes."""
    for work, (code, target) in START_UPS.items():
        walls = []
        for _ in range(ROUNDS + 1):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            walls.append(time.perf_counter() - begun)
        ours = float(np.median(walls[1:]))
        yield {"work": work, "peer": "", "ours": ours, "unit": "s", "target": target,
               "met": ours <= target, "why": ""}  # fmt: skip


def scaling():
    """Return time a tested arc from 10^4 to 10^7 edges, and the log-log slope with its interval."""
    import karma_lib as kl

    rows = []
    for edges in (10_000, 100_000, 1_000_000, 10_000_000):
        pairs = np.random.default_rng(1).integers(0, edges // 5, (edges, 2))
        graph = kl.Graph.from_edges(pairs, edges // 5)
        model = kl.Threshold(threshold=0.05)
        model.sizes(graph, 1, n_replicates=1, rng=0)
        walls = []
        for r in range(ROUNDS):
            begun = time.process_time()
            sizes = model.sizes(graph, 10, n_replicates=3, rng=r)
            walls.append((time.process_time() - begun) / 3)
        rows.append({"edges": edges, "seconds": float(np.median(walls)), "share": sizes.mean() / graph.n_nodes,
                     "bytes an edge": (graph.ptr.nbytes + graph.idx.nbytes) / edges})  # fmt: skip
    table = pd.DataFrame(rows)
    x, y = np.log(table["edges"]), np.log(table["seconds"])
    slope = np.polyfit(x, y, 1)[0]
    error = np.sqrt(
        ((y - np.polyval(np.polyfit(x, y, 1), x)) ** 2).sum() / 2 / ((x - x.mean()) ** 2).sum()
    )
    return table, slope, 4.303 * error  # t of two degrees of freedom


def machine():
    """Say on what this was measured."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor()
    return f"{processor}, {os.cpu_count()} cores; {platform.system()}; Python {platform.python_version()}"


def page(table, scale, slope, reach):
    """Write the page that says what was measured, what was met and what not."""
    shown = table.assign(
        ours=table["ours"].map("{:.3g}".format), theirs=table["theirs"].map("{:.3g}".format),
        ratio=table["ratio"].map("{:,.1f}".format), target=table["target"].map("{:,.4g}".format),
    ).replace("nan", "")  # fmt: skip
    head = f"| {' | '.join(shown)} |\n|{'---|' * len(shown.columns)}\n"
    body = "".join(f"| {' | '.join(map(str, row))} |\n" for row in shown.itertuples(index=False))
    scale_head = f"| {' | '.join(scale)} |\n|{'---|' * len(scale.columns)}\n"
    scale_body = "".join(f"| {row[0]:,} | {row[1]:.3g} | {row[2]:.3f} | {row[3]:.1f} |\n"
                         for row in scale.itertuples(index=False))  # fmt: skip
    (HERE / "README.md").write_text(
        "# The peers beside us\n\n"
        "Written by `make bench`: one process, one pinned core, turn by turn (ours, theirs, ours, "
        f"theirs, …), {ROUNDS} rounds after an untimed one. Times are CPU seconds; a ratio is the median of "
        "the rounds' ratios, theirs to ours. A pair is shown only where both sides compute the same "
        "(mean size, rate or outcome within the tolerance in `pairs.py`). Read absolute times as rough: the "
        f"machine is shared.\n\nMachine: {machine()}.\n\n{head}{body}\n"
        "## Scaling\n\nThreshold cascades on random networks of mean degree 10, ten seeds: CPU seconds a "
        f"cascade. Log-log slope {slope:.2f}, 95 % interval ±{reach:.2f} (four sizes). A slope above 1 is the "
        "memory: beyond a million edges the arrays leave the processor's caches.\n\n"
        f"{scale_head}{scale_body}",
        encoding="utf-8",
    )


def main():
    """Measure everything; write results.csv and README.md."""
    warnings.simplefilter("ignore")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    columns = ["work", "peer", "ours", "theirs", "unit", "ratio", "target", "met", "why"]
    table = pd.DataFrame([*compare(), *start_ups()]).reindex(columns=columns)
    table["why"] = table["why"].fillna("")
    scale, slope, reach = scaling()
    table.to_csv(HERE / "results.csv", index=False)
    page(table, scale, slope, reach)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
