import asyncio
from dataclasses import replace
from typing import Any

import pytest

from magicai.errors import Conflict, MagicError, NotFound, OutcomeUnknown, Refused, Temporary
from magicai.ports import Records
from magicai.runs.effects import Effect, decide_effect, effects_of
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin
from magicai.stores.entity import Entity
from tests.unit.runs.conftest import Wish


class Post:
    """A post office that keeps what it is sent by its key, and fails as it is told to."""

    def __init__(self, *faults: BaseException, arrives: bool = True) -> None:
        self.sent: list[str] = []
        self.asked = 0
        self.away: MagicError | None = None
        self._faults, self._arrives = list(faults), arrives

    async def send(self) -> JSON:
        if self._faults:
            if self._arrives:
                self.sent.append("run-1")
            raise self._faults.pop(0)
        self.sent.append("run-1")
        return self._answer()

    async def look_up(self, key: str) -> JSON | None:
        self.asked += 1
        if self.away is not None:
            raise self.away
        return self._answer() if key in self.sent else None

    def _answer(self) -> JSON:
        return {"url": "https://post.example/run-1"}


def effect(records: Records, **more: Any) -> Effect:
    return Effect(records, kind="notice", owner_id="o", key="run-1", **more)


async def test_it_happens_once_and_its_answer_is_kept(records: Records) -> None:
    post = Post()
    answers = [await effect(records).once(post.send) for _ in range(2)]
    assert answers == [{"url": "https://post.example/run-1"}] * 2
    assert len(post.sent) == 1


async def test_what_said_that_it_did_not_happen_is_tried_again(records: Records) -> None:
    post = Post(Temporary("no network"), arrives=False)
    with pytest.raises(Temporary):
        await effect(records).once(post.send, look_up=post.look_up)
    await effect(records).once(post.send, look_up=post.look_up)
    assert (len(post.sent), post.asked) == (1, 0)


@pytest.mark.parametrize("cut", [asyncio.CancelledError(), OSError("connection reset")])
@pytest.mark.parametrize("arrived", [True, False])
async def test_of_what_was_cut_on_its_way_the_other_side_says_whether_it_arrived(
    records: Records, cut: BaseException, *, arrived: bool
) -> None:
    post = Post(cut, arrives=arrived)
    with pytest.raises(type(cut)):
        await effect(records).once(post.send, look_up=post.look_up)
    assert await effect(records).once(post.send, look_up=post.look_up) == {"url": "https://post.example/run-1"}
    assert (len(post.sent), post.asked) == (1, 1)


async def test_a_process_that_was_killed_in_the_middle_is_asked_after_too(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, killed = Post(), effect(records, limit_s=0.3)
    with monkeypatch.context() as patched:

        async def nothing_more(*_: object, **__: object) -> None:
            raise asyncio.CancelledError

        patched.setattr(killed, "_keep", nothing_more)
        with pytest.raises(asyncio.CancelledError):
            await killed.once(post.send, look_up=post.look_up)
    await effect(records, limit_s=0.3).once(post.send, look_up=post.look_up)
    assert (len(post.sent), post.asked) == (1, 1)


async def test_a_try_that_looks_up_and_then_acts_is_left_alone_meanwhile(records: Records) -> None:
    """Each takes nearly the limit, and so both together longer than it."""
    with pytest.raises(OSError, match="reset"):
        await effect(records, limit_s=0.3).once(Post(OSError("connection reset"), arrives=False).send)
    post = Post()

    async def look_up(key: str) -> JSON | None:
        await asyncio.sleep(0.2)
        return await post.look_up(key)

    async def send() -> JSON:
        await asyncio.sleep(0.25)
        return await post.send()

    tries = [effect(records, limit_s=0.3).once(send, look_up=look_up) for _ in range(2)]
    assert await asyncio.gather(*tries) == [{"url": "https://post.example/run-1"}] * 2
    assert len(post.sent) == 1


@pytest.mark.parametrize("why", ["can't look it up", "says no"])
async def test_what_nobody_can_tell_is_a_persons_and_the_run_says_so(records: Records, why: str) -> None:
    run = await accept(records, "w", Wish(), owner_id="o", origin=Origin.CLI)
    post = Post(OSError("connection reset"))
    post.away = Refused("the account is closed")
    look_up = None if why == "can't look it up" else post.look_up
    with pytest.raises(OSError, match="reset"):
        await effect(records, run_id=run.run_id).once(post.send, look_up=look_up)
    with pytest.raises(Conflict, match=r"may have arrived.*magicai effects decide notice:run-1"):
        await effect(records, run_id=run.run_id).once(post.send, look_up=look_up)
    assert len(post.sent) == 1
    (told,) = await records.runs.events(run.run_id)
    assert (told.kind, told.data["where"]) == ("review", "notice")
    # Once it can be asked, nobody is needed any more.
    post.away = None
    assert await effect(records).once(post.send, look_up=post.look_up)
    assert len(post.sent) == 1


@pytest.mark.parametrize(("answer", "sent"), [({"url": "https://post.example/7"}, 1), (None, 2)])
async def test_a_person_decides_what_came_of_it(records: Records, answer: JSON | None, sent: int) -> None:
    run_id = (await accept(records, "w", Wish(), owner_id="o", origin=Origin.CLI)).run_id
    post = Post(OSError("connection reset"))
    for why in (OSError, Conflict):
        with pytest.raises(why):
            await effect(records, run_id=run_id).once(post.send)
    (cut,) = [one async for one in effects_of(records, "o", "cut")]
    assert cut == {"effect": "notice:run-1", "state": "cut", "run_id": run_id, "answer": None}
    with pytest.raises(NotFound):
        await decide_effect(records, cut["effect"], owner_id="somebody else", answer=answer)
    await decide_effect(records, cut["effect"], owner_id="o", answer=answer)
    assert await effect(records).once(post.send) == (answer or {"url": "https://post.example/run-1"})
    assert len(post.sent) == sent
    with pytest.raises(Conflict, match="there is nothing to decide"):
        await decide_effect(records, cut["effect"], owner_id="o", answer=None)


async def test_an_effect_is_no_thing_of_its_subject(records: Records) -> None:
    await records.entities.save([Entity("notice", "run-1", "o", title="A notice", text="")])
    await effect(records).once(Post().send)
    assert (await records.entities.get("notice", "run-1", owner_id="o")).version == 1


async def test_while_the_other_side_is_away_it_is_asked_again_later(records: Records) -> None:
    post = Post(OSError("connection reset"))
    post.away = Temporary("it does not answer")
    with pytest.raises(OSError, match="reset"):
        await effect(records).once(post.send, look_up=post.look_up)
    with pytest.raises(Temporary, match="can't be looked up right now"):
        await effect(records).once(post.send, look_up=post.look_up)
    post.away = None
    await effect(records).once(post.send, look_up=post.look_up)
    assert len(post.sent) == 1


async def test_what_takes_too_long_may_have_arrived(records: Records) -> None:
    async def endless() -> JSON:
        await asyncio.sleep(60)
        return {}

    with pytest.raises(Temporary, match="took longer than"):
        await effect(records, limit_s=0.01).once(endless)
    with pytest.raises(Conflict, match="may have arrived"):
        await effect(records).once(endless)


async def test_of_several_that_try_at_once_one_does_and_all_have_its_answer(records: Records) -> None:
    post = Post()

    async def send_slowly() -> JSON:
        await asyncio.sleep(0.1)
        return await post.send()

    told = await asyncio.gather(*(effect(records).once(send_slowly, look_up=post.look_up) for _ in range(8)))
    assert len(post.sent) == 1
    assert told == [{"url": "https://post.example/run-1"}] * 8
    assert post.asked == 0


async def test_a_key_that_another_owner_has_is_refused(records: Records) -> None:
    await effect(records).once(Post().send)
    another = Effect(records, kind="notice", owner_id="somebody else", key="run-1")
    post = Post()
    async with asyncio.timeout(5):
        with pytest.raises(Conflict, match="belongs to another user"):
            await another.once(post.send)
    assert post.sent == []


async def test_a_key_whose_row_was_deleted_can_be_used_again(records: Records) -> None:
    await effect(records).once(Post().send)
    await records.entities.delete("effect", ["notice:run-1"])
    post = Post()
    async with asyncio.timeout(5):
        await effect(records).once(post.send)
    assert len(post.sent) == 1


@pytest.mark.parametrize("late", [asyncio.CancelledError(), Temporary("no network"), None], ids=repr)
async def test_a_late_first_try_leaves_what_the_second_has_recorded(
    records: Records, late: BaseException | None
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def send_late() -> JSON:
        begun.set()
        await go_on.wait()
        if late is not None:
            raise late
        return {"url": "https://post.example/late"}

    slow = effect(records, limit_s=60)
    first = asyncio.create_task(slow.once(send_late))
    await begun.wait()
    # As though its process had been suspended for longer than its try may take.
    row = await records.entities.get("effect", "notice:run-1", owner_id="o")
    assert row.entity is not None
    outdated = replace(row.entity, data={**row.entity.data, "until": 1})
    post = Post()
    assert await records.entities.replace(outdated, version=row.version)
    await effect(records).once(post.send, look_up=post.look_up)
    go_on.set()
    await asyncio.gather(first, return_exceptions=True)
    assert await effect(records).once(post.send) == {"url": "https://post.example/run-1"}
    assert len(post.sent) == 1


async def test_an_unknown_outcome_is_looked_up_before_it_is_tried_again(records: Records) -> None:
    post = Post(OutcomeUnknown("the server answers 500"))
    with pytest.raises(Temporary):
        await effect(records).once(post.send, look_up=post.look_up)
    answer = await effect(records).once(post.send, look_up=post.look_up)
    assert (answer, len(post.sent), post.asked) == ({"url": "https://post.example/run-1"}, 1, 1)


async def test_that_nothing_arrived_counts_once_it_can_not_arrive_any_more(records: Records) -> None:
    """A slow server may have nothing when it is asked, and carry out the interrupted call later."""
    post = Post(OutcomeUnknown("timeout"), arrives=False)
    with pytest.raises(Temporary):
        await effect(records, settle_s=0.3).once(post.send, look_up=post.look_up)
    with pytest.raises(Temporary) as waits:
        await effect(records, settle_s=0.3).once(post.send, look_up=post.look_up)
    assert (len(post.sent), waits.value.retry_after_s is not None) == (0, True)
    post.sent.append("run-1")  # late
    await effect(records, settle_s=0.3).once(post.send, look_up=post.look_up)
    assert len(post.sent) == 1
    lost = Post(OutcomeUnknown("timeout"), arrives=False)

    def other() -> Effect:
        return Effect(records, owner_id="o", key="run-1", kind="other", settle_s=0.05)

    with pytest.raises(Temporary):
        await other().once(lost.send, look_up=lost.look_up)
    await asyncio.sleep(0.1)
    await other().once(lost.send, look_up=lost.look_up)
    assert len(lost.sent) == 1
