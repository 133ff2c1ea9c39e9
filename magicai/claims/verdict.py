"""What a claim was traced to."""

from dataclasses import dataclass

from magicai.messages import Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """A place in a source, a derivation, or a reason against the claim.

    Attributes:
        source: number of the source.
        start, end: its place in the source's plain text.
        certain: whether a reason speaks against the claim; else code can't tell.
        against: number of the source that says otherwise.
    """

    source: int | None = None
    start: int = 0
    end: int = 0
    reason: Message | None = None
    derivation: Message | None = None
    certain: bool = True
    against: int | None = None
