"""Crawled text as it may enter the records: one line, no hidden characters, of sensible length."""

import html
import re
import unicodedata
from functools import lru_cache

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from magicai.shops.extraction.nesting import without_abyss

NAME_LIMIT = 300
DESCRIPTION_LIMIT = 5_000
_MARKUP_LIMIT = 20_000
_SHORT_MARKUP = 2_000
_ESCAPED_TWICE = 2  # by the shop, and by what wrote its structured data

# Controls, soft hyphen, zero-width space, bidirectional marks and overrides, word joiners, byte order marks,
# interlinear marks, half surrogate pairs, private tags. The zero-width joiners stay: Persian, Indic scripts and emoji
# need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_STAND_IN = "\ufffc"  # the one of these that Python calls printable
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,500}|!--[^<>]{0,500}--|br ?/?)>")
_NOT_WORD = re.compile(r"[\W_]+")


def clean(text: str, limit: int = NAME_LIMIT) -> str:
    """Text on one line, without control, invisible or direction-changing characters, cut at a number of characters."""
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    if not text.isprintable() or _STAND_IN in text:
        text = " ".join(_HIDDEN.sub("", text).split())
    elif "  " in text or text[:1] == " " or text[-1:] == " ":  # the only white space that is printable
        text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rstrip()


def plain(text: str, limit: int = NAME_LIMIT) -> str:
    """Text that may hold entities and tags, as a reader would see it."""
    if "&" not in text and "<" not in text:
        return clean(text, limit)
    text = text[:_MARKUP_LIMIT]
    for _ in range(_ESCAPED_TWICE):
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" not in text:
        return clean(text, limit)
    if limit <= NAME_LIMIT:  # a name: a few inline tags at most, so no parser is started for it
        return clean(_TAG.sub(" ", text), limit)
    markup = without_abyss(text.encode("utf-8", "replace"), harmless=_SHORT_MARKUP)
    body = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS).body
    if body is None:
        return ""
    body.strip_tags(["script", "style", "template"], recursive=True)
    return clean(body.text(separator=" "), limit)


def folded(text: str) -> str:
    """What is left of a text for comparing names: compatible forms, no case, no punctuation."""
    return _remembered(text) if len(text) <= NAME_LIMIT else _folded(text)


@lru_cache(maxsize=256)
def _remembered(text: str) -> str:
    """A text as it was folded before: a page calls its product alike in several places, all pages their categories."""
    return _folded(text)


def _folded(text: str) -> str:
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
