"""How much of true copy is touched, and how many wrong places are found: by code alone, and with a verifier."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from magicai.claims.checking import check
from magicai.claims.claim import Language
from magicai.claims.reading import HAN
from magicai.claims.sources import Source, sources_of
from magicai.ports import TextModel
from magicai.verifier import judge

OWN = Path(__file__).parent / "copy" / "claims.jsonl"
FLAGGED = ("contradicted", "not_in_record")
VERDICTS = ("proved", "not_checked", "not_in_record", "contradicted")


@dataclass(frozen=True, slots=True)
class Copy:
    """A text with its record.

    Attributes:
        wrong: places that the record contradicts or lacks; none of true copy.
    """

    source: str
    text: str
    sources: tuple[Source, ...]
    wrong: tuple[tuple[int, int], ...] = ()

    @property
    def language(self) -> Language:
        """Chinese where it has a Chinese character."""
        return "zh" if HAN.search(self.text) else "en"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a text is marked with, by code or by a verifier."""

    kind: str
    start: int
    end: int
    verdict: str


@dataclass(slots=True)
class Group:
    """Counts over the texts of one source."""

    texts: int = 0
    true: int = 0
    true_flagged: int = 0
    true_soft: int = 0
    wrong: int = 0
    found: int = 0
    soft: int = 0


@dataclass(slots=True)
class Figures:
    """Counts by source, and of the marks on true copy by kind and verdict."""

    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    marks: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def add(self, copy: Copy, marks: Sequence[Mark]) -> None:
        """Count a text."""
        group = self.groups.setdefault(copy.source, Group())
        group.texts += 1
        if not copy.wrong:
            self.marks.update((mark.kind, mark.verdict) for mark in marks)
            group.true += 1
            group.true_flagged += any(mark.verdict in FLAGGED for mark in marks)
            group.true_soft += any(mark.verdict == "not_checked" for mark in marks)
        for start, end in copy.wrong:
            verdicts = {mark.verdict for mark in marks if mark.start < end and start < mark.end}
            found = bool(verdicts & set(FLAGGED))
            group.wrong += 1
            group.found += found
            group.soft += not found and "not_checked" in verdicts


def read_copy(file: Path) -> Iterator[Copy]:
    """The texts of a file of JSON Lines: `{"text", "record", "wrong": ["its words", [start, end], ...], "source"}`.

    Raises:
        ValueError: a line is no such object, or its text lacks the words of `wrong`.
    """
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        said: object = json.loads(line)
        if not isinstance(said, dict) or "text" not in said or "record" not in said:
            raise ValueError(f"{file}, line {number}: not an object with text and record")
        row = cast("Mapping[str, Any]", said)
        text = str(row["text"])
        wrong = tuple(_place(text, one, f"{file}, line {number}") for one in row.get("wrong", ()))
        yield Copy(str(row.get("source", file.stem)), text, sources_of(row["record"]), wrong)


def _place(text: str, wrong: object, where: str) -> tuple[int, int]:
    if isinstance(wrong, str) and wrong in text:
        start = text.index(wrong)
        return start, start + len(wrong)
    if isinstance(wrong, list):
        start, end = cast("list[int]", wrong)
        return start, end
    raise ValueError(f"{where}: the text lacks {wrong!r}")


def by_code(copy: Copy) -> list[Mark]:
    """What code alone says of a text."""
    found = check(copy.text, copy.sources, copy.language)
    return [Mark(one.claim.kind, one.claim.start, one.claim.end, one.verdict) for one in found]


async def by_model(copy: Copy, model: TextModel) -> list[Mark]:
    """What a verifier says of a text; opinions are left alone."""
    judged, _ = await judge(model, copy.text, copy.sources, copy.language)
    return [
        Mark("statement", one.start, one.end, "proved" if one.verdict == "supported" else one.verdict)
        for one in judged
        if one.verdict != "opinion"
    ]


async def measure(copies: Iterable[Copy], verifier: TextModel | None = None) -> Figures:
    """Count the marks of all texts: those of code, and those of a verifier where there is one."""
    figures = Figures()
    for copy in copies:
        marks = by_code(copy)
        figures.add(copy, marks if verifier is None else [*marks, *await by_model(copy, verifier)])
    return figures


def tables(figures: Figures) -> str:
    """The figures as two Markdown tables: by source, and the marks on true copy by kind."""
    lines = [
        "| source | true texts | with a flag | without | wrong places | flagged | soft mark | missed |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in sorted(figures.groups.items()):
        missed = one.wrong - one.found - one.soft
        true = (f"{one.true}", _of(one.true_flagged, one.true), f"{one.true - one.true_flagged}")
        wrong = (f"{one.wrong}", _of(one.found, one.wrong), _of(one.soft, one.wrong), _of(missed, one.wrong))
        lines.append(f"| {name} | {' | '.join((*true, *wrong))} |")
    lines += ["", f"| marks on true copy | {' | '.join(VERDICTS)} |", "|---|---:|---:|---:|---:|"]
    for kind in sorted({kind for kind, _ in figures.marks}):
        lines.append(f"| {kind} | {' | '.join(str(figures.marks[kind, verdict]) for verdict in VERDICTS)} |")
    return "\n".join(lines)


def _of(count: int, whole: int) -> str:
    return f"{count} ({count / whole:.0%})" if whole else ""
