"""What differs between two shops of the same system."""

from dataclasses import dataclass

# Everything around the products that a real shop has, and that tempts a reader of pages.
NOISE = frozenset(
    {
        "addons",  # gift wrap for 4.95, warranties
        "blog",  # articles that name products and prices
        "cookie_banner",
        "currency_switcher",
        "instalments",  # "or 3 payments of 4.33"
        "lowest_price",  # lowest price of the last 30 days, as the EU asks beside a discount
        "newsletter",  # "10 off your first order"
        "promotion",  # a banner that names a product and a price and leads elsewhere
        "quantity_discounts",  # "10 or more 8.99"
        "recently_viewed",
        "related",
        "reviews",
        "shipping",  # "free shipping over 50", a table of rates
        "sorting",  # links to the same list in another order
        "unit_prices",  # price per litre, per 100 g
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of one shop; None stands for what the system does by default.

    Attributes:
        structured: JSON-LD, microdata and OpenGraph in the pages.
        api: the system's public JSON interface answers (Shopify, WooCommerce).
        locale: language, currency and number format, a key of `money.LOCALES`.
        noise: which of `NOISE` the pages have.
        variants: some products come in sizes at different prices, where the system shows such.
        cents: hydration data state amounts in the smallest unit (nextjs).
        limit: how many products of the catalogue the shop sells.
    """

    structured: bool | None = None
    api: bool = False
    locale: str | None = None
    noise: frozenset[str] = NOISE
    variants: bool = True
    cents: bool = False
    limit: int | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.noise) - NOISE:
            raise ValueError(f"unknown noise {', '.join(sorted(unknown))}; there is {', '.join(sorted(NOISE))}")
