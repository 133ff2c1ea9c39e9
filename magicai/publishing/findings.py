"""What checks find in a piece: where, by which rule, how bad, and what to write instead."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from magicai.errors import Conflict, NotFound
from magicai.messages import Message
from magicai.values.frozen import Frozen

Severity = Literal["blocks", "review", "note"]
# What code is sure enough of, and what does harm once it is public: nothing else may block.
MAY_BLOCK = frozenset(("legality", "secrets", "personal"))
# Of a rule of advertising law, so many findings must have been right on copy that it was not written for.
LEAST_PRECISION = 0.95


class Place(Frozen):
    """Characters of a field; a finding about a whole field, or an image, starts and ends at 0."""

    field: str
    start: int = 0
    end: int = 0


class Passage(Frozen):
    """A passage elsewhere that a place is like: what it is called, its address if it has one, and its text."""

    source: str
    text: str
    address: str = ""


class Finding(Frozen):
    """A fault of a piece.

    Attributes:
        rule: the check and its rule, such as `legality.cn.superlative`.
        severity: `blocks` needs a person who says why it is approved nevertheless, `review` a person, `note` nobody.
        text: what stands at the place.
        message: one sentence in English: what to do; `said` is its code, which findings of earlier versions lack.
        suggestion: what to write there instead; "" removes it, None is no suggestion.
        confidence: 0 to 1, that this is a fault.
        passages: what it was copied from, or the value of the record that says otherwise.
        source: the law or rule, such as an article; `link`: where it can be read. "" where there is none.
    """

    rule: str
    severity: Severity
    place: Place
    text: str = ""
    message: str
    said: Message | None = None
    suggestion: str | None = None
    confidence: float = 1.0
    passages: tuple[Passage, ...] = ()
    source: str = ""
    link: str = ""

    @model_validator(mode="after")
    def _may_block(self) -> Self:
        if self.severity == "blocks" and self.check not in MAY_BLOCK:
            raise ValueError(f"{self.rule} can't block: only {', '.join(sorted(MAY_BLOCK))} do")
        if self.severity == "blocks" and self.check == "legality" and self.confidence < LEAST_PRECISION:
            raise ValueError(f"{self.rule} can't block: its confidence is {self.confidence}, below {LEAST_PRECISION}")
        return self

    @property
    def check(self) -> str:
        """The name of the check whose rule this is."""
        return self.rule.partition(".")[0]


class NotChecked(Frozen):
    """A check that could not be made, such as one that needs a model where nobody chose one: why, and what to do.

    Attributes:
        what, way_out: in English; `message` and `way` are their codes, which those of earlier versions lack.
        needs_person: whether a person must look at the piece because of it.
    """

    check: str
    what: str
    way_out: str = ""
    needs_person: bool = True
    message: Message | None = None
    way: Message | None = None

    @classmethod
    def saying(cls, check: str, why: Message, *, way: Message | None = None, needs_person: bool) -> Self:
        """A check that could not be made for this reason.

        Args:
            way: another way out than the message's own.
        """
        way = way or why.way_out
        said = {"what": str(why), "way_out": str(way or ""), "message": why, "way": way}
        return cls.model_validate({"check": check, **said, "needs_person": needs_person})


class Findings(Frozen):
    """All that one pass over a piece found, in the order of fields and places.

    Attributes:
        not_checked: what could not be looked at.
        checks: the names of the checks that were made.
    """

    found: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    checks: tuple[str, ...] = ()

    def numbered(self, number: int) -> Finding:
        """A finding by its number, as people are shown it: the first is 1.

        Raises:
            NotFound: there is none.
        """
        if not 1 <= number <= len(self.found):
            raise NotFound("finding_not_found", number=number, count=len(self.found))
        return self.found[number - 1]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Those that need a reason to be approved in spite of."""
        return tuple(one for one in self.found if one.severity == "blocks")

    @property
    def waiting(self) -> tuple[Finding, ...]:
        """Those that need a person."""
        return tuple(one for one in self.found if one.severity != "note")

    @property
    def held_up(self) -> int:
        """How many findings, and checks that were not made, need a person."""
        return len(self.waiting) + sum(one.needs_person for one in self.not_checked)

    @property
    def passed(self) -> bool:
        """Whether nothing needs a person."""
        return not self.held_up


def apply(fields: Mapping[str, str], finding: Finding) -> dict[str, str]:
    """The fields with a finding's suggestion in its place.

    Raises:
        Conflict: it suggests nothing, or the text was changed since it was found.
    """
    place = finding.place
    text = fields.get(place.field, "")
    if finding.suggestion is None or not place.end:
        raise Conflict("suggestion_missing", rule=finding.rule, text=finding.text)
    if text[place.start : place.end] != finding.text:
        raise Conflict("finding_outdated", text=finding.text)
    return {**fields, place.field: _joined(text[: place.start], finding.suggestion, text[place.end :])}


def _joined(before: str, between: str, after: str) -> str:
    """What was removed leaves one space, not two."""
    if not between and (not before or before[-1:].isspace()) and after[:1] == " ":
        after = after[1:]
    return before + between + after
