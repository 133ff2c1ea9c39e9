"""Notification channels, invitations and forgotten passwords on the page, with a mail server that really listens."""

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from tests.contract.mail.receiver import Receiver
from tests.page.conftest import PASSWORD, Open, Place, add_users, settings_of
from tests.page.showing import PHONE
from tests.page.test_columns import complaints
from tests.page.test_knowledge import picture

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def receiver() -> Receiver:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return Receiver(port=free.getsockname()[1])


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Place]:
    """A gateway with a mail server, and nothing else."""
    home = tmp_path_factory.mktemp("notified") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    named = {name: getattr(receiver.settings(), name) for name in ("smtp_host", "smtp_port", "mail_from")}
    named["public_url"] = "https://magicai.example"
    with Place(settings_of(home).model_copy(update=named)) as made:
        made.ask(add_users)
        listening: Any = receiver.listening()
        made.do(listening.__aenter__())
        yield made
        made.do(listening.__aexit__(None, None, None))


def link_in(receiver: Receiver, place: Place) -> str:
    """The path of the link in the mail that comes next."""

    async def queued(gateway: Gateway) -> str:
        from magicai.mail.sending import send_due

        mailer = gateway.ports.mailer
        assert mailer is not None
        while not receiver.got:
            await send_due(gateway.records, mailer)
        body: Any = receiver.got.pop().get_body(("plain",))
        found = re.search(r"https://magicai.example(/\S+)", body.get_content())
        assert found is not None
        return found[1]

    return place.ask(queued)


def test_a_channel_is_added_tested_changed_and_removed(show: Open, receiver: Receiver, axe: str) -> None:
    with show("ann", "/settings/notifications") as page:
        page.get_by_role("button", name="Add channel").click()
        page.get_by_label("Name").fill("Shop team")
        page.get_by_label("Type").select_option("mail")
        page.get_by_label("Email address").fill("team@shop.example")
        page.get_by_label("From").fill("22:00")
        page.get_by_label("To", exact=True).fill("07:00")
        assert complaints(page, axe) == []
        picture(page, "channel-form")
        page.get_by_role("button", name="Add channel").click()
        page.get_by_text("t…@shop.example").wait_for()
        page.get_by_role("button", name="Send test: Shop team").click()
        page.get_by_text("Answer: 2.0.0 queued as 4F3").wait_for()
        receiver.to_recipient = ["550 5.1.1 no such user"]
        page.get_by_role("button", name="Send test: Shop team").click()
        page.get_by_text("no such user").wait_for()
        page.get_by_role("button", name="Edit: Shop team").click()
        page.locator("form select").nth(1).select_option("8")
        page.get_by_role("button", name="Save").first.click()
        page.get_by_text("One digest a day, at 8:00").wait_for()
        assert complaints(page, axe) == []
        picture(page, "channels")
    for language, viewport in (("zh", None), ("zh", PHONE)):
        with show("ann", "/settings/notifications", language=language, viewport=viewport, scheme="dark") as page:
            page.get_by_text("no such user").wait_for()
            assert complaints(page, axe) == []
            picture(page, f"channels-{language}-{'phone' if viewport else 'wide'}")
    with show("ann", "/settings/notifications") as page:
        page.get_by_role("button", name="Delete Shop team").click()
        page.locator("dialog[open]").get_by_role("button", name="Delete").click()
        page.get_by_text("No channels yet.").wait_for()
    receiver.got.clear()


def test_alert_rules_are_added_changed_and_deleted(show: Open, axe: str) -> None:
    with show("ann", "/shops/alerts") as page:
        page.get_by_text("No channel is notified of alerts.").wait_for()
        page.get_by_role("button", name="Add rule").click()
        assert complaints(page, axe) == []
        picture(page, "alert-form")
        page.get_by_role("button", name="Add rule").click()
        page.get_by_text("Price at least 5% below mine").wait_for()
        page.get_by_role("button", name="Add rule").click()
        page.locator("form select").first.select_option("sold_out")
        assert page.get_by_label("Minimum change (%)").count() == 0
        page.get_by_role("button", name="Add rule").click()
        page.locator("strong", has_text="Sold out").wait_for()
        page.get_by_role("button", name="Edit: Price at least 5% below mine, Every shop").click()
        page.get_by_label("Minimum change (%)").fill("7.5")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Price at least 7.5% below mine").wait_for()
        picture(page, "alerts-en-wide")
    for language, viewport in (("en", PHONE), ("zh", None), ("zh", PHONE)):
        with show("ann", "/shops/alerts", language=language, viewport=viewport) as page:
            page.locator("ul.rows li").nth(1).wait_for()
            assert complaints(page, axe) == []
            picture(page, f"alerts-{language}-{'phone' if viewport else 'wide'}")
    with show("ann", "/shops/alerts") as page:
        page.get_by_role("button", name="Delete Sold out, Every shop").click()
        page.locator("strong", has_text="Sold out").wait_for(state="detached")
        page.get_by_text("Price at least 7.5% below mine").wait_for()


def test_who_is_invited_by_mail_forgets_their_password_and_sets_a_new_one(
    show: Open, place: Place, receiver: Receiver, axe: str
) -> None:
    receiver.got.clear()
    with show("ann", "/settings/members") as page:
        page.get_by_label("Email address").fill("zoe@shop.example")
        page.get_by_role("button", name="Invite", exact=True).click()
        page.get_by_text("The invitation is mailed to zoe@shop.example.").wait_for()
        assert page.locator("code.secret").count() == 0
        picture(page, "invited")
    with show(None, link_in(receiver, place)) as page:
        page.get_by_label("Name").fill("zoe")
        page.get_by_label("Password").fill("the password that she forgets")
        page.get_by_role("button", name="Create account and join").click()
        page.get_by_role("link", name="Settings").first.wait_for()
    with show(None, "/") as page:
        page.get_by_role("link", name="Forgot password?").click()
        page.get_by_label("Email address").fill("zoe@shop.example")
        assert complaints(page, axe) == []
        page.get_by_role("button", name="Send link").click()
        page.get_by_text("a link for a new password is on its way").wait_for()
    with show(None, link_in(receiver, place)) as page:
        page.get_by_label("New password").fill("a new one that she keeps")
        assert complaints(page, axe) == []
        page.get_by_role("button", name="Set a new password").click()
        page.get_by_text("The new password is set.").wait_for()
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Name").fill("zoe")
        page.get_by_label("Password").fill("a new one that she keeps")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Settings").first.wait_for()


def test_an_address_is_confirmed_by_its_link(show: Open, place: Place, receiver: Receiver, axe: str) -> None:
    receiver.got.clear()
    with show("bob", "/settings") as page:
        form = page.locator("section", has=page.get_by_role("heading", name="Email address"))
        form.get_by_label("Email address").fill("bob@shop.example")
        form.get_by_label("Current password").fill(PASSWORD)
        form.get_by_role("button", name="Send confirmation").click()
        page.get_by_text("Open the link that was mailed to bob@shop.example").wait_for()
        assert complaints(page, axe) == []
    with show(None, link_in(receiver, place)) as page:
        page.get_by_role("button", name="Confirm").click()
        page.get_by_text("bob@shop.example is the address of bob now.").wait_for()
