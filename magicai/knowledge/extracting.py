"""Sentences of a passage that answer a question, as they stand: what is answered without a model."""

import re
from collections.abc import Collection, Sequence

from magicai.claims.reading import HAN
from magicai.knowledge.addressing import asks_how_to
from magicai.knowledge.stated import Said, goes_on, is_negative, said_in
from magicai.knowledge.terms import Rarity, Wanted, rarity, terms_of
from magicai.values.languages import language_of

_MOST = 4
# Characters of an answer: as much as answers most questions, and is read at a glance.
_ENOUGH, _LONGEST = 320, 900
# A sentence that has so much of a question, with its title, needs no neighbor that only shares words with it. Of a
# Chinese question, its asking words are a larger part.
_WHOLE, _WHOLE_CHINESE = 0.7, 0.6
_HALF = 0.5

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
# An amount that is asked for by its name.
_AMOUNT = re.compile(
    r"\bwhat (?:do|does|did|will|would)\b.*\bcosts?\b"
    r"|\bwhat(?:['’]s| is| are| was| were) the (?:\w+ ){0,2}(?:price|cost|fee|charge|rate|amount|percentage|age|height"
    r"|length|width|weight|size|capacity|speed|temperature|population|distance|duration|deadline|limit|minimum"
    r"|maximum)s?\b",
    re.IGNORECASE,
)


class _Beside:
    """Sentences beside a question: which of them it needs."""

    def __init__(self, question: str, title: str, text: str, said: Sequence[Said]) -> None:
        self.question, self.said = question, said
        self.how_to, self.typed = asks_how_to(question), asks_amount(question)
        self.wanted = frozenset(terms_of(question))
        self.headings = self.wanted & frozenset(terms_of(title))
        self.whole, self.denies = _whole(question), is_negative(question)
        self.terms = [frozenset(terms_of(one.text)) for one in said]
        self.shared = [self.wanted & terms for terms in self.terms]
        self.follows = [goes_on(one.text) for one in said]
        self.about = _about(question, title, text, said)
        self.told = self._told()
        self.topical = (
            self.about if self.how_to else [not self.typed and bool(terms - self.headings) for terms in self.shared]
        )

    def is_needed(self, before: Sequence[int], at: int, rare: Rarity) -> bool:
        """Whether a sentence says what is asked for, and those that are quoted already do not."""
        if self.told[at] and not self.shared[at] <= self._union(before):
            return True
        if self.how_to:
            return self.follows[at] or (self.told[at] and self.topical[at])
        if self.typed:
            return self.follows[at] and self._is_typed([at]) and not self._is_typed(before)
        return not self.is_whole(before, rare) and (self.follows[at] or self.topical[at])

    def is_whole(self, its: Sequence[int], rare: Rarity) -> bool:
        """Whether sentences have most of the question, and deny something if it asks what is not."""
        if self.denies and not any(is_negative(self.said[at].text) for at in its):
            return False
        return Wanted.of(self.wanted, rare).share(self.headings | self._union(its)) >= self.whole

    def has_idle(self, its: Sequence[int], rare: Rarity) -> bool:
        """Whether all that the first of several says of the question is in the others, which do without it."""
        first, *others = its
        if self.how_to or not others or self.follows[others[0]] or not self.shared[first] <= self._union(others):
            return False
        return self.typed or self.is_whole(others, rare)

    def order(self, its: Sequence[int], rare: Rarity) -> tuple[float, bool, int, float, int]:
        """By which the best of several choices is found: what says most of the question, then the plainest."""
        alone = sum(not self.follows[at] and not self.topical[at] for at in its)
        if self.how_to:
            size = float(min(_ENOUGH, sum(len(self.said[at].text) for at in its)))
        else:
            size = len(its) + len(self._union(its)) / max(
                1, len(frozenset[str]().union(*(self.terms[at] for at in its)))
            )
        return _worth([self.shared[at] for at in its], rare), self._is_typed(its), -alone, size, -its[0]

    def _union(self, its: Sequence[int]) -> frozenset[str]:
        return frozenset[str]().union(*(self.shared[at] for at in its))

    def _is_typed(self, its: Sequence[int]) -> bool:
        return is_of_type(self.question, " ".join(self.said[at].text for at in its))

    def _told(self) -> list[bool]:
        """Of each, whether it may tell what is asked for: all of them, where no sentence has such a thing."""
        if not self.typed:
            return [True] * len(self.said)
        typed = [self._is_typed([at]) for at in range(len(self.said))]
        # "It has a warranty. It lasts 24 months.": the one before belongs to what goes on with it.
        told = [
            here or (at + 1 < len(typed) and typed[at + 1] and self.follows[at + 1] and not self.about[at + 1])
            for at, here in enumerate(typed)
        ]
        return told if any(here and its for here, its in zip(told, self.about, strict=True)) else [True] * len(typed)


def best_sentences(
    question: str, title: str, text: str, rare: Rarity, *, without: Collection[str] = ()
) -> tuple[Said, ...]:
    """One to four neighbouring sentences of a text that say most of what is asked, in order.

    A sentence that shares no term with the question or the title, and does not go on with the one before, is of
    something else: it is not quoted, whoever put it there. Where a fact is asked for, a neighbour is quoted only if it
    has what is asked for and the others have not: more of the question, or the number or time that it asks for. If they
    have little of the question, those that go on or share more with it than its title are quoted as well: the answer
    may be there.

    Args:
        title: of the passage.
        without: sentences that are not quoted.
    """
    said = [one for one in said_in(text) if one.text not in without]
    beside = _Beside(question, title, text, said)
    windows = [
        range(start, end)
        for start in range(len(said))
        for end in range(start + 1, min(len(said), start + _MOST) + 1)
        if beside.about[start]
        and beside.told[start]
        and _fit(said[start:end])
        and all(beside.is_needed(range(start, at), at, rare) for at in range(start + 1, end))
        and not beside.has_idle(range(start, end), rare)
    ]
    if not windows:
        return ()
    best = max(windows, key=lambda window: beside.order(window, rare))
    return tuple(said[at] for at in best)


def needed(question: str, title: str, texts: Sequence[str]) -> list[bool]:
    """Of sentences that a model wrote, those that the question needs: the best, and what that does not say.

    Args:
        title: of all the passages that they cite.
    """
    said, rare = [Said(one) for one in texts], rarity(texts)
    beside = _Beside(question, title, " ".join(texts), said)
    if not said or beside.how_to:
        return [True] * len(said)
    kept = [max(range(len(said)), key=lambda at: beside.order([at], rare))]
    for at in range(len(said)):
        if at not in kept and beside.is_needed(kept, at, rare):
            kept.append(at)
    return [at in kept for at in range(len(said))]


def asks_amount(question: str) -> bool:
    """Whether a number or a time is asked for. Who may be anybody, so that a name says less of a sentence."""
    last = [part for part in re.split("[?？]", question) if part.strip()][-1:]  # what it follows up on is said before
    by_name = any(_AMOUNT.search(part) for part in last)
    return by_name or any(asks.search(part) and has is _NUMBER for part in last for asks, has in _ASKS)


def is_of_type(question: str, text: str) -> bool:
    """Whether a text has what a question asks for, a number or a name, beyond what the question has."""
    for asks, has in _ASKS:
        if asks.search(question):
            return any(one not in question for one in has.findall(text))
    return True


def to_the_point(question: str, title: str, text: str, *, without: Collection[str] = ()) -> str:
    """What of a text is of the question or the title, sentence by sentence, and what goes on with it.

    Where a number or a time is asked for, it is what would be quoted. Where one sentence has most of the question, a
    sentence that has far less is not of it.

    Args:
        without: sentences that are left out.
    """
    rare = rarity([text])
    if asks_amount(question):
        return "\n".join(one.text for one in best_sentences(question, title, text, rare, without=without))
    said = [one for one in said_in(text) if one.text not in without]
    wanted, headings = Wanted.of(terms_of(question), rare), set(terms_of(title))
    covers = [wanted.share(headings | set(terms_of(one.text))) for one in said]
    most = max(covers, default=0.0)
    least = _HALF * most if most >= _whole(question) and not asks_how_to(question) else 0.0
    kept: list[str] = []
    before = False
    for one, about, cover in zip(said, _about(question, title, text, said), covers, strict=True):
        before = cover >= least and (about or (before and goes_on(one.text)))
        if before:
            kept.append(one.text)
    return "\n".join(kept)


def _about(question: str, title: str, text: str, said: Sequence[Said]) -> list[bool]:
    """Of each sentence, whether it shares a term with the question or the title."""
    if language_of(text) not in ("", language_of(question)):  # they can't share any
        return [True] * len(said)
    topic = set(terms_of(question)) | set(terms_of(title))
    return [bool(topic & set(terms_of(one.text))) for one in said]


def _whole(question: str) -> float:
    return _WHOLE_CHINESE if HAN.search(question) else _WHOLE


def _fit(said: Sequence[Said]) -> bool:
    return len(said) == 1 or sum(len(one.text) for one in said) <= _LONGEST


def _worth(shared: Sequence[Collection[str]], rare: Rarity) -> float:
    """What sentences say of a question: each of its terms once, and a little for saying it in one sentence."""
    together = {term for terms in shared for term in terms}
    most = max((sum(rare.get(term, 0.0) for term in terms) for terms in shared), default=0.0)
    return sum(rare.get(term, 0.0) for term in together) + 0.5 * most
