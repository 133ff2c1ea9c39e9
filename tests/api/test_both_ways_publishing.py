"""Commands of publishing: in process and over the API, the same words come out, and the same follows."""

import asyncio
import io
import re
import shlex
from collections.abc import Awaitable, Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from magicai.accounts.identity import Role
from magicai.cli import main
from magicai.publishing.findings import Findings, NotChecked
from magicai.publishing.posts import Post, PostState, save_post
from magicai.publishing.readers import give_feedback
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import keep_findings, open_review
from magicai.publishing.submission import Status, Submission
from magicai.runs.queue.dead_runs import DISPATCHER
from tests.api.conftest import Api
from tests.api.test_both_ways import both
from tests.api.test_publishing import FOUND, a_review, queued

Outcome = tuple[int, str, str]
SignedIn = Callable[..., Awaitable[tuple[Outcome, Outcome]]]
NOBODY = NotChecked(check="legal", what="Nobody chose a moderator.", way_out="magicai models set moderator NAME")
TIME_OR_ID = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}")


async def admin(api: Api) -> dict[str, str]:
    """The header that says that it is ann, an admin who is signed in."""
    return await api.bearer("ann", Role.ADMIN)


async def now(api: Api, content_id: str) -> Submission:
    return (await api.gateway.ports.publishing.submissions.get(content_id, owner_id=None)).submission


async def a_full_review(api: Api) -> str:
    """A submission with two versions, findings, what was not checked, a decision, a comment, a post and a reply."""
    ann, records = await admin(api), api.gateway.ports.publishing
    content_id = await a_review(api, ann, FOUND)
    path = f"/api/reviews/{content_id}"
    await api.http.put(path, headers=ann, json={"fields": {"title": "Washed linen aprons"}})
    digest = (await now(api, content_id)).digest
    await keep_findings(records, content_id, digest, Findings(found=(FOUND,), not_checked=(NOBODY,)))
    await open_review(records, content_id, rules_of(api.gateway.settings))
    await api.http.post(f"{path}/comments", headers=ann, json={"text": "Which blue?", "field": "title"})
    change = {"decision": "change", "digest": digest, "reasons": "Name the blue."}
    assert (await api.http.post(f"{path}/decision", headers=ann, json=change)).status_code == 200
    post = Post(
        content_id=content_id, target="site", platform="folder", owner_id="id-ann", title="Aprons", run_id=content_id,
        created_at=1, state=PostState.PUBLISHED,
    )  # fmt: skip
    await save_post(api.records, post)
    await give_feedback(api.records, content_id, "site", "no", "What does it cost?")
    return content_id


@pytest.fixture
async def signed_in(api: Api, home: Path, monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    """What commands answer ann over the gateway, and on the gateway's own machine, in this process."""
    await api.records.leases.acquire(DISPATCHER, "the gateway", ttl_s=600)  # it starts what follows

    def run_command(words: str, **variables: str) -> Outcome:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            status = main(shlex.split(words))
        return status, out.getvalue(), err.getvalue()

    async def both(there: str, here: str = "") -> tuple[Outcome, Outcome]:
        server = {"MAGICAI_SERVER": api.url, "MAGICAI_TOKEN": await api.token("ann", Role.ADMIN)}
        own = {"MAGICAI_SERVER": "", "MAGICAI_HOME": str(home), "MAGICAI_OWNER": "id-ann"}
        remote = await asyncio.to_thread(run_command, there, **server)
        return remote, await asyncio.to_thread(run_command, here or there, **own)

    return both


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("review list", "No submissions wait."),
        ("review list --status draft --status approved", "2 to decide, 0 notes"),
        ("review list --all --json", '"submitted_by": "ann"'),
        ("review show PART", "Comment   ann: Which blue?"),
        ("review show SUBMISSION --json", '"overridden": false'),
        ("review show nothing-there", "There is no submission"),
        ("review show a", "is too short"),
        ("review diff SUBMISSION", "+Washed linen aprons"),
        ("review diff SUBMISSION 7", "There is no such version."),
        ("posts list", "published  site"),
        ("posts replies PART", "site  not helpful  What does it cost?"),
        ("posts replies SUBMISSION --json", '"helpful": "no"'),
        ("review-log list", "comment     ann"),
        ("review-log list PART", '"reasons": "Name the blue."'),
        ("review due", "submissions were due"),
    ],
)
async def test_what_a_command_shows_of_a_submission_is_the_same_over_the_gateway(
    api: Api, signed_in: SignedIn, words: str, shown: str
) -> None:
    content_id = await a_full_review(api)
    there, here = await signed_in(words.replace("SUBMISSION", content_id).replace("PART", content_id[-8:]))
    assert there == here
    assert shown in here[1] + here[2]


@pytest.mark.parametrize(
    ("words", "shown", "status", "runs"),
    [
        ("review approve PART --reason Quoted.", "is approved", Status.APPROVED, 1),
        ("review approve SUBMISSION", "A reason is missing", Status.PENDING_REVIEW, 0),
        ("review reject SUBMISSION --reason Plain.", "is rejected", Status.REJECTED, 0),
        ("review change SUBMISSION --reason Plain.", "is draft", Status.DRAFT, 0),
        ("review approve SUBMISSION --digest 00", "edited after you opened it", Status.PENDING_REVIEW, 0),
        ("review edit SUBMISSION FILE --field title", "Version 2 of “Blue aprons”", Status.DRAFT, 1),
        ("review edit SUBMISSION EMPTY", "", Status.DRAFT, 1),
        ("review apply SUBMISSION 1", "Version 2 of", Status.DRAFT, 1),
        ("review apply SUBMISSION 9", "no finding", Status.PENDING_REVIEW, 0),
        ("review check SUBMISSION", "is being checked again", Status.PENDING_REVIEW, 0),
        ("review comment SUBMISSION Why?", "Commented.", Status.PENDING_REVIEW, 0),
        ("review assign PART ann", "Assigned to ann.", Status.PENDING_REVIEW, 0),
        ("review assign SUBMISSION nobody", "nobody", Status.PENDING_REVIEW, 0),
        ("review withdraw SUBMISSION --reason Sold.", "Withdrawn: “Linen aprons”.", Status.WITHDRAWN, 1),
    ],
)
async def test_what_a_command_does_with_a_submission_is_the_same_over_the_gateway(
    api: Api, signed_in: SignedIn, tmp_path: Path, words: str, shown: str, status: Status, runs: int
) -> None:
    (tmp_path / "title").write_text("Blue aprons")
    (tmp_path / "empty").write_text("")
    words = words.replace("FILE", str(tmp_path / "title")).replace("EMPTY", str(tmp_path / "empty"))
    ann = await admin(api)
    ids = [await a_review(api, ann, FOUND) for _ in range(2)]
    there, here = await signed_in(*(words.replace("SUBMISSION", one).replace("PART", one[-8:]) for one in ids))
    assert there == here
    assert shown in here[1] + here[2]
    first, second = [await now(api, one) for one in ids]
    assert (first.status, second.status, len(await queued(api))) == (status, status, 2 * runs)
    # The gateway notifies reviewers meanwhile: perhaps of one of the two by now.
    one, other = (TIME_OR_ID.sub("", each.model_dump_json(exclude={"told"})) for each in (first, second))
    assert one == other


async def test_a_channel_is_set_shown_and_removed_either_way(signed_in: SignedIn, tmp_path: Path) -> None:
    (tmp_path / "address").write_text("discord://1234567890/hunter22\n")
    set_one = f"review channel set --address-file {tmp_path / 'address'} --quiet 22:00-07:00 --only urgent"
    for words, shown in {
        "review channel show": "You have no channel of your own.",
        "review channel test": "magicai review channel set",
        "review channel set --address-file /dev/null": "address",
        set_one: "Set.",
        "review channel show ": "Reviews  urgent\nQuiet    22:00-07:00 UTC",
        "review channel remove": "Removed.",
    }.items():
        there, here = await signed_in(words)
        assert there == here, words
        assert shown in here[1] + here[2]
        assert "hunter22" not in str((there, here))


async def test_a_decision_is_a_persons_so_an_api_key_is_refused_and_told_how(api: Api, home: Path) -> None:
    content_id = await a_review(api, await admin(api))
    await api.records.leases.acquire(DISPATCHER, "the gateway", ttl_s=600)
    there, here = await both(api, home, "review", "approve", content_id)
    assert (there[0], there[1]) == (1, "")
    assert "API key" in there[2]
    assert "an access token (POST /api/tokens) in MAGICAI_TOKEN" in there[2]
    assert (here[0], here[1]) == (0, "“Linen aprons” is approved.\n"), "on the machine itself, it is a person"
