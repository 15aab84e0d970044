"""`python -m karma_lib.reproduction`: compute the whole ledger and print it."""

from karma_lib.reproduction import FAILED, REPRODUCED, SHOWN, ledger


def main() -> None:
    """Print every row, and as the last line how many were reproduced."""
    table = ledger(progress=True)
    columns = ["id", "published", "ours", "difference", "tolerance", "verdict", "why"]
    print(table[columns].to_string(index=False))
    counts = table["verdict"].value_counts()
    print(", ".join(f"{counts.get(word, 0)} {word}" for word in (REPRODUCED, FAILED, SHOWN)))


if __name__ == "__main__":
    main()
