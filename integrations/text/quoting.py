"""What others said, fit for errors and logs: short, and without what was asked of them."""

from collections.abc import Iterable

_LONGEST = 200
# So many bytes that stand in what is private as well are taken from there: three English words, six Chinese characters.
_ALIKE = 16
_OF_A_KEY = 8
_SHORTEST = 4
_LEFT_OUT = "[...]"


def quoted(words: str, *, asked: Iterable[str] = (), key: str = "") -> str:
    """Foreign words without any piece of what was asked, or of a key, which servers like to repeat in what they say."""
    raw = " ".join(words.split()).encode()[: 4 * _LONGEST]
    private = [(" ".join(one.split()).encode(), _ALIKE) for one in asked]
    if key:
        private.append((key.encode(), _OF_A_KEY))
    hidden = bytearray(len(raw))
    for secret, least in private:
        size = min(least, len(secret))
        for start in range(len(raw) - size + 1 if size >= _SHORTEST else 0):
            if raw[start : start + size] in secret:
                hidden[start : start + size] = b"\1" * size
    said, place = "", 0
    while place < len(raw):
        end = place
        while end < len(raw) and hidden[end] == hidden[place]:
            end += 1
        said += _LEFT_OUT if hidden[place] else raw[place:end].decode(errors="ignore")
        place = end
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "..."
