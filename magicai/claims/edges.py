"""Whether a part of a text stands there in whole words and numbers."""

# Scripts that put a space between words: Latin, Greek, Cyrillic, Armenian.
_SPACED = "\u0590"


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether neither end of `text[start:end]` cuts a word or a number: `3` stands in `3 mugs`, and not in `39.00`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2][::-1]
    return not _continues(before, text[start : start + 1]) and not _continues(after, text[end - 1 : end])


def _continues(beside: str, edge: str) -> bool:
    """Whether what stands beside a part is of the same word or number as its edge.

    Args:
        beside: the two characters there, the nearer one last.
    """
    near = beside[-1:]
    if not edge.isalnum() or edge >= _SPACED:
        return False
    if edge.isdigit() and near in (".", ","):
        return beside[:1].isdigit()
    return near.isalnum() and near < _SPACED
