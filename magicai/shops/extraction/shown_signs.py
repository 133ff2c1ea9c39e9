"""Currency signs as they stand in text: right before or behind an amount."""

import re

from magicai.shops.extraction.currencies import SIGNS, code_of

_FARTHEST = 3  # spaces between a sign and its amount
_SPACES = " \u00a0\u202f\t"
_KRONOR = ":-"
_CODE_LENGTH = 3
_OPEN_END = re.compile(r"[.,]?\s?(?:-|–|—|--)(?![\d\w])")  # 12,- €
_ONLY_BEFORE = frozenset(("R", "RM", "Rp", "S/", "K", "Q", "L"))


def _by_character(place: int) -> dict[str, list[str]]:
    """Signs by their first or last character, the longest first: most numbers have none of these beside them."""
    found: dict[str, list[str]] = {}
    for sign in sorted(SIGNS, key=len, reverse=True):
        found.setdefault(sign[place], []).append(sign)
    return found


_BY_FIRST, _BY_LAST = _by_character(0), _by_character(-1)


def sign_before(text: str, start: int, floor: int) -> str:
    """The currency sign that ends right before a position and begins behind a floor, the longest that there is."""
    end = start
    while end > floor and text[end - 1] in _SPACES and start - end < _FARTHEST:
        end -= 1
    if end <= floor:
        return ""
    last = text[end - 1]
    for sign in _BY_LAST.get(last, ()):
        begin = end - len(sign)
        if begin >= floor and text.startswith(sign, begin) and _is_apart(sign[0], text[begin - 1 : begin]):
            return sign
    code = text[max(floor, end - _CODE_LENGTH) : end]
    return (
        code
        if last.isupper() and _is_code(code) and _is_apart("x", text[end - _CODE_LENGTH - 1 : end - _CODE_LENGTH])
        else ""
    )


def sign_after(text: str, end: int) -> str:
    """The currency sign that begins right after a position, the longest that there is."""
    start = end
    if text.startswith(_KRONOR, start):
        return _KRONOR
    open_end = _OPEN_END.match(text, start)
    if open_end is not None:
        start = open_end.end()
    while start < len(text) and text[start] in _SPACES and start - end < _FARTHEST:
        start += 1
    first = text[start : start + 1]
    for sign in _BY_FIRST.get(first, ()):
        if text.startswith(sign, start) and not _is_of_next(sign, text, start, spaced=start > end):
            return sign
    code = text[start : start + _CODE_LENGTH]
    is_word = text[start + _CODE_LENGTH : start + _CODE_LENGTH + 1].isalpha()
    return code if first.isupper() and _is_code(code) and not is_word else ""


def _is_of_next(sign: str, text: str, start: int, *, spaced: bool) -> bool:
    """Whether what looks like a sign behind an amount begins a word, or stands before the next amount."""
    behind = text[start + len(sign) : start + len(sign) + 1]
    if sign[-1].isalpha() and sign.isascii() and behind.isalpha():
        return True
    return sign in _ONLY_BEFORE or (behind.isdigit() and (spaced or "$" in sign))


def _is_apart(first: str, outside: str) -> bool:
    """Whether a sign of letters is no end of a word."""
    return not (first.isalpha() and outside.isalnum())


def _is_code(text: str) -> bool:
    return len(text) == _CODE_LENGTH and text.isupper() and code_of(text) is not None
