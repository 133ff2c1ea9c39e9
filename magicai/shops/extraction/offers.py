"""What schema.org offers say of price and stock, and which of them is a product's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from magicai.shops.extraction.identifiers import gtin_of, sku
from magicai.shops.extraction.json_values import each, first_text, is_object
from magicai.shops.extraction.machine_prices import amount_of, sign_of
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.references import References
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import plain
from magicai.shops.product import Availability, Observation

_OFFER_LIMIT = 500
_LIST_TYPES = frozenset(
    ("listprice", "strikethroughprice", "msrp", "srp", "regularprice", "manufacturersuggestedretailprice")
)
_OTHER_TYPES = frozenset(("minimumadvertisedprice", "invoiceprice"))
_CHARGES = ("deliverycharge", "paymentcharge", "compound")
_USED = ("usedcondition", "damagedcondition", "refurbishedcondition")
_RENTAL = ("leaseout", "rent")
# UN/CEFACT codes and words for things that are counted; everything else (KGM, LTR, MTR ...) makes a price per measure.
_COUNTED = frozenset(("", "c62", "ea", "h87", "nmp", "pce", "pk", "pr", "set", "piece", "unit", "stk", "st", "each"))
_PREFERENCE = (Availability.IN_STOCK, Availability.PREORDER, Availability.BACKORDER, Availability.OUT_OF_STOCK)


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer.

    Attributes:
        summed: the low end of a range whose offers are not spelt out.
        worn: used, damaged or refurbished.
    """

    price: Decimal | None = None
    currency: str | None = None
    list_price: Decimal | None = None
    availability: Availability | None = None
    name: str = ""
    sku: str | None = None
    gtin: str | None = None
    summed: bool = False
    worn: bool = False


def offers_of(item: dict[str, Any], known: References, page: ParsedPage) -> list[Offer]:
    """All offers of an item, those of its aggregates spelt out where they are."""
    found: list[Offer] = []
    raw = each(item.get("offers")) or (
        [item] if "price" in item or "priceSpecification" in item or "lowPrice" in item else []
    )
    for value in raw[:_OFFER_LIMIT]:
        if not is_object(value):
            continue
        offer = known.followed(value)
        nested = [inner for inner in each(offer.get("offers")) if is_object(inner)] if offer is not item else []
        if nested:
            code = offer.get("priceCurrency")
            found += [_offer({"priceCurrency": code, **inner}, page) for inner in nested[:_OFFER_LIMIT]]
        else:
            found.append(_offer(offer, page))
    new = [offer for offer in found if not offer.worn]
    return [offer for offer in new or found if offer.price is not None or offer.availability is not None]


class Priced(Protocol):
    """What has a price and stock of its own: an offer, a variant, an observation."""

    @property
    def price(self) -> Decimal | None:
        """None where none is stated."""
        ...

    @property
    def currency(self) -> str | None:
        """Of the price."""
        ...

    @property
    def list_price(self) -> Decimal | None:
        """The higher one that stands beside it."""
        ...

    @property
    def availability(self) -> Availability | None:
        """Whether it can be had."""
        ...


PricedT = TypeVar("PricedT", bound=Priced)


def settle_price(observation: Observation, offers: Sequence[Priced], market: str | None = None) -> None:
    """Give a product the price of its best offer, and the stock of all of them."""
    best = best_offer(offers, market)
    if best is not None:
        observation.price, observation.currency, observation.list_price = best.price, best.currency, best.list_price
    observation.availability = joint_availability(offer.availability for offer in offers)


def best_offer(offers: Iterable[PricedT], market: str | None = None) -> PricedT | None:
    """The offer whose price is the product's: the lowest of those in stock, else the lowest, in one currency.

    Args:
        offers: in any currencies.
        market: the currency of the page; where none of them has it, the first one's counts.
    """
    priced = [offer for offer in offers if offer.price is not None]
    if not priced:
        return None
    currency = market if any(offer.currency == market for offer in priced) else priced[0].currency
    priced = [offer for offer in priced if offer.currency == currency]
    return min(
        [offer for offer in priced if offer.availability is Availability.IN_STOCK] or priced,
        key=lambda offer: offer.price or Decimal(0),
    )


def joint_availability(availabilities: Iterable[Availability | None]) -> Availability | None:
    """Whether one can have a product of which the kinds have these: yes if any."""
    stated = set(availabilities)
    return next((availability for availability in _PREFERENCE if availability in stated), None)


def _offer(offer: dict[str, Any], page: ParsedPage) -> Offer:
    availability = _availability(offer)
    name = plain(first_text(offer.get("name"))) or _name_of_offered(offer)
    number, code = sku(first_text(offer.get("sku"))), gtin_of(offer)
    worn = _term(offer.get("itemCondition")) in _USED
    if _term(offer.get("businessFunction")).endswith(_RENTAL) or _is_for_many(offer):
        return Offer(name=name, sku=number, gtin=code, worn=worn)
    currency = _currency(offer, page)
    now, before = _specified(offer, currency, page)
    price = _first_amount(offer.get("price"), currency, page)
    summed = price is None and now is None
    if price is None:
        price = now if now is not None else _first_amount(offer.get("lowPrice"), currency, page)
    elif now is not None and before is None and now < price and _has_sale(offer):
        price, before = now, price
    if price is None:
        return Offer(availability=availability, name=name, sku=number, gtin=code, worn=worn)
    if before is not None and before <= price:
        before = None
    return Offer(price, currency, before, availability, name, number, code, summed, worn)


def _specified(offer: dict[str, Any], currency: str | None, page: ParsedPage) -> tuple[Decimal | None, Decimal | None]:
    """The price and the price before, as an offer's price specifications state them."""
    now = before = without_tax = None
    for spec in each(offer.get("priceSpecification"))[:20]:
        if not is_object(spec) or _is_of_something_else(spec):
            continue
        amount = _first_amount(spec.get("price") or spec.get("minPrice"), currency, page)
        kind = _term(spec.get("priceType"))
        if amount is None or kind in _OTHER_TYPES:
            continue
        if kind in _LIST_TYPES:
            before = before or amount
        elif str(spec.get("valueAddedTaxIncluded")).lower() == "false":
            without_tax = without_tax or amount
        else:
            now = amount if now is None or kind == "saleprice" else now
    if now is None:
        now = without_tax
    return (now, before) if now is not None else (before if offer.get("price") is None else None, before)


def _has_sale(offer: dict[str, Any]) -> bool:
    specs = each(offer.get("priceSpecification"))
    return any(is_object(spec) and _term(spec.get("priceType")) == "saleprice" for spec in specs)


def _is_of_something_else(spec: dict[str, Any]) -> bool:
    """Whether a specification is of a measure, an instalment, a quantity, a member's price, or of delivery."""
    if any(mark in _term(kind) for kind in each(spec.get("@type")) for mark in _CHARGES):
        return True
    if (
        spec.get("validForMemberTier")
        or spec.get("billingDuration")
        or spec.get("billingIncrement")
        or _is_for_many(spec)
    ):
        return True
    for quantity in each(spec.get("referenceQuantity")):
        if is_object(quantity) and (
            _unit(quantity) not in _COUNTED or first_text(quantity.get("value")) not in ("", "1", "1.0")
        ):
            return True
    return _unit(spec) not in _COUNTED


def _is_for_many(offer: dict[str, Any]) -> bool:
    for quantity in each(offer.get("eligibleQuantity")):
        if is_object(quantity):
            least = first_text(quantity.get("minValue"))
            if least.replace(".", "", 1).isdigit() and float(least) > 1:
                return True
    return False


def _unit(thing: dict[str, Any]) -> str:
    return (first_text(thing.get("unitCode")) or first_text(thing.get("unitText"))).lower()


def _availability(offer: dict[str, Any]) -> Availability | None:
    stated = [availability_term(first_text(value)) for value in each(offer.get("availability"))[:5]]
    found = joint_availability(stated)
    if found is None:
        level = offer.get("inventoryLevel")
        count = first_text(level.get("value") if is_object(level) else level)
        if count.replace(".", "", 1).isdigit():
            found = Availability.IN_STOCK if float(count) > 0 else Availability.OUT_OF_STOCK
    return found


def _currency(offer: dict[str, Any], page: ParsedPage) -> str | None:
    specs = [spec for spec in each(offer.get("priceSpecification"))[:5] if is_object(spec)]
    for thing in (offer, *specs):
        for key in ("priceCurrency", "currency"):
            text = first_text(thing.get(key))
            if text:
                return page.currency(text)
    for key in ("price", "lowPrice"):
        sign = sign_of(first_text(offer.get(key)))
        if sign:
            return page.currency(sign)
    return None


def _first_amount(value: Any, currency: str | None, page: ParsedPage) -> Decimal | None:
    for member in each(value)[:5]:
        amount = amount_of(member, currency, page)
        if amount is not None:
            return amount
    return None


def _name_of_offered(offer: dict[str, Any]) -> str:
    offered = offer.get("itemOffered")
    return plain(first_text(offered.get("name"))) if is_object(offered) else ""


def _term(value: Any) -> str:
    return first_text(value).rpartition("/")[2].rpartition("#")[2].lower()
