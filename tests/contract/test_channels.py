"""Channels of a workspace: who is told of what, when, how often, and what is seen of that."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from integrations.open import Ports, open_ports
from magicai.accounts.budget_alerts import tell
from magicai.accounts.identity import Role, User, WorkspaceRole
from magicai.errors import Invalid, MagicError, NotFound, NotPublic, Refused
from magicai.ports import Channel, Limits, Reservation, Spender
from magicai.runs.notifications import channels
from magicai.runs.notifications.channels import NewChannel, due_at, save_channel
from magicai.runs.notifications.standing import announce_standing
from magicai.values.times import to_us
from tests.contract.mail.receiver import Receiver as MailServer
from tests.members import join
from tests.platforms.receiver import Receiver

ANN = "id-ann"
PAGE = "https://magicai.example/reviews/r1"


class Chat(Receiver):
    """A chat's incoming webhook, which answers as a test tells it to."""

    def routes(self) -> list[web.RouteDef]:
        self.texts: list[str] = []
        self.answers: list[tuple[int, str]] = []

        async def take(request: web.Request) -> web.Response:
            status, said = self.answers.pop(0) if self.answers else (200, "ok")
            if status == 200:
                self.texts.append((await request.json())["text"])
            return web.Response(status=status, text=said)

        return [web.post("/services/T000/B000/s3cret", take)]


@dataclass
class Place:
    """An installation with a chat and a mail server, where ann is."""

    ports: Ports
    chat: Chat
    mails: MailServer

    async def add(self, name: str, *events: str, kind: Any = "slack", address: str = "", **more: Any) -> Channel:
        address = address or f"http://{self.chat.host}/services/T000/B000/s3cret"
        new = NewChannel(name, kind, address, events, **more)
        ports = self.ports
        return await save_channel(ports.records, ports.seal, ports.messenger, new, owner_id=ANN)

    async def announce(self, event: str = "review.approved", event_id: str = "e1", title: str = "A text") -> None:
        told = {"title": title, "name": title, "path": "/reviews/r1"}
        await self.ports.records.channels.announce(ANN, event, event_id, told)

    async def send(self) -> int:
        return await self.ports.channel_sender.send_due()

    async def states(self, channel: Channel) -> list[tuple[str, str]]:
        found = await self.ports.records.channels.notifications(channel.channel_id, owner_id=ANN)
        return [(one.event, one.state) for one in found]

    async def shown(self, channel: Channel) -> Channel:
        return await self.ports.records.channels.get(channel.channel_id, owner_id=ANN)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    mails = MailServer()
    async with Chat() as chat, mails.listening():
        settings = mails.settings(
            home=tmp_path,
            webhook_allow_hosts=(chat.host,),
            public_url="https://magicai.example",
            owner=ANN,
        )
        async with open_ports(settings) as ports:
            await ports.records.identities.add_user(User(user_id=ANN, name="ann", role=Role.ADMIN, created_at=1))
            yield Place(ports, chat, mails)


async def test_a_channel_is_told_once_of_what_it_wants_and_of_nothing_else(place: Place) -> None:
    chat = await place.add("Team", "review.approved")
    mail = await place.add("Boss", "review.approved", "budget.80", kind="mail", address="boss@shop.example")
    for _ in range(2):
        await place.announce()
    await place.announce("review.rejected", "e2")
    await asyncio.gather(place.send(), place.send())
    assert place.chat.texts == [f"*Approved: A text*\n{PAGE}"]
    assert [(one["To"], one["Subject"]) for one in place.mails.got] == [("boss@shop.example", "Approved: A text")]
    await place.announce()
    assert await place.send() == 0, "it was announced before"
    assert [await place.states(one) for one in (chat, mail)] == [[("review.approved", "sent")]] * 2
    assert (await place.shown(mail)).last_error == ""


async def test_what_others_wrote_is_neither_a_link_nor_a_call_to_everybody(place: Place) -> None:
    await place.add("Team", "review.approved")
    await place.announce(title="<!channel> <https://evil.example|Approve> & more")
    await place.send()
    (text,) = place.chat.texts
    assert text.startswith("*Approved: &lt;!channel&gt; &lt;https://evil.example|Approve&gt; &amp; more*\n")


async def test_what_could_not_be_sent_is_tried_again_or_kept_as_failed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PAUSES_S", (0.0, 3600.0))
    channel = await place.add("Team", "review.approved")
    place.chat.answers = [(503, "busy"), (200, "ok")]
    await place.announce()
    assert await place.send() == 1
    assert "503" in (await place.shown(channel)).last_error
    assert await place.send() == 1
    assert (await place.states(channel), len(place.chat.texts)) == ([("review.approved", "sent")], 1)
    assert (await place.shown(channel)).last_error == ""
    place.chat.answers = [(404, "no_service")]
    await place.announce(event_id="e2")
    await place.send()
    assert (await place.states(channel))[0] == ("review.approved", "failed")
    assert "no_service" in (await place.shown(channel)).last_error
    assert await place.send() == 0


async def test_a_fault_of_ours_is_kept_as_failed_and_others_are_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await place.add("Team", "review.approved"), await place.add("Others", "review.approved")
    message_of = channels.message_of

    async def broken(records: Any, channel: Channel, *given: Any, **more: Any) -> tuple[str, str]:
        if channel.channel_id == first.channel_id:
            raise KeyError("run_id")
        return await message_of(records, channel, *given, **more)

    monkeypatch.setattr(channels, "message_of", broken)
    await place.announce()
    assert await place.send() == 2
    assert [await place.states(one) for one in (first, second)] == [
        [("review.approved", "failed")],
        [("review.approved", "sent")],
    ]
    assert "KeyError" in (await place.shown(first)).last_error


async def test_a_digest_has_all_that_happened_and_quiet_hours_hold_back_and_lose_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await place.add("Daily", "review.approved", "review.rejected", digest_hour=9, quiet="08:00-10:00")
    await place.announce(title="One")
    await place.announce("review.rejected", "e2", title="Two")
    assert await place.send() == 0
    assert await place.states(channel) == [("review.rejected", "pending"), ("review.approved", "pending")]
    due: Callable[[object, object, object, object], int] = lambda _channel, _one, _zone, _now: 0  # noqa: E731
    monkeypatch.setattr(channels, "due_at", due)
    await place.ports.records.channels.save(await place.shown(channel))  # looks at what waits anew
    assert await place.send() == 1
    assert place.chat.texts == [
        f"*Daily: 2 notifications*\nApproved: One\n{PAGE}\n\nRejected: Two\n{PAGE}",
    ]


@pytest.mark.parametrize(
    ("hour", "quiet", "created", "now", "due"),
    [
        (None, "", "12:00", "12:00", "12:00"),
        (None, "22:00-07:00", "23:30", "23:30", "07:00 next"),
        (None, "22:00-07:00", "21:59", "21:59", "21:59"),
        (9, "", "08:59", "08:59", "09:00"),
        (9, "", "09:00", "09:00", "09:00 next"),
        (9, "", "08:59", "11:00", "11:00"),  # nothing ran at nine
        (6, "22:00-07:00", "12:00", "12:00", "07:00 next"),
        (6, "22:00-07:00", "05:59", "06:30", "07:00"),
    ],
)
def test_when_a_notification_is_due(hour: int | None, quiet: str, created: str, now: str, due: str) -> None:
    zone = ZoneInfo("Europe/Berlin")

    def at(text: str) -> int:
        clock, _, later = text.partition(" ")
        return to_us(datetime(2026, 3, 28 + bool(later), *map(int, clock.split(":")), tzinfo=zone))

    one = Channel("c", ANN, "c", "slack", "", "", (), hour, quiet, enabled=True, created_at=0)
    told: Any = type("Told", (), {"event": "review.approved", "created_at": at(created)})
    # The night in which clocks go forward is between them.
    assert due_at(one, told, "Europe/Berlin", at(now)) == at(due)


async def test_what_is_off_is_told_nothing_and_forgets_what_waited(place: Place) -> None:
    ports, channel = place.ports, await place.add("Daily", "review.approved", digest_hour=9)
    await place.announce()
    off = NewChannel("Daily", "slack", "", ["review.approved"], digest_hour=None, enabled=False)
    for enabled in (False, True):
        changed = replace(off, enabled=enabled)
        await save_channel(
            ports.records, ports.seal, ports.messenger, changed, owner_id=ANN, channel_id=channel.channel_id
        )
        await place.announce(event_id=f"e-{enabled}")
    await place.send()
    assert len(place.chat.texts) == 1
    assert [one.event_id for one in await ports.records.channels.notifications(channel.channel_id, owner_id=ANN)] == [
        "e-True"
    ]


async def test_a_test_says_what_came_out_and_is_kept(place: Place) -> None:
    channel = await place.add("Team", "review.approved")
    sender = place.ports.channel_sender
    assert await sender.send_test(channel, name="ann") == ("ok", None)
    assert place.chat.texts == ["*A test of Team by ann*\nhttps://magicai.example"]
    place.chat.answers = [(403, "invalid_token")]
    _, error = await sender.send_test(channel, name="ann")
    assert error is not None
    assert "invalid_token" in str(error)
    assert "invalid_token" in (await place.shown(channel)).last_error


@pytest.mark.parametrize(
    ("kind", "address", "error"),
    [
        ("slack", "https://127.0.0.1:9/services/x", NotPublic),
        ("slack", "http://hooks.slack.com/services/x", Invalid),
        ("slack", "hooks.slack.com", Invalid),
        ("other", "gotifys://169.254.169.254/AbCdEfGhIjKlMnO", Refused),
        ("other", "json://127.0.0.1:9000/x?method=DELETE", Invalid),
        ("other", "file:///etc/passwd", Invalid),
        ("mail", "boss", Invalid),
        ("mail", "a@b.example\nBcc: c@d.example", Invalid),
    ],
)
async def test_an_address_that_is_private_or_none_is_refused(
    place: Place, kind: str, address: str, error: type[MagicError]
) -> None:
    with pytest.raises(error):
        await place.add("Team", "run.failed", kind=kind, address=address)


async def test_addresses_are_sealed_and_another_workspace_finds_none(place: Place) -> None:
    channel = await place.add("Team", "run.failed")
    assert "s3cret" not in channel.address + channel.shown.removesuffix("cret")
    with pytest.raises(NotFound):
        await place.ports.records.channels.get(channel.channel_id, owner_id="id-bob")
    with pytest.raises(Invalid):
        await place.add("team", "run.failed")


async def test_a_budget_is_told_of_once_at_each_level_and_a_schedule_without_owner(place: Place) -> None:
    ports = place.ports
    records, channel = ports.records, await place.add("Team", "budget.80", "budget.100", "schedule.needs_owner")

    async def spend(amount: float) -> None:
        got = await records.budgets.reserve(Spender(ANN), amount, Limits(workspace=10.0), ttl_s=60)
        assert isinstance(got, Reservation)
        await records.budgets.settle(got, amount)
        await asyncio.gather(*(tell(records, ports.settings_of, page=PAGE) for _ in range(2)))

    await spend(7.9)
    assert await place.states(channel) == []
    await spend(0.2)
    await spend(1.9)
    assert sorted(await place.states(channel)) == [("budget.100", "pending"), ("budget.80", "pending")]
    await records.identities.add_user(User(user_id="id-eve", name="eve", role=Role.USER, created_at=1))
    await join(records, ANN, "id-eve", WorkspaceRole.EDITOR)
    await records.identities.bind_schedule("nightly", "id-eve", ANN)
    await announce_standing(records)
    assert len(await place.states(channel)) == 2
    await records.workspaces.remove_member(ANN, "id-eve")
    for _ in range(2):
        await announce_standing(records)
    assert len(await place.states(channel)) == 3
    await place.send()
    assert any("A schedule of eve needs a new owner" in text for text in place.chat.texts)
    assert any("The monthly budget of ann is used up: $10.00 of $10.00" in text for text in place.chat.texts), (
        place.chat.texts
    )
