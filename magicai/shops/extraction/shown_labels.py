"""A product's own number as its page shows it: behind a label, or where its address says the same."""

import re

from magicai.shops.extraction.identifiers import sku
from magicai.shops.extraction.phrases import table

_TABLE = table("labels")
_LEAST_DIGITS = 3
_SHORTEST_TOKEN = 4
_NOT_LATIN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"  # of these, words stand in words


def _spelt(phrase: str) -> str:
    return r"[\s.\-]{0,2}".join(map(re.escape, phrase.split()))


def _any_of(phrases: list[str]) -> str:
    return "|".join(map(_spelt, sorted(phrases, key=len, reverse=True)))


_NUMBERS: list[str] = _TABLE["sku"]["numbers"]
_COMMON = frozenset(_TABLE["sku"]["common"])
_LABELS = [label for name, labels in _TABLE["sku"].items() if name != "numbers" for label in labels]
_SKU = re.compile(
    rf"(?<![^\W_{_NOT_LATIN}])(?P<label>{_any_of(_LABELS)})(?P<mark>[\s.\-]{{0,2}}(?:{_any_of(_NUMBERS)}))?"
    r"(?P<gap>[\s.:：#№]{1,6})[\[(]?\s{0,2}(?P<value>\w[\w./\-&]{2,40})",
    re.IGNORECASE,
)
# "#790485", "B&H # CAE5D4", but not "Model # 6202"
_NUMBERED = re.compile(
    r"^(?!model|mfr|mfg|part)(?:[^\W\d][\w&.]{0,12}\s?)?#\s?:?\s?(\w[\w./\-]{2,40})(?!\S)", re.IGNORECASE | re.MULTILINE
)
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:s|[/.\-][0-9]{1,2})?")


def labelled_sku(text: str) -> str | None:
    """The first number that a text labels as a product's own.

    A label that is a common word counts with "number" or "#", or where it fills a line with what is no year; another
    with a colon, too. What is marked as a number in such a line has a digit, anything else three. Without any label,
    "#" before a line's only word is one.
    """
    for found in _SKU.finditer(text):
        value, gap = found["value"].rstrip(".-/&"), found["gap"]
        begins, ends = text[: found.start()][-1:] in ("", "\n"), text[found.end() :][:1] in ("", "\n")
        is_numbered = bool(found["mark"]) or not {"#", "№"}.isdisjoint(gap)
        fills = begins and ends
        if found["label"].casefold() in _COMMON and not is_numbered and (not fills or _YEAR.fullmatch(value)):
            continue
        is_marked = is_numbered or not gap.isspace()
        digits = sum(map(str.isdigit, value))
        if fills and is_marked and "\n" not in gap:
            digits += (_LEAST_DIGITS - 1) * (digits > 0)
        if digits >= _LEAST_DIGITS and (is_marked or "\n" in gap or fills):
            return sku(value)
    numbered = (found[1] for found in _NUMBERED.finditer(text))
    return next((sku(value) for value in numbered if sum(map(str.isdigit, value)) >= _LEAST_DIGITS), None)


def without_label(number: str) -> str:
    """What is marked up as a number, without the label that was marked up with it."""
    found = _SKU.fullmatch(number.strip())
    return found["value"] if found is not None and (found["mark"] or not found["gap"].isspace()) else number


def listing_id(url: str, name: str) -> str | None:
    """The id in a product's address, None where that has none."""
    return next(iter(_tokens(url, name)), None)


def sku_of_address(text: str, url: str, name: str) -> str | None:
    """The id of an address that a text repeats on a line of its own, in brackets or behind "#"."""
    for token in _tokens(url, name):
        repeated = re.search(rf"(?:^|[\[(#])\s?({re.escape(token)})\s?(?:[\])]|$)", text, re.IGNORECASE | re.MULTILINE)
        if repeated is not None:
            return sku(repeated[1])
    return None


def _tokens(url: str, name: str) -> list[str]:
    """What may be an id in an address, last first: four characters or more, three of them digits, and not of a name."""
    named = {token.lower() for token in _TOKEN.findall(name)}
    return [
        token
        for token in reversed(_TOKEN.findall(url.partition("://")[2].partition("/")[2].partition("#")[0]))
        if len(token) >= _SHORTEST_TOKEN
        and sum(map(str.isdigit, token)) >= _LEAST_DIGITS
        and token.lower() not in named
        and not _YEAR.fullmatch(token)
    ]
