"""Submissions and the audit log, over every implementation of the records."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from integrations.records.store import SqlRecords
from magicai.errors import NotFound
from magicai.messages import say
from magicai.publishing.audit import Entry, NewEntry, verify
from magicai.publishing.draft import Draft
from magicai.publishing.submission import Status, Submission, Version

KEY = b"key"


def submission(content_id: str, owner_id: str = "o", **more: object) -> Submission:
    version = Version(number=1, at=1, by=owner_id, draft=Draft(title=f"Piece {content_id}"), payloads=())
    made = Submission(
        content_id=content_id,
        owner_id=owner_id,
        created_at=1,
        changed_at=1,
        run_id="run",
        targets=("site",),
        versions=(version,),
    )
    return made.model_copy(update=more)


def entry(action: str, about: str = "c1", owner_id: str = "o", actor: str = "rita") -> NewEntry:
    return NewEntry(action, about, owner_id, actor, {"digest": "d"})


async def entries(records: SqlRecords) -> AsyncIterator[Entry]:
    for one in await records.audit.listed():
        yield one


@pytest.fixture
def keyed(records: SqlRecords) -> SqlRecords:
    records.audit_key = lambda: KEY
    return records


async def test_of_two_changes_of_one_row_one_is_kept_with_its_entry(keyed: SqlRecords) -> None:
    kept = await keyed.submissions.add(submission("c1"), [entry("submit")])
    again = await keyed.submissions.add(submission("c1", status=Status.REJECTED), [entry("submit")])
    assert (again.row, again.submission.status) == (1, Status.DRAFT)
    changes = [kept.submission.model_copy(update={"status": one}) for one in (Status.APPROVED, Status.REJECTED)]
    done = await asyncio.gather(*(keyed.submissions.replace(kept, one, [entry(one.status)]) for one in changes))
    (won,) = [one for one in done if one is not None]
    assert (await keyed.submissions.get("c1", owner_id="o")).submission.status is won.submission.status
    assert [one.action for one in await keyed.audit.listed(about="c1")] == ["submit", won.submission.status.value]
    with pytest.raises(NotFound):
        await keyed.submissions.get("c1", owner_id="other")


async def test_the_queue_is_read_by_status_owner_and_reviewer(keyed: SqlRecords) -> None:
    waiting = {"status": Status.PENDING_REVIEW}
    for number in range(5):
        more = {**waiting, "assigned_to": "rita" if number == 2 else None, "due_at": number + 1}
        await keyed.submissions.add(submission(f"c{number}", "o" if number % 2 else "p", **more), [])
    await keyed.submissions.add(submission("c9"), [])
    listed = keyed.submissions.listed

    async def ids(**asked: object) -> list[str]:
        return [one.content_id for one in await listed(**{"owner_id": None, **asked})]  # type: ignore[arg-type]

    assert await ids(statuses=[Status.PENDING_REVIEW], limit=3) == ["c0", "c1", "c2"]
    assert await ids(statuses=[Status.PENDING_REVIEW], after="c2") == ["c3", "c4"]
    assert await ids(owner_id="o") == ["c1", "c3", "c9"]
    assert await ids(assigned_to="rita") == ["c2"]
    assert dict(await keyed.submissions.counts(owner_id=None)) == {"pending_review": 5, "draft": 1}
    assert [one.submission.content_id for one in await keyed.submissions.due(limit=2)] == ["c0", "c1"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_entries SET action = 'reject' WHERE sequence = 2", "audit_entry_changed"),
        ("UPDATE audit_entries SET details = '{\"more\": {}}' WHERE sequence = 2", "audit_details_changed"),
        ("DELETE FROM audit_entries WHERE sequence = 2", "audit_entry_missing"),
        ("DELETE FROM audit_entries WHERE sequence = 3", "audit_head_missing"),
    ],
)
async def test_tampering_with_the_audit_log_shows(keyed: SqlRecords, change: str, fault: str) -> None:
    for action in ("submit", "approve", "publish"):
        await keyed.audit.append([entry(action)])
    found = await verify(entries(keyed), key=KEY)
    assert (found.fault, found.count) == (None, 3)
    await keyed.database.write(lambda c: c.execute(text(change)))
    broken = (await verify(entries(keyed), key=KEY, head=found.head)).fault
    assert broken is not None
    assert broken.code == fault


async def test_a_log_made_anew_without_the_key_shows(keyed: SqlRecords) -> None:
    keyed.audit_key = lambda: b"another"
    await keyed.audit.append([entry("approve")])
    assert (await verify(entries(keyed), key=KEY)).fault == say("audit_entry_changed", number=1)


async def test_many_append_at_once_and_the_chain_holds(keyed: SqlRecords) -> None:
    await asyncio.gather(*(keyed.audit.append([entry(f"a{number}")]) for number in range(20)))
    found = await verify(entries(keyed), key=KEY)
    assert (found.count, found.fault) == (20, None)


async def test_an_erased_person_leaves_a_log_that_verifies_and_names_nobody(keyed: SqlRecords) -> None:
    await keyed.submissions.add(submission("c1"), [entry("submit", actor="o")])
    await keyed.submissions.add(submission("c2", "p"), [entry("approve", "c2", "p", "q")])
    await keyed.erasing.remove("o")
    found = await verify(entries(keyed), key=KEY)
    assert (found.count, found.erased, found.fault) == (2, 1, None)
    gone, stays = await keyed.audit.listed()
    assert (gone.details, stays.details is not None) == (None, True)
    assert "o" not in await keyed.erasing.owners()
    with pytest.raises(NotFound):
        await keyed.submissions.get("c1", owner_id=None)
