"""Fetchers as settings describe them."""

from pathlib import Path
from typing import TYPE_CHECKING

from integrations.fetcher import chromium
from integrations.fetcher.addresses import AddressRules
from magicai.settings import Settings

if TYPE_CHECKING:
    from integrations.fetcher.browser import BrowserFetcher
    from integrations.fetcher.static import StaticFetcher

_MOST_CONNECTIONS = 64  # as many as crawl_concurrency may ask for


def static_fetcher(settings: Settings) -> "StaticFetcher":
    """Pages as the server sends them."""
    from integrations.fetcher.static import StaticFetcher

    rules = AddressRules(settings.crawl_allow_hosts)
    return StaticFetcher(rules, contact=settings.crawl_contact, per_host=_MOST_CONNECTIONS)


def browser_fetcher(settings: Settings) -> "BrowserFetcher":
    """Pages as a browser shows them; the browser starts with the first page."""
    from integrations.fetcher.browser import BrowserFetcher

    rules = AddressRules(settings.crawl_allow_hosts)
    return BrowserFetcher(rules, contact=settings.crawl_contact, browser=settings.browser)


def find_browser(settings: Settings) -> Path | None:
    """The browser that would be used, or None where pages can't be rendered."""
    return chromium.find(settings.browser)
