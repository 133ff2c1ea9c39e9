"""A mail that was kept is sent once: over outages, refusals, and other machines that send too."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.mail.smtp import SmtpMailer
from integrations.records import sqlite
from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Invalid, MagicError, NotFound
from magicai.mail.sending import keep_sending, queue_mail, send_due, send_now, send_test
from magicai.messages import Message
from magicai.ports import Mailer, StoredMail
from magicai.settings import Settings
from tests.codes import says
from tests.contract.mail.receiver import Receiver
from tests.contract.records.example_rows import Clock

DAYS = 86_400


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("magicai.mail.composing.now_us", made)
    return made


@pytest.fixture
async def records(tmp_path: Path, template: Path, clock: Clock) -> AsyncIterator[SqlRecords]:
    shutil.copy(template, tmp_path)
    made = sqlite.open(tmp_path / template.name, now=clock)
    yield made
    await made.close()


async def queue(records: SqlRecords, receiver: Receiver, to: str = "bob@shop.example", **more: str) -> StoredMail:
    params = {"name": "a secret of Ann's"}
    return await queue_mail(records, receiver.settings(), owner_id="ann", to=to, kind="test", params=params, **more)


def mailer(receiver: Receiver, limit_s: float = 10) -> SmtpMailer:
    return SmtpMailer(receiver.settings(), limit_s=limit_s)


def code(mail: StoredMail) -> str:
    """The code of what an attempt failed by; its way out stands beside it."""
    said = Message.restored(mail.error)
    return said.params["what"]["code"] if said.code == "said_with_way_out" else said.code


async def test_two_machines_send_a_mail_once_and_forget_what_it_said(records: SqlRecords, receiver: Receiver) -> None:
    mail = await queue(records, receiver, once="key")
    assert await queue(records, receiver, once="key") == mail
    both = await asyncio.gather(*(send_due(records, mailer(receiver)) for _ in range(2)))
    assert sum(both) == 1
    (got,) = receiver.got
    assert "a secret of Ann's" in got.as_string()
    sent = await records.mails.get(mail.mail_id)
    assert (sent.state, sent.text, sent.html, sent.attempts) == ("sent", "", "", 1)
    assert await records.mails.unsent() == []
    assert await queue(records, receiver, once="key") == sent
    with pytest.raises(Conflict, check=says("mail_already_sent")):
        await send_now(records, mailer(receiver), mail.mail_id)


async def test_mails_wait_while_the_server_is_down_and_say_why(records: SqlRecords, clock: Clock) -> None:
    receiver = Receiver()
    async with receiver.listening():
        pass
    first, second = await queue(records, receiver), await queue(records, receiver, to="eve@shop.example")
    assert await send_due(records, mailer(receiver)) == 1, "one attempt shows that it is down"
    assert {code(one) for one in await records.mails.unsent()} == {"mail_server_unreachable"}
    async with receiver.listening():
        assert await send_due(records, mailer(receiver)) == 0, "it is left alone for a while"
        clock.move(seconds=20)
        assert await send_due(records, mailer(receiver)) == 2
    assert sorted(got["To"] for got in receiver.got) == [first.to, second.to]
    assert await records.mails.unsent() == []


async def test_a_test_mail_that_is_taken_ends_the_wait(records: SqlRecords, receiver: Receiver) -> None:
    mail = await queue(records, receiver)
    receiver.to_sender = ["550 5.7.1 not yours", "550 5.7.1 not yours"]
    assert await send_due(records, mailer(receiver)) == 1

    async def test() -> str:
        return await send_test(
            records, receiver.settings(), mailer(receiver), owner_id="ann", to="a@b.example", name="ann", language="zh"
        )

    with pytest.raises(Invalid, check=says("mail_sender_refused")):
        await test()
    assert "queued" in await test()
    assert await send_due(records, mailer(receiver)) == 1
    assert (await records.mails.get(mail.mail_id)).state == "sent"
    assert [got["Subject"] for got in receiver.got] == ["来自 MagicAI 的测试邮件", "A test mail from MagicAI"]


async def test_what_a_recipient_refuses_for_good_fails_at_once_and_what_it_does_not_take_yet_later(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    mail = await queue(records, receiver)
    receiver.to_recipient = ["450 4.2.0 greylisted", "550 5.1.1 no such user", "550 5.1.1 no such user"]
    assert await send_due(records, mailer(receiver)) == 1
    waits = await records.mails.get(mail.mail_id)
    assert (waits.state, waits.next_at) == ("waiting", clock() + 60_000_000)
    clock.move(seconds=60)
    assert await send_due(records, mailer(receiver)) == 1
    failed = await records.mails.get(mail.mail_id)
    assert (failed.state, failed.attempts, code(failed)) == ("failed", 2, "mail_recipient_refused")
    clock.move(seconds=DAYS)
    assert await send_due(records, mailer(receiver)) == 0
    assert (await send_now(records, mailer(receiver), mail.mail_id)).state == "failed"
    sent = await send_now(records, mailer(receiver), mail.mail_id)
    assert (sent.state, sent.attempts, len(receiver.got)) == ("sent", 4, 1)


async def test_a_mail_is_given_up_after_three_days(records: SqlRecords, receiver: Receiver, clock: Clock) -> None:
    mail = await queue(records, receiver)
    receiver.to_recipient = ["450 4.2.0 greylisted"] * 100
    attempts = 0
    for _ in range(3 * 24 + 1):
        attempts += await send_due(records, mailer(receiver))
        clock.move(seconds=3600)
    failed = await records.mails.get(mail.mail_id)
    assert (failed.state, failed.attempts) == ("failed", attempts)
    assert attempts == 3 * 24 + 1


async def test_a_mail_whose_answer_was_lost_comes_again_under_the_same_id(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    await queue(records, receiver)
    receiver.cut = 1
    assert await send_due(records, mailer(receiver)) == 1
    clock.move(seconds=60)
    assert await send_due(records, mailer(receiver)) == 1
    first, second = receiver.got
    assert first["Message-ID"] == second["Message-ID"]
    assert await records.mails.unsent() == []


async def test_a_mail_whose_process_died_is_sent_by_the_next_and_the_dead_one_takes_nothing_back(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    mail = await queue(records, receiver)
    lost = await records.mails.claim(hold_s=120)
    assert lost is not None
    assert await send_due(records, mailer(receiver)) == 0
    with pytest.raises(Conflict, check=says("mail_being_sent")):
        await send_now(records, mailer(receiver), mail.mail_id)
    clock.move(seconds=121)
    assert await send_due(records, mailer(receiver)) == 1
    await records.mails.record_failure(lost, Invalid("mail_connection_lost", server="late"), again_s=None)
    assert (await records.mails.get(mail.mail_id)).state == "sent"


async def test_a_slow_server_is_timed_out_and_the_mail_kept(records: SqlRecords, receiver: Receiver) -> None:
    mail = await queue(records, receiver)
    receiver.hang = asyncio.Event()
    await send_due(records, mailer(receiver, limit_s=0.3))
    kept = await records.mails.get(mail.mail_id)
    assert (kept.state, code(kept)) == ("waiting", "service_timed_out")
    assert "a secret of Ann's" in kept.text
    receiver.hang.set()


async def test_it_goes_on_beside_a_gateway_and_waits_where_none_is_set_up(
    records: SqlRecords, receiver: Receiver
) -> None:
    await queue(records, receiver)
    set_up = asyncio.Event()

    async def mailer_now() -> Mailer | None:
        return mailer(receiver) if set_up.is_set() else None

    loop = asyncio.create_task(keep_sending(lambda: records, mailer_now))
    await asyncio.sleep(0)
    assert len(await records.mails.unsent()) == 1
    set_up.set()
    async with asyncio.timeout(120):
        while await records.mails.unsent():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("more", [{"smtp_host": None}, {"mail_from": None}])
async def test_no_mail_is_kept_where_none_can_be_sent(records: SqlRecords, more: dict[str, None]) -> None:
    settings: Settings = Receiver(port=25).settings(**more)
    with pytest.raises(Invalid, check=says("mail_not_set_up", way="set_mail_server")):
        await queue_mail(records, settings, owner_id="ann", to="b@c.example", kind="test", params={"name": "x"})
    assert await records.mails.unsent() == []


async def test_nothing_of_an_owner_is_left_when_they_are_erased_and_old_mails_go(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    await queue(records, receiver)
    waits = await queue(records, receiver, to="eve@shop.example")
    await send_now(records, mailer(receiver), waits.mail_id)
    clock.move(seconds=10)
    assert (await records.prune(before=clock()))["mails"] == 1, "the other one still waits"
    with pytest.raises(NotFound):
        await records.mails.get(waits.mail_id)
    assert (await records.erasing.remove("ann"))["mails"] == 1
    assert await records.erasing.owners() == []


async def test_those_that_wait_are_listed_page_by_page_the_latest_first(
    records: SqlRecords, receiver: Receiver, clock: Clock
) -> None:
    made: list[str] = []
    for _ in range(3):
        made.append((await queue(records, receiver)).mail_id)
        clock.move(seconds=1)
    first = await records.mails.unsent(limit=2)
    second = await records.mails.unsent(limit=2, before=(first[-1].created_at, first[-1].mail_id))
    assert [one.mail_id for one in (*first, *second)] == made[::-1]
    await records.mails.remove(made[0])
    errors: list[MagicError] = []
    for ask in (records.mails.remove, records.mails.get):
        with pytest.raises(NotFound, check=says("mail_not_found")) as caught:
            await ask(made[0])
        errors.append(caught.value)
    assert len(errors) == 2
