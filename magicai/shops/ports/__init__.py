"""What shops need from the outside, beside the ports that all subjects share."""

from magicai.shops.ports.analytics import Analytics
from magicai.shops.ports.crawl_records import CrawlRecords, LeftBehind, ProductRecords
from magicai.shops.ports.history_records import HistoryRecords
from magicai.shops.ports.records import ShopRecords
from magicai.shops.ports.shop_identities import ShopIdentities

__all__ = [
    "Analytics",
    "CrawlRecords",
    "HistoryRecords",
    "LeftBehind",
    "ProductRecords",
    "ShopIdentities",
    "ShopRecords",
]
