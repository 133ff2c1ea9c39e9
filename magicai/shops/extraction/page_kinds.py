"""What a page is that shows no product: a bot wall, a log-in, a soft 404, an empty shell, or just another page."""

import re

from selectolax.lexbor import LexborNode

from magicai.shops.crawl import UrlKind
from magicai.shops.extraction.address_kinds import promise_of
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import Line, Phrases, any_of, table
from magicai.shops.extraction.reading import PageKind

_SHORT = 2_500  # characters of visible text beyond which a page is no wall
_SHELL = 600
_HEADING_LIMIT = 200
_MENU = 25  # links that a shop's own pages have at least
# Each page of a service that stands before shops carries one of its marks, and shops' own short pages none.
_TABLE = table("walls")
_MARKS = {
    kind: re.compile(any_of(_TABLE[kind]["marks"]).encode(), re.IGNORECASE)
    for kind in ("blocked", "captcha", "consent")
}
_WORDS = {kind: re.compile(any_of(words["words"]), re.IGNORECASE) for kind, words in _TABLE.items()}
_LOGIN = Phrases(_TABLE["login"]["words"])
_STATUS = re.compile(r"\b404\b")
_ROOTS = (
    "#app,#root,#__next,#__nuxt,#___gatsby,#main-app,#react-root,#vue-app,#ember-app,#svelte,app-root,[ng-app]"
    ',[data-reactroot],[ng-version],#app-root,#application,#single-spa-application,[data-server-rendered="false"]'
)
_PLACEHOLDER = re.compile(r"\{\{\s?[\w$.|:' -]{2,80}\s?\}\}|\[\[\s?[\w$.]{2,60}\s?\]\]|<%[=-]")
_SKELETONS = (
    '[class*="skeleton"],[class*="Skeleton"],[class*="shimmer"],[class*="placeholder-glow"],[class*="loading-placeholder"]'
    ',[aria-busy="true"]'
)


def kind_without_products(page: ParsedPage) -> PageKind:
    """What a page is that states no product."""
    text = page.text
    title = page.title
    headings = " ".join(node.text(separator=" ") for node in page.headings[:3])[:_HEADING_LIMIT]
    if len(text) <= _SHORT:
        wall = _wall(page, f"{title}\n{headings}", text)
        if wall is not None:
            return wall
    if says_not_found(page):
        return PageKind.NOT_FOUND
    if page.tree.css_first('input[type="password"]') is not None and (
        _asks_to_sign_in(title) or _asks_to_sign_in(headings) or (len(text) <= _SHELL and not headings)
    ):
        return PageKind.LOGIN
    if not text.strip():
        return PageKind.EMPTY
    return PageKind.OTHER


def says_not_found(page: ParsedPage) -> bool:
    """Whether a page's title or heading says that there is nothing here."""
    headings = [node.text(separator=" ")[:_HEADING_LIMIT] for node in page.headings[:3]]
    return any(map(is_notice, {page.title, *headings}))


def is_notice(words: str) -> bool:
    """Whether a title or a name only says that there is nothing here."""
    return (_STATUS.search(words) or _WORDS["not_found"].search(words)) is not None


def _asks_to_sign_in(words: str) -> bool:
    return _LOGIN.at(Line(words), 0) is not None


def _wall(page: ParsedPage, names: str, text: str) -> PageKind | None:
    blocked = _MARKS["blocked"].search(page.markup) is not None
    brief = len(text) <= _SHORT // 2
    said = _WORDS["blocked"].search(names) is not None or (brief and _WORDS["blocked"].search(text) is not None)
    if b"captcha-delivery.com" in page.markup or _asks_for_a_person(page, names, text, certain=blocked or said):
        return PageKind.CAPTCHA
    # A wall that says nothing is a script that must run first.
    if (said and (blocked or brief)) or (blocked and len(text) <= _SHELL and not page.headings):
        return PageKind.BLOCKED
    return PageKind.CONSENT if _asks_for_consent(page, names, text) else None


def _asks_for_a_person(page: ParsedPage, names: str, text: str, *, certain: bool) -> bool:
    if _WORDS["captcha"].search(f"{names}\n{text}") is None or _has_form_of_its_own(page):
        return False
    return certain or len(text) <= _SHELL or _MARKS["captcha"].search(page.markup) is not None


def _asks_for_consent(page: ParsedPage, names: str, text: str) -> bool:
    if not _WORDS["consent"].search(text) or len(page.anchors) >= _MENU:
        return False
    remaining = len(text) - sum(len(line) for line in text.split("\n") if _WORDS["consent"].search(line))
    marked = _MARKS["consent"].search(page.markup) is not None
    return _WORDS["consent"].search(names) is not None or (marked and remaining <= _SHELL)


def _has_form_of_its_own(page: ParsedPage) -> bool:
    """Whether a page has a captcha only as part of a form: a contact page, a log-in."""
    return page.tree.css_first('input[type="password"],input[type="email"],textarea[name*="message"]') is not None


def needs_rendering(page: ParsedPage) -> bool:
    """Whether the scripts of a page without products may draw some."""
    if not any(script.kind in ("", "module", "text/javascript", "application/javascript") for script in page.scripts):
        return False
    text = page.text
    if _PLACEHOLDER.search(text):
        return True
    promises = promise_of(page.url) in (UrlKind.PRODUCT, UrlKind.LISTING) or "product" in page.metas.get("og:type", "")
    short = len(text) <= (_SHORT if promises else _SHELL)
    if page.tree.css_first(_SKELETONS) is not None and (promises or short):
        return True
    roots = page.tree.css(_ROOTS)[:20]
    if any(not root.text(strip=True) for root in roots) or _is_main_part_empty(page):
        return True
    hint = any(_WORDS["scripts"].search(node.text()[:1_000]) for node in page.tree.css("noscript")[:20])
    if hint or roots:
        return promises or short
    return len(text) <= _SHELL // 2 and not page.anchors


def is_undrawn(page: ParsedPage) -> bool:
    """Whether a page without products shows nothing at all, as where a browser could not draw it either."""
    if not page.scripts:
        return False
    roots = page.tree.css(_ROOTS)[:20]
    if _PLACEHOLDER.search(page.text) or (roots and not any(root.text(strip=True) for root in roots)):
        return True
    return len(page.text) <= _SHELL // 2 and not page.anchors


def _is_main_part_empty(page: ParsedPage) -> bool:
    main = page.tree.css_first("main,[role=main]")
    return main is not None and main.css_first("script,noscript") is not None and _shown(main) <= _SHELL // 2


def _shown(node: LexborNode) -> int:
    """How many characters of text a part of a page shows without its scripts."""
    hidden = sum(len(one.text()) for one in node.css("script,noscript,style,template"))
    return len(node.text()) - hidden
