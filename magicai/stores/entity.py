"""What the records hold of a thing that other stores show: one shape for every workflow.

Search indexes its title and text, vectors embed them, the graph makes a node of it and an edge of each relation,
the cache keeps its data. A new workflow stores entities; it needs no new table.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from pydantic import BaseModel

M = TypeVar("M", bound="BaseModel")
Store = Literal["search", "vectors", "graph", "cache"]
STORES: tuple[Store, ...] = ("search", "vectors", "graph", "cache")
_KEY_PARTS = 4


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge from an entity to another node, which is made where it is missing.

    Attributes:
        kind: what the edge says, in upper case: a name of the subject's own.
        to_kind, to_key, to_label: the other node; its key is unique within owner and kind.
    """

    kind: str
    to_kind: str
    to_key: str
    to_label: str


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of one owner.

    Attributes:
        kind: `product`, `report`, ...
        entity_id: unique within kind.
        language: BCP 47, or "" where unknown.
        data: what it is, JSON; `schema_version` in it.
        stores: which projections show it.
        state: by which its kind is listed, such as `pending_review`; "" where its kind has no states.
        facets: by which its kind is counted and narrowed down in search: values by field.
    """

    kind: str
    entity_id: str
    owner_id: str
    title: str
    text: str
    language: str = ""
    url: str = ""
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    relations: tuple[Relation, ...] = ()
    stores: tuple[Store, ...] = ("search", "vectors", "graph")
    state: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def all_facets(self) -> Mapping[str, tuple[str, ...]]:
        """Its facets and those of every entity: `kind`, `language`, `state`; a field without a value is left out."""
        own = {"kind": (self.kind,), "language": (self.language,), "state": (self.state,), **self.facets}
        found = {name: tuple(value for value in values if value) for name, values in own.items()}
        return {name: values for name, values in found.items() if values}

    def as_model(self, model: type[M]) -> M:
        """What it is, as the model that its data were made of."""
        return model.model_validate({name: value for name, value in self.data.items() if name != "schema_version"})

    @property
    def digest(self) -> str:
        """SHA-256 of everything that a projection shows."""
        relations = [(r.kind, r.to_kind, r.to_key, r.to_label) for r in self.relations]
        shown = [self.kind, self.entity_id, self.owner_id, self.title, self.text, self.language, self.url, relations]
        shown += [self.state, dict(self.facets)]
        body = json.dumps([*shown, self.data], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        # A page may state half a surrogate pair, which plain UTF-8 refuses.
        return hashlib.sha256(body.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Versioned:
    """An entity as a projection takes it over.

    Attributes:
        version: grows with every change; a projection never replaces a newer one with an older one.
        digest: of the entity, kept by the projection so that reconcile can compare; "" of a tombstone.
        entity: None where it was deleted: the tombstone stays, so that nothing old rises again.
    """

    kind: str
    entity_id: str
    owner_id: str
    version: int
    digest: str
    entity: Entity | None


@dataclass(frozen=True, slots=True)
class ProjectedEntity:
    """What a projection holds of an entity: enough to compare it with the records.

    Attributes:
        outdated: whether an earlier release stored it, in a form that lacks what this one shows.
    """

    kind: str
    entity_id: str
    version: int
    digest: str
    outdated: bool = False


def cache_key(owner_id: str, kind: str, entity_id: str) -> str:
    """Under which key the cache has an entity's data; no two entities, let alone owners, share one."""
    return ":".join(("entity", *(quote(part, safe="") for part in (owner_id, kind, entity_id))))


def entity_of(key: str) -> tuple[str, str] | None:
    """Kind and id of the entity whose data the cache has under a key; None of a key that is no entity's."""
    parts = key.split(":")
    if len(parts) != _KEY_PARTS or parts[0] != "entity":
        return None
    return unquote(parts[2]), unquote(parts[3])
