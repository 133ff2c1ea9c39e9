"""Reviews over the API: who sees what, who decides, and what a decision is bound to."""

import asyncio
from typing import Any

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.publishing.adapting import adapt_all
from magicai.publishing.draft import Draft
from magicai.publishing.findings import Finding, Findings, Place
from magicai.publishing.posts import Post, PostState, find_post, save_post
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import keep_findings, open_review
from magicai.publishing.submitting import Wanted, submit
from magicai.publishing.target import targets_of
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from tests.api.conftest import Api, serving

START = "/api/workflows/review-and-publish"
PIECE = {"title": "Linen aprons", "text": "The best aprons."}
DRAFT = Draft(title="Linen aprons", text="The best aprons.")
FOUND = Finding(
    rule="legality.cn.superlative",
    severity="blocks",
    place=Place(field="text", start=4, end=8),
    text="best",
    message="Superlatives are not allowed.",
    suggestion="washed",
)


async def a_review(api: Api, headers: dict[str, str], *found: Finding, **more: Any) -> str:
    """A submission of ann's that waits for a decision."""
    run = (await api.http.post(START, headers=headers, json={**PIECE, **more})).json()["run_id"]
    records, draft = api.gateway.ports.publishing, DRAFT
    kept = await submit(records, draft, Wanted(), owner_id="id-ann", by="id-ann", run_id=run)
    await keep_findings(records, run, kept.submission.digest, Findings(found=found))
    await open_review(records, run, rules_of(api.gateway.settings))
    return run


async def queued(api: Api) -> list[dict[str, Any]]:
    """Requests of runs that follow a decision."""
    found = await api.records.runs.listed(statuses=(RunStatus.QUEUED,), workflow="review-and-publish")
    return [run.request for run in found if run.follows]


async def test_a_reviewer_decides_about_what_they_saw(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    content_id = await a_review(api, ann)
    (listed,) = (await api.http.get("/api/reviews", headers=rita)).json()["items"]
    assert (listed["title"], listed["submitted_by"], listed["status"]) == ("Linen aprons", "ann", "pending_review")
    path = f"/api/reviews/{content_id}"
    whole = (await api.http.get(path, headers=rita)).json()
    assert whole["payloads"][0]["body"]["html"] == "<p>The best aprons.</p>"
    said = {"decision": "approve", "digest": "0" * 64}
    refused = await api.http.post(f"{path}/decision", headers=rita, json=said)
    assert (refused.status_code, refused.json()["detail"]) == (409, "It was edited after you opened it.")
    said["digest"] = whole["digest"]
    for _ in range(2):  # sent again, it counts once
        approved = await api.http.post(f"{path}/decision", headers=rita, json=said)
        assert (approved.status_code, approved.json()["status"]) == (200, "approved"), approved.text
    assert [one["content_id"] for one in await queued(api)] == [content_id]
    log = (await api.http.get(f"{path}/audit", headers=ann)).json()["items"]
    assert [(one["action"], one["by"]) for one in log] == [("submit", "ann"), ("ask", ""), ("approve", "rita")]


async def test_a_piece_is_whose_who_wrote_it_in_a_workspace_of_several(api: Api) -> None:
    ann = await api.bearer()
    eve = await api.member("eve", WorkspaceRole.EDITOR)
    run = (await api.http.post(START, headers=eve, json=PIECE)).json()["run_id"]
    publishing = api.gateway.ports.publishing
    await submit(publishing, DRAFT, Wanted(), owner_id="id-ann", by="id-eve", run_id=run)
    (listed,) = (await api.http.get("/api/reviews", headers=ann, params={"every": True})).json()["items"]
    whole = (await api.http.get(f"/api/reviews/{run}", headers=ann)).json()
    assert listed["submitted_by"] == whole["submitted_by"] == "eve"


async def test_of_two_decisions_at_once_one_wins_and_the_other_is_told_by_whom(api: Api) -> None:
    ann, rita, ron = (
        await api.bearer(),
        await api.member("rita"),
        await api.member("ron"),
    )
    path = f"/api/reviews/{await a_review(api, ann)}"
    digest = (await api.http.get(path, headers=rita)).json()["digest"]
    approve = api.http.post(f"{path}/decision", headers=rita, json={"decision": "approve", "digest": digest})
    no = {"decision": "reject", "digest": digest, "reasons": "Too plain."}
    answers = await asyncio.gather(approve, api.http.post(f"{path}/decision", headers=ron, json=no))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda one: one.status_code)
    words = {"approved": "It was approved by rita.", "rejected": "It was rejected by ron."}
    assert lost.json()["detail"] == words[won.json()["status"]]
    assert len(await queued(api)) == (won.json()["status"] == "approved")


async def test_an_edit_asks_again_and_its_checks_are_waited_for(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    content_id = await a_review(api, ann, FOUND)
    path = f"/api/reviews/{content_id}"
    before = (await api.http.get(path, headers=rita)).json()
    assert [(one["number"], one["suggestion"]) for one in before["findings"]] == [(1, "washed")]
    applied = await api.http.post(f"{path}/suggestions/1", headers=ann, json={"row": before["row"]})
    after = applied.json()
    assert (after["draft"]["text"], after["status"], after["checked"]) == ("The washed aprons.", "draft", False)
    again = await api.http.post(f"{path}/suggestions/1", headers=ann, json={"row": before["row"]})
    assert again.status_code in (404, 409)
    for digest in (before["digest"], after["digest"]):
        said = {"decision": "approve", "digest": digest}
        assert (await api.http.post(f"{path}/decision", headers=rita, json=said)).status_code == 409
    assert [one["content_id"] for one in await queued(api)] == [content_id]


async def test_checks_run_again_for_whoever_may_see_it_while_nobody_has_decided(api: Api) -> None:
    ann, bob, rita = await api.bearer(), await api.bearer("bob"), await api.member("rita")
    content_id = await a_review(api, ann, FOUND)
    path = f"/api/reviews/{content_id}"
    await api.records.runs.finish(await api.begin(content_id), RunStatus.COMPLETED, {})
    before = (await api.http.get(path, headers=ann)).json()
    assert (before["checked"], before["running"], before["findings"][0]["number"]) == (True, False, 1)
    assert (await api.http.post(f"{path}/checks", headers=bob)).status_code == 404
    for _ in range(2):  # while it is under way, it is the same run
        again = (await api.http.post(f"{path}/checks", headers=ann)).json()
        assert (again["checked"], again["running"], again["status"]) == (True, True, "pending_review")
        assert again["findings"] == before["findings"], "they stand until they are replaced"
    (request,) = await queued(api)
    assert (request["content_id"], request["action"]) == (content_id, "check")
    stale = await api.http.put(f"{path}/overrides/1?row={before['row']}", headers=rita)
    assert stale.status_code == 409
    said = {"decision": "reject", "digest": before["digest"], "reasons": "Too plain."}
    assert (await api.http.post(f"{path}/decision", headers=rita, json=said)).status_code == 200
    refused = await api.http.post(f"{path}/checks", headers=ann)
    assert (refused.status_code, refused.json()["detail"]) == (409, "It was rejected.")


async def test_looking_decides_nothing(api: Api) -> None:
    """A mail scanner follows every link that it finds."""
    ann, rita = await api.bearer(), await api.member("rita")
    path = f"/api/reviews/{await a_review(api, ann)}"
    for headers in (rita, {}):
        for method in ("GET", "HEAD", "OPTIONS"):
            for address in (path, f"{path}/decision?decision=approve", path.removeprefix("/api")):
                await api.http.request(method, address, headers=headers)
    assert (await api.http.get(path, headers=rita)).json()["status"] == "pending_review"


async def test_only_a_reviewer_who_is_signed_in_decides(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    path = f"/api/reviews/{await a_review(api, ann)}"
    digest = (await api.http.get(path, headers=ann)).json()["digest"]
    said = {"decision": "approve", "digest": digest}
    assert (await api.http.post(f"{path}/decision", headers=ann, json=said)).status_code == 403
    made = await api.http.post("/api/api-keys", headers=rita, json={"name": "k", "scopes": ["read", "run"]})
    key = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await api.http.post(f"{path}/decision", headers=key, json=said)).status_code == 403
    bob = await api.bearer("bob")
    assert (await api.http.get(path, headers=bob)).status_code == 404
    assert (await api.http.get("/api/reviews", headers=bob)).json()["items"] == []
    assert (await api.http.get(f"{path}/audit", headers=bob)).status_code == 404


async def test_two_people_and_never_the_author_where_settings_say_so(settings: Settings) -> None:
    async with serving(settings.model_copy(update={"review_approvals": 2, "review_own": False})) as api:
        await _two_people(api)


async def _two_people(api: Api) -> None:
    ann = await api.bearer("ann")
    rita, ron = await api.member("rita"), await api.member("ron")
    path = f"/api/reviews/{await a_review(api, ann)}"
    whole = (await api.http.get(path, headers=ann)).json()
    assert (whole["may_decide"], "somebody else" in whole["why_not"]) == (False, True)
    said = {"decision": "approve", "digest": whole["digest"]}
    got = [(await api.http.post(f"{path}/decision", headers=who, json=said)) for who in (ann, rita, rita, ron)]
    assert [one.status_code for one in got] == [403, 200, 200, 200]
    assert [one.json().get("status") for one in got[1:]] == ["pending_review", "pending_review", "approved"]


async def test_many_are_decided_at_once_and_what_fails_is_named(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    ids = [await a_review(api, ann) for _ in range(3)]
    page = (await api.http.get("/api/reviews", headers=rita, params={"limit": 2})).json()
    rest = (await api.http.get("/api/reviews", headers=rita, params={"cursor": page["next_cursor"]})).json()
    listed = [*page["items"], *rest["items"]]
    assert [one["content_id"] for one in listed] == ids
    items = [{"content_id": one["content_id"], "digest": one["digest"]} for one in listed]
    items[1]["digest"] = "0" * 64
    answer = await api.http.post("/api/reviews/decisions", headers=rita, json={"decision": "approve", "items": items})
    told = answer.json()["items"]
    assert [one["status"] for one in told] == ["approved", None, "approved"], answer.text
    assert "edited" in told[1]["problem"]
    counts = (await api.http.get("/api/reviews/counts", headers=rita)).json()["counts"]
    assert counts == {"approved": 2, "pending_review": 1}


async def test_comments_assignment_schedule_and_withdrawal(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    path = f"/api/reviews/{await a_review(api, ann)}"
    await api.http.post(f"{path}/comments", headers=ann, json={"text": "Is it blue?", "field": "text", "end": 3})
    await api.http.put(f"{path}/assignee", headers=rita, json={"name": "rita"})
    when = {"publish_at": "2030-03-31T02:30", "zone": "Europe/Berlin"}
    whole = (await api.http.put(f"{path}/schedule", headers=ann, json=when)).json()
    assert [(one["by"], one["text"]) for one in whole["comments"]] == [("ann", "Is it blue?")]
    assert (whole["assigned_to"], whole["zone"]) == ("rita", "Europe/Berlin")
    assert whole["publish_at"] == "2030-03-31T01:30:00Z"  # the hour that summer time leaves out
    mine = await api.http.get("/api/reviews", headers=rita, params={"mine": "true"})
    assert len(mine.json()["items"]) == 1
    said = {"decision": "approve", "digest": whole["digest"]}
    approved = await api.http.post(f"{path}/decision", headers=rita, json=said)
    assert (approved.json()["status"], await queued(api)) == ("approved", [])
    wrong = await api.http.put(f"{path}/schedule", headers=ann, json={"publish_at": "soon"})
    assert wrong.status_code == 422
    withdrawn = await api.http.post(f"{path}/withdraw", headers=ann, json={"reason": "Sold out."})
    assert withdrawn.json()["status"] == "withdrawn"
    late = await api.http.post(f"{path}/decision", headers=rita, json={**said, "decision": "reject", "reasons": "no"})
    assert (late.status_code, late.json()["detail"]) == (409, "It was withdrawn.")


async def test_a_target_keeps_its_secret(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    new = {
        "name": "blog",
        "platform": "wordpress",
        "address": "https://blog.example",
        "user": "ed",
        "secret": "hunter22",
    }
    made = await api.http.post("/api/targets", headers=ann, json=new)
    assert (made.status_code, made.json()["has_secret"]) == (201, True), made.text
    listed = await api.http.get("/api/targets", headers=ann)
    entities = await api.http.get("/api/entities", headers=ann, params={"kind": "publishing-target"})
    assert [one["name"] for one in listed.json()["items"]] == ["site", "blog"]
    for answer in (made, listed, entities):
        assert "hunter22" not in answer.text
        assert "sealed:" not in answer.text
    assert len((await api.http.get("/api/targets", headers=bob)).json()["items"]) == 1
    run = await api.http.post(START, headers=ann, json={**PIECE, "platforms": ["blog"]})
    assert "hunter22" not in run.text
    (_, target) = await targets_of(api.records, "id-ann")
    assert "hunter22" not in target.model_dump_json()
    payloads = adapt_all(DRAFT, [target])
    assert "sealed" not in payloads[0].model_dump_json()
    assert (await api.http.delete("/api/targets/blog", headers=ann)).status_code == 204


async def test_the_audit_log_is_verified(api: Api) -> None:
    ann, boss = await api.bearer(), await api.bearer("boss", Role.OPERATOR)
    await a_review(api, ann)
    told = (await api.http.get("/api/review-log/verification", headers=boss)).json()
    assert (told["in_order"], told["count"]) == (True, 2)
    assert (await api.http.get("/api/review-log/verification", headers=ann)).status_code == 403
    cut = await api.http.get("/api/review-log/verification", headers=boss, params={"head": "f" * 64})
    assert cut.json()["in_order"] is False


async def test_the_log_of_reviews_is_read_page_by_page_and_has_those_of_the_workspace(api: Api) -> None:
    ann, boss = await api.bearer(), await api.bearer("boss", Role.OPERATOR)
    for _ in range(2):
        await a_review(api, ann)
    found: list[tuple[int, str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await api.http.get("/api/review-log", headers=ann, params={"limit": 3, "cursor": cursor})
        found += [(one["sequence"], one["action"], one["by"]) for one in page.json()["items"]]
        cursor = page.json()["next_cursor"]
    assert found == [(1, "submit", "ann"), (2, "ask", ""), (3, "submit", "ann"), (4, "ask", "")]
    assert (await api.http.get("/api/review-log", headers=boss)).json()["items"] == []


async def test_a_reader_answers_by_post_and_opening_the_page_counts_nothing(api: Api) -> None:
    post = Post(
        content_id=(content_id := await a_review(api, await api.bearer())),
        target="site",
        platform="folder",
        owner_id="id-ann",
        title="Aprons",
        run_id=content_id,
        created_at=1,
        state=PostState.PUBLISHED,
    )
    await save_post(api.records, post)
    path = f"/api/feedback/{content_id}/site"
    for ask in (api.http.get, api.http.head):
        opened = await ask(path)
        assert (opened.status_code, "script" in opened.text) == (200, False)
    form = {"helpful": "yes", "text": "<b>More</b> pictures"}
    assert (await api.http.post(path, data=form)).status_code == 200
    assert (await api.http.post(path, data={"helpful": "perhaps"})).status_code == 422
    assert (await api.http.post(path, data={"helpful": "no", "text": "x" * 100_000})).status_code == 422
    assert (await api.http.get("/api/feedback/nowhere/site")).status_code == 404
    found, _ = await find_post(api.records, content_id, "site")
    assert found is not None
    assert found.counts == {"helpful": 1}
    ann, bob = await api.bearer(), await api.bearer("bob")
    replies = await api.http.get(f"/api/reviews/{content_id}/replies", headers=ann)
    assert [(one["helpful"], one["text"]) for one in replies.json()["items"]] == [("yes", "<b>More</b> pictures")]
    assert (await api.http.get(f"/api/reviews/{content_id}/replies", headers=bob)).status_code == 404


async def test_an_address_is_one_reader_a_day_whatever_it_sends(api: Api) -> None:
    """Answers and clicks reward what was chosen for a post; nobody who is not known is more than one of many."""
    link = "https://havn.example/"
    post = Post(
        content_id=(content_id := await a_review(api, await api.bearer())),
        target="site",
        platform="folder",
        owner_id="id-ann",
        title="Aprons",
        run_id=content_id,
        created_at=1,
        link=link,
        state=PostState.PUBLISHED,
    )
    await save_post(api.records, post)
    for number in range(20):
        form = {"helpful": "no" if number else "yes", "text": f"Again {number}"}
        thanked = await api.http.post(f"/api/feedback/{content_id}/site", data=form)
        assert (thanked.status_code, "Thank you." in thanked.text) == (200, True)
        followed = await api.http.get(f"/api/clicks/{content_id}/site")
        assert (followed.status_code, followed.headers["location"]) == (302, link)
    found, _ = await find_post(api.records, content_id, "site")
    assert found is not None
    assert found.counts == {"helpful": 1, "clicks": 1}
    replies = await api.http.get(f"/api/reviews/{content_id}/replies", headers=await api.bearer())
    assert [one["text"] for one in replies.json()["items"]] == ["Again 0"]


async def test_a_piece_with_findings_is_approved_with_a_reason_or_not_at_all(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    content_id = await a_review(api, ann, FOUND)
    path = f"/api/reviews/{content_id}"
    digest = (await api.http.get(path, headers=rita)).json()["digest"]
    said = {"decision": "approve", "digest": digest}
    refused = await api.http.post(f"{path}/decision", headers=rita, json=said)
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "A reason is missing: findings that block: 1.",
    )
    items = [{"content_id": content_id, "digest": digest}]
    bulk = await api.http.post("/api/reviews/decisions", headers=rita, json={"decision": "approve", "items": items})
    assert bulk.json()["items"][0]["status"] is None
    # That a finding is no fault teaches its rule; it is no approval.
    await api.http.put(f"{path}/overrides/1", headers=rita)
    assert (await api.http.post(f"{path}/decision", headers=rita, json=said)).status_code == 422
    approved = await api.http.post(f"{path}/decision", headers=rita, json={**said, "reasons": "It is a quotation."})
    whole = approved.json()
    assert (approved.status_code, whole["status"], whole["decisions"][0]["reasons"]) == (
        200,
        "approved",
        "It is a quotation.",
    )


async def test_an_address_among_options_is_one_of_the_web(api: Api) -> None:
    ann = await api.bearer()
    for name in ("address", "look_up", "shown_at"):
        for wrong in ("javascript:alert(1)", "file:///etc/passwd", "https://", "//evil.example", " https://a.example"):
            new = {"name": "news", "platform": "feed", "options": {name: wrong}}
            refused = await api.http.post("/api/targets", headers=ann, json=new)
            assert (refused.status_code, "is not a web address" in refused.json()["detail"]) == (422, True), wrong
    new = {"name": "news", "platform": "feed", "options": {"address": "https://news.example", "title": "News: daily"}}
    assert (await api.http.post("/api/targets", headers=ann, json=new)).status_code == 201


async def test_a_reviewer_sees_where_to_and_as_whom_a_piece_goes(api: Api) -> None:
    ann, rita = await api.bearer(), await api.member("rita")
    path = f"/api/reviews/{await a_review(api, ann)}"
    (shown,) = (await api.http.get(path, headers=rita)).json()["payloads"]
    assert {name: shown[name] for name in ("address", "user", "options", "link")} == {
        "address": "site",
        "user": "",
        "options": {},
        "link": "",
    }


async def test_a_reviewer_has_a_channel_whose_address_nobody_sees(api: Api) -> None:
    rita, ann = await api.member("rita"), await api.bearer()
    path, wanted = "/api/review-channel", {"address": "discord://1234567890/secret", "quiet": "22:00-07:00"}
    assert (await api.http.post(f"{path}/test", headers=rita)).status_code == 404
    assert (await api.http.put(path, headers=rita, json={**wanted, "quiet": "at night"})).status_code == 422
    assert (await api.http.put(path, headers=rita, json={"address": "json://127.0.0.1:9000"})).status_code == 422
    made = await api.http.put(path, headers=rita, json=wanted)
    assert made.json() == {"set": True, "quiet": "22:00-07:00", "zone": "UTC", "only": "all"}
    assert "secret" not in (await api.http.get(path, headers=rita)).text
    assert (await api.http.get(path, headers=ann)).json()["set"] is False
    assert (await api.http.delete(path, headers=rita)).status_code == 204
    assert (await api.http.get(path, headers=rita)).json()["set"] is False
