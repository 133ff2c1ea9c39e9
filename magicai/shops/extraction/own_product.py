"""Which of the products that a page states is the page's own, and which are other pages'."""

from dataclasses import dataclass, replace

from magicai.shops.addresses import path_of
from magicai.shops.extraction.offers import settle_price
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.schema_org import Role, StructuredProduct, Vocabulary
from magicai.shops.extraction.text import folded
from magicai.shops.product import Observation
from magicai.shops.product_keys import url_key

_SHORTEST_SEGMENT = 4


@dataclass(slots=True)
class Settled:
    """What a page's items of one syntax state, with their addresses settled.

    Attributes:
        observations: the page's own product first, where it has one.
        summed: the own one's price is of a range without the offers behind it.
    """

    observations: list[Observation]
    summed: bool = False


def settled(vocabulary: Vocabulary, page: ParsedPage) -> Settled:
    """Tell the page's own product from others, and settle their addresses.

    A product without an address of its own, on a page that is not about it, is dropped: nobody could find it again.
    """
    own = _own(vocabulary, page)
    found: list[Observation] = []
    if own:
        found.append(_joined([stated.observation for stated in own], page))
    mine = {id(stated) for stated in own}
    for stated in vocabulary.stated:
        observation = stated.observation
        if id(stated) in mine or not observation.url or not page.in_shop(observation.url):
            continue
        if url_key(observation.url) not in page.own_keys:
            found.append(observation)
    return Settled(found, summed=bool(own) and all(stated.summed for stated in own))


def _own(vocabulary: Vocabulary, page: ParsedPage) -> list[StructuredProduct]:
    """The page's own product, or the kinds of it that stand side by side."""
    candidates = [stated for stated in vocabulary.stated if stated.role is not Role.LISTED]
    if not candidates:
        return []
    chosen = (
        [stated for stated in candidates if stated.role is Role.MAIN]
        or [stated for stated in candidates if _is_here(stated.observation, page)]
        or [
            stated
            for stated in candidates
            if folded(stated.observation.name) in page.names and _may_be_here(stated, page)
        ]
    )
    if chosen:
        return _kinds_of_one(chosen, candidates)
    without_address = [stated for stated in candidates if not stated.observation.url]
    nameable = [stated for stated in without_address if _resembles(stated.observation.name, page.names)]
    if len(nameable) == 1 and not vocabulary.is_list:
        return nameable
    alone = len(candidates) == 1 and without_address and not (vocabulary.is_list or vocabulary.is_article)
    if alone and _may_be_called(candidates[0].observation.name, page.names):
        return candidates
    if len(candidates) > 1 and len({stated.group for stated in candidates}) == 1 and candidates[0].group:
        return candidates
    return []


def _is_here(observation: Observation, page: ParsedPage) -> bool:
    return bool(observation.url) and url_key(observation.url) in page.own_keys


def _may_be_here(stated: StructuredProduct, page: ParsedPage) -> bool:
    """Whether a product of this page's name may lie here: its address is missing, foreign, or ends alike."""
    url = stated.observation.url
    if not url or not page.in_shop(url):
        return True
    return _last_segment(url) in (_last_segment(page.url), _last_segment(page.own_url)) or path_of(url) == "/"


def _last_segment(url: str) -> str:
    segment = path_of(url).rstrip("/").rpartition("/")[2]
    return segment if len(segment) >= _SHORTEST_SEGMENT else url


def _kinds_of_one(chosen: list[StructuredProduct], candidates: list[StructuredProduct]) -> list[StructuredProduct]:
    """Of several that claim the page: kinds of one product together, else the one that says most."""
    if len(chosen) == 1:
        group = chosen[0].group
        return [stated for stated in candidates if group and stated.group == group] or chosen
    names = [folded(stated.observation.name) for stated in chosen]
    stem = _common_start(names)
    if 2 * len(stem) >= min(map(len, names)):
        return chosen
    return [max(chosen, key=lambda stated: (stated.observation.price is not None, len(stated.observation.images)))]


def _common_start(names: list[str]) -> str:
    first, last = min(names), max(names)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _joined(observations: list[Observation], page: ParsedPage) -> Observation:
    first = observations[0]
    if len(observations) == 1:
        first.url, first.own_page = page.own_url, True
        first.name = page.without_site(first.name)
        return first
    first = replace(min(observations, key=lambda observation: len(observation.name)))
    first.url, first.own_page = page.own_url, True
    stem = _common_start([observation.name for observation in observations])
    if folded(stem) in page.names:
        first.name = stem.rstrip(" -–—|/,:([")  # what their colours and sizes are appended to
    distinct = {(each.sku, each.gtin, each.name, each.price): each for each in observations}
    if len(distinct) > 1 and not first.variants:
        first.variants = [each.as_variant() for each in distinct.values()]
        first.gtin = None
    settle_price(first, observations)
    for each in observations:
        first.images = first.images or each.images
        first.brand = first.brand or each.brand
        first.description = first.description or each.description
        first.rating = first.rating or each.rating
        first.category = first.category or each.category
    return first


def _may_be_called(name: str, names: tuple[str, ...]) -> bool:
    """Whether a page's names leave room for a product's: they share a word, or say nothing, or are unbroken text."""
    words = set(folded(name).split())
    return not names or any(words & set(other.split()) or not other.isascii() for other in names)


def _resembles(name: str, names: tuple[str, ...]) -> bool:
    """Whether a product's name is one of the page's, up to a maker's name in front or a colour behind."""
    own = folded(name)
    return bool(own) and any(
        (own in other or other in own) and 2 * min(len(own), len(other)) >= max(len(own), len(other)) for other in names
    )
