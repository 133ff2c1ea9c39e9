"""Currency signs as they stand in text: right before or behind an amount."""

import re

from magicai.extraction.currencies import LONGEST_SIGN, SIGNS, code_of

_FARTHEST = 3  # spaces between a sign and its amount
_SPACES = " \u00a0\u202f\t"
_KRONOR = ":-"
_CODE_LENGTH = 3
_OPEN_END = re.compile(r"[.,]?\s?(?:-|–|—|--)(?![\d\w])")  # 12,- €
_ONLY_BEFORE = frozenset(("R", "RM", "Rp", "S/", "K", "Q", "L"))


def sign_before(text: str, start: int, floor: int) -> str:
    """The currency sign that ends right before a position and begins behind a floor, the longest that there is."""
    end = start
    while end and text[end - 1] in _SPACES and start - end < _FARTHEST:
        end -= 1
    window = text[max(floor, end - LONGEST_SIGN) : end]
    for length in range(len(window), 0, -1):
        sign = window[-length:]
        if not _is_sign(sign):
            continue
        outside = text[end - length - 1 : end - length]
        if sign[0].isalpha() and outside.isalnum():
            continue  # the end of a word
        return sign
    return ""


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
    window = text[start : start + LONGEST_SIGN]
    for length in range(len(window), 0, -1):
        sign = window[:length]
        if not _is_sign(sign):
            continue
        if sign[-1].isalpha() and text[start + length : start + length + 1].isalpha() and sign.isascii():
            continue  # the beginning of a word
        followed = text[start + length : start + length + 1].isdigit()
        if sign in _ONLY_BEFORE or (followed and (start > end or "$" in sign)):
            continue  # stands before amounts: it is the next one's
        return sign
    return ""


def _is_sign(text: str) -> bool:
    return text in SIGNS or (len(text) == _CODE_LENGTH and text.isupper() and code_of(text) is not None)
