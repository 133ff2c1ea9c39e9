"""A statement in a text that is true or false, and what it was traced to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from magicai.claims.sources import Source
from magicai.messages import Message

Language = Literal["en", "zh"]
Proof = Literal["proved", "contradicted", "not_in_record", "not_checked"]


class ClaimKind(StrEnum):
    """What a claim is about."""

    NUMBER = "number"
    QUANTITY = "quantity"
    PRICE = "price"
    DATE = "date"
    TIME = "time"
    NAME = "name"
    SUPERLATIVE = "superlative"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and its place.

    Attributes:
        text: as it is written.
        start, end: characters of the whole text.
        value: normalised, such as `500 g`, `2026-05-03` or `11:00-21:00`.
    """

    kind: ClaimKind
    text: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A claim with its source, or the reason why it has none.

    Attributes:
        source: None where nothing supports the claim.
        start, end: characters of the source's text.
        reason: why it is unsupported, such as `the data say 15 h, the text 51 h`; None where it is supported.
        certain: False where code can't tell: a name, a superlative, a number in words.
        against: the value of the input that says otherwise.
        derivation: how it follows from the sources where it is not in them, such as `difference of $249, $189`.
    """

    claim: Claim
    source: Source | None
    start: int = 0
    end: int = 0
    reason: Message | None = None
    derivation: Message | None = None
    certain: bool = True
    against: Source | None = None

    @property
    def verdict(self) -> Proof:
        """What code can say of it; `not_checked` where that takes understanding."""
        if self.supported:
            return "proved"
        if not self.certain:
            return "not_checked"
        return "contradicted" if self.against is not None else "not_in_record"

    @property
    def supported(self) -> bool:
        """Whether the input says so."""
        return self.reason is None

    @property
    def unsupported(self) -> bool:
        """Whether the input says otherwise, or lacks what would have to stand there; False of what is unverified."""
        return self.reason is not None and self.certain
