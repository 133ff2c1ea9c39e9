"""Sign-in with a certified OpenID Connect provider, in a browser; accounts and sessions in the settings."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from magicai.accounts.sessions import open_page
from tests.page.conftest import Open, Place, add_users, settings_of
from tests.page.showing import PHONE, WIDE
from tests.servers import address, value

pytestmark = pytest.mark.timeout(600)
DENIED = "Example reports that access was denied."
UNVERIFIED = {"en": "Example has not verified your email address.", "zh": "Example 尚未验证您的邮箱地址。"}
BUTTON = {"en": "Sign in with Example", "zh": "使用 Example 登录"}


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    issuer, secret = address("oidc"), value("oidc", "OIDC_CLIENT_SECRET")
    home = tmp_path_factory.mktemp("signing-in") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        provider = {
            "public_url": made.url, "oidc_issuer": issuer, "oidc_client_id": "magicai", "oidc_name": "Example",
            "oidc_client_secret": SecretStr(secret), "oidc_sign_up": ("example.com",),
            "oidc_allow_hosts": (issuer.removeprefix("http://"),),
        }  # fmt: skip
        made.gateway.ports.settings = made.settings.model_copy(update=provider)
        yield made


def _there(page: Any, name: str) -> None:
    """Sign in at the provider, and let it tell who that is."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def _faults(page: Any, axe: str) -> list[str]:
    """What keeps somebody from using the page: axe's violations, and what sticks out."""
    page.evaluate(axe)
    told = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*(one["id"] for one in told["violations"]), *(["sticks out"] if wide > 0 else [])]


def test_a_new_person_signs_in_and_sees_where_they_are_signed_in(show: Open) -> None:
    with show(None) as page:
        page.get_by_role("link", name=BUTTON["en"]).click()
        _there(page, "carol")
        page.locator(".shell").wait_for()
        assert "login" not in page.url, "neither the history nor a reload has the link"
        page.goto("/settings")
        page.get_by_text("carol@example.com").first.wait_for()
        page.get_by_text("This session").wait_for()
        page.get_by_role("button", name="Unlink carol@example.com").click()
        page.locator("dialog[open]").get_by_role("button", name="Unlink").click()
        page.get_by_role("alert").filter(has_text="This account is your only way to sign in.").wait_for()


@pytest.mark.parametrize(("language", "viewport"), [("en", WIDE), ("zh", PHONE)])
def test_who_is_not_let_in_is_told_why_in_their_language(
    show: Open, axe: str, language: str, viewport: dict[str, int]
) -> None:
    with show(None, language=language, viewport=viewport) as page:
        page.get_by_role("link", name=BUTTON[language]).click()
        _there(page, "new-dan")
        page.get_by_role("alert").filter(has_text=UNVERIFIED[language]).wait_for()
        assert page.get_by_role("link", name=BUTTON[language]).is_visible(), "they may try again"
        assert _faults(page, axe) == []


def test_who_turns_back_is_at_the_form_again(show: Open) -> None:
    with show(None) as page:
        page.get_by_role("link", name=BUTTON["en"]).click()
        page.get_by_role("link", name="Cancel").click()
        page.get_by_role("alert").filter(has_text=DENIED).wait_for()


def test_a_member_links_an_account_and_unlinks_it(show: Open, place: Place, axe: str) -> None:
    with show("bob", "/settings") as page:
        page.get_by_role("button", name="Link an account at Example").click()
        _there(page, "bob")
        page.get_by_role("button", name="Unlink bob@example.com").wait_for()
        page.set_viewport_size(PHONE)
        assert _faults(page, axe) == []
    with show(None) as page:
        page.get_by_role("link", name=BUTTON["en"]).click()
        _there(page, "bob")
        page.locator(".shell").wait_for()
        assert page.evaluate("() => fetch('/api/me').then(answer => answer.status)") == 401, "the cookie is one half"
    user = place.ask(lambda gateway: gateway.records.identities.user("id-bob"))
    assert user.email == "bob@example.com"
    with show("ann", "/settings") as page:
        page.get_by_role("button", name="Link an account at Example").click()
        _there(page, "bob")
        page.get_by_role("alert").filter(has_text="already linked to another user").wait_for()
    with show("bob", "/settings") as page:
        page.get_by_role("button", name="Unlink bob@example.com").click()
        page.locator("dialog[open]").get_by_role("button", name="Unlink").click()
        page.get_by_text("bob@example.com is no longer linked.").wait_for()


def test_other_sessions_are_ended_one_by_one_and_together(show: Open, place: Place) -> None:
    with show("ann", "/") as lost, show("ann", "/settings") as page:
        sessions = page.locator("section").filter(has=page.get_by_role("heading", name="Sessions"))
        sessions.get_by_role("button", name="End the session of").first.click()
        page.get_by_text("has ended.").wait_for()
        lost.reload()
        lost.get_by_text("Sign in", exact=True).first.wait_for()
        place.ask(_another)
        page.reload()
        sessions.get_by_role("button", name="End all other sessions").click()
        page.locator("dialog[open]").get_by_role("button", name="End").click()
        page.get_by_text("All other sessions have ended.").wait_for()
        assert sessions.locator("li").count() == 1
        assert sessions.get_by_text("This session").is_visible()


async def _another(gateway: Any) -> None:
    await open_page(gateway.records.identities, await gateway.records.identities.user("id-ann"))
