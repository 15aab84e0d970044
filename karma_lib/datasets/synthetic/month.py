"""A month on a small platform: calm videos, one storm, invented people."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from karma_lib import _checks
from karma_lib._random import Draws, draws
from karma_lib._typing import Array, Seed
from karma_lib.datasets.synthetic.phrases import ENDINGS, EVERYWHERE, PHRASES, TOPICS, WORDS

START, DAYS = 1_772_409_600, 28  # 2 March 2026, 00:00 UTC, a Monday
N_VIDEOS, N_CREATORS, N_SEEN = 60, 24, 400
STORM_VIDEO, ONSET = 15 * 24 + 13.1, 15 * 24 + 18.6  # hours after START
FADE = 2.0  # hours after which a storm's attention has halved for the first time
TOPIC_OF_STORM = "tea"
ACTS = {"watch": 0.83, "like": 0.11, "search": 0.03, "share": 0.02, "comment": 0.01}


class World(NamedTuple):
    """What happened: one row a video, a comment, an act of one person; the truth included."""

    videos: pd.DataFrame
    comments: pd.DataFrame
    acts: pd.DataFrame


def awake(hours: Array) -> Array:
    """Return the part of people who are awake, in [0.15, 1]: least at 4, most at 16 o'clock.

    Parameters
    ----------
    hours : ndarray of float
        Hours after a midnight, UTC.
    """
    return np.asarray(0.15 + 0.425 * (1 - np.cos((hours - 4) * np.pi / 12)))


def _kept(hours: Array, rng: Draws) -> Array:
    """Return those hours at which somebody was awake to use them, before the end."""
    awake_then = rng.random(len(hours)) < awake(hours)
    return hours[awake_then & (hours < DAYS * 24)]


def _ids(hours: Array, rng: Draws) -> list[str]:
    """Return ids of 19 digits; their upper half is the second half a minute before."""
    low = rng.integers(2**32, size=len(hours))
    pairs = zip(seconds(hours) - 30, low, strict=True)
    return [str((int(second) << 32) | int(rest)) for second, rest in pairs]


def seconds(hours: ArrayLike) -> Array:
    """Return whole seconds since 1970 of hours after the start: ndarray of int64."""
    return np.asarray(START + np.floor(np.asarray(hours) * 3600).astype(np.int64))


def _videos(rng: Draws) -> pd.DataFrame:
    """Return the videos, with views of a heavy tail; that of the storm is liked little."""
    hours = np.sort(_kept(rng.uniform(0, (DAYS - 2) * 24, 4 * N_VIDEOS), rng)[: N_VIDEOS - 1])
    hours = np.sort(np.append(hours, STORM_VIDEO))
    storm = hours == STORM_VIDEO
    topic = rng.choice(sorted(TOPICS), N_VIDEOS)
    topic[storm] = TOPIC_OF_STORM
    fame = rng.lognormal(8, 1.3, N_CREATORS)
    creator = rng.integers(N_CREATORS, size=N_VIDEOS)
    views = np.where(storm, 240_000, 40 + fame[creator] * rng.lognormal(0, 1, N_VIDEOS))
    liked = rng.uniform(0.04, 0.12, N_VIDEOS)
    likes = np.where(storm, 600, views * liked)
    tags = [
        [str(tag) for words, most in ((EVERYWHERE, 3), (TOPICS[name], 4))
         for tag in rng.choice(words, rng.integers(1, most), replace=False)]
        for name in topic
    ]  # fmt: skip
    return pd.DataFrame({
        "id": _ids(hours, rng), "hour": hours, "storm": storm, "topic": topic,
        "creator": [f"synthetic_creator_{number:02d}" for number in creator],
        "tags": tags,
        "views": views.astype(int), "likes": likes.astype(int),
        "shares": (views * rng.uniform(0.001, 0.01, N_VIDEOS)).astype(int),
        "saves": (views * liked * rng.uniform(0.05, 0.3, N_VIDEOS)).astype(int),
        "length": rng.integers(8, 90, N_VIDEOS),
    })  # fmt: skip


def _hours_of_comments(video: Any, storm: Array, rng: Draws) -> Array:
    """Return when comments came: soon after the video, ever fewer; the storm's on top."""
    wanted = rng.poisson(min(0.004 * video.views, 60) * rng.gamma(2, 0.5))
    delays = 6 * np.expm1(rng.exponential(1 / 1.2, 4 * wanted))
    calm = _kept(video.hour + delays, rng)[:wanted]
    if not video.storm:
        return np.sort(calm)
    return np.sort(np.append(calm, _kept(ONSET + FADE * np.expm1(storm), rng)))


def _tone(hour: float, in_storm: bool, rng: Draws) -> str:
    """Return hostile, supportive or neutral; support comes late to a storm."""
    since = max(hour - ONSET, 0.0)
    hostile = 0.1 + 0.5 * np.exp(-since / 18) if in_storm else 0.04
    friendly = 0.15 + 0.3 * -np.expm1(-since / 24) if in_storm else 0.45
    drawn = rng.random()
    return (
        "hostile" if drawn < hostile else "supportive" if drawn < hostile + friendly else "neutral"
    )


def _text(tone: str, topic: str, rng: Draws) -> str:
    """Return a sentence of a tone on a topic, from templates."""
    phrase = PHRASES[tone][rng.integers(len(PHRASES[tone]))]
    slots = {name: words[rng.integers(len(words))] for name, words in WORDS.items()}
    ending = ENDINGS[tone][rng.integers(len(ENDINGS[tone]))]
    return phrase.format(topic=topic, **slots) + ending


def _comments(videos: pd.DataFrame, storm: Array, rng: Draws) -> pd.DataFrame:
    """Return every comment in order of time: few people write often, most of them once."""
    rows = [
        (hour, place)
        for place, video in enumerate(videos.itertuples())
        for hour in _hours_of_comments(video, storm, rng)
    ]
    rows.sort()
    shown, authors, n_people = list(videos.itertuples()), list[int](), 0
    tops: dict[int, list[int]] = {}
    found = []
    for number, (hour, place) in enumerate(rows):
        video, earlier = shown[place], tops.setdefault(place, [])
        stormy = bool(video.storm and hour >= ONSET)
        newcomer = not authors or rng.random() < (0.85 if stormy else 0.6)
        authors.append(n_people if newcomer else authors[rng.integers(number)])
        n_people += newcomer
        reply = bool(earlier) and rng.random() < (0.35 if stormy else 0.2)
        parent = earlier[rng.integers(len(earlier))] if reply else -1
        if not reply:
            earlier.append(number)
        tone = _tone(hour, stormy, rng)
        found.append((hour, place, authors[-1], parent, tone, _text(tone, video.topic, rng)))
    table = pd.DataFrame(found, columns=["hour", "video", "author", "parent", "tone", "text"])
    table.insert(0, "id", _ids(table["hour"].to_numpy(), rng))
    replies = table["parent"].value_counts()
    return table.assign(
        likes=np.floor(2 * np.expm1(rng.exponential(0.7, len(table)))).astype(int),
        replies=table.index.map(replies).fillna(0).astype(int),
    )


def _acts(videos: pd.DataFrame, rng: Draws) -> pd.DataFrame:
    """Return what one person did: watched in the evenings, liked some, searched a little."""
    hours = np.sort(_kept(rng.uniform(0, DAYS * 24, 6 * N_SEEN), rng)[:N_SEEN])
    before = np.searchsorted(videos["hour"], hours)
    rows = []
    for hour, n_there in zip(hours[before > 0], before[before > 0], strict=True):
        place = int(rng.integers(n_there))
        kind = rng.choice([*ACTS], p=[*ACTS.values()])
        topic = videos["topic"].iloc[place]
        said = _text("neutral", topic, rng) if kind == "comment" else topic
        rows.append(("watch", hour, place, ""))
        rows += [(str(kind), hour + 0.01, place, said)] * (kind != "watch")
    return pd.DataFrame(rows, columns=["kind", "hour", "video", "said"])


def world(storm: ArrayLike, *, rng: Seed = None) -> World:
    """Return a month on a small platform, with one storm.

    Parameters
    ----------
    storm : array_like of float
        Times of the storm's comments, from 0 up, on a clock on which attention does not fade,
        such as those of `Hawkes`. Time x falls 2 (exp(x) - 1) hours after the onset, so the
        rate decays like 1 / hours. About a third falls to the night, when few are awake.
    rng : int, SeedSequence, Generator or None
        Source of randomness for all else.

    Returns
    -------
    World

    Notes
    -----
    *How*: 60 videos of 24 people in 28 days. Views are log-normal by person and video,
    comments in proportion to them, their delays heavy-tailed (Lomax, exponent 1.2), thinned by
    a day of 24 hours. An author is new, or that of an earlier comment (Yule), so few write
    often. Hostility is 4 % in the calm; in the storm 60 %, then falling to 10 % (18 hours),
    while support grows (24 hours): these numbers are choices, not findings.

    *Pitfalls*: what an analysis finds here was put in. It shows that a method works, and
    nothing about people.

    Examples
    --------
    >>> from karma_lib import Hawkes
    >>> events = Hawkes(background=20, branching=0.6, decay=8).simulate(5, rng=1)
    >>> found = world(events.times, rng=1)
    >>> len(found.videos), int(found.videos["storm"].sum())
    (60, 1)
    """
    own, times = draws(rng), _checks.reals("storm", storm, 0)
    videos = _videos(own)
    comments = _comments(videos, times, own)
    loaded = comments["video"].value_counts().reindex(videos.index, fill_value=0)
    missed = np.where(videos["storm"], np.ceil(loaded / 0.93) - loaded, own.binomial(loaded, 0.03))
    videos["counted"] = loaded + missed.astype(int)
    return World(videos, comments, _acts(videos, own))
