"""`python -m karma_lib.datasets`: fetch every real data set and print what there is."""

import sys

from karma_lib.datasets import fetch_all


def main() -> int:
    """Print one row a data set; return 1 where a file could not be had."""
    table = fetch_all()
    print(table.to_string(index=False))
    return int(table["failed"].any())


if __name__ == "__main__":
    sys.exit(main())
