"""`python -m karma_lib.text`: train the classifier unless it is kept, and print its trial."""

import sys

from karma_lib.text import trial


def main() -> None:
    """Print how the classifier does on the test part; stop with a sentence without data."""
    try:
        print(trial(rng=0).round(3).to_string())
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
