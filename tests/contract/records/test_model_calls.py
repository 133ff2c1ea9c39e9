"""The log of calls of language models."""

from dataclasses import replace

from magicai.ports import ModelCall, Records
from tests.contract.records.conftest import Clock

CALL = ModelCall("c1", "ann", "r1", "write_text", "openai:gpt-4o", 1_000, 10, 20, 0.000_123_456, 1.5, "ok")


async def test_a_runs_calls_are_listed_as_they_began(records: Records) -> None:
    later = replace(CALL, call_id="c0", at=2_000, cost=None, outcome="temporary")
    for call in (later, CALL, replace(CALL, call_id="c2", run_id="r2")):
        await records.model_calls.add(call)
    assert list(await records.model_calls.of_run("r1")) == [CALL, later]


async def test_calls_are_pruned_by_their_age_and_erased_with_their_owner(records: Records, clock: Clock) -> None:
    for number, owner in enumerate(("ann", "bob", "ann")):
        await records.model_calls.add(replace(CALL, call_id=f"c{number}", owner_id=owner, at=number + 1))
    assert (await records.prune(before=2))["model_calls"] == 1
    assert (await records.erasing.remove("ann"))["model_calls"] == 1
    assert [call.owner_id for call in await records.model_calls.of_run("r1")] == ["bob"]


async def test_the_last_calls_of_each_model_are_told(records: Records) -> None:
    refused = replace(CALL, call_id="c2", at=2_000, outcome="refused")
    other = replace(CALL, call_id="c3", model="qwen:max", outcome="temporary")
    bobs = replace(CALL, call_id="c4", owner_id="bob", at=3_000)
    for call in (refused, CALL, other, bobs, replace(other, call_id="c5", model="old:one", at=1)):
        await records.model_calls.add(call)
    assert list(await records.model_calls.latest("ann", since=2, each=1)) == [refused, other]
    assert list(await records.model_calls.latest("ann", since=2, each=2)) == [refused, CALL, other]
