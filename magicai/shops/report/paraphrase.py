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

# Of these, the first that a fact has is what its verb agrees with.
_COUNTED = ("count", "count0")
_GUARD = re.compile(r"\[\w+=\d+\] ?")
_FIELD = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*))?\}")
_SIGNS = {"(": "(?:", ")": ")", "[": "(?:", "]": ")?", "|": "|"}
_TOKEN = re.compile(r"\\.|.", re.DOTALL)
_NUMBER = re.compile("«([^|»]*)\\|([^»]*)»")


@dataclass(frozen=True, slots=True)
class Ways:
    """The forms of one measure as patterns, each for a whole sentence: of several, and of one."""

    of_several: tuple[re.Pattern[str], ...]
    of_one: tuple[re.Pattern[str], ...]


def compiled(
    paraphrases: Mapping[Measure, Sequence[str]],
    composed: Mapping[Measure, Sequence[Sequence[str]]],
    names: str,
) -> dict[Measure, Ways]:
    """The forms of every measure as patterns.

    Args:
        composed: the composer's sentences, which are forms, too; of measures without paraphrases they are left out.
        names: a list of names, in this notation.
    """
    ways = {
        measure: [*forms, *(_form(words, names) for equals in composed[measure] for words in equals)]
        for measure, forms in paraphrases.items()
    }
    return {
        measure: Ways(tuple(_pattern(way, r"\1") for way in forms), tuple(_pattern(way, r"\2") for way in forms))
        for measure, forms in ways.items()
    }


def _form(words: str, names: str) -> str:
    """A composer's sentence in this notation."""
    plain = _GUARD.sub("", words).removesuffix(".").removesuffix("。").lower()
    counted = _COUNTED if "{count" in plain else ("brands",)

    def field(found: re.Match[str]) -> str:
        name, one, several = found.groups()
        if several is not None:
            return f"«{several}|{one}»" if name in counted else f"({several}|{one})"
        return names if name in ("names", "some") else f"<{name}>"

    form, end = "", 0
    for found in _FIELD.finditer(plain):
        form += re.sub(r"[()\[\]|]", r"\\\g<0>", plain[end : found.start()]) + field(found)
        end = found.end()
    return form + re.sub(r"[()\[\]|]", r"\\\g<0>", plain[end:])


def _pattern(way: str, number: str) -> re.Pattern[str]:
    return re.compile(_TOKEN.sub(lambda found: _read(found[0]), _NUMBER.sub(number, way)))


def _read(token: str) -> str:
    return _SIGNS.get(token) or re.escape(token.removeprefix("\\"))
