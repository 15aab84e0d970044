"""Real counts of posts and reactions, without their words."""

import pandas as pd

from karma_lib.datasets._read import read_tables


def load_moral_contagion(*, with_text: bool = False) -> pd.DataFrame:
    """Return the tweets of two presidential candidates with moral and emotional word counts.

    Parameters
    ----------
    with_text : bool, default False
        Whether to keep `text`, which only a count of other words needs: never print it.

    Returns
    -------
    DataFrame

    Notes
    -----
    *Source*: doi:10.1037/xge0001247, with the tweets and word counts of
    doi:10.7910/DVN/E7EOQJ.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `source` (figure A, the liberal candidate; figure B, the conservative one),
    `created_at`, `time` (str, as the source has them), `favorite_count`, `retweet_count`,
    `AffectCount`, `MoralCount`, `shared` (int: moral-emotional words), `Vice.txt`,
    `Moral.txt`, `Virtue.txt` (float, likeness to a dictionary).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: two accounts of one campaign; counts were taken years later.

    *Privacy*: public figures; their names become letters, texts are dropped on load unless
    asked for.
    """
    drop = ("Unnamed: 0", "ID", "text_cleaned", *([] if with_text else ["text"]))
    table = read_tables("moral-contagion", drop=drop)
    return table.assign(source=_lettered(table["source"]))


def _lettered(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return a letter for each of two public figures, in the order of their files' names."""
    letters = ("figure A", "figure B")
    return names.map(dict(zip(sorted(names.unique()), letters, strict=True)))


def load_twitter_ratio() -> pd.DataFrame:
    """Return replies, retweets and likes of the tweets of two US presidents.

    Returns
    -------
    DataFrame
        3,207 and 3,232 posts.

    Notes
    -----
    *Source*: FiveThirtyEight 2017, The worst tweeter in politics isn't Trump.

    *Licence*: CC BY 4.0.

    *Columns*: `source` (figure A, the president until January 2017; figure B, the one after),
    `created_at` (datetime64, time zone not stated), `replies`, `retweets`, `favorites` (int).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: what was there in October 2017; replies grew over the years for all, so a
    ratio needs its year beside it.

    *Privacy*: public figures; their handles become letters, texts and links are dropped on load.
    """
    table = read_tables("twitter-ratio", drop=("text", "url", "user"), encoding_errors="replace")
    times = pd.to_datetime(table["created_at"], format="%m/%d/%y %H:%M")
    return table.assign(source=_lettered(table["source"]), created_at=times)


def load_unhealthy_conversations(*, with_text: bool = False) -> pd.DataFrame:
    """Return news comments judged for unhealthy tones.

    Parameters
    ----------
    with_text : bool, default False
        Whether to keep `comment`, which only a classifier needs.

    Returns
    -------
    DataFrame
        8,852 comments: the validation part (4,427) and the test part (4,425).

    Notes
    -----
    *Source*: Price et al. 2020, Six attributes of unhealthy conversations,
    doi:10.18653/v1/2020.alw-1.15.

    *Licence*: CC BY-NC-SA 4.0: not for commercial use; share alike.

    *Columns*: `source` (test, val), `_trusted_judgments` (int), and for `antagonize`,
    `condescending`, `dismissive`, `generalisation`, `generalisation_unfair`, `healthy`,
    `hostile`, `sarcastic`: the majority label (0 or 1) and its `:confidence` (0 to 1).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: Canadian news comments of one paper; annotators disagree, the confidence says
    how much. The training part is not among the files.

    *Privacy*: no account in the source; the words of private persons come only when asked
    for: never print them.
    """
    drop = ("_unit_id",) if with_text else ("_unit_id", "comment")
    return read_tables("unhealthy-conversations", drop=drop)


def load_booktok_views() -> pd.DataFrame:
    """Return the growing view counts of eleven book hashtags on TikTok, 2023 on.

    Returns
    -------
    DataFrame

    Notes
    -----
    *Source*: marginalhours/tiktok-hashtag-tracker, read off the site every few hours.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `hashtag` (str), `time` (datetime64, UTC), `views` (int, in all so far).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: the site rounds to three figures (97.5 M), so small changes are steps; counts
    can fall when videos go.

    *Privacy*: counts of a hashtag; nobody in it.
    """
    names = ["time", "views"]
    table = read_tables("booktok-views", only=".txt", sep="\t", names=names, parse_dates=["time"])
    return table.rename(columns={"source": "hashtag"})


def load_youtube_audit() -> pd.DataFrame:
    """Return how much misinformation an audit met on YouTube after watching it on purpose.

    Returns
    -------
    DataFrame

    Notes
    -----
    *Source*: Tomlein et al. 2021, An audit of misinformation filter bubbles on YouTube,
    doi:10.1145/3460231.3474241.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `source` (home page or recommendations), `topic`, `seed_sequence` (int, step),
    `score` (float, -1 debunking to 1 promoting), `annotated` (float, videos with a label).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: part of the labels come from a classifier; automated accounts, not people.

    *Privacy*: automated accounts only.
    """
    return read_tables("youtube-audit", drop=("Unnamed: 0",))
