import asyncio

from magicai.ports import Lease, Records
from tests.contract.records.example_rows import START, Clock


async def test_a_lease_is_one_holders_until_it_runs_out(records: Records, clock: Clock) -> None:
    mine = await records.leases.acquire("relay", "a", ttl_s=10)
    assert mine == Lease("relay", "a", 1, START + 10_000_000)
    assert await records.leases.acquire("relay", "b", ttl_s=10) is None
    assert await records.leases.current("relay") == mine
    clock.move(seconds=10)
    assert await records.leases.current("relay") is None
    assert await records.leases.acquire("relay", "b", ttl_s=10) == Lease("relay", "b", 2, START + 20_000_000)


async def test_a_clock_that_was_ahead_blocks_nobody_once_it_is_put_right(records: Records, clock: Clock) -> None:
    mine = await records.leases.acquire("relay", "a", ttl_s=10)
    assert mine is not None
    clock.move(seconds=-50)
    assert await records.leases.acquire("relay", "b", ttl_s=10) is None, (
        "its holder may live, and renews it in a moment"
    )
    clock.move(seconds=-86_400)
    assert await records.leases.acquire("relay", "b", ttl_s=10) == Lease("relay", "b", 2, clock() + 10_000_000)


async def test_its_holder_renews_it_and_keeps_its_token(records: Records, clock: Clock) -> None:
    for _ in range(3):
        lease = await records.leases.acquire("relay", "a", ttl_s=10)
        assert lease is not None
        assert (lease.token, lease.until) == (1, clock() + 10_000_000)
        clock.move(seconds=11)


async def test_a_token_is_never_given_twice(records: Records, clock: Clock) -> None:
    tokens: list[int] = []
    for holder in ("a", "b", "a", "a"):
        lease = await records.leases.acquire("relay", holder, ttl_s=10)
        assert lease is not None
        tokens.append(lease.token)
        await records.leases.release(lease)
        assert await records.leases.current("relay") is None
    assert tokens == [1, 2, 3, 4]


async def test_only_the_present_holder_gives_it_back(records: Records, clock: Clock) -> None:
    old = await records.leases.acquire("relay", "a", ttl_s=10)
    clock.move(seconds=11)
    new = await records.leases.acquire("relay", "b", ttl_s=10)
    assert old is not None
    await records.leases.release(old)
    assert await records.leases.current("relay") == new


async def test_names_have_nothing_to_do_with_each_other(records: Records) -> None:
    await records.leases.acquire("relay-search", "a", ttl_s=10)
    other = await records.leases.acquire("relay-graph", "b", ttl_s=10)
    assert other is not None
    assert other.token == 1
    assert await records.leases.current("relay") is None


async def test_of_many_at_once_one_gets_it(records: Records) -> None:
    taken = await asyncio.gather(*(records.leases.acquire("relay", str(number), ttl_s=10) for number in range(20)))
    assert sum(lease is not None for lease in taken) == 1
