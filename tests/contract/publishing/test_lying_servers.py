"""A post of unknown outcome on a server that lies about what it has is found, or a person is asked: never made twice.

A proxy stands before each server that rewrites, reorders, delays or shortens its lists, or answers with something else
(`tests.platforms.proxy`). What real servers make of it: `benchmarks.publishing.drill`.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from magicai.publishing.posts import PostState
from magicai.runs.effects import decide_effect, effects_of
from tests.desk import Desk
from tests.platforms.bluesky import Bluesky
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import LATE_S, Fault, Platform
from tests.platforms.proxy import LIES, Lie, Proxy
from tests.platforms.receiver import Receiver
from tests.platforms.wordpress import WordPress

KINDS = (Mastodon, WordPress, Ghost, Bluesky, Receiver)
ODD = "Washed linen <3 :-) in *three* colours & more"
# More questions than one run asks.
OFTEN = 40

pytestmark = pytest.mark.parametrize("settings", [{"publish_settle": 2 * LATE_S, "publish_seconds": 5}], indirect=True)


class Rewriting(Mastodon):
    """Shows texts in its own spelling, as snac does, and says what it was sent."""

    has_source = True

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/statuses/{id}/source", self._said), *super().routes()]

    async def _said(self, request: web.Request) -> web.Response:
        found = self.statuses[request.match_info["id"]]
        return web.json_response(
            {"text": found["text"]} if self.has_source else {}, status=200 if self.has_source else 404
        )

    def add(self, text: str, media: tuple[str, ...] = ()) -> dict[str, Any]:
        made = super().add(text, media)
        for sent, shown in (("&lt;3", "❤️"), (":-)", "🙂"), ("*", "")):
            made["content"] = made["content"].replace(sent, shown)
        return made


class Silent(Rewriting):
    """Shows texts in its own spelling, and does not say what it was sent."""

    has_source = False


class Renaming(WordPress):
    """Gives posts slugs of its own."""

    def _content(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**super()._content(body), "slug": f"renamed-{len(self.posts)}"}


@pytest.fixture
async def servers(request: pytest.FixtureRequest) -> AsyncIterator[list[Platform]]:
    made: list[Platform] = [kind() for kind in getattr(request, "param", KINDS)]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


@pytest.fixture
async def platforms(servers: list[Platform]) -> AsyncIterator[list[Proxy]]:
    made = [Proxy(server.target, name=server.name) for server in servers]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


class Drill:
    """A piece that is published while the servers fail and lie, after another one that was published in peace."""

    def __init__(self, desk: Desk, servers: list[Platform], proxies: list[Proxy]) -> None:
        self._desk, self._servers, self._proxies, self._content_id = desk, servers, proxies, ""

    async def publish(self, fault: Fault, lies: list[Lie]) -> None:
        names = [await self._desk.target(proxy) for proxy in self._proxies]
        await self._desk.published(*names, title="Aprons of last year")
        for proxy in self._proxies:
            proxy.faults, proxy.lies = [fault], [*lies]
        _, result = await self._desk.submit(platforms=names, title="Linen aprons", text=ODD)
        self._content_id = result["content_id"]
        await self._desk.decide(self._content_id, await self._desk.user("rita"))
        await self._desk.follow()

    async def resume(self) -> None:
        for proxy in self._proxies:
            proxy.lies = []
        await self._desk.submit(content_id=self._content_id, title="", text="")

    def counts(self) -> dict[str, int]:
        """How often each server has the piece."""
        return {server.name: len(server.public) - 1 for server in self._servers}

    async def states(self) -> dict[str, PostState]:
        return {post.target: post.state for post in await self._desk.posts(self._content_id)}

    async def asked(self) -> set[str]:
        """The targets about which a person is asked."""
        cut = [effect["effect"] async for effect in effects_of(self._desk.records, "o", "cut")]
        return {one.split(":")[2] for one in cut}

    async def answer(self, *, arrived: bool) -> None:
        """Decide as a person does who has looked there."""
        for one in [effect async for effect in effects_of(self._desk.records, "o", "cut")]:
            answer: dict[str, Any] | None = {"remote_id": "", "url": "https://there.example"} if arrived else None
            await decide_effect(self._desk.records, one["effect"], owner_id="o", answer=answer)


@pytest.fixture
def drill(desk: Desk, servers: list[Platform], platforms: list[Proxy]) -> Drill:
    return Drill(desk, servers, platforms)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize(("fault", "arrived"), [("500", 1), ("lost 500", 0)])
async def test_a_lie_about_an_interrupted_post_is_no_reason_to_post_again(
    drill: Drill, fault: Fault, arrived: int, lie: Lie
) -> None:
    await drill.publish(fault, [lie] * OFTEN)
    counts, states = drill.counts(), await drill.states()
    if lie == "404":  # by which a webhook says that it has no such post
        counts.pop("webhook")
    assert {name: count for name, count in counts.items() if count > 1 or count < arrived} == {}
    assert [name for name in counts if states[name] is PostState.PUBLISHED and not counts[name]] == []
    # Once they say how it is, each has the piece, and nobody is asked.
    await drill.resume()
    expected = dict.fromkeys(counts, 1)
    assert ({name: drill.counts()[name] for name in counts}, await drill.asked()) == (expected, set())


@pytest.mark.parametrize("servers", [(Rewriting,)], indirect=True)
@pytest.mark.parametrize("fault", ["500", "lost 500"])
async def test_a_rewritten_post_is_known_by_its_source(drill: Drill, fault: Fault) -> None:
    await drill.publish(fault, [])
    assert (drill.counts(), await drill.states()) == ({"mastodon": 1}, {"mastodon": PostState.PUBLISHED})


@pytest.mark.parametrize("servers", [(Silent, Renaming)], indirect=True)
async def test_a_person_is_asked_about_a_post_that_is_not_recognised(desk: Desk, drill: Drill) -> None:
    await drill.publish("500", [])
    for _ in range(2):
        assert drill.counts() == {"mastodon": 1, "wordpress": 1}
        assert await drill.asked() == {"mastodon", "wordpress"}
        assert set((await drill.states()).values()) == {PostState.UNKNOWN}
        await drill.resume()
    (run, *_) = await desk.records.runs.listed(workflow="review-and-publish", limit=1)
    said = [event.data for event in await desk.records.runs.events(run.run_id, after=0) if event.kind == "review"]
    assert all(
        "can't be told from it" in one["what"] and "magicai effects decide post:" in one["way_out"] for one in said
    )
    assert len(said) == 2
    await drill.answer(arrived=True)
    await drill.resume()
    assert (drill.counts(), await drill.asked()) == ({"mastodon": 1, "wordpress": 1}, set())
    assert set((await drill.states()).values()) == {PostState.PUBLISHED}


@pytest.mark.parametrize("servers", [(Silent, Renaming)], indirect=True)
async def test_what_did_not_arrive_is_posted_once_on_a_server_that_rewrites(drill: Drill) -> None:
    await drill.publish("lost 500", [])
    assert (drill.counts(), await drill.asked()) == ({"mastodon": 1, "wordpress": 1}, set())
