"""Every page of the book, and its pieces to play with, in a browser without a network."""

import shutil
from pathlib import Path

import pytest

from karma_lib import study
from karma_lib.lesson.explorables import PIECES
from tests.chromium import launched, needs_a_browser, opened

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
  if (document.documentElement.scrollWidth > innerWidth + 1)
    faults.push('wider than the window: ' + document.documentElement.scrollWidth);
  if (!document.documentElement.lang) faults.push('no language');
  return faults;
}"""
SET = "() => !document.querySelector('article .math') || window.MathJax?.startup?.promise.then(() => true)"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The book with the committed outputs: what `make study` builds once it has run them."""
    folder = tmp_path_factory.mktemp("book")
    study.gather(folder / "pages")
    for path in sorted((study.ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, folder / "pages" / "notebooks")
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
    faults = {}
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        for path in pages(book):
            page.asked.clear(), page.complaints.clear()
            page.goto(path.as_uri())
            page.wait_for_function(SET)
            found = [*page.evaluate(FAULTS), *page.asked, *page.complaints]
            if found:
                faults[path.relative_to(book).as_posix()] = found
    assert faults == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(book, browser, theme):
    """One of each kind in both themes; all pages of a kind are made by the same template."""
    kinds = ["index", "search", "genindex", *(f"try/{piece}" for piece in PIECES),
             "notebooks/05_when_do_crowds_tip", "contributing/model"]  # fmt: skip
    faults = {}
    with opened(browser, color_scheme=theme) as page:
        for kind in kinds:
            page.goto((book / f"{kind}.html").as_uri())
            page.wait_for_function(SET)
            if found := serious(page):
                faults[kind] = found
    assert faults == {}


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


def test_without_motion_a_run_goes_to_its_end_at_once(book, browser):
    with opened(browser, reduced_motion="reduce") as page:
        page.goto((book / "try/chamber.html").as_uri())
        page.get_by_role("button", name="Run to the end").click()
        assert page.get_by_role("status").inner_text().startswith(("Split:", "Still not split"))
        page.wait_for_timeout(300)
        assert not page.locator(".karma").get_attribute("data-frame-ms"), "nothing was animated"


def test_the_pieces_follow_the_pages_theme(book, browser):
    with opened(browser, color_scheme="light") as page:
        page.goto((book / "try/herd.html").as_uri())
        paper = "getComputedStyle(document.querySelector('.karma')).backgroundColor"
        light = page.evaluate(paper)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.wait_for_function(f"{paper} !== {light!r}")
