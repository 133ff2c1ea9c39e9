"""Grammar of English, by a grammar checker.

A grammar checker takes nearly every brand for a mistake, and has opinions. What it says of a brand or a product's name
is dropped, and so is what is only its taste; a word is misspelled only where one is known that differs in a letter or
two.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import FieldText, Manuscript, OccupiedPlaces
from magicai.publishing.checks.ports import Grammar, GrammarFault
from magicai.publishing.findings import Finding, Findings, NotChecked

NAME = "grammar"
# Of Harper's kinds, those that are faults; the others are of taste, style and layout, in which product copy differs.
_FAULTS = frozenset((
    "Agreement", "BoundaryError", "Eggcorn", "Grammar", "Malapropism", "Miscellaneous", "Nonstandard", "Repetition",
    "Spelling", "Typo", "Usage",
))  # fmt: skip
# Rules among them that are wrong about product copy nearly always, such as “compostable”, “multi-step”, “a fun set” and
# “your little one”.
_WRONG = frozenset(("SplitWords", "DisjointPrefixes", "MassNouns", "QuantifierNumeralConflict"))
_SHORTEST, _LONG = 5, 7
_WORD = re.compile(r"[\w’'-]+")
_HALF = str.maketrans(",;:!?", "，；：！？")
_MARKUP = re.compile(r"https?://\S+|`[^`\n]{0,500}`|<[^>\n]{0,500}>|\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)|[#@][\w-]+")
_SAID = {
    "Spelling": "word_misspelled",
    "Typo": "word_misspelled",
    "Repetition": "word_repeated",
    "Agreement": "words_do_not_agree",
}
_OTHERWISE = "wording_incorrect"


@dataclass(frozen=True)
class English:
    """The check that asks a grammar checker."""

    grammar: Grammar

    async def __call__(self, script: Manuscript, context: Context) -> Findings:
        """Its faults in English fields, without its opinions and without brands; other languages are not checked."""
        if not script.is_read:
            needs_person = NAME in context.needs_person
            missing = NotChecked.saying(NAME, say("grammar_not_in_language"), needs_person=needs_person)
            return Findings(not_checked=(missing,))
        found: list[Finding] = []
        for written in script:
            if written.language == "en":
                faults = await self.grammar.faults(written.text)
                found += list(_findings(written, faults, context))
        return Findings(found=tuple(found), checks=(NAME,))


def _findings(written: FieldText, faults: Iterable[GrammarFault], context: Context) -> Iterable[Finding]:
    taken = OccupiedPlaces(written.text)
    for start, end in _names(written.text, context):
        taken.take(start, end)
    for fault in faults:
        if (
            fault.kind not in _FAULTS
            or fault.rule in _WRONG
            or (fault.rule == "SpellCheck" and not _is_misspelled(written.text, fault))
        ):
            continue
        if fault.end > fault.start and taken.take(fault.start, fault.end):
            text = written.text[fault.start : fault.end]
            yield written.finding(
                f"grammar.{fault.kind.lower()}",
                "note",
                fault.start,
                fault.end,
                message=say(_SAID.get(fault.kind, _OTHERWISE), text=text),
                suggestion=fault.replacements[0] if fault.replacements else None,
                confidence=0.8 if len(fault.replacements) == 1 else 0.65,
            )


def _names(text: str, context: Context) -> Iterable[tuple[int, int]]:
    """Where brands, allowed words and markup stand."""
    yield from (one.span() for one in _MARKUP.finditer(text))
    words = {part.casefold() for name in (*context.brands, *context.allowed) for part in _WORD.findall(name)}
    for word in _WORD.finditer(text):
        plain = word[0].casefold()
        if plain in words or plain.removesuffix("’s").removesuffix("'s") in words:
            yield word.span()


def _is_misspelled(text: str, fault: GrammarFault) -> bool:
    """Whether an unknown word is a known one with a letter or two wrong, and no name."""
    word = text[fault.start : fault.end]
    best = fault.replacements[0] if fault.replacements else ""
    beside = text[max(0, fault.start - 1) : fault.start] + text[fault.end : fault.end + 1]
    if not best.islower() or not word.islower() or "-" in beside or any(one.isdigit() for one in word):
        return False
    if _plain(word) == _plain(best) or word in vocabulary() or word.removesuffix("s") in vocabulary():
        return False
    if best.replace("'", "") == word:
        return True
    most = 2 if len(word) >= _LONG else 1
    return len(word) >= _SHORTEST and word[0] == best[0] and " " not in best and _distance(word, best) <= most


def _plain(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))


@cache
def vocabulary() -> frozenset[str]:
    """Words of shops that dictionaries lack."""
    text = (resources.files("magicai.publishing.checks.grammar") / "vocabulary.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def _distance(one: str, other: str) -> int:
    """Letters to put in, leave out, change or swap with their neighbours."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
