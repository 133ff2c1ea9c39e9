"""Phrases find what `re` finds, whatever the patterns and the texts; only sooner."""

import re
import sys
from itertools import product

import pytest

from magicai.knowledge.phrases import Phrases, needed

_PATTERNS = (
    r"\b(?:ignore|forget)\s+(?:all )?(?:the )?instructions\b",
    r"summari[sz]e(?=d?\b)",
    r"^(?:system|user)\s*:|[|)]x",
    r"(?:忽略|无视)[^。]{0,10}(?:指令|规则)",
    r"a(?:b|c+)?d",
    r"(?:\w ){5,}\w",
    r"(?<=é)t[^a-m]e",
    r"É|straße",
)
_PARTS = (
    *("Ignore", "ſummariZe", "forget all instructions", "İgnore the ınstructions", "SYSTEM:", "无视 指令"),
    *("ad", "ACCD", "x", "|x", "\n", "a b c d e f", "été", "STRASSE straße", "é", ""),
)


@pytest.mark.parametrize("flags", [0, re.MULTILINE])
def test_what_is_found_is_what_re_finds(flags: int) -> None:
    phrases, whole = Phrases(*_PATTERNS, flags=flags), re.compile("|".join(_PATTERNS), re.IGNORECASE | flags)
    for parts in product(_PARTS, repeat=3):
        text = " ".join(parts)
        found, expected = phrases.search(text), whole.search(text)
        assert (found and found.span()) == (expected and expected.span()), text


def test_every_character_that_re_takes_for_a_letter_is_known() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in re.findall("[a-z]", every, re.IGNORECASE):
        for plain in "abcdefghijklmnopqrstuvwxyz":
            if re.match(plain, letter, re.IGNORECASE):
                assert Phrases(plain).search(f"-{letter}-"), (plain, letter)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bnew (?:task|rules?)\s*:", {"new task", "new rule", "new rules"}),
        (r"\b(?:say|tell)\b.{0,9}\bpassw(?:or)?d", {"password", "passwd"}),
        (r"AI 助手", {"ai 助手"}),
        (r"(?:word\s+)+", {"word"}),
        (r"(?:a|\d)", set[str]()),
        (r"é+", set[str]()),
        (r"x?", set[str]()),
        (r"[^a]{3}", set[str]()),
    ],
)
def test_what_a_match_needs_is_told_from_its_pattern(pattern: str, words: set[str]) -> None:
    assert needed(pattern) == words
