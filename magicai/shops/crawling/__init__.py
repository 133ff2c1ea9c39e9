"""Reading a shop: policy and loop, over the ports Fetcher, CrawlRecords and Files."""

from magicai.shops.crawling.coverage import Fates
from magicai.shops.crawling.crawler import Crawler, open_crawl
from magicai.shops.crawling.limits import CrawlLimits, Politeness
from magicai.shops.crawling.opening import Closed
from magicai.shops.crawling.scope import shop_name

__all__ = ["Closed", "CrawlLimits", "Crawler", "Fates", "Politeness", "open_crawl", "shop_name"]
