"""What goes in and out of the routes about documents and collections."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.knowledge.collections import NAME, Role
from magicai.knowledge.document import DEFAULT_COLLECTION, Passage
from magicai.knowledge.interactions import Disputed, Gap
from magicai.knowledge.parsed import Place
from magicai.knowledge.ports import MemberRole
from magicai.knowledge.reading import KnowledgeStatus, UserDocument
from magicai.paging import Page
from magicai.shapes.base import Body
from magicai.values.times import Moment


class DocumentShown(BaseModel):
    """A document."""

    document_id: str
    collection: str = Field(description="Its collection; OWNER/NAME if another user shares it.")
    role: Role = Field(description="What you may do with its collection.")
    source: str = Field(description="What it is known by: the path of a file, or an address.")
    title: str
    kind: str
    language: str = Field(description="BCP 47; empty if unknown.")
    state: Literal["ready", "incomplete"] = Field(description="incomplete: the run that adds it has not ended.")
    size: int = Field(description="Bytes.")
    passages: int
    added_at: Moment

    @classmethod
    def of(cls, seen: UserDocument) -> "DocumentShown":
        """The shape of a document."""
        document = seen.document
        return cls(
            document_id=document.document_id,
            collection=seen.reference,
            role=seen.role,
            source=document.source,
            title=document.title,
            kind=document.kind,
            language=document.language,
            state="ready" if document.digest else "incomplete",
            size=document.size,
            passages=len(document.passages),
            added_at=document.added_at,
        )


class DocumentList(Page[DocumentShown]):
    """A page of documents."""


class PassageShown(BaseModel):
    """A passage of a document."""

    passage_id: str
    number: int = Field(description="Its position in the document, from 1.")
    headings: list[str] = Field(description="The headings above it, outermost first.")
    place: Place
    language: str
    text: str

    @classmethod
    def of(cls, number: int, passage: Passage) -> "PassageShown":
        """The shape of a passage."""
        return cls(
            passage_id=passage.passage_id,
            number=number + 1,
            headings=list(passage.title_path[1:]),
            place=passage.place,
            language=passage.language,
            text=passage.text,
        )


class PassageList(Page[PassageShown]):
    """A page of a document's passages, in order."""

    previous_cursor: str | None = Field(description="The `cursor` of the page before; null on the first one.")


class GapList(Page[Gap]):
    """A page of questions that had no answer."""


class DisputedList(Page[Disputed]):
    """A page of questions whose sources disagree."""


class KnowledgeShown(KnowledgeStatus):
    """What your questions are answered from."""

    behind: dict[str, int] = Field(description="By store, entries of the installation that it has yet to take over.")


class MemberGiven(Body):
    """What a member of a collection may do."""

    role: MemberRole = MemberRole.READER


class NewEntry(Body):
    """A question with its answer."""

    question: Annotated[str, Field(min_length=1, description="At most 500 characters.")]
    answer: Annotated[str, Field(min_length=1, description="At most 10,000 characters.")]
    collection: Annotated[str, Field(pattern=f"^{NAME}$", description="A collection of yours.")] = DEFAULT_COLLECTION
    gap: Annotated[
        str, Field(max_length=2_000, description="The unanswered question it was written for, if its words differ.")
    ] = ""


class EntryWritten(BaseModel):
    """A question with its answer as it was added."""

    document_id: str
    title: str
    state: str = Field(description="added, changed or unchanged.")
    closed: int = Field(description="How many questions without an answer it answers.")
