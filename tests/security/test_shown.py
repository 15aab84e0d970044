"""Words of strangers are shown as words, in a table, in a notebook, on a page made of one."""

from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from nbconvert import HTMLExporter

from tests.security.hostile import CODE, COMMENT, PLACES, STRIKE, ran

pytestmark = pytest.mark.claim(
    "Words of strangers are shown as words: in a table, a notebook and a page made of one no comment runs",
    "{cases} cases: all hold",
)

SAFE = COMMENT.replace("<", "&lt;").replace(">", "&gt;")


def test_a_table_shows_what_a_comment_says():
    html = pd.DataFrame({COMMENT: [COMMENT]}, index=[COMMENT]).to_html()
    assert html.count(SAFE) == 3
    assert "<script" not in html


class Struck(HTMLParser):
    """What in a page would run the comment."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        self.found += [
            (tag, name) for name, value in attrs if name[:2] == "on" and STRIKE in (value or "")
        ]
        self.found += [(tag, name) for name, value in attrs if (name, value) == ("src", "x")]

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script" and data.strip() == STRIKE:
            self.found.append(("script", data))


def test_a_comment_that_runs_would_be_found():
    assert Struck(f"<td>{COMMENT}</td>").found == [
        ("img", "onerror"),
        ("img", "src"),
        ("script", STRIKE),
    ]
    assert Struck(f"<td>{SAFE}</td><script>let a</script>").found == []


@pytest.mark.parametrize(
    ("code", "n_pages", "n_shown"), [(CODE, 3, 6), (PLACES, 4, 60)], ids=["words", "places"]
)
def test_no_output_and_no_page_made_of_a_notebook_runs_a_comment(tmp_path, code, n_pages, n_shown):
    book = nbformat.read(ran(tmp_path, code), 4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    shown = [output.get("data", {}) for output in outputs]
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert sum("&lt;script&gt;" in page for page in pages) >= n_pages
    whole, _ = HTMLExporter().from_notebook_node(book)
    for page in [*pages, whole]:
        assert Struck(page).found == []
    assert whole.count("&lt;script&gt;") >= n_shown, "it is shown"
    known = {"text/html", "text/plain", "text/markdown", "application/vnd.jupyter.widget-view+json"}
    assert {kind for data in shown for kind in data} <= known, "no other kind is looked at here"
