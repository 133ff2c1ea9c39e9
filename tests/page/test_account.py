"""Accounts on the page: one's password, others' roles, keys, and dialogs that hold the focus."""

from typing import Any

import pytest

from magicai.accounts.passes import issue
from tests.page.conftest import PASSWORD, Open, Place, Seeded

pytestmark = pytest.mark.timeout(600)
FOCUSED = "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText"


def test_a_password_is_changed_and_the_page_says_what_comes_next(show: Open) -> None:
    new = "another long password"
    with show("bob", "/settings") as page:
        page.get_by_label("Current password").fill("not this one")
        page.get_by_label("New password", exact=True).fill(new)
        page.get_by_label("New password again").fill("something else")
        page.get_by_text("The two new passwords differ.").wait_for()
        assert page.get_by_role("button", name="Change").is_disabled()
        page.get_by_label("New password again").fill(new)
        page.get_by_role("button", name="Change").click()
        page.get_by_role("alert").filter(has_text="The current password is wrong.").wait_for()
        page.get_by_label("Current password").fill(PASSWORD)
        page.get_by_role("button", name="Change").click()
        _log_in(page, "bob", new)
        page.get_by_label("Current password").fill(new)
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_role("button", name="Change").click()
        _log_in(page, "bob", PASSWORD)


def _log_in(page: Any, name: str, password: str) -> None:
    page.get_by_text("Your password was changed. Sign in with the new one.").wait_for()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".shell").wait_for()


def test_a_link_lets_in_once_and_what_is_saved_brings_its_own_proof(show: Open, place: Place, seeded: Seeded) -> None:
    link = place.ask(lambda gateway: issue(gateway.cache, "link", {"user_id": "id-ann"}))
    with show(None, f"/login/{link}") as page:
        page.locator(".shell").wait_for()
        assert page.url == f"{place.url}/"
        page.goto(f"/runs/{seeded.runs[-1]}")
        page.frame_locator("iframe.report").locator("h1").wait_for()
        with page.expect_download() as saved:
            page.get_by_text("Download", exact=True).click()
            page.get_by_role("button", name="products.csv").click()
        assert saved.value.path().stat().st_size > 100
    with show(None, f"/login/{link}") as page:
        page.get_by_text("This link was already used or has expired.").wait_for()
        assert page.url == f"{place.url}/"


def test_an_admin_changes_a_role_and_not_the_last_admins(show: Open, place: Place) -> None:
    with show("ann", "/settings/users") as page:
        page.get_by_label("Role of eve").select_option("operator")
        page.get_by_text("eve now has the role Operator.").wait_for()
        user = place.ask(lambda gateway: gateway.records.identities.user("id-eve"))
        assert user.role.value == "operator"
        page.get_by_label("Role of ann").select_option("user")
        page.get_by_role("alert").filter(has_text="only admin").wait_for()
        assert page.get_by_label("Role of ann").input_value() == "admin"


def test_a_dialog_holds_the_focus_and_gives_it_back(show: Open, place: Place) -> None:
    with show("ann", "/settings/users") as page:
        button = page.get_by_role("button", name="Disable eve")
        button.focus()
        page.keyboard.press("Enter")
        page.locator("dialog[open]").wait_for()
        assert page.evaluate(FOCUSED) == "Cancel", "what does no harm is first"
        within = "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        for _ in range(6):
            page.keyboard.press("Tab")
            assert page.evaluate(within), "the page behind is out of reach"
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="detached")
        assert page.evaluate(FOCUSED) == "Disable eve"
        assert place.ask(lambda gateway: gateway.records.identities.user("id-eve")).enabled
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Enable eve").wait_for()
        assert not place.ask(lambda gateway: gateway.records.identities.user("id-eve")).enabled
        page.get_by_role("button", name="Enable eve").click()
        page.get_by_role("button", name="Disable eve").wait_for()


def test_a_key_is_shown_once_and_revoked_after_a_question(show: Open) -> None:
    with show("ann", "/settings/keys") as page:
        form = page.locator("form").filter(has=page.get_by_label("Days"))
        form.get_by_label("Name").fill("nightly")
        form.get_by_role("button", name="Create key").click()
        assert page.locator(".secret").inner_text().startswith("mak_")
        page.get_by_role("button", name="Revoke nightly").click()
        page.locator("dialog[open]").get_by_role("button", name="Revoke").click()
        page.get_by_role("button", name="Revoke nightly").wait_for(state="detached")
        page.reload()
        page.get_by_role("heading", name="API keys").wait_for()
        assert page.locator(".secret").count() == 0
