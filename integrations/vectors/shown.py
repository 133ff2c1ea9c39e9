"""What ChromaDB keeps of an entity, in our own server and in the user's: words to embed, words to show, an index."""

from dataclasses import asdict, dataclass
from typing import Any

from magicai.domain.entity import Entity, Held, Versioned
from magicai.ports import Hit

# Shops have many products that are nearly the same. With the defaults, 15 of 100 that were there to the letter were not
# found among 300 such ones; with these none, in the same time.
INDEX = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
_PASSAGE = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept of an entity beside its vector; of a tombstone, no words."""

    kind: str
    entity_id: str
    owner_id: str
    version: int
    digest: str
    title: str = ""
    url: str = ""
    passage: str = ""

    @classmethod
    def of(cls, change: Versioned) -> "Shown":
        """What is kept of a change."""
        key = (change.kind, change.entity_id, change.owner_id, change.version, change.digest)
        entity = change.entity
        if entity is None:
            return cls(*key)
        return cls(*key, entity.title, entity.url, entity.text.removeprefix(entity.title).strip()[:_PASSAGE])

    @property
    def held(self) -> Held:
        """Enough to compare it with the records."""
        return Held(self.kind, self.entity_id, self.version, self.digest)

    def as_json(self) -> dict[str, Any]:
        """All of it, by name."""
        return asdict(self)

    def hit(self, distance: float) -> Hit:
        """As an answer; the score is the cosine, 0 where that is negative."""
        score = max(0.0, min(1.0, 1.0 - distance))
        return Hit(self.kind, self.entity_id, self.title, self.url, score, self.passage)


def words(entity: Entity) -> str:
    """What is embedded: the title once, then the words."""
    return f"{entity.title}\n{entity.text.removeprefix(entity.title).strip()}"


def in_order(hits: list[Hit]) -> list[Hit]:
    """The nearest first; of equals, by key."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.entity_id))
