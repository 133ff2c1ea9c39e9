"""Submissions, each change of one together with its entries in the audit log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from integrations.records import channels, models
from integrations.records.audit import AuditKey, append
from integrations.records.database import Clock, Database, add_new
from integrations.records.documents import SUBMISSION
from integrations.records.transactions import Rows, reading, reading_now
from magicai.errors import Invalid, NotFound
from magicai.publishing.audit import NewEntry
from magicai.publishing.ports import StoredSubmission, SubmissionSummary
from magicai.publishing.submission import Status, Submission

_OF = models.submissions.c
_LEAST_OF_AN_ID, _MOST_NAMED = 4, 5
# By the verdict, what channels are told.
_DECIDED = {"approve": "approved", "reject": "rejected", "change": "returned"}
_LISTED = [_OF[field.name] for field in fields(SubmissionSummary)]


def _add(
    connection: Connection, now: int, submission: Submission, entries: Sequence[NewEntry], key: bytes
) -> StoredSubmission:
    known = select(_OF.content_id).where(_OF.content_id == submission.content_id)
    if connection.execute(known).first() is None:
        add_new(connection, models.submissions, [{**_columns(submission), "row": 1}])
        append(connection, now, entries, key)
    return _get(connection, submission.content_id, owner_id=submission.owner_id)


def _replace(
    connection: Connection,
    now: int,
    kept: StoredSubmission,
    submission: Submission,
    entries: Sequence[NewEntry],
    key: bytes,
) -> StoredSubmission | None:
    this = (_OF.content_id == submission.content_id, _OF.row == kept.row)
    changed = update(models.submissions).where(*this).values({**_columns(submission), "row": kept.row + 1})
    if not connection.execute(changed).rowcount:
        return None
    append(connection, now, entries, key)
    if submission.status is not Status.PENDING_REVIEW and (by := [one for one in entries if one.action in _DECIDED]):
        told = {"title": submission.title, "path": f"/reviews/{submission.content_id}"}
        event_id = f"review_{submission.content_id}_{kept.row + 1}"
        event = f"review.{_DECIDED[by[-1].action]}"
        channels.announce(connection, now, submission.owner_id, event, event_id, told)
    return StoredSubmission(submission, kept.row + 1)


def _get(connection: Connection, content_id: str, *, owner_id: str | None) -> StoredSubmission:
    query = select(_OF.document, _OF.row).where(_OF.content_id == content_id)
    if owner_id is not None:
        query = query.where(_OF.owner_id == owner_id)
    found = connection.execute(query).first()
    if found is None:
        raise NotFound("submission_not_found", content_id=content_id[:64])
    return StoredSubmission(SUBMISSION.read(found.document), found.row)


def _named(connection: Connection, part: str, *, owner_id: str | None) -> str:
    query = select(_OF.content_id).order_by(_OF.content_id).limit(_MOST_NAMED + 1)
    if owner_id is not None:
        query = query.where(_OF.owner_id == owner_id)
    if connection.execute(query.where(_OF.content_id == part)).first() is not None:
        return part
    if len(part) < _LEAST_OF_AN_ID:
        raise Invalid("submission_id_too_short", part=part, minimum=_LEAST_OF_AN_ID)
    fits = or_(_OF.content_id.startswith(part, autoescape=True), _OF.content_id.endswith(part, autoescape=True))
    found = list(connection.execute(query.where(fits)).scalars())
    if not found:
        raise NotFound("submission_not_found", content_id=part[:64])
    if len(found) > 1:
        raise Invalid("submission_id_ambiguous", part=part, names=", ".join(found[:_MOST_NAMED]))
    return str(found[0])


def _listed(
    connection: Connection,
    *,
    owner_id: str | None,
    statuses: Sequence[Status] = (),
    assigned_to: str | None = None,
    after: str = "",
    limit: int = 50,
    newest_first: bool = False,
) -> list[SubmissionSummary]:
    # One read for each status, so that each is a range of an index, in its order.
    found: list[SubmissionSummary] = []
    for status in statuses or Status:
        query = select(*_LISTED).where(_OF.status == status.value, _OF.content_id > after)
        if owner_id is not None:
            query = query.where(_OF.owner_id == owner_id)
        if assigned_to is not None:
            query = query.where(_OF.assigned_to == assigned_to)
        order = _OF.content_id.desc() if newest_first else _OF.content_id
        rows = connection.execute(query.order_by(order).limit(limit)).mappings()
        found += [_short(row) for row in rows]
    return sorted(found, key=lambda one: one.content_id, reverse=newest_first)[:limit]


def _counts(connection: Connection, *, owner_id: str | None) -> Mapping[str, int]:
    query = select(_OF.status, func.count()).group_by(_OF.status)
    if owner_id is not None:
        query = query.where(_OF.owner_id == owner_id)
    return dict(connection.execute(query).all())


def _due(connection: Connection, now: int, *, limit: int = 50) -> list[StoredSubmission]:
    query = select(_OF.document, _OF.row).where(_OF.due_at <= now).order_by(_OF.due_at).limit(limit)
    return [StoredSubmission(SUBMISSION.read(document), row) for document, row in connection.execute(query)]


def _columns(submission: Submission) -> dict[str, Any]:
    same = (
        "content_id",
        "owner_id",
        "submitted_by",
        "run_id",
        "title",
        "digest",
        "assigned_to",
        "created_at",
        "changed_at",
    )
    found = submission.findings
    return {
        **{name: getattr(submission, name) for name in (*same, "publish_at", "expires_at", "due_at")},
        "status": submission.status.value,
        "targets": json.dumps(submission.targets),
        "blocking": found.held_up,
        "notes": len(found.found) - len(found.waiting),
        "document": SUBMISSION.write(submission),
    }


def _short(row: Mapping[Any, Any]) -> SubmissionSummary:
    values: dict[str, Any] = {**row, "status": Status(row["status"]), "targets": tuple(json.loads(row["targets"]))}
    values["submitted_by"] = row["submitted_by"] or row["owner_id"]  # before 0057, it was not kept
    return SubmissionSummary(**values)


class SqlSubmissions(Rows):
    """Submissions in a database.

    Args:
        key: of the audit log's hashes.
    """

    def __init__(self, database: Database, clock: Clock, key: AuditKey) -> None:
        super().__init__(database, clock)
        self._key = key

    async def add(self, submission: Submission, entries: Sequence[NewEntry]) -> StoredSubmission:
        """Add one; the same id again gives the first one back."""
        key = self._key()
        return await self.database.write(lambda c: _add(c, self.clock(c), submission, entries, key))

    async def replace(
        self, kept: StoredSubmission, submission: Submission, entries: Sequence[NewEntry]
    ) -> StoredSubmission | None:
        """Keep a submission in place of what it was; None if it has changed meanwhile."""
        key = self._key()
        return await self.database.write(lambda c: _replace(c, self.clock(c), kept, submission, entries, key))

    get = reading(_get)
    named = reading(_named)
    listed = reading(_listed)
    counts = reading(_counts)
    due = reading_now(_due)
