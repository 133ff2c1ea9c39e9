"""A platform that is down for an hour, and a decision a day later after everything was started again."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from integrations.open import open_ports
from magicai.accounts.identity import WorkspaceRole
from magicai.publishing import reviewing
from magicai.publishing.due_work import attend
from magicai.publishing.posts import PostState
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.values.times import DAY_US, HOUR_US, now_us
from tests.desk import Desk
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.wordpress import WordPress
from tests.servers import address, namespace

_MODULES = ("due_work", "reviewing", "review_messages", "publishing", "posting", "submitting")


@pytest.fixture
async def platforms() -> AsyncIterator[list[Platform]]:
    made: list[Platform] = [Mastodon(), WordPress()]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


def at(desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """The time that publishing and the submissions' clock tell."""
    for module in _MODULES:
        monkeypatch.setattr(f"magicai.publishing.{module}.now_us", lambda: moment)

    def clock(_connection: object) -> int:
        return moment

    monkeypatch.setattr(desk.records.submissions, "clock", clock)


@pytest.mark.parametrize(
    "kind", ["it refuses connections", "it answers 500, and posts nothing", "it posts, and is gone"]
)
async def test_a_platform_that_is_down_for_an_hour_gets_its_post_once(
    desk: Desk, platforms: list[Platform], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Its submission is partial and says why; the other target has its post at once, and both have one in the end."""
    mastodon, wordpress = platforms
    names = [await desk.target(platform) for platform in platforms]
    if kind == "it refuses connections":
        mastodon.down = True
    else:
        mastodon.faults = ["reset" if "it posts" in kind else "lost 500"]
        mastodon.falls = True
    content_id, status, result = await desk.published(*names)
    assert (status, result["content_status"]) == (RunStatus.PARTIAL, "partial")
    assert mastodon.host in result["problems"][0]["what"]
    assert len(wordpress.public) == 1
    begin = now_us()
    runs = 0
    for minute in range(5, 130, 5):
        if minute == 65:
            mastodon.down = mastodon.falls = False
        at(desk, monkeypatch, begin + minute * HOUR_US // 60)
        await attend(desk.records, desk.ports.settings_of, desk.ports.publishers, desk.ports.notify)
        for run in await desk.queued():
            await desk.carry_out(run)
            runs += 1
    assert runs == 3, "after 5, 15 and 60 minutes"
    assert [len(platform.public) for platform in platforms] == [1, 1]
    kept = await desk.records.submissions.get(content_id, owner_id="o")
    assert kept.submission.status.value == "published"
    assert {post.state for post in await desk.posts(content_id)} == {PostState.PUBLISHED}


async def test_what_could_not_be_withdrawn_is_withdrawn_by_asking_again(desk: Desk, platforms: list[Platform]) -> None:
    mastodon, wordpress = platforms
    content_id, _, _ = await desk.published(*[await desk.target(platform) for platform in platforms])
    owner = await desk.user("olga", WorkspaceRole.ADMIN)
    mastodon.down = True
    for _ in range(2):  # asked twice while it waits, it is one run
        await reviewing.withdraw(desk.records, content_id, by=owner)
    ((status, _),) = await desk.follow()
    assert status is RunStatus.PARTIAL
    mastodon.down = False
    assert [len(platform.public) for platform in platforms] == [1, 0]
    kept = await reviewing.withdraw(desk.records, content_id, by=owner)
    assert kept.submission.status.value == "withdrawn"
    ((status, _),) = await desk.follow()
    assert (status, mastodon.public, wordpress.public) == (RunStatus.COMPLETED, [], [])


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
async def test_a_decision_a_day_later_after_a_restart_of_everything_publishes_once(
    settings: dict[str, Any], platforms: list[Platform], monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    monkeypatch.setattr("tasks.review_and_publish.publish_posts._PAUSE_S", 0.02)
    if store == "postgresql":
        settings |= {"database_url": address("postgresql"), "namespace": namespace(), "stores_accepted": ("records",)}
    hosts = tuple(platform.host for platform in platforms)
    made = Settings(**settings, publish_allow_hosts=hosts)
    async with open_ports(made) as ports:
        desk = Desk(ports)
        names = [await desk.target(platform) for platform in platforms]
        rita = await desk.user("rita")
        _, result = await desk.submit(platforms=names)
    async with open_ports(made) as ports:
        desk = Desk(ports)
        at(desk, monkeypatch, now_us() + DAY_US)
        await desk.decide(result["content_id"], rita)
    async with open_ports(made) as ports:
        desk = Desk(ports)
        ((status, after),) = await desk.follow()
        assert (status, after["content_status"]) == (RunStatus.COMPLETED, "published")
        assert await desk.follow() == []
    assert [len(platform.public) for platform in platforms] == [1, 1]
