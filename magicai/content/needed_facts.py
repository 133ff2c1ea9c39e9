"""Which of the facts that a text must state it states."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, cast

from magicai.content.brief import Brief

_LEAST_SHARE = 0.6
_WORDS = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*", re.UNICODE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_TOO_SHORT = 3
_BEFORE_NUMBER, _AFTER_NUMBER = re.compile(r"[\w.,]"), re.compile(r"[.,]?\d")


def missing_facts(text: str, brief: Brief) -> list[tuple[str, str]]:
    """Needed variables, and parts of lists, that the text does not state; said in other words counts as stated.

    Returns:
        The place and the value of each.
    """
    words = _folded(text)
    return [(where, value) for where, value in needed_parts(brief) if not _stated(value, words, text)]


def needed_parts(brief: Brief) -> list[tuple[str, str]]:
    """The variables that a text must state, lists and maps by their parts: the place and the value of each."""
    return [part for name in brief.needed for part in _parts(name, brief.variables[name])]


def _parts(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return [part for key, one in given.items() for part in _parts(f"{name}.{key}", one)]
    if isinstance(value, list):
        several = cast("list[Any]", value)
        return [part for place, one in enumerate(several) for part in _parts(f"{name}.{place}", one)]
    return [] if isinstance(value, bool) else [(name, str(value))]


def _stated(value: str, words: set[str], text: str) -> bool:
    """All numbers of a value, and most of its words."""
    if _literally(unicodedata.normalize("NFKC", value).casefold(), unicodedata.normalize("NFKC", text).casefold()):
        return True
    wanted = _folded(value)
    numbers = {word for word in wanted if word[0].isdigit()}
    rest = {word for word in wanted - numbers if len(word) >= _TOO_SHORT or _CHINESE.match(word)}
    return numbers <= words and len(rest & words) >= _LEAST_SHARE * len(rest)


def _literally(value: str, text: str) -> bool:
    """Whether it stands in the text as it is; `3` does not stand in `39.00`."""
    # No pattern of the value: each would be compiled, and kept for a while.
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        goes_on = value[:1].isdigit() and _BEFORE_NUMBER.match(text[at - 1 : at] if at else "")
        if not goes_on and not (value[-1:].isdigit() and _AFTER_NUMBER.match(text, end)):
            return True
        at = text.find(value, at + 1)
    return False


def _folded(text: str) -> set[str]:
    """Words without their endings, numbers without their grouping, and pairs of Chinese characters."""
    found: set[str] = set()
    for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()):
        chinese = "".join(_CHINESE.findall(word))
        if chinese:
            found |= {chinese[at : at + 2] for at in range(max(len(chinese) - 1, 1))}
        elif word[0].isdigit():
            found.add(word.replace(",", "").rstrip("0").rstrip(".") if "." in word else word.replace(",", ""))
        else:
            found.add(word.removesuffix("s").removesuffix("e"))
    return found
