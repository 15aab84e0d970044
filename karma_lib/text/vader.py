"""How pleasant texts sound, by VADER; and what it gets wrong."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def listed(texts: str | Iterable[Any]) -> list[str]:
    """Return the texts as a list, or say which is none."""
    found = [texts] if isinstance(texts, str) else list(texts)
    for place, entry in enumerate(found):
        if not isinstance(entry, str):
            raise TypeError(
                f"texts must be strings; got {type(entry).__name__} at place {place}. "
                "Drop missing ones first."
            )
    return found


_analyzer = cache(SentimentIntensityAnalyzer)


def sentiment(texts: str | Iterable[Any]) -> pd.DataFrame:
    """Return how pleasant texts sound, by VADER's word list and rules.

    Parameters
    ----------
    texts : iterable of str, length n

    Returns
    -------
    DataFrame
        One row a text: `negative`, `neutral`, `positive` (parts of the text, summing to 1) and
        `compound` (from -1 to 1; the authors call it positive from 0.05, negative to -0.05).

    Raises
    ------
    TypeError
        If a text is no string.

    Notes
    -----
    *Limits*, each held by a test. Slang: praise such as "no cap this slaps" or "this is fire"
    counts as negative, a jeer such as "L + ratio" as positive, "you fell off" as nothing.
    Emoji are read by their names: 😭, which mostly means laughter here, counts as weeping, and
    💀, 🤡 and 🖕 as nothing. Other languages: 0, or chance where a word looks English
    ("die" in a German sentence is a death). Negation: seen up to three words before the word it
    turns ("not good"), not farther off ("I would not say this is a good idea") and not in
    "nobody", "hardly" or "lack". Irony is taken at its word. The word list is of 2014.

    About 4,000 comments a second.

    References
    ----------
    Hutto & Gilbert 2014, VADER: a parsimonious rule-based model for sentiment analysis of
    social media text, ICWSM 8, doi:10.1609/icwsm.v8i1.14550.

    Examples
    --------
    >>> sentiment(["what a lovely song", "not good", "L + ratio"])["compound"].tolist()
    [0.5859, -0.3412, 0.5766]
    """
    rows = [_analyzer().polarity_scores(text) for text in listed(texts)]
    table = pd.DataFrame(rows, columns=["neg", "neu", "pos", "compound"], dtype=float)
    return table.set_axis(["negative", "neutral", "positive", "compound"], axis=1)
