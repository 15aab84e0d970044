"""Real cascades: who came after whom, and when."""

import re
from zipfile import ZipFile

import numpy as np
import pandas as pd

from karma_lib.datasets._read import RFile, read_tables, report
from karma_lib.datasets._store import fetch
from karma_lib.tree import Tree


def _tree(rows: list[tuple[str, str, float]]) -> Tree:
    """Return the tree of (key, key of the source, time); of equal keys the first counts."""
    place: dict[str, int] = {}
    for i, (key, _, _) in enumerate(rows):
        place.setdefault(key, i)
    parent = np.array([place.get(source, -1) for _, source, _ in rows])
    return Tree(parent, time=np.array([time for _, _, time in rows]))


def _forest(trees: list[Tree]) -> pd.DataFrame:
    """Return one row a tree, with its size, and the report."""
    sizes = [len(tree.parent) for tree in trees]
    table = pd.DataFrame({"size": sizes, "tree": trees})
    roots = sum(int(np.count_nonzero(tree.parent < 0)) for tree in trees)
    table.attrs["report"] = {
        "trees": len(trees),
        "posts": sum(sizes),
        "roots without a source": roots - len(trees),
    }
    return table


def load_disinformation_cascades() -> pd.DataFrame:
    """Return reply trees under fact-checked claims on Twitter.

    Returns
    -------
    DataFrame
        254 trees (114 true, 99 false, 41 imprecise), 127,914 posts.

    Notes
    -----
    *Source*: Mendoza et al. 2023, doi:10.3390/app13095347.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `veracity` (true, false, imprecise), `size` (int, posts), `tree` (Tree; times
    in seconds after the first post).

    *Report*: `attrs["report"]`: trees, posts, roots without a source (beyond one a tree).

    *Pitfalls*: replies, not retweets; claims were chosen because a fact-checker chose them.

    *Privacy*: numbers of posts are dropped on load; no text, no account.
    """
    trees, words = [], []
    for veracity in ("True", "False", "Imprecise"):
        with ZipFile(fetch(f"disinformation-cascades/{veracity}.zip")) as folder:
            for name in sorted(n for n in folder.namelist() if n.endswith("_minf.txt")):
                found = re.findall(r"'(\w+)','([\d.]+)'\]->\['(\w+)'", folder.read(name).decode())
                trees.append(_tree([(key, source, float(time)) for key, time, source in found]))
                words.append(veracity.lower())
    return _forest(trees).assign(veracity=words)


def load_weibo_cascades() -> pd.DataFrame:
    """Return a sample of repost trees on Weibo, 1 June 2016.

    Returns
    -------
    DataFrame
        30 trees, 7,147 participants.

    Notes
    -----
    *Source*: Cao et al. 2017, DeepHawkes, doi:10.1145/3132847.3132973; the sample that comes
    with CasFlow.

    *Licence*: MIT of the host repository; the posts "limited to only use in research".

    *Columns*: `size` (int, participants), `tree` (Tree; times in seconds after the first
    post).

    *Report*: `attrs["report"]`: trees, posts, roots without a source.

    *Pitfalls*: one post names a path that is not there and stands as a root of its own; 39
    paths come twice, replies go to the first. A sample of large cascades only.

    *Privacy*: account numbers are dropped on load.
    """
    trees = []
    for line in fetch("weibo-cascades/dataset.txt").read_text().splitlines():
        posts = [post.rsplit(":", 1) for post in line.split("\t")[4].split(" ")]
        posts.sort(key=lambda post: (float(post[1]), post[0].count("/")))
        trees.append(_tree([(path, path.rpartition("/")[0], float(time)) for path, time in posts]))
    return _forest(trees)


def load_rumour_threads() -> pd.DataFrame:
    """Return conversations about rumours in four events of 2014 and 2015.

    Returns
    -------
    DataFrame
        3,976 posts.

    Notes
    -----
    *Source*: Lukasik et al. 2016, doi:10.18653/v1/P16-2064; derived from PHEME, Zubiaga et
    al. 2016, doi:10.1371/journal.pone.0150989.

    *Licence*: LGPL-3.0 of the host repository; fetched by each user.

    *Columns*: `source` (event: charlie, ferguson, ottawa, sydney), `rumour`, `post`,
    `reply_to` (int; a first post names itself), `stance` (support, deny, query, comment),
    `hours` (float, since the rumour's first post).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: the meaning of the stance numbers follows the order of their name in the
    source (SDQC).

    *Privacy*: no account in the source; the words are dropped on load.
    """
    names = ["rumour", "post", "reply_to", "stance", "hours"]
    table = read_tables(
        "rumour-threads", only=".txt", sep="\t", names=[*names, "length", "tokens"], usecols=names
    )
    stances = dict(enumerate(("support", "deny", "query", "comment")))
    table["stance"] = table["stance"].map(stances)
    return table


def load_auspol_retweets() -> pd.DataFrame:
    """Return retweet cascades under #auspol.

    Returns
    -------
    DataFrame
        10,504 posts of 3,333 cascades.

    Notes
    -----
    *Source*: Kong, Rizoiu & Xie 2021, evently, doi:10.1145/3437963.3441708.

    *Licence*: MIT, said of data and code; fetched by each user.

    *Columns*: `cascade` (int), `time` (float, seconds after the first post), `followers`
    (int, of the account).

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: who was retweeted by whom is not known; most cascades have one or two posts.

    *Privacy*: account numbers are dropped on load.
    """
    cascades = RFile(str(fetch("auspol-retweets/auspol.rda"))).item()[0][1]
    rows = [
        pd.DataFrame({"cascade": i, "time": time, "followers": np.asarray(followers, np.int64)})
        for i, ((followers, time, _), _) in enumerate(cascades)
    ]
    return report(pd.concat(rows, ignore_index=True))
