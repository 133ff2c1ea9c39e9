"""Characters that nobody sees, that turn the direction of a text, or look like others."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain

from magicai.messages import say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.folding import table
from magicai.publishing.checks.manuscript import FieldText, Manuscript, OccupiedPlaces
from magicai.publishing.findings import Finding

_DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]+")
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef\U0001d173-\U0001d17a]+"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb]+")
_STACKED = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{4,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Joiners are letters' own affair in these scripts, and join emoji.
_JOINED_SCRIPTS = ("ARABIC", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "GUJARATI",
                   "GURMUKHI", "ORIYA", "KHMER", "MYANMAR", "SYRIAC", "THAANA", "MONGOLIAN", "THAI", "LAO")  # fmt: skip
# Which form a symbol, a digit or an ideograph has; and that an emoji is made of it and the next one.
_FORM = re.compile(r"[\ufe00-\ufe0f]\u200d?")
_RIGHT_TO_LEFT = ("R", "AL")


def find(script: Manuscript, context: Context) -> Iterable[Finding]:  # noqa: ARG001 - the same of everybody
    """Every character that is not what it seems."""
    for written in script:
        taken = OccupiedPlaces(written.text)
        for one in chain(_unseen(written), _lookalikes(written)):
            if taken.take(one.place.start, one.place.end):
                yield one


def _unseen(written: FieldText) -> Iterator[Finding]:
    """Characters that nobody sees, or that change what is seen."""
    text = written.text
    if _CONTROL.search(text) is None and text.isascii():
        return
    for match in _DIRECTION.finditer(text):
        if _is_right_to_left(text) and set(match[0]) <= set("\u200e\u200f\u061c"):
            continue
        what = say("character_turns_direction", character=_named(match[0]))
        yield written.finding(
            "characters.direction", "note", *match.span(), message=what, suggestion="", confidence=0.95
        )
    for match in _UNSEEN.finditer(text):
        if _is_joiner(text, match) or (match[0] == "\u00ad" and written.language == "en"):
            continue
        what = say("character_invisible", character=_named(match[0]))
        yield written.finding(
            "characters.unseen",
            "note",
            *match.span(),
            message=what,
            suggestion="",
            confidence=0.9,
        )
    for match in _CONTROL.finditer(text):
        what = say("character_is_control", character=_named(match[0]))
        yield written.finding("characters.control", "note", *match.span(), message=what, suggestion="", confidence=0.95)
    for match in _STACKED.finditer(text):
        what = say("marks_stacked", count=len(match[0]))
        yield written.finding("characters.stacked", "note", *match.span(), message=what, suggestion="", confidence=0.8)


def _is_right_to_left(text: str) -> bool:
    # Letters: the marks have a direction too, and would excuse themselves.
    return any(one.isalpha() and unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text)


def _is_joiner(text: str, match: re.Match[str]) -> bool:
    """Whether unseen characters belong to the script or the emoji around them."""
    if not match.start():
        return match[0] == "\ufeff"
    before = text[match.start() - 1]
    if _FORM.fullmatch(match[0]):
        return unicodedata.category(before) in ("So", "Sk", "Sm", "Nd", "Lo") or before in "#*‼⁉〰〽ℹ"
    if match[0] == "\u200d" and unicodedata.category(before) in ("So", "Sk"):
        return True
    if not set(match[0]) <= set("\u200c\u200d\u180b\u180c\u180d"):
        return False
    return unicodedata.name(before, "").startswith(_JOINED_SCRIPTS)


def _lookalikes(written: FieldText) -> Iterator[Finding]:
    """Words of Latin letters among which others stand that look the same."""
    if written.text.isascii():
        return
    looks = table("lookalikes")
    for match in _WORD.finditer(written.text):
        word = match[0]
        others = [
            one
            for one in word
            if not one.isascii() and one in looks and _script(one) in ("CYRILLIC", "GREEK", "CHEROKEE", "ARMENIAN")
        ]
        if others and any(one.isascii() for one in word):
            plain = "".join(_cased(one, looks.get(one, one)) for one in word)
            named = ", ".join(map(_named, others[:3]))
            what = say("letters_look_alike", plain=plain, word=word, letters=named)
            yield written.finding(
                "characters.lookalike", "note", *match.span(), message=what, suggestion=plain, confidence=0.85
            )


def _cased(one: str, read: str) -> str:
    return read.upper() if one.isupper() else read


def _script(one: str) -> str:
    return unicodedata.name(one, "").partition(" ")[0]


def _named(text: str) -> str:
    first = f"U+{ord(text[0]):04X}"
    return first if len(text) == 1 else f"{first} … ({len(text)})"
