"""Users take turns at the one model of a machine."""

import asyncio
import contextlib

from integrations.text.turns import Turns


class Order:
    """Calls that note when they had their turn."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.served: list[str] = []

    async def call(self, owner: str, number: int) -> None:
        await self.turns.take(owner)
        self.served.append(f"{owner}{number}")
        await asyncio.sleep(0)
        self.turns.release()


async def test_one_users_batch_does_not_keep_another_one_waiting() -> None:
    order = Order()
    async with asyncio.timeout(5):
        await order.turns.take("x")
        tasks = [asyncio.create_task(order.call("ann", number)) for number in range(4)]
        tasks += [asyncio.create_task(order.call(owner, 0)) for owner in ("bob", "cid")]
        await asyncio.sleep(0)
        order.turns.release()
        await asyncio.gather(*tasks)
    assert order.served == ["ann0", "bob0", "cid0", "ann1", "ann2", "ann3"]


async def test_whoever_was_just_served_comes_last() -> None:
    order = Order()
    async with asyncio.timeout(5):
        await order.turns.take("ann")
        tasks = [asyncio.create_task(order.call(owner, 1)) for owner in ("ann", "bob")]
        await asyncio.sleep(0)
        order.turns.release()
        await asyncio.gather(*tasks)
    assert order.served == ["bob1", "ann1"]


async def test_a_call_that_is_given_up_takes_no_turn() -> None:
    order = Order()
    async with asyncio.timeout(5):
        await order.turns.take("x")
        gone, stays = (asyncio.create_task(order.call(owner, 1)) for owner in ("ann", "bob"))
        await asyncio.sleep(0)
        assert order.turns.waiting("ann") == 1
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        order.turns.release()
        await stays
    assert order.served == ["bob1"]


async def test_a_call_that_is_given_up_as_its_turn_comes_hands_it_on() -> None:
    order = Order()
    async with asyncio.timeout(5):
        await order.turns.take("x")
        gone, stays = (asyncio.create_task(order.call(owner, 1)) for owner in ("ann", "bob"))
        await asyncio.sleep(0)
        order.turns.release()
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        await stays
    assert order.served == ["bob1"]
