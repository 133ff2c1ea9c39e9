import asyncio

import pytest

from magicai.errors import Conflict, Temporary
from magicai.ports import Records
from magicai.runs.effects import Once


@pytest.fixture
def once(records: Records) -> Once:
    return Once(records.entities, kind="notice", owner_id="o", key="run-1")


class Post:
    """A post office that counts, and fails as it is told to."""

    def __init__(self, *faults: BaseException) -> None:
        self.sent = 0
        self._faults = list(faults)

    async def send(self) -> None:
        self.sent += 1
        if self._faults:
            raise self._faults.pop(0)


async def test_it_happens_once_however_often_it_is_asked_for(once: Once) -> None:
    post = Post()
    assert await once.do(post.send)
    assert not await once.do(post.send)
    assert post.sent == 1


async def test_what_said_that_it_did_not_happen_is_tried_again(once: Once) -> None:
    post = Post(Temporary("no network"))
    with pytest.raises(Temporary):
        await once.do(post.send)
    assert await once.do(post.send)
    assert post.sent == 2


@pytest.mark.parametrize("cut", [asyncio.CancelledError(), OSError("connection reset")])
async def test_what_was_cut_on_its_way_is_a_persons_to_decide_and_not_sent_again(
    once: Once, cut: BaseException
) -> None:
    post = Post(cut)
    with pytest.raises(type(cut)):
        await once.do(post.send)
    with pytest.raises(Conflict, match="may have arrived"):
        await once.do(post.send)
    assert post.sent == 1


async def test_of_several_that_try_at_once_one_does(records: Records) -> None:
    post = Post()
    tries = [Once(records.entities, kind="notice", owner_id="o", key="run-1").do(post.send) for _ in range(8)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert post.sent == 1
    assert told.count(True) == 1
    assert all(answer in (True, False) or isinstance(answer, Conflict) for answer in told)
