"""Markup cut into tags without a tree, as far as that is certain to give the tags that a parser finds.

An element whose inside is text is one token, and so is a heading that holds only text, a comment, a drawing.
"""

import html
import re
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from magicai.shops.extraction.tag_rules import BETWEEN_CELLS, CAPTION, CELLS, STATED, STRUCK

Attributes = dict[str, str | None]

# Elements whose inside is text up to their end. What has none is one token up to where that is certain: were it given
# up, the next of a thousand would have all behind it looked at once more.
_RAW = ("style", "textarea", "title", "iframe")
_RAW_TOKENS = "|".join(rf"{name}\b[^<>]*+>[^<]*+(?:<(?!/(?i:{name}))[^<]*+)*+(?:</{name}>)?+" for name in _RAW)
_COMMENT = r"<!--(?!-?>)[^\-]*+(?:-(?!->|-!>)[^\-]*+)*+(?:-->)?+"
# Ends that say nothing, which are a third of a page's tags; and which letters begin the name of a usual tag.
_SILENT_END = "(?:a|p|b|i|li|ul|ol|dl|dd|dt|em|div|nav|span|strong|small|button|label|article|section|h[2-6])>"
# Pictures and fields whose usual tags have neither class nor style: they say nothing, and each is another one.
_SILENT_TAG = r"""i(?:mg|nput)(?:\s++(?!class|style)[a-z\-]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'))?+)*+\s*+/?>"""
_TOKEN = re.compile(
    rf"<(?!/{_SILENT_END})(?:[a-gj-ru-zA-Z/?][^>]*+>|script\b[^<>]*+>[^<]*+(?:<(?!/(?i:script)|!--)[^<]*+)*+(?:</script>)?+"
    rf"|{_RAW_TOKENS}|h1\b[^<>]*+>[^<]*+</h1>|svg\b[^<>]*+>[^<]*+(?:<(?!/?svg|[!?])[^<]*+)*+(?:</svg>)?+|{_COMMENT[1:]}"
    rf"|(?!{_SILENT_TAG})[hist!][^>]*+>)".encode()
)
# Bytes of what is remembered of pages: a shop may send tags of megabytes, each another one.
LONGEST_KNOWN = 10_000
_NAME = re.compile(rb"<(/?[a-zA-Z][^\s/<>]*)")
# Where a parser ends these tags is where they end here: quotes stand behind equals signs, in pairs.
_PAIRED = r"""[^<>"'=]*+(?:=\s*+(?:"[^"<>]*+"|'[^'<>]*+')?+[^<>"'=]*+)*+>"""
_SOUND = re.compile(rf"<[a-zA-Z]{_PAIRED}".encode())
_SOUND_END = re.compile(rb"""</(?:[a-zA-Z][^<>"']*)?>""")
_USUAL = re.compile(rb"""<[a-zA-Z0-9\-]+(?:\s+[a-zA-Z_:][\w:.\-]*(?:=(?:"[^"]*"|'[^']*'))?)*\s*/?>""")
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z_:][\w:.\-]*)(?:=(?:"([^"]*)"|'([^']*)'))?""", re.ASCII)
_SAYING = "|".join((*STATED, *BETWEEN_CELLS, *CELLS, CAPTION, *STRUCK))
# What a parser makes of their inside depends on more than their tags.
_UNCERTAIN = frozenset(
    b"script style textarea title iframe svg template math plaintext xmp noembed noframes frameset frame".split()
)
_SILENT = re.compile(rf"<(?!(?:{_SAYING}|{b'|'.join(_UNCERTAIN).decode()})[\s/>])[a-z]{_PAIRED}".encode())
# Of links and metadata, each page has new ones: their usual spellings cost one look.
_USUAL_LINK = re.compile(rb"""<a\s+(?:class=(?:"[^"]*"|'[^']*')\s+)?href=(?:"([^"]*)"|'([^']*)')\s*>""")
_USUAL_PAIR = re.compile(
    rb"""<(?:meta\s+(?:property|name)|link\s+(rel))=(?:"([^"]*)"|'([^']*)')"""
    rb"""\s+(?:content|(href))=(?:"([^"]*)"|'([^']*)')\s*/?>"""
)
_UNUSUAL_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|nbsp|#39|#x27);)")
_DRAWN = frozenset(
    b"svg path g circle rect line polyline polygon ellipse use defs symbol clippath mask lineargradient radialgradient"
    b" stop".split()
)

_DRAWING_TITLE = re.compile(rb"^\s*<title>[^<]*</title>")


class Token(NamedTuple):
    """A tag, or an element of text.

    Attributes:
        name: in lower case, with a slash in front of an end; "" of comments and doctypes.
        head: the tag by itself.
        inside: what an element of text holds, as it is written.
        tags: of a drawing, all that it is made of.
    """

    name: bytes
    head: bytes
    inside: bytes = b""
    tags: tuple[bytes, ...] = ()


class Uncertain(Exception):  # noqa: N818 - it is what the markup is
    """Only a parser tells what this markup means."""


def tokens_of(markup: bytes) -> list[bytes]:
    """The tokens of UTF-8 without carriage returns, for `token` to look at."""
    return _TOKEN.findall(markup)


def spans_of(markup: bytes) -> list[tuple[int, int]]:
    """Where these tokens begin and end."""
    return [found.span() for found in _TOKEN.finditer(markup)]


def says_nothing(written: bytes) -> bool:
    """Whether a token is the usual tag of an element that nobody asks for, without class and style."""
    if b"class" in written or b"style" in written or _SILENT.fullmatch(written) is None:
        return False
    lower = written.lower()
    return b"class" not in lower and b"style" not in lower


def usual_link(written: bytes) -> tuple[str, int] | None:
    """The href of a link that says no more but its class, and where it begins; None of any other token."""
    found = _USUAL_LINK.fullmatch(written) if _is_literal(written) else None
    if found is None:
        return None
    quotes = found.lastindex or 1
    return found[quotes].decode(), found.start(quotes)


def usual_pair(written: bytes) -> tuple[str, Attributes] | None:
    """A meta element of a name and its content, or a link element of a relation and where that leads, with its tag.

    None of any other token.
    """
    found = _USUAL_PAIR.fullmatch(written) if _is_literal(written) else None
    if found is None:
        return None
    rel, double, single, href, content, other = found.groups()
    if (rel is None) is not (href is None):
        return None
    what, value = (single if double is None else double).decode(), (other if content is None else content).decode()
    return ("meta", {"name": what, "content": value}) if rel is None else ("link", {"rel": what, "href": value})


def _is_literal(written: bytes) -> bool:
    """Whether a tag holds neither entities nor other marks of tags, which single bytes tell sooner than a pattern."""
    return b"&" not in written and written.rfind(b"<") == 0 and written.find(b">") == len(written) - 1


def token(written: bytes) -> Token:
    """What a token is.

    Raises:
        Uncertain: that depends on what stands around it.
    """
    named = _NAME.match(written)
    if named is None:
        if written.startswith(b"<!--") and not written.endswith(b"-->"):
            raise Uncertain
        return Token(b"", written)
    name = named[1].lower()
    if name.startswith(b"/"):
        return _sound(Token(name, written), _SOUND_END)
    end = b"</" + name + b">"
    if len(written) > len(end) and written.endswith(end):
        head, _, inside = written[: -len(end)].partition(b">")
        found = Token(name, head + b">", inside)
        return _drawing(found, written) if name == b"svg" else _sound(found, _SOUND)
    if name in _UNCERTAIN:
        raise Uncertain
    return _sound(Token(name, written), _SOUND)


def attributes_of(head: bytes) -> Attributes:
    """The attributes of a tag as a parser reads them; names in lower case."""
    return _remembered(head) if len(head) <= LONGEST_KNOWN else _attributes(head)


@lru_cache(maxsize=256)
def _remembered(head: bytes) -> Attributes:
    return _attributes(head)


def _attributes(head: bytes) -> Attributes:
    has_entities = b"&" in head
    if _USUAL.fullmatch(head) is None or (has_entities and _UNUSUAL_ENTITY.search(head) is not None):
        return _parsed(head)
    found: Attributes = {}
    for name, double, single in _ATTRIBUTE.findall(head.decode()):
        value = double or single
        found.setdefault(name.lower(), html.unescape(value) if has_entities else value)
    return found


def text_of(name: bytes, inside: bytes) -> str:
    """The text of an element of text, entities read where its kind has some."""
    if b"&" not in inside or name == b"script":
        return inside.decode()
    if _UNUSUAL_ENTITY.search(inside) is None:
        return html.unescape(inside.decode())
    found = LexborHTMLParser(b"<title>" + inside + b"</title>").css_first("title")
    return found.text() if found is not None else ""


def _parsed(head: bytes) -> Attributes:
    name = head[1:].split(maxsplit=1)[0].rstrip(b"/>").decode().lower()
    found = LexborHTMLParser(head).css_first(name) if name.replace("-", "").isalnum() else None
    if found is None:
        raise Uncertain
    return found.attributes


def _sound(found: Token, sound: re.Pattern[bytes]) -> Token:
    if sound.fullmatch(found.head) is None:
        raise Uncertain
    return found


def _drawing(found: Token, written: bytes) -> Token:
    """A drawing that is made of shapes; its title is none of the page's."""
    inside = _DRAWING_TITLE.sub(b"", found.inside)
    tags = (found.head, *_TOKEN.findall(inside))
    for tag in tags:
        named = _NAME.match(tag)
        if named is None or named[1].lstrip(b"/").lower() not in _DRAWN:
            raise Uncertain
        if (_SOUND_END if named[1].startswith(b"/") else _SOUND).fullmatch(tag) is None:
            raise Uncertain
    # What only looks like a tag is none of these.
    if inside.count(b"<") != len(tags) - 1 or written.count(b"<title") > 1:
        raise Uncertain
    return found._replace(tags=tags)
