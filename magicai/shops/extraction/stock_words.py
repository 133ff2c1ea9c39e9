"""Whether one can have it, from schema.org terms and from what shops write: `words/stock.toml`."""

import re
from functools import lru_cache

from magicai.shops.extraction.phrases import Line, PhraseMatch, Phrases, table
from magicai.shops.product import Availability

_LINE_LIMIT = 80
_SENTENCE = 55  # a phrase in a longer line counts only at its beginning
_NEAR_BEGINNING = 3  # behind an icon
_LONGEST_TERM = 60
_LONGEST_LABEL = 3  # words
_NAMESPACE = re.compile(r"^\S*[/#:]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W\d_]")

_TABLE = table("stock")
_TERMS = {term: Availability(meaning) for meaning, terms in _TABLE["terms"].items() for term in terms}
# Out of stock comes first: most of its phrases hold one that means the opposite.
_IN_LINES = tuple(
    (Phrases(_TABLE[meaning]["phrases"], _TABLE[meaning]["without_spaces"]), Availability(meaning))
    for meaning in ("out_of_stock", "preorder", "backorder", "in_stock")
)
_ALONE = tuple((Phrases(_TABLE[meaning]["alone"]), Availability(meaning)) for meaning in ("out_of_stock", "in_stock"))
_LAST = Phrases(_TABLE["out_of_stock"]["last"])
_LABELS = Phrases(_TABLE["labels"]["phrases"])
_ORDERED = Phrases(_TABLE["ordered_though_out"]["phrases"])
_ORDERED_UNBROKEN = Phrases((), _TABLE["ordered_though_out"]["without_spaces"])
_UNBROKEN_NOT = "不未"
_OF_SOMETHING_ELSE = Phrases(_TABLE["of_something_else"]["phrases"], _TABLE["of_something_else"]["without_spaces"])

_DENIALS: dict[str, list[str]] = _TABLE["denials"]
_NOT, _LATER, _AGAIN = (Phrases(_DENIALS[kind]) for kind in ("not", "later", "again"))
_BETWEEN = frozenset(_DENIALS["between"])
_MOST_BETWEEN = 2
_FOLLOWS = re.compile(r",? \(?")
_DATED = re.compile(
    rf":? \(?(?:(?:{'|'.join(_DENIALS['until'])})\W.{{0,12}}\d|in \d+\S{{0,3}} (?:{'|'.join(_DENIALS['periods'])}))"
)


def availability_term(text: str) -> Availability | None:
    """The availability that a schema.org address or term, or a feed's word, stands for; None for an unknown one."""
    return _availability_term(text.strip()[-_LONGEST_TERM:])


@lru_cache(maxsize=64)
def _availability_term(text: str) -> Availability | None:
    term = _NOT_LETTERS.sub("", _NAMESPACE.sub("", text)).lower()
    return _TERMS.get(term) or stock_word(text)


@lru_cache(maxsize=256)
def stock_word(line: str) -> Availability | None:
    """The availability that a short line of a page states, None where it is about something else."""
    if not 1 < len(line) <= _LINE_LIMIT:
        return None
    said = Line(line)
    if _OF_SOMETHING_ELSE.search(said) is not None:
        return None
    for phrases, availability in _IN_LINES:
        found = phrases.search(said)
        if found is not None and (len(line) <= _SENTENCE or found.start < _NEAR_BEGINNING):
            return _meant(availability, said, found)
    return _alone(said)


def _meant(availability: Availability, said: Line, found: PhraseMatch) -> Availability:
    """What a phrase means with what stands around it."""
    if availability is Availability.OUT_OF_STOCK and _may_be_ordered(said, found):
        return Availability.BACKORDER
    if availability is Availability.IN_STOCK and found.after and _is_denied(said, found):
        return Availability.OUT_OF_STOCK
    return availability


def _may_be_ordered(said: Line, found: PhraseMatch) -> bool:
    if not found.after:
        text = said.without_spaces()
        ordered = _ORDERED_UNBROKEN.search(said)
        return ordered is not None and ordered.start >= found.end and text[ordered.start - 1] not in _UNBROKEN_NOT
    after = found.after + (said.words[found.after : found.after + 1] == ["but"])
    return _ORDERED.at(said, after) is not None


def _is_denied(said: Line, found: PhraseMatch) -> bool:
    """Whether what stands around a phrase that means stock says that it is not so, or not yet."""
    first = found.first
    for _ in range(_MOST_BETWEEN + 1):
        if _NOT.before(said, first) is not None:
            return True
        if not first or said.words[first - 1] not in _BETWEEN or not said.joined[first]:
            break
        first -= 1
    again = _AGAIN.before(said, found.first)
    if _LATER.before(said, found.first if again is None else again) is not None:
        return True
    if again is not None and _DATED.match(said.text, found.end):
        return True
    if _FOLLOWS.fullmatch(said.text, found.end, said.spans[found.after][0] if found.after < len(said.spans) else -1):
        return _LATER.at(said, _AGAIN.at(said, found.after) or found.after) is not None
    return False


def _alone(said: Line) -> Availability | None:
    """What a line says that is nothing but a word of stock, perhaps behind a label."""
    for place in range(min(len(said.words), _LONGEST_LABEL + 1)):
        if place and not any(_LABELS.at(said, start) == place for start in range(place)):
            continue
        for phrases, availability in _ALONE:
            after = phrases.at(said, place)
            if after is not None and _ends(said.text[said.spans[after - 1][1] :]):
                return availability
        after = _LAST.at(said, place)
        if after is not None and not _LETTER.search(said.text[said.spans[after - 1][1] :]):
            return Availability.OUT_OF_STOCK
    return None


def _ends(rest: str) -> bool:
    """Whether what follows a statement is nothing, or behind a mark."""
    return not rest.strip() or rest.lstrip()[0] in ",;.!(–—:✓-"
