"""A shop of one's own make: cards in HTML with class names that nobody else uses, and nothing else."""

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Availability, Item
from benchmarks.shop_systems.system import Listing, System, path

# Below this many the number is told.
FEW = 5
ROBOTS = """\
User-agent: *
Disallow: /kassa
Disallow: /varukorg
"""


class Bare(System):
    """No structured data, no data attributes, prices and stock as text among other text."""

    name = "bare"
    locale = "sv-SE"
    per_page = 20
    structured = False
    can_be_structured = False
    page_parameter = "sida"

    def product_url(self, item: Item) -> str:
        """Number and name."""
        return path("p", str(item.number), item.slug)

    def listing_url(self, listing: Listing) -> str:
        """By name."""
        return path("k", listing.slug)

    def text_url(self, page: str) -> str:
        """Short names at the top."""
        return path({"cart": "varukorg", "account": "logga-in"}.get(page, f"info-{page}"))

    def availability(self, item: Item) -> Availability | None:
        """Everything is said in words."""
        return item.availability

    def stock_words(self, item: Item) -> str:
        """What stands beside the coloured dot."""
        if item.availability != "in_stock":
            return self.w["sold_out" if item.availability == "out_of_stock" else item.availability]
        few = item.quantity is not None and item.quantity < FEW
        return self.w["low_stock"].format(n=item.quantity) if few else self.w["in_stock"]

    def add_routes(self) -> None:
        """A robots.txt without a sitemap."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS)
