"""A browser without a network, where there is one."""

import os
import shutil
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]  # fmt: skip
LOCAL = ("file:", "data:", "blob:", "http://127.0.0.1", "ws://127.0.0.1")


def needs_a_browser():
    """Skip a whole file, with one sentence, where no browser can be driven."""
    if not CHROMIUM:
        pytest.skip(
            "The browser tests need Chromium or Chrome; none is here.", allow_module_level=True
        )
    pytest.importorskip("playwright.sync_api")


@contextmanager
def launched():
    """A browser with a profile of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser, **options):
    """A page that refuses whatever is not on this machine and remembers every complaint."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.asked, page.complaints = [], []

    def refuse(route):
        if route.request.url.startswith(LOCAL):
            return route.continue_()
        page.asked.append(route.request.url)
        return route.abort()

    context.route("**/*", refuse)
    page.on("console", lambda m: m.type in ("error", "warning") and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()
