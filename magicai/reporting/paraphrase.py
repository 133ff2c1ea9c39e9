r"""A notation for the ways in which something may be said.

    the median [product ]price (of|among) <count> products is <median>

`[...]` may be left out, `(...|...)` is one of several, `<role>` is a slot; everything else stands as it is written, in
lower case and without its full stop. A parenthesis that is meant is written `\(`.
"""

import re
from collections.abc import Mapping, Sequence

from magicai.domain.facts import Measure

Ways = Mapping[Measure, Sequence[re.Pattern[str]]]

_SIGNS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}
_TOKEN = re.compile(r"\\.|.", re.DOTALL)


def compiled(paraphrases: Mapping[Measure, Sequence[str]]) -> Ways:
    """The same as patterns, each for a whole sentence."""
    return {measure: tuple(map(_pattern, ways)) for measure, ways in paraphrases.items()}


def _pattern(way: str) -> re.Pattern[str]:
    return re.compile(_TOKEN.sub(lambda found: _read(found[0]), way))


def _read(token: str) -> str:
    return _SIGNS.get(token) or re.escape(token.removeprefix("\\"))
