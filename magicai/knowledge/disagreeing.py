"""Sentences that answer the same question and differ: in a number, a time or a date, in who it is, or in yes and no."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from magicai.knowledge.addressing import asks_how_to
from magicai.knowledge.comparing import values_differ, values_of
from magicai.knowledge.extracting import asks_amount
from magicai.knowledge.stated import is_negative, said_in
from magicai.knowledge.terms import Wanted, rarity, terms_of

# A sentence answers the same where it has so much of what the answering one has of the question.
_AS_MUCH = 0.85
# Below this share of the question, neither is known to be what was asked for; nor is it where a single term is shared.
_LEAST, _FEWEST = 0.7, 2
# Yes and no, or who it is, are compared where sentences have nearly all of the question, and little besides.
_ALL, _PLAIN = 0.9, 0.25
# Terms of a sentence that says that what was said is no longer so.
_SHORT = 12
_WHO = re.compile(
    r"\b(?:who|whom|whose|by (?:what|which))\b|谁|哪(?:个|些|一)?(?:部门|人|公司|单位|机构)", re.IGNORECASE
)
_REFERS = re.compile(r"^\W*(?:it|this|that|these|those|they)\b|^(?:它|该|此|这|其)", re.IGNORECASE)
# What is asked for by name: the port of "which port", 端口 of 哪个端口.
_NAMED = re.compile(r"\b(?:which|what)\s+([^\W\d_]+)|(?:哪[个一条项款号]?|什么)([\u4e00-\u9fff]{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a passage that may answer a question.

    Attributes:
        passage: its number among the passages, from 0.
        cover: the share of the question that it has, with its headings.
        own: the share that it has without them.
        shared: how many of its terms it has.
        plain: the share of its own terms that the question has.
        follows: whether it says more of the sentence before it, and has its share of the question.
    """

    passage: int
    place: int
    text: str
    cover: float
    own: float
    shared: int
    plain: float
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What passages say differently of the same question.

    Attributes:
        lead: what most documents say; of as many each, what was ranked first.
        rivals: sentences that differ from it.
        agreeing: the share of the documents that say anything of it that say what `lead` does; 1 without rivals.
    """

    lead: Statement
    rivals: tuple[Statement, ...] = ()
    agreeing: float = 1.0

    @property
    def texts(self) -> frozenset[str]:
        """The sentences that differ."""
        return frozenset(one.text for one in self.rivals)

    def differing(self, question: str, texts: Sequence[str]) -> list[bool]:
        """Of other sentences, whether they are as a rival says it, and not as `lead` does."""
        if not self.rivals:
            return [False] * len(texts)
        made = [replace(self.lead, place=-1, text=text, follows=False) for text in texts]
        return [
            one.text != self.lead.text
            and differ(question, self.lead, one)
            and any(not differ(question, rival, one) for rival in self.rivals)
            for one in made
        ]


def disagreement(question: str, lead: Statement, stated: Sequence[Statement], documents: Sequence[str]) -> Disagreement:
    """Whether statements differ from the one that answers.

    Args:
        documents: of each passage, its document.
    """
    rivals = rivals_of(question, lead, stated)
    if not rivals:
        return Disagreement(lead)
    saying = _saying(question, lead, stated)
    others = {one: _saying(question, one, stated) for one in rivals}

    def count(its: Iterable[Statement]) -> int:
        return len({documents[one.passage] for one in its})

    most = max(rivals, key=lambda one: count(others[one]))
    if count(others[most]) > count(saying):
        lead, saying, rivals = most, others[most], rivals_of(question, most, stated)
    return Disagreement(lead, tuple(rivals), count(saying) / (count(saying) + count(rivals)))


def _saying(question: str, one: Statement, stated: Iterable[Statement]) -> list[Statement]:
    """The statements that say the same."""
    alike = [other for other in stated if other.cover >= _AS_MUCH * one.cover]
    return [other for other in alike if other == one or _says_same(question, one, other)]


def _says_same(question: str, one: Statement, other: Statement) -> bool:
    if differ(question, one, other) or differ(question, other, one):
        return False
    mine, its = values_of(one.text), values_of(other.text)
    return not mine.sizes or bool(mine.sizes.keys() & its.sizes.keys())


def statements(question: str, passages: Sequence[tuple[str, str]]) -> list[Statement]:
    """The sentences of passages, with how much of the question they have.

    Args:
        passages: title and text of each.
    """
    rare = rarity([f"{title}\n{text}" for title, text in passages])
    # Words that only ask are in no passage: of them, no sentence can have more than another.
    wanted = {term for term in terms_of(question) if term in rare}
    weighed = Wanted.of(wanted, rare)
    found: list[Statement] = []
    for number, (title, text) in enumerate(passages):
        headings = set(terms_of(title))
        before: Statement | None = None
        for place, one in enumerate(said_in(text)):
            terms = set(terms_of(one.text))
            own, shared = weighed.share(terms), len(wanted & terms)
            plain = shared / max(1, len(terms))
            cover = weighed.share(headings | terms)
            follows = before is not None and bool(_REFERS.search(one.text)) and len(terms) <= _SHORT
            if before is not None and follows and before.own > own:
                own, cover, shared, plain = before.own, before.cover, before.shared, before.plain
            before = Statement(number, place, one.text, cover, own, shared, plain, follows)
            found.append(before)
    return found


def rivals_of(question: str, lead: Statement, stated: Iterable[Statement]) -> list[Statement]:
    """Of statements, those that answer the question as much as this one, and differ from it."""
    if asks_how_to(question) or lead.own < _LEAST or lead.shared < _FEWEST:
        return []
    return [
        one
        for one in stated
        if one.text != lead.text
        and one.own >= _AS_MUCH * lead.own
        and one.cover >= _AS_MUCH * lead.cover
        and differ(question, lead, one)
    ]


def differ(question: str, one: Statement, other: Statement) -> bool:
    """Whether two sentences that answer the same question cannot both be true as they stand."""
    if one.follows or other.follows:
        return asks_amount(question) and values_differ(one.text, other.text)
    if asks_amount(question) and values_differ(one.text, other.text):
        return True
    if _named_values_differ(question, one.text, other.text):
        return True
    if min(one.own, other.own) < _ALL or min(one.plain, other.plain) < _PLAIN:
        return False
    if is_negative(one.text) != is_negative(other.text):
        return True
    return bool(_WHO.search(question)) and _others_named(question, one.text, other.text)


def _named_values_differ(question: str, one: str, other: str) -> bool:
    """Whether the numbers behind what is asked for by name are others."""
    named = _NAMED.search(question)
    if named is None:
        return False
    name = re.escape(named[1] or named[2])
    behind = re.compile(rf"{name}\w{{0,2}}\W{{1,3}}(\d[\w.]*)|{name}(\d+)", re.IGNORECASE)
    mine, its = ({found[1] or found[2] for found in behind.finditer(text)} for text in (one, other))
    return bool(mine and its) and not mine & its


def _others_named(question: str, one: str, other: str) -> bool:
    """Whether what two sentences say beyond the question has nothing in common."""
    asked = set(terms_of(question))
    mine, its = set(terms_of(one)) - asked, set(terms_of(other)) - asked
    return bool(mine and its) and not mine & its
