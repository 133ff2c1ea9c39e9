"""Passages that were altered lightly, heavily, or have nothing to do with their source."""

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

How = Literal["light", "heavy", "none"]
_SEED, _PASSAGES = 20, 150
_CHANGED: Mapping[How, float] = {"light": 0.08, "heavy": 0.3}
_SHORTEST, _LONGEST = 40, 160  # words, or Chinese characters by three
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_FILLERS = {
    "en": "really also quite now then often perhaps indeed simply mostly rather here truly always".split(),  # noqa: SIM905
    "zh": list("也还更很就都又再正可其实常"),
}


@dataclass(frozen=True)
class Pair:
    """A passage and what it may be copied from."""

    source: str
    text: str
    how: How


def pairs(data: Path) -> dict[str, list[Pair]]:
    """Pairs of each language: descriptions of books, passages of CMRC."""
    books = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))["products"]
    english = list(dict.fromkeys(str(one["description"]) for one in books if one.get("description")))
    cmrc = json.loads((data / "qa-zh" / "cmrc2018-dev-half.json").read_text(encoding="utf-8"))
    chinese = list(dict.fromkeys(_contexts(cmrc)))
    return {"en": _pairs(english, "en"), "zh": _pairs(chinese, "zh")}


def _contexts(value: object) -> list[str]:
    """Every passage in the file, wherever it stands."""
    found: list[str] = []
    match value:
        case dict():
            for key, part in value.items():  # pyright: ignore[reportUnknownVariableType]
                is_text = key in ("context", "context_text") and isinstance(part, str)
                found += [part] if is_text else _contexts(part)  # pyright: ignore[reportUnknownArgumentType]
        case list():
            for part in value:  # pyright: ignore[reportUnknownVariableType]
                found += _contexts(part)  # pyright: ignore[reportUnknownArgumentType]
        case _:
            pass
    return found


def _pairs(texts: Sequence[str], language: str) -> list[Pair]:
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    whole = [tokens for text in texts if len(tokens := _tokens(text, language)) >= _SHORTEST][: 2 * _PASSAGES]
    known = sorted({token for tokens in whole for token in tokens if token.isalnum()})
    found: list[Pair] = []
    for number, tokens in enumerate(whole[:_PASSAGES]):
        source = _joined(tokens, language)
        part = tokens[: _LONGEST * (3 if language == "zh" else 1)]
        found += [Pair(source, _altered(part, how, chance, known, language), how) for how in _CHANGED]
        other = whole[(number + _PASSAGES) % len(whole)]
        found.append(Pair(source, _joined(other[: len(part)], language), "none"))
    return found


def _altered(tokens: Sequence[str], how: How, chance: random.Random, known: Sequence[str], language: str) -> str:
    """Words replaced, left out, put in and swapped; of a heavily altered text the sentences too."""
    result: list[str] = []
    for token in tokens:
        if chance.random() > _CHANGED[how]:
            result.append(token)
            continue
        way = chance.randrange(4)
        if way == 0:
            result.append(chance.choice(known))
        elif way == 1:
            result += [chance.choice(_FILLERS[language]), token]
        elif way == 2 and result:  # noqa: PLR2004 - the third way
            result.insert(-1, token)
    text = _joined(result, language)
    if how == "heavy":
        sentences = _SENTENCE.split(text)
        chance.shuffle(sentences)
        text = (" " if language == "en" else "").join(sentences)
    return text


def _tokens(text: str, language: str) -> list[str]:
    return text.split() if language == "en" else [one for one in text if not one.isspace()]


def _joined(tokens: Sequence[str], language: str) -> str:
    return (" " if language == "en" else "").join(tokens)
