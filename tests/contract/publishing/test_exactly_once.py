"""Every post is made exactly once, however the platform fails, whether or not it honours keys."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.publishing.mastodon import MastodonPublisher
from integrations.publishing.site import site_at
from magicai.errors import OutcomeUnknown
from magicai.publishing.draft import Note
from magicai.publishing.ports import Intent
from magicai.publishing.posts import PostState
from magicai.runs.effects import decide_effect, effects_of
from magicai.runs.run import RunStatus
from tests.desk import Desk
from tests.platforms.bluesky import Bluesky
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import TOKEN, Mastodon
from tests.platforms.platform import FAULTS_THAT_LOSE, FAULTS_THAT_POST, LATE_S, Fault, Platform
from tests.platforms.receiver import Receiver
from tests.platforms.wordpress import WordPress

KINDS = (Mastodon, WordPress, Ghost, Bluesky, Receiver)


@pytest.fixture
async def platforms(request: pytest.FixtureRequest) -> AsyncIterator[list[Platform]]:
    kinds: Any = getattr(request, "param", KINDS)
    wanted = cast("tuple[type[Platform], ...]", kinds if isinstance(kinds, tuple) else (kinds,))
    made = [kind() for kind in wanted]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


@pytest.mark.parametrize("fault", [*FAULTS_THAT_POST, *FAULTS_THAT_LOSE])
async def test_a_post_whose_outcome_is_unknown_is_asked_for_before_it_is_sent_again(
    desk: Desk, platforms: list[Platform], fault: Fault
) -> None:
    names = [await desk.target(platform) for platform in platforms]
    for platform in platforms:
        platform.faults = [fault]
    content_id, status, result = await desk.published(*names)
    assert [(platform.name, platform.public) for platform in platforms if len(platform.public) != 1] == []
    assert status is RunStatus.COMPLETED, result["problems"]
    assert result["content_status"] == "published"
    urls = {one["target"]: one["url"] for one in result["published"]}
    assert set(urls) == set(names)
    # A receiver that takes a call has taken it, whether or not it says where.
    assert all(url for name, url in urls.items() if name != "webhook")
    assert {post.state for post in await desk.posts(content_id)} == {PostState.PUBLISHED}


@pytest.mark.parametrize("settings", [{"publish_settle": 2 * LATE_S}], indirect=True)
@pytest.mark.parametrize("platforms", [(Mastodon, WordPress, Ghost)], indirect=True)
async def test_a_post_that_comes_late_is_waited_for(desk: Desk, platforms: list[Platform]) -> None:
    """The platform has nothing at first: its word counts once the interrupted call can't be carried out any more."""
    names = [await desk.target(platform) for platform in platforms]
    for platform in platforms:
        platform.faults = ["late"]
    _, status, result = await desk.published(*names)
    assert [(platform.name, len(platform.public)) for platform in platforms] == [(one.name, 1) for one in platforms]
    assert status is RunStatus.COMPLETED, result["problems"]


@pytest.mark.parametrize("platforms", [Receiver], indirect=True)
async def test_what_nobody_can_tell_is_decided_by_a_person(desk: Desk, platforms: list[Receiver]) -> None:
    (receiver,) = platforms
    receiver.answers = False
    name = await desk.target(receiver)
    receiver.faults = ["500"]
    content_id, status, result = await desk.published(name)
    assert (status, result["content_status"], len(receiver.public)) == (RunStatus.PARTIAL, "partial", 1)
    assert "can't be asked" in result["problems"][0]["what"]
    (post,) = await desk.posts(content_id)
    assert post.state is PostState.UNKNOWN
    # Another run asks again, and sends nothing.
    _, again = await desk.submit(content_id=content_id, title="", text="")
    assert (again["content_status"], len(receiver.public)) == ("partial", 1)
    (effect,) = [one async for one in effects_of(desk.records, "o", "cut")]
    answer = {"remote_id": "1", "url": f"{receiver.url}/1"}
    await decide_effect(desk.records, effect["effect"], owner_id="o", answer=answer)
    _, last = await desk.submit(content_id=content_id, title="", text="")
    assert (last["content_status"], len(receiver.public)) == ("published", 1)
    assert last["published"][0]["url"] == f"{receiver.url}/1"


@pytest.mark.parametrize("platforms", [(Mastodon, WordPress)], indirect=True)
@pytest.mark.parametrize(
    ("fault", "words"), [("401", "refuses the credentials"), ("redirect", "redirects"), ("400", "refuses it")]
)
async def test_one_target_that_fails_holds_up_no_other(
    desk: Desk, platforms: list[Platform], fault: Fault, words: str
) -> None:
    mastodon, wordpress = platforms
    names = [await desk.target(platform) for platform in platforms]
    mastodon.faults = [fault]
    content_id, status, result = await desk.published(*names)
    assert (status, result["content_status"], result["failed"]) == (RunStatus.PARTIAL, "partial", 1)
    assert words in result["problems"][0]["what"]
    assert (mastodon.public, len(wordpress.public)) == ([], 1)
    states = {post.target: post.state for post in await desk.posts(content_id)}
    assert states == {"mastodon": PostState.INTENDED, "wordpress": PostState.PUBLISHED}
    # What is due later tries the failed one alone.
    _, again = await desk.submit(content_id=content_id, title="", text="")
    assert again["content_status"] == "published"
    assert (len(mastodon.public), len(wordpress.public)) == (1, 1)


@pytest.mark.parametrize("platforms", [Mastodon], indirect=True)
async def test_a_platform_that_allows_no_more_calls_is_left_alone_until_it_does(
    desk: Desk, platforms: list[Platform]
) -> None:
    (mastodon,) = platforms
    name = await desk.target(mastodon)
    mastodon.faults = ["429"]
    _, status, _ = await desk.published(name)
    assert (status, len(mastodon.public)) == (RunStatus.COMPLETED, 1)
    assert mastodon.calls.count("POST /api/v1/statuses") == 2


@pytest.mark.parametrize("platforms", [Mastodon], indirect=True)
async def test_the_same_text_on_one_account_is_told_apart(desk: Desk, platforms: list[Platform]) -> None:
    """A post of another submission with the same text is not taken for one whose outcome is unknown."""
    (mastodon,) = platforms
    name = await desk.target(mastodon)
    await desk.published(name)
    mastodon.faults = ["lost reset"]
    _, second = await desk.submit(platforms=[name])
    reviewer = await desk.user("rita")
    await desk.decide(second["content_id"], reviewer)
    ((status, _),) = await desk.follow()
    assert status is RunStatus.COMPLETED
    assert len(mastodon.public) == 2


@pytest.mark.parametrize("platforms", [Mastodon], indirect=True)
@pytest.mark.parametrize("faults", [["500", "500"], ["500", "lost 500"], ["lost 500", "500"], ["lost 500", "lost 500"]])
@pytest.mark.parametrize("first", [0, 1])
async def test_each_of_two_posts_alike_finds_its_own_whichever_looks_first(
    platforms: list[Platform], faults: list[Fault], first: int
) -> None:
    (mastodon,) = platforms
    mastodon.faults = [*faults]
    host = urlsplit(mastodon.url).netloc
    site = site_at(AddressRules((host,)), mastodon.url, limit_s=10, secret=TOKEN)
    publisher = MastodonPublisher(site, TOKEN, settle_s=0)
    intents: list[Intent] = []
    for key in ("news", "shop"):
        intent = Intent(key=key, created_at=1, digest="d", body=Note(form="note", text="Linen aprons"))
        intent = replace(intent, kept={"key": key, **await publisher.prepare(intent)})
        with pytest.raises(OutcomeUnknown):
            await publisher.publish(intent)
        intents.append(intent)
    known: set[str] = set()
    for at in (first, 1 - first):
        unclear = (intents[1 - at].kept,) if at == first else ()
        looking = replace(intents[at], unclear=unclear, others=frozenset(known))
        found = await publisher.look_up(looking) or await publisher.publish(looking)
        known.add(found.remote_id)
    assert (len(mastodon.public), len(known)) == (2, 2)
    await publisher.close()


@pytest.mark.parametrize("platforms", [(Mastodon, WordPress, Ghost, Bluesky)], indirect=True)
async def test_an_edit_is_reviewed_and_replaces_the_posts(desk: Desk, platforms: list[Platform]) -> None:
    names = [await desk.target(platform) for platform in platforms]
    content_id, _, _ = await desk.published(*names)
    urls = {post.target: post.url for post in await desk.posts(content_id)}
    _, changed = await desk.submit(content_id=content_id, title="Linen aprons, now in blue")
    assert changed["content_status"] == "pending_review"
    assert not any("blue" in text for platform in platforms for text in platform.public)
    await desk.decide(content_id, await desk.user("rita"))
    ((status, result),) = await desk.follow()
    assert (status, result["content_status"]) == (RunStatus.COMPLETED, "published")
    for platform in platforms:
        (text,) = platform.public
        assert "now in blue" in text, platform.name
    assert {post.target: post.url for post in await desk.posts(content_id)} == urls


@pytest.mark.parametrize("platforms", [KINDS], indirect=True)
async def test_withdrawing_takes_the_posts_down(desk: Desk, platforms: list[Platform]) -> None:
    from magicai.publishing import reviewing

    names = [await desk.target(platform) for platform in platforms]
    content_id, _, _ = await desk.published(*names)
    rita = await desk.user("rita")
    await reviewing.withdraw(desk.records, content_id, by=rita)
    ((status, result),) = await desk.follow()
    assert (status, result["content_status"], result["published"]) == (RunStatus.COMPLETED, "withdrawn", [])
    assert [platform.public for platform in platforms] == [[]] * len(platforms)
    assert {post.state for post in await desk.posts(content_id)} == {PostState.REMOVED}


@pytest.mark.parametrize("platforms", [(Mastodon, WordPress)], indirect=True)
async def test_a_version_of_unknown_outcome_is_replaced_by_the_next_one(desk: Desk, platforms: list[Platform]) -> None:
    """What an earlier version may have posted is looked for as it was, not as it shall be."""
    names = [await desk.target(platform) for platform in platforms]
    _, result = await desk.submit(platforms=names)
    content_id = result["content_id"]
    rita = await desk.user("rita")
    await desk.decide(content_id, rita)
    (run,) = await desk.queued()
    for platform in platforms:
        platform.faults = ["hang"]
    # The process dies while it waits for the answer.
    task = asyncio.create_task(desk.carry_out(run))
    while not all(len(platform.public) == 1 for platform in platforms):  # noqa: ASYNC110 - they have no event for it
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    _, changed = await desk.submit(content_id=content_id, title="Linen aprons, now in blue")
    assert changed["content_status"] == "pending_review"
    await desk.decide(content_id, rita)
    ended = [await desk.carry_out(one) for one in await desk.queued()]
    assert ended[-1][1]["content_status"] == "published", ended
    assert [len(platform.public) for platform in platforms] == [1, 1]
    assert all("now in blue" in platform.public[0] for platform in platforms)


@pytest.mark.parametrize("platforms", [Mastodon], indirect=True)
@pytest.mark.parametrize("faults", [["500", "500"], ["500", "lost 500"], ["lost 500", "hang"], ["hang"], ["no id"]])
async def test_two_targets_on_one_account_take_no_post_of_each_other(
    desk: Desk, platforms: list[Platform], faults: list[Fault]
) -> None:
    """Nothing but their number tells two posts of one text apart: two targets, two posts, each with one of its own."""
    (mastodon,) = platforms
    names = [await desk.target(mastodon, name) for name in ("news", "shop")]
    mastodon.faults = faults
    content_id, status, result = await desk.published(*names)
    assert status is RunStatus.COMPLETED, result["problems"]
    posts = await desk.posts(content_id)
    assert (len(mastodon.public), len({post.remote_id for post in posts})) == (2, 2)
