"""Who may read which documents, and who may change them: in search, in lists, and by their ids."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from integrations.search.sqlite import SqliteSearch
from magicai.accounts.identity import Role, User
from magicai.errors import Invalid, NotFound, Refused
from magicai.knowledge.adding import add_document
from magicai.knowledge.collections import (
    accept,
    collections_of,
    invitations,
    leave,
    readable,
    searched,
    share,
    unshare,
    writable,
)
from magicai.knowledge.conversation import Question
from magicai.knowledge.document import PASSAGE
from magicai.knowledge.ports import KnowledgeRecords, MemberRole
from magicai.knowledge.searching import Hits, by_words, merged
from magicai.ports import Projection, Records
from magicai.stores.entity import Store
from magicai.stores.relay import drain
from tests.unit.knowledge.test_documents import Paragraphs

TEXTS = {"support": "The warranty is 24 months.", "secret": "The warranty costs us 3 euros."}


class Base:
    """Ann has documents in two collections, bob and cem have none."""

    def __init__(self, records: Records, search: SqliteSearch) -> None:
        self.records, self.search = cast("KnowledgeRecords", records), search

    async def found(self, user: str, *references: str) -> set[str]:
        projections: dict[Store, Projection] = {"search": self.search}
        await drain(self.records, projections, limit_s=30)
        among = await searched(self.records, references, user_id=f"id-{user}")
        hits = await by_words(self.search, Question(text="warranty"), among=among)
        context = await merged(
            self.records.entities, Question(text="warranty"), Hits(), hits, among=among, owner_id="bob", most=10
        )
        return {passage.text for passage in context.passages}

    async def listed(self, user: str) -> list[tuple[str, str, list[str]]]:
        own = ["support", "secret"] if user == "ann" else []
        found = await collections_of(self.records, own, user_id=f"id-{user}")
        return [(one.reference, one.role, [member.name for member in one.members]) for one in found]


@pytest.fixture
async def base(records: Records, tmp_path: Path) -> AsyncIterator[Base]:
    for name in ("ann", "bob", "cem"):
        await records.identities.add_user(User(user_id=f"id-{name}", name=name, role=Role.USER, created_at=1))
    for collection, text in TEXTS.items():
        await add_document(
            records.entities, Paragraphs(), owner_id="id-ann", collection=collection, source="a.txt", body=text.encode()
        )
    search = SqliteSearch(tmp_path / "search.sqlite3")
    yield Base(records, search)
    await search.close()


async def test_nobody_finds_what_is_not_shared(base: Base) -> None:
    assert await base.found("ann") == set(TEXTS.values())
    assert await base.found("ann", "support") == {TEXTS["support"]}
    assert await base.found("bob") == set()
    with pytest.raises(NotFound, match="no collection 'ann/support' that you may read"):
        await base.found("bob", "ann/support")
    with pytest.raises(NotFound, match="no collection 'nobody/support'"):
        await base.found("bob", "nobody/support")


async def test_a_reader_finds_what_is_shared_and_no_more(base: Base) -> None:
    await share(base.records, "support", "bob", MemberRole.READER, owner_id="id-ann")
    await accept(base.records, "ann/support", user_id="id-bob")
    assert await base.found("bob", "ann/support") == {TEXTS["support"]}
    assert await base.found("cem") == set()
    assert await base.listed("bob") == [("ann/support", "reader", [])]
    assert await base.listed("ann") == [("secret", "owner", []), ("support", "owner", ["bob"])]
    with pytest.raises(Refused, match="You may read support, but not change it"):
        await writable(base.records, "ann/support", user_id="id-bob")
    await unshare(base.records, "support", "bob", owner_id="id-ann")
    with pytest.raises(NotFound):
        await base.found("bob", "ann/support")
    assert await base.listed("bob") == []


async def test_an_index_that_shows_more_gives_nothing_away(base: Base) -> None:
    """The records have the last word, whatever an index answers."""
    await share(base.records, "support", "bob", MemberRole.READER, owner_id="id-ann")
    await accept(base.records, "ann/support", user_id="id-bob")
    among = await readable(base.records, (), user_id="id-bob")
    page = await base.records.entities.listed("id-ann", PASSAGE)
    everything = Hits(scores={item.entity_id: 1.0 for item in page.items})
    context = await merged(
        base.records.entities, Question(text="q"), Hits(), everything, among=among, owner_id="bob", most=10
    )
    assert {passage.text for passage in context.passages} == {TEXTS["support"]}


async def test_an_editor_adds_to_the_owners_collection(base: Base) -> None:
    await share(base.records, "support", "bob", MemberRole.EDITOR, owner_id="id-ann")
    with pytest.raises(NotFound):
        await writable(base.records, "ann/support", user_id="id-bob")
    await accept(base.records, "ann/support", user_id="id-bob")
    assert await writable(base.records, "ann/support", user_id="id-bob") == ("id-ann", "support")
    assert await writable(base.records, "ann/support", user_id="id-ann") == ("id-ann", "support")
    with pytest.raises(NotFound):
        await writable(base.records, "ann/secret", user_id="id-bob")


async def test_only_ones_own_collections_are_shared_and_only_with_others(base: Base) -> None:
    with pytest.raises(Invalid, match="not the name of a collection of yours"):
        await share(base.records, "ann/support", "cem", MemberRole.READER, owner_id="id-bob")
    with pytest.raises(Invalid, match="is yours already"):
        await share(base.records, "support", "ann", MemberRole.READER, owner_id="id-ann")
    with pytest.raises(NotFound, match="There is no user 'dan'"):
        await share(base.records, "support", "dan", MemberRole.READER, owner_id="id-ann")
    with pytest.raises(NotFound, match="is not a member"):
        await unshare(base.records, "support", "cem", owner_id="id-ann")


async def test_nobody_elses_documents_get_into_answers_unasked(base: Base) -> None:
    """An account that shares with a victim poisons nothing: not by inviting, and not by default once accepted."""
    await share(base.records, "support", "bob", MemberRole.READER, owner_id="id-ann")
    assert [invitation.reference for invitation in await invitations(base.records, user_id="id-bob")] == ["ann/support"]
    assert await base.found("bob") == set()
    assert await base.listed("bob") == []
    with pytest.raises(NotFound):
        await base.found("bob", "ann/support")
    await accept(base.records, "ann/support", user_id="id-bob")
    assert await base.found("bob") == set()
    assert await base.found("bob", "ann/support") == {TEXTS["support"]}


async def test_an_invitation_is_declined_and_a_shared_collection_left(base: Base) -> None:
    for accepts in (False, True):
        await share(base.records, "support", "bob", MemberRole.READER, owner_id="id-ann")
        if accepts:
            await accept(base.records, "ann/support", user_id="id-bob")
        await leave(base.records, "ann/support", user_id="id-bob")
        assert await invitations(base.records, user_id="id-bob") == []
        with pytest.raises(NotFound):
            await base.found("bob", "ann/support")
        with pytest.raises(NotFound, match="no shared collection 'ann/support'"):
            await leave(base.records, "ann/support", user_id="id-bob")
        with pytest.raises(NotFound, match="no invitation to 'ann/support'"):
            await accept(base.records, "ann/support", user_id="id-bob")
    for reference in ("support", "nobody/support", "ann/secret"):
        with pytest.raises(NotFound):
            await accept(base.records, reference, user_id="id-ann")
