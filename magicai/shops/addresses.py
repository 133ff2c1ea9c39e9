"""Addresses as a page writes them, made absolute; and whether two lie in the same shop."""

import re
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

LONGEST = 2_048
_OWN_LABELS = 2
_COUNTRY_LENGTH = 2
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# The usual href of a shop's link needs no parsing: a path from the root, with nothing to unfold or to escape in it.
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9\-_~%+,;=@!$*'()./]*(?:\?[A-Za-z0-9\-_~%+,;=@&.]*)?")
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9\-.]+(?!:80/|:443/)(?::[0-9]+)?/[A-Za-z0-9\-_~%+,;=@!$*'()./]*(?:\?[A-Za-z0-9\-_~%+,;=@&.]+)?"
)
_PLAIN_ORIGIN = re.compile(r"(https?://[A-Za-z0-9\-.]+(?::[0-9]+)?)(?:[/?#]|$)")
_NOT_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_ESCAPED = re.compile(r'[^\x21-\x7e]|["<>`{}|^]')
_KEPT = "/%:@!$&'()*+,;=~-._?"
_SECOND_LEVEL = frozenset(
    ("co", "com", "net", "org", "ac", "gov", "edu", "or", "ne", "go", "gob", "nom", "web", "shop", "store")
)
_HOSTING = frozenset((
    "myshopify.com", "wixsite.com", "squarespace.com", "mybigcommerce.com", "bigcartel.com", "shoplazza.com",
    "myshoplaza.com",
    "shoplineapp.com", "github.io", "gitlab.io", "netlify.app", "vercel.app", "herokuapp.com", "blogspot.com",
    "wordpress.com",
    "weebly.com", "webflow.io", "pages.dev", "web.app", "firebaseapp.com", "ecwid.com", "tumblr.com", "storenvy.com",
    "azurewebsites.net",
    "cloudfront.net", "amazonaws.com", "mystrikingly.com", "jimdofree.com", "jimdosite.com", "tiendanube.com",
    "nuvemshop.com",
    "youzan.com", "weidian.com", "base.shop", "stores.jp", "thebase.in", "shop-pro.jp", "example.com", "fly.dev",
    "onrender.com",
))  # fmt: skip
_TRACKING = re.compile(
    r"(?:utm_\w+|mc_[ce]id|[gfy]clid|gbraid|wbraid|gclsrc|dclid|msclkid|ttclid|igshid|_ga|_gl|_pos|_sid|_ss|_psq"
    r"|_fid|_v"
    r"|pr_\w+|srsltid|spm|scm|pvid|algo_\w+|ref_?|ref_src|trk|affiliate_?id|aff_?id|cmpid|epik|s_kwcid|ved|zanpid)"
)
_WITHIN_COLLECTION = re.compile(r"/collections/[^/]+/(?=products/[^/]+$)")
# What scripts take for a path of their own: `#/product/3`, `#!/product/3`, `#!product/3`.
_ROUTE = re.compile(r"#(?:/|!/?)[^#]*\w[^#]*$")


def route_of(url: str) -> str:
    """The fragment of an address that names a page which scripts draw; "" where it names none."""
    found = _ROUTE.search(url) if "#" in url else None
    return found[0] if found else ""


def absolute(href: str, base: str) -> str:
    """The http(s) address that an href means on a page, without credentials and any fragment but a route of scripts.

    "" where it means none.
    """
    href = href.strip(" \t\r\n\f")
    if not href or len(href) > LONGEST or (href[0] == "#" and not route_of(href)):
        return ""
    if href[0] == "/":
        return _from_root(href, origin(base))
    if href[0] in "?#":
        return _joined(href, base)
    if _PLAIN_URL.fullmatch(href) and "//" not in href[8:] and "/." not in href:
        return href
    if _NOT_ADDRESS.match(href):
        return _joined(href, "") if href[:4].lower() == "http" else ""
    return _joined(href, base[: base.partition("?")[0].rfind("/") + 1])


@lru_cache(maxsize=256)
def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    usual = _PLAIN_ORIGIN.match(url)
    if usual is not None:
        return usual[1]
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=256)
def _from_root(href: str, start: str) -> str:
    if _PLAIN_PATH.fullmatch(href) and "//" not in href and "/." not in href:
        return start + href
    return _joined(href, start)


@lru_cache(maxsize=256)
def _joined(href: str, base: str) -> str:
    try:
        return _normal(urljoin(base, _CONTROLS.sub("", href).replace("\\", "/")))
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        return ""


def _normal(url: str) -> str:
    scheme, netloc, path, query, fragment = urlsplit(url)
    if scheme not in _DEFAULT_PORTS or not netloc or "@" in netloc:
        return ""
    host = netloc.lower().removesuffix(_DEFAULT_PORTS[scheme])
    if not host.isascii():
        host = host.encode("idna").decode()  # UnicodeError is a ValueError
    if _ESCAPED.search(path) or _ESCAPED.search(query):
        path, query = quote(path, safe=_KEPT), quote(query, safe=_KEPT)
    return urlunsplit((scheme, host, path or "/", query, "")) + (route_of(f"#{fragment}") if fragment else "")


def without_tracking(url: str) -> str:
    """An address without the parameters by which shops and advertisers follow visitors."""
    head, mark, query = url.partition("?")
    if not mark:
        return url
    kept = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return f"{head}?{'&'.join(kept)}" if kept else head


def without_collection(path: str) -> str:
    """A product's path without the collection from which one came to it."""
    return _WITHIN_COLLECTION.sub("/", path) if "/collections/" in path and "/products/" in path else path


@lru_cache(maxsize=256)
def host_of(url: str) -> str:
    """The host and port of an address without www."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


@lru_cache(maxsize=256)
def site_of(host: str) -> str:
    """The part of a host that one owner has: two labels, three below co.uk and its likes and on hosts of many shops."""
    name = host.partition(":")[0]
    labels = host.split(".")
    if len(labels) <= _OWN_LABELS or name.replace(".", "").isdigit():
        return host
    is_country = len(name.rpartition(".")[2]) == _COUNTRY_LENGTH
    shared = labels[-2] in _SECOND_LEVEL if is_country else ".".join(labels[-2:]) in _HOSTING
    return ".".join(labels[-_OWN_LABELS - shared :])


def path_of(url: str) -> str:
    """The path of an address, without its query."""
    start = url.find("/", url.find("://") + 3)
    return "/" if start < 0 else url[start:].partition("?")[0]
