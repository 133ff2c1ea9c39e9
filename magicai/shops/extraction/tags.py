"""What the tags of a page tell without its tree: all that is needed where structured data says everything.

The pages of a shop have most of their tags in common, byte by byte. Each is understood once and remembered, so that of
the next page only what is new is looked at: measured, a quarter of the time that gathering the same from a tree takes.
Only markup that means the same with and without a tree is read like this; of any other page there are no tags.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from magicai.shops.addresses import FROM_ANYWHERE, absolute, host_of, site_of
from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.acting_links import changes_something
from magicai.shops.extraction.address_kinds import is_left_alone, link_by_address
from magicai.shops.extraction.frames import Frame
from magicai.shops.extraction.reading import Link
from magicai.shops.extraction.tag_rules import BETWEEN_CELLS, CAPTION, CELLS, OLD_CLASS, STATED, STRUCK, is_called_old
from magicai.shops.extraction.tokens import (
    LONGEST_KNOWN,
    Attributes,
    Token,
    Uncertain,
    attributes_of,
    says_nothing,
    text_of,
    token,
    tokens_of,
    usual_link,
    usual_pair,
)
from magicai.values.hashes import Recent

_MOST_NEW = 500
_MOST_KNOWN = 3_000
_MOST_BYTES = 1_000_000
_SHORT = 100
_MOST_ANCHORS = 4_000
_OWN = frozenset((b"script", b"title", b"h1", b"meta", b"link"))  # of some of these, every page has another
_OF_TEXT = frozenset((b"script", b"title", b"h1"))
_MOST_BEGUN = 200
_MOST_LEADING = 200
_MOST_MET = 512
_MOST_BLOCKS = 12
# These say the same wherever they stand; what is between the cells of a table, or a heading cut in two, does not.
_ANYWHERE = frozenset(("a", "meta", "link", "base", "script", "shape"))
_PAIRS = (b"<meta", b"<link")
_TEXTS = (b"<script", b"<title", b"<h1")
# By their names as bytes.
_STATED = {name.encode(): attribute for name, attribute in STATED.items()}
_BETWEEN_CELLS = frozenset(
    name.encode() for name in (*BETWEEN_CELLS, *(f"/{name}" for name in (*BETWEEN_CELLS[1:], *CELLS, CAPTION)))
)
_IN_CELLS = frozenset(name.encode() for name in (*CELLS, CAPTION, f"/{BETWEEN_CELLS[0]}"))
_STRUCK = frozenset(name.encode() for name in STRUCK)
_OLD = re.compile(OLD_CLASS.pattern.encode())


class Tag(NamedTuple):
    """A tag that says something, or an element of text.

    Attributes:
        name: its own, "cells" and "gap" where parts of a table begin, "shape" of what has only looks, "odd".
        is_old: it may mark a price before.
        rel: of an anchor, in lower case.
        url: where an anchor leads, "" where that depends on the page.
        link: the same, where its address tells what it promises.
        leaves: it leads out of the shop.
    """

    name: str
    attributes: Attributes
    text: str = ""
    is_old: bool = False
    rel: str = ""
    url: str = ""
    link: Link | None = None
    leaves: bool = False


_UNKNOWN = Tag("", {})


@dataclass(slots=True)
class Tags:
    """The tags of a page by what they say, in its order.

    Attributes:
        parts: of the page's markup, and whether each is what its shop's pages have in common.
        gathered: meta, link and script elements, and the title's.
        links: where the anchors lead, of a block of which that does not depend on the page.
        runs: the anchors of each part, and its links if it is such a block.
        headings: texts of h1 elements; None where one holds more than text.
        root: attributes of html.
        may_show_old_price: something is marked as prices before are.
        between_cells: the last part ended there in a table.
    """

    parts: list[tuple[bytes, bool]] = field(default_factory=lambda: [])
    anchors: list[Tag] = field(default_factory=lambda: [])
    gathered: list[Tag] = field(default_factory=lambda: [])
    links: dict[str, Link] | None = None
    runs: list[tuple[list[Tag], dict[str, Link] | None]] = field(default_factory=lambda: [])
    headings: list[str] | None = field(default_factory=lambda: [])
    root: Attributes | None = None
    may_show_old_price: bool = False
    between_cells: bool = False

    def add(self, block: "Tags") -> bool:
        """Take in those of a block; answers whether that can be done without a tree."""
        self.anchors += block.anchors
        self.runs.append((block.anchors, block.links))
        self.gathered += block.gathered
        self.may_show_old_price |= block.may_show_old_price
        return not (self.between_cells and block.anchors)

    def read(self, tags: Iterable[Tag]) -> bool:
        """Take in what comes next on the page; answers whether that can be done without a tree."""
        anchors: list[Tag] = []
        between_cells = self.between_cells
        self.runs.append((anchors, None))
        for tag in tags:
            name = tag.name
            if tag.is_old:
                self.may_show_old_price = True
            if name == "a":
                if between_cells:
                    return False
                anchors.append(tag)
            elif name == "cells":
                between_cells = False
            elif name == "gap":
                between_cells = True
            elif name == "odd" or not self._take(tag):
                return False
        self.between_cells = between_cells
        self.anchors += anchors
        return True

    def _take(self, tag: Tag) -> bool:
        """Sort in a tag that is not one of many."""
        if tag.name == "h1":
            if tag.text and self.headings is not None:
                self.headings.append(tag.text)
            elif not tag.text:
                self.headings = None
        elif tag.name == "html":
            # The attributes of a second one are added to the first's.
            if self.root is not None:
                return False
            self.root = tag.attributes
        elif tag.name != "shape":
            self.gathered.append(tag)
        return True


def tags_of(markup: bytes, start: str) -> Tags | None:
    """The tags of a page in UTF-8, None where only its tree tells what they mean.

    Args:
        markup: of the page.
        start: scheme, host and port of its address; of each host, what is known is remembered.
    """
    if b"\r" in markup:
        markup = markup.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    known = _known(start)
    known.begin_page()
    found = Tags(known.frame.parts(markup))
    for part, is_common in found.parts:
        block = known.block(part) if is_common else None
        if not (found.read(known.tags_in(part)) if block is None else found.add(block)):
            return None
    return found if len(found.anchors) <= _MOST_ANCHORS else None


class _Begun(NamedTuple):
    """How an element of text begins and ends: of what a page alone has, that is the same on others."""

    name: bytes
    end: bytes
    attributes: Attributes
    is_old: bool


class _Known(dict[bytes, Tag | None]):
    """What the tags of one host's pages say; None of those that say nothing.

    Of two generations, the older is forgotten after pages with enough new ones, but for what came again meanwhile.
    """

    def __init__(self, start: str) -> None:
        super().__init__()
        self._start = start
        self._site = site_of(host_of(start))
        self.older: dict[bytes, Tag | None] = {}
        self.leading: dict[str, Tag | None] = {}  # by the hrefs of usual links: a card has two of the same
        self._begun: dict[bytes, _Begun] = {}
        self._met = Recent(_MOST_MET)  # tags that every page may have another of, seen once
        self._new = self._bytes = 0
        self.frame = Frame()
        self._blocks: dict[bytes, Tags] = {}

    def begin_page(self) -> None:
        """Another page is about to be read."""
        if self._new >= _MOST_NEW:
            self.age()

    def tags_in(self, markup: bytes) -> Iterator[Tag]:
        """The tags of markup that say something, in its order."""
        return filter(None, map(self.__getitem__, tokens_of(markup)))

    def block(self, markup: bytes) -> Tags | None:
        """The tags of a block that pages have in common; None where they mean something only where they stand."""
        found = self._blocks.get(markup)
        if found is None:
            tags = list(self.tags_in(markup))
            if not all(tag.name in _ANYWHERE for tag in tags):
                self.frame.drop(markup)
                return None
            found = Tags()
            found.read(tags)
            found.links = _links_of(found.anchors)
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            self._blocks[markup] = found
        return found

    def __missing__(self, written: bytes) -> Tag | None:
        # Large pages are read by threads beside this one: what is looked at is taken in the same step.
        tag = self.older.pop(written, _UNKNOWN)
        if tag is not _UNKNOWN:
            self._keep_known(written, tag)
            return tag
        try:
            return self._kept(written) if written.startswith(b"<a") else self._look(written)
        except (Uncertain, UnicodeDecodeError):
            return _ODD

    def _kept(self, written: bytes) -> Tag | None:
        link = usual_link(written) if len(written) <= LONGEST_KNOWN else None
        if link is None or _OLD.search(written, 0, link[1]) is not None:
            tag = self._tag(token(written))
        else:
            tag = self.leading.get(link[0], _UNKNOWN)
            if tag is _UNKNOWN:
                if len(self.leading) >= _MOST_LEADING:
                    self.leading.clear()
                tag = self.leading[link[0]] = self._anchor({"href": link[0]}, is_old=False)
        self._remember(written, tag)
        return tag

    def _look(self, written: bytes) -> Tag | None:
        if written.startswith(_PAIRS):
            pair = usual_pair(written)
            if pair is not None:
                tag = Tag(*pair)
                self._remember_met(written, tag)
                return tag
        elif written.startswith(_TEXTS):
            tag = self._again(written)
            if tag is not None:
                return tag
        elif says_nothing(written):
            if len(written) <= _SHORT:  # pictures and fields are a page's own
                self._remember(written, None)
            return None
        understood = token(written)
        tag = self._tag(understood)
        if understood.name in _OWN:
            self._remember_met(written, tag)
        else:
            self._remember(written, tag)
        if tag is not None and understood.name in _OF_TEXT and understood.inside:
            self._remember_begin(understood, tag)
        return tag

    def _remember_begin(self, found: Token, tag: Tag) -> None:
        # A shop may write a begin of megabytes, and another one on each page.
        if len(found.head) <= _SHORT and len(self._begun) < _MOST_BEGUN:
            self._begun[found.head] = _Begun(found.name, b"</" + found.name + b">", tag.attributes, tag.is_old)

    def _again(self, written: bytes) -> Tag | None:
        """An element of text that begins as another did; None of any other."""
        begin = written.find(b">") + 1
        begun = self._begun.get(written[:begin])
        if begun is None or not written.endswith(begun.end) or begin + len(begun.end) > len(written):
            return None
        name, end, attributes, is_old = begun
        return Tag(name.decode(), attributes, text_of(name, written[begin : -len(end)]), is_old)

    def _remember_met(self, written: bytes, tag: Tag | None) -> None:
        """Remember what comes a second time: what is a page's own does not."""
        if not self._met.add(hash(written)):
            self._remember(written, tag)

    def _remember(self, written: bytes, tag: Tag | None) -> None:
        if len(written) > LONGEST_KNOWN:
            return
        if len(self) >= _MOST_KNOWN or self._bytes >= _MOST_BYTES:
            self.age()
        self[written] = tag
        self._new += 1
        self._bytes += len(written)

    def age(self) -> None:
        """Forget the older generation; from now on, what is known is the older."""
        self.older = dict(self)
        self.clear()
        self._new = self._bytes = 0

    def _keep_known(self, written: bytes, tag: Tag | None) -> None:
        if len(self) < _MOST_KNOWN and self._bytes < _MOST_BYTES:
            self[written] = tag
            self._bytes += len(written)
        else:
            self.older[written] = tag

    def _tag(self, found: Token) -> Tag | None:
        name, head = found.name, found.head
        is_old = name in _STRUCK or (_OLD.search(head) is not None and _is_called_old(head))
        required = _STATED.get(name)
        if required is None:
            if name in _BETWEEN_CELLS or name in _IN_CELLS:
                return Tag("gap" if name in _BETWEEN_CELLS else "cells", {}, is_old=is_old)
            is_old = is_old or any(_OLD.search(tag) is not None and _is_called_old(tag) for tag in found.tags)
            return Tag("shape", {}, is_old=True) if is_old else None
        attributes = attributes_of(head)
        if required and required not in attributes:
            return Tag("shape", {}, is_old=True) if is_old else None
        if name != b"a":
            return Tag(name.decode(), attributes, text_of(name, found.inside), is_old)
        if changes_something(attributes):
            return Tag("shape", {}, is_old=True) if is_old else None
        return self._anchor(attributes, is_old=is_old)

    def _anchor(self, attributes: Attributes, *, is_old: bool) -> Tag | None:
        href, rel = attributes["href"] or "", (attributes.get("rel") or "").lower()
        if not href.startswith(FROM_ANYWHERE):
            return Tag("a", attributes, is_old=is_old, rel=rel)
        url = absolute(href, self._start)
        if not url:
            return Tag("shape", {}, is_old=True) if is_old else None
        leaves = not url.startswith(self._start + "/") and site_of(host_of(url)) != self._site
        link = None if leaves else link_by_address(url, rel)
        return Tag("a", {}, "", is_old, rel, url, link, leaves)


@lru_cache(maxsize=4)
def _known(start: str) -> _Known:
    return _Known(start)


def _links_of(anchors: list[Tag]) -> dict[str, Link] | None:
    """Where anchors lead within the shop, each address once; None where that or its kind depends on the page."""
    found: dict[str, Link] = {}
    for tag in anchors:
        if tag.leaves or (tag.url and is_left_alone(tag.url, tag.rel)):
            continue
        if tag.link is None:
            return None
        if tag.url not in found or found[tag.url].kind is UrlKind.OTHER:
            found[tag.url] = tag.link
    return found


_ODD = Tag("odd", {})


def _is_called_old(tag: bytes) -> bool:
    """Whether a tag is called what prices before are, or looks like one."""
    attributes = {} if tag.startswith(b"</") else attributes_of(tag)
    return is_called_old(attributes.get("style"), attributes.get("class"))
