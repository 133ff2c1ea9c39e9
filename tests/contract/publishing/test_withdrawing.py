"""What is withdrawn while it is being posted ends withdrawn: nothing of it is online, and nothing says otherwise."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integrations.publishing.folder import FolderPublisher
from magicai.accounts.identity import Caller
from magicai.publishing import reviewing
from magicai.publishing.ports import Intent, Posted
from magicai.publishing.posts import PostState
from magicai.runs.run import RunStatus
from tests.desk import Desk
from tests.platforms.bluesky import Bluesky
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.receiver import Receiver
from tests.platforms.wordpress import WordPress

# In which a run that waits for nothing ends.
_PATIENCE_S = 2.0


class _Slow:
    """A place that a call reaches, and where it waits until it may go on."""

    def __init__(self) -> None:
        self.reached, self.leaves = asyncio.Event(), asyncio.Event()

    async def pass_by(self) -> None:
        self.reached.set()
        await self.leaves.wait()


@pytest.fixture(params=[Mastodon, WordPress, Bluesky])
async def platforms(request: pytest.FixtureRequest) -> AsyncIterator[list[Platform]]:
    async with request.param() as made:
        yield [made]


async def _approved(desk: Desk, *names: str, **request: str) -> tuple[str, Caller]:
    _, result = await desk.submit(platforms=[*names], **request)
    rita = await desk.user("rita")
    await desk.decide(result["content_id"], rita)
    return result["content_id"], rita


@pytest.mark.parametrize("settings", [{"publish_seconds": 10}], indirect=True)
async def test_a_piece_withdrawn_in_the_middle_of_a_slow_post_is_not_online(
    desk: Desk, platforms: list[Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    (platform,), slow = platforms, _Slow()
    monkeypatch.setattr(platform, "_dawdle", slow.pass_by)
    content_id, rita = await _approved(desk, await desk.target(platform))
    (publishing,) = await desk.queued()
    posting = asyncio.create_task(desk.carry_out(publishing))
    await slow.reached.wait()
    await reviewing.withdraw(desk.records, content_id, by=rita)
    (withdrawing,) = await desk.queued()
    taking_down = asyncio.create_task(desk.carry_out(withdrawing))
    ended, _ = await asyncio.wait({taking_down}, timeout=_PATIENCE_S)
    assert not ended  # nothing is called withdrawn that may still appear
    slow.leaves.set()
    await posting
    status, result = await taking_down
    assert (status, result["content_status"], result["published"]) == (RunStatus.COMPLETED, "withdrawn", [])
    assert (platform.public, len(platform.made)) == ([], 1)
    assert [post.state for post in await desk.posts(content_id)] == [PostState.REMOVED]


async def test_what_a_run_that_died_may_have_posted_is_looked_for_and_taken_down(
    desk: Desk, platforms: list[Platform]
) -> None:
    (platform,) = platforms
    platform.faults = ["hang"]
    content_id, rita = await _approved(desk, await desk.target(platform))
    (publishing,) = await desk.queued()
    posting = asyncio.create_task(desk.carry_out(publishing))
    while not platform.public:  # noqa: ASYNC110 - it has no event for it
        await asyncio.sleep(0.01)
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    await reviewing.withdraw(desk.records, content_id, by=rita)
    (withdrawing,) = await desk.queued()
    status, _ = await desk.carry_out(withdrawing)
    assert (status, platform.public) == (RunStatus.COMPLETED, [])
    assert [post.state for post in await desk.posts(content_id)] == [PostState.REMOVED]


async def test_a_withdrawn_piece_is_not_posted_any_more(desk: Desk, platforms: list[Platform]) -> None:
    """The run that publishes has begun, and reaches the target after the withdrawal."""
    (platform,) = platforms
    content_id, rita = await _approved(desk, await desk.target(platform))
    (publishing,) = await desk.queued()
    await reviewing.withdraw(desk.records, content_id, by=rita)
    for run in (publishing, *[one for one in await desk.queued() if one.run_id != publishing.run_id]):
        await desk.carry_out(run)
    assert (platform.public, platform.made) == ([], [])


@pytest.mark.parametrize("platforms", [Receiver], indirect=True)
async def test_what_nobody_can_tell_stays_unknown_and_says_why(desk: Desk, platforms: list[Receiver]) -> None:
    (receiver,) = platforms
    receiver.answers = False
    receiver.faults = ["500"]
    content_id, _, _ = await desk.published(await desk.target(receiver))
    await reviewing.withdraw(desk.records, content_id, by=await desk.user("rita"))
    (status, result), *_ = await desk.follow()
    (post,) = await desk.posts(content_id)
    assert (status, post.state) == (RunStatus.PARTIAL, PostState.UNKNOWN)
    assert post.problem_message is not None
    assert "may have arrived" in result["problems"][0]["what"]


@pytest.mark.parametrize("settings", [{"publish_seconds": 10}], indirect=True)
@pytest.mark.parametrize("platforms", [Mastodon], indirect=True)
async def test_a_page_that_is_being_changed_is_not_written_again_after_its_withdrawal(
    desk: Desk, platforms: list[Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    del platforms
    slow, update = _Slow(), FolderPublisher.update
    content_id, _, _ = await desk.published("site")
    await desk.submit(content_id=content_id, title="Linen aprons, now in blue")
    rita = await desk.user("rita")
    await desk.decide(content_id, rita)

    async def slowly(self: FolderPublisher, intent: Intent, posted: Posted) -> Posted:
        await slow.pass_by()
        return await update(self, intent, posted)

    monkeypatch.setattr(FolderPublisher, "update", slowly)
    (publishing,) = await desk.queued()
    changing = asyncio.create_task(desk.carry_out(publishing))
    await slow.reached.wait()
    await reviewing.withdraw(desk.records, content_id, by=rita)
    (withdrawing,) = await desk.queued()
    taking_down = asyncio.create_task(desk.carry_out(withdrawing))
    await asyncio.wait({taking_down}, timeout=_PATIENCE_S)
    slow.leaves.set()
    await asyncio.gather(changing, taking_down)
    assert list(desk.ports.settings.sites_dir.rglob("post.json")) == []
    assert [post.state for post in await desk.posts(content_id)] == [PostState.REMOVED]
