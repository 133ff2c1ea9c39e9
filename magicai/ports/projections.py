"""Stores that show what the records hold."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol

from magicai.ports.budget_records import Spender
from magicai.ports.text import OnUsage, unheard
from magicai.stores.entity import ProjectedEntity, Store, Versioned

if TYPE_CHECKING:
    import numpy as np


class Projection(Protocol):
    """A store that is fed from the records, and can be rebuilt from them."""

    store: Store

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        ...

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key."""
        ...

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        ...

    async def check(self) -> str:
        """Write, read back and remove something; answers where, without any password."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        score: 0 to 1, higher is better; comparable only within one answer.
        highlight: the passage that fits, plain text.
    """

    kind: str
    entity_id: str
    title: str
    url: str
    score: float
    highlight: str = ""


class Counted(dict[str, int]):
    """How many have each value of a facet.

    Attributes:
        at_least: whether only the newest were counted, so that there may be more of each value.
    """

    def __init__(self, counts: Iterable[tuple[str, int]] = (), *, at_least: bool = False) -> None:
        super().__init__(counts)
        self.at_least = at_least


# Values by facet.
Facets = Mapping[str, Sequence[str]]
NO_FACETS: Facets = MappingProxyType({})
Match = Literal["all", "any"]


class SearchIndex(Projection, Protocol):
    """Full-text search, English and Chinese."""

    async def search(
        self,
        query: str,
        *,
        owner_id: str,
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        match: Match = "all",
        limit: int = 10,
        offset: int = 0,
        after: str = "",
    ) -> list[Hit]:
        """An owner's entities that fit, best first; no syntax in `query` is special.

        Args:
            query: a blank one asks for all, the largest id first; signs without a word find nothing.
            where: only entities that have one of these values in each of these facets.
            match: `all`: what has all words, where anything has, else what has any; `any`: what has any word, as
                questions need it. Of Chinese, Japanese and Korean, any two neighbouring characters are a word.
            after: of one kind without words, the id behind which the page begins: as quick as the first page.
        """
        ...

    async def facets(
        self,
        query: str,
        *,
        owner_id: str,
        by: Sequence[str],
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        most: int = 20,
    ) -> dict[str, Counted]:
        """How many of what `search` finds have each value of a facet.

        Args:
            by: the facets; one that no entity has is answered by an empty one.
            most: values of a facet.

        Answers the values of each facet by how many have it, then by value. Of very many that are found, an index may
        count only the newest, and says so.
        """
        ...


class Vectors(Projection, Protocol):
    """Entities by what they mean."""

    async def nearest(
        self, text: str, *, owner_id: str, kinds: Sequence[str] = (), where: Facets = NO_FACETS, limit: int = 5
    ) -> list[Hit]:
        """An owner's entities that mean something near, best first.

        Args:
            where: only entities that have one of these values in each of these facets.
        """
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """What texts find by their meaning.

    Attributes:
        hits: of all texts and owners, in no order.
        vector: of the first text, unit length; None where no text has words.
        made_by: names the vectors that were searched; `vector` compares with no others.
    """

    hits: Sequence[Hit] = ()
    vector: "np.ndarray | None" = None
    made_by: str = ""


class SemanticSearch(Protocol):
    """The vectors that are searched now."""

    async def search(
        self,
        texts: Sequence[str],
        *,
        among: Sequence[tuple[str, Facets]],
        kinds: Sequence[str] = (),
        limit: int = 5,
        spender: Spender | None = None,
        on_usage: OnUsage = unheard,
    ) -> Near:
        """What means something near to any of these texts; each is embedded once.

        Args:
            among: owners, each with the values in its facets that entities must have, as of `Vectors.nearest`.
            limit: of each text and owner.
            spender: who pays the embedding model; the installation's owner where None.
            on_usage: hears what it took.
        """
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """A node, and the kind of the edges by which others point at it."""

    relation: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A node at which entities point that belong to several groups.

    Attributes:
        groups: the labels of the groups, in order.
        members: how many entities point at it.
    """

    key: str
    label: str
    groups: tuple[str, ...]
    members: int


class Graph(Projection, Protocol):
    """Nodes and edges, as entities' relations declare them; it answers general questions that subjects put to use."""

    async def shared(
        self, owner_id: str, kind: str, relation: str, *, across: str, among: Target, least: int = 2
    ) -> list[Shared]:
        """What an owner's entities of a kind share: the nodes at which they point by `relation` from several groups.

        Args:
            across: the relation by which they point at their groups.
            among: only entities that point at this node.
            least: from so many groups.

        Answers those of most groups first, then those of most entities, then by label.
        """
        ...


class Cache(Projection, Protocol):
    """Values that may be lost. As a projection it keeps entities' data for the medium lifetime."""

    async def get(self, key: str) -> bytes | None:
        """A value, or None where there is none or its time is over."""
        ...

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for so many seconds (short 300, medium 3600, long 86400)."""
        ...

    async def forget(self, key: str) -> None:
        """Remove a value."""
        ...

    async def count(self, key: str, amount: int = 1, *, ttl_s: float) -> int:
        """Add to a counter, exactly, and answer its new value; its time runs from its first use."""
        ...

    async def allow(
        self, key: str, slot: int, *, slots: int, most: int, ttl_s: float
    ) -> tuple[bool, Mapping[int, int]]:
        """Count one use, exactly, unless there were `most` in this slot of time and those shortly before it.

        Args:
            slot: the number of the present slot.
            slots: how many count, this one and those before it; older ones are forgotten.
            ttl_s: all of them are forgotten after so long without a use.

        Answers whether it was counted, and the uses by slot.
        """
        ...

    async def get_or_compute(
        self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float, stale_s: float = 0.0
    ) -> bytes:
        """A value; where there is none, one of all who ask for it, in whatever process, makes it and the others wait.

        Where the one who makes it is killed, another takes over within some 5 seconds; where `make` fails, its caller
        gets the error, and another tries. It is made without the cache while that is out of reach.

        Args:
            stale_s: so long after its time the old value is handed out while a new one is made; 0 waits for it.
        """
        ...

    async def notify(self, channel: str) -> None:
        """Wake all who wait at a channel: it says only that it is worth looking, and what to see is in the records."""
        ...

    def subscribe(self, channel: str, *, every_s: float = 2.0) -> AsyncGenerator[None]:
        """Comes round once it listens, then whenever the channel is woken, and at the latest after `every_s` seconds.

        Several wakes may come as one, and one may be lost with its store, so look each time at what is new. Nothing is
        raised while the store is out of reach. Close it: `async with aclosing(cache.subscribe(...)) as waiting`.
        """
        ...
