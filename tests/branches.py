"""Say how many branches the tests reached, and fail below the aim: `make coverage` ends so."""

import json
import sys

AIM = 95
"""Percent of the branches of the library without its plots."""


def main():
    totals = json.load(sys.stdin)["totals"]
    reached, n = totals["covered_branches"], totals["num_branches"]
    lines, n_lines = totals["covered_lines"], totals["num_statements"]
    print(f"{reached:,} of {n:,} branches ({100 * reached / n:.1f} %) and {lines:,} of "
          f"{n_lines:,} lines ({100 * lines / n_lines:.1f} %); the aim: {AIM} % of branches.")  # fmt: skip
    return int(100 * reached < AIM * n)


if __name__ == "__main__":
    sys.exit(main())
