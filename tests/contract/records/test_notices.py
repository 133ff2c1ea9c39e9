"""Who asked to be told of a run's end is told once, however often it takes."""

from typing import Any

import pytest

from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Invalid, Temporary
from magicai.runs.notifications.notices import PAUSES_S, ask_for_notice, send_due
from magicai.runs.run import RunStatus
from tests.contract.records.example_rows import Clock, Make


class Messenger:
    """Fails as often as it was told to."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.sent = list(failures), list[dict[str, str]]()

    async def __call__(self, **words: str) -> dict[str, Any]:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(words)
        return {}


@pytest.fixture(autouse=True)
def _now(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr("magicai.runs.notifications.notices.now_us", clock)


async def test_a_message_is_sent_once_when_the_run_ends(records: SqlRecords, make: Make, clock: Clock) -> None:
    run, unasked = await make.run(), await make.run()
    messenger = Messenger(Temporary("The notification could not be delivered."))
    assert await ask_for_notice(records, run) == await ask_for_notice(records, run)
    attempt = await make.attempt(run)
    assert await send_due(records, messenger) == 0, "it runs"
    for one in (attempt, await make.attempt(unasked)):
        await records.runs.finish(one, RunStatus.FAILED, {"ok": False})
    assert await send_due(records, messenger) == 1
    assert await send_due(records, messenger) == 0, "a while later, not at once"
    clock.move(seconds=PAUSES_S[0])
    assert await send_due(records, messenger, page="http://127.0.0.1:8000") == 1
    (sent,) = messenger.sent
    assert sent == {"title": "MagicAI: crawl failed", "body": f"http://127.0.0.1:8000/runs/{run.run_id}"}
    clock.move(seconds=PAUSES_S[-1])
    assert await send_due(records, messenger) == 0
    kept = await records.notices.of_run(run.run_id, owner_id="ann")
    assert kept is not None
    assert kept.state == "sent"
    with pytest.raises(Conflict):
        await ask_for_notice(records, await records.runs.get(run.run_id))
    assert (await records.prune(before=clock() + 1))["notices"] == 1


@pytest.mark.parametrize("failure", [Invalid("no address"), None])
async def test_what_cannot_be_sent_is_given_up_and_what_is_dropped_or_old_is_not_sent(
    records: SqlRecords, make: Make, clock: Clock, failure: Exception | None
) -> None:
    dropped, old = await make.run(), await make.run()
    for run in (dropped, old):
        await ask_for_notice(records, run)
    await records.notices.drop(dropped.run_id, owner_id="bob")
    assert await records.notices.of_run(dropped.run_id, owner_id="ann") is not None, "it is ann's"
    await records.notices.drop(dropped.run_id, owner_id="ann")
    for run in (dropped, old):
        await records.runs.finish(await make.attempt(run), RunStatus.COMPLETED, {"ok": True})
    messenger = Messenger(*([failure] if failure else []))
    if failure is None:
        clock.move(seconds=86_401)
    assert await send_due(records, messenger) == (1 if failure else 0)
    clock.move(seconds=PAUSES_S[-1])
    assert await send_due(records, messenger) == 0
    assert messenger.sent == []
