"""Products in schema.org's vocabulary, whichever syntax (JSON-LD, microdata, RDFa) wrote them.

An item is a dict in JSON-LD's shape: `@type`, and properties with a value or a list of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import Any

from magicai.shops.extraction.identifiers import brand, gtin_of, sku
from magicai.shops.extraction.json_values import each, first_text, is_container, is_object, scalar
from magicai.shops.extraction.offers import Offer, best_offer, joint_availability, offers_of, settle_price
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.references import References
from magicai.shops.extraction.shown_labels import without_label
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, folded, plain
from magicai.shops.product import Availability, Observation, Rating, Source, Variant

_PRODUCTS = frozenset((
    "product", "productgroup", "individualproduct", "productmodel", "someproducts", "productcollection", "vehicle",
    "car",
))  # fmt: skip
# Not products by themselves, yet what some shops sell; they count where they carry an offer.
_GOODS = frozenset((
    "book", "musicalbum", "musicrelease", "movie", "videogame", "game", "drug", "dietarysupplement", "clothing",
    "creativework", "visualartwork", "painting", "photograph", "audiobook", "comicissue", "map", "sheetmusic",
))  # fmt: skip
_ARTICLES = frozenset((
    "article", "blogposting", "newsarticle", "techarticle", "review", "recipe", "howto", "liveblogposting",
    "reportagenewsarticle",
))  # fmt: skip
_OFFER = frozenset(("offer",))
_LISTS = frozenset(("itemlist", "offercatalog", "collectionpage", "searchresultspage"))
# Where another product is spoken of, rather than this page's.
_RELATED = frozenset((
    "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor", "itemreviewed", "review", "reviews",
    "relatedlink", "significantlink", "subjectof", "mentions", "author", "publisher", "brand", "manufacturer", "seller",
    "hasmerchantreturnpolicy", "shippingdetails", "isvariantof", "hasvariant", "model", "aggregaterating", "comment",
    "itemoffered", "video", "image", "logo", "address", "additionalproperty", "potentialaction", "variesby",
))  # fmt: skip
_DEPTH_LIMIT = 12
_ITEM_LIMIT = 5_000
_VARIANT_LIMIT = 500
_IMAGE_LIMIT = 20
_CATEGORY_LIMIT = 8
_RATING_LIMIT = 100
_PATH_MARK = re.compile(r"\s*[>›»→]\s*|\s+/\s+|\s*\|\s*")
_NAMESPACE = re.compile(r"^.*[/#:]", re.DOTALL)
_COUNT = re.compile("[0-9]{1,9}")
_HOME = frozenset((
    "home", "start", "startseite", "accueil", "inicio", "início", "home page", "homepage", "hem", "strona główna",
    "shop", "首页", "首頁", "主页", "トップ", "ホーム", "top", "главная", "pagina principale", "front page", "hjem",
    "store", "forside",
))  # fmt: skip


class Role(IntEnum):
    """How an item stands on its page."""

    MAIN = 0  # the page says that it is about it
    PLAIN = 1
    LISTED = 2


@dataclass(slots=True)
class StructuredProduct:
    """A product that structured data states.

    Attributes:
        summed: its price is of a range without the offers behind it, as category pages claim for search engines.
        group: what its variants have in common, or "".
    """

    observation: Observation
    role: Role
    summed: bool = False
    group: str = ""


@dataclass(slots=True)
class Vocabulary:
    """What a page's items of one syntax say.

    Attributes:
        stated: in the order of the page.
        trail: names of its breadcrumbs, outermost first, home and the page itself among them.
        is_article: an article, review or recipe is among its items.
        is_list: it calls itself a list.
    """

    stated: list[StructuredProduct] = field(default_factory=lambda: [])
    trail: tuple[str, ...] = ()
    is_article: bool = False
    is_list: bool = False


def types_of(item: dict[str, Any]) -> frozenset[str]:
    """Local names of an item's types in lower case."""
    stated = item.get("@type")
    return _single(stated) if isinstance(stated, str) else frozenset(_local(scalar(name)) for name in each(stated))


@lru_cache(maxsize=1024)
def _single(name: str) -> frozenset[str]:
    return frozenset((_local(name),))


@lru_cache(maxsize=1024)
def _local(name: str) -> str:
    return _NAMESPACE.sub("", name).lower()


def read_items(items: list[Any], page: ParsedPage, source: Source) -> Vocabulary:
    """What items state of products, wherever they nest them."""
    vocabulary = Vocabulary()
    known = References(items)
    done: set[int] = set()
    for item, types, role in _walk(items, known):
        if "breadcrumblist" in types and not vocabulary.trail:
            vocabulary.trail = _trail(item)
        vocabulary.is_article |= role is not Role.LISTED and bool(types & _ARTICLES)
        vocabulary.is_list |= bool(types & _LISTS)
        if id(item) in done:
            continue
        done.add(id(item))
        if types & _PRODUCTS or (types & _GOODS and "offers" in item) or _offers_a_product(item, types, role):
            stated = _product(item, role, known, page, source)
            if stated is not None:
                vocabulary.stated.append(stated)
    return vocabulary


def _offers_a_product(item: dict[str, Any], types: frozenset[str], role: Role) -> bool:
    """Whether an offer stands for its product, as in a catalogue of offers."""
    if types != _OFFER:
        return False
    offered = item.get("itemOffered")
    if is_object(offered):
        return bool(types_of(offered) & (_PRODUCTS | _GOODS))
    return role is Role.LISTED and "name" in item and "url" in item


def _walk(items: list[Any], known: References) -> Iterator[tuple[dict[str, Any], frozenset[str], Role]]:
    """Every item that may be a product of its own with its types, outermost first; references are followed once."""
    stack: list[tuple[Any, Role, int]] = [(item, Role.PLAIN, 0) for item in reversed(items)]
    seen = 0
    while stack and seen < _ITEM_LIMIT:
        value, role, depth = stack.pop()
        if isinstance(value, list):
            stack += [(member, role, depth + 1) for member in reversed(each(value)) if depth < _DEPTH_LIMIT]
            continue
        if not is_object(value):
            continue
        seen += 1
        item = known.followed(value)
        types = types_of(item)
        yield item, types, role
        if depth >= _DEPTH_LIMIT or "breadcrumblist" in types:
            continue
        own = Role.LISTED if types & _LISTS or "listitem" in types else role
        inner: list[tuple[Any, Role, int]] = []
        for key, member in item.items():
            if not is_container(member):
                continue
            name = _local(key)
            if name in _RELATED or (name == "offers" and not types & _LISTS):
                continue
            inner.append((member, Role.MAIN if name == "mainentity" and not types & _LISTS else own, depth + 1))
        stack += reversed(inner)


def _product(
    item: dict[str, Any], role: Role, known: References, page: ParsedPage, source: Source
) -> StructuredProduct | None:
    offered = item.get("itemOffered")
    if is_object(offered):
        item = {"url": item.get("url"), **offered, "offers": item}
    name = plain(first_text(item.get("name")))
    if not name or name.startswith(("http://", "https://")):
        return None
    observation = page.observation(name, source, page.resolve(_address(item)))
    observation.sku = sku(without_label(first_text(item.get("sku"))))
    observation.gtin = gtin_of(item)
    maker = item.get("brand")
    observation.brand = brand(first_text(known.followed(maker) if is_object(maker) else maker))
    observation.category = _category(item)
    observation.rating = _rating(item)
    observation.images = _images(item, page)
    observation.description = plain(first_text(item.get("description")), DESCRIPTION_LIMIT) or None
    offers = offers_of(item, known, page)
    summed = bool(offers) and all(offer.summed for offer in offers)
    observation.variants, variant_offers = _variants(item, offers, known, page)
    spelt_out = [offer for offer in offers if not offer.summed]
    settle_price(observation, spelt_out or variant_offers or offers, page.market)
    return StructuredProduct(observation, role, summed=summed and not variant_offers, group=_group(item))


def _variants(
    item: dict[str, Any], offers: list[Offer], known: References, page: ParsedPage
) -> tuple[list[Variant], list[Offer]]:
    """An item's kinds: its hasVariant, the other kinds of its group, its models, or offers that have names or SKUs."""
    kinds = each(item.get("hasVariant")) or each(item.get("model"))
    group = item.get("isVariantOf")
    if not kinds and is_object(group):
        kinds = each(known.followed(group).get("hasVariant"))
    variants: list[Variant] = []
    found: list[Offer] = []
    for kind in kinds[:_VARIANT_LIMIT]:
        if not is_object(kind):
            continue
        kind = known.followed(kind)  # noqa: PLW2901 - the reference stands for it
        of_kind = offers_of(kind, known, page)
        best = best_offer(of_kind, page.market) or Offer()
        name = plain(first_text(kind.get("name"))) or best.name or first_text(kind.get("sku"))
        if not name:
            continue
        found += of_kind
        availability = joint_availability(offer.availability for offer in of_kind)
        variants.append(_variant(name, sku(first_text(kind.get("sku"))) or best.sku, gtin_of(kind), best, availability))
    if variants:
        return variants, found
    named = [offer for offer in offers if offer.name or offer.sku]
    if len(named) == len(offers) > 1 and len({(offer.name, offer.sku) for offer in named}) == len(named):
        of_offers = [
            _variant(offer.name or offer.sku or "", offer.sku, offer.gtin, offer, offer.availability) for offer in named
        ]
        return of_offers[:_VARIANT_LIMIT], named
    return [], []


def _variant(
    name: str, number: str | None, code: str | None, offer: Offer, availability: Availability | None
) -> Variant:
    return Variant(
        name=clean(name),
        sku=number,
        gtin=code or offer.gtin,
        price=offer.price,
        currency=offer.currency,
        list_price=offer.list_price,
        availability=availability or Availability.UNKNOWN,
    )


def _group(item: dict[str, Any]) -> str:
    group = item.get("isVariantOf")
    if is_object(group):
        return first_text(group.get("productGroupID")) or first_text(group.get("@id")) or first_text(group.get("name"))
    return first_text(item.get("inProductGroupWithID")) or first_text(group)


def _address(item: dict[str, Any]) -> str:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = item.get(key)
        if is_object(value):
            value = value.get("@id") or value.get("url")
        text = first_text(value)
        if text and (key == "url" or text.startswith(("http", "/"))):
            return text
    for offer in each(item.get("offers")):
        if is_object(offer) and (text := first_text(offer.get("url"))):
            return text
    return ""


def _images(item: dict[str, Any], page: ParsedPage) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for image in each(item.get("image"))[:_IMAGE_LIMIT]:
        text = (
            first_text(image.get("contentUrl") or image.get("url") or image.get("@id"))
            if is_object(image)
            else scalar(image)
        )
        url = page.resolve(text) if text else ""
        if url:
            found[url] = None
    return tuple(found)


def _rating(item: dict[str, Any]) -> Rating | None:
    for rating in each(item.get("aggregateRating")):
        if not is_object(rating):
            continue
        try:
            value = float(first_text(rating.get("ratingValue")).replace(",", "."))
        except ValueError:
            continue
        count = first_text(rating.get("ratingCount")) or first_text(rating.get("reviewCount"))
        if 0 < value <= _RATING_LIMIT:
            return Rating(value=value, count=int(count) if _COUNT.fullmatch(count) else None)
    return None


def _category(item: dict[str, Any]) -> tuple[str, ...]:
    value = item.get("category")
    parts = each(value)
    if len(parts) == 1:
        text = plain(first_text(parts))
        if "/" in text and text.startswith("http"):
            return ()
        parts = _PATH_MARK.split(text)
    names = (plain(first_text(part)) for part in parts[: 2 * _CATEGORY_LIMIT])
    return tuple(name for name in names if name and not _is_home(name))[:_CATEGORY_LIMIT]


def _trail(item: dict[str, Any]) -> tuple[str, ...]:
    """Breadcrumb names by their position."""
    steps: list[tuple[float, str]] = []
    for place, step in enumerate(each(item.get("itemListElement"))[:30]):
        if not is_object(step):
            continue
        name = plain(first_text(step.get("name")) or first_text(step.get("item")))
        position = first_text(step.get("position"))
        if name and not name.startswith("http"):
            steps.append((float(position) if position.isascii() and position.isdigit() else place, name))
    return tuple(name for _, name in sorted(steps, key=lambda step: step[0]))


def category_from_trail(trail: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The categories of a breadcrumb trail: without the front page, and without the page itself.

    Args:
        trail: names, outermost first.
        names: those of the page, folded.
    """
    steps = [name for name in trail if not _is_home(name)]
    if steps and folded(steps[-1]) in names:
        steps.pop()
    # Some name each step twice: in its link and beside it.
    steps = [name for name, _ in groupby(steps)]
    return tuple(steps[:_CATEGORY_LIMIT])


def _is_home(name: str) -> bool:
    return folded(name) in _HOME
