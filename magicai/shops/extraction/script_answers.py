"""The JSON that a page's scripts were answered, and further parts of it that are asked for without the page."""

import logging
from collections.abc import Sequence

from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.encoding import as_utf8, decode
from magicai.shops.extraction.lenient_json import read_all
from magicai.shops.extraction.outline import Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.paging import next_part
from magicai.shops.extraction.parsing import parse
from magicai.shops.extraction.reading import Link, PageKind, Reading
from magicai.shops.extraction.shown_prices import Money, money_in
from magicai.shops.extraction.states import answered_products
from magicai.shops.product import Observation

_log = logging.getLogger(__name__)


def one_currency(moneys: Sequence[Money], page: ParsedPage) -> str | None:
    """The currency of all that a page shows; None where it shows several, or none."""
    found = {page.currency(money.sign) for money in moneys if money.sign}
    return found.pop() if len(found) == 1 else None


def following_answers(page: ParsedPage) -> list[str]:
    """Where the lists go on of which a page's scripts were answered parts; of each, behind its last part.

    A part that was not asked for, because it may not be, is among them: so that the crawl knows of it.
    """
    found: dict[str, str] = {}
    for script in page.scripts:
        if not script.answer:
            continue
        values = read_all(script.text())
        count = len(answered_products(values[0], page, set(), None)) if values else 0
        following = next_part(script.answer, values[0], count) if count else "" if values else script.answer
        if following and page.in_shop(following):
            found[following.partition("?")[0]] = following
    return list(found.values())


def detail_answers(page: ParsedPage, own: Observation) -> list[str]:
    """Addresses of answers that state a page's own product."""
    asked = ((script.answer, next(iter(read_all(script.text())), None)) for script in page.scripts if script.answer)
    return [
        answer
        for answer, value in asked
        if answer and any(one.name == own.name for one in answered_products(value, page, set(), None, own_url=page.url))
    ]


def read_answer(
    body: bytes, *, url: str, asked_by: bytes, page_url: str, own_url: str = "", digest: str = "", at_us: int = 0
) -> Reading:
    """Read a further part of a list as the page would that asked for the parts before.

    Args:
        body: raw JSON.
        url: from which it came.
        asked_by: the page's body, as UTF-8.
        page_url: the page's address.
        own_url: of a product's page, where the answer is of that product alone.
        digest, at_us: of the body; see `read_page`.

    Returns:
        A listing, or a product's page; empty for a body that is none.
    """
    try:
        page = parse(as_utf8(asked_by), url=page_url, digest=digest, at_us=at_us)
        moneys = money_in(Outline(page.tree.body), page)
        shown = {money.amount for money in moneys if money.amount is not None}
        currency = one_currency(moneys, page)
        value = next(iter(read_all(decode(body))), None)
        stated = answered_products(value, page, shown, currency, own_url=own_url)
    except Exception:  # noqa: BLE001 - see read_page: a hostile answer costs the shop this answer and not the crawl
        _log.exception("%s can't be read", url)
        return Reading(PageKind.OTHER)
    if not stated:
        return Reading(PageKind.OTHER)
    for observation in stated:
        observation.page_url, observation.own_page = url, bool(own_url)
    if own_url:
        return Reading(PageKind.PRODUCT, observations=stated)
    following = next_part(url, value, len(stated))
    return Reading(
        PageKind.LISTING,
        observations=stated,
        links=[Link(observation.url, UrlKind.PRODUCT) for observation in stated],
        answers=[following] if following and page.in_shop(following) else [],
    )
