"""What code can prove of a model's sentence: its quotes stand in their passages, its figures in its quotes.

Whether a quote says what the sentence says takes understanding: that is the model's part. No overlap of words is asked
for, so an answer may be in other words or another language than its source.
"""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from magicai.claims.checking import check
from magicai.claims.claim import ClaimKind, Language
from magicai.claims.sources import Source
from magicai.values.languages import language_of

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_NO_FRACTION = re.compile(r"[.,]0+$")
_LINK_TARGET = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(r"[*_`#>|~\\]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_DROPPED = re.compile("[\\s\"'\u2018-\u201f\u300c-\u300f\u00ab\u00bb]+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]{}，。；、）]+", re.IGNORECASE)
_PROVED_KINDS = {ClaimKind.NUMBER, ClaimKind.PRICE, ClaimKind.QUANTITY, ClaimKind.DATE, ClaimKind.TIME}
_LIST_MARKER = re.compile(r"\s*(?:\d{1,2}[.)]|[-*•])\s+")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_QUOTE = 2_000


class QuotedPassage(BaseModel):
    """Words of a passage, as a model copied them.

    Attributes:
        passage: its number as it was shown, from 1.
    """

    model_config = ConfigDict(frozen=True)

    passage: int
    text: str


class QuotedSentence(BaseModel):
    """A sentence of a model, with the words that it rests on."""

    model_config = ConfigDict(frozen=True)

    text: str
    quotes: tuple[QuotedPassage, ...]


def folded(text: str) -> str:
    """A text without what copying may change: width, case, markup, space, kinds of dash and quotation mark."""
    plain = _LINK_TARGET.sub(r"\1", unicodedata.normalize("NFKC", text))
    return _DROPPED.sub("", _DASHES.sub("-", _MARKUP.sub("", plain))).casefold()


def figures(text: str) -> set[str]:
    """The numbers of a text as they are written, without separators of thousands: 1,299.00 and 1299 are one."""
    found: set[str] = set()
    for figure in _FIGURE.findall(unicodedata.normalize("NFKC", text)):
        found.add(_NO_FRACTION.sub("", _THOUSANDS.sub("", figure)).replace(",", "."))
    return found


def faults(sentence: QuotedSentence, passages: Sequence[str]) -> list[str]:
    """Why a sentence can't be proved, in sentences that the model is told; empty where it is proved.

    Args:
        passages: as they were shown, in order.
    """
    if not any(map(str.isalnum, sentence.text)):
        return ["it says nothing"]
    if not sentence.quotes:
        return ["it has no quote"]
    found: list[str] = []
    for quote in sentence.quotes:
        if not 1 <= quote.passage <= len(passages):
            found.append(f"there is no passage {quote.passage}")
        elif not (wanted := folded(quote.text)) or wanted not in folded(passages[quote.passage - 1]):
            found.append(f"passage {quote.passage} does not contain {quote.text[:200]!r}")
    quoted = [quote.text[:_LONGEST_QUOTE] for quote in sentence.quotes]
    return found + [f"{one} stands in none of its quotes" for one in unproved_figures(sentence.text, quoted)]


def unproved_figures(text: str, quotes: Sequence[str]) -> list[str]:
    """The numbers, amounts and dates of a text that stand in no quote, and don't follow from one by arithmetic."""
    if marker := _LIST_MARKER.match(text):  # the number of a step is no figure
        text = text[marker.end() :]
    written = figures(text) - set[str]().union(*map(figures, quotes))
    language: Language = "zh" if language_of(text) == "zh" else "en"
    sources = [Source(f"quote {number}", quote) for number, quote in enumerate(quotes, 1)]
    claims = [one for one in check(text, sources, language) if one.claim.kind in _PROVED_KINDS]
    follows = set[str]().union(*(figures(one.claim.text) for one in claims if one.supported))
    # "Two weeks": in words, only what has a unit is an amount; "two" alone is often no number at all.
    in_words = [
        one.claim.text
        for one in claims
        if not one.supported and one.claim.kind in (ClaimKind.QUANTITY, ClaimKind.PRICE) and not figures(one.claim.text)
    ]
    return sorted(written - follows) + in_words


def unquoted_names(text: str, quotes: Sequence[str]) -> list[str]:
    """Names in an English sentence that stand in no quote; none where the quotes are in another script."""
    if language_of(text) not in ("en", "") or not all(map(_is_latin, quotes)):
        return []
    sources = [Source(f"quote {number}", quote) for number, quote in enumerate(quotes, 1)]
    found = check(_LINK.sub("", text), sources, "en")
    return [one.claim.text for one in found if one.claim.kind is ClaimKind.NAME and not one.supported]


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in _LETTER.findall(text))


def foreign_links(text: str, hosts: Sequence[str]) -> list[str]:
    """The hosts of links in a text that are none of these."""
    named = [urlsplit(link if "://" in link else f"https://{link}").hostname or "" for link in _LINK.findall(text)]
    return sorted({host.rstrip(".") for host in named} - {"", *hosts})
