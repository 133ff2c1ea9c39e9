"""A text with its facts and the places that they do not support."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchmarks.content.written import GROUPS
from benchmarks.content.written_by_type import Groups
from magicai.claims.claim import Language

_MARK = re.compile(r"\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and what is wrong with it.

    Attributes:
        unsupported: start and end of each place.
        kinds: what was put wrong at each place, where that is known.
        origin: where the text comes from.
    """

    facts: Any
    text: str
    language: Language
    unsupported: tuple[tuple[int, int], ...]
    kinds: tuple[str, ...] = ()
    origin: str = "file"


def read_cases(path: Path) -> Iterator[Case]:
    """Cases of a file of JSON Lines: `{facts, text, language, unsupported: [[start, end], ...]}`."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                spans = tuple((int(start), int(end)) for start, end in row["unsupported"])
                language: Language = "zh" if str(row.get("language", "en")).startswith("zh") else "en"
                yield Case(row["facts"], row["text"], language, spans, tuple(row.get("kinds", ())))


def written_cases(*, held_out: bool) -> Iterator[Case]:
    """The texts written by hand: one half for tuning, the other held out."""
    for facts, language, texts in GROUPS:
        for text in texts[held_out::2]:
            plain, spans = unmarked(text)
            yield Case(facts, plain, cast("Language", language), spans, origin="written")


def cases_of(groups: Groups, origin: str) -> Iterator[Case]:
    """The texts that were written after one tuning or another."""
    for facts, language, texts in groups:
        for text in texts:
            plain, spans = unmarked(text)
            yield Case(facts, plain, cast("Language", language), spans, origin=origin)


def texts(name: str) -> Iterator[Case]:
    """The texts of a file in `texts/`: JSON Lines of facts, and texts about them with their wrong places marked."""
    with (Path(__file__).parent / "texts" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        groups = [json.loads(line) for line in lines]
    of_each = tuple((one["facts"], one["language"], tuple(one["texts"])) for one in groups)
    yield from cases_of(of_each, name.replace("_", " "))


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text without its marks, and what they marked."""
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    start = length = last = 0
    for mark in _MARK.finditer(text):
        piece = text[last : mark.start()]
        pieces.append(piece)
        length += len(piece)
        if mark[0] == "[[":
            start = length
        else:
            spans.append((start, length))
        last = mark.end()
    return "".join((*pieces, text[last:])), tuple(spans)


def write_cases(cases: Sequence[Case], path: Path) -> None:
    """The cases as JSON Lines."""
    with path.open("w", encoding="utf-8") as lines:
        for case in cases:
            row = {"facts": case.facts, "text": case.text, "language": case.language, "unsupported": case.unsupported}
            lines.write(json.dumps(row | ({"kinds": case.kinds} if case.kinds else {}), ensure_ascii=False) + "\n")
