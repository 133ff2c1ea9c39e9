"""An approval is of all that will happen: what has changed since is not posted, and is asked about again."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from magicai.accounts.identity import Caller
from magicai.errors import Conflict, Invalid, Refused
from magicai.publishing import reviewing
from magicai.publishing.due_work import attend
from magicai.publishing.findings import Findings
from magicai.publishing.performance import count_click
from magicai.publishing.posts import find_post, save_post
from magicai.publishing.review_settings import rules_of
from magicai.publishing.submission import MOST_VERSIONS, Status, Submission
from magicai.runs.requests.files_in import upload
from magicai.runs.run import Run, RunStatus
from tests.desk import Desk
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.wordpress import WordPress
from tests.rasters import png


@pytest.fixture
async def platforms() -> AsyncIterator[list[Platform]]:
    """A server, another one like it, and a blog."""
    made: list[Platform] = [Mastodon(), Mastodon(), WordPress()]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


async def asked(desk: Desk, *names: str, **more: Any) -> tuple[str, Caller]:
    """A submission that waits for a decision, and who may decide."""
    _, result = await desk.submit(platforms=[*names], **more)
    assert result["content_status"] == "pending_review", result
    return result["content_id"], await desk.user("rita")


async def now(desk: Desk, content_id: str) -> Submission:
    return (await desk.records.submissions.get(content_id, owner_id="o")).submission


async def the_only(desk: Desk) -> Run:
    (run,) = await desk.queued()
    return run


async def test_a_resumed_run_does_not_post_where_nobody_approved(desk: Desk, platforms: list[Platform]) -> None:
    """Its first attempt fails; then the target leads to another server, and the run is resumed."""
    first, other, _ = platforms
    name = await desk.target(first, "news")
    content_id, rita = await asked(desk, name)
    await desk.decide(content_id, rita)
    first.faults = ["401"]
    run = await the_only(desk)
    status, _ = await desk.carry_out(run)
    assert (status, first.public) == (RunStatus.PARTIAL, [])
    await desk.target(other, "news")
    _, result = await desk.carry_out(await desk.records.runs.requeue(run.run_id))
    assert (first.public, other.public) == ([], [])
    assert result["content_status"] == "draft"
    (problem,) = result["problems"]
    why = f"The target news now leads to {other.url} (mastodon)."
    assert problem["what"] == f"news: {why}"
    assert problem["way_out"] == "It must be approved again."
    # It is checked and asked about again, and says why; approved, it is posted there.
    await desk.carry_out(await the_only(desk))
    waits = await now(desk, content_id)
    assert (waits.status, waits.latest.note) == (Status.PENDING_REVIEW, why)
    await desk.decide(content_id, rita)
    ((_, after),) = await desk.follow()
    assert (after["content_status"], len(first.public), len(other.public)) == ("published", 0, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"user": "eve"}, "The target blog now signs in as eve."),
        ({"secret": "another"}, "The secret of the target blog was replaced."),
        ({"options": {"status": "publish"}}, "The options of the target blog are now: status=publish."),
    ],
)
async def test_an_approval_is_for_one_account_its_options_and_its_secret(
    desk: Desk, platforms: list[Platform], change: dict[str, Any], why: str
) -> None:
    blog = platforms[2]
    name = await desk.target(blog, "blog", options={"status": "draft"})
    content_id, rita = await asked(desk, name)
    before = await now(desk, content_id)
    await desk.target(blog, "blog", **{"options": {"status": "draft"}, **change})
    with pytest.raises(Conflict) as refused:
        await desk.decide(content_id, rita)
    assert refused.value.what == why
    # The same one again changes nothing, and a new review says what is different.
    await desk.follow()
    again = await now(desk, content_id)
    assert (again.status, again.latest.note) == (Status.PENDING_REVIEW, why)
    assert again.digest != before.digest
    await desk.decide(content_id, rita)
    run = await the_only(desk)
    await desk.target(blog, "blog", options={"status": "draft"})
    _, result = await desk.carry_out(run)
    assert (result["content_status"], blog.public) == ("pending_review", [])


async def test_adding_the_same_target_again_asks_nothing(desk: Desk, platforms: list[Platform]) -> None:
    blog = platforms[2]
    name = await desk.target(blog, "blog")
    content_id, rita = await asked(desk, name)
    await desk.target(blog, "blog")
    await desk.decide(content_id, rita)
    ((_, result),) = await desk.follow()
    assert (result["content_status"], len(blog.public)) == ("published", 1)


async def test_no_secret_is_told_by_a_payload_and_no_two_users_have_one_hash(desk: Desk) -> None:
    content_id, _ = await asked(desk, await _with_secret(desk, "o"))
    account = (await now(desk, content_id)).latest.payloads[0].account
    assert account is not None
    sealed = desk.ports.seal.seal("hunter22", owner_id="o")
    assert len(account.secret) == 64
    assert "hunter22" not in account.model_dump_json()
    assert sealed not in account.model_dump_json()
    other = await _target_of(desk, await _with_secret(desk, "p"), "p")
    assert other.account.secret != account.secret


async def _with_secret(desk: Desk, owner_id: str) -> str:
    from pydantic import SecretStr

    from magicai.publishing.target import NewTarget, add_target

    new = NewTarget(name="hook", platform="webhook", address="https://h.example", secret=SecretStr("hunter22"))
    return (await add_target(desk.ports.records, desk.ports.seal, new, owner_id=owner_id)).name


async def _target_of(desk: Desk, name: str, owner_id: str) -> Any:
    from magicai.publishing.target import target_of

    return await target_of(desk.records, name, owner_id=owner_id)


async def test_a_post_is_neither_replaced_nor_taken_down_where_it_was_not_made(
    desk: Desk, platforms: list[Platform]
) -> None:
    """Elsewhere its id may be another post's."""
    first, other, _ = platforms
    name = await desk.target(first, "news")
    content_id, _, _ = await desk.published(name)
    await desk.target(other, "news")
    other.calls.clear()
    rita = await desk.user("rita")
    _, changed = await desk.submit(content_id=content_id, title="Now in blue")
    assert changed["content_status"] == "pending_review"
    await desk.decide(content_id, rita)
    ((_, result),) = await desk.follow()
    assert f"was posted at {first.url}, where the target news no longer leads" in result["problems"][0]["what"]
    await reviewing.withdraw(desk.records, content_id, by=rita)
    for run in await desk.queued():
        _, result = await desk.carry_out(run)
    assert (len(first.public), other.calls) == (1, [])
    assert "no longer leads" in result["problems"][0]["what"]


@pytest.mark.parametrize("settings", [{"publish_clicks": "https://m.example/"}], indirect=True)
async def test_a_click_leads_where_it_was_approved_to_whatever_is_edited_later(
    desk: Desk, platforms: list[Platform]
) -> None:
    name = await desk.target(platforms[0], "news")
    good, bad = "https://havn.example/aprons", "https://evil.example/"
    content_id, _, _ = await desk.published(name, link=good)
    rita = await desk.user("rita")
    await reviewing.edit_reviewed(desk.records, content_id, {"link": bad}, by=rita)
    assert await count_click(desk.records, content_id, name) == good
    ((_, checked),) = await desk.follow()
    # Its link is counted, so that the note is the same; but the approval is of where the link leads.
    assert checked["content_status"] == "pending_review"
    await desk.decide(content_id, rita, "reject")
    assert await count_click(desk.records, content_id, name) == good
    await desk.submit(content_id=content_id, title="", text="", link=bad)
    await reviewing.edit_reviewed(desk.records, content_id, {"link": bad + "2"}, by=rita)
    await desk.follow()
    await desk.decide(content_id, rita)
    await desk.follow()
    assert await count_click(desk.records, content_id, name) == bad + "2"


@pytest.mark.parametrize("settings", [{"publish_clicks": "https://m.example/"}], indirect=True)
async def test_what_an_earlier_version_kept_is_asked_about_again_and_its_links_still_lead(
    desk: Desk, platforms: list[Platform]
) -> None:
    """Payloads had no account and no link, and posts no link; what is open, approved or online has all of them."""
    name = await desk.target(platforms[0], "news")
    link = "https://havn.example/aprons"
    waits, rita = await asked(desk, name, link=link)
    approved, _ = await asked(desk, name, link=link, title="Approved")
    online, _, _ = await desk.published(name, link=link, title="Online")
    await desk.decide(approved, rita)
    for content_id in (waits, approved, online):
        await _as_kept_before(desk, content_id)
    with pytest.raises(Conflict, match="Approvals now include the account"):
        await desk.decide(waits, rita)
    for run in await desk.queued():
        await desk.carry_out(run)
    for content_id in (waits, approved):
        again = await now(desk, content_id)
        assert again.status is Status.PENDING_REVIEW
        assert again.latest.note == "Approvals now include the account, the options and the secret of a target."
    assert len(platforms[0].public) == 1
    await reviewing.edit_reviewed(desk.records, online, {"link": "https://evil.example/"}, by=rita)
    assert await count_click(desk.records, online, name) == link
    await desk.decide(waits, rita)
    ((_, result),) = [await desk.carry_out(one) for one in await desk.queued() if one.request["content_id"] == waits]
    assert result["content_status"] == "published"


async def _as_kept_before(desk: Desk, content_id: str) -> None:
    kept = await desk.records.submissions.get(content_id, owner_id="o")
    before = kept.submission
    payloads = tuple(payload.model_copy(update={"account": None, "link": ""}) for payload in before.latest.payloads)
    version = before.latest.model_copy(update={"payloads": payloads})
    old = before.model_copy(update={"versions": (version,)})
    decisions = tuple(decision.model_copy(update={"digest": old.digest}) for decision in before.decisions)
    old = old.model_copy(update={"checked": old.digest, "decisions": decisions})
    assert await desk.records.submissions.replace(kept, old, [])
    post, _ = await find_post(desk.records, content_id, "news")
    if post is not None:
        digest = payloads[0].digest
        update = {"link": "", "address": "", "user": "", "digest": digest, "posted_digest": digest}
        await save_post(desk.records, post.model_copy(update=update))


async def test_what_was_approved_and_has_changed_is_asked_about_when_it_is_due(
    desk: Desk, platforms: list[Platform]
) -> None:
    first, other, _ = platforms
    name = await desk.target(first, "news")
    content_id, rita = await asked(desk, name)
    await desk.decide(content_id, rita)
    first.faults = ["401"]
    await desk.follow()
    await desk.target(other, "news")
    kept = await desk.records.submissions.get(content_id, owner_id="o")
    await desk.records.submissions.replace(kept, kept.submission.model_copy(update={"due_at": 1}), [])
    await attend(desk.records, desk.ports.settings_of, desk.ports.publishers, desk.ports.notify)
    ((_, result),) = await desk.follow()
    assert (result["content_status"], first.public, other.public) == ("pending_review", [], [])


async def test_a_piece_with_findings_that_block_is_approved_with_a_reason_on_record(desk: Desk) -> None:
    content_id, rita = await asked(desk, "site", text="Ring 07911 123456, card 4111-1111-1111-1111")
    rules = {one.rule for one in (await now(desk, content_id)).findings.blocking}
    assert rules == {"personal.card", "personal.phone"}
    for reasons in ("", "  \n"):
        with pytest.raises(Invalid, match="A reason is missing"):
            await desk.decide(content_id, rita, reasons=reasons)
    assert (await now(desk, content_id)).status is Status.PENDING_REVIEW
    await desk.decide(content_id, rita, reasons="She agreed.")
    approved = await now(desk, content_id)
    assert approved.status is Status.APPROVED
    assert {(override.rule, override.by, override.reason) for override in approved.overrides} == {
        (rule, "id-rita", "She agreed.") for rule in rules
    }
    (entry,) = [one for one in await desk.records.audit.listed(about=content_id) if one.action == "approve"]
    assert entry.details is not None
    assert set(entry.details["more"]["overrides"]) == rules


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", png() + b"<body onload=alert(1)>"],
)
async def test_an_image_that_is_none_is_not_taken_by_its_name(desk: Desk, body: bytes) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield body

    made = await upload(desk.ports.records, desk.ports.files, "apron.png", parts(), owner_id="o")
    with pytest.raises(Invalid, match=r"apron\.png"):
        await desk.submit(media=[{"file": made.file_id, "alt": "An apron"}])


async def test_an_image_is_what_its_bytes_say_and_is_called_so(desk: Desk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield png()

    made = await upload(desk.ports.records, desk.ports.files, "apron.jpg", parts(), owner_id="o")
    content_id, _ = await asked(desk, "site", media=[{"file": made.file_id, "alt": "An apron"}])
    (image,) = (await now(desk, content_id)).latest.draft.media
    assert (image.name, image.media_type) == ("apron.png", "image/png")


@pytest.mark.parametrize("settings", [{"review_own": False}], indirect=True)
async def test_nobody_approves_their_own_words_though_the_author_touches_them(desk: Desk) -> None:
    """However many versions are made on top; once somebody else has approved them, later edits are the author's."""
    content_id, rita = await asked(desk, "site")
    ron, author = await desk.user("ron"), Caller(user=await desk.records.identities.user("o"))
    await reviewing.edit_reviewed(desk.records, content_id, {"text": "Rita's words."}, by=rita)
    for number in range(MOST_VERSIONS + 1):
        await reviewing.edit_reviewed(desk.records, content_id, {"title": f"Aprons {number}"}, by=author)
    assert not any(version.by == "id-rita" for version in (await now(desk, content_id)).versions)
    await _checked(desk, content_id)
    with pytest.raises(Refused, match="somebody else must decide"):
        await desk.decide(content_id, rita)
    await desk.decide(content_id, ron)
    await reviewing.edit_reviewed(desk.records, content_id, {"title": "Aprons, in blue"}, by=author)
    await _checked(desk, content_id)
    with pytest.raises(Refused):
        await desk.decide(content_id, author)
    assert (await desk.decide(content_id, rita)).submission.status is Status.APPROVED


async def _checked(desk: Desk, content_id: str) -> None:
    """As the run that follows an edit does."""
    waiting = await now(desk, content_id)
    await reviewing.keep_findings(desk.records, content_id, waiting.digest, Findings())
    await reviewing.open_review(desk.records, content_id, rules_of(desk.ports.settings))
