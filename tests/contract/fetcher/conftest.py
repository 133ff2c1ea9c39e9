"""A site on loopback, and every implementation of Fetcher."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from integrations.fetcher import chromium
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.browser import BrowserFetcher
from integrations.fetcher.static import StaticFetcher
from magicai.ports import Fetcher
from magicai.settings import load
from tests.contract.fetcher.site import Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def static(site: Site) -> AsyncIterator[StaticFetcher]:
    made = StaticFetcher(AddressRules([f"127.0.0.1:{site.port}"]), contact="tests@shop.example")
    yield made
    await made.close()


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[BrowserFetcher]:
    settings = load()
    if chromium.find(settings.browser) is None:
        if "browser" in settings.test_require:
            pytest.fail("MAGICAI_TEST_REQUIRE names `browser`, and there is none.")
        pytest.skip("There is no Chromium here.")
    rules = AddressRules([f"127.0.0.1:{site.port}"])
    made = BrowserFetcher(rules, contact="tests@shop.example", browser=settings.browser)
    yield made
    await made.close()


@pytest.fixture(params=["static", pytest.param("browser", marks=pytest.mark.browser)])
def fetcher(request: pytest.FixtureRequest) -> Fetcher:
    return request.getfixturevalue(request.param)
