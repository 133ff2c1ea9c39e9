"""Whether readers of foreign text stay linear: processor time at 10 kB, 100 kB and 1 MB of what is hard to read.

`python3 -m benchmarks.scaling [--only NAME ...]` prints a row for each reader and shape; the status is 1 where ten
times the text takes more than thirty times the work. Times vary with the machine, ratios little.

A reader of foreign text is added to `READERS`, a text that is hard to read to `SHAPES` or beside its reader.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

SIZES = (10_000, 100_000, 1_000_000)
_WORST = 30.0
_LEAST_S = 0.002  # what is faster is not told from the clock's own noise
_GIVE_UP_S = 2.0  # a size that takes longer is the last

Read = Callable[[bytes], object]
Shape = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads foreign text; a ValueError is its way to refuse.

    Attributes:
        load: imports it, so that the others run where its part is not installed.
    """

    load: Callable[[], Read]
    shapes: Mapping[str, Shape]


def filled(part: bytes, *, before: bytes = b"", after: bytes = b"") -> Shape:
    """A part, again and again."""
    return lambda size: before + part * (size // len(part)) + after


def numbered(part: str, *, before: str = "", after: str = "") -> Shape:
    """A part with a number, another one each time."""

    def made(size: int) -> bytes:
        count = size // len(part.format(size))
        return f"{before}{','.join(part.format(number) for number in range(count))}{after}".encode()

    return made


def twice_at_the_end(size: int) -> bytes:
    """An object of distinct keys, but for the last."""
    return numbered('"k{}":1', before="{", after=',"last":1,"last":2}')(size)


JSON: dict[str, Shape] = {
    "escaped quotes": filled(b'\\"', before=b'{"a":"'),
    "escaped quotes outside of a string": filled(b'\\"'),
    "backslashes": filled(b"\\\\", before=b'"', after=b'"'),
    "distinct keys": numbered('"k{}":1', before="{", after="}"),
    "the last key twice": twice_at_the_end,
    "opened lists": filled(b"["),
    "opened objects": filled(b'{"a":'),
    "lists 30 deep": filled(b"[" * 29 + b"]" * 29 + b",", before=b"[", after=b"1]"),
    "empty objects": filled(b"{},", before=b"[", after=b"1]"),
    "1e300": filled(b"1e300,", before=b"[", after=b"1]"),
    "5.0": filled(b"5.0,", before=b"[", after=b"1]"),
    "integers of 4,000 digits": filled(b"9" * 4000 + b",", before=b"[", after=b"1]"),
    "one long number": filled(b"9", before=b"0."),
    "half pairs": filled(b'"\\ud800",', before=b"[", after=b"1]"),
}
HEADERS: dict[str, Shape] = {
    "backslashes in quotes": filled(b"\\\\", before=b'magicai_session="', after=b'"'),
    "semicolons": filled(b"; "),
    "spaces": filled(b" ", before=b"magicai_session=a", after=b"x"),
    "ours again and again": filled(b"magicai_session=a; "),
}


XML: dict[str, Shape] = {
    "begins of document types": filled(b"<!DOCTYPE ["),
    "begins of entities": filled(b"<!ENTITY a ", before=b"<rss>"),
    "begins of nothing": filled("<\u20ac".encode(), before=b"<rss>&"),
    "marks of quotes": filled("\u2039\u20ac".encode(), before=b"<rss>"),
    "begins of tags": filled(b"<a ", before=b"<rss>"),
    "opened items": filled(b"<item>", before=b"<rss>"),
    "other elements": filled(b"<x/>", before=b"<urlset>"),
    "comments": filled(b"<!--"),
    "ampersands": filled(b"&", before=b"<rss>"),
    "items": filled(b"<item><title>a</title><link>/a</link><price>1 EUR</price></item>", before=b"<rss>"),
    "addresses": filled(b"<url><loc>https://a.test/</loc></url>", before=b"<urlset>"),
    "words": filled(b"a "),
    "half characters": filled(b"\xe3"),
}
FRONTS: dict[str, Shape] = {
    "begins of links": filled(b"<link href='", before=b"wc-block "),
    "links of WordPress without end": filled(b"<link rel='https://api.w.org/' ", before=b"wc-block "),
    "relations in one link": filled(b"rel='https://api.w.org/'", before=b"wc-block <link "),
    "currencies without end": filled(b"Shopify.currency = {", before=b"Shopify.shop "),
    "one currency without end": filled(b"active ", before=b"Shopify.shop Shopify.currency = {"),
    "spaces": filled(b" ", before=b"Shopify.shop Shopify.currency"),
    "feeds": filled(b"<link type=application/rss+xml href=a>"),
}
PAGES: dict[str, Shape] = {
    "elements": filled(b"<p>x"),
    "links": numbered("<a href='/p/{}'>Write</a>"),
    "spaces in links": filled(b"<a href=/x>" + b" " * 500 + b"write a review</a>"),
    "prices": filled(b"<p>$5.00</p>"),
    "digits": filled(b"1", before=b"<p class=price>$"),
    "spaces": filled(b" ", before=b"<p>$", after=b"5</p>"),
    "opened lists of JSON-LD": filled(b"[", before=b'<script type="application/ld+json">', after=b"</script>"),
    "quotes of JSON-LD": filled(b'"x"y', before=b'<script type="application/ld+json">{"a":', after=b"</script>"),
    "assignments": filled(b'x={"a":', before=b"<script>price;", after=b"</script>"),
    "items": filled(b"<div itemscope itemprop=a>"),
    "comments": filled(b"<!--"),
    "attributes": numbered("a{}=1 ", before="<h1 ", after=">x</h1>"),
}
ADDRESSES: dict[str, Shape] = {
    "segments that act": filled(b"/add"),
    "segments of reviews": filled(b"/reviews-1"),
    "articles": filled(b"-a", before=b"/write"),
    "dashes": filled(b"-", before=b"/ask-", after=b"x"),
    "words before a command": filled(b"a_", before=b"/?", after=b"=add"),
    "parameters": filled(b"action=x&", before=b"/?"),
    "escapes": filled(b"%E5"),
    "humps": filled(b"aB", before=b"/"),
}
RULES: dict[str, Shape] = {
    "wildcards": filled(b"*a", before=b"User-agent: *\nDisallow: /", after=b"$\n"),
    "rules": filled(b"Disallow: /*a*a*b$\n", before=b"User-agent: *\n"),
    "agents": filled(b"User-agent: *\n"),
}


def _feeds() -> Read:
    from magicai.shops.extraction import read_feed

    return lambda body: read_feed(body, url="https://shop.example/feed")


def _sitemaps() -> Read:
    from magicai.shops.crawling.sitemaps import read_sitemap

    return lambda body: asyncio.run(read_sitemap(body))


def _fronts() -> Read:
    from magicai.shops.crawling.scope import Scope
    from magicai.shops.crawling.shop_apis import find_api, find_feeds

    scope = Scope("https://shop.example")
    return lambda body: (find_api(body, scope.origin, scope), find_feeds(body, scope.origin, scope))


def _pages() -> Read:
    from magicai.shops.extraction import read_page

    return lambda body: read_page(body, url="https://shop.example/products/lamp")


def _addresses() -> Read:
    from magicai.shops.crawling.actions import acts

    return lambda text: acts("https://shop.example" + text.decode())


def _robots() -> Read:
    from magicai.shops.crawling.robots import parse

    return lambda text: parse(text.decode(), "MagicAI").allows("https://shop.example/" + "a" * 2_000)


def _bodies() -> Read:
    from magicai.api.strict_json import checked

    return checked


def _parameters() -> Read:
    from magicai.api.strict_json import checked
    from magicai.runs import registry

    shape = registry.workflow("crawl-analyze-generate").request
    return lambda text: shape.model_validate_json(checked(text), strict=True)


def _cookies() -> Read:
    from starlette.requests import cookie_parser

    from magicai.api.cookies import COOKIE, without_foreign_cookies

    def read(text: bytes) -> object:
        return [cookie_parser(value.decode()) for _, value in without_foreign_cookies([(b"cookie", text)], COOKIE)]

    return read


READERS: dict[str, Reader] = {
    "bodies": Reader(_bodies, JSON),
    "parameters": Reader(_parameters, JSON),
    "cookies": Reader(_cookies, HEADERS),
    "feeds": Reader(_feeds, XML),
    "sitemaps": Reader(_sitemaps, XML),
    "front pages": Reader(_fronts, FRONTS),
    "pages": Reader(_pages, PAGES),
    "addresses": Reader(_addresses, ADDRESSES),
    "robots.txt": Reader(_robots, RULES),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Processor seconds at each size; fewer sizes where one took too long."""

    reader: str
    shape: str
    seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The largest step: 10 where it is linear."""
        floored = [max(_LEAST_S, one) for one in self.seconds]
        return max((after / before for before, after in pairwise(floored)), default=1.0)

    @property
    def good(self) -> bool:
        """Whether every size was read, none of it out of proportion."""
        return len(self.seconds) == len(SIZES) and self.ratio <= _WORST


def measured(readers: Mapping[str, Reader], *, sizes: tuple[int, ...] = SIZES) -> Iterator[Found]:
    """Each reader with each of its shapes."""
    for name, reader in readers.items():
        read = reader.load()
        with contextlib.suppress(ValueError):
            read(b"")  # what is imported or compiled at first is nobody's work
        for shape, made in reader.shapes.items():
            seconds: list[float] = []
            for size in sizes:
                seconds.append(_seconds(read, made(size)))
                if seconds[-1] > _GIVE_UP_S:
                    break
            yield Found(name, shape, tuple(seconds))


def _seconds(read: Read, text: bytes) -> float:
    began = time.process_time()
    with contextlib.suppress(ValueError):
        read(text)
    return time.process_time() - began


def main() -> int:
    """Print the table; 0 where every reader is linear."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=READERS, default=list(READERS), metavar="NAME")
    wanted = parser.parse_args().only
    good = True
    print(f"| reader | shape | {' | '.join(f'{size // 1000} kB' for size in SIZES)} | ratio | |")
    print(f"|---|---|{'---:|' * len(SIZES)}---:|---|")
    for found in measured({name: READERS[name] for name in wanted}):
        cells = [f"{one * 1000:.1f} ms" for one in found.seconds] + ["-"] * (len(SIZES) - len(found.seconds))
        verdict = "" if found.good else "**no**"
        print(f"| {found.reader} | {found.shape} | {' | '.join(cells)} | {found.ratio:.1f} | {verdict} |", flush=True)
        good &= found.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
