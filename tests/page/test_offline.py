"""The network goes away in the middle: a line says so, what was typed stays, and can be sent once it is back."""

from typing import Any

import pytest

from tests.page.conftest import Open
from tests.page.showing import PHONE

WORDS = {"en": "You are offline. What you have entered stays here.", "zh": "您已离线。已输入的内容会保留在此。"}


@pytest.mark.parametrize("language", WORDS)
def test_any_view_says_that_the_browser_is_offline(show: Open, language: str) -> None:
    with show("ann", "/", language=language, viewport=PHONE) as page:
        page.locator("main h1").wait_for()
        for path in ("/", "/runs", "/settings"):
            page.goto(path)
            page.locator("main h1").wait_for()
            page.context.set_offline(True)
            page.get_by_text(WORDS[language]).wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.context.set_offline(False)
            page.get_by_text(WORDS[language]).wait_for(state="detached")


def offline_and_back(page: Any, form: Any, button: str) -> None:
    """Send a form without a network, and again with one."""
    page.context.set_offline(True)
    form.get_by_role("button", name=button, exact=True).click()
    form.get_by_text("Your browser was offline.").wait_for()
    page.context.set_offline(False)
    page.get_by_text(WORDS["en"]).wait_for(state="detached")
    form.get_by_role("button", name=button, exact=True).click()


def test_what_was_typed_stays_and_is_sent_once_the_network_is_back(show: Open) -> None:
    question = "Does the offline kettle whistle?"
    with show("ann", "/ask") as page:
        page.get_by_label("Your question").fill(question)
        offline_and_back(page, page.locator("main"), "Ask")
        page.wait_for_url("**/ask/*")
        page.get_by_role("heading", name=question, level=1).wait_for()
        page.goto("/workflows/search-and-answer")
        page.get_by_label("Question").fill(question)
        offline_and_back(page, page.locator("main"), "Run")
        page.wait_for_url("**/runs/*")


def test_a_link_to_a_view_that_is_not_loaded_yet_works_again_once_the_network_is_back(show: Open) -> None:
    with show("ann", "/") as page:
        page.locator("main h1").wait_for()
        page.context.set_offline(True)
        page.get_by_role("link", name="Insights").first.click()
        page.get_by_text(WORDS["en"]).wait_for()
        page.context.set_offline(False)
        page.get_by_role("link", name="Insights").first.click()
        page.get_by_role("heading", name="Insights", level=1).wait_for()
