"""By which keys a product of the catalogue is known: GTIN, else number and brand, else model and brand, else address.

A number alone is a key within its shop, or among one's own files. A weaker key never joins what a stronger one tells
apart, and none joins two ids of one source or two addresses. A title is no key: products that are called alike are only
suggested as duplicates.
"""

from collections.abc import Iterable

from magicai.catalogue.product import CatalogueProduct, SourceStatement, Values
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
    """Keys of what is stated, and the address of the page that states it, where another is the product's own.

    A connected shop gives each product an id: by that it is known first, and by its name never.
    """
    keys = natural_keys(stated.values)
    if stated.system is not None:
        own = _whole(f"system:{stated.system.address}:{stated.system.product_id}")
        return [own, *(key for key in keys if kind_of(key) != "name")]
    page = _whole(f"url:{url_key(stated.page.url)}") if stated.page is not None else ""
    own = [_whole(f"id:{stated.origin.source}:{stated.item}")] if stated.item else []
    return [*own, *keys, page] if page and page not in keys else [*own, *keys]


def is_same(product: CatalogueProduct, stated: SourceStatement, key: str) -> bool:
    """Whether a product that shares a key with what is stated is surely that."""
    if kind_of(key) == "system":
        return True
    keys = natural_keys(stated.values)
    if kind_of(key) == "id":  # which the next version of a file may give to something else
        known = natural_keys(product.values)
        is_called_alike = folded(product.values.name) == folded(stated.values.name)
        return not contradict(known, keys, "url:") and (is_called_alike or not set(known).isdisjoint(keys))
    known_id = product.ids.get(stated.origin.source, "")
    if stated.item and known_id and stated.item != known_id:
        return False
    mine, theirs = _addresses(product.values, product.pages), _addresses(stated.values, ())
    if stated.page is not None:
        theirs.add(url_key(stated.page.url))
    if mine and theirs and mine.isdisjoint(theirs):
        return False
    return not contradict(natural_keys(product.values), keys, key)


def _addresses(values: Values, pages: Iterable[str]) -> set[str]:
    return {url_key(values.url), *pages} if values.url else {*pages}


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
