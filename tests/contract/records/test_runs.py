import functools
from dataclasses import asdict

import pytest

from magicai.errors import Invalid, NotFound
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.run import Run, RunEvent, RunStatus
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make


async def test_the_same_owner_and_key_give_the_first_run_back(records: Records, make: Make) -> None:
    first = await make.run(key="monday")
    again = await make.run(key="monday")
    assert again == first
    assert await records.runs.listed() == [first]


async def test_two_owners_may_use_the_same_key(make: Make) -> None:
    assert (await make.run(key="monday")).run_id != (await make.run(key="monday", owner_id="bob")).run_id


async def test_a_run_comes_back_as_it_was_given(records: Records, make: Make) -> None:
    run = await make.run()
    assert await records.runs.get(run.run_id) == run
    assert run.request == {"competitor_url": ["https://shop.example/"], "own_catalogue": None}


@pytest.mark.parametrize("part", ["aaaa", "aaaa-1111", "2222", "1111-2222", "aaaa-1111-2222"])
async def test_a_run_is_found_by_its_beginning_and_by_its_end(records: Records, make: Make, part: str) -> None:
    await make.run("bbbb-1111-3333")
    run = await make.run("aaaa-1111-2222")
    assert await records.runs.get(part) == run


async def test_a_part_that_fits_several_runs_names_them(records: Records, make: Make) -> None:
    await make.run("aaaa-1111")
    await make.run("aaaa-2222")
    with pytest.raises(Invalid, check=says("run_id_ambiguous", run_id="aaaa", names="aaaa-1111, aaaa-2222")):
        await records.runs.get("aaaa")


async def test_a_part_must_be_unique_among_the_owners_runs_only(records: Records, make: Make) -> None:
    run = await make.run("aaaa-1111")
    await make.run("aaaa-2222", owner_id="bob")
    assert await records.runs.get("aaaa", owner_id="ann") == run


async def test_fewer_than_four_characters_name_no_run(records: Records, make: Make) -> None:
    await make.run("aaaa-1111")
    with pytest.raises(Invalid, check=says("run_id_too_short", run_id="aaa")):
        await records.runs.get("aaa")


@pytest.mark.parametrize("pattern", ["%%%%", "____", "aa%1111", "a___-1111"])
async def test_a_pattern_is_only_text(records: Records, make: Make, pattern: str) -> None:
    await make.run("aaaa-1111")
    with pytest.raises(NotFound):
        await records.runs.get(pattern)


async def test_another_owners_run_is_not_found(records: Records, make: Make) -> None:
    run = await make.run()
    for run_id in (run.run_id, run.run_id[:13], run.run_id[-8:]):
        with pytest.raises(NotFound, check=says("run_not_found")):
            await records.runs.get(run_id, owner_id="bob")


async def test_runs_are_listed_newest_first_and_page_by_page(records: Records, make: Make, clock: Clock) -> None:
    runs: list[Run] = []
    for _ in range(5):
        runs.append(await make.run())
        clock.move(seconds=1)
    listed = await records.runs.listed(limit=2)
    assert listed == [runs[4], runs[3]]
    assert await records.runs.listed(limit=2, before=runs[3].run_id) == [runs[2], runs[1]]
    assert await records.runs.listed(before=runs[0].run_id) == []


async def test_runs_of_one_moment_are_listed_once_each(records: Records, make: Make) -> None:
    runs: set[str] = {(await make.run()).run_id for _ in range(5)}
    seen: list[str] = []
    before: str | None = None
    while page := await records.runs.listed(limit=2, before=before):
        seen += [run.run_id for run in page]
        before = seen[-1]
    assert len(seen) == 5
    assert set(seen) == runs


async def test_runs_are_listed_by_owner_status_and_workflow(records: Records, make: Make) -> None:
    one = await make.run()
    other = await make.run(workflow="publish")
    await make.run(owner_id="bob")
    await make.attempt(other)
    assert [r.run_id for r in await records.runs.listed(owner_id="ann")] == [other.run_id, one.run_id]
    assert [r.run_id for r in await records.runs.listed(owner_id="ann", workflow="crawl")] == [one.run_id]
    assert [r.run_id for r in await records.runs.listed(statuses=[RunStatus.PROCESSING])] == [other.run_id]


async def test_a_list_of_runs_leaves_their_results_out(records: Records, make: Make) -> None:
    run = await make.run()
    await records.runs.finish(await make.attempt(run), RunStatus.COMPLETED, {"report": "long"})
    assert (await records.runs.listed())[0].result is None
    assert (await records.runs.get(run.run_id)).result == {"report": "long"}


async def test_a_summary_has_the_findings_of_a_result_and_nothing_else_of_it(records: Records, make: Make) -> None:
    run, other = await make.run(), await make.run(workflow="publish")
    problems = [{"where": "crawl", "what": "茶.example did not answer."}, {"where": "crawl", "what": "later"}]
    rose = say("statements_not_checked", n=2)
    result = {"report": {"findings": ["茶 rose.", 1], "findings_messages": [asdict(rose)]}, "problems": problems}
    await records.runs.finish(await make.attempt(run), RunStatus.PARTIAL, result)
    await records.runs.finish(await make.attempt(other), RunStatus.COMPLETED, {"report": "no object"})
    find = functools.partial(records.runs.summaries, owner_id="ann", findings={"crawl": "report.findings"})
    found = await find()
    assert [(one.run.run_id, one.findings, one.finding_messages, one.run.result) for one in found] == [
        (other.run_id, (), (), None),
        (run.run_id, ("茶 rose.",), (rose,), None),
    ]
    assert [one.problem and one.problem.what for one in found] == [None, "茶.example did not answer."]
    assert [one.run.run_id for one in await find(words=["SHOP.example", run.run_id])] == [run.run_id]
    assert [one.run.run_id for one in await find(words=["%"])] == []
    assert await find(words=["competitor_url"]) == [], "names of parameters are no words of a run"
    assert [one.run.run_id for one in await find(words=["shop"], limit=1)] == [other.run_id]
    assert [one.run.run_id for one in await find(runs=[other.run_id], workflows=["publish", "crawl"])] == [other.run_id]
    assert [one.run.run_id for one in await find(before=other.run_id)] == [run.run_id]
    assert await records.runs.summaries(owner_id="bob", findings={}) == []


async def test_events_are_numbered_without_a_gap_whatever_they_hold(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    told = [
        RunEvent(
            run_id=run.run_id,
            sequence=99,
            at=clock(),
            kind="progress",
            status=RunStatus.PROCESSING,
            progress=n,
            current_task="crawl_shops",
            estimated_remaining=1.5,
            data={"done": n, "shop": "茶"},
        )
        for n in range(3)
    ]
    kept = [await records.runs.append_event(event) for event in told]
    assert [event.sequence for event in kept] == [1, 2, 3]
    assert await records.runs.events(run.run_id) == kept
    assert await records.runs.events(run.run_id, after=1, limit=1) == kept[1:2]
    assert await records.runs.events(run.run_id, after=3) == []


async def test_that_a_person_is_needed_is_told_once(records: Records, make: Make) -> None:
    run = await make.run()
    for what in ("Look.", "Look.", "Look again."):
        await records.runs.need_review(run.run_id, {"what": what})
    assert [event.data["what"] for event in await records.runs.events(run.run_id)] == ["Look.", "Look again."]


async def test_each_run_counts_its_own_events(records: Records, make: Make) -> None:
    for _ in range(2):
        run = await make.run()
        await make.attempt(run)
        assert [event.sequence for event in await records.runs.events(run.run_id)] == [1]


async def test_an_event_of_no_run_is_refused(records: Records, clock: Clock) -> None:
    event = RunEvent(run_id="nobody", sequence=0, at=clock(), kind="log", status=RunStatus.QUEUED)
    with pytest.raises(NotFound, match="nobody"):
        await records.runs.append_event(event)


async def test_what_no_database_can_keep_becomes_a_replacement_character(
    records: Records, make: Make, clock: Clock
) -> None:
    run = await make.run(key="a\0b")
    event = RunEvent(
        run_id=run.run_id, sequence=0, at=clock(), kind="log", status=RunStatus.QUEUED,
        current_task="half \ud83d", data={"what": "half \ud83d, whole \ud83d\ude00"},
    )  # fmt: skip
    await records.runs.append_event(event)
    (kept,) = await records.runs.events(run.run_id)
    assert kept.current_task == "half \ufffd"
    assert kept.data == {"what": "half \ufffd, whole 😀"}


async def test_what_runs_have_used_is_known_by_owner(records: Records, make: Make) -> None:
    run, _, bobs = await make.run(), await make.run(), await make.run(owner_id="bob")
    cost = {"amount": "0.25", "currency": "USD", "prompt_tokens": 9, "completion_tokens": 1, "estimated": False}
    for one in (run, bobs):
        attempt = await make.attempt(one)
        await records.runs.finish(
            attempt, RunStatus.PARTIAL, {"execution_time": 1.5, "cost": cost, "words": "\0\0 \\u0000"}
        )
    spent = await records.runs.spent(owner_id=run.owner_id, since=run.created_at)
    found = sorted((one.status, one.seconds, str(one.cost.amount), one.cost.prompt_tokens) for one in spent)
    assert found == [("partial", 1.5, "0.25", 9), ("queued", 0.0, "0", 0)]
    assert await records.runs.spent(owner_id=run.owner_id, since=run.created_at + 10**9) == []


async def test_pieces_of_a_text_stay_no_longer_than_it_is_written(records: Records, make: Make) -> None:
    attempt = await make.attempt()

    async def tell(kind: str, **data: object) -> None:
        run_id, status = attempt.run_id, RunStatus.PROCESSING
        event = RunEvent(run_id=run_id, sequence=0, at=1, kind=kind, status=status, data=data)
        await records.runs.append_event(event, attempt=attempt)

    async def kinds() -> list[str]:
        return [event.kind for event in await records.runs.events(attempt.run_id)]

    await tell("text", item="1", begins=True, text="It ")
    await tell("text", item="1", begins=False, text="is ")
    await tell("finding", words="It is.")
    before = (await records.runs.events(attempt.run_id))[-1].sequence
    await tell("text", item="2", begins=True, text="Another ")
    assert (await kinds())[-2:] == ["finding", "text"]
    await records.runs.finish(attempt, RunStatus.COMPLETED, {})
    assert "text" not in await kinds()
    assert (await records.runs.events(attempt.run_id))[-1].sequence == before + 2


async def test_a_run_is_renamed_found_by_its_name_and_unnamed_again(records: Records, make: Make) -> None:
    run = await make.run()
    assert run.name == ""
    assert (await records.runs.rename(run.run_id, "Spring prices")).name == "Spring prices"
    assert (await records.runs.get(run.run_id)).name == "Spring prices"
    (found,) = await records.runs.summaries(owner_id=run.owner_id, findings={}, words=["spring"])
    assert (found.run.run_id, found.run.name) == (run.run_id, "Spring prices")
    assert (await records.runs.rename(run.run_id, "")).name == ""
    with pytest.raises(NotFound):
        await records.runs.rename("0199-none", "x")
