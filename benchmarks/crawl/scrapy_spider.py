"""A usual spider of Scrapy with extruct: `python -m benchmarks.crawl.scrapy_spider ORIGIN`.

Written for this shop: it follows the navigation, the lists and their pages, and reads the product pages only.
"""

import importlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.crawl.found import Found, Meter, from_json_ld, tell
from benchmarks.crawl.shop import CONCURRENCY

scrapy: Any = importlib.import_module("scrapy")
crawler: Any = importlib.import_module("scrapy.crawler")
extruct: Any = importlib.import_module("extruct")


class ShopSpider(scrapy.Spider):
    """Reads the shop."""

    name = "shop"

    origin: str  # given by whoever starts it
    pages = 0
    meter: Meter
    measured: dict[str, float]

    async def start(self) -> AsyncIterator[Any]:
        """From the front page."""
        self.meter = Meter()
        yield scrapy.Request(f"{self.origin}/", callback=self.parse_list)

    def parse_list(self, response: Any) -> Iterator[Any]:
        """The front page, or one page of a list."""
        self.pages += 1
        for link in response.css("nav.main a, a.next"):
            yield response.follow(link, self.parse_list)
        for link in response.css(".product-card h3 a"):
            yield response.follow(link, self.parse_product)

    def parse_product(self, response: Any) -> Iterator[dict[str, Any]]:
        """A product's page."""
        self.pages += 1
        data = extruct.extract(
            response.text, base_url=response.url, syntaxes=["json-ld", "microdata", "opengraph"], uniform=True
        )
        product = from_json_ld(data["json-ld"])
        if product is not None:
            yield asdict(product)

    def closed(self, reason: str) -> None:
        """Nothing is left."""
        del reason
        self.measured = self.meter.stop(self.pages)


def main() -> None:
    """Read the shop as politely as we do, and as fast."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder, "products.jsonl")
        process: Any = crawler.CrawlerProcess(
            {
                "ROBOTSTXT_OBEY": True,
                "CONCURRENT_REQUESTS": CONCURRENCY,
                "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
                "DOWNLOAD_DELAY": 0,
                "AUTOTHROTTLE_ENABLED": False,
                "COOKIES_ENABLED": False,
                "TELNETCONSOLE_ENABLED": False,
                "LOG_ENABLED": False,
                "FEEDS": {feed.as_uri(): {"format": "jsonlines"}},
            }
        )
        made = process.create_crawler(ShopSpider)
        process.crawl(made, origin=sys.argv[1])
        process.start()
        products = [Found(**json.loads(line)) for line in feed.read_text(encoding="utf-8").splitlines()]
    tell(made.spider.measured, products)


if __name__ == "__main__":
    main()
