"""Rules of advertising law as data."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from magicai.claims.claim import Language
from magicai.messages import Message, say
from magicai.publishing.checks.context import Context, Country
from magicai.publishing.findings import LEAST_PRECISION, Severity

# Of a rule whose precision nobody has measured.
_CONFIDENCE = 0.9
_LEAST_FOR_REVIEW = 0.8


@dataclass(frozen=True)
class Rule:
    """What a law forbids to say, or demands to be said.

    Attributes:
        severity: what the file says, else by its confidence: only what was measured to be right blocks.
        source: the article; `link`: where it can be read, by country.
        kinds: of which products; empty: of all. `only_kinds`: not of a product whose kind nobody said.
        forbidden: the wordings.
        unless: what makes one harmless that it overlaps; in the same sentence; anywhere in the piece.
        reported: what makes a sentence one about claims, which it does not make itself; the same for all of a file.
        needs: without which none of the wordings is there, so that they need not be looked for.
        demanded: what must be said where `where` is found, or in any piece that is paid for or of these kinds.
        instead: what to write for a wording.
    """

    name: str
    countries: tuple[Country, ...]
    language: Language
    source: str
    link: Mapping[Country, str]
    message: Message
    severity: Severity
    confidence: float
    kinds: frozenset[str]
    not_kinds: frozenset[str]
    only_kinds: bool
    forbidden: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    unless_in_sentence: re.Pattern[str] | None
    unless_anywhere: re.Pattern[str] | None
    reported: re.Pattern[str]
    needs: re.Pattern[str] | None
    demanded: re.Pattern[str] | None
    where: re.Pattern[str] | None
    of_paid: bool
    instead: Mapping[str, str]

    def of_kind(self, context: Context) -> bool:
        """Whether every piece about this kind of product must say it."""
        return self.where is None and not self.of_paid and context.product_kind in self.kinds


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their files: of two at one place the first is shown."""
    folder = resources.files("magicai.publishing.checks.legality") / "rules"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(
        rule
        for file in files
        for rule in _read(tomllib.loads(file.read_text(encoding="utf-8")), file.name[: -len(".toml")])
    )


def _severity_of(confidence: float) -> Severity:
    if confidence >= LEAST_PRECISION:
        return "blocks"
    return "review" if confidence >= _LEAST_FOR_REVIEW else "note"


def _read(data: dict[str, Any], file: str) -> Iterator[Rule]:
    """The rules of a file; a `[words]` table names what several patterns have in common, as `{name}`."""
    words: dict[str, str] = data.get("words", {})

    def compiled(pattern: str) -> re.Pattern[str]:
        for name, text in words.items():
            pattern = pattern.replace(f"{{{name}}}", f"(?:{text})")
        return re.compile(pattern, re.IGNORECASE)

    def one(entry: dict[str, Any], key: str) -> re.Pattern[str] | None:
        return compiled(entry[key]) if key in entry else None

    reported = compiled(data["reported"])
    for entry in data["rule"]:
        yield Rule(
            name=entry["name"],
            countries=tuple(entry.get("countries", data["countries"])),
            language=data["language"],
            source=entry["source"],
            link=entry["link"],
            message=say(f"advertising_{file}_{entry['name'].replace('-', '_')}"),
            severity=entry.get("severity") or _severity_of(entry.get("confidence", _CONFIDENCE)),
            confidence=entry.get("confidence", _CONFIDENCE),
            kinds=frozenset(entry.get("kinds", ())),
            not_kinds=frozenset(entry.get("not_kinds", ())),
            only_kinds=entry.get("only_kinds", False),
            forbidden=tuple(map(compiled, entry.get("forbidden", ()))),
            unless=tuple(map(compiled, entry.get("unless", ()))),
            unless_in_sentence=one(entry, "unless_in_sentence"),
            unless_anywhere=one(entry, "unless_anywhere"),
            reported=reported,
            needs=one(entry, "needs"),
            demanded=one(entry, "demanded"),
            where=one(entry, "where"),
            of_paid=entry.get("of_paid", False),
            instead=entry.get("instead", {}),
        )
