"""What a receiver gets: signed, each event once, again until it is taken, and from nowhere that is not allowed."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from integrations.fetcher.addresses import AddressRules
from integrations.records import sqlite
from integrations.records.store import SqlRecords
from integrations.webhooks.sender import SETTING, HttpWebhooks
from magicai.errors import Invalid, NotFound, Refused
from magicai.ports import Delivery, Webhook
from magicai.runs.notifications.webhooks import (
    GONE_AFTER,
    MOST,
    PAUSES_S,
    add_webhook,
    deliver_due,
    keep_delivering,
    send_test,
)
from magicai.runs.run import RunStatus
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make


@dataclass
class Receiver:
    """A receiver that answers with the statuses that it was told to, then with 200.

    Attributes:
        got: headers and body of each request.
    """

    port: int = 0
    statuses: list[str] = field(default_factory=list[str])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    slow: asyncio.Event | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            pairs = (line.partition(": ") for line in head.split("\r\n")[1:])
            headers = {name.lower(): value for name, _, value in pairs if name}
            self.got.append((headers, await reader.readexactly(int(headers.get("content-length", "0")))))
            if self.slow is not None:
                await self.slow.wait()
            status = self.statuses.pop(0) if self.statuses else "200 OK"
            # A body without end is nobody's business.
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 99999999\r\n\r\nmore".encode())
            await writer.drain()
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def records(tmp_path: Path, template: Path, clock: Clock) -> AsyncIterator[SqlRecords]:
    shutil.copy(template, tmp_path)
    made = sqlite.open(tmp_path / template.name, now=clock)
    yield made
    await made.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def sender(receiver: Receiver) -> AsyncIterator[HttpWebhooks]:
    made = HttpWebhooks(AddressRules([f"127.0.0.1:{receiver.port}"], setting=SETTING), limit_s=5)
    yield made
    await made.close()


@pytest.fixture
async def hook(records: SqlRecords, sender: HttpWebhooks, receiver: Receiver) -> Webhook:
    return (await add_webhook(records.webhooks, sender, receiver.url, owner_id="ann"))[0]


async def end(
    records: SqlRecords, clock: Clock, status: RunStatus, owner_id: str = "ann", *, asked: bool = False
) -> str:
    make = Make(records, clock)
    attempt = await make.attempt(await make.run(owner_id=owner_id))
    if asked:
        await records.notices.ask(attempt.run_id, owner_id=owner_id)
    await records.runs.finish(attempt, status, {"secret": "of the result"})
    return attempt.run_id


async def told(records: SqlRecords, hook: Webhook) -> list[Delivery]:
    return await records.webhooks.deliveries(hook.webhook_id, owner_id="ann")


async def test_the_end_of_a_run_comes_signed_once(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    run_id = await end(records, clock, RunStatus.PARTIAL)
    await end(records, clock, RunStatus.COMPLETED, "bob")
    await end(records, clock, RunStatus.CANCELLED)
    both = await asyncio.gather(*(deliver_due(records, sender, limit_s=30) for _ in range(2)))
    assert sum(both) == 1
    ((headers, body),) = receiver.got
    sent: Any = Verifier(hook.secret).verify(body, headers)
    assert (sent["type"], sent["data"]["run_id"], sent["data"]["status"]) == ("run.partial", run_id, "partial")
    assert "of the result" not in body.decode()
    (one,) = await told(records, hook)
    assert (one.state, one.status, one.attempts, one.error) == ("delivered", 200, 1, "")
    clock.move(seconds=10_000_000)
    assert await deliver_due(records, sender, limit_s=30) == 0


async def test_it_is_told_of_what_it_asked_for_and_of_a_person_who_is_needed(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, clock: Clock
) -> None:
    await add_webhook(records.webhooks, sender, receiver.url, ["run.needs_review"], owner_id="ann")
    run_id = await end(records, clock, RunStatus.FAILED)
    await records.runs.need_review(run_id, {"where": "notice", "what": "It may have arrived.", "way_out": "Look."})
    assert await deliver_due(records, sender, limit_s=30) == 1
    sent = json.loads(receiver.got[0][1])
    assert (sent["type"], sent["data"]["review"]["what"]) == ("run.needs_review", "It may have arrived.")
    asked = await end(records, clock, RunStatus.COMPLETED, asked=True)
    assert await deliver_due(records, sender, limit_s=30) == 1
    sent = json.loads(receiver.got[1][1])
    assert (sent["type"], sent["data"]["run_id"]) == ("run.completed", asked)


async def test_what_is_refused_comes_again_under_the_same_id_until_it_is_taken(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    receiver.statuses = ["500 No", f"302 Found\r\nLocation: {receiver.url}", "429 Slow\r\nRetry-After: 4000"]
    await end(records, clock, RunStatus.FAILED)
    for pause in (0, PAUSES_S[0], PAUSES_S[1], 4000):
        clock.move(seconds=pause - 1)
        assert await deliver_due(records, sender, limit_s=30) == 0
        clock.move(seconds=1)
        assert await deliver_due(records, sender, limit_s=30) == 1
    (one,) = await told(records, hook)
    assert (one.state, one.attempts) == ("delivered", 4)
    assert len(receiver.got) == 4, "no redirect is followed"
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {one.event_id}
    assert len({body for _, body in receiver.got}) == 1


async def test_what_is_never_taken_is_given_up_and_says_why(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    receiver.statuses = ["500 No"] * 20
    await end(records, clock, RunStatus.FAILED)
    for _ in range(len(PAUSES_S) + 3):
        await deliver_due(records, sender, limit_s=30)
        clock.move(seconds=90_000)
    (one,) = await told(records, hook)
    assert (one.state, one.status, one.attempts) == ("failed", 500, len(PAUSES_S) + 1)
    assert one.error == "The address answered 500 Internal Server Error."
    assert len(receiver.got) == one.attempts


async def test_a_target_that_is_gone_is_left_alone(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    receiver.statuses = ["410 Gone"] * 20
    for _ in range(GONE_AFTER + 2):
        await end(records, clock, RunStatus.COMPLETED)
        await deliver_due(records, sender, limit_s=30)
        clock.move(seconds=1)
    assert len(receiver.got) == GONE_AFTER
    assert {one.state for one in await told(records, hook)} == {"failed"}
    assert (await records.webhooks.get(hook.webhook_id, owner_id="ann")).disabled_at is not None


async def test_a_slow_target_is_timed_out_and_holds_up_no_other(
    records: SqlRecords, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    receiver.slow = asyncio.Event()
    impatient = HttpWebhooks(AddressRules([f"127.0.0.1:{receiver.port}"]), limit_s=0.1)
    await end(records, clock, RunStatus.COMPLETED)
    await deliver_due(records, impatient, limit_s=30)
    (one,) = await told(records, hook)
    assert (one.state, one.status) == ("pending", None)
    assert f"127.0.0.1:{receiver.port} did not answer within 0.1 s" in one.error
    await impatient.close()
    receiver.slow.set()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "https://10.0.0.7/", "https://localhost/", "https://[::ffff:169.254.169.254]/"]
)
async def test_a_private_target_is_refused_at_once(records: SqlRecords, sender: HttpWebhooks, url: str) -> None:
    with pytest.raises(Refused, check=says("address_not_public", setting=SETTING)):
        await add_webhook(records.webhooks, sender, url, owner_id="ann")


async def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    async def inside(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    sender = HttpWebhooks(AddressRules(resolve=inside, setting=SETTING))
    url = f"https://hooks.example:{receiver.port}/"
    hook, _ = await add_webhook(records.webhooks, sender, url, owner_id="ann")
    await end(records, clock, RunStatus.COMPLETED)
    await deliver_due(records, sender, limit_s=30)
    assert "has no public address" in (await told(records, hook))[0].error
    assert receiver.got == []
    await sender.close()


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "ftp://hooks.example/", "hooks", "https://u:p@hooks.example/"]
)
async def test_what_is_no_target_is_refused(records: SqlRecords, sender: HttpWebhooks, url: str) -> None:
    with pytest.raises(Invalid):
        await add_webhook(records.webhooks, sender, url, owner_id="ann")
    with pytest.raises(Invalid, check=says("unknown_webhook_event", unknown="run.flew")):
        await add_webhook(records.webhooks, sender, "https://hooks.example/", ["run.flew"], owner_id="ann")


async def test_what_an_owner_may_have_is_limited_and_theirs_alone(
    records: SqlRecords, sender: HttpWebhooks, hook: Webhook
) -> None:
    for _ in range(MOST - 1):
        await add_webhook(records.webhooks, sender, "https://hooks.example/", owner_id="ann")
    with pytest.raises(Refused, match=f"the maximum is {MOST}"):
        await add_webhook(records.webhooks, sender, "https://hooks.example/", owner_id="ann")
    for asked in (records.webhooks.get, records.webhooks.remove, records.webhooks.deliveries):
        with pytest.raises(NotFound):
            await asked(hook.webhook_id, owner_id="bob")


async def test_the_same_key_makes_one_and_shows_its_secret_once(records: SqlRecords, sender: HttpWebhooks) -> None:
    url = "https://hooks.example/"
    made = [await add_webhook(records.webhooks, sender, url, owner_id="ann", once="k") for _ in range(2)]
    assert made[0][0] == made[1][0]
    assert made[0][1] is not None
    assert made[1][1] is None
    with pytest.raises(Invalid, check=says("idempotency_key_reused")):
        await add_webhook(records.webhooks, sender, f"{url}b", owner_id="ann", once="k")


async def test_a_test_event_is_sent_at_once_and_not_again(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    receiver.statuses = ["500 No"]
    assert (await send_test(records, sender, hook)).state == "failed"
    assert (await send_test(records, sender, hook)).state == "delivered"
    clock.move(seconds=90_000)
    assert await deliver_due(records, sender, limit_s=30) == 0
    assert json.loads(receiver.got[0][1])["type"] == "webhook.test"


async def test_a_try_that_was_cut_is_made_again(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    await end(records, clock, RunStatus.COMPLETED)
    (lost,) = await records.webhooks.claim(limit=5, hold_s=60)
    assert await deliver_due(records, sender, limit_s=30) == 0
    clock.move(seconds=61)
    assert await deliver_due(records, sender, limit_s=30) == 1
    # The first, which woke up late, takes nothing back.
    await records.webhooks.record_attempt(lost[1], status=500, error="late", again_s=None, gone_after=3)
    assert [one.state for one in await told(records, hook)] == ["delivered"]


async def test_it_goes_on_beside_a_gateway(
    records: SqlRecords, sender: HttpWebhooks, receiver: Receiver, hook: Webhook, clock: Clock
) -> None:
    await end(records, clock, RunStatus.COMPLETED)
    work_pool = asyncio.create_task(keep_delivering(lambda: records, sender))
    async with asyncio.timeout(120):
        while [one.state for one in await told(records, hook)] != ["delivered"]:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    work_pool.cancel()
    await asyncio.gather(work_pool, return_exceptions=True)
    assert len(receiver.got) == 1


async def test_deliveries_are_listed_page_by_page_the_latest_first(records: SqlRecords, hook: Webhook) -> None:
    for event_id in ("a", "b", "c"):
        await records.webhooks.add_delivery(hook, event_id, "webhook.test", {}, hold_s=60)
    first = await records.webhooks.deliveries(hook.webhook_id, owner_id="ann", limit=2)
    place = (first[-1].created_at, first[-1].event_id)
    second = await records.webhooks.deliveries(hook.webhook_id, owner_id="ann", before=place, limit=2)
    assert [one.event_id for one in (*first, *second)] == ["c", "b", "a"]


async def test_nothing_of_an_owner_is_left_when_they_are_erased_and_old_deliveries_go(
    records: SqlRecords, sender: HttpWebhooks, hook: Webhook, clock: Clock
) -> None:
    await end(records, clock, RunStatus.COMPLETED)
    clock.move(seconds=10)
    assert (await records.prune(before=clock()))["deliveries"] == 0, "it has not been delivered yet"
    await deliver_due(records, sender, limit_s=30)
    await end(records, clock, RunStatus.COMPLETED)
    assert (await records.prune(before=clock()))["deliveries"] == 1
    removed = await records.erasing.remove("ann")
    assert (removed["webhooks"], removed["deliveries"]) == (1, 1)
    assert await records.erasing.owners() == []
