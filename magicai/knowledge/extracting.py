"""Sentences of a passage that answer a question, as they stand: what is answered without a model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from magicai.claims.reading import sentences
from magicai.knowledge.addressing import asks_how_to
from magicai.knowledge.terms import rarity, terms_of
from magicai.values.languages import language_of

_MOST = 4
# Characters of an answer: as much as answers most questions, and is read at a glance.
_ENOUGH, _LONGEST = 320, 900
# Lines that follow a colon, such as commands or the items of a list.
_MOST_LINES = 8
_LEADS_IN = (":", "：")
_ENDS = re.compile(r"[.!?。！？…][\"'”’」』)\]]*$")
# What goes on with what was said before.
_GOES_ON = re.compile(
    r"^\W*(?:it|its|they|their|them|this|that|these|those|he|she|his|her|then|also|both|each|there|such|otherwise|after)\b"
    r"|^(?:它|其|该|此|这|那|他|她|并|也|还|但|因此|所以|同时|另外)",
    re.IGNORECASE,
)

_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万两半]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half"
    r"|once|twice|daily|weekly|monthly|yearly|annually|hourly|free|unlimited|no limit|none|nothing|life-?time|forever"
    r"|always|never|immediately|instantly|(?:a|an|every|each|per) (?:second|minute|hour|day|week|month|year|night)"
    r"|(?:second|minute|hour|day|week|month|year|decade)s|centur(?:y|ies)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter|midnight|noon|morning|evening|today|tomorrow|yesterday)\b"
    "|每[天周月年日]|免费|无限|不限|终身|永久|[春夏秋冬]季|小时|随时|立即",
    re.IGNORECASE,
)

_NAME = re.compile(r"(?<![.!?。]\s)(?<!^)\b[A-Z][a-z]+|[\u4e00-\u9fff]{2}")
_ASKS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\bhow (?:many|much|long|old|far|often)\b|\bwhen\b|\bwhat (?:year|date|time)\b", re.IGNORECASE),
        _NUMBER,
    ),
    (re.compile("多少|几[个年月日号时名位次天人]|何时|什么时候|哪[一]?年|多[久长大高远]"), _NUMBER),
    (re.compile(r"^who(?:se|m)?\b", re.IGNORECASE), _NAME),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a passage; with the lines that its colon leads to, where there are some."""

    text: str


def best_sentences(question: str, title: str, text: str, rare: Mapping[str, float]) -> tuple[Said, ...]:
    """One to four neighbouring sentences of a text that say most of what is asked, in order.

    A sentence that shares no term with the question or the title, and does not go on with the one before, is of
    something else: it is not quoted, whoever put it there. Of neighbours, where a fact is asked for, only those are
    quoted that go on, or say more of the question than its title. Where a number or a time is asked for and some
    sentence has one, only such are quoted, and what goes on with them or says more of the question.

    Args:
        title: of the passage.
    """
    said = _said(text)
    wanted = set(terms_of(question))
    about = _about(question, title, text, said)
    shared = [wanted & set(terms_of(one.text)) for one in said]
    goes_on = [bool(_GOES_ON.search(one.text)) for one in said]
    told = _told(question, said, about, goes_on)
    if asks_how_to(question):
        topical = about
    else:
        topical = [not _is_typed(question) and bool(terms - set(terms_of(title))) for terms in shared]
    windows = [
        (start, end)
        for start in range(len(said))
        for end in range(start + 1, min(len(said), start + _MOST) + 1)
        if about[start]
        and told[start]
        and _fit(said[start:end])
        and all(goes_on[at] or (told[at] and (topical[at] or _adds(shared, start, at))) for at in range(start + 1, end))
    ]
    if not windows:
        return ()

    def order(window: tuple[int, int]) -> tuple[float, bool, int, int, int]:
        its = said[window[0] : window[1]]
        typed = is_of_type(question, " ".join(one.text for one in its))
        alone = sum(not goes_on[at] and not topical[at] for at in range(*window))
        return _worth(shared[window[0] : window[1]], rare), typed, -alone, min(_ENOUGH, _length(its)), -window[0]

    start, end = max(windows, key=order)
    return said[start:end]


def _told(question: str, said: Sequence[Said], about: Sequence[bool], goes_on: Sequence[bool]) -> list[bool]:
    """Of each sentence, whether it may tell what is asked for: all of them, where no sentence has such a thing."""
    if not _is_typed(question):
        return [True] * len(said)
    typed = [is_of_type(question, one.text) for one in said]
    # "It has a warranty. It lasts 24 months.": the one before belongs to what goes on with it.
    told = [
        here or (at + 1 < len(said) and typed[at + 1] and goes_on[at + 1] and not about[at + 1])
        for at, here in enumerate(typed)
    ]
    return told if any(here and its for here, its in zip(told, about, strict=True)) else [True] * len(said)


def _is_typed(question: str) -> bool:
    """Whether a number or a time is asked for. Who may be anybody, so that a name says less of a sentence."""
    last = [part for part in re.split("[?？]", question) if part.strip()][-1:]  # what it follows up on is said before
    return any(asks.search(part) and has is _NUMBER for part in last for asks, has in _ASKS)


def is_of_type(question: str, text: str) -> bool:
    """Whether a text has what a question asks for, a number or a name, beyond what the question has."""
    for asks, has in _ASKS:
        if asks.search(question):
            return any(one not in question for one in has.findall(text))
    return True


def to_the_point(question: str, title: str, text: str) -> str:
    """What of a text is of the question or the title, sentence by sentence, and what goes on with it.

    Where a number or a time is asked for, it is what would be quoted.
    """
    if _is_typed(question):
        return "\n".join(one.text for one in best_sentences(question, title, text, rarity([text])))
    said = _said(text)
    kept: list[str] = []
    before = False
    for one, about in zip(said, _about(question, title, text, said), strict=True):
        before = about or (before and bool(_GOES_ON.search(one.text)))
        if before:
            kept.append(one.text)
    return "\n".join(kept)


def _about(question: str, title: str, text: str, said: Sequence[Said]) -> list[bool]:
    """Of each sentence, whether it shares a term with the question or the title."""
    if language_of(text) not in ("", language_of(question)):  # they can't share any
        return [True] * len(said)
    topic = set(terms_of(question)) | set(terms_of(title))
    return [bool(topic & set(terms_of(one.text))) for one in said]


def _said(text: str) -> tuple[Said, ...]:
    """The sentences of a text."""
    found: list[list[str]] = []
    for one in sentences(text):
        before = found[-1] if found else []
        if before and before[0].endswith(_LEADS_IN) and not _ENDS.search(one.text) and len(before) <= _MOST_LINES:
            before.append(one.text)
        else:
            found.append([one.text])
    return tuple(Said("\n".join(" ".join(line.split()) for line in lines)) for lines in found)


def _fit(said: Sequence[Said]) -> bool:
    return len(said) == 1 or _length(said) <= _LONGEST


def _length(said: Sequence[Said]) -> int:
    return sum(len(one.text) for one in said)


def _adds(shared: Sequence[set[str]], start: int, at: int) -> bool:
    """Whether a sentence says something of the question that those before it do not."""
    return not shared[at] <= set[str]().union(*shared[start:at])


def _worth(shared: Sequence[set[str]], rare: Mapping[str, float]) -> float:
    """What sentences say of a question: each of its terms once, and a little for saying it in one sentence."""
    together: set[str] = set[str]().union(*shared)
    most = max((sum(rare.get(term, 0.0) for term in terms) for terms in shared), default=0.0)
    return sum(rare.get(term, 0.0) for term in together) + 0.5 * most
