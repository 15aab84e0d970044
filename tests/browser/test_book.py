"""Every page of the book, and its pieces to play with, in a browser without a network."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from karma_lib import study
from karma_lib.lesson.explorables import PIECES
from tests.chromium import launched, needs_a_browser, opened
from tests.security import hostile

needs_a_browser()
AXE = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

FAULTS = """() => {
  const faults = [], all = (what) => [...document.querySelectorAll(what)];
  for (const image of all('article img')) {
    const alt = image.alt.trim();
    if (!alt || alt.length > 250 || /\\.(png|svg|jpe?g)$/i.test(alt)) faults.push('alt: ' + alt);
    if (!image.naturalWidth) faults.push('empty picture: ' + alt);
  }
  for (const formula of all('mjx-merror')) faults.push('formula: ' + formula.textContent);
  if (document.querySelector('article .math') && !document.querySelector('article mjx-container'))
    faults.push('formulas not set');
  if (all('h1').length !== 1) faults.push(all('h1').length + ' h1');
  let above = 0;
  for (const heading of all('article :is(h1, h2, h3, h4, h5, h6)')) {
    const level = Number(heading.tagName[1]);
    if (level > above + 1) faults.push('a level is skipped before: ' + heading.textContent);
    above = level;
  }
  if (document.documentElement.scrollWidth > innerWidth + 1)
    faults.push('wider than the window: ' + document.documentElement.scrollWidth);
  if (!document.documentElement.lang) faults.push('no language');
  return faults;
}"""
FAINT = """() => {
  const seen = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = ([r, g, b, a = 1], below) => [r, g, b].map((c, i) => a * c + (1 - a) * below[i]);
  const paper = (element) => {
    if (!element) return [255, 255, 255];
    const own = seen(getComputedStyle(element).backgroundColor);
    return own[3] === undefined || own[3] === 1 ? own.slice(0, 3) : over(own, paper(element.parentElement));
  };
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const faults = new Set();
  for (const element of document.querySelectorAll('article *')) {
    const own = [...element.childNodes].filter((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own.length || !element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, script, style, .headerlink')) continue;
    const style = getComputedStyle(element), below = paper(element), size = parseFloat(style.fontSize);
    const [a, b] = [light(over(seen(style.color), below)), light(below)].sort((x, y) => y - x);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < (large ? 3 : 4.5)) faults.add(contrast.toFixed(1) + ': 1, ' + element.tagName + ' ' + own[0].textContent.trim().slice(0, 40));
  }
  return [...faults];
}"""
"""Words that do not stand out from what lies behind them; axe-core leaves equal colours open."""

SET = "() => !document.querySelector('article .math') || window.MathJax?.startup?.promise.then(() => true)"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The book with the committed outputs: what `make study` builds once it has run them."""
    folder = tmp_path_factory.mktemp("book")
    study.gather(folder / "pages")
    for path in sorted((study.ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, folder / "pages" / "notebooks")
    shutil.copy(hostile.ran(folder), folder / "pages" / "hostile.ipynb")
    assert study.build_book(folder / "pages", folder / "book") == 0
    return folder / "book"


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


def pages(book: Path) -> list[Path]:
    return [path for path in sorted(book.rglob("*.html")) if "_static" not in path.parts]


def serious(page):
    """What axe-core calls serious or critical: rule, and where."""
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found
            if v["impact"] in {"serious", "critical"}]  # fmt: skip


def test_every_page_opens_from_disk_without_network_or_complaint(book, browser):
    """On a phone, a tablet and a screen; its words stand out in the light and in the dark."""
    faults = {}
    with opened(browser, color_scheme="light") as page:
        for path in pages(book):
            page.asked.clear(), page.complaints.clear()
            page.set_viewport_size({"width": 390, "height": 844})
            page.goto(path.as_uri())
            page.wait_for_function(SET)
            found = [*page.evaluate(FAULTS), *page.asked, *page.complaints]
            for width in (768, 1280):
                page.set_viewport_size({"width": width, "height": 844})
                found += [f"at {width}: {fault}" for fault in page.evaluate(FAULTS)]
            for theme in ("light", "dark"):
                page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
                found += [f"{theme}: {fault}" for fault in page.evaluate(FAINT)]
            if found:
                faults[path.relative_to(book).as_posix()] = found
    assert faults == {}


def test_a_hostile_comment_is_shown_and_never_run(book, browser):
    with opened(browser) as page:
        page.goto((book / "hostile.html").as_uri())
        assert page.locator("article .output").get_by_text("onerror").count() >= 5, "it is shown"
        assert page.locator('article .output img[src="x"], article .output script').count() == 0
        assert page.evaluate("window.struck") is None
        assert (page.asked, page.complaints) == ([], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(book, browser, theme):
    """One of each kind in both themes; all pages of a kind are made by the same template."""
    kinds = ["index", "gallery", "search", "genindex", *(f"try/{piece}" for piece in PIECES),
             "notebooks/05_when_do_crowds_tip", "ledgers/evidence", "api/measures", "data/index",
             "glossary", "trust", "teaching/competences", "contributing/model"]  # fmt: skip
    faults = {}
    with opened(browser, color_scheme=theme) as page:
        for kind in kinds:
            page.goto((book / f"{kind}.html").as_uri())
            page.wait_for_function(SET)
            if found := serious(page):
                faults[kind] = found
    assert faults == {}


def test_the_gallery_shows_a_picture_of_each_notebook_and_leads_there(book, browser):
    stems = {path.stem for path in (study.ROOT / "notebooks").glob("*.ipynb")}
    with opened(browser) as page:
        page.goto((book / "index.html").as_uri())
        page.get_by_role("link", name="Look A gallery").click()
        page.wait_for_url("**/gallery.html")
        links = page.locator(".gallery .caption-text a")
        assert {Path(a.get_attribute("href")).stem for a in links.all()} == stems
        assert page.locator(".gallery figure img").count() == len(stems)
        first = page.locator(".gallery figure").first
        words, question = (first.locator("img").get_attribute("alt"),
                           links.first.inner_text())  # fmt: skip
        first.locator("img").click(force=True)  # the whole card is one link
        page.wait_for_url("**/notebooks/*.html")
        assert page.locator("h1").inner_text().startswith(question)
        assert page.locator(f'article img[alt="{words}"]').is_visible()


def test_folded_code_opens_and_folds_by_keyboard(book, browser):
    with opened(browser) as page:
        page.goto((book / "notebooks/05_when_do_crowds_tip.html").as_uri())
        for name in ("Setup", "Exercises"):
            fold = page.locator(f"section:has(> h2:text('{name}')) details").last
            code = fold.locator("pre").first
            assert not code.is_visible(), "it begins folded"
            fold.locator("summary").focus()
            page.keyboard.press("Enter")
            assert code.is_visible()
            page.keyboard.press("Space")
            assert not code.is_visible()
        shown = page.locator("section:has(> h2:text('Predict')) .cell_input pre").first
        page.get_by_role("button", name="Hide the code").focus()
        page.keyboard.press("Enter")
        assert not shown.is_visible()
        assert page.locator("section:has(> h2:text('Explain')) figure img").first.is_visible()
        page.get_by_role("button", name="Show the code").press("Enter")
        assert shown.is_visible()
        assert page.complaints == []


def test_a_wide_table_becomes_cards_on_a_phone_and_stays_a_table(book, browser):
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto((book / "ledgers/published.html").as_uri())
        row = page.locator("#granovetter-1978").get_by_role("row").nth(1)
        cells = row.get_by_role("cell").all()
        boxes = [cell.bounding_box() for cell in cells if cell.is_visible()]
        assert len(boxes) >= 6
        assert all(a["y"] < b["y"] for a, b in pairwise(boxes)), "one value below the other"
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        names = [cell.get_attribute("data-column") for cell in cells[1:4]]
        assert names == ["parameters: ", "published: ", "ours: "]
        assert "parameters" in cells[1].evaluate("e => getComputedStyle(e, '::before').content")
        page.set_viewport_size({"width": 1280, "height": 844})
        assert len({cell.bounding_box()["y"] for cell in cells}) == 1
        assert page.get_by_role("columnheader", name="published").last.is_visible()


def test_searching_finds_a_page(book, browser):
    with opened(browser) as page:
        page.goto((book / "search.html").as_uri() + "?q=threshold")
        page.get_by_role("link", name="When do crowds tip?").first.wait_for()
        assert (page.asked, page.complaints) == ([], [])


def facts(page):
    """The numbers that a piece shows, by name."""
    pairs = page.locator(".karma-facts > div").all()
    return dict(pair.inner_text().split("\n")[:2] for pair in pairs)


def test_the_herd_answers_the_mouse(book, browser):
    with opened(browser) as page:
        page.goto((book / "try/herd.html").as_uri())
        assert facts(page)["Joined"] == "2 of 60"
        page.get_by_role("button", name="Nobody begins").click()
        assert facts(page)["Joined"] == "0 of 60"
        page.get_by_role("application").click(position={"x": 20, "y": 20}, force=True)
        # Not everywhere is somebody: walk over the picture until one is hit.
        box = page.get_by_role("application").bounding_box()
        for y in range(15, int(box["height"]), 20):
            for x in range(15, int(box["width"]), 20):
                if facts(page)["Joined"] != "0 of 60":
                    break
                page.get_by_role("application").click(position={"x": x, "y": y}, force=True)
        assert facts(page)["Joined"] == "1 of 60"
        page.get_by_role("slider", name="Threshold").fill("0.05")
        page.get_by_role("button", name="Run").click()
        page.get_by_role("status").get_by_text("Everybody has joined").wait_for()
        assert facts(page)["Joined"] == "60 of 60"
        assert page.complaints == []


def test_the_herd_answers_the_keyboard_and_says_what_happens(book, browser):
    with opened(browser) as page:
        page.goto((book / "try/herd.html").as_uri())
        status, crowd = page.get_by_role("status"), page.get_by_role("application")
        crowd.focus()
        page.keyboard.press("Home")
        first = status.inner_text()
        assert first.startswith("Person 1 ")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        assert status.inner_text().startswith("Person ")
        page.keyboard.press("Home")
        before = facts(page)["Joined"]
        page.keyboard.press("Enter")
        assert facts(page)["Joined"] != before
        slider = page.get_by_role("slider", name="Threshold")
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "31 %"
        page.get_by_role("button", name="Step").focus()
        page.keyboard.press("Enter")
        assert facts(page)["Step"] == "1"


def test_the_chamber_splits_and_its_reading_moves(book, browser):
    with opened(browser) as page:
        page.goto((book / "try/chamber.html").as_uri())
        start = float(facts(page)["Bimodality"])
        assert 0.4 < start < 0.7, "opinions begin evenly spread"
        page.get_by_role("button", name="Run").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("Split:").wait_for(timeout=60_000)
        assert float(facts(page)["Bimodality"]) > start + 0.1
        assert facts(page)["Links to unlike people"] == "0 %"
        chart = page.get_by_role("img", name="Bimodality over time")
        assert facts(page)["Bimodality"] in chart.get_attribute("aria-label")
        assert page.complaints == []


def test_the_storm_obeys_its_levers_and_shows_proportionality(book, browser):
    with opened(browser, reduced_motion="reduce") as page:
        page.goto((book / "try/storm.html").as_uri())
        page.get_by_role("status").get_by_text("Proportionality measured").wait_for(timeout=60_000)
        steep = float(facts(page)["Proportionality"])
        page.get_by_role("button", name="Run to the end").click()
        posts = int(facts(page)["Hostile posts"])
        page.get_by_role("slider", name="Thinking of the other takes away").fill("0.5")
        assert facts(page)["Hour"] == "0", "a lever begins a new storm"
        page.get_by_role("status").get_by_text("Proportionality measured").wait_for(timeout=60_000)
        page.get_by_role("button", name="Run to the end").click()
        assert int(facts(page)["Hostile posts"]) < posts / 2
        assert float(facts(page)["Proportionality"]) < steep - 1
        assert page.complaints == []


@pytest.mark.parametrize(
    ("piece", "choice"), [("herd", "People"), ("chamber", "People"), ("storm", "Audience")]
)
def test_a_frame_with_300_people_leaves_time_for_sixty_a_second(book, browser, piece, choice):
    """What a piece itself needs for a frame, model and drawing, in the median of a hundred."""
    with opened(browser) as page:
        page.goto((book / f"try/{piece}.html").as_uri())
        page.get_by_role("combobox", name=choice).select_option("300")
        page.get_by_role("slider").first.fill("0.1")  # a low threshold, a mild storm: it goes on
        page.get_by_role("button", name="Run").click()
        page.wait_for_function("document.querySelector('.karma').dataset.frameMs", timeout=60_000)
        assert float(page.locator(".karma").get_attribute("data-frame-ms")) < 1000 / 60


@pytest.mark.parametrize(
    ("piece", "end"), [("herd", "Nobody else|Everybody"), ("chamber", "Split:|Still not split"),
                       ("storm", "The storm is over")]
)  # fmt: skip
def test_without_motion_a_run_goes_to_its_end_at_once(book, browser, piece, end):
    with opened(browser, reduced_motion="reduce") as page:
        page.goto((book / f"try/{piece}.html").as_uri())
        page.get_by_role("button", name="Run to the end").click()
        assert re.match(end, page.get_by_role("status").inner_text())
        page.wait_for_timeout(300)
        assert not page.locator(".karma").get_attribute("data-frame-ms"), "nothing was animated"


def test_the_pieces_follow_the_pages_theme(book, browser):
    with opened(browser, color_scheme="light") as page:
        page.goto((book / "try/herd.html").as_uri())
        paper = "getComputedStyle(document.querySelector('.karma')).backgroundColor"
        light = page.evaluate(paper)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_function(f"{paper} !== {light!r}")
