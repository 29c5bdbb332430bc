"""Looking at pages with a real browser; its fixtures are imported where they are used.

The browser is Chromium: ``/usr/bin/chromium``, or what ``SUMUN_TEST_CHROMIUM`` names.
``SUMUN_TEST_SCREENSHOTS`` names a directory to keep pictures of the pages in.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("SUMUN_TEST_CHROMIUM", "/usr/bin/chromium")
PICTURES = os.environ.get("SUMUN_TEST_SCREENSHOTS", "")
MEND = (
    f"no browser at {CHROMIUM}: install one (Debian: apt-get install chromium), "
    "or set SUMUN_TEST_CHROMIUM to where it is"
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module", name="chromium")
def chromium_fixture() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(MEND, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(name="visit")
def visit_fixture(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser nobody has used yet."""
    contexts = []

    def opened(**settings: object) -> Page:
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield opened
    for context in contexts:
        with suppress(Exception):
            context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [each for each in found if each["impact"] in SERIOUS] == []


def listen(page: Page) -> tuple[list[str], list[str]]:
    """Return what the browser complains about, and the addresses it asks, as they come."""
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return wrong, asked
