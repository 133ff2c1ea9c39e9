"""Whether an interrupted call made a post is never decided by where it stands in a server's list."""

from collections.abc import AsyncIterator, Sequence

import pytest

from magicai.errors import Permanent
from magicai.publishing.draft import Note
from magicai.publishing.ports import Intent, Posted
from magicai.publishing.recognition import Listed, account_of, recognised


def listed(remote_id: str, *marks: str) -> Listed:
    async def found() -> frozenset[str]:
        return frozenset(marks)

    return Listed(Posted(remote_id=remote_id, url=f"https://blog.example/{remote_id}"), found)


async def paged(*pages: Sequence[Listed]) -> AsyncIterator[Sequence[Listed]]:
    for page in pages:
        yield page


def intent(**kept: str) -> Intent:
    return Intent(key="k", created_at=1, digest="d", body=Note(form="note", text="Aprons"), kept=kept)


OLD = [listed("old-1"), listed("old-2")]


async def test_a_pinned_post_before_newer_ones_ends_nothing() -> None:
    own = listed("new", "text")
    first = [listed("old-1"), *(listed(f"other-{number}", "known") for number in range(3))]
    found = await recognised(intent(fence="old-1 old-2", text="text"), paged(first, [own, listed("old-2")], OLD, []))
    assert found == own.posted


async def test_a_page_of_nothing_but_older_posts_does() -> None:
    async def pages() -> AsyncIterator[Sequence[Listed]]:
        yield OLD
        raise AssertionError("nobody needs to look further")

    assert await recognised(intent(fence="old-1 old-2", text="text"), pages()) is None


def test_what_an_earlier_version_prepared_is_a_persons() -> None:
    with pytest.raises(Permanent, match="earlier version"):
        account_of(intent(key="k", slug="aprons"))
    assert account_of(intent(account="7")) == "7"
