"""Compose the report's sentences: each fact in the words that its language has for it."""

import re
from collections.abc import Iterable

from magicai.shops.report import composer_en, composer_zh
from magicai.shops.report.facts import Fact, Subject, SubjectKind, Unit
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.sentence import Sentence, Slot

_SENTENCES = {"en": composer_en.SENTENCES, "zh": composer_zh.SENTENCES}
_GUARD = re.compile(r"\[(\w+)=(\d+)\] ")
_FIELD = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}")
_LETTERS = "ABCDEFGHIJ"
_MASKS: dict[Language, dict[SubjectKind, str]] = {
    "en": {
        SubjectKind.SHOP: "SHOP-{}",
        SubjectKind.CATEGORY: "CATEGORY-{}",
        SubjectKind.BRAND: "BRAND-{}",
        SubjectKind.PRODUCT: "PRODUCT-{}",
    },
    "zh": {
        SubjectKind.SHOP: "“店铺{}”",
        SubjectKind.CATEGORY: "“类目{}”",
        SubjectKind.BRAND: "“品牌{}”",
        SubjectKind.PRODUCT: "“商品{}”",
    },
}
_NAMELESS: dict[Language, str] = {"en": "(no name)", "zh": "（无名）"}
_LIST: dict[Language, tuple[str, str]] = {"en": (", ", " and "), "zh": ("、", "和")}


def compose(facts: Iterable[Fact], language: Language) -> tuple[Sentence, ...]:
    """One sentence for each fact, in the same order."""
    return tuple(_sentence(fact, language) for fact in facts)


def _sentence(fact: Fact, language: Language) -> Sentence:
    slots = _slots(fact, language)
    amounts = {value.role.value: value.amount for value in fact.values} | {
        f"count{place}": value.amount for place, value in enumerate(fact.values)
    }
    for template in _SENTENCES[language][fact.measure]:
        guard = _GUARD.match(template)
        if guard and amounts.get(guard[1]) != int(guard[2]):
            continue
        words = template[guard.end() :] if guard else template
        fields = list(_FIELD.finditer(words))
        if all(field[2] is not None or field[1] in slots for field in fields):
            break
    else:
        raise LookupError(f"no {language} sentence for {fact.fact_id}")
    pieces: list[str | Slot] = []
    end = 0
    for field in fields:
        pieces.append(words[end : field.start()])
        end = field.end()
        if field[2] is not None:
            pieces.append(field[2] if amounts[field[1]] == 1 else field[3])
        else:
            pieces += slots[field[1]]
    pieces.append(words[end:])
    return Sentence(fact=fact, language=language, pieces=_joined(pieces))


def _slots(fact: Fact, language: Language) -> dict[str, list[str | Slot]]:
    numerals = Numerals(language)
    slots: dict[str, list[str | Slot]] = {}
    for place, value in enumerate(fact.values):
        text = numerals.value(value)
        alike = () if value.unit in (Unit.MONEY, Unit.PERCENT) else numerals.spelled(value.amount)
        for key in (value.role.value, f"count{place}"):
            slots[key] = [Slot(key=key, mask=text, text=text, alike=alike, is_number=True)]
    if fact.subject.kind is not SubjectKind.SHOP:
        slots["subject"] = [_name("subject", fact.subject, language, 0)]
    after = int(fact.subject.kind in {name.kind for name in fact.names})
    names = [_name(f"name{place}", name, language, place + after) for place, name in enumerate(fact.names)]
    for name in names:
        slots[name.key] = [name]
    if names:
        slots["names"] = _listed(names, language)
    if fact.since:
        day = numerals.day(fact.since)
        slots["since"] = [Slot(key="since", mask=day, text=day, alike=numerals.days_alike(fact.since))]
    if fact.currency:
        name = numerals.currency(fact.currency)
        slots["currency"] = [Slot(key="currency", mask=name, text=name)]
    return slots


def _name(key: str, subject: Subject, language: Language, place: int) -> Slot:
    if subject.kind is SubjectKind.CURRENCY:
        name = Numerals(language).currency(subject.name)
        return Slot(key=key, mask=name, text=name)
    mask = _MASKS[language][subject.kind].format(_LETTERS[place])
    return Slot(key=key, mask=mask, text=f"“{plain(subject.name) or _NAMELESS[language]}”", is_name=True)


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
