"""What pages, shops' interfaces and feeds state of products."""

from magicai.shops.extraction.feeds import feed_elements, holds_at, local_name, money_in, read_feed
from magicai.shops.extraction.open_signs import settle_sign, settle_signs
from magicai.shops.extraction.script_answers import read_answer
from magicai.shops.extraction.shop_interfaces import read_shopify, read_woocommerce
from magicai.shops.extraction.web_page import read_page

__all__ = [
    "feed_elements",
    "holds_at",
    "local_name",
    "money_in",
    "read_answer",
    "read_feed",
    "read_page",
    "read_shopify",
    "read_woocommerce",
    "settle_sign",
    "settle_signs",
]
