"""Compose the report's sentences: each fact in one of the ways that its language has for it.

Which one follows from the facts alone: the same facts are always told in the same words, and no two sentences in a row
begin alike where there is another way.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from magicai.shops.report import composer_en, composer_zh
from magicai.shops.report.facts import Fact, Measure, Role, Subject, SubjectKind, Unit
from magicai.shops.report.links import link
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.plain import plain
from magicai.shops.report.sentence import Sentence, Slot, opened

SENTENCES = {"en": composer_en.SENTENCES, "zh": composer_zh.SENTENCES}
_GUARD = re.compile(r"\[(\w+)=(\d+)\] ?")
_FIELD = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}")
_HEARD = 3  # sentences back to which a beginning is not to be repeated
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
    told = tuple(facts)
    # Without names: what a shop calls its goods has no say in how it is told.
    numbers = repr([(fact.measure, fact.since, [str(value.amount) for value in fact.values]) for fact in told])
    sentences: list[Sentence] = []
    for place, fact in enumerate(told):
        before = [own for own in sentences[-_HEARD:] if own.fact.section is fact.section]
        sentences.append(_chosen(list(ways_to_say(fact, language)), before, f"{place} {numbers}"))
    return tuple(sentences)


def ways_to_say(fact: Fact, language: Language) -> Iterator[Sentence]:
    """Every sentence that the composer has for a fact; all say the same.

    Raises:
        LookupError: it has none.
    """
    slots = _slots(fact, language)
    amounts = {value.role.value: value.amount for value in fact.values} | {
        f"count{place}": value.amount for place, value in enumerate(fact.values)
    }
    for equals in SENTENCES[language][fact.measure]:
        holding = [words for words in equals if _holds(words, amounts)]
        most = max((_guards(words) for words in holding), default=0)
        found = [_GUARD.sub("", words) for words in holding if _guards(words) == most]
        fitting = [words for words in found if all(f[2] is not None or f[1] in slots for f in _FIELD.finditer(words))]
        if fitting:
            for words in fitting:
                yield Sentence(fact=fact, language=language, pieces=_filled(words, slots, amounts, language))
            return
    raise LookupError(f"no {language} sentence for {fact.fact_id}")


def _holds(words: str, amounts: dict[str, Decimal]) -> bool:
    return all(amounts.get(guard[1]) == int(guard[2]) for guard in _GUARD.finditer(words))


def _guards(words: str) -> int:
    return len(_GUARD.findall(words))


def _chosen(ways: Sequence[Sentence], before: Sequence[Sentence], seed: str) -> Sentence:
    ways = [way for way in ways if not _begins_with_a_figure(way)] or ways
    first = hashlib.sha256(seed.encode()).digest()[0] % len(ways)
    turned = (*ways[first:], *ways[:first])
    # Like none of those that are still in the reader's ear; else at least not like the last.
    for heard in (before, before[-1:]):
        begun = {_begin(own) for own in heard}
        if found := next((way for way in turned if _begin(way) not in begun), None):
            return found
    return turned[0]


def _begins_with_a_figure(sentence: Sentence) -> bool:
    return sentence.language == "en" and sentence.text[0].isdigit()


def _begin(sentence: Sentence) -> str:
    """What a reader hears as the same beginning: a number, a name, or the first word; in Chinese, two characters."""
    first = sentence.pieces[0]
    if isinstance(first, Slot):
        return "name" if first.is_name else "number"
    return " ".join(first.split(" ")[:2]) if sentence.language == "en" else first[:2]


def _filled(
    words: str, slots: dict[str, list[str | Slot]], amounts: dict[str, Decimal], language: Language
) -> tuple[str | Slot, ...]:
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
    return opened(_joined(pieces), language)


def _slots(fact: Fact, language: Language) -> dict[str, list[str | Slot]]:
    numerals = Numerals(language)
    slots: dict[str, list[str | Slot]] = {}
    for place, value in enumerate(fact.values):
        mask = numerals.value(value)
        alike = () if value.unit in (Unit.MONEY, Unit.PERCENT) else numerals.spelled(value.amount)
        # "1 product" reads like a form; larger numbers are compared, and so stay figures.
        text = alike[0] if alike and language == "en" and value.amount == 1 else mask
        for key in (value.role.value, f"count{place}"):
            slots[key] = [Slot(key=key, mask=mask, text=text, alike=alike, is_number=True)]
    if fact.subject.kind is not SubjectKind.SHOP:
        slots["subject"] = [_name("subject", fact.subject, language, 0)]
    after = int(fact.subject.kind in {name.kind for name in fact.names})
    names = [_name(f"name{place}", name, language, place + after) for place, name in enumerate(fact.names)]
    for name in names:
        slots[name.key] = [name]
    if names:
        whole = not fact.has(Role.COUNT) or len(names) == fact.value(Role.COUNT).amount
        slots["names" if whole or fact.measure is Measure.SHARED_BRAND else "some"] = _listed(names, language)
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
    text = f"“{plain(subject.name) or _NAMELESS[language]}”"
    return Slot(key=key, mask=mask, text=text, href=link(subject.url), is_name=True)


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
