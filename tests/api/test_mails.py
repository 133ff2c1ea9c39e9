"""Operators see which mails wait and why, send or delete them, and try the server; nobody sees what a mail says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from magicai.accounts.identity import Role
from magicai.mail.sending import queue_mail
from tests.api.conftest import Api, serving
from tests.contract.mail.receiver import Receiver

SECRET = "https://shop.example/reset/s3cret"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with made.listening():
        yield made


@pytest.fixture
async def mailing(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """A gateway that has a mail server, and sends only what it is asked to."""

    async def send_nothing(*_: object) -> None: ...

    monkeypatch.setattr("magicai.api.app.keep_sending_mails", send_nothing)
    password = "of the mail server"
    async with serving(receiver.settings(home=tmp_path, smtp_password=password, port=0)) as made:
        yield made


async def test_an_operator_tries_the_server_and_hears_what_it_says(mailing: Api, receiver: Receiver) -> None:
    oscar = await mailing.bearer("oscar", Role.OPERATOR)
    server = (await mailing.http.get("/api/mails/server", headers=oscar)).json()
    assert (server["host"], server["port"], server["is_set_up"]) == ("127.0.0.1", receiver.port, True)
    assert server["has_password"]
    assert "of the mail server" not in str(server)
    tested = await mailing.http.post("/api/mails/test", headers=oscar, json={"to": "ann@shop.example"})
    assert tested.json() == {"to": "ann@shop.example", "answer": "2.0.0 queued as 4F3"}
    assert [got["To"] for got in receiver.got] == ["ann@shop.example"]
    receiver.to_recipient = ["550 5.1.1 no such user"]
    refused = await mailing.http.post("/api/mails/test", headers=oscar, json={"to": "eve@shop.example"})
    assert (refused.status_code, refused.json()["message"]["code"]) == (403, "mail_recipient_refused")
    wrong = await mailing.http.post("/api/mails/test", headers=oscar, json={"to": "eve"})
    assert (wrong.status_code, wrong.json()["message"]["code"]) == (422, "mail_address_invalid")


async def test_a_mail_that_was_refused_is_listed_without_its_words_sent_again_and_deleted(
    mailing: Api, receiver: Receiver
) -> None:
    oscar = await mailing.bearer("oscar", Role.OPERATOR)
    receiver.to_recipient = ["450 4.2.0 greylisted"]
    mail = await queue_mail(
        mailing.records,
        receiver.settings(),
        owner_id="id-ann",
        to="bob@shop.example",
        kind="test",
        params={"name": SECRET},
    )
    path = f"/api/mails/{mail.mail_id}"
    sent = await mailing.http.post(f"{path}/retry", headers=oscar)
    listed = await mailing.http.get("/api/mails", headers=oscar)
    (one,) = listed.json()["items"]
    assert (one["to"], one["state"]) == ("bob@shop.example", "waiting")
    assert one["message"]["params"]["what"]["code"] == "mail_recipient_refused"
    assert "greylisted" in one["error"]
    assert SECRET not in listed.text + sent.text
    assert (await mailing.http.post(f"{path}/retry", headers=oscar)).json()["state"] == "sent"
    assert (await mailing.http.get("/api/mails", headers=oscar)).json()["items"] == []
    assert (await mailing.http.post(f"{path}/retry", headers=oscar)).status_code == 409
    assert (await mailing.http.delete(path, headers=oscar)).status_code == 204
    for ask in (mailing.http.delete(path, headers=oscar), mailing.http.post(f"{path}/retry", headers=oscar)):
        assert (await ask).status_code == 404


async def test_mails_are_the_operators(api: Api) -> None:
    ann = await api.bearer()
    for method, path in (
        ("GET", "/api/mails"),
        ("GET", "/api/mails/server"),
        ("POST", "/api/mails/test"),
        ("POST", "/api/mails/x/retry"),
        ("DELETE", "/api/mails/x"),
    ):
        body = {"to": "a@b.example"} if path.endswith("test") else None
        assert (await api.http.request(method, path, headers=ann, json=body)).status_code == 403
    oscar = await api.bearer("oscar", Role.OPERATOR)
    test = await api.http.post("/api/mails/test", headers=oscar, json={"to": "a@b.example"})
    assert (test.status_code, test.json()["message"]["code"]) == (422, "mail_not_set_up")
    assert test.json()["way"]["code"] == "set_mail_server"
