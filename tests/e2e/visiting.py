"""Visits to the page, in the machine's Chromium."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

LIMIT_MS = 150_000
PASSWORD = "correct horse battery staple"


@contextmanager
def opened(browser: Any, link: str, login: dict[str, Any] | None, path: str = "/", **more: Any) -> Generator[Any]:
    """The page at an address, in which nothing may be complained of by the browser."""
    context = browser.new_context(storage_state=login, base_url=link.partition("/login/")[0], **more)
    context.set_default_timeout(LIMIT_MS)
    page = context.new_page()
    complaints: list[str] = []

    def thrown(error: Any) -> None:
        complaints.append(str(error))

    def said(told: Any) -> None:
        if "Content Security" in told.text:
            complaints.append(told.text)

    page.on("pageerror", thrown)
    page.on("console", said)
    page.goto(path)
    yield page
    context.close()
    assert complaints == []


def fill(page: Any, shop: str) -> None:
    """Fill in the workflow's form."""
    page.goto("/workflows/crawl-analyze-generate")
    page.get_by_label("Shop", exact=True).fill(shop)


def start(page: Any, shop: str) -> str:
    """Start a run by the form; answers its id."""
    fill(page, shop)
    page.locator("form .primary").click()
    page.wait_for_url("**/runs/*")
    return page.url.rpartition("/")[2]
