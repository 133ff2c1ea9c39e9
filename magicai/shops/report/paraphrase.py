r"""A notation for the ways in which something may be said.

    the median [product ]price (of|among) <count> products is <median>

`[...]` may be left out, `(...|...)` is one of several, `«are|is»` is the first where the fact counts several and the
second where it counts one, `<role>` is a slot; everything else stands as it is written, in lower case and without its
full stop. A parenthesis that is meant is written `\(`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from magicai.shops.report.facts import Measure

_SIGNS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}
_TOKEN = re.compile(r"\\.|.", re.DOTALL)
_NUMBER = re.compile("«([^|»]*)\\|([^»]*)»")


@dataclass(frozen=True, slots=True)
class Ways:
    """The forms of one measure as patterns, each for a whole sentence: of several, and of one."""

    of_several: tuple[re.Pattern[str], ...]
    of_one: tuple[re.Pattern[str], ...]


def compiled(paraphrases: Mapping[Measure, Sequence[str]]) -> dict[Measure, Ways]:
    """The same as patterns."""
    return {
        measure: Ways(tuple(_pattern(way, r"\1") for way in ways), tuple(_pattern(way, r"\2") for way in ways))
        for measure, ways in paraphrases.items()
    }


def _pattern(way: str, number: str) -> re.Pattern[str]:
    return re.compile(_TOKEN.sub(lambda found: _read(found[0]), _NUMBER.sub(number, way)))


def _read(token: str) -> str:
    return _SIGNS.get(token) or re.escape(token.removeprefix("\\"))
