"""By which keys a product of the catalogue is known: GTIN, else number and brand, else model and brand, else address.

A number alone is a key within its shop, or among one's own files. A weaker key never joins what a stronger one tells
apart. A title is no key: products that are called alike are only suggested as duplicates.
"""

from magicai.catalogue.product import SourceStatement, Values
from magicai.shops.addresses import host_of
from magicai.shops.product_keys import folded, gtin_key, sku_key, url_key
from magicai.values.digest import digest_of

_LONGEST, _BEGIN = 400, 300


def natural_keys(values: Values) -> list[str]:
    """Keys of a product, strongest first; never empty where it has a name or an address."""
    scope = values.shop or (host_of(values.url) if values.url else "")
    keys: list[str] = []
    if values.gtin:
        keys.append(f"gtin:{gtin_key(values.gtin)}")
    if values.sku:
        keys.append(f"sku:{_maker(values.brand, scope)}:{sku_key(values.sku)}")
    if values.model and values.brand:
        keys.append(f"model:{folded(values.brand)}:{sku_key(values.model)}")
    if values.url:
        keys.append(f"url:{url_key(values.url)}")
    if not keys and values.name:
        keys.append(f"name:{scope}:{folded(values.name)}")
    return [_whole(key) for key in keys]


def keys_of(stated: SourceStatement) -> list[str]:
    """Keys of what is stated, and the address of the page that states it, where another is the product's own."""
    keys = natural_keys(stated.values)
    page = _whole(f"url:{url_key(stated.page.url)}") if stated.page is not None else ""
    return [*keys, page] if page and page not in keys else keys


def item_keys(values: Values) -> list[str]:
    """By what a product is found, and never joined with another: the numbers of it and of its variants.

    Of two products with one number, the first is found.
    """
    return [item_key(sku) for sku in dict.fromkeys((values.sku, *(variant.sku for variant in values.variants))) if sku]


def item_key(sku: str) -> str:
    """The key of a number, whoever's it is."""
    return _whole(f"item:{sku_key(sku)}")


def kind_of(key: str) -> str:
    """What kind of key it is."""
    return key.partition(":")[0]


def contradict(known: list[str], stated: list[str], by: str) -> bool:
    """Whether two products that share key `by` differ in a key of a stronger kind."""
    for kind in ("gtin", "sku", "model"):
        if kind == kind_of(by):
            return False
        one, other = ({key for key in keys if kind_of(key) == kind} for keys in (known, stated))
        if one and other and not one & other:
            return True
    return False


def _whole(key: str) -> str:
    """A key as it is kept: what is longer than its column would be another product's if it were cut."""
    return key if len(key) <= _LONGEST else f"{key[:_BEGIN]} {digest_of(key)}"


def _maker(brand: str | None, scope: str) -> str:
    return f"brand {folded(brand)}" if brand else f"shop {scope}"
