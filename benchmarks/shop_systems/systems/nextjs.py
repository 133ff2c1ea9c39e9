"""A shop made with Next.js whose pages hold nothing but data for its scripts."""

from decimal import Decimal
from typing import Any

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Item
from benchmarks.shop_systems.system import Listing, Sheet, System, path, stated

ROBOTS = """\
# *
User-agent: *
Allow: /
Disallow: /api/
Disallow: /cart

# Host
Host: {base}

# Sitemaps
Sitemap: {base}/sitemap.xml
"""


class NextJs(System):
    """`__NEXT_DATA__` and skeletons; links to products only in data and in the sitemap."""

    name = "nextjs"
    locale = "en-GB"
    per_page = 24
    structured = False
    can_be_structured = False
    has_variants = True
    tells_stock_of_variants = True

    def product_url(self, item: Item) -> str:
        """By slug."""
        return path("product", item.slug)

    def listing_url(self, listing: Listing) -> str:
        """By slug."""
        return path("search") if listing is self.everything else path("search", listing.slug)

    def text_url(self, page: str) -> str:
        """By name; the search itself is the list of all products."""
        return path("find" if page == "search" else page)

    def money_data(self, amount: Decimal) -> dict[str, Any]:
        """An amount in data: a number, or a count of the smallest unit as commercetools has it."""
        if self.options.cents:
            cents = int(amount * 100)
            return {
                "type": "centPrecision",
                "currencyCode": self.where.currency,
                "centAmount": cents,
                "fractionDigits": 2,
            }
        return {"value": float(amount), "currencyCode": self.where.currency}

    def product_json(self, item: Item) -> dict[str, Any]:
        """A product as the pages' scripts get it."""
        data: dict[str, Any] = {
            "id": f"cHJvZHVjdC0{item.number:05d}",
            "name": item.name,
            "slug": item.slug,
            "path": self.product_url(item),
            "description": item.description,
            "vendor": item.brand,
            "images": [{"url": self.base + self.image_url(item), "alt": item.name, "width": 800, "height": 800}],
            "options": [{"displayName": "Size", "values": [{"label": v.name} for v in item.variants]}],
            "tags": [],
        }
        return stated(data | (self._commercetools(item) if self.options.cents else self._commerce(item)))

    def _commerce(self, item: Item) -> dict[str, Any]:
        variants = [
            {
                "id": f"{item.number}-{variant.name}",
                "sku": f"{item.sku}-{variant.name}",
                "name": variant.name,
                "price": self.money_data(variant.price),
                "availableForSale": variant.available,
            }
            for variant in item.variants
        ]
        price = None if item.price is None else self.money_data(item.price)
        if price is not None and item.list_price is not None:
            price["listPrice"] = float(item.list_price)
        return {"sku": item.sku, "price": price, "availableForSale": item.available, "variants": variants}

    def _commercetools(self, item: Item) -> dict[str, Any]:
        sizes = [(v.name, v.price, v.available) for v in item.variants]
        if item.price is not None:
            sizes = sizes or [("One size", item.price, item.available)]
        variants = [
            {
                "id": place,
                "sku": f"{item.sku}-{name}" if item.variants else item.sku,
                "price": {"value": self.money_data(item.list_price or price), "country": self.where.tag[-2:]}
                | ({"discounted": {"value": self.money_data(price)}} if item.on_sale else {}),
                "availability": {"isOnStock": available, "availableQuantity": 12 * available},
                "attributes": [{"name": "size", "value": name}],
            }
            for place, (name, price, available) in enumerate(sizes, start=1)
        ]
        return {"masterVariant": variants[0] if variants else None, "variants": variants[1:]}

    def next_data(self, page: str, properties: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        """What Next.js puts into a page for its scripts."""
        common: dict[str, Any] = {
            "locale": self.where.tag,
            "menu": [{"title": c.title, "path": self.listing_url(c)} for c in self.categories],
            "settings": {
                "shopName": self.w["shop_name"],
                "currency": self.where.currency,
                "freeShippingFrom": self.money_data(Decimal(50)),
                "newsletterDiscount": self.money_data(Decimal(10)),
            },
            "cart": {"id": None, "lineItems": [], "totalPrice": self.money_data(Decimal(0))},
            "cookieConsent": {"version": 3, "partners": 247},
        }
        return {
            "props": {"pageProps": common | properties, "__N_SSP": True},
            "page": page,
            "query": query,
            "buildId": "kq3fXW9gA1bM0rX2tZ8uV",
            "isFallback": False,
            "gssp": True,
            "scriptLoader": [],
        }

    def front_data(self, picks: list[Item]) -> dict[str, Any]:
        """The front page: products, and a banner in the noise."""
        star = self.advertised()
        banner = {"title": self.w["promotion"].format(name=star.name, amount=self.money(9)), "path": "/post-1"}
        blocks = {"products": [self.product_json(item) for item in picks]}
        return self.next_data("/", blocks | ({"hero": banner} if "promotion" in self.options.noise else {}), {})

    def listing_data(self, sheet: Sheet) -> dict[str, Any]:
        """A listing: its products and where the pages are."""
        paging = {"page": sheet.page, "pageCount": sheet.pages, "total": len(sheet.listing.items)}
        facets = {"price": {"min": self.money_data(Decimal(1)), "max": self.money_data(Decimal(2000))}}
        data = {"category": {"title": sheet.listing.title, "path": self.listing_url(sheet.listing)}}
        products = [self.product_json(item) for item in sheet.items]
        return self.next_data(
            "/search/[category]", data | {"products": products, "pagination": paging, "facets": facets}, {}
        )

    def item_data(self, item: Item) -> dict[str, Any]:
        """A product's page: the product, and in the noise others."""
        crumbs = [
            {"title": name, "path": self.listing_url(self.listing_of(item.category[: depth + 1]))}
            for depth, name in enumerate(item.category)
        ]
        data: dict[str, Any] = {"product": self.product_json(item), "breadcrumbs": crumbs}
        if "related" in self.options.noise:
            data["relatedProducts"] = [self.product_json(other) for other in self.related(item)]
        if "recently_viewed" in self.options.noise:
            data["recentlyViewed"] = [self.product_json(other) for other in self.recently_viewed(item)]
        if "reviews" in self.options.noise:
            data["reviews"] = [{"author": r.author, "rating": r.stars, "body": r.text} for r in item.reviews]
        if "addons" in self.options.noise:
            data["extras"] = [{"label": "gift_wrap", "price": self.money_data(Decimal("3.95"))}]
        return self.next_data("/product/[slug]", data, {"slug": item.slug})

    def text_data(self, page: str) -> dict[str, Any]:
        """A page that sells nothing."""
        return self.next_data(f"/{page}", {"page": {"title": self.w["home"], "slug": page}}, {})

    def add_routes(self) -> None:
        """robots.txt and sitemaps as next-sitemap writes them."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS.format(base=self.base))
        self.paths["/sitemap.xml"] = lambda _query: responses.sitemap_index([f"{self.base}/sitemap-0.xml"])
        pages = [self.base + self.text_url(page) for page in ("about", "contact", "blog", "post-1", "post-2")]
        self.paths["/sitemap-0.xml"] = lambda _query: responses.sitemap([f"{self.base}/", *self.all_urls(), *pages])
