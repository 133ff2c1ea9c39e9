"""What is written on links: `words/links.toml`."""

from magicai.shops.extraction.phrases import Line, Phrases, table

_LONGEST = 80
_LONGEST_NEXT = 40
_NEAR_BEGINNING = 3  # characters, of scripts without spaces: 我要写评论
_TABLE = table("links")
_ACTION, _NEXT, _MORE = _TABLE["action"], _TABLE["next"], _TABLE["more"]
_ACTS = Phrases(_ACTION["begins"], _ACTION["without_spaces"])
_ACTS_ALONE, _SHOWS_MORE = Phrases(_ACTION["alone"]), Phrases(_MORE["alone"])
_CONTINUES = Phrases([*_NEXT["alone"], *_MORE["alone"]])
_SIGNS = frozenset(_NEXT["signs"])


def says_action(text: str) -> bool:
    """Whether what is written on a link asks to do something instead of to look."""
    if len(text) > _LONGEST or not (line := Line(text)).words:
        return False
    found = _ACTS.search(line)
    begins = found is not None and found.first == 0 and (found.after > 0 or found.start < _NEAR_BEGINNING)
    return begins or _is_whole(_ACTS_ALONE, line)


def says_next(text: str) -> bool:
    """Whether what is written on a link leads to the next part of a list."""
    text = text.strip()
    return len(text) <= _LONGEST_NEXT and (text in _SIGNS or _is_whole(_CONTINUES, Line(text)))


def says_more(text: str) -> bool:
    """Whether what is written on a button shows more of the list that it stands below."""
    return len(text) <= _LONGEST_NEXT and _is_whole(_SHOWS_MORE, Line(text.strip()))


def _is_whole(phrases: Phrases, line: Line) -> bool:
    return bool(line.words) and phrases.at(line, 0) == len(line.words)
