"""Reading a shop: policy and loop, over the ports Fetcher, CrawlRecords and Files."""

from magicai.crawling.coverage import fates
from magicai.crawling.crawler import Crawler, open_crawl
from magicai.crawling.limits import CrawlLimits, Manners
from magicai.crawling.opening import Closed
from magicai.crawling.scope import shop_name

__all__ = ["Closed", "CrawlLimits", "Crawler", "Manners", "fates", "open_crawl", "shop_name"]
