"""Texts with places that may hold what the facts say, or what a careless writer would say instead."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.content.cases import Case
from magicai.claims.claim import Language


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in a text.

    Attributes:
        wrong: what may stand there instead; nothing that the facts would support.
    """

    kind: str
    right: str
    wrong: tuple[str, ...]


Piece = str | Slot
Made = tuple[Any, Sequence[Sequence[Piece]], Language]
"""Facts, the sentences of a text in order, and the language."""


def both(made: Made, chance: random.Random, origin: str) -> Iterator[Case]:
    """The right text, and one with wrong values."""
    facts, sentences, language = made
    slots = [
        (row, place)
        for row, pieces in enumerate(sentences)
        for place, piece in enumerate(pieces)
        if isinstance(piece, Slot) and piece.wrong
    ]
    yield _case(facts, sentences, set(), chance, language, origin)
    yield _case(
        facts, sentences, set(chance.sample(slots, min(len(slots), chance.randint(1, 3)))), chance, language, origin
    )


def _case(
    facts: Any,
    sentences: Sequence[Sequence[Piece]],
    wrong: set[tuple[int, int]],
    chance: random.Random,
    language: Language,
    origin: str,
) -> Case:
    text = ""
    spans: list[tuple[int, int]] = []
    kinds: list[str] = []
    for row, pieces in enumerate(sentences):
        if row and language == "en":
            text += " "
        for place, piece in enumerate(pieces):
            if isinstance(piece, str):
                text += piece
                continue
            said = chance.choice(piece.wrong) if (row, place) in wrong else piece.right
            if (row, place) in wrong:
                spans.append((len(text), len(text) + len(said)))
                kinds.append(piece.kind)
            text += said
    return Case(facts, text, language, tuple(spans), tuple(kinds), origin)
