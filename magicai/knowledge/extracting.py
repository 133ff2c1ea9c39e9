"""Sentences of a passage that answer a question, as they stand: what is answered without a model."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from magicai.claims.reading import sentences
from magicai.knowledge.terms import terms_of
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
    r"|\b(?:it|its|them|they|their)\b|^(?:它|其|该|此|这|那|他|她|并|也|还|但|因此|所以|同时|另外)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a passage; with the lines that its colon leads to, where there are some."""

    text: str


def best_sentences(question: str, title: str, text: str, rare: Mapping[str, float]) -> tuple[Said, ...]:
    """One to four neighbouring sentences of a text that say most of what is asked, in order.

    A sentence that shares no term with the question or the title, and does not go on with the one before, is of
    something else: it is not quoted, whoever put it there.

    Args:
        title: of the passage.
    """
    said = _said(text)
    wanted = set(terms_of(question))
    about = _about(question, title, text, said)
    windows = [
        (start, end)
        for start in range(len(said))
        for end in range(start + 1, min(len(said), start + _MOST) + 1)
        if _hang_together(said[start:end], about[start:end])
    ]
    if not windows:
        return ()
    shared = [wanted & set(terms_of(one.text)) for one in said]
    start, end = max(windows, key=lambda one: _order(said[one[0] : one[1]], shared[one[0] : one[1]], rare, one[0]))
    return said[start:end]


def to_the_point(question: str, title: str, text: str) -> str:
    """What of a text is of the question or the title, sentence by sentence, and what goes on with it."""
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


def _hang_together(said: Sequence[Said], about: Sequence[bool]) -> bool:
    if sum(len(one.text) for one in said) > _LONGEST and len(said) > 1:
        return False
    return about[0] and all(its or _GOES_ON.search(one.text) for one, its in zip(said[1:], about[1:], strict=True))


def _order(
    said: Sequence[Said], shared: Sequence[set[str]], rare: Mapping[str, float], start: int
) -> tuple[float, int, int]:
    """What says most of the question comes first; then what says enough around it."""
    together: set[str] = set[str]().union(*shared)
    most = max((sum(rare.get(term, 0.0) for term in terms) for terms in shared), default=0.0)
    worth = sum(rare.get(term, 0.0) for term in together) + 0.5 * most
    return worth, min(_ENOUGH, sum(len(one.text) for one in said)), -start
