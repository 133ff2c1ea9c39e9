"""What readers say is kept as long as it stands, and what was chosen learns from it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from magicai.errors import NotFound, Temporary
from magicai.publishing.learning import helpfulness
from magicai.publishing.performance import count_click, look_at
from magicai.publishing.readers import give_feedback, replies_of
from magicai.publishing.slots import SLOTS, next_slot
from magicai.values.times import to_iso, to_us
from tests.desk import Desk
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.wordpress import WordPress


@pytest.fixture
async def platforms() -> AsyncIterator[list[Platform]]:
    made: list[Platform] = [Mastodon(), WordPress()]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


async def test_replies_are_kept_while_they_stand_and_private_ones_never(desk: Desk, platforms: list[Platform]) -> None:
    mastodon, wordpress = platforms
    assert isinstance(mastodon, Mastodon)
    assert isinstance(wordpress, WordPress)
    names = [await desk.target(platform) for platform in platforms]
    content_id, _, _ = await desk.published(*names)
    (status,) = mastodon.statuses.values()
    status |= {"replies_count": 2}
    said = {"content": "<p>Lovely <b>blue</b>!</p>", "created_at": "2026-11-30T01:00:00.000Z", "url": "https://m/1"}
    mastodon.replies = [
        {"id": "1", "visibility": "public", **said},
        {"id": "2", "visibility": "direct", **said, "content": "<p>My address is ...</p>"},
    ]
    await look_at(desk.records, desk.ports.publishers, owner_id="o")
    found = await replies_of(desk.records, content_id, owner_id="o")
    assert [(one.target, one.text) for one in found if one.target == "mastodon"] == [("mastodon", "Lovely blue!")]
    assert [one.text for one in found if one.target == "wordpress"] == ["Is it washable?"]
    mastodon.replies = []
    await look_at(desk.records, desk.ports.publishers, owner_id="o")
    assert [reply.target for reply in await replies_of(desk.records, content_id, owner_id="o")] == ["wordpress"]


async def test_what_readers_do_rewards_what_was_chosen(desk: Desk, platforms: list[Platform]) -> None:
    """The platform and the time are chosen by the brain; clicks and answers are rewards of both."""
    names = [await desk.target(platform) for platform in platforms]
    _, result = await desk.submit(platforms=names, choose=["platform", "time"])
    content_id = result["content_id"]
    made = {one.choice.choice: one for one in await desk.records.decisions.of_run(content_id)}
    kept = await desk.records.submissions.get(content_id, owner_id="o")
    assert kept.submission.targets == (made["platform"].choice.option,)
    assert kept.submission.slot == made["time"].choice.option
    assert made["time"].choice.option in SLOTS
    (target,) = kept.submission.targets
    # Published at once, since no test waits for the evening.
    await desk.records.submissions.replace(kept, kept.submission.model_copy(update={"slot": "now"}), [])
    await desk.decide(content_id, await desk.user("rita"))
    await desk.follow()
    with pytest.raises(NotFound):
        await give_feedback(desk.records, content_id, "elsewhere", "yes")
    await count_click(desk.records, content_id, target)
    await give_feedback(desk.records, content_id, target, "yes", "More pictures, please.")
    await give_feedback(desk.records, content_id, target, "no")
    await look_at(desk.records, desk.ports.publishers, owner_id="o")
    for name in ("platform", "time"):
        decision = await desk.records.decisions.get(made[name].decision_id)
        rewards = {reward.kind: reward.value for reward in decision.rewards}
        assert rewards["rating"] == 0.5
        assert rewards["clicked"] > 0
    assert [reply.text for reply in await replies_of(desk.records, content_id, owner_id="o") if reply.vote] == [
        "More pictures, please."
    ]


async def test_each_of_many_readers_at_once_is_counted(desk: Desk) -> None:
    content_id, _, _ = await desk.published("site")
    clicks = (count_click(desk.records, content_id, "site") for _ in range(15))
    votes = (give_feedback(desk.records, content_id, "site", "yes") for _ in range(15))
    await asyncio.gather(*clicks, *votes)
    (post,) = await desk.posts(content_id)
    assert (post.counts["clicks"], post.counts["helpful"]) == (15, 15)


async def test_a_count_that_can_not_be_kept_is_an_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    content_id, _, _ = await desk.published("site")

    async def taken(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr(desk.records.entities, "replace", taken)
    with pytest.raises(Temporary):
        await count_click(desk.records, content_id, "site")
    with pytest.raises(Temporary):
        await give_feedback(desk.records, content_id, "site", "yes")


def test_a_few_answers_say_little() -> None:
    assert helpfulness({}) is None
    one, many = helpfulness({"helpful": 1}), helpfulness({"helpful": 50})
    assert 0.5 < (one or 0) < (many or 0) < 1


def test_a_time_of_day_is_the_next_one_of_its_zone() -> None:
    from datetime import datetime

    noon = to_us(datetime.fromisoformat("2026-11-30T12:00:00+00:00"))
    assert next_slot("now", "", noon) is None
    assert to_iso(next_slot("evening", "Europe/Berlin", noon) or 0) == "2026-11-30T19:00:00Z"
    assert to_iso(next_slot("morning", "Asia/Shanghai", noon) or 0) == "2026-12-01T00:00:00Z"
