"""Which fetchers settings mean."""

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.static import StaticFetcher
from magicai.ports import Fetcher
from magicai.settings import Settings

# More than any plan asks for at once.
_PER_HOST = 64


def static_fetcher(settings: Settings) -> Fetcher:
    """Pages as the server sends them."""
    rules = AddressRules(settings.crawl_allow_hosts)
    return StaticFetcher(rules, contact=settings.crawl_contact, per_host=_PER_HOST)


def find_browser(settings: Settings) -> str | None:
    """The browser that would be used, or None."""
    import shutil

    return settings.browser or shutil.which("chromium")
