"""From submission to a post, its update and its end, on servers that nobody on this project wrote (`tests.lab`)."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from pydantic import SecretStr

from integrations.open import open_ports
from magicai.publishing import reviewing
from magicai.publishing.ports import Posted
from magicai.publishing.posts import PostState
from magicai.publishing.target import NewTarget, add_target, remove_target
from magicai.runs.requests.files_in import upload
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id
from tests.desk import Desk
from tests.platforms.served import NAMES, public, served

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff5c0bbf0d0000000049454e44ae426082"
)


@pytest.fixture(params=NAMES)
def target(request: pytest.FixtureRequest) -> dict[str, Any]:
    return served(request.param)


@pytest.fixture
async def desk(settings: dict[str, Any], target: dict[str, Any]) -> AsyncIterator[Desk]:
    host = str(target["address"]).partition("://")[2]
    async with open_ports(Settings(**settings | {"publish_seconds": 20}, publish_allow_hosts=(host,))) as ports:
        yield Desk(ports)


def _new(target: Mapping[str, Any]) -> NewTarget:
    given: dict[str, Any] = {**target, "secret": SecretStr(target["secret"])}
    return NewTarget(**given)


async def test_a_post_is_made_changed_and_taken_down(desk: Desk, target: dict[str, Any]) -> None:
    new = _new(target)
    publisher = await desk.ports.publishers(await add_target(desk.records, desk.ports.seal, new, owner_id="o"))
    assert await publisher.check()

    async def body() -> AsyncIterator[bytes]:
        yield PIXEL

    image = await upload(desk.ports.records, desk.ports.files, "apron.png", body(), owner_id="o")
    title = f"亚麻 apron {new_id()[-12:]} <b> & [gallery]"
    given = {
        "title": title,
        "text": "Washed *linen*, in **three** colours.\n\n围裙三种颜色。",
        "tags": ["linen", "围裙"],
        "link": "https://havn.example/aprons?a=1&b=2",
        "media": [{"file": image.file_id, "alt": "An apron on a hook"}],
    }
    content_id, status, result = await desk.published(target["name"], **given)
    assert status is RunStatus.COMPLETED, result["problems"]
    words = title.split(" <", maxsplit=1)[0]
    assert len(public(target, words)) == 1
    (post,) = await desk.posts(content_id)
    assert (await publisher.see(Posted(post.remote_id, post.url))).there
    # Nothing is public that was not approved; then the same post has the new words.
    _, changed = await desk.submit(content_id=content_id, title=f"{words}, now in blue")
    assert (changed["content_status"], public(target, "now in blue")) == ("pending_review", [])
    await desk.decide(content_id, await desk.user("rita"))
    ((status, result),) = await desk.follow()
    assert status is RunStatus.COMPLETED, result["problems"]
    assert len(public(target, f"{words}, now in blue")) == 1
    assert len(public(target, words)) == 1
    await reviewing.withdraw(desk.records, content_id, by=await desk.user("rita"))
    ((status, result),) = await desk.follow()
    assert (status, public(target, words)) == (RunStatus.COMPLETED, [])
    assert [one.state for one in await desk.posts(content_id)] == [PostState.REMOVED]


async def test_wrong_credentials_are_told_and_nothing_is_posted(desk: Desk, target: dict[str, Any]) -> None:
    wrong = f"{'ab' * 12}:{'cd' * 32}" if target["platform"] == "ghost" else "wrong-secret"
    new = _new({**target, "secret": wrong})
    await add_target(desk.records, desk.ports.seal, new, owner_id="o")
    title = f"Apron {new_id()[-12:]}"
    content_id, status, result = await desk.published(target["name"], title=title)
    assert (status, public(target, title)) == (RunStatus.PARTIAL, [])
    (problem,) = result["problems"]
    assert "refuses the credentials" in problem["what"]
    assert wrong not in str(result["problems"])
    # Once they are right, the same submission is published.
    new = _new(target)
    await remove_target(desk.records, target["name"], owner_id="o")
    await add_target(desk.records, desk.ports.seal, new, owner_id="o")
    _, again = await desk.submit(content_id=content_id, title="", text="")
    assert (again["content_status"], len(public(target, title))) == ("published", 1)
