"""What checks need from the outside, beside the ports that all subjects share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class GrammarFault:
    """A fault that a grammar checker found.

    Attributes:
        rule: the checker's name of it.
        kind: `Spelling`, `Grammar`, `Punctuation` and so on.
        replacements: what may be written instead, the likeliest first; "" removes.
    """

    start: int
    end: int
    rule: str
    kind: str
    message: str
    replacements: tuple[str, ...] = ()


class Grammar(Protocol):
    """A grammar checker of English."""

    async def faults(self, text: str) -> Sequence[GrammarFault]:
        """All that it finds, opinions of style too.

        Raises:
            Missing: it is not installed.
        """
        ...


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text that pieces are compared with.

    Attributes:
        kind: `published`, `knowledge` or `page`.
        key: its identity within its kind.
        name, address: as people know it.
        version: of the entity that it was taken from.
    """

    kind: str
    key: str
    name: str
    text: str
    address: str = ""
    version: int = 0


class KnownTexts(Protocol):
    """The texts of an owner that pieces are compared with, found by the fingerprints that they share."""

    async def keep(self, owner_id: str, text: KnownText, prints: Sequence[int]) -> None:
        """Keep a text with its fingerprints, instead of what it was before."""
        ...

    async def sharing(self, owner_id: str, prints: Sequence[int], *, at_most: int = 10) -> Sequence[KnownText]:
        """Those that share most of these fingerprints, the most similar first."""
        ...

    async def changed(self, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> Sequence[str]:
        """Ids of an owner's entities whose present version is not among the texts of a kind, in order."""
        ...

    async def gone(self, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> Sequence[str]:
        """Keys of texts of a kind whose entity the owner has no longer, in order."""
        ...

    async def forget(self, owner_id: str, kind: str, key: str) -> None:
        """Keep a text no longer."""
        ...
