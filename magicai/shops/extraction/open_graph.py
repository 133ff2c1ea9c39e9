"""OpenGraph and product: metadata, as shops write them for social networks."""

from magicai.shops.extraction.identifiers import brand, gtin, sku
from magicai.shops.extraction.machine_prices import amount_of
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, folded, plain
from magicai.shops.product import Observation, Source

_TYPES = ("product", "og:product", "product.item", "product.group", "book")


def open_graph_product(page: ParsedPage) -> Observation | None:
    """The product of which a page's metadata speak, None where they call it something else and name no price."""
    metas = page.metas
    declared = metas.get("og:type", "").strip().lower() in _TYPES
    amount = _first(
        page, "product:sale_price:amount", "product:price:amount", "og:price:amount", "product:price", "og:price"
    )
    if not declared and not amount:
        return None
    name = _without_site(plain(_first(page, "og:title", "twitter:title")), page)
    if not name or (
        not amount and not _first(page, "product:availability", "og:availability", "product:retailer_item_id")
    ):
        return None
    observation = page.observation(name, Source.OPENGRAPH, page.own_url)
    observation.own_page = True
    code = _first(
        page,
        "product:sale_price:currency",
        "product:price:currency",
        "og:price:currency",
        "product:currency",
        "og:currency",
    )
    observation.currency = page.currency(code) if code else None
    observation.price = amount_of(amount, observation.currency, page) if amount else None
    before = _first(page, "product:original_price:amount", "og:price:standard_amount", "product:price:standard_amount")
    if not before and "product:sale_price:amount" in metas:
        before = metas.get("product:price:amount", "")
    list_price = amount_of(before, observation.currency, page) if before else None
    if observation.price is None:
        observation.currency = None
    elif list_price is not None and list_price > observation.price:
        observation.list_price = list_price
    availability = _first(page, "product:availability", "og:availability", "availability")
    observation.availability = availability_term(availability) if availability else None
    observation.sku = sku(metas.get("product:retailer_item_id", "") or metas.get("product:retailer_part_no", ""))
    observation.gtin = gtin(_first(page, "product:ean", "product:gtin", "product:upc", "product:isbn", "book:isbn"))
    observation.brand = brand(_first(page, "product:brand", "og:brand"))
    image = page.resolve(_first(page, "og:image:secure_url", "og:image", "og:image:url"))
    observation.images = (image,) if image else ()
    observation.description = plain(metas.get("og:description", ""), DESCRIPTION_LIMIT) or None
    return observation


def _first(page: ParsedPage, *keys: str) -> str:
    return next((value for key in keys if (value := page.metas.get(key, "").strip())), "")


def _without_site(title: str, page: ParsedPage) -> str:
    """A title without the shop's name behind or before it."""
    name = page.without_site(title)
    if name == title and page.headings:
        heading = clean(page.headings[0].text(separator=" "))
        if len(heading) > 1 and folded(title).startswith(folded(heading)):
            return heading  # the heading is what the title begins with
    return name
