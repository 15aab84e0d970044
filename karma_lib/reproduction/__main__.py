"""`python -m karma_lib.reproduction`: compute the whole ledger and print it.

With `--store` it is also written down, for the notebook that shows all of it.
"""

import sys

from karma_lib import _whole
from karma_lib.reproduction import FAILED, REPRODUCED, SHOWN, STORED, ledger


def main() -> None:
    """Print every row, and as the last line how many were reproduced."""
    table = ledger(progress=True)
    columns = ["id", "published", "ours", "difference", "tolerance", "verdict", "why"]
    print(table[columns].to_string(index=False))
    if "--store" in sys.argv[1:]:
        absent = table.loc[table["why"].str.contains("KARMA_DATA_DIR"), "why"]
        if len(absent):
            sys.exit(f"Not stored, since data are missing: {absent.iloc[0]}")
        kept = table[["id", "ours", "verdict", "why"]]
        try:
            _whole.write(STORED, kept.to_csv(index=False, lineterminator="\n").encode())
        except OSError as error:
            sys.exit(str(error))
    counts = table["verdict"].value_counts()
    print(", ".join(f"{counts.get(word, 0)} {word}" for word in (REPRODUCED, FAILED, SHOWN)))


if __name__ == "__main__":
    main()
