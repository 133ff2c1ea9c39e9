"""How prices and stock are written, for people and for machines."""

from decimal import Decimal

from magicai.shops.sample.catalogue import Item, Language, Stock

_STOCK_WORDS: dict[Language, dict[Stock, str]] = {
    "en": {
        "in_stock": "In stock",
        "out_of_stock": "Sold out",
        "preorder": "Pre-order",
        "backorder": "On backorder",
        "unknown": "",
    },
    "zh": {
        "in_stock": "有货",
        "out_of_stock": "已售罄",
        "preorder": "预售",
        "backorder": "缺货，可预订",
        "unknown": "",
    },
}
_ASK: dict[Language, str] = {"en": "Price on request", "zh": "请询价"}


def money(amount: Decimal, currency: str, encoding: str = "utf-8") -> str:
    """An amount as the shop's pages write it: $1,249.00, 1.299,00 €, ¥1,280.00.

    GBK has no yen sign of normal width, so pages in it write the full-width one.
    """
    figure = f"{amount:,.2f}"
    if currency == "EUR":
        return figure.translate(str.maketrans(",.", ".,")) + "\N{NO-BREAK SPACE}€"
    if currency == "CNY":
        return ("¥" if encoding == "utf-8" else "￥") + figure
    return "$" + figure


def asking(item: Item, encoding: str = "utf-8") -> str:
    """What stands where a price stands, "from" the lowest where variants differ."""
    if item.price is None:
        return _ASK[item.language]
    text = money(item.price, item.currency, encoding)
    if len({variant.price for variant in item.variants}) < 2:  # noqa: PLR2004 - one price is no range
        return text
    return f"{text} 起" if item.language == "zh" else f"from {text}"


def stock_words(stock: Stock, language: Language) -> str:
    """What a page says of a product's stock; empty where it says nothing."""
    return _STOCK_WORDS[language][stock]


def schema_stock(stock: Stock) -> str | None:
    """schema.org's address for it."""
    names = {"in_stock": "InStock", "out_of_stock": "OutOfStock", "preorder": "PreOrder", "backorder": "BackOrder"}
    return f"https://schema.org/{names[stock]}" if stock in names else None
