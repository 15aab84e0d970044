"""Words of strangers are shown as words, in a table, in a notebook, on a page made of one."""

from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from nbconvert import HTMLExporter

from tests.security.hostile import COMMENT, STRIKE, ran

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


def test_no_output_and_no_page_made_of_a_notebook_runs_a_comment(tmp_path):
    book = nbformat.read(ran(tmp_path), 4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    pages = [
        output["data"]["text/html"] for output in outputs if "text/html" in output.get("data", {})
    ]
    assert len(pages) >= 3
    whole, _ = HTMLExporter().from_notebook_node(book)
    for page in [*pages, whole]:
        assert "&lt;script&gt;" in page
        assert Struck(page).found == []
    assert whole.count("&lt;script&gt;") >= 6
