"""What reads foreign text, and the texts that each is measured with.

A reader is added to `READERS`, a text that is hard to read to its shapes.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.scaling.shapes import (
    ADDRESSES,
    BODIES,
    FACTS,
    FRONTS,
    HEADERS,
    JSON,
    MARKDOWN,
    PAGES,
    PROSE,
    RULES,
    SCHEMAS,
    STOCK,
    TABLES,
    TEMPLATES,
    WORD,
    WORKBOOKS,
    XML,
    Shape,
)
from magicai.claims.claim import Language
from magicai.publishing.target import Platform

Read = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads foreign text; a ValueError or an error of ours is its way to refuse.

    Attributes:
        load: imports it, so that the others run where its part is not installed.
        most: bytes that it is given at most, where more is refused before it is read.
    """

    load: Callable[[], Read]
    shapes: Mapping[str, Shape]
    most: int = 1_000_000


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

    from magicai.api.cookies import without_foreign_cookies

    scope = {"type": "http", "headers": [(b"host", b"localhost:8000")]}

    def read(text: bytes) -> object:
        return [cookie_parser(value.decode()) for _, value in without_foreign_cookies([(b"cookie", text)], scope)]

    return read


def _product_files() -> Read:
    import io

    from magicai.catalogue.intake.files import entries, opened

    return lambda body: [*entries(opened(io.BytesIO(body), "a", source="a"), currency="EUR", at=1)]


def _workbooks() -> Read:
    from integrations.parsing.sheets import read

    return read


def _word() -> Read:
    from integrations.parsing.word import read

    return read


def _stock_files() -> Read:
    from magicai.catalogue.inventory.files import read_stock

    return lambda body: [*read_stock(body.decode(errors="replace"), version=1)]


def _markdown() -> Read:
    from integrations.parsing.markdown import read

    return read


def _text() -> Read:
    from integrations.parsing.text import read

    return read


def _web_pages() -> Read:
    from integrations.parsing.pages import read

    return read


def _passages() -> Read:
    from magicai.knowledge.answer import words_of
    from magicai.knowledge.quotes import QuotedPassage, QuotedSentence, faults, foreign_links
    from magicai.knowledge.terms import terms_of
    from magicai.knowledge.untrusted import asks_for_secrets, cleaned, gives_orders

    def read(body: bytes) -> object:
        text = body.decode(errors="replace")
        sentence = QuotedSentence(text=text[:2_000], quotes=(QuotedPassage(passage=1, text=text),))
        return (
            cleaned(text),
            gives_orders(text),
            asks_for_secrets(text),
            foreign_links(text, []),
            faults(sentence, [text]),
            words_of(text[:2_000], text),
            terms_of(text),
        )

    return read


def _claims(language: Language) -> Callable[[], Read]:
    def load() -> Read:
        from magicai.claims.checking import Checker
        from magicai.claims.sources import sources_of

        known = {"name": "Kettle K-100", "price": "12.50 EUR", "hours": {"Monday": "9-17"}, "made": "since 1998"}
        checker = Checker(sources_of(known), language)
        return lambda body: checker.check(body.decode(errors="replace"))

    return load


def _facts() -> Read:
    from magicai.claims.checking import Checker
    from magicai.claims.sources import sources_of

    def read(body: bytes) -> object:
        text = body.decode(errors="replace")
        return Checker(sources_of({"name": "Kettle K-100", "price": "12.50 EUR", "notes": text}), "en").check(text)

    return read


def _bodies_of_templates() -> Read:
    from magicai.content.template import parse_template
    from magicai.content.template_language import render

    variables = {"v": "x" * 20_000, "w": ["x"] * 2_000}

    def read(body: bytes) -> object:
        return render(parse_template(body.decode()).body, variables)

    return read


def _texts() -> Read:
    from magicai.content.text import as_html, markdown, parse

    def read(body: bytes) -> object:
        blocks = parse(body.decode(errors="replace"))
        return as_html(blocks), markdown(blocks)

    return read


def _templates() -> Read:
    from magicai.content.template import parse_template

    return lambda body: parse_template(body.decode(errors="replace"))


def _checks() -> Read:
    from magicai.publishing.checks import CHECKS
    from magicai.publishing.checks.context import Context
    from magicai.publishing.checks.manuscript import manuscript
    from magicai.publishing.piece import Piece

    def read(body: bytes) -> object:
        script = manuscript(Piece(fields={"text": body.decode(errors="replace")}))
        return [[*find(script, Context())] for find in CHECKS.values()]

    return read


def _posts() -> Read:
    from magicai.publishing.adapting import adapt_all
    from magicai.publishing.draft import Draft
    from magicai.publishing.target import Target

    platforms: tuple[Platform, ...] = ("wordpress", "ghost", "mastodon", "bluesky", "feed", "folder", "webhook")
    targets = [
        Target(name=one, owner_id="a", platform=one, address="https://a.test", created_at=0) for one in platforms
    ]
    return lambda body: adapt_all(Draft(title="A", text=body.decode(errors="replace")), targets)


def _reviews() -> Read:
    from magicai.catalogue.sentiment.aspects import aspects_of, sentences

    return lambda body: [aspects_of(sentence) for sentence in sentences(body.decode(errors="replace"))]


def _descriptions() -> Read:
    from magicai.catalogue.product import Values
    from magicai.catalogue.wording.attributes import stated_in
    from magicai.catalogue.wording.boilerplate import sentences

    def read(body: bytes) -> object:
        text = body.decode(errors="replace")
        return stated_in(Values(name=text, description=text), at=1), sentences(text)

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
    "product files": Reader(_product_files, TABLES | {f"feed: {name}": shape for name, shape in XML.items()}),
    "product workbooks": Reader(_product_files, WORKBOOKS),
    "workbooks": Reader(_workbooks, WORKBOOKS),
    "Word documents": Reader(_word, WORD),
    "stock files": Reader(_stock_files, STOCK),
    "Markdown documents": Reader(_markdown, MARKDOWN),
    "text documents": Reader(_text, MARKDOWN),
    "web pages as documents": Reader(_web_pages, PAGES),
    "passages": Reader(_passages, PROSE, most=100_000),
    "claims in English": Reader(_claims("en"), PROSE, most=100_000),
    "claims in Chinese": Reader(_claims("zh"), PROSE, most=100_000),
    "claims of their own input": Reader(_facts, FACTS, most=100_000),
    "texts": Reader(_texts, MARKDOWN, most=100_000),
    "templates": Reader(_templates, TEMPLATES, most=50_000),
    "schemas of templates": Reader(_templates, SCHEMAS, most=49_000),
    "texts of templates": Reader(_bodies_of_templates, BODIES, most=49_000),
    "checks of pieces": Reader(_checks, PROSE | MARKDOWN),
    "pieces as posts": Reader(_posts, PROSE | MARKDOWN),
    "reviews": Reader(_reviews, PROSE, most=100_000),
    "descriptions": Reader(_descriptions, PROSE, most=100_000),
}
