"""By which keys a product is known: GTIN, else SKU, else canonical address, else name."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from magicai.shops.addresses import route_of, without_collection, without_tracking
from magicai.shops.product import Product

_VARIANT_PARAMETER = re.compile(r"variant|variant_?id|selected_?variant")
_NOT_WORD = re.compile(r"[\W_]+")
_GTIN_LENGTH = 14


def identity_keys(product: Product) -> list[str]:
    """By which keys a product may be known, strongest first: `gtin:…`, `sku:…`, `url:…`, or only `name:…`."""
    return keys_of(product.gtin, product.sku, product.url, product.name)


# The usual address needs no parsing: there is nothing in it to unfold or to sort.
_PLAIN_ADDRESS = re.compile(r"https?://(?:www\.)?([a-z0-9.\-]+(?::[0-9]+)?)(/[A-Za-z0-9\-_~,;=@!$*'()./+&:]*|)")
_PRODUCT_PARAMETER = re.compile(
    r"(?:product|prod|item|goods|article|artikel)_?(?:id|no|nr|code)|id_product|pid|gid|sku"
)
# What says, with it, which page of a shop's only script this is.
_NAMING_PARAMETER = re.compile(
    rf"{_PRODUCT_PARAMETER.pattern}|route|controller|view|action|main_page|page_id|do|m|c|a|mod", re.IGNORECASE
)


@lru_cache(maxsize=256)
def url_key(url: str) -> str:
    """An address without what does not tell products apart.

    That is its scheme, www, the host's case, escapes, a final slash, the order of parameters, its fragment unless that
    is a route of scripts, the collection from which one came to a product, and parameters that follow visitors or
    choose a variant. Where a parameter names the product, those beside it only say by which list it was reached.
    """
    plain = _PLAIN_ADDRESS.fullmatch(url)
    if plain is not None and not plain[1].startswith("www."):
        return plain[1] + (without_collection(plain[2].rstrip("/")) or "/")
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    asked = without_tracking(f"?{parts.query}").removeprefix("?")
    query = sorted(
        part for part in asked.split("&") if part and not _VARIANT_PARAMETER.fullmatch(part.partition("=")[0])
    )
    if any(_PRODUCT_PARAMETER.fullmatch(part.partition("=")[0]) for part in query):
        query = [part for part in query if _NAMING_PARAMETER.fullmatch(part.partition("=")[0])]
    path = without_collection(unquote(parts.path).rstrip("/")) or "/"
    shown = path + (f"?{'&'.join(query)}" if query else "") + route_of(url)
    return parts.netloc.lower().removeprefix("www.") + shown


def names_collection(url: str) -> bool:
    """Whether an address says from which collection one came to its product, so that others are the product's, too."""
    try:
        path = unquote(urlsplit(url).path).rstrip("/")
    except ValueError:
        return False
    return without_collection(path) != path


def keys_of(gtin: str | None, sku: str | None, url: str, name: str) -> list[str]:
    """By which keys what is stated like this may be known, strongest first."""
    keys: list[str] = []
    if gtin:
        keys.append(f"gtin:{gtin_key(gtin)}")
    if sku:
        keys.append(f"sku:{sku_key(sku)}")
    if url:
        keys.append(f"url:{url_key(url)}")
    return keys or [f"name:{folded(name)}"]


def gtin_key(gtin: str) -> str:
    """A GTIN without what does not tell products apart."""
    return gtin.zfill(_GTIN_LENGTH)


def sku_key(sku: str) -> str:
    """A SKU without what does not tell products apart."""
    return " ".join(sku.casefold().split())


def folded(name: str) -> str:
    """A name for comparing: compatible forms, no case, no punctuation."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
