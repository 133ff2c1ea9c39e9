"""What one page states of the one product that it is about, or why it is not such a page."""

from collections.abc import Sequence
from decimal import Decimal

from magicai.catalogue.pages.several import products_named, reviews_in
from magicai.catalogue.product import OFFER, Attribute, Origin, OriginKind, PageState, SourceStatement, Values
from magicai.errors import Permanent
from magicai.ports import FetchedPage
from magicai.shops.addresses import host_of
from magicai.shops.crawling import answers
from magicai.shops.extraction import read_page, settle_signs
from magicai.shops.extraction.page_kinds import is_notice
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.merging import merge
from magicai.shops.product import Availability, Product, Source
from magicai.shops.product_keys import url_key

_NOT_SOLD_NOW = (Availability.OUT_OF_STOCK, Availability.PREORDER)


def stated_by(page: FetchedPage, *, digest: str, at_us: int) -> SourceStatement:
    """The product that a page is about.

    Raises:
        Permanent: it is about none, about several, or does not say what it costs.
    """
    if not answers.is_html(page.content_type, page.body):
        raise Permanent("address_not_page", type=page.content_type or "application/octet-stream")
    reading = read_page(
        page.body,
        url=page.final_url,
        content_type=page.content_type,
        charset=page.charset,
        digest=digest,
        at_us=at_us,
    )
    if len(several := products_named(page)) > 1:
        raise _about_several(several)
    settle_signs(reading.observations)
    product = _own_product(reading, page.final_url)
    if product.price is None and product.availability not in _NOT_SOLD_NOW:
        raise Permanent("product_price_missing", name=product.name)
    stated = of_product(product, at_us=at_us, language=reading.language, page=_state(page, digest))
    reviews = reviews_in(page)
    return stated.model_copy(update={"reviews": reviews}) if reviews else stated


def of_product(
    product: Product,
    *,
    at_us: int,
    kind: OriginKind = OriginKind.PAGE,
    language: str = "",
    page: PageState | None = None,
) -> SourceStatement:
    """What a product of a shop states, as the catalogue keeps it.

    One that has no page of its own has no address: that of the listing which states it is that of others, too.
    """
    place = page.url if page is not None else product.found_at
    # One shop is one source, by whichever of its pages: what it stated before, it may replace.
    origin = Origin(kind=kind, source=f"shop:{host_of(place)}", place=place, at=at_us)
    known = product.shared()
    if product.price is None or product.price <= Decimal(0):
        known |= dict.fromkeys(OFFER)
    if product.availability is Availability.UNKNOWN:
        known["availability"] = None
    values = Values(
        **known,
        shop=host_of(product.url or place),
        language=language.partition("-")[0].lower(),
        attributes=_variant_attributes(product),
    )
    return SourceStatement(values=values, origin=origin, page=page)


def _variant_attributes(product: Product) -> tuple[Attribute, ...]:
    names = tuple(dict.fromkeys(variant.name for variant in product.variants if variant.name))
    return (Attribute(name="variants", kind="text", value=", ".join(names[:50])),) if names else ()


def _own_product(reading: Reading, url: str) -> Product:
    if reading.kind in answers.WALLS:
        raise Permanent(answers.WALLS[reading.kind])
    own = [observation for observation in reading.observations if observation.own_page]
    # What is left of a product is a heading that says so, beside other products with their prices.
    named = {one.source for one in own} == {Source.PAGE} and any(is_notice(one.name) for one in own)
    if reading.kind is PageKind.NOT_FOUND or named:
        raise Permanent("product_page_not_found")
    products = merge(own, host_of(url))
    if len(products) > 1:
        # The same product, of which one place knows a number and another only the name.
        here = [one for one in products if url_key(one.url) in (url_key(url), url_key(reading.canonical or url))]
        if len(here) != 1:
            raise _about_several([product.name for product in products])
        products = here
    if not products:
        raise _without_product(reading)
    found = products[0]
    return found if found.url else found.model_copy(update={"url": url})


def _about_several(names: Sequence[str]) -> Permanent:
    said = ", ".join(f"“{name}”" for name in names[:3])
    return Permanent("page_has_several_products", count=len(names), said=said)


def _without_product(reading: Reading) -> Permanent:
    listed = len({url_key(observation.url) for observation in reading.observations})
    if listed or reading.kind is PageKind.LISTING:
        many = f"{listed} products" if listed else "products"
        return Permanent("page_is_product_list", many=many)
    if reading.needs_rendering:
        return Permanent("browser_required")
    return Permanent("page_has_no_product")


def _state(page: FetchedPage, digest: str) -> PageState:
    return PageState(url=page.url, digest=digest, etag=page.etag, last_modified=page.last_modified)
