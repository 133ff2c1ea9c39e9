import asyncio
from unittest.mock import create_autospec

import pytest

from magicai.errors import Permanent, Temporary
from magicai.ports import Lease, Leases, Records, Reporter
from magicai.shops.crawling import shop_lease


class TakenOver(Leases):
    """Leases of which this one is another's after so many renewals."""

    def __init__(self, leases: Leases, renewals: int) -> None:
        self._leases, self._left = leases, renewals + 1

    async def acquire(self, name: str, holder: str, *, ttl_s: float) -> Lease | None:
        self._left -= 1
        return await self._leases.acquire(name, holder, ttl_s=ttl_s) if self._left >= 0 else None

    async def current(self, name: str) -> Lease | None:
        return await self._leases.current(name)

    async def release(self, lease: Lease) -> None:
        await self._leases.release(lease)


@pytest.fixture
def reporter() -> Reporter:
    return create_autospec(Reporter, instance=True)


@pytest.fixture(autouse=True)
def renewing_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_lease, "_RENEW_S", 0.001)


async def test_a_run_that_lost_its_turn_stops_and_says_why(records: Records, reporter: Reporter) -> None:
    leases = TakenOver(records.leases, renewals=2)
    with pytest.raises(Temporary, match=r"took over s\.test"):
        async with shop_lease.lease_shop(leases, "s.test", "run-1", reporter, timeout_s=0):
            await asyncio.Event().wait()
    # What comes after is not cut, too.
    await asyncio.sleep(0)


async def test_a_lease_that_can_never_be_renewed_ends_the_block_with_the_reason_and_is_free(
    records: Records, reporter: Reporter
) -> None:
    class Broken(TakenOver):
        async def acquire(self, name: str, holder: str, *, ttl_s: float) -> Lease | None:
            if self._left == 0:
                raise Permanent("the table of leases is gone")
            return await super().acquire(name, holder, ttl_s=ttl_s)

    with pytest.raises(Permanent, match="is gone"):
        async with shop_lease.lease_shop(Broken(records.leases, 0), "s.test", "run-1", reporter, timeout_s=0):
            await asyncio.Event().wait()
    assert await records.leases.current("crawl:s.test") is None


async def test_a_run_that_is_stopped_is_not_said_to_have_lost_its_turn(records: Records, reporter: Reporter) -> None:
    inside = asyncio.Event()

    async def hold() -> None:
        async with shop_lease.lease_shop(records.leases, "s.test", "run-1", reporter, timeout_s=0):
            inside.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await inside.wait()
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    assert await records.leases.current("crawl:s.test") is None
