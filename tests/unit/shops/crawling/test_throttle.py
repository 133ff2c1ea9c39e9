"""A shop in trouble is asked more slowly at once, and faster again little by little."""

import asyncio

from magicai.shops.crawling.throttle import Throttle


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def paced(least_s: float, longest_s: float = 10.0) -> tuple[Throttle, Time]:
    time = Time()
    return Throttle(least_s, longest_s, clock=time.read, sleep=time.sleep), time


async def test_keeps_the_least_delay_between_requests() -> None:
    throttle, time = paced(0.5)
    sent = [await throttle.wait() for _ in range(4)]
    assert sent == [100.0, 100.5, 101.0, 101.5]
    assert time.now == 101.5


async def test_without_a_delay_nobody_waits() -> None:
    throttle, time = paced(0)
    for _ in range(100):
        await throttle.wait()
        throttle.record_success()
    assert time.now == 100.0


async def test_trouble_doubles_the_delay_up_to_the_longest() -> None:
    throttle, time = paced(0.2, longest_s=3.0)
    seen: list[float] = []
    for _ in range(5):
        assert throttle.record_overload(await throttle.wait())
        seen.append(throttle.delay_s)
        time.now += 10
    assert seen == [0.5, 1.0, 2.0, 3.0, 3.0]


async def test_requests_that_were_under_way_together_slow_down_once() -> None:
    throttle, _ = paced(0)
    sent = [await throttle.wait() for _ in range(8)]
    assert [throttle.record_overload(at) for at in sent] == [True] + [False] * 7
    assert throttle.delay_s == 0.5


async def test_waits_as_long_as_the_shop_asks() -> None:
    throttle, time = paced(0)
    throttle.record_overload(await throttle.wait(), 30)
    await throttle.wait()
    assert time.now == 130.0


async def test_good_answers_bring_the_speed_back_step_by_step() -> None:
    throttle, time = paced(0.2)
    throttle.record_overload(await throttle.wait())
    time.now += 60
    delays: list[float] = []
    while throttle.delay_s > 0.2:
        throttle.record_success()
        delays.append(throttle.delay_s)
    assert len(delays) > 5
    assert delays == sorted(delays, reverse=True)
    assert throttle.delay_s == 0.2


async def test_takes_over_the_delay_that_robots_txt_asks_for_within_reason() -> None:
    throttle, _ = paced(0.2, longest_s=10.0)
    throttle.set_minimum(3)
    assert throttle.delay_s == 3
    throttle.set_minimum(3600)
    assert throttle.delay_s == 10.0


async def test_who_waits_already_waits_on_when_the_shop_asks_for_it() -> None:
    throttle = Throttle(0.02, 10.0)
    await throttle.wait()
    waiting = asyncio.create_task(throttle.wait())
    await asyncio.sleep(0)
    throttle.record_overload(0.0, 0.0)
    throttle.record_overload(float("inf"), 0.05)
    begun = asyncio.get_running_loop().time()
    await waiting
    assert asyncio.get_running_loop().time() - begun > 0.03
