import inspect

import numpy as np
import pytest

from karma_lib import datasets

LOADERS = {name: getattr(datasets, name) for name in dir(datasets) if name.startswith("load_")}


def wanted(name):
    """Skip, with a word, where a real data set is not here."""
    return pytest.mark.skipif(
        not datasets.available(name), reason=f"the data set {name} is not here"
    )


@pytest.mark.parametrize("name", LOADERS)
def test_every_loader_says_where_from_under_which_licence_and_what_about_people(name):
    text = inspect.getdoc(LOADERS[name])
    for word in ("Source", "Licence", "Columns", "Pitfalls", "Privacy"):
        assert f"*{word}*" in text, word


def test_pile_on_hours():
    hours = datasets.load_pile_on_hours()
    assert hours["replies"].sum() == 2_726
    assert hours["quotes"].sum() == 2_117
    assert (np.diff(hours["hour"]) == np.timedelta64(1, "h")).all()
    labels = hours[["negative", "neutral", "positive"]].sum(axis=1)
    assert (labels == hours["replies"] + hours["quotes"]).all()


def test_asch_errors_name_their_year():
    asch = datasets.load_asch_errors()
    sizes = asch.groupby("year")["majority"].apply(list).to_dict()
    assert sizes == {1951: [0, 1, 2, 3, 4, 8, 16], 1955: [1, 2, 3, 4]}
    assert (asch["basis"] == "recalled").all()
    early = asch[asch["year"] == 1951].set_index("majority")
    assert early["errors"][4] == pytest.approx(0.35)
    assert early["source"].str.contains("Guetzkow").all()
    assert asch.loc[asch["year"] == 1955, "doi"].eq("10.1038/scientificamerican1155-31").all()


@wanted("political-blogs")
def test_political_blogs():
    blogs = datasets.load_political_blogs()
    assert (blogs.n_nodes, blogs.n_arcs, blogs.directed) == (1_490, 19_025, True)
    assert blogs.nodes.attrs["report"] == {
        "rows read": 19_090, "parallel rows merged": 65, "self-links kept": 3}  # fmt: skip
    giant = blogs.simplified(directed=False).largest_component()
    assert (giant.n_nodes, giant.n_edges) == (1_222, 16_714)
    assert blogs.nodes["side"].value_counts().to_dict() == {"liberal": 758, "conservative": 732}
    assert blogs.nodes.columns.tolist() == ["side"], "no names"
    assert blogs.nodes.index.tolist() == list(range(1_490)), "no names"
