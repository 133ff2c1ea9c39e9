from pathlib import Path

import pytest

from integrations.cache.sqlite import SqliteCache
from magicai.accounts.rates import Allowance, count_request

LIMIT = 10


class Asking:
    def __init__(self, cache: SqliteCache) -> None:
        self._cache, self.second = cache, 1_000_000

    async def ask(self) -> Allowance:
        return await count_request(self._cache, "ann", "read", limit=LIMIT, now=lambda: self.second * 1_000_000)


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(SqliteCache(tmp_path / "cache.sqlite3"))


@pytest.mark.parametrize("pace", [1, 3, 7, 19])
async def test_never_more_than_the_limit_pass_in_any_minute_and_who_waits_as_told_passes(
    asking: Asking, pace: int
) -> None:
    passed: list[int] = []
    until = asking.second + 600
    waits: list[int] = []
    while asking.second < until:
        answers = [await asking.ask() for _ in range(4)]
        passed += [asking.second for told in answers if told.allowed]
        told = answers[-1]
        if not told.allowed:
            waits.append(told.reset_s)
            asking.second += told.reset_s
            again = await asking.ask()
            assert again.allowed
            passed.append(asking.second)
        asking.second += pace
    assert max(sum(begin <= at < begin + 60 for at in passed) for begin in passed) <= LIMIT
    assert len(passed) >= LIMIT * 6
    assert all(1 <= wait <= 70 for wait in waits)


async def test_what_is_left_is_told(asking: Asking) -> None:
    assert await asking.ask() == Allowance("read", LIMIT, allowed=True, left=9, reset_s=70)
    asking.second += 15
    assert await asking.ask() == Allowance("read", LIMIT, allowed=True, left=8, reset_s=55)
    for left in (*range(7, -1, -1),):
        assert (await asking.ask()).left == left
    assert await asking.ask() == Allowance("read", LIMIT, allowed=False, left=0, reset_s=55)
