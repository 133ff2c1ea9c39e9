"""Documents and their passages, as the records keep them."""

import hashlib
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from magicai.knowledge.parsed import Kind, Place
from magicai.knowledge.passages import Piece
from magicai.stores.entity import Entity, Versioned
from magicai.values.times import Moment

DOCUMENT, PASSAGE = "document", "passage"
DEFAULT_COLLECTION = "default"
# Grows where the same document would be cut otherwise: adding it again then does so.
READER = 8
_ID, _PRINT = 24, 16
# Versions whose files are known, for them to be removed with the document.
MOST_VERSIONS = 1_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Document(_Model):
    """A document.

    Attributes:
        source: what it is known by within its collection: the path of a file in its folder, or an address.
        digest: SHA-256 of the file as hex; "" until all of its passages are kept.
        passages: the ids of its passages, in order.
        leaving: passages of an earlier version that are being removed.
        files: SHA-256 of the files that it was read from, the latest last.
    """

    document_id: str
    owner_id: str
    collection: str
    source: str
    title: str
    kind: Kind
    language: str
    digest: str
    size: int
    reader: int
    added_at: Moment
    passages: tuple[str, ...]
    leaving: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Passage(_Model):
    """A passage of a document, as it is found and cited.

    Attributes:
        text: kept as the entity's, and not once more in its data.
    """

    passage_id: str
    document_id: str
    collection: str
    document: str
    source: str
    title_path: tuple[str, ...]
    place: Place
    language: str
    text: str = Field(default="", exclude=True)

    @property
    def title(self) -> str:
        """Its title path in one line."""
        return " › ".join(self.title_path)


def document_id_of(owner_id: str, collection: str, source: str) -> str:
    """The id of a document: the same source in the same collection is the same document."""
    return hashlib.sha256(f"{owner_id}\x1f{collection}\x1f{source}".encode()).hexdigest()[:_ID]


def passage_ids(document_id: str, pieces: Sequence[Piece]) -> list[str]:
    """Ids by what passages say, so that those which did not change keep theirs, wherever they moved."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for piece in pieces:
        said = hashlib.sha256("\x1f".join((*piece.title_path, piece.text)).encode()).hexdigest()[:_PRINT]
        seen[said] = seen.get(said, 0) + 1
        found.append(f"{document_id}:{said}" + (f":{seen[said]}" if seen[said] > 1 else ""))
    return found


def document_entity(document: Document) -> Entity:
    """A document as the records keep it; only its passages are searched."""
    return Entity(
        DOCUMENT,
        document.document_id,
        document.owner_id,
        title=document.title,
        text="",
        language=document.language,
        data={"schema_version": 1, **document.model_dump(mode="json")},
        stores=(),
    )


def passage_entity(passage: Passage, owner_id: str) -> Entity:
    """A passage as the records keep it, and search and vectors show it."""
    return Entity(
        PASSAGE,
        passage.passage_id,
        owner_id,
        title=passage.title,
        text=passage.text,
        language=passage.language,
        data={"schema_version": 1, **passage.model_dump(mode="json")},
        stores=("search", "vectors"),
        facets={"collection": (passage.collection,), "document": (passage.document_id,)},
    )


def document_in(entity: Entity) -> Document:
    """The document of an entity."""
    return entity.as_model(Document)


def passage_in(one: Versioned) -> Passage | None:
    """The passage of an entity; None where it was deleted."""
    if one.entity is None:
        return None
    return one.entity.as_model(Passage).model_copy(update={"text": one.entity.text})
