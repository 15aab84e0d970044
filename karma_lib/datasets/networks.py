"""Real networks, with sides or labels where there are some."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pandas as pd

from karma_lib.datasets._read import graph
from karma_lib.datasets._store import fetch
from karma_lib.graph import Graph

SIDES = ("liberal", "conservative")


def _labelled(stem: str, columns: list[str], *, index: str = "id") -> Graph:
    """Return the graph of `<stem>_edges.csv` with some columns of `<stem>_target.csv`."""
    nodes = pd.read_csv(fetch(f"{stem}_target.csv")).set_index(index)[columns]
    return graph(pd.read_csv(fetch(f"{stem}_edges.csv")), nodes)


def load_political_blogs() -> Graph:
    """Return the links between political blogs before the US election of 2004.

    Returns
    -------
    Graph
        1,490 blogs, 19,025 arcs, directed: a blog listens to those it links to. Column
        `side` of `nodes` is "liberal" or "conservative".

    Raises
    ------
    OSError
        If the file is not here and cannot be fetched.

    Notes
    -----
    *Source*: Adamic & Glance 2005, The political blogosphere and the 2004 U.S. election,
    LinkKDD, doi:10.1145/1134271.1134277; the GML file of M. E. J. Newman's collection, pinned by
    address and sha256 in `data/registry.csv`.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns* of `nodes`: `side` (str). *Report* (`nodes.attrs["report"]`): rows read
    (19,090), parallel rows merged (65), self-links kept (3).

    *Pitfalls*: the file's header says "undirected", but its rows are ordered pairs. The
    sides come from blog directories and from reading, and some are wrong. Counting links
    once, without directions and self-links, leaves 16,714 edges among 1,222 blogs in the
    largest component.

    *Privacy*: blogs are public, but some are named after their writers: names are
    dropped on load.
    """
    text = fetch("political-blogs/polblogs.gml").read_text("utf-8")
    side = re.findall(r"node \[\s+id \d+\s+label \"[^\"]*\"\s+value ([01])", text)
    rows = np.array(re.findall(r"source (\d+)\s+target (\d+)", text), np.int64) - 1
    nodes = pd.DataFrame({"side": [SIDES[int(value)] for value in side]})
    return graph(rows, nodes, directed=True)


def load_conover_retweets() -> Graph:
    """Return who retweeted whom about US politics before the elections of 2010.

    Returns
    -------
    Graph
        18,470 accounts, 48,053 edges, undirected.

    Notes
    -----
    *Source*: Conover et al. 2011, Political polarization on Twitter, ICWSM,
    doi:10.1609/icwsm.v5i1.14126; edges and the two sides as used by Garimella et al. 2018,
    doi:10.1145/3140565.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `nodes["side"]`: community1 (9,409) or community2 (9,061).

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: the sides come from a partition of this very network, so that they cannot test
    a method of partition; which is left and which right is not said. The direction of
    retweets is lost.

    *Privacy*: numbers instead of names in the source, dropped on load.
    """
    sides = {
        name: fetch(f"conover-retweets/{name}_twitter_conover.txt").read_text().split()
        for name in ("community1", "community2")
    }
    nodes = pd.DataFrame([(node, side) for side in sides for node in sides[side]])
    nodes = nodes.set_axis(["node", "side"], axis=1).set_index("node")
    pairs = pd.read_csv(fetch("conover-retweets/twitter_conover.txt"), header=None, usecols=[0, 1])
    return graph(pairs, nodes)


def load_finnish_retweets(network: str = "CLIMATE_p1") -> Graph:
    """Return one of 183 networks of retweets about politics in Finland.

    Parameters
    ----------
    network : str, default "CLIMATE_p1"
        A file of the set without its ending; `files("finnish-retweets")` lists them.

    Returns
    -------
    Graph
        Undirected.

    Notes
    -----
    *Source*: Chen et al. 2021, doi:10.1016/j.gloenvcha.2021.102348; Salloum, Chen & Kivelä
    2022, Separating polarization from noise, doi:10.1145/3512962.

    *Licence*: GPL-3.0 of the host repository, which points to Zenodo 8434372 for the
    anonymised set; fetched by each user.

    *Columns*: none; the graph only.

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept, and
    the source's own labels `controversial` and `single_hashtag` (0 or 1).

    *Pitfalls*: sides are not given: they must be found by partition, so every score is a best
    case. Of the 183 labels, 86 say controversial, by reading.

    *Privacy*: numbers instead of names in the source, dropped on load.
    """
    text = fetch(f"finnish-retweets/{network}.edgelist").read_text()
    pairs = np.array(text.split(), np.int64).reshape(-1, 2)
    about = pd.read_csv(fetch("finnish-retweets/network_info.csv")).set_index("file_name")
    about.index = about.index.str.replace(r"[^ -~]", "-", regex=True)  # as the files spell å and ä
    found = graph(pairs, pd.DataFrame(index=np.unique(pairs)))
    found.nodes.attrs["report"] |= about.loc[f"{network}.edgelist"].to_dict()
    return found


def load_congress_twitter() -> Graph:
    """Return who reacts to whom on Twitter in the 117th US Congress.

    Returns
    -------
    Graph
        475 members, 13,289 arcs, directed: a member listens to those who influence them.

    Notes
    -----
    *Source*: Fink et al. 2023, doi:10.1016/j.physa.2023.129083 (also in the SNAP collection).

    *Licence*: MIT of the host repository; fetched by each user.

    *Columns*: `nodes`: `State`, `Party` (D, R, I), `Chamber` (House, Senate).

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: a row "a b" of the file is read as a influencing b, as in the source's list of
    outgoing links; the transmission probabilities are not in this copy.

    *Privacy*: elected officials, public accounts; their handles are dropped on load all the
    same.
    """
    with ZipFile(fetch("congress-twitter/congress_members.csv.zip")) as folder:
        nodes = pd.read_csv(BytesIO(folder.read("congress_members.csv")))
    with ZipFile(fetch("congress-twitter/congress_edges.dat.zip")) as folder:
        text = folder.read("congress_edges.dat").decode()
    pairs = [line.split()[1::-1] for line in text.splitlines()]
    return graph(np.array(pairs, np.int64), nodes.drop(columns="Handle"), directed=True)


def load_facebook_pages() -> Graph:
    """Return likes between verified Facebook pages, November 2017.

    Returns
    -------
    Graph
        22,470 nodes, 171,002 edges, undirected.

    Notes
    -----
    *Source*: Rozemberczki, Allen & Sarkar 2021, Multi-scale attributed node embedding,
    doi:10.1093/comnet/cnab014.

    *Licence*: GPL-3.0 of the host repository; fetched by each user.

    *Columns*: `nodes["page_type"]`: company, government, politician or tvshow.

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: mutual likes of pages, not friendships of people.

    *Privacy*: names, addresses and ids are dropped on load.
    """
    return _labelled("musae/facebook", ["page_type"])


def load_twitch_friends() -> Graph:
    """Return friendships between English-speaking Twitch streamers, May 2018.

    Returns
    -------
    Graph
        7,126 nodes, 35,324 edges, undirected.

    Notes
    -----
    *Source*: Rozemberczki, Allen & Sarkar 2021, doi:10.1093/comnet/cnab014.

    *Licence*: GPL-3.0 of the host repository; fetched by each user.

    *Columns*: `nodes`: `days` (int, age of the account), `mature` (bool), `views` (int),
    `partner` (bool).

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: views and friends go together, as everywhere; nothing follows about causes.

    *Privacy*: names, addresses and ids are dropped on load.
    """
    return _labelled("musae/ENGB", ["days", "mature", "views", "partner"], index="new_id")


def load_deezer_friends() -> Graph:
    """Return friendships between European Deezer users, March 2020.

    Returns
    -------
    Graph
        28,281 nodes, 92,752 edges, undirected.

    Notes
    -----
    *Source*: Rozemberczki & Sarkar 2020, Characteristic functions on graphs,
    doi:10.1145/3340531.3411866.

    *Licence*: GPL-3.0 of the host repository; fetched by each user.

    *Columns*: `nodes["target"]`: 0 or 1 (gender as the source derived it from names).

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: the label is a guess from names: use it as a two-coloured label, never as a
    fact about people.

    *Privacy*: names, addresses and ids are dropped on load.
    """
    return _labelled("deezer-lastfm/deezer", ["target"])


def load_lastfm_friends() -> Graph:
    """Return friendships between Asian LastFM users, March 2020.

    Returns
    -------
    Graph
        7,624 nodes, 27,806 edges, undirected.

    Notes
    -----
    *Source*: Rozemberczki & Sarkar 2020, doi:10.1145/3340531.3411866.

    *Licence*: GPL-3.0 of the host repository; fetched by each user.

    *Columns*: `nodes["target"]`: 0 to 17, the country as a number.

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: which number is which country is not said.

    *Privacy*: names, addresses and ids are dropped on load.
    """
    return _labelled("deezer-lastfm/lastfm", ["target"])


def load_tiktok_hashtags(period: str = "2022-KW26") -> Graph:
    """Return which hashtags stood together on German TikTok in one week or month.

    Parameters
    ----------
    period : str, default "2022-KW26"
        A file of the set without its ending; `files("tiktok-hashtags")` lists all 67.

    Returns
    -------
    Graph
        Undirected; up to 201 hashtags.

    Notes
    -----
    *Source*: TikTok audit of the Stiftung Neue Verantwortung (M. Degeling), hashtag
    combinations by week.

    *Licence*: GPL-3.0 of the host repository; fetched by each user.

    *Columns*: `nodes`: `hashtag` (str; one is empty where videos had none), `videos` (int).

    *Report*: `nodes.attrs["report"]`: rows read, parallel rows merged, self-links kept.

    *Pitfalls*: every pair stands in the file in both directions and is merged; how often a
    pair occurred is not kept. Only the top 200 tags of the period.

    *Privacy*: hashtags of many posts together; no account.
    """
    data = json.loads(fetch(f"tiktok-hashtags/{period}.json").read_text("utf-8"))
    nodes = pd.DataFrame(data["nodes"]).set_axis(["hashtag", "videos"], axis=1)
    nodes = nodes.set_index("hashtag", drop=False)
    links = pd.DataFrame(data["links"], columns=["source", "target"])
    return graph(links, nodes)
