"""A server that can't edit or delete posts: what stays public is named, and what a person can do."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from magicai.publishing import reviewing
from magicai.publishing.posts import PostState
from magicai.runs.run import RunStatus
from tests.desk import Desk
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform

PATH = "/api/v1/statuses/{id}"


class Lacking(Mastodon):
    """Has neither PUT nor DELETE, as snac's older versions.

    Args:
        status: what it answers to them.
    """

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status_of_lacks = status

    def routes(self) -> list[web.RouteDef]:
        async def lacking(_: web.Request) -> web.Response:
            return web.Response(status=self._status_of_lacks)

        has = [route for route in super().routes() if route.method not in ("PUT", "DELETE")]
        return [*has, web.put(PATH, lacking), web.delete(PATH, lacking)]


@pytest.fixture(params=[404, 405, 501])
async def platforms(request: pytest.FixtureRequest) -> AsyncIterator[list[Platform]]:
    async with Lacking(request.param) as made:
        yield [made]


async def test_withdrawing_says_what_stays_public_and_ends_once_it_was_deleted_by_hand(
    desk: Desk, platforms: list[Lacking]
) -> None:
    (server,) = platforms
    content_id, _, _ = await desk.published(await desk.target(server))
    (post,) = await desk.posts(content_id)
    await reviewing.withdraw(desk.records, content_id, by=await desk.user("rita"))
    (run,) = await desk.queued()
    status, result = await desk.carry_out(run)
    (problem,) = result["problems"]
    assert status is RunStatus.PARTIAL
    assert "mastodon can't delete posts" in problem["what"]
    assert f"{post.url} is still public" in problem["what"]
    assert problem["way"]["code"] == "delete_it_there"
    assert [one.state for one in await desk.posts(content_id)] == [PostState.PUBLISHED]
    server.statuses.clear()
    await desk.records.runs.requeue(run.run_id)
    status, result = await desk.carry_out(await desk.records.runs.get(run.run_id))
    assert (status, result["problems"]) == (RunStatus.COMPLETED, [])
    assert [one.state for one in await desk.posts(content_id)] == [PostState.REMOVED]


async def test_editing_says_what_stays_public(desk: Desk, platforms: list[Lacking]) -> None:
    (server,) = platforms
    content_id, _, _ = await desk.published(await desk.target(server))
    (post,) = await desk.posts(content_id)
    await desk.submit(content_id=content_id, title="Linen aprons, now in blue")
    await desk.decide(content_id, await desk.user("rita"))
    ((status, result),) = await desk.follow()
    (problem,) = result["problems"]
    assert status is RunStatus.PARTIAL
    assert "mastodon can't edit posts" in problem["what"]
    assert f"{post.url} is still public as it was" in problem["what"]
    assert problem["way"]["code"] == "edit_it_there"
    assert len(server.public) == 1
