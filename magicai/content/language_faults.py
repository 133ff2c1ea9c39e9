"""Faults of language that code is sure of, in English and Chinese."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """A fault and where it stands."""

    start: int
    end: int
    reason: str


_RULES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r"\b(?!that\b|had\b)([a-z]{2,}) \1\b", re.IGNORECASE), "A word stands twice"),
        (re.compile(r"\ba (?=[aeio][a-z]+)(?!one\b|once\b|eu)\w+"), "“a” before a vowel"),
        (re.compile(r"\ban (?=[bcdfgjklmnpqrstvwxyz][a-z]{2,})\w+"), "“an” before a consonant"),
        (re.compile(r" [,.;:!?](?=\s|$)"), "A space before a punctuation mark"),
        (re.compile(r"[,;:]{2,}|(?<!\.)\.\.(?!\.)|[!?]{2,}"), "Punctuation marks in a row"),
        (re.compile(r"(?<=[a-z]{3})\.(?=[A-Z][a-z]{2,})"), "No space after a sentence"),
        (re.compile(r"\b(?:undefined|null|nan)\b|(?<=[:=] )None\b"), "A value that is missing"),
        (re.compile(r"\{\{|\}\}|\{%|%\}|\$\w+\$"), "A placeholder"),
    ),
    "zh": (
        (re.compile(r"[，。；：！？、]{2,}"), "标点重复"),
        (re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?](?=[\u4e00-\u9fff])"), "中文之间用了半角标点"),
        (re.compile(r"的的(?!确)|了了(?!解|然|结)|是是(?!非)"), "字词重复"),
        (re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"), "中文之间有空格"),
        (re.compile(r"\{\{|\}\}|\{%|%\}|undefined|None|null"), "占位符"),
    ),
}


def faults(text: str, language: Literal["en", "zh"]) -> list[Fault]:
    """Every fault, in the order of the text."""
    found = [
        Fault(one.start(), one.end(), f"{reason}: “{one[0]}”.")
        for rule, reason in _RULES[language]
        for one in rule.finditer(text)
    ]
    return sorted(found, key=lambda one: one.start)
