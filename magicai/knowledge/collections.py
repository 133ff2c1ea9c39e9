"""Collections of documents: each is its owner's, who may let others read it, or add and remove documents."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.accounts.users import named
from magicai.errors import Invalid, NotFound, Refused
from magicai.knowledge.ports import KnowledgeRecords, Member, MemberRole
from magicai.values.times import now_us

# A name, or OWNER/NAME of a collection that another owner shares: a user by name or id, another workspace by its id.
NAME = r"[a-z0-9][a-z0-9_-]{0,63}"
REFERENCE = rf"^(?:[a-z0-9][a-z0-9._@-]{{0,63}}/)?{NAME}$"
Role = Literal["owner", "editor", "reader"]


@dataclass(frozen=True, slots=True)
class Readable:
    """An owner's documents that somebody may read.

    Attributes:
        collections: only of these; all of the owner's if empty.
    """

    owner_id: str
    collections: tuple[str, ...] = ()


class MemberShown(BaseModel):
    """A member of a collection.

    Attributes:
        accepted: no while they are invited, and can read nothing.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    role: MemberRole
    accepted: bool


class Invitation(BaseModel):
    """A collection that a user may accept to use.

    Attributes:
        reference: OWNER/NAME.
        owner: the name of the user or the workspace.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    name: str
    owner_id: str
    owner: str
    role: MemberRole


class CollectionShown(BaseModel):
    """A collection that somebody may read.

    Attributes:
        reference: how requests name it: its name, or OWNER/NAME where it is somebody else's.
        owner: the name of the user or the workspace.
        role: what the one who asks may do.
        members: who else may use it; only its owner is told.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    name: str
    owner_id: str
    owner: str
    role: Role
    members: tuple[MemberShown, ...] = ()


async def searched(records: KnowledgeRecords, references: Sequence[str], *, user_id: str) -> tuple[Readable, ...]:
    """Whose documents of which collections a question is answered from: of these, or of all of the user's own.

    What others share is searched when it is named, so that nobody else's documents get into answers unasked.

    Raises:
        NotFound: one is not there for them.
    """
    return await readable(records, references, user_id=user_id) if references else (Readable(user_id),)


async def readable(records: KnowledgeRecords, references: Sequence[str], *, user_id: str) -> tuple[Readable, ...]:
    """Whose documents of which collections a user may read: of these, or of all.

    Raises:
        NotFound: one is not there for them.
    """
    if not references:
        shared = await _memberships(records, user_id)
        return (Readable(user_id), *_together([(one.owner_id, one.collection) for one in shared]))
    return _together([(await _found(records, reference, user_id=user_id))[:2] for reference in references])


async def writable(records: KnowledgeRecords, reference: str, *, user_id: str) -> tuple[str, str]:
    """The owner and the name of a collection that a user may add to, and remove from.

    Raises:
        NotFound: it is not there for them.
        Refused: they may only read it.
    """
    owner_id, name, role = await _found(records, reference, user_id=user_id)
    check_may_write(name, role)
    return owner_id, name


async def role_in(records: KnowledgeRecords, owner_id: str, collection: str, *, user_id: str) -> Role | None:
    """What a user may do with a collection; None where it is not there for them."""
    if owner_id == user_id:
        return "owner"
    for membership in await _memberships(records, user_id):
        if (membership.owner_id, membership.collection) == (owner_id, collection):
            return _role(membership)
    return None


def check_may_write(collection: str, role: Role) -> None:
    """See whether a role allows adding and removing.

    Raises:
        Refused: it does not.
    """
    if role == "reader":
        raise Refused("collection_read_only", collection=collection)


async def share(records: KnowledgeRecords, collection: str, user: str, role: MemberRole, *, owner_id: str) -> bool:
    """Invite another user to a collection of one's own; again with another role, that changes.

    Returns:
        whether they accepted before, and so have the role at once.

    Raises:
        Invalid: it is not the name of a collection of one's own, or the user is its owner.
        NotFound: there is no such user.
    """
    if not re.fullmatch(NAME, collection):
        raise Invalid("collection_name_invalid", collection=collection[:80])
    found = await named(records.identities, user)
    if found.user_id == owner_id:
        raise Invalid("collection_already_owned", collection=collection)
    await records.members.put(Member(owner_id, collection, found.user_id, role, now_us()))
    members = await records.members.of_user(found.user_id)
    return any(member.accepted for member in members if (member.owner_id, member.collection) == (owner_id, collection))


async def accept(records: KnowledgeRecords, reference: str, *, user_id: str) -> None:
    """Accept an invitation to a collection; one that is accepted already stays so.

    Raises:
        NotFound: the user is not invited to it.
    """
    owner_id, name = await _shared(records, reference, user_id=user_id)
    if owner_id is None or not await records.members.accept(owner_id, name, user_id):
        raise NotFound("invitation_not_found", reference=reference[:150])


async def leave(records: KnowledgeRecords, reference: str, *, user_id: str) -> None:
    """Decline an invitation to a collection, or leave one that somebody else shares.

    Raises:
        NotFound: the user is neither invited to it nor a member.
    """
    owner_id, name = await _shared(records, reference, user_id=user_id)
    if owner_id is None or not await records.members.remove(owner_id, name, user_id):
        raise NotFound("shared_collection_not_found", reference=reference[:150])


async def invitations(records: KnowledgeRecords, *, user_id: str) -> list[Invitation]:
    """What a user is invited to, and has not accepted."""
    found = [one for one in await records.members.of_user(user_id) if not one.accepted]
    return [
        Invitation(
            reference=f"{await owner_reference(records, one.owner_id)}/{one.collection}",
            name=one.collection,
            owner_id=one.owner_id,
            owner=await _owner_name(records, one.owner_id),
            role=one.role,
        )
        for one in found
    ]


async def unshare(records: KnowledgeRecords, collection: str, user: str, *, owner_id: str) -> None:
    """Let a user use a collection of one's own no more, or withdraw their invitation.

    Raises:
        NotFound: they may not, and are not invited.
    """
    found = await named(records.identities, user)
    if not await records.members.remove(owner_id, collection, found.user_id):
        raise NotFound("member_not_found", user=user, collection=collection[:80])


async def collections_of(records: KnowledgeRecords, own: Sequence[str], *, user_id: str) -> list[CollectionShown]:
    """The collections that a user may read, their own first.

    Args:
        own: names of the user's own that have documents.
    """
    names: dict[str, str] = {}

    async def name_of(of: str) -> str:
        if of not in names:
            names[of] = await _owner_name(records, of)
        return names[of]

    members = await records.members.of_owner(user_id)
    found: list[CollectionShown] = []
    for name in sorted({*own, *(member.collection for member in members)}):
        its = [
            MemberShown(name=await name_of(member.user_id), role=member.role, accepted=member.accepted)
            for member in members
            if member.collection == name
        ]
        owner = await name_of(user_id)
        shown = CollectionShown(
            reference=name, name=name, owner_id=user_id, owner=owner, role="owner", members=tuple(its)
        )
        found.append(shown)
    for membership in await _memberships(records, user_id):
        owner, name = await name_of(membership.owner_id), membership.collection
        reference = f"{await owner_reference(records, membership.owner_id)}/{name}"
        shown = CollectionShown(
            reference=reference, name=name, owner_id=membership.owner_id, owner=owner, role=_role(membership)
        )
        found.append(shown)
    return found


async def owner_reference(records: KnowledgeRecords, owner_id: str) -> str:
    """What names an owner in a reference: a user's name.

    Of a workspace that is nobody's personal one it is the id, since others may have its name; so it is on the command
    line before anybody signed in.
    """
    try:
        return (await records.identities.user(owner_id)).name
    except NotFound:
        return owner_id


async def _owner_name(records: KnowledgeRecords, owner_id: str) -> str:
    """The name of a user, or of a workspace; the id where there is none."""
    name = await owner_reference(records, owner_id)
    if name != owner_id:
        return name
    try:
        return (await records.workspaces.get(owner_id)).name
    except NotFound:
        return owner_id


async def _found(records: KnowledgeRecords, reference: str, *, user_id: str) -> tuple[str, str, Role]:
    owner, _, name = reference.rpartition("/")
    if not owner:
        return user_id, name, "owner"
    owner_ids = {user_id, *(one.owner_id for one in await _memberships(records, user_id))}
    owner_id = await _owner_of(records, owner, owner_ids)
    role = None if owner_id is None else await role_in(records, owner_id, name, user_id=user_id)
    if owner_id is None or role is None:
        # Whether it is there for others is nobody's business.
        raise NotFound("collection_not_found", reference=reference[:150])
    return owner_id, name, role


async def _memberships(records: KnowledgeRecords, user_id: str) -> list[Member]:
    """What others share with a user, who accepted it."""
    return [one for one in await records.members.of_user(user_id) if one.accepted]


async def _shared(records: KnowledgeRecords, reference: str, *, user_id: str) -> tuple[str | None, str]:
    """The owner's id and the name of a collection by OWNER/NAME; no owner where there is none such for them."""
    owner, _, name = reference.rpartition("/")
    owner_ids = {one.owner_id for one in await records.members.of_user(user_id)}
    return await _owner_of(records, owner, owner_ids), name


async def _owner_of(records: KnowledgeRecords, owner: str, owner_ids: Collection[str]) -> str | None:
    """Which of these owners somebody means: by id, or a user by name; an id before a name that is spelled like it."""
    if owner in owner_ids:
        return owner
    known = await records.identities.credentials(owner)
    return known[0].user_id if known is not None and known[0].user_id in owner_ids else None


def _role(member: Member) -> Role:
    return "editor" if member.role is MemberRole.EDITOR else "reader"


def _together(pairs: Sequence[tuple[str, str]]) -> tuple[Readable, ...]:
    by_owner: dict[str, list[str]] = {}
    for owner_id, name in dict.fromkeys(pairs):
        by_owner.setdefault(owner_id, []).append(name)
    return tuple(Readable(owner_id, tuple(names)) for owner_id, names in by_owner.items())
