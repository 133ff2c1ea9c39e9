"""One's own products beside a competitor's: which are the same, why, and what each costs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from magicai.messages import Message, say
from magicai.shops.extraction.identifiers import gtin
from magicai.shops.matching.checking import Judged
from magicai.shops.matching.deciding import Certainty, Match, between
from magicai.shops.matching.item import Item
from magicai.shops.own_catalogue import OwnProduct
from magicai.shops.product import Availability, Product, Seen
from magicai.shops.product_keys import gtin_key
from magicai.values.frozen import Frozen
from magicai.values.money import DecimalString, exponent

# By a GTIN it is that product, whatever else the shop sells under a like name.
_RANK = {"match_confirmed": 0, "match_gtin": 1, "match_number": 2, "match_name": 3}
_HUNDRED = Decimal(100)


class Pair(Frozen):
    """One of one's own products and one of the shop's.

    Attributes:
        mine, theirs: their ids: of one's own, the key of OwnProduct.id, numbered where rows share it.
        mine_name, name, url: how both are called, and the shop's address of its own.
        reason: what they share; `against`: what contradicts that they are one, of a pair that is not sure.
        checked_by: the model that judged it; "" where none did.
        difference: theirs less mine, in `currency`; None where the prices can't be compared.
        percent: that, of my price.
        suggestion: a price that keeps the margin; None where there is none, or it is the present one.
    """

    mine: str
    theirs: str
    mine_name: str
    name: str
    url: str
    certainty: Certainty
    reason: Message
    against: Message | None = None
    checked_by: str = ""
    currency: str
    mine_price: DecimalString
    their_currency: str | None = None
    their_price: DecimalString | None = None
    availability: Availability = Availability.UNKNOWN
    difference: DecimalString | None = None
    percent: float | None = None
    suggestion: DecimalString | None = None

    @property
    def is_sold_out(self) -> bool:
        """Whether the shop can't sell it now, so that its price takes no customer away."""
        return self.availability is Availability.OUT_OF_STOCK


class OwnComparison(Frozen):
    """One's own catalogue against a shop.

    Attributes:
        catalogue: how many products it has.
        matched: how many of them the shop surely sells, too, in the same currency and at a known price.
        sure, likely: how many pairs there are of each.
        undercut: how many the shop has for less than mine, by more than `undercut_percent`.
        same: how many cost the same.
        pairs: those that are sure, the largest difference first.
        proposals: those that are likely, for a person to decide.
    """

    shop: str
    catalogue: int
    matched: int = 0
    sure: int = 0
    likely: int = 0
    undercut: int = 0
    undercut_percent: float = 0
    same: int = 0
    pairs: tuple[Pair, ...] = ()
    proposals: tuple[Pair, ...] = ()

    @property
    def cheaper(self) -> tuple[Pair, ...]:
        """What the shop undercuts, the largest difference first."""
        return tuple(pair for pair in self.pairs if _undercuts(pair, self.undercut_percent))

    @property
    def dearer(self) -> tuple[Pair, ...]:
        """What the shop has, at a higher price than mine."""
        return tuple(pair for pair in self.pairs if (pair.difference or 0) > 0 and not pair.is_sold_out)

    @property
    def sold_out(self) -> tuple[Pair, ...]:
        """What the shop sells, too, but has not now."""
        return tuple(pair for pair in self.pairs if pair.is_sold_out)


class _Offer(NamedTuple):
    product: Product
    price: Decimal | None
    currency: str | None
    availability: Availability


def compare(
    own: Sequence[OwnProduct],
    products: Iterable[Product],
    *,
    shop: str,
    undercut_percent: float = 0,
    margin_percent: float | None = None,
    verdicts: Mapping[tuple[str, str], bool] | None = None,
) -> OwnComparison:
    """Find each of one's own products in the shop, and compare prices of one currency.

    Args:
        undercut_percent: by how much less a price must be to count as undercut.
        margin_percent: of the selling price; with the cost, the floor of a suggested price.
        verdicts: what people said of pairs, by both ids: whether they are one.
    """
    mine: dict[str, OwnProduct] = {}
    rows = Counter[str]()
    for product in own:
        rows[product.id] += 1
        mine[product.id if rows[product.id] == 1 else f"{product.id} #{rows[product.id]}"] = product
    offers: dict[str, _Offer] = {}
    theirs: list[Item] = []
    for product in products:
        if product.seen is Seen.SEEN:
            for item, offer in _offers(product):
                theirs.append(item)
                offers[item.id] = offer
    found: dict[str, list[Match]] = {}
    for match in between([_item(key, product) for key, product in mine.items()], theirs):
        found.setdefault(match.mine, []).append(match)
    told = verdicts or {}
    for (one, other), is_one in told.items():
        if is_one and one in mine and other in offers:
            found.setdefault(one, []).append(Match(one, other, Certainty.SURE, say("match_confirmed"), 1.0))
    pairs: list[Pair] = []
    for one, matches in found.items():
        open_ones = [match for match in matches if told.get((one, offers[match.theirs].product.id)) is not False]
        if open_ones:
            match = _best(open_ones, offers)
            pairs.append(_pair(mine[one], offers[match.theirs], match, undercut_percent, margin_percent))
    return summed_up(shop, len(own), pairs, undercut_percent)


def summed_up(shop: str, catalogue: int, found: Iterable[Pair], undercut_percent: float) -> OwnComparison:
    """The comparison of a catalogue with a shop in which these pairs were found."""
    pairs = sorted(found, key=lambda pair: (-abs(pair.percent or 0), pair.name, pair.mine))
    sure = tuple(pair for pair in pairs if pair.certainty is Certainty.SURE)
    likely = tuple(pair for pair in pairs if pair.certainty is Certainty.LIKELY)
    return OwnComparison(
        shop=shop,
        catalogue=catalogue,
        matched=sum(pair.difference is not None for pair in sure),
        sure=len(sure),
        likely=len(likely),
        undercut=sum(_undercuts(pair, undercut_percent) for pair in sure),
        undercut_percent=undercut_percent,
        same=sum(pair.difference == 0 for pair in sure),
        pairs=sure,
        proposals=likely,
    )


def checked(comparison: OwnComparison, judged: Mapping[int, Judged], model: str) -> OwnComparison:
    """The same, with what a model said of the proposals by their places; none becomes sure by it, and none goes."""
    proposals = list(comparison.proposals)
    for place, verdict in judged.items():
        pair = proposals[place].model_copy(update={"checked_by": model})
        if verdict.same is not None:
            pair = pair.model_copy(update={"reason" if verdict.same else "against": verdict.because})
        proposals[place] = pair
    return comparison.model_copy(update={"proposals": tuple(proposals)})


def _undercuts(pair: Pair, percent: float) -> bool:
    if pair.difference is None or pair.is_sold_out:
        return False
    return -pair.difference * _HUNDRED > pair.mine_price * Decimal(str(percent))


def _best(matches: Sequence[Match], offers: Mapping[str, _Offer]) -> Match:
    """The best match of one product; where several products of the shop fit alike, none is sure."""

    def place(match: Match) -> tuple[object, ...]:
        offer = offers[match.theirs]
        unknown = offer.price is None
        return match.certainty is not Certainty.SURE, _RANK.get(match.reason.code, 9), -match.likeness, unknown

    best = min(matches, key=place)
    if best.certainty is not Certainty.SURE or best.reason.code not in ("match_number", "match_name"):
        return best
    sure = [match for match in matches if match.certainty is Certainty.SURE and match.reason.code == best.reason.code]
    several = len({offers[match.theirs].product.id for match in sure})
    if several == 1:
        return best
    return Match(best.mine, best.theirs, Certainty.LIKELY, best.reason, best.likeness, say("match_several", n=several))


def _pair(own: OwnProduct, offer: _Offer, match: Match, undercut_percent: float, margin_percent: float | None) -> Pair:
    is_comparable = offer.price is not None and offer.currency == own.currency
    difference = offer.price - own.price if is_comparable and offer.price is not None else None
    pair = Pair(
        mine=match.mine,
        theirs=offer.product.id,
        mine_name=own.name,
        name=offer.product.name,
        url=offer.product.url,
        certainty=match.certainty,
        reason=match.reason,
        against=match.against,
        currency=own.currency,
        mine_price=own.price,
        their_currency=offer.currency,
        their_price=offer.price,
        availability=offer.availability,
        difference=difference,
        percent=round(float(difference / own.price * 100), 1) if difference is not None and own.price else None,
    )
    if match.certainty is not Certainty.SURE or margin_percent is None or own.cost is None:
        return pair
    wanted = offer.price if _undercuts(pair, undercut_percent) and offer.price is not None else own.price
    suggestion = max(wanted, floor(own.cost, margin_percent, own.currency))
    return pair if suggestion == own.price else pair.model_copy(update={"suggestion": suggestion})


def floor(cost: Decimal, margin_percent: float, currency: str) -> Decimal:
    """The lowest price of which a share is left over the cost, rounded up to the currency's smallest unit."""
    exact = cost * _HUNDRED / (_HUNDRED - Decimal(str(margin_percent)))
    return exact.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_CEILING)


def _item(key: str, own: OwnProduct) -> Item:
    return Item(key, own.name, own.brand, _gtins(own.gtin), _numbers(own.mpn), _numbers(own.sku))


def _offers(product: Product) -> Iterator[tuple[Item, _Offer]]:
    """A product, and each of its variants that has numbers of its own and, with it, a price."""
    whole = _Offer(product, product.price, product.currency, product.availability)
    yield Item(product.id, product.name, product.brand or "", _gtins(product.gtin), skus=_numbers(product.sku)), whole
    for number, variant in enumerate(product.variants):
        gtins = _gtins(variant.gtin) - _gtins(product.gtin)
        if gtins or (variant.sku and variant.sku != product.sku):
            name = f"{product.name} {variant.name}"
            priced = product if variant.price is None else variant
            item = Item(f"{product.id} {number}", name, product.brand or "", gtins, skus=_numbers(variant.sku))
            yield item, _Offer(product, priced.price, priced.currency or product.currency, variant.availability)


def _gtins(text: str | None) -> frozenset[str]:
    valid = gtin(text) if text else None
    return frozenset((gtin_key(valid),)) if valid else frozenset()


def _numbers(number: str | None) -> tuple[str, ...]:
    return (number,) if number else ()
