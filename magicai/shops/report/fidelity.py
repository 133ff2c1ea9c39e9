"""Decide whether a sentence that a model wrote still says what its fact says: when in doubt, no.

Every measure has paraphrases, written by hand: forms of a sentence that say the same, whatever fills their slots; the
composer's own are among them. A model's sentence is accepted where it is one of these forms, with each slot in its
place. So the measure keeps its name, a value its role and its unit, and the direction its word; and what is not
foreseen is refused: a swapped pair, a negation, a hedge, a cause, a claim, another number or name, a link, an
instruction. The composer's sentence stands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, permutations, product

from magicai.shops.report import composer_en, composer_zh, paraphrases_en, paraphrases_zh
from magicai.shops.report.facts import Measure, Role
from magicai.shops.report.numerals import Language
from magicai.shops.report.paraphrase import Ways, compiled
from magicai.shops.report.sentence import Sentence, Slot, opened

_WAYS: Mapping[Language, Mapping[Measure, Ways]] = {
    "en": compiled(paraphrases_en.PARAPHRASES, composer_en.SENTENCES, paraphrases_en.NAMES),
    "zh": compiled(paraphrases_zh.PARAPHRASES, composer_zh.SENTENCES, paraphrases_zh.NAMES),
}
_FULL_STOP: Mapping[Language, str] = {"en": ".", "zh": "。"}
_SPACES: Mapping[Language, str] = {"en": " ", "zh": ""}  # what spaces between words become
_FIRST_MARK = 0xE000  # private-use characters stand for slots while a sentence is read
_MARK = re.compile("[\ue000-\uf8ff]")
_COUNTED = (Role.COUNT, Role.BRANDS)  # the first of these that a fact has is what its verb agrees with
_QUOTES = "“”\"'‘’「」『』"
_LONGEST = 2.5  # times as long as the composer's sentence
_MOST_READINGS = 24  # ways to tell apart values that look alike


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is accepted, why not, and what it consists of."""

    accepted: bool
    reason: str = ""
    pieces: tuple[str | Slot, ...] = ()


def may_be_phrased(sentence: Sentence) -> bool:
    """Whether there is a value to keep, and more than one way to say it."""
    return bool(sentence.slots) and sentence.fact.measure in _WAYS[sentence.language]


def accepts(composed: Sentence, candidate: str) -> Verdict:
    """Whether `candidate`, which holds the masks of `composed` for its slots, says the same as its fact."""
    ways = _ways(composed)
    text = candidate.strip()
    if wrong := _no_sentence(text, composed):
        return Verdict(accepted=False, reason=wrong)
    text, masks = _marked(text, composed.slots)
    text = re.sub("[ \u00a0\u3000]+", _SPACES[composed.language], text)
    if wrong := _missing(text, masks) or _shouts(text):
        return Verdict(accepted=False, reason=wrong)
    words = text.removesuffix(_FULL_STOP[composed.language]).lower()
    for reading in _readings(words, masks):
        named = _MARK.sub(lambda mark, reading=reading: f"<{reading[mark.start()].key}>", words)
        if any(way.fullmatch(named) for way in ways):
            return Verdict(accepted=True, pieces=opened(_pieces(text, reading), composed.language))
    return Verdict(accepted=False, reason="it is none of the ways to say this")


def _ways(composed: Sentence) -> tuple[re.Pattern[str], ...]:
    ways = _WAYS[composed.language].get(composed.fact.measure)
    if ways is None:
        return ()
    counts = (value.amount for value in composed.fact.values if value.role in _COUNTED)
    return ways.of_one if next(counts, None) == 1 else ways.of_several


def _no_sentence(text: str, composed: Sentence) -> str:
    if len(text) > _LONGEST * len(composed.masked) + 20:
        return "it is too long"
    if "<" in text or _MARK.search(text):
        return "it holds a sign that stands for a slot"
    if not text.endswith(_FULL_STOP[composed.language]):
        return "it does not end as a sentence"
    return "it does not begin as a sentence" if text[0].islower() else ""


def _shouts(text: str) -> str:
    return "it has capitals within" if any(char.isupper() for char in text[1:]) else ""


Masks = list[list[Slot]]
"""The slots behind each mark: more than one where their masks are the same."""


def _marked(text: str, slots: tuple[Slot, ...]) -> tuple[str, Masks]:
    """The text with a private character for each mask, and what each stands for."""
    masks: Masks = []
    numbers: dict[str, int] = {}
    for slot in slots:
        spellings = [spelling.strip(_QUOTES).lower() for spelling in (slot.mask, *slot.alike)]
        number = numbers.setdefault(spellings[0], len(masks))
        numbers |= dict.fromkeys(spellings, number)
        if number == len(masks):
            masks.append([])
        masks[number].append(slot)
    spelled = "|".join(re.escape(spelling) for spelling in sorted(numbers, key=lambda spelling: -len(spelling)))
    quoted = f"[{re.escape(_QUOTES)}]?"
    found = re.compile(f"(?<![A-Za-z0-9]){quoted}({spelled}){quoted}(?![A-Za-z0-9])", re.IGNORECASE)
    return found.sub(lambda match: chr(_FIRST_MARK + numbers[match[1].lower()]), text), masks


def _missing(text: str, masks: Masks) -> str:
    for place, slots in enumerate(masks):
        times = text.count(chr(_FIRST_MARK + place))
        if times != len(slots):
            return f"{slots[0].mask!r} is there {times} times instead of {len(slots)}"
    return ""


def _readings(words: str, masks: Masks) -> Iterator[dict[int, Slot]]:
    """Every way to tell which slot stands at which place; one, unless several look the same."""
    orders: list[list[dict[int, Slot]]] = []
    for number, slots in enumerate(masks):
        places = [place for place, char in enumerate(words) if char == chr(_FIRST_MARK + number)]
        orders.append([dict(zip(places, order, strict=True)) for order in permutations(slots)])
    for chosen in islice(product(*orders), _MOST_READINGS):
        yield {place: slot for order in chosen for place, slot in order.items()}


def _pieces(text: str, reading: dict[int, Slot]) -> tuple[str | Slot, ...]:
    pieces: list[str | Slot] = []
    end = 0
    for place, slot in sorted(reading.items()):
        # As it stands within a sentence: the composed one may have begun with it.
        pieces += [text[end:place], slot.within()]
        end = place + 1
    return tuple(piece for piece in (*pieces, text[end:]) if piece)
