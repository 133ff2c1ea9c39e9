"""Links by mail: an invitation, an address that is shown to be somebody's, a new password."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from magicai.accounts.identity import Role, User
from magicai.accounts.passwords import hashed
from magicai.mail.sending import send_due
from tests.api.conftest import Api, serving
from tests.contract.mail.receiver import Receiver

PAGE = "https://magicai.example"
OLD, NEW = "the old password", "a new password of hers"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with made.listening():
        yield made


@pytest.fixture
async def mailing(receiver: Receiver, home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """A gateway that has a mail server, and sends when a test says so."""

    async def send_nothing(*_: object) -> None: ...

    monkeypatch.setattr("magicai.api.app.keep_sending_mails", send_nothing)
    settings = receiver.settings(home=home, port=0, public_url=PAGE, rate_nobody=100_000, model="none")
    async with serving(settings) as made:
        yield made


async def mails(api: Api, receiver: Receiver, count: int = 1) -> list[tuple[str, str, str]]:
    """What was sent since: to whom, of what subject, and the last part of its link."""
    before = len(receiver.got)
    while len(await api.records.mails.unsent()) < count:  # noqa: ASYNC110 - they are queued behind the answer
        await asyncio.sleep(0.01)
    mailer = api.gateway.ports.mailer
    assert mailer is not None
    await send_due(api.records, mailer)
    found: list[tuple[str, str, str]] = []
    for one in receiver.got[before:]:
        body: Any = one.get_body(("plain",))
        link = re.search(rf"{PAGE}/\w+/(\S+)", body.get_content())
        found.append((one["To"], one["Subject"], link[1] if link else ""))
    return found


async def ann(api: Api, email: str | None = "ann@shop.example") -> dict[str, str]:
    """The headers of Ann, who has a password and an address."""
    user = User(
        user_id="id-ann", name="ann", role=Role.USER, created_at=1, email=email, email_verified_at=1 if email else None
    )
    await api.records.identities.add_user(user, password_hash=await hashed(OLD))
    return await signed_in(api, OLD)


async def signed_in(api: Api, password: str) -> dict[str, str]:
    answer = await api.http.post("/api/tokens", json={"name": "ann", "password": password})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"} if answer.status_code == 200 else {}


async def forget(api: Api, email: str) -> httpx.Response:
    return await api.http.post("/api/password/forgotten", json={"email": email})


async def test_an_invitation_is_mailed_and_its_link_is_shown_to_nobody_else(mailing: Api, receiver: Receiver) -> None:
    boss = await ann(mailing, email=None)
    wanted = {"role": "viewer", "email": "Eve@shop.example", "language": "zh"}
    made = (await mailing.http.post("/api/workspace/invitations", headers=boss, json=wanted)).json()
    assert (made["mailed"], made["secret"], made["email"]) == (True, "", "eve@shop.example")
    ((to, subject, secret),) = await mails(mailing, receiver)
    assert (to, subject) == ("eve@shop.example", "ann 邀请您加入 ann")
    read = (await mailing.http.post("/api/invitations/read", json={"secret": secret})).json()
    assert (read["role"], read["invited_by"]) == ("viewer", "ann")
    signed_up = {"secret": secret, "name": "eve", "password": NEW}
    assert (await mailing.http.post("/api/invitations/sign-up", json=signed_up)).status_code == 201
    eve = await mailing.records.identities.user_of_email("eve@shop.example")
    assert eve is not None
    assert (eve.name, eve.email_verified_at is not None) == ("eve", True), "only she had the link"


async def test_an_invitation_is_not_for_whoever_has_another_address(mailing: Api, receiver: Receiver) -> None:
    await ann(mailing)
    boss = await mailing.bearer("boss")
    wanted = {"email": "eve@shop.example"}
    assert (await mailing.http.post("/api/workspace/invitations", headers=boss, json=wanted)).status_code == 201
    ((_, _, secret),) = await mails(mailing, receiver)
    bob = await mailing.bearer("bob")
    for headers, status in ((await signed_in(mailing, OLD), 403), (bob, 200)):
        answer = await mailing.http.post("/api/invitations/accept", headers=headers, json={"secret": secret})
        assert answer.status_code == status, answer.text


async def test_without_a_mail_server_an_invitations_link_is_shown(api: Api) -> None:
    boss = await api.bearer()
    made = await api.http.post("/api/workspace/invitations", headers=boss, json={"email": "eve@shop.example"})
    assert (made.json()["mailed"], made.json()["email"]) == (False, "")
    assert made.json()["secret"].startswith("miv_")
    wrong = await api.http.post("/api/workspace/invitations", headers=boss, json={"email": "eve"})
    assert (wrong.status_code, wrong.json()["message"]["code"]) == (422, "mail_address_invalid")
    forgotten = await forget(api, "ann@shop.example")
    assert (forgotten.status_code, forgotten.json()["message"]["code"]) == (422, "mail_not_set_up")


async def test_a_new_password_is_set_once_by_a_mailed_link_and_ends_what_was_signed_in(
    mailing: Api, receiver: Receiver
) -> None:
    headers = await ann(mailing)
    key = await mailing.http.post("/api/api-keys", headers=headers, json={"name": "k", "scopes": ["read"]})
    issued = await mailing.http.post("/api/tokens", json={"name": "ann", "password": OLD})
    assert (await forget(mailing, " ANN@shop.example")).status_code == 204
    assert (await forget(mailing, "ann@shop.example")).status_code == 204
    (to, subject, first), (_, _, second) = await mails(mailing, receiver, 2)
    assert (to, subject) == ("ann@shop.example", "Set a new password")
    short = await mailing.http.post("/api/password/reset", json={"secret": first, "password": "short"})
    assert short.status_code == 422, "the link is still good"
    reset = await mailing.http.post("/api/password/reset", json={"secret": first, "password": NEW})
    assert reset.status_code == 204, reset.text
    for used in (first, second, "nothing"):  # the second is from before the password changed
        again = await mailing.http.post("/api/password/reset", json={"secret": used, "password": OLD})
        assert (again.status_code, again.json()["message"]["code"]) == (401, "mailed_link_used")
    assert not await signed_in(mailing, OLD)
    assert await signed_in(mailing, NEW)
    refreshed = await mailing.http.post("/api/tokens/refresh", json={"refresh_token": issued.json()["refresh_token"]})
    by_key = await mailing.http.get("/api/me", headers={"Authorization": f"Bearer {key.json()['key']}"})
    assert (refreshed.status_code, by_key.status_code) == (401, 401)


async def test_nobody_learns_who_has_an_address_or_is_flooded_with_mails(mailing: Api, receiver: Receiver) -> None:
    await ann(mailing)
    await mailing.records.identities.add_user(
        User(user_id="id-bob", name="bob", role=Role.USER, created_at=1, email="bob@shop.example")
    )
    answers = [await forget(mailing, email) for email in ("ann@shop.example", "bob@shop.example", "nobody@x.example")]
    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}
    assert [to for to, _, _ in await mails(mailing, receiver)] == ["ann@shop.example"], "bob's was not verified"
    for _ in range(5):
        assert (await forget(mailing, "ann@shop.example")).status_code == 204
    assert len(await mails(mailing, receiver, 2)) == 2


async def test_an_address_is_somebodys_once_they_have_opened_its_link(mailing: Api, receiver: Receiver) -> None:
    headers = await ann(mailing, email=None)
    wanted = {"email": "Ann@shop.example", "password": OLD}
    wrong = await mailing.http.put("/api/me/email", headers=headers, json={**wanted, "password": "another one"})
    assert (wrong.status_code, wrong.json()["message"]["code"]) == (403, "current_password_invalid")
    assert (await mailing.http.put("/api/me/email", headers=headers, json=wanted)).status_code == 204
    assert (await mailing.http.get("/api/me", headers=headers)).json()["email"] is None
    ((to, _, secret),) = await mails(mailing, receiver)
    verified = await mailing.http.post("/api/email/verify", json={"secret": secret})
    assert verified.json() == {"name": "ann", "email": to}
    assert (await mailing.records.identities.user("id-ann")).email == "ann@shop.example"
    assert (await mailing.http.post("/api/email/verify", json={"secret": secret})).status_code == 401
    bob = await mailing.bearer("bob")
    taken = await mailing.http.put("/api/me/email", headers=bob, json={"email": "ann@shop.example"})
    assert (taken.status_code, taken.json()["message"]["code"]) == (409, "user_email_taken")
    assert (await mailing.http.delete("/api/me/email", headers=headers)).status_code == 204
    assert (await mailing.records.identities.user("id-ann")).email is None
