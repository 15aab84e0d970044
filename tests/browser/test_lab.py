"""The notebooks in JupyterLab, by keyboard, in a browser without a network."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import nbformat
import pytest

from karma_lib.study import ROOT
from tests.chromium import launched, needs_a_browser, opened
from tests.offline import python_path
from tests.security import hostile

needs_a_browser()

PIECE = "from karma_lib import lesson\nlesson.Explorable('herd', threshold=0.2)"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A server on a copy of the notebooks, with settings of its own; all are trusted."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    piece = hostile.notebook()
    piece.cells = [nbformat.v4.new_code_cell(PIECE)]
    for name, book in {"piece": piece, "hostile": hostile.notebook()}.items():
        nbformat.write(book, folder / "notebooks" / f"{name}.ipynb")
    homes = {f"JUPYTER_{what}_DIR": str(folder / what) for what in ("CONFIG", "DATA", "RUNTIME")}
    given = (
        os.environ
        | homes
        | {"IPYTHONDIR": str(folder / "IPYTHON"), "PYTHONPATH": python_path(ROOT)}
    )
    trust = [sys.executable, "-m", "jupyter", "trust", *(folder / "notebooks").glob("*.ipynb")]
    subprocess.run(trust, env=given, check=True, capture_output=True)
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", f"--ServerApp.root_dir={folder}",
               "--IdentityProvider.token=", "--LabApp.news_url=None",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urlopen(f"{url}/api").close()
            break
        except OSError:
            time.sleep(0.5)
    yield url
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser):
    with opened(browser, viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(60_000)
        yield page


def run_all(page, url):
    """Open a notebook, wait until its kernel and not only the page is ready, run all cells."""
    page.goto(url)
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
    page.wait_for_timeout(1000)  # JupyterLab takes commands a moment after it says so
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def test_start_here_runs_and_its_slider_moves_picture_and_words(page, lab):
    run_all(page, f"{lab}/lab/tree/notebooks/00_start_here.ipynb?reset")
    box = page.get_by_role("spinbutton", name="threshold")
    box.wait_for()
    picture = page.get_by_role("img", name=re.compile("^With threshold 0.33"))
    picture.wait_for()
    page.complaints.clear()  # JupyterLab's own while it loads are not what is tested
    before = picture.get_attribute("src")
    page.locator("[role=slider]").first.focus()
    page.keyboard.press("ArrowRight")
    moved = page.get_by_role("img", name=re.compile("^With threshold 0.34"))
    moved.wait_for()
    assert moved.get_attribute("src") != before
    assert page.get_by_text(moved.get_attribute("alt")).last.is_visible(), "the words show too"
    box.focus()
    page.keyboard.press("ArrowDown")
    picture.wait_for()
    assert picture.get_attribute("src") == before, "the same values give the same picture"
    assert page.locator(".jp-OutputArea-output [role=alert]").count() == 0
    assert (page.asked, page.complaints) == ([], [])


def test_a_piece_answers_the_keyboard_in_a_notebook(page, lab):
    run_all(page, f"{lab}/lab/tree/notebooks/piece.ipynb?reset")
    slider = page.get_by_role("slider", name="Threshold")
    slider.wait_for()
    page.complaints.clear()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "19 %"
    crowd = page.get_by_role("application")
    crowd.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.get_by_role("group", name="The herd").get_by_text("3 of 60").first.is_visible()
    page.get_by_role("button", name="Run", exact=True).last.focus()
    page.keyboard.press("Enter")
    page.locator(".karma-unseen").get_by_text("Everybody has joined").wait_for()
    assert (page.asked, page.complaints) == ([], [])


def test_a_hostile_comment_is_shown_and_never_run(page, lab):
    run_all(page, f"{lab}/lab/tree/notebooks/hostile.ipynb?reset")
    box = page.get_by_role("spinbutton", name="power")
    box.wait_for()
    assert page.locator(".jp-OutputArea-output").get_by_text("onerror").count() >= 4, "it is shown"
    box.focus()
    page.keyboard.press("ArrowUp")
    page.locator(".jp-OutputArea-output [role=alert]").get_by_text("onerror").wait_for()
    assert page.locator('.jp-OutputArea-output img[src="x"]').count() == 0
    assert page.evaluate("window.struck") is None
