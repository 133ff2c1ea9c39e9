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
from magicai.messages import Message, say
from magicai.values.languages import language_of

# What begins a step, an item of a list, or a row.
LIST_MARKER = re.compile(r"^\s*(?:\d{1,2}(?:[.)]\s+|、)|[-*•|]\s)", re.MULTILINE)
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_NO_FRACTION = re.compile(r"[.,]0+$")
_LINK_TARGET = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CELLS = re.compile(r"[|>#]")
_MARKUP = re.compile(r"[*_`~\\]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_QUOTATION_MARKS = re.compile("[\"'\u2018-\u201f\u300c-\u300f\u00ab\u00bb]")
_HAN = "\u3040-\u30ff\u3400-\u9fff"
# Spaces matter only between words: languages and typesetters set others as they like.
_LOOSE_SPACE = re.compile(
    rf"\s+(?=[^\w\s]|[{_HAN}]|$)|(?:(?<=[^\w\s.,])|(?<=[{_HAN}])|^)\s+|(?<=[.,])\s+(?!\d)"  # "see 5. 1 ..." is not 5.1
)
_WORD = re.compile(rf"[^\W_{_HAN}]+|[{_HAN}]")
_PARTS = re.compile(r"[\n|\u203a]")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]{}，。；、）]+", re.IGNORECASE)
_AMOUNTS = (ClaimKind.PRICE, ClaimKind.QUANTITY, ClaimKind.DATE)
_PROVED_KINDS = (*_AMOUNTS, ClaimKind.NUMBER, ClaimKind.TIME)
_LEAST_WORDS, _LEAST_HAN = 2, 4
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
    plain = _CELLS.sub(" ", _LINK_TARGET.sub(r"\1", unicodedata.normalize("NFKC", text)))
    plain = _QUOTATION_MARKS.sub("", _DASHES.sub("-", _MARKUP.sub("", plain)))
    return " ".join(_LOOSE_SPACE.sub("", plain).split()).casefold()


def contains(passage: str, quote: str) -> bool:
    """Whether whole words of a folded text are a folded quote; not "5 days" of "15 days", or "299" of "1,299"."""
    at = passage.find(quote)
    while at >= 0:
        end = at + len(quote)
        if not _splits(passage, at) and not _splits(passage, end):
            return True
        at = passage.find(quote, at + 1)
    return False


def _splits(text: str, at: int) -> bool:
    """Whether a place is inside a word or a number."""
    before, after = text[max(0, at - 2) : at], text[at : at + 2]
    if not before or not after:
        return False
    if after[0] in ".,":
        return before[-1].isdigit() and after[1:].isdigit()
    if before[-1] in ".,":
        return before[:-1].isdigit() and after[0].isdigit()
    return all(one.isalnum() and not "\u3040" <= one <= "\u9fff" for one in (before[-1], after[0]))


def _is_short(quote: str, passage: str) -> bool:
    """Whether a quote is so short that it stands almost anywhere: not two words, nor a whole line or cell."""
    words = _WORD.findall(folded(quote))
    if len(words) >= (_LEAST_HAN if all("\u3040" <= word <= "\u9fff" for word in words) else _LEAST_WORDS):
        return False
    return all(folded(part) != folded(quote) for part in _PARTS.split(passage))


def figures(text: str) -> set[str]:
    """The numbers of a text as they are written, without separators of thousands: 1,299.00 and 1299 are one."""
    found: set[str] = set()
    for figure in _FIGURE.findall(unicodedata.normalize("NFKC", text)):
        found.add(_NO_FRACTION.sub("", _THOUSANDS.sub("", figure)).replace(",", "."))
    return found


def faults(sentence: QuotedSentence, passages: Sequence[str]) -> list[Message]:
    """Why a sentence can't be proved, as the model is told; empty where it is proved.

    Args:
        passages: as they were shown, in order.
    """
    if not any(map(str.isalnum, sentence.text)):
        return [say("sentence_empty")]
    if not sentence.quotes:
        return [say("sentence_without_quote")]
    found: list[Message] = []
    for quote in sentence.quotes:
        if not 1 <= quote.passage <= len(passages):
            found.append(say("quoted_passage_absent", passage=quote.passage))
        elif not (wanted := folded(quote.text)) or not contains(folded(passages[quote.passage - 1]), wanted):
            found.append(say("quote_not_in_passage", passage=quote.passage, quote=quote.text[:200]))
        elif _is_short(quote.text, passages[quote.passage - 1]):
            found.append(say("quote_too_short", quote=quote.text[:200]))
    quoted = [quote.text[:_LONGEST_QUOTE] for quote in sentence.quotes]
    return found + [say("figure_not_quoted", figure=one) for one in unproved_figures(sentence.text, quoted)]


def unproved_figures(text: str, quotes: Sequence[str]) -> list[str]:
    """The numbers, amounts and dates of a text that stand in no quote, and don't follow from one by arithmetic."""
    text = LIST_MARKER.sub("", text)  # the number of a step is no figure
    written = figures(text) - set[str]().union(*map(figures, quotes))
    language: Language = "zh" if language_of(text) == "zh" else "en"
    text = _DECIMAL_COMMA.sub(".", text)
    sources = [Source(f"quote {number}", _DECIMAL_COMMA.sub(".", quote)) for number, quote in enumerate(quotes, 1)]
    claims = [one for one in check(text, sources, language) if one.claim.kind in _PROVED_KINDS]
    follows = set[str]().union(*(figures(claim.claim.text) for claim in claims if claim.supported))
    # "5 %" is not "5 days": what has a unit, a currency or a month is proved as a whole.
    amounts = [claim.claim.text for claim in claims if claim.claim.kind in _AMOUNTS and not claim.supported]
    covered = set[str]().union(*map(figures, amounts))
    return amounts + sorted(written - follows - covered)


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
    """The hosts of links in a text that are none of these; a link that can't be read is foreign."""
    named = {_host_of(link if "://" in link else f"https://{link}") for link in _LINK.findall(text)}
    return sorted(named - {"", *hosts})


def _host_of(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").rstrip(".")
    except ValueError:
        return link
