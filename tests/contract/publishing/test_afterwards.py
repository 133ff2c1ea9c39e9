"""How posts do: counts, edits and deletions on the platform, clicks, and what is learned from them."""

from collections.abc import AsyncIterator

import pytest

from magicai.errors import NotFound
from magicai.publishing.learning import worth
from magicai.publishing.performance import count_click, look_at
from magicai.publishing.posts import Post, PostState
from magicai.publishing.review_and_publish import still_online
from magicai.runs.run import RunStatus
from magicai.stores.erase import erase
from tests.desk import Desk
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.wordpress import WordPress


@pytest.fixture
async def platforms() -> AsyncIterator[list[Platform]]:
    made: list[Platform] = [Mastodon(), WordPress(), Ghost()]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


async def looked_at(desk: Desk) -> dict[str, Post]:
    found = await look_at(desk.records, desk.ports.publishers, owner_id="o")
    return {one.target: one for one in found}


async def test_counts_edits_and_deletions_on_the_platform_are_noticed(desk: Desk, platforms: list[Platform]) -> None:
    mastodon, wordpress, ghost = platforms
    assert isinstance(mastodon, Mastodon)
    assert isinstance(wordpress, WordPress)
    assert isinstance(ghost, Ghost)
    names = [await desk.target(platform) for platform in platforms]
    content_id, _, _ = await desk.published(*names, "site")
    (status,) = mastodon.statuses.values()
    status |= {"favourites_count": 7, "replies_count": 2}
    first = await looked_at(desk)
    assert {one.state for one in first.values()} == {PostState.PUBLISHED}
    assert (first["mastodon"].counts["likes"], first["wordpress"].counts["replies"]) == (7, 3)
    status["content"] = "<p>Somebody else's words.</p>"
    ghost.posts.clear()
    second = await looked_at(desk)
    assert {name: one.state.value for name, one in second.items()} == {
        "mastodon": "changed",
        "wordpress": "published",
        "ghost": "gone",
        "site": "published",
    }
    actions = [one.action for one in await desk.records.audit.listed(about=content_id)]
    assert actions[-2:] in (["post changed", "post gone"], ["post gone", "post changed"])


async def test_a_platform_that_does_not_answer_holds_up_no_other(desk: Desk, platforms: list[Platform]) -> None:
    names = [await desk.target(platform) for platform in platforms]
    await desk.published(*names)
    await platforms[0].__aexit__()
    found = await looked_at(desk)
    assert {name: one.seen_at is not None for name, one in found.items()} == {
        "mastodon": False,
        "wordpress": True,
        "ghost": True,
    }


@pytest.mark.parametrize("settings", [{"publish_clicks": "https://m.example/"}], indirect=True)
async def test_clicks_are_counted_and_lead_where_the_piece_says(desk: Desk, platforms: list[Platform]) -> None:
    content_id, _, _ = await desk.published("site", link="https://havn.example/aprons")
    mastodon = await desk.target(platforms[0])
    _, note = await desk.submit(platforms=[mastodon], link="https://havn.example/aprons")
    kept = await desk.records.submissions.get(note["content_id"], owner_id="o")
    body = kept.submission.latest.payloads[0].body
    assert body.text.endswith(f"https://m.example/api/clicks/{note['content_id']}/mastodon")
    for _ in range(3):
        assert await count_click(desk.records, content_id, "site") == "https://havn.example/aprons"
    with pytest.raises(NotFound):  # it was not posted there
        await count_click(desk.records, content_id, "elsewhere")
    (post,) = await desk.posts(content_id)
    assert post.counts == {"clicks": 3}
    assert (worth({}), worth({"likes": 10}), worth({"clicks": 3}) < worth({"clicks": 4})) == (0.0, 0.5, True)


async def test_deleting_a_user_says_what_stays_online(desk: Desk, platforms: list[Platform]) -> None:
    names = [await desk.target(platform) for platform in platforms]
    _, status, result = await desk.published(*names)
    assert status is RunStatus.COMPLETED
    assert sorted(await still_online(desk.records, "o")) == sorted(one["url"] for one in result["published"])
    ports = desk.ports

    class NoOrchestrator:
        async def delete(self, *_: object) -> None: ...

    async def nothing() -> list[str]:
        return []

    await erase(ports.records, ports.files, {}, NoOrchestrator(), "o", report=print, compact=nothing)  # type: ignore[arg-type]
    assert await still_online(desk.records, "o") == ()
    assert [len(platform.public) for platform in platforms] == [1, 1, 1]
