"""Mail on the page: the server is tried, and a mail that it did not take is seen, sent and deleted."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.mail.sending import queue_mail, send_now
from magicai.ports import StoredMail
from tests.contract.mail.receiver import Receiver
from tests.page.conftest import Open, Place, add_users, settings_of
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
    home = tmp_path_factory.mktemp("mail") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    named = {name: getattr(receiver.settings(), name) for name in ("smtp_host", "smtp_port", "mail_from")}
    with Place(settings_of(home).model_copy(update=named)) as made:
        made.ask(add_users)
        listening: Any = receiver.listening()
        made.do(listening.__aenter__())
        yield made
        made.do(listening.__aexit__(None, None, None))


def queue(place: Place, to: str) -> StoredMail:
    async def queued(gateway: Gateway) -> StoredMail:
        ports = gateway.ports
        params = {"name": "Ann"}
        mail = await queue_mail(gateway.records, ports.settings, owner_id="id-ann", to=to, kind="test", params=params)
        return await send_now(gateway.records, ports.mailer, mail.mail_id)

    return place.ask(queued)


def test_an_operator_tries_the_server_and_sends_or_deletes_what_it_refused(
    show: Open, place: Place, receiver: Receiver, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_nothing(*_: object) -> int:
        return 0

    monkeypatch.setattr("magicai.mail.sending.send_due", send_nothing)
    receiver.to_recipient = ["550 5.1.1 no such user", "450 4.2.0 greylisted, try later"]
    assert [queue(place, f"{name}@shop.example").state for name in ("bob", "eve")] == ["failed", "waiting"]
    with show("ann", "/settings/mail") as page:
        page.get_by_text("550 5.1.1 no such user").wait_for()
        assert page.get_by_text("Next attempt").count() == 1
        page.get_by_label("Email address").fill("ann@shop.example")
        page.get_by_role("button", name="Send test mail").click()
        page.get_by_text("queued as 4F3").wait_for()
        receiver.to_recipient = ["550 5.7.1 relaying denied"]
        page.get_by_role("button", name="Send test mail").click()
        page.get_by_role("alert").filter(has_text="relaying denied").wait_for()
        assert complaints(page, axe) == []
        picture(page, "mail")
    for language, viewport in (("zh", None), ("en", PHONE), ("zh", PHONE)):
        with show("ann", "/settings/mail", language=language, viewport=viewport, scheme="dark") as page:
            page.get_by_text("550 5.1.1 no such user").wait_for()
            assert complaints(page, axe) == []
            picture(page, f"mail-{language}-{'phone' if viewport else 'wide'}")
    with show("ann", "/settings/mail") as page:
        page.get_by_role("button", name="Send now: “A test mail from MagicAI” to eve@shop.example").click()
        page.get_by_text("The mail to eve@shop.example was sent.").wait_for()
        page.get_by_role("button", name="Delete “A test mail from MagicAI” to bob@shop.example").click()
        page.locator("dialog[open]").get_by_role("button", name="Delete").click()
        page.get_by_text("No mails are waiting").wait_for()
    assert [got["To"] for got in receiver.got] == ["ann@shop.example", "eve@shop.example"]
    with show("bob", "/settings") as page:
        page.get_by_role("link", name="Webhooks").wait_for()
        assert page.get_by_role("link", name="Mail", exact=True).count() == 0
