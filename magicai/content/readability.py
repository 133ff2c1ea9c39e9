"""How easily a text is read, in English and in Chinese."""

import re
from typing import Literal

# Sentences longer than this are hard to read: words in English, characters in Chinese.
_LONG = {"en": 28, "zh": 60}
_SENTENCES = {
    "en": re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?"),
    "zh": re.compile(r"[^。！？!?\n]+[。！？!?]?"),
}
_WORDS = re.compile(r"[\w'’-]+")
_VOWELS = re.compile(r"[aeiouy]+")
# Flesch reading ease: 60 and more is plain English, below 0 nobody reads it.
_PLAIN_EASE, _NO_EASE = 50.0, 0.0
_SHORTEST_RATED = 20


def units(text: str, unit: Literal["words", "characters"]) -> int:
    """A text's length in words, or in characters without spaces."""
    return len(_WORDS.findall(text)) if unit == "words" else sum(not one.isspace() for one in text)


def readability(text: str, language: Literal["en", "zh"]) -> tuple[float, str, tuple[int, int] | None]:
    """From 0 to 1; what lowers it, and where."""
    long = [
        found
        for found in _SENTENCES[language].finditer(text)
        if units(found[0], "words" if language == "en" else "characters") > _LONG[language]
    ]
    if long:
        found = long[0]
        words = units(found[0], "words" if language == "en" else "characters")
        unit = "words" if language == "en" else "characters"
        value = max(0.0, 1 - 0.2 * len(long))
        return value, f"A sentence has {words} {unit}.", (found.start(), found.end())
    if language == "en" and units(text, "words") >= _SHORTEST_RATED:
        ease = _ease(text)
        if ease < _PLAIN_EASE:
            value = max(0.0, (ease - _NO_EASE) / (_PLAIN_EASE - _NO_EASE))
            # Names and technical words lower it as much as bad style: never by more than half.
            return 0.5 + value / 2, "Its words are long; plainer ones are read more easily.", None
    return 1.0, "", None


def _ease(text: str) -> float:
    """Flesch reading ease. Source: R. Flesch, "A new readability yardstick", 1948."""
    words = [word.lower() for word in _WORDS.findall(text) if word[0].isalpha()]
    sentences = len([one for one in _SENTENCES["en"].findall(text) if one.strip()])
    syllables = sum(max(1, len(_VOWELS.findall(word.removesuffix("e")))) for word in words)
    if not words or not sentences:
        return 100.0
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)
