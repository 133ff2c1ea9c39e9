"""What ChromaDB keeps of an entity, in our own server and in the user's: words to embed, words to show, an index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from integrations.sqlite.versions import print_of
from magicai.ports import Facets, Hit
from magicai.stores.entity import Entity, ProjectedEntity, Versioned

if TYPE_CHECKING:
    import numpy as np

# Shops have many products that are nearly the same. With the defaults, 15 of 100 that were there to the letter were not
# found among 300 such ones; with these none, in the same time.
INDEX = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
_PASSAGE = 160
# Chroma's metadata are single values: an entity's facets are a mark each, by which queries are narrowed down.
_MARK = "is:"
# A lone half of a surrogate pair, which a page may state, is no UTF-8.
HALVES = re.compile("[\ud800-\udfff]")
_SKETCHED = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept of an entity beside its vector; of a tombstone, no words.

    Attributes:
        marks: its facets, as `field=value`.
        print: of the words, and sketch: of the vector; by them `is_whole` tells what somebody changed by hand.
    """

    kind: str
    entity_id: str
    owner_id: str
    version: int
    digest: str
    title: str = ""
    url: str = ""
    passage: str = ""
    marks: tuple[str, ...] = ()
    print: str = ""
    sketch: str = ""

    @classmethod
    def of(cls, change: Versioned) -> "Shown":
        """What is kept of a change."""
        key = (change.kind, change.entity_id, change.owner_id, change.version, change.digest)
        entity = change.entity
        if entity is None:
            return cls(*key)
        marks = tuple(sorted({_mark(field, one) for field, values in entity.facets.items() for one in values if one}))
        return cls(*key, entity.title, entity.url, entity.text.removeprefix(entity.title).strip()[:_PASSAGE], marks)

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> "Shown":
        """What `as_json` has made."""
        fields = {name: value for name, value in given.items() if not name.startswith(_MARK)}
        return cls(**fields, marks=tuple(sorted(name.removeprefix(_MARK) for name in given.keys() - fields.keys())))

    @property
    def held(self) -> ProjectedEntity:
        """Enough to compare it with the records."""
        return ProjectedEntity(self.kind, self.entity_id, self.version, self.digest)

    def printed(self, vector: "np.ndarray") -> "Shown":
        """The same with its print and sketch."""
        sketched = replace(self, sketch=",".join(str(part) for part in _sketch(vector)))
        return replace(sketched, print=_print(sketched))

    def as_json(self) -> dict[str, Any]:
        """All of it, by name, each a single value."""
        fields = asdict(self)
        marks = {f"{_MARK}{mark}": True for mark in fields.pop("marks")}
        return {**fields, **marks}

    def hit(self, distance: float) -> Hit:
        """As an answer; the score is the cosine, 0 where that is negative."""
        score = max(0.0, min(1.0, 1.0 - distance))
        return Hit(self.kind, self.entity_id, self.title, self.url, score, self.passage)


def narrowed(owner_id: str, kinds: Sequence[str], where: Facets) -> list[dict[str, Any]]:
    """The conditions of a query: an owner's, of these kinds, with one of these values in each of these facets."""
    conditions: list[dict[str, Any]] = [{"owner_id": owner_id}]
    if kinds:
        conditions.append({"kind": {"$in": list(kinds)}})
    for field, values in where.items():
        marks = [{f"{_MARK}{_mark(field, value)}": True} for value in values]
        conditions.append(marks[0] if len(marks) == 1 else {"$or": marks})
    return conditions


def _mark(field: str, value: str) -> str:
    return HALVES.sub("\ufffd", f"{field}={value}")


def is_whole(metadata: Mapping[str, Any], vector: "np.ndarray") -> bool:
    """Whether the words are to the letter what was written, and the vector nearly: Chroma brings it to unit length."""
    try:
        shown = Shown.of_json(metadata)
        kept = [int(part) for part in shown.sketch.split(",")]
    except (TypeError, ValueError):
        return False
    now = _sketch(vector)
    same = len(kept) == len(now) and all(abs(one - other) <= 1 for one, other in zip(kept, now, strict=True))
    return same and shown.print == _print(shown)


def _print(shown: Shown) -> str:
    return print_of(replace(shown, print="").as_json())


def _sketch(vector: "np.ndarray") -> list[int]:
    """A few sums over all of it, in thousandths."""
    return [round(1000 * float(vector[start::_SKETCHED].sum())) for start in range(_SKETCHED)]


def words(entity: Entity) -> str:
    """What is embedded: the title once, then the words."""
    return f"{entity.title}\n{entity.text.removeprefix(entity.title).strip()}"


def in_order(hits: list[Hit]) -> list[Hit]:
    """The nearest first; of equals, by key."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.entity_id))
