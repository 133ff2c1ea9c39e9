"""What knowledge needs from the outside, beside the ports that all subjects share."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from magicai.knowledge.parsed import Parsed
from magicai.ports import Records


class DocumentParser(Protocol):
    """Reads documents: PDF, DOCX, PPTX, XLSX, HTML, Markdown, CSV, plain text."""

    async def parse(self, name: str, body: bytes) -> Parsed:
        """What a document says, in its order.

        Args:
            name: of the file; its suffix says what the body is where the body itself does not.

        Raises:
            Invalid: it is damaged, encrypted, has no text, is larger than it may be, or is of no known kind.
            Missing: the package that reads this kind is not installed.
            Temporary: there was no process or memory to read it.
        """
        ...


class MemberRole(StrEnum):
    """What a member may do with a collection: read it and ask of it, or add and remove documents as well."""

    READER = "reader"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Member:
    """A user who may use another one's collection, or is invited to.

    Attributes:
        since: UTC microseconds.
        accepted: no for an invitation, which allows nothing yet.
    """

    owner_id: str
    collection: str
    user_id: str
    role: MemberRole
    since: int
    accepted: bool = False


class CollectionMembers(Protocol):
    """Who else may use a collection."""

    async def put(self, member: Member) -> None:
        """Keep a member; one who is there already gets this role, and keeps their time and whether they accepted."""
        ...

    async def accept(self, owner_id: str, collection: str, user_id: str) -> bool:
        """Make an invited user a member; answers whether they were invited, or are a member already."""
        ...

    async def remove(self, owner_id: str, collection: str, user_id: str) -> bool:
        """Remove a member or an invitation; answers whether there was one."""
        ...

    async def of_owner(self, owner_id: str) -> list[Member]:
        """The members of an owner's collections, and who is invited to them."""
        ...

    async def of_user(self, user_id: str) -> list[Member]:
        """What others share with a user, and what they are invited to."""
        ...


class KnowledgeRecords(Records, Protocol):
    """The truth, of knowledge too."""

    members: CollectionMembers
