"""A mail is held by one process at a time, and what is said of it is what was kept last."""

import asyncio

import pytest
from sqlalchemy import Connection

from integrations.records import mails
from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Temporary
from magicai.ports import MailPostponed, StoredMail
from tests.codes import says
from tests.contract.records.example_rows import Clock

DAY_S = 86_400


def mail(mail_id: str, clock: Clock, to: str = "bob@shop.example") -> StoredMail:
    now = clock()
    return StoredMail(
        mail_id=mail_id,
        owner_id="ann",
        to=to,
        subject="Grüße",
        text="A secret link.",
        html="<p>A secret link.</p>",
        kind="test",
        created_at=now,
        give_up_at=now + DAY_S * 1_000_000,
        next_at=now,
    )


async def test_of_many_who_claim_each_mail_goes_to_one(records: SqlRecords, clock: Clock) -> None:
    for n in range(6):
        await records.mails.add(mail(f"m{n}", clock))
    claimed = await asyncio.gather(*(records.mails.claim(hold_s=60) for _ in range(12)))
    held = [one for one in claimed if one is not None]
    assert len(held) == len({one.mail_id for one in held})
    while (one := await records.mails.claim(hold_s=60)) is not None:  # two may have wanted the same
        held.append(one)
    assert sorted(one.mail_id for one in held) == [f"m{n}" for n in range(6)]
    with pytest.raises(Conflict, check=says("mail_being_sent")):
        await records.mails.claim_now("m0", hold_s=60, give_up_s=DAY_S)


async def test_what_is_kept_of_it_is_the_last_attempt(records: SqlRecords, clock: Clock) -> None:
    await records.mails.add(mail("m", clock))
    late = await records.mails.claim(hold_s=60)
    clock.move(seconds=61)
    held = await records.mails.claim(hold_s=60)
    assert late is not None
    assert held is not None
    lost = MailPostponed("mail_connection_lost", server="mx.example")
    await records.mails.record_failure(late, lost, again_s=None)
    assert await records.mails.get("m") == held, "the first one woke up late"
    await records.mails.record_failure(held, lost, again_s=30)
    waits = await records.mails.get("m")
    assert (waits.state, waits.next_at, waits.held_until) == ("waiting", clock() + 30_000_000, 0)
    assert waits.text == "A secret link."
    clock.move(seconds=DAY_S)
    held = await records.mails.claim(hold_s=60)
    assert held is not None
    await records.mails.record_failure(held, lost, again_s=30)
    assert (await records.mails.get("m")).state == "failed"
    held = await records.mails.claim_now("m", hold_s=60, give_up_s=DAY_S)
    await records.mails.record_sent(held)
    sent = await records.mails.get("m")
    assert (sent.state, sent.text, sent.html, sent.error, sent.attempts) == ("sent", "", "", "", 4)


async def test_an_outage_is_said_of_all_that_are_due_and_of_nothing_else(records: SqlRecords, clock: Clock) -> None:
    for name in ("tried", "due", "later"):
        await records.mails.add(mail(name, clock))
    later = await records.mails.claim_now("later", hold_s=60, give_up_s=DAY_S)
    await records.mails.record_failure(later, MailPostponed("mail_connection_lost", server="mx"), again_s=60)
    clock.move(seconds=1)
    tried = await records.mails.claim_now("tried", hold_s=60, give_up_s=DAY_S)
    await records.mails.record_outage(tried, Temporary("mail_server_unreachable", server="mx", reason="No."))
    errors = {one.mail_id: one.error for one in await records.mails.unsent()}
    assert errors["tried"] == errors["due"]
    assert "mail_connection_lost" in errors["later"]
    again = await records.mails.claim(hold_s=60)
    assert again is not None
    assert again.mail_id == "due", "the one that was tried is behind it"


async def test_a_mail_is_kept_with_what_it_is_about_or_not_at_all(records: SqlRecords, clock: Clock) -> None:
    def both(connection: Connection) -> None:
        mails.add(connection, mail("m", clock))
        raise RuntimeError("what it is about")

    with pytest.raises(RuntimeError, match="what it is about"):
        await records.database.write(both)
    assert await records.mails.unsent() == []
