"""What all shop systems have in common: pages, links between them, and what a perfect reader would find."""

import dataclasses
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, unquote

import jinja2
from markupsafe import Markup

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import CENT, Availability, Item, Variant, slug
from benchmarks.shop_systems.money import LOCALES
from benchmarks.shop_systems.options import Options
from benchmarks.shop_systems.pictures import png
from benchmarks.shop_systems.responses import Query, Response
from benchmarks.shop_systems.words import words

# Every twelfth product comes in sizes; of each is said by how much it is dearer than the smallest.
SIZES = (("S", Decimal("1.00")), ("M", Decimal("1.10")), ("L", Decimal("1.25")))
VARIANTS_EVERY = 12
TEXT_PAGES = ("about", "contact", "shipping", "privacy", "cart", "account", "search", "blog", "post-1", "post-2")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the pages of a shop say of one product.

    Attributes:
        path: path, and query where it takes one to find the product, as in the links to it.
        availability: None where no page states it.
        implied: what a buy button without a word on stock suggests; neither right nor wrong to report.
        sku, brand, category: None where no page states it plainly.
    """

    path: str
    name: str
    price: Decimal | None
    currency: str | None
    list_price: Decimal | None
    availability: Availability | None
    implied: Availability | None = None
    sku: str | None = None
    brand: str | None = None
    category: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A category, a brand, or all products (with an empty trail)."""

    number: int
    title: str
    slug: str
    trail: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a listing; pages count from 1."""

    listing: Listing
    page: int
    pages: int
    items: tuple[Item, ...]
    first: int

    @property
    def last(self) -> int:
        """The position of the last product shown, counted from 1."""
        return self.first + len(self.items) - 1


class System(ABC):
    """One shop of one system; subclasses know its addresses, its templates and what they state."""

    name: ClassVar[str]
    locale: ClassVar[str]
    per_page: ClassVar[int]
    structured: ClassVar[bool] = True
    can_be_structured: ClassVar[bool] = True
    has_variants: ClassVar[bool] = False
    # Whether the pages say which of the sizes are sold out.
    tells_stock_of_variants: ClassVar[bool] = False
    brand_pages: ClassVar[bool] = False
    page_parameter: ClassVar[str] = "page"

    def __init__(self, items: list[Item], options: Options, base: str) -> None:
        """Set up a shop that sells the items at the base URL (scheme, host and port)."""
        if options.structured and not self.can_be_structured:
            raise ValueError(f"{self.name} has no structured data by nature; leave `structured` out")
        self.base = base
        self.options = options
        self.is_structured = self.structured if options.structured is None else options.structured
        self.where = LOCALES[options.locale or self.locale]
        self.w = words(self.where.language, self.name)
        self.items = [self._in_sizes(item) for item in items] if self.has_variants and options.variants else items
        self.categories = self._categories()
        self.brands = self._brands() if self.brand_pages else []
        self.everything = Listing(0, self.w["catalog"], "all", (), tuple(self.items))
        self.paths: dict[str, Callable[[Query], Response]] = {}
        self._lay_out()

    # Addresses

    @abstractmethod
    def product_url(self, item: Item) -> str:
        """The path of a product's page, percent-encoded."""

    @abstractmethod
    def listing_url(self, listing: Listing) -> str:
        """The path of the first page of a category or brand; of all products for `everything`."""

    @abstractmethod
    def text_url(self, page: str) -> str:
        """The path of one of `TEXT_PAGES`."""

    def page_url(self, listing: Listing, page: int) -> str:
        """The address of one page of a listing."""
        url = self.listing_url(listing)
        return url if page == 1 else f"{url}{'&' if '?' in url else '?'}{self.page_parameter}={page}"

    def related_url(self, item: Item, place: int) -> str:  # noqa: ARG002  # Shopify notes the place in its links
        """The link to a product from another product's page."""
        return self.product_url(item)

    def listed_url(self, item: Item, listing: Listing) -> str:  # noqa: ARG002  # OpenCart notes the category in its links
        """The link to a product from a listing."""
        return self.product_url(item)

    def image_url(self, item: Item) -> str:
        """The path of a product's picture."""
        return f"/media/{item.number}.png"

    # What the pages say

    def expected(self) -> list[Expected]:
        """What a perfect reader of all pages finds, in the catalogue's order."""
        return [self.expect(item) for item in self.items]

    def expect(self, item: Item) -> Expected:
        """What a perfect reader finds out about one product."""
        return Expected(
            path=self.product_url(item),
            name=item.name,
            price=self.price(item),
            currency=None if item.price is None else self.where.currency,
            list_price=item.list_price,
            availability=self.availability(item),
            implied=None if self.availability(item) else "in_stock",
            sku=None if item.variants else self.sku(item),
            brand=item.brand,
            category=self.category(item),
        )

    def availability(self, item: Item) -> Availability | None:
        """What the pages state; systems that know no advance orders sell such products as any other."""
        return "in_stock" if item.available else "out_of_stock"

    def sku(self, item: Item) -> str | None:
        """The article number that the pages state."""
        return item.sku

    def category(self, item: Item) -> tuple[str, ...] | None:
        """The categories that the product's page states, outermost first."""
        return item.category

    def price(self, item: Item) -> Decimal | None:
        """The price of the cheapest size in stock, else of the cheapest."""
        sizes = [size for size in item.variants if size.available] or item.variants
        return min((size.price for size in sizes), default=item.price)

    # Pages

    def respond(self, path: str, query: Query) -> Response:
        """Answer one request; the path comes decoded."""
        page = self.paths.get(path)
        return (
            page(query) if page else self.render("text.html", status=404, page="not_found", title=self.w["not_found"])
        )

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Fill in a template of this system."""
        names = {
            "shop": self,
            "w": self.w,
            "money": self.money,
            "noise": self.options.noise,
            "structured": self.is_structured,
            "trail": (),
            "ld": None,
        }
        return responses.html(_templates(self.name).get_template(template).render(names | context), status)

    def front(self) -> Response:
        """The front page: some products of every kind, and links to all categories."""
        picks = self.items[:: max(1, len(self.items) // 8)][:8]
        return self.render("front.html", page="front", title=self.w["shop_name"], picks=picks)

    def product(self, item: Item) -> Response:
        """A product's page."""
        return self.render(
            "product.html", page="product", title=item.name, item=item, ld=self.product_data(item), trail=item.category
        )

    def listing(self, listing: Listing, query: Query) -> Response:
        """One page of a listing; beyond the last page it is empty."""
        asked = query.get(self.page_parameter, "1")
        sheet = self.sheet(listing, int(asked) if asked.isdigit() else 1)
        return self.render("listing.html", page="listing", title=listing.title, sheet=sheet, trail=listing.trail)

    def text(self, page: str) -> Response:
        """A page that sells nothing."""
        return self.render("text.html", page=page, title=self.text_title(page))

    def sheet(self, listing: Listing, page: int) -> Sheet:
        """Cut one page out of a listing."""
        start = (page - 1) * self.per_page
        pages = max(1, -(-len(listing.items) // self.per_page))
        return Sheet(listing, page, pages, listing.items[start : start + self.per_page], start + 1)

    def product_data(self, item: Item) -> Any:  # noqa: ARG002  # most of a system's data are made in its own class
        """The JSON-LD of a product's page; None where there is none."""
        return None

    @abstractmethod
    def add_routes(self) -> None:
        """Add what only this system has: robots.txt, sitemaps, interfaces."""

    def all_urls(self) -> list[str]:
        """The absolute URLs of all products and listings, as for a sitemap."""
        listings = [self.listing_url(listing) for listing in self.categories]
        return [self.base + url for url in [*(self.product_url(item) for item in self.items), *listings]]

    @property
    def page_count(self) -> int:
        """How many pages there are to read, each page of each listing counted."""
        listings = [self.everything, *self.categories, *self.brands]
        return 1 + len(self.items) + len(TEXT_PAGES) + sum(self.sheet(listing, 1).pages for listing in listings)

    # Parts of pages

    def money(self, amount: Decimal | float | str) -> str:
        """An amount as the shop writes it."""
        return self.where.money(amount)

    def plain(self, amount: Decimal) -> str:
        """An amount for data: a decimal point, no separators."""
        return str(amount.quantize(CENT, ROUND_HALF_EVEN))

    def attribute(self, amount: Decimal) -> str:
        """An amount for attributes: no trailing zeros."""
        return f"{amount.normalize():f}"

    def percent_off(self, item: Item) -> int:
        """The discount in whole percent."""
        if item.price is None or item.list_price is None:
            return 0
        return int((1 - item.price / item.list_price) * 100)

    def related(self, item: Item) -> list[Item]:
        """Four other products, of the same category first."""
        return self._others(item, 4, 1, same=item.category[0])

    def recently_viewed(self, item: Item) -> list[Item]:
        """Three other products of any category."""
        return self._others(item, 3, 7)

    def advertised(self) -> Item:
        """The product that banners and articles speak of."""
        return next((item for item in self.items if item.price is not None and item.available), self.items[0])

    def text_title(self, page: str) -> str:
        """The heading of a page that sells nothing."""
        keys = {"shipping": "shipping_page", "post-1": "post_1", "post-2": "post_2"}
        return self.w[keys.get(page, page)].format(amount=self.money(50))

    def top_categories(self) -> list[Listing]:
        """The outermost categories."""
        return [listing for listing in self.categories if len(listing.trail) == 1]

    def listing_of(self, trail: tuple[str, ...]) -> Listing:
        """The listing of a category."""
        return next(listing for listing in self.categories if listing.trail == trail)

    def brand_of(self, item: Item) -> Listing | None:
        """The listing of a product's brand."""
        return next((listing for listing in self.brands if listing.title == item.brand), None)

    def _others(self, item: Item, count: int, step: int, same: str | None = None) -> list[Item]:
        pool = [other for other in self.items if same is None or other.category[0] == same]
        if len(pool) <= count:
            pool = self.items
        start = item.number * step
        picked = (pool[(start + offset) % len(pool)] for offset in range(len(pool)))
        return [other for other in picked if other is not item][:count]

    def _in_sizes(self, item: Item) -> Item:
        if item.number % VARIANTS_EVERY or item.price is None:
            return item
        smallest_is_gone = self.tells_stock_of_variants and not item.number % (2 * VARIANTS_EVERY)
        sizes = tuple(
            Variant(
                size, (item.price * factor).quantize(CENT), item.available and not (smallest_is_gone and size == "S")
            )
            for size, factor in SIZES
        )
        return dataclasses.replace(item, variants=sizes, list_price=None)

    def _categories(self) -> list[Listing]:
        trails = {item.category[:depth]: None for item in self.items for depth in range(1, len(item.category) + 1)}
        return [
            Listing(
                number,
                trail[-1],
                "-".join(slug(part) for part in trail),
                trail,
                tuple(item for item in self.items if item.category[: len(trail)] == trail),
            )
            for number, trail in enumerate(trails, start=1)
        ]

    def _brands(self) -> list[Listing]:
        names = sorted({item.brand for item in self.items if item.brand})
        return [
            Listing(number, name, slug(name), (name,), tuple(item for item in self.items if item.brand == name))
            for number, name in enumerate(names, start=1)
        ]

    def _lay_out(self) -> None:
        self.paths["/"] = lambda _query: self.front()
        self.paths["/static/shop.css"] = lambda _query: Response(
            (Path(__file__).parent / "templates" / "shop.css").read_bytes(), "text/css; charset=utf-8"
        )
        for item in self.items:
            self._put(self.product_url(item), lambda _query, item=item: self.product(item))
            self._put(self.image_url(item), lambda _query, item=item: Response(png(item.number), "image/png"))
        for listing in (self.everything, *self.categories, *self.brands):
            self._put(self.listing_url(listing), lambda query, listing=listing: self.listing(listing, query))
        for page in TEXT_PAGES:
            self._put(self.text_url(page), lambda _query, page=page: self.text(page))
        self.add_routes()

    def _put(self, url: str, page: Callable[[Query], Response]) -> None:
        # What came first stays: the search page of a shop may be its front page with a query.
        self.paths.setdefault(unquote(url.partition("?")[0]), page)


@cache
def _templates(system: str) -> jinja2.Environment:
    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder / system, folder]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["script_json"] = script_json
    environment.filters["attribute_json"] = _attribute_json
    return environment


def script_json(data: Any) -> Markup:
    """JSON for the inside of a script element."""
    return Markup(json.dumps(data, ensure_ascii=False).replace("</", "<\\/"))  # noqa: S704  # only a closing tag could end the script


def _attribute_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def path(*parts: str) -> str:
    """Join parts of a path, percent-encoded as browsers send them."""
    return "/" + "/".join(quote(part) for part in parts)


def stated(data: dict[str, Any]) -> dict[str, Any]:
    """The entries that have a value."""
    return {key: value for key, value in data.items() if value is not None}
