"""Members of collections: by owner and by user, and gone with either."""

from typing import cast

from magicai.knowledge.ports import KnowledgeRecords, Member, MemberRole
from magicai.ports import Records


def member(
    owner_id: str, collection: str, user_id: str, role: MemberRole = MemberRole.READER, since: int = 1
) -> Member:
    return Member(owner_id, collection, user_id, role, since)


async def test_members_are_told_by_owner_and_by_user(records: Records) -> None:
    members = cast("KnowledgeRecords", records).members
    for one in (
        member("ann", "a", "bob"),
        member("ann", "b", "bob"),
        member("ann", "a", "cem"),
        member("cem", "a", "bob"),
    ):
        await members.put(one)
    assert [(one.collection, one.user_id) for one in await members.of_owner("ann")] == [
        ("a", "bob"),
        ("a", "cem"),
        ("b", "bob"),
    ]
    assert [(one.owner_id, one.collection) for one in await members.of_user("bob")] == [
        ("ann", "a"),
        ("ann", "b"),
        ("cem", "a"),
    ]
    await members.put(member("ann", "a", "bob", MemberRole.EDITOR, since=9))
    changed = (await members.of_user("bob"))[0]
    assert (changed.role, changed.since) == (MemberRole.EDITOR, 1)
    assert await members.remove("ann", "a", "bob")
    assert not await members.remove("ann", "a", "bob")
    assert [one.collection for one in await members.of_owner("ann")] == ["a", "b"]


async def test_an_invitation_is_accepted_once_and_stays_so_when_the_role_changes(records: Records) -> None:
    members = cast("KnowledgeRecords", records).members
    assert not await members.accept("ann", "a", "bob")
    await members.put(member("ann", "a", "bob"))
    assert [one.accepted for one in await members.of_user("bob")] == [False]
    assert await members.accept("ann", "a", "bob")
    await members.put(member("ann", "a", "bob", MemberRole.EDITOR))
    assert [(one.accepted, one.role) for one in await members.of_owner("ann")] == [(True, MemberRole.EDITOR)]


async def test_members_go_with_the_owner_and_with_the_user(records: Records) -> None:
    members = cast("KnowledgeRecords", records).members
    for one in (member("ann", "a", "bob"), member("cem", "a", "ann"), member("cem", "a", "bob")):
        await members.put(one)
    removed = await records.erasing.remove("ann")
    assert removed["collection_members"] == 2
    assert [(one.owner_id, one.user_id) for one in await members.of_owner("cem")] == [("cem", "bob")]
    assert await members.of_owner("ann") == []
