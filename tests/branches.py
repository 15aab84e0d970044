"""Say how many branches the tests reached, and fail below the aim: `make coverage` ends so.

With a page as argument a figure that reaches the aim is written into its table (`make test-long`).
"""

import json
import sys
from pathlib import Path

from tests.figures import row, write

AIM = 95
"""Percent of the branches of the library without its plots."""
CLAIM = "The tests reach the branches of the library, its plots aside, with kernels interpreted"


def main(*pages):
    totals = json.load(sys.stdin)["totals"]
    reached, n = totals["covered_branches"], totals["num_branches"]
    lines, n_lines = totals["covered_lines"], totals["num_statements"]
    told = (f"{reached:,} of {n:,} branches ({100 * reached / n:.1f} %) and {lines:,} of "
            f"{n_lines:,} lines ({100 * lines / n_lines:.1f} %); the aim: {AIM} % of branches")  # fmt: skip
    print(f"{told}.")
    if 100 * reached < AIM * n:
        return 1
    for page in map(Path, pages):
        write(page, row(CLAIM, told, "tests/branches.py::main"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
