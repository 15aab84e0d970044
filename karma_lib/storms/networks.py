"""What stands together: hashtags under a video, people under the same videos."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from karma_lib import _checks
from karma_lib._checks import Number
from karma_lib.graph import Graph


def co_hashtag(videos: pd.DataFrame, *, least: Number = 10) -> Graph:
    """Return which hashtags stand together under videos.

    Parameters
    ----------
    videos : DataFrame
        With `video_id`, `author_key` and `hashtags` (lists of str).
    least : int, default 10
        Hashtags of fewer authors are left out: a rare one can name a person.

    Returns
    -------
    Graph
        Undirected, one edge a video that has both (parallel edges are weights;
        `simplified()` merges them). `nodes`, indexed by hashtag: `videos`, `authors`.

    Examples
    --------
    >>> videos = pd.DataFrame({"video_id": ["1", "2"], "author_key": ["a", "b"],
    ...                        "hashtags": [["tea", "cup"], ["tea", "cup", "rare"]]})
    >>> co_hashtag(videos, least=2).nodes
         videos  authors
    cup       2        2
    tea       2        2
    """
    _checks.columns("videos", videos, "video_id", "author_key", "hashtags")
    table = videos[["video_id", "author_key", "hashtags"]].explode("hashtags")
    table = table.dropna(subset="hashtags").drop_duplicates(["video_id", "hashtags"])
    nodes = table.groupby("hashtags").agg(
        videos=("video_id", "size"), authors=("author_key", "nunique")
    )
    nodes = nodes[nodes["authors"] >= least].rename_axis(None)
    place = nodes.index.get_indexer(table["hashtags"])
    used = pd.DataFrame({"video_id": table["video_id"], "tag": place})[place >= 0]
    pairs = used.merge(used, on="video_id")
    pairs = pairs[pairs["tag_x"] < pairs["tag_y"]][["tag_x", "tag_y"]]
    return Graph.from_edges(pairs.to_numpy(), len(nodes), nodes=nodes)


def co_comment(comments: pd.DataFrame, *, least: Number = 2) -> Graph:
    """Return who commented under the same videos: a trace of herds, and of those led by one.

    Parameters
    ----------
    comments : DataFrame
        With `video_id` and `author_key`. Comments of the video's own creator (`is_creator`)
        are left out, and those without an author (the Research API gives none).
    least : int, default 2
        How many videos two people must have in common; at least 1.

    Returns
    -------
    Graph
        Undirected. `nodes`, indexed by author, of people with at least `least` videos:
        `videos`, `comments`.

    Raises
    ------
    ValueError
        If no comment has an author.

    Examples
    --------
    >>> comments = pd.DataFrame({"video_id": ["1", "2", "1", "2", "3"],
    ...                          "author_key": ["a", "a", "b", "b", "b"]})
    >>> co_comment(comments)
    Graph(2 nodes, 1 edges)
    """
    table = _checks.columns("comments", comments, "video_id", "author_key")
    if "is_creator" in table:
        table = table[~table["is_creator"].eq(True).fillna(False).astype(bool)]
    table = table.dropna(subset=["video_id", "author_key"])
    if table.empty:
        raise ValueError(
            "comments must name authors; got none. The Research API gives none: use data of "
            "another source."
        )
    nodes = table.groupby("author_key").agg(
        videos=("video_id", "nunique"), comments=("video_id", "size")
    )
    nodes = nodes[nodes["videos"] >= least].rename_axis(None)
    once = table.drop_duplicates(["video_id", "author_key"])
    once = once[once["author_key"].isin(nodes.index)]
    where = nodes.index.get_indexer(once["author_key"]), once["video_id"].factorize()[0]
    shape = len(nodes), once["video_id"].nunique()
    under = csr_array((np.ones(len(once), np.int32), where), shape=shape)
    shared = triu(under @ under.T, k=1).tocoo()
    pairs = np.column_stack(shared.coords)[shared.data >= least]
    return Graph.from_edges(pairs.astype(np.int64), len(nodes), nodes=nodes)
