"""The records with what only shops have in them."""

from typing import Protocol

from magicai.ports import Records
from magicai.shops.ports.crawl_records import CrawlRecords, ProductRecords
from magicai.shops.ports.history_records import HistoryRecords
from magicai.shops.ports.shop_identities import ShopIdentities


class ShopRecords(Records, Protocol):
    """The truth, of shops too."""

    crawls: CrawlRecords
    products: ProductRecords
    histories: HistoryRecords
    shop_identities: ShopIdentities
