"""A piece becomes a submission, or the next version of one, with what each target would get."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.content.content import KIND as CONTENT
from magicai.content.content import content_in
from magicai.content.text import written
from magicai.errors import Conflict, Invalid, NotFound
from magicai.messages import Message
from magicai.publishing.adapting import adapt_all
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.differences import differences
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Findings
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.submission import MOST_VERSIONS, Policy, RuleReward, Status, Submission, Version
from magicai.publishing.target import Target, is_web_address, target_of
from magicai.values.times import now_us

LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a piece is to be published; None of a submission that is there leaves it as it is."""

    targets: tuple[str, ...] | None = None
    policy: Policy | None = None
    publish_at: int | None = None
    zone: str = ""
    country: str | None = None
    product_kind: str | None = None
    clicks: str = ""
    asks: bool = False
    slot: str = ""


async def draft_of_content(records: PublishingRecords, content_id: str, *, owner_id: str) -> Draft | None:
    """The piece that a generated text is; None if there is no such text of theirs."""
    for found in await records.entities.present([(CONTENT, content_id)]):
        if found.entity is not None and found.owner_id == owner_id:
            content = content_in(found.entity)
            return Draft(text=written(content.latest.blocks), language=content.language)
    return None


async def authors_of_content(records: PublishingRecords, content_id: str, *, owner_id: str) -> tuple[str, ...]:
    """The users who had a hand in a generated text: who started its run, and who has edited it."""
    for found in await records.entities.present([(CONTENT, content_id)]):
        if found.entity is not None and found.owner_id == owner_id:
            content = content_in(found.entity)
            names = (await _started_by(records, content.run_id), *(one.editor for one in content.versions))
            return tuple(dict.fromkeys(name for name in names if name))
    return ()


async def _started_by(records: PublishingRecords, run_id: str) -> str:
    try:
        run = await records.runs.get(run_id)
    except NotFound:  # its row is older than what is stored of runs
        return ""
    return run.owner_id if run.started_by is None else run.started_by


async def submit(
    records: PublishingRecords,
    draft: Draft,
    wanted: Wanted,
    *,
    owner_id: str,
    by: str,
    run_id: str,
    source: str = "",
    editors: Sequence[str] = (),
) -> StoredSubmission:
    """A new submission of a run; called again, it answers the first one.

    Args:
        by: the user who submits it.
        editors: who had a hand in it before.

    Raises:
        Invalid: the piece is empty, or too long.
        NotFound: a target is unknown.
    """
    _check(draft)
    names = wanted.targets or ("site",)
    targets = await _targets(records, names, owner_id)
    now = now_us()
    version = Version(number=1, at=now, by=by, draft=draft, payloads=(), run_id=run_id)
    made = Submission(
        content_id=run_id,  # one run submits one piece
        owner_id=owner_id,
        created_at=now,
        changed_at=now,
        run_id=run_id,
        source=source,
        targets=names,
        policy=wanted.policy or "review",
        country=wanted.country or "",
        product_kind=wanted.product_kind or "",
        publish_at=wanted.publish_at,
        zone=wanted.zone,
        clicks=wanted.clicks.rstrip("/"),
        asks=wanted.asks,
        slot=wanted.slot,
        versions=(version,),
        writers=tuple(dict.fromkeys((by, *editors))),
    )
    version = version.model_copy(update={"payloads": adapt_all(draft, targets, counted=made.counted, asked=made.asked)})
    made = made.model_copy(update={"versions": (version,)})
    entry = NewEntry("submit", made.content_id, owner_id, by, {"digest": made.digest, "targets": [*names]})
    return await records.submissions.add(made, [entry])


async def take_up(
    records: PublishingRecords,
    content_id: str,
    draft: Draft | None,
    wanted: Wanted,
    *,
    owner_id: str,
    by: str,
    run_id: str,
) -> StoredSubmission:
    """A submission that is there, for its next run: with a new version where the piece or its payloads have changed.

    Raises:
        NotFound: there is no such submission of theirs, or no target of a name.
        Conflict: it was withdrawn.
    """

    async def taken_up(before: Submission) -> Change:
        if before.status is Status.WITHDRAWN:
            raise Conflict("submission_withdrawn", title=before.title)
        told = {
            "run_id": run_id,
            "targets": wanted.targets or before.targets,
            "policy": wanted.policy or before.policy,
            "publish_at": before.publish_at if wanted.publish_at is None else wanted.publish_at,
            "zone": wanted.zone or before.zone,
            "country": before.country if wanted.country is None else wanted.country,
            "product_kind": before.product_kind if wanted.product_kind is None else wanted.product_kind,
        }
        same = before.model_copy(update=told)
        now_draft = draft or before.latest.draft
        _check(now_draft)
        after = await _with_draft(records, same, now_draft, by=by, run_id=run_id, note="")
        if after.digest == before.digest:
            return after, []
        return after, [NewEntry("change", content_id, owner_id, by, {"digest": after.digest, "run": run_id})]

    return await change(records, content_id, taken_up, owner_id=owner_id)


async def edit(
    records: PublishingRecords,
    kept: StoredSubmission,
    fields: dict[str, str],
    *,
    by: str,
    note: str = "",
    row: int | None = None,
    learned: tuple[RuleReward, ...] = (),
) -> StoredSubmission:
    """A person's version of a submission; decisions about the version before do not hold for it.

    Args:
        learned: what the edit says of findings.

    Raises:
        Conflict: it has changed meanwhile, or was withdrawn.
        Invalid: it is empty or too long.
    """
    before = kept.submission
    if before.status is Status.WITHDRAWN:
        raise Conflict("submission_withdrawn", title=before.title)
    draft = before.latest.draft.with_fields(fields)
    _check(draft)
    after = await _with_draft(records, before, draft, by=by, run_id="", note=note)
    after = after.model_copy(update={"learned": (*after.learned, *learned)})
    entry = NewEntry("edit", before.content_id, before.owner_id, by, {"digest": after.digest, "note": note})
    if row not in (None, kept.row):
        raise changed_meanwhile()
    changed = await records.submissions.replace(kept, after, [entry])
    if changed is None:
        raise changed_meanwhile()
    return changed


def changed_meanwhile() -> Conflict:
    """The error for a change of what is no longer as it was."""
    return Conflict("submission_changed")


async def retarget(records: PublishingRecords, content_id: str) -> StoredSubmission:
    """A version for targets as they are now, which is then checked and reviewed; unchanged where they are the same.

    Raises:
        NotFound: a target was removed.
    """

    async def retargeted(before: Submission) -> Change:
        if before.status is Status.WITHDRAWN:
            return before, []
        after = await _with_draft(records, before, before.latest.draft, by="", run_id="", note="")
        if after.digest == before.digest:
            return before, []
        entry = NewEntry(
            "outdated", content_id, before.owner_id, "", {"digest": after.digest, "why": after.latest.note}
        )
        return after, [entry]

    return await change(records, content_id, retargeted)


async def targets_of_submission(records: PublishingRecords, submission: Submission) -> list[Target]:
    """Where it goes.

    Raises:
        NotFound: a target was removed.
    """
    return await _targets(records, submission.targets, submission.owner_id)


async def _with_draft(
    records: PublishingRecords, before: Submission, draft: Draft, *, by: str, run_id: str, note: str
) -> Submission:
    payloads = adapt_all(
        draft, await targets_of_submission(records, before), counted=before.counted, asked=before.asked
    )
    now = now_us()
    changes: tuple[Message, ...] = ()
    if draft == before.latest.draft:
        changes = tuple(differences(before.latest.payloads, payloads))
        by, note = "", " ".join(map(str, changes))
    version = Version(
        number=before.latest.number + 1,
        at=now,
        by=by,
        draft=draft,
        payloads=payloads,
        run_id=run_id,
        note=note,
        changes=changes,
    )
    if version.digest == before.digest and draft == before.latest.draft:
        return before
    versions = (before.versions[0], *before.versions[1:][-(MOST_VERSIONS - 2) :], version)
    update: dict[str, object] = {"versions": versions, "changed_at": now}
    if draft != before.latest.draft:
        update["writers"] = tuple(dict.fromkeys((*before.writers, by)))
    if version.digest != before.digest:
        # What was approved is not this: it is checked and reviewed again. What is live stays live until then.
        update |= {"status": Status.DRAFT, "findings": Findings(), "checked": "", "due_at": None, "asked_at": None}
        update |= {"expires_at": None, "told": False, "reminded": 0, "escalated": False, "messages": ()}
    return before.model_copy(update=update)


async def _targets(records: PublishingRecords, names: Sequence[str], owner_id: str) -> list[Target]:
    return [await target_of(records, name, owner_id=owner_id) for name in dict.fromkeys(names)]


def _check(draft: Draft) -> None:
    if not draft.text.strip() and not draft.title.strip():
        raise Invalid("submission_empty")
    size = len(draft.text) + len(draft.title) + len(draft.summary)
    if size > LONGEST:
        raise Invalid("text_too_long", count=size, limit="1,000,000")
    if draft.link and not is_web_address(draft.link):
        raise Invalid("link_invalid", link=draft.link[:200])


async def found_submission(records: PublishingRecords, content_id: str, *, owner_id: str) -> StoredSubmission | None:
    """A submission, or None if there is none of theirs."""
    try:
        return await records.submissions.get(content_id, owner_id=owner_id)
    except NotFound:
        return None
