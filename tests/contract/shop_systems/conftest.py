"""Each shop, fake and real, as a connection that is signed in to."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.seal import SivSeal
from integrations.shop_systems import asking, shopify, vendure, woocommerce
from integrations.shop_systems.open import ShopSystems
from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.shop_system import Kind, ShopConnection
from tests import servers
from tests.contract.shop_systems.fakes import SECRET, FakeShop, FakeShopify, FakeVendure, FakeWooCommerce
from tests.contract.shop_systems.real_vendure import RealVendure

ANN = "ann"
FAKES: dict[str, type[FakeShop]] = {
    "vendure": FakeVendure,
    "shopify": FakeShopify,
    "woocommerce": FakeWooCommerce,
}


class Shop(Protocol):
    """What a test does to a shop, as somebody who works in it."""

    kind: str
    user: str

    @property
    def address(self) -> str: ...
    @property
    def host(self) -> str: ...

    async def edit(self, product_id: str, variant_id: str, name: str, value: str) -> None: ...
    async def value(self, product_id: str, variant_id: str, name: str) -> str: ...
    async def remove(self, product_id: str) -> None: ...


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pages, and no pauses."""
    for module in (shopify, vendure, woocommerce):
        monkeypatch.setattr(module, "_PAGE", 2)
    monkeypatch.setattr(asking, "_PAUSE_S", 0.0)


@pytest.fixture(params=FAKES)
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeShop]:
    made = FAKES[request.param]()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture(params=[*FAKES, "real vendure"])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    if request.param == "real vendure":
        real = RealVendure(servers.address("vendure"), servers.value("vendure", "VENDURE_PASSWORD"))
        await real.fill()
        yield real
        await real.close()
        return
    made = FAKES[request.param]()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def seal(tmp_path: Path) -> SivSeal:
    return SivSeal(tmp_path / "key")


def connection_to(shop: Shop, seal: SivSeal, **more: Any) -> ShopConnection:
    secret = getattr(shop, "secret", SECRET)
    return ShopConnection(
        name="main", owner_id=ANN, kind=cast("Kind", shop.kind), address=shop.address, user=shop.user,
        secret=f"sealed:{seal.seal(secret, owner_id=ANN)}",
        options=getattr(shop, "options", {}), **more,
    )  # fmt: skip


def opener(shop: Shop, seal: SivSeal, *, limit_s: float = 10.0) -> ShopSystems:
    return ShopSystems(AddressRules([shop.host]), lambda: seal, limit_s=limit_s)


@asynccontextmanager
async def opened(systems: ShopSystems, connection: ShopConnection) -> AsyncGenerator[ShopSystem]:
    system = systems(connection)
    try:
        yield system
    finally:
        await system.close()


@pytest.fixture
async def system(shop: Shop, seal: SivSeal) -> AsyncIterator[ShopSystem]:
    async with opened(opener(shop, seal), connection_to(shop, seal)) as made:
        yield made
