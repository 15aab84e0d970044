"""Nothing that is committed names a person: notebooks and their outputs, data, pages, fixtures."""

import re
import subprocess

import nbformat
import pytest

from karma_lib.study import ROOT

pytestmark = pytest.mark.claim(
    "Nothing that is committed shows a handle, an address or the place of a user",
    "{cases} cases: all hold",
)

INVENTED = re.compile(r"(?i)synthetic_\w+|MS4wA+")
WORDS = {"dataclass", "kernel", "media", "misc", "article", "book", "inproceedings", "incollection",
         "techreport", "phdthesis", "online"}  # fmt: skip
"""After an @: Python's decorators on a page, rules of a style sheet, kinds of a reference."""
MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
PLACE = re.compile(
    r"(?i)(?:tiktok|twitter|instagram|facebook|youtube|reddit|weibo|mastodon|threads|twitch|deezer)"
    r"\.(?:com|tv|cn|net|social)/(?:@|u/|user/|users/|channel/|c/|profile\.php\?id=)?([\w.-]{2,})"
    r"|(?<![\w.])(?:x\.com|t\.co|vm\.tiktok\.com|vt\.tiktok\.com)/([\w-]+)"
)
HANDLE = re.compile(r"(?<![\w/@.\"'`{}\\-])@([A-Za-z_][\w.]{2,29})")
VIDEO = re.compile(r"(?<!\d)[67]\d{18}(?!\d)")
SPACES = {"video", "videos", "share", "v", "search", "api", "tag", "music", "i", "status", "aweme"}
LISTED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split()
SHOWN = [name for name in LISTED if name.startswith(("data/", "docs/", "notebooks/", "tests/fixtures/"))
         or name.endswith((".md", ".cff", ".yml"))]  # fmt: skip
TEXTS = [name for name in SHOWN if not name.endswith((".png", ".svg"))]


def traces(text):
    """Return what in a text may lead to a person: addresses, places of users, handles."""
    text = re.sub(r"base64,[\w+/=]+|[A-Za-z0-9+/]{200,}={0,2}", "", text)
    found = [m[0] for m in MAIL.finditer(text) if not m[1].endswith((".invalid", ".example"))]
    for match in PLACE.finditer(text):
        who = match[1] or match[2]
        if who.lower() not in SPACES and not INVENTED.match(who):
            found.append(match[0])
    found += [f"@{m[1]}" for m in HANDLE.finditer(text)
              if m[1] not in WORDS and not INVENTED.match(m[1])]  # fmt: skip
    return found


@pytest.mark.skipif(not LISTED, reason="needs git, to tell what is committed")
@pytest.mark.parametrize("name", TEXTS)
def test_no_address_handle_or_place_of_a_user_is_committed(name):
    text = (ROOT / name).read_text("utf-8")
    if name.endswith(".ipynb"):
        book = nbformat.reads(text, 4)
        shown = [output for cell in book.cells for output in cell.get("outputs", [])]
        text = "\n".join([*(cell.source for cell in book.cells), *map(str, shown)])
    assert traces(text) == []
    if not name.startswith(("data/synthetic-tiktok/", "tests/fixtures/")):
        assert not VIDEO.findall(text), "a video's number leads to a person"


@pytest.mark.parametrize(
    "trace",
    ["somebody@mail.org", "https://www.tiktok.com/@somebody", "https://twitter.com/somebody/status/1",
     "https://x.com/somebody", "https://www.instagram.com/some.body/", "thanks to @somebody!",
     "<td>@some_body</td>", "https://vm.tiktok.com/ZM123/", "https://youtube.com/channel/UC12"],
)  # fmt: skip
def test_each_of_these_would_be_found(trace):
    assert traces(f"a text with {trace} in it") != []


@pytest.mark.parametrize(
    "harmless",
    ["https://www.tiktok.com/@synthetic_user_0/video/7", "a@b.example", "@dataclass\nclass A:",
     "https://www.tiktokv.com/share/video/7/", "`@somebody` as a mention looks"],
)  # fmt: skip
def test_none_of_these_is_taken_for_a_person(harmless):
    assert traces(harmless) == []
