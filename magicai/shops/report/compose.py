"""Compose the report's sentences: one for each fact, in the words that its language has for its measure."""

import re
from collections.abc import Iterable
from decimal import Decimal

from magicai.shops.report import composer_en, composer_zh
from magicai.shops.report.facts import Fact, Measure, Role, Subject, SubjectKind, Unit
from magicai.shops.report.links import link
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.sentence import Sentence, Slot

SENTENCES = {"en": composer_en.SENTENCES, "zh": composer_zh.SENTENCES}
_GUARD = re.compile(r"\[(\w+)=(\d+)\] ?")
_FIELD = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}")
_NAMELESS: dict[Language, str] = {"en": "(no name)", "zh": "（无名）"}
_LIST: dict[Language, tuple[str, str]] = {"en": (", ", " and "), "zh": ("、", "和")}


def compose(facts: Iterable[Fact], language: Language) -> tuple[Sentence, ...]:
    """One sentence for each fact, in the same order."""
    return tuple(sentence_of(fact, language) for fact in facts)


def sentence_of(fact: Fact, language: Language) -> Sentence:
    """A fact's sentence.

    Raises:
        LookupError: the language has none that the fact can fill.
    """
    slots = _slots(fact, language)
    amounts = {value.role.value: value.amount for value in fact.values} | {
        f"count{place}": value.amount for place, value in enumerate(fact.values)
    }
    for words in SENTENCES[language][fact.measure]:
        holds = all(amounts.get(guard[1]) == int(guard[2]) for guard in _GUARD.finditer(words))
        if holds and all(f[2] is not None or f[1] in slots for f in _FIELD.finditer(words)):
            pieces = _filled(_GUARD.sub("", words), slots, amounts)
            return Sentence(fact=fact, language=language, pieces=pieces)
    raise LookupError(f"no {language} sentence for {fact.fact_id}")


def _filled(words: str, slots: dict[str, list[str | Slot]], amounts: dict[str, Decimal]) -> tuple[str | Slot, ...]:
    pieces: list[str | Slot] = []
    end = 0
    for field in _FIELD.finditer(words):
        pieces.append(words[end : field.start()])
        end = field.end()
        if field[2] is not None:
            pieces.append(field[2] if amounts[field[1]] == 1 else field[3])
        else:
            pieces += slots[field[1]]
    pieces.append(words[end:])
    return _joined(pieces)


def _slots(fact: Fact, language: Language) -> dict[str, list[str | Slot]]:
    numerals = Numerals(language)
    slots: dict[str, list[str | Slot]] = {}
    for place, value in enumerate(fact.values):
        # "1 product" reads like a form.
        one = language == "en" and value.amount == 1 and value.unit not in (Unit.MONEY, Unit.PERCENT)
        slot = Slot(text="one" if one else numerals.value(value), is_number=True)
        slots[value.role.value] = slots[f"count{place}"] = [slot]
    if fact.subject.kind is not SubjectKind.SHOP:
        slots["subject"] = [_name(fact.subject, language)]
    names = [_name(name, language) for name in fact.names]
    slots |= {f"name{place}": [name] for place, name in enumerate(names)}
    if names:
        whole = not fact.has(Role.COUNT) or len(names) == fact.value(Role.COUNT).amount
        slots["names" if whole or fact.measure is Measure.SHARED_BRAND else "some"] = _listed(names, language)
    if fact.since:
        slots["since"] = [Slot(text=numerals.minute(fact.since))]
    if fact.currency:
        slots["currency"] = [Slot(text=numerals.currency(fact.currency))]
    return slots


def _name(subject: Subject, language: Language) -> Slot:
    if subject.kind is SubjectKind.CURRENCY:
        return Slot(text=Numerals(language).currency(subject.name))
    text = f"“{plain(subject.name) or _NAMELESS[language]}”"
    return Slot(text=text, href=link(subject.url), is_name=True)


def _listed(names: list[Slot], language: Language) -> list[str | Slot]:
    between, last = _LIST[language]
    listed: list[str | Slot] = []
    for place, name in enumerate(names):
        listed += [last if place == len(names) - 1 else between] if place else []
        listed.append(name)
    return listed


def _joined(pieces: Iterable[str | Slot]) -> tuple[str | Slot, ...]:
    """The same, with neighbouring words in one piece and none empty."""
    joined: list[str | Slot] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece:
            joined.append(piece)
    return tuple(joined)
