"""Checks run again for what waits because they could not be made: once, and without undoing what people decided."""

from typing import Any

import pytest

from magicai.accounts.identity import WorkspaceRole
from magicai.errors import Conflict, OverBudget, Permanent
from magicai.publishing import overriding
from magicai.publishing.checks.moderation import Faults
from magicai.publishing.rechecking import is_under_way, recheck
from magicai.publishing.review_settings import rules_of
from magicai.publishing.submission import Status, Submission
from magicai.publishing.submitting import edit
from tests.contract.publishing.test_moderating import AUTO, NOTHING, fault
from tests.desk import Desk

TEXT = "Meet your new favourite mug."
JUDGED = {"legal", "offence", "tone"}
DOWN = Permanent("The model does not answer.")
PHONE = "Ring 07911 123456 for a mug."


def missing(submission: Submission) -> set[str]:
    return {one.check for one in submission.findings.not_checked}


async def parked(desk: Desk, text: str = TEXT, **more: Any) -> str:
    """A submission that nobody judged, and so a person must look at."""
    _, result = await desk.submit(title="Mug", text=text, policy="auto", **more)
    assert result["content_status"] == "pending_review"
    return result["content_id"]


async def now(desk: Desk, content_id: str) -> Submission:
    return (await desk.records.submissions.get(content_id, owner_id="o")).submission


async def actions(desk: Desk, content_id: str) -> list[str]:
    return [one.action for one in await desk.records.audit.listed(about=content_id)]


@pytest.mark.parametrize("settings", [AUTO], indirect=True)
async def test_what_waited_for_want_of_a_moderator_is_published_once_one_was_chosen(desk: Desk, moderator: Any) -> None:
    content_id = await parked(desk)
    ann = await desk.user("ann", WorkspaceRole.ADMIN)
    model = moderator(NOTHING)
    await recheck(desk.records, content_id, by=ann)
    ((_, result),) = await desk.follow()
    after = await now(desk, content_id)
    assert (after.status, missing(after) & JUDGED, len(model.asked)) == (Status.PUBLISHED, set[str](), 1)
    assert not JUDGED & {one["check"] for one in result["not_checked"]}
    assert (len(result["published"]), len(await desk.posts(content_id)), await desk.queued()) == (1, 1, [])
    assert await actions(desk, content_id) == ["submit", "ask", "check", "approve", "publish", "published"]


@pytest.mark.parametrize("settings", [AUTO], indirect=True)
async def test_what_is_found_now_replaces_what_was_found_before(desk: Desk, moderator: Any) -> None:
    moderator(DOWN)
    content_id = await parked(desk)
    ann = await desk.user("ann", WorkspaceRole.ADMIN)
    moderator(DOWN, NOTHING)
    for judged in (False, True):
        await recheck(desk.records, content_id, by=ann)
        await desk.follow()
        assert bool(JUDGED & missing(await now(desk, content_id))) is not judged
    assert (await now(desk, content_id)).status is Status.PUBLISHED


@pytest.mark.parametrize("settings", [AUTO], indirect=True)
async def test_an_answer_of_no_use_is_asked_for_again(desk: Desk, moderator: Any) -> None:
    """One that points at words which do not stand in the text left its kind unchecked."""
    model = moderator(Faults(findings=[fault("cures cancer", "legal")]), NOTHING)
    content_id = await parked(desk)
    await recheck(desk.records, content_id, by=await desk.user("ann", WorkspaceRole.ADMIN))
    await desk.follow()
    assert ((await now(desk, content_id)).status, len(model.asked)) == (Status.PUBLISHED, 2)


@pytest.mark.parametrize("settings", [AUTO], indirect=True)
async def test_a_submission_whose_checks_did_not_complete_is_checked_by_the_next_run(
    desk: Desk, moderator: Any
) -> None:
    model = moderator(OverBudget("The budget is used up."), NOTHING)
    status, result = await desk.submit(title="Mug", text=TEXT, policy="auto")
    content_id = result["content_id"]
    before = await desk.records.submissions.get(content_id, owner_id="o")
    assert (status.value, before.submission.is_checked) == ("failed", False)
    assert not await is_under_way(desk.records, before.submission)
    ann = await desk.user("ann", WorkspaceRole.ADMIN)
    kept = await recheck(desk.records, content_id, by=ann)
    assert await is_under_way(desk.records, kept.submission)
    await recheck(desk.records, content_id, by=ann)  # clicked twice, it runs once
    assert len(await desk.queued()) == 1
    await desk.follow()
    assert ((await now(desk, content_id)).status, len(model.asked)) == (Status.PUBLISHED, 2)


@pytest.mark.parametrize("settings", [{**AUTO, "review_approvals": 2}], indirect=True)
async def test_decisions_overrides_and_comments_stay(desk: Desk, moderator: Any) -> None:
    content_id = await parked(desk, PHONE)
    rita, ron = await desk.user("rita"), await desk.user("ron")
    await overriding.override(desk.records, content_id, 1, by=rita, rules=rules_of(desk.ports.settings))
    await desk.decide(content_id, rita, reasons="It is the shop's.")
    before = await now(desk, content_id)
    moderator(NOTHING)
    await recheck(desk.records, content_id, by=rita)
    await desk.follow()
    after = await now(desk, content_id)
    assert (after.status, missing(after) & JUDGED) == (Status.PENDING_REVIEW, set[str]())
    assert (after.approvals, after.overrides) == (before.approvals, before.overrides)
    assert after.asked_at == before.asked_at
    await desk.decide(content_id, ron, reasons="It is the shop's.")
    await desk.follow()
    assert ((await now(desk, content_id)).status, len(await desk.posts(content_id))) == (Status.PUBLISHED, 1)


@pytest.mark.parametrize("settings", [AUTO], indirect=True)
async def test_who_decides_while_checks_run_again_is_not_overruled_and_it_is_published_once(
    desk: Desk, moderator: Any
) -> None:
    content_id = await parked(desk)
    rita = await desk.user("rita")
    found = (await now(desk, content_id)).findings
    model = moderator(NOTHING)
    asked, ask = model.asked, model.typed

    async def decided_meanwhile(*given: Any, **more: Any) -> Any:
        await desk.decide(content_id, rita)
        return await ask(*given, **more)

    model.typed = decided_meanwhile
    await recheck(desk.records, content_id, by=rita)
    while await desk.queued():
        await desk.follow()
    after = await now(desk, content_id)
    assert (after.status, after.findings, len(asked)) == (Status.PUBLISHED, found, 1)
    assert [decision.by for decision in after.decisions] == [rita.user.user_id]
    (post,) = await desk.posts(content_id)
    assert post.generation == 1, "it was made once"


@pytest.mark.parametrize(
    ("verdict", "why"), [("approve", "It was approved."), ("reject", "It was rejected."), ("change", "")]
)
async def test_what_was_decided_is_not_checked_again_but_what_an_author_is_to_change_is(
    desk: Desk, verdict: str, why: str
) -> None:
    _, result = await desk.submit(title="Mug", text=TEXT)
    content_id = result["content_id"]
    rita = await desk.user("rita")
    await desk.decide(content_id, rita, verdict)
    if why:
        with pytest.raises(Conflict, match=why):
            await recheck(desk.records, content_id, by=rita)
        assert "check" not in await actions(desk, content_id)
        return
    await recheck(desk.records, content_id, by=rita)
    await desk.follow()
    assert (await now(desk, content_id)).status is Status.DRAFT, "who asked for changes still does"


async def test_a_finding_that_nobody_saw_is_not_overridden_by_its_number(desk: Desk) -> None:
    _, result = await desk.submit(title="Mug", text=PHONE)
    rita = await desk.user("rita")
    seen = await desk.records.submissions.get(result["content_id"], owner_id="o")
    await edit(desk.records, seen, {"text": "Another text."}, by="o")
    with pytest.raises(Conflict):
        await overriding.override(
            desk.records, result["content_id"], 1, by=rita, rules=rules_of(desk.ports.settings), row=seen.row
        )
