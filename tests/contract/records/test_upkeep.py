from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from integrations.records.store import SqlRecords
from magicai.errors import Conflict, NotFound, Permanent
from magicai.ports import Share, Upload
from magicai.runs.queue.resume import check_resumable
from magicai.runs.run import Attempt, Run, RunStatus
from magicai.shops.crawl import Crawl, CrawlBatch, Discovered, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Observation, Product, Source
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make, Place


async def gathered(records: ShopRecords, make: Make, digest: str = "d1") -> tuple[Run, Crawl, Attempt]:
    run = await make.run()
    attempt = await make.attempt(run)
    crawl = await make.crawl(run)
    row = FrontierUrl("https://shop.example/a", UrlKind.PRODUCT, 1, 1, state=UrlState.FETCHED, digest=digest)
    stated = [Observation(url="", name="tea", source=Source.TABLE)]
    found = [Discovered(f"https://shop.example/{n}", UrlKind.OTHER, 1, 1) for n in range(30)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row, stated)], found))
    await records.runs.save_step_result(attempt, "crawl_shops", 1, "d", {"value": 1})
    await records.products.save(crawl, [Product(id="p", url="", name="tea")], [])
    return run, crawl, attempt


async def test_a_check_says_where_and_leaves_nothing(records: ShopRecords, place: Place) -> None:
    where = await records.check()
    assert place.where in where
    assert await records.check() == where


async def test_pruning_removes_what_ended_runs_gathered_and_keeps_what_they_found(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    run, crawl, attempt = await gathered(records, make)
    await records.runs.finish(attempt, RunStatus.COMPLETED, {"ok": True})
    clock.move(seconds=1)
    assert await records.prune(before=clock()) == {
        "runs": 1,
        "frontier": 31,
        "events": 2,
        "step_results": 1,
        "items": 0,
        "sessions": 0,
        "shares": 0,
        "notices": 0,
        "notifications": 0,
        "reservations": 0,
        "model_calls": 0,
        "deliveries": 0,
        "mails": 0,
    }
    assert await records.runs.events(run.run_id) == []
    assert await records.runs.step_result(run.run_id, "crawl_shops", 1, "d") is None
    assert await records.crawls.known(crawl.crawl_id) == []
    assert [o async for o in records.crawls.observations(crawl.crawl_id)] == []
    assert (await records.runs.get(run.run_id)).result == {"ok": True}
    assert [product.id async for product in records.products.of_crawl(crawl.crawl_id)] == ["p"]
    assert await records.prune(before=clock()) == {
        "runs": 0,
        "frontier": 0,
        "events": 0,
        "step_results": 0,
        "items": 0,
        "sessions": 0,
        "shares": 0,
        "notices": 0,
        "notifications": 0,
        "reservations": 0,
        "model_calls": 0,
        "deliveries": 0,
        "mails": 0,
    }


async def test_pruning_many_runs_commits_a_few_times(
    records: ShopRecords, make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        _, _, attempt = await gathered(records, make)
        await records.runs.finish(attempt, RunStatus.COMPLETED, {})
    clock.move(seconds=1)
    database, commits = cast("SqlRecords", records).database, 0
    write = database.write

    async def counted(work: Callable[[Connection], Any]) -> Any:
        nonlocal commits
        commits += 1
        return await write(work)

    monkeypatch.setattr(database, "write", counted)
    removed = await records.prune(before=clock())
    assert (removed["runs"], removed["events"], removed["step_results"]) == (30, 60, 30)
    assert commits < 30


async def test_pruning_leaves_alone_what_is_young_or_goes_on(records: ShopRecords, make: Make, clock: Clock) -> None:
    _, running, _ = await gathered(records, make)
    _, young, attempt = await gathered(records, make)
    clock.move(seconds=1)
    await records.runs.finish(attempt, RunStatus.FAILED, {})
    assert (await records.prune(before=clock()))["runs"] == 0
    assert len(await records.crawls.known(running.crawl_id)) == 31
    assert len(await records.crawls.known(young.crawl_id)) == 31


async def test_pruning_keeps_what_the_next_crawl_of_a_shop_is_compared_with(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    crawls: list[Crawl] = []
    for _ in range(2):
        _, crawl, attempt = await gathered(records, make)
        await records.crawls.close(replace(crawl, finished_at=clock(), complete=True))
        await records.runs.finish(attempt, RunStatus.COMPLETED, {})
        crawls.append(crawl)
        clock.move(seconds=1)
    assert (await records.prune(before=clock()))["runs"] == 1
    assert [len(await records.crawls.known(crawl.crawl_id)) for crawl in crawls] == [0, 31]


async def test_pruning_keeps_the_last_complete_crawl_behind_short_ones(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    crawls: list[Crawl] = []
    for complete in (True, True, False, False):
        _, crawl, attempt = await gathered(records, make)
        await records.crawls.close(replace(crawl, finished_at=clock(), complete=complete))
        await records.runs.finish(attempt, RunStatus.COMPLETED, {})
        crawls.append(crawl)
        clock.move(seconds=1)
    await records.prune(before=clock())
    assert [len(await records.crawls.known(crawl.crawl_id)) for crawl in crawls] == [0, 31, 0, 31]


async def test_nobody_goes_on_with_a_run_whose_pages_are_gone(records: ShopRecords, make: Make, clock: Clock) -> None:
    run, _, attempt = await gathered(records, make)
    await records.runs.finish(attempt, RunStatus.FAILED, {})
    clock.move(seconds=1)
    await records.prune(before=clock())
    with pytest.raises(Conflict, check=says("run_data_deleted")):
        await make.attempt(run)
    with pytest.raises(Conflict, check=says("run_data_deleted")):
        await records.runs.requeue(run.run_id)
    with pytest.raises(Conflict, check=says("run_data_deleted")):
        await check_resumable(records, await records.runs.get(run.run_id))


async def test_bodies_that_a_frontier_names_are_referenced(records: ShopRecords, make: Make, clock: Clock) -> None:
    _, _, attempt = await gathered(records, make, "old")
    await gathered(records, make, "new")
    assert {digest async for digest in records.referenced()} == {"old", "new"}
    await records.runs.finish(attempt, RunStatus.FAILED, {})
    clock.move(seconds=1)
    await records.prune(before=clock())
    assert {digest async for digest in records.referenced()} == {"new"}


async def test_what_was_written_is_there_when_the_records_are_opened_again(
    records: ShopRecords, place: Place, make: Make, clock: Clock
) -> None:
    run = await make.run()
    await records.close()
    again = place.open(clock)
    assert await again.runs.get(run.run_id) == run
    await again.close()


async def test_closed_records_say_so(records: ShopRecords, make: Make) -> None:
    await records.close()
    await records.close()
    for asked in (records.runs.listed(), make.run()):
        with pytest.raises(Permanent, check=says("records_closed")):
            await asked


async def test_an_upload_is_its_owners_and_its_bodies_are_named_until_they_are_erased(records: ShopRecords) -> None:
    ann = Upload("f1", "ann", "own.csv", "whole", 2, ("p1", "p2"), created_at=0)
    made = await records.uploads.add(ann)
    assert await records.uploads.add(replace(ann, file_id="f2")) == made, "the same file again is the first"
    assert (await records.uploads.add(replace(ann, file_id="f3", owner_id="bob"))).file_id == "f3"
    assert await records.uploads.get("f1", owner_id="ann") == made
    for file_id, owner_id in (("f1", "bob"), ("f2", "ann")):
        with pytest.raises(NotFound):
            await records.uploads.get(file_id, owner_id=owner_id)
    assert [digest async for digest in records.referenced(owner_id="bob")] == ["p1", "p2"]
    async with records.copying.snapshot() as state:
        assert {digest async for digest in state.bodies()} == {"p1", "p2"}, "a backup takes them along"
    for owner_id in ("ann", "bob"):
        assert (await records.erasing.remove(owner_id))["uploads"] == 1
    assert [digest async for digest in records.referenced()] == []


async def test_an_upload_that_is_removed_names_its_bodies_no_more_and_others_keep_theirs(records: ShopRecords) -> None:
    for file_id, owner_id, name in (("f1", "ann", "a.md"), ("f2", "ann", "b.md"), ("f3", "bob", "a.md")):
        await records.uploads.add(Upload(file_id, owner_id, name, "whole", 2, (f"of {file_id}",), created_at=0))
    assert await records.uploads.remove("other", owner_id="ann") == 0
    assert await records.uploads.remove("whole", owner_id="ann") == 2
    assert [digest async for digest in records.referenced()] == ["of f3"]
    assert (await records.uploads.get("f3", owner_id="bob")).name == "a.md"


async def test_a_share_holds_until_it_expires_or_is_revoked_and_is_its_owners(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    run = await make.run()
    now = clock()
    made = Share("s1", run.run_id, run.owner_id, "digest", created_at=now, expires_at=now + 2_000_000)
    other = replace(made, share_id="s2", digest="other", created_at=now + 1)
    for one in (made, other):
        assert await records.shares.add(one) == one
    assert await records.shares.add(replace(made, digest="new")) == made, "the same id again is the first"
    assert await records.shares.by_digest("digest") == made
    assert await records.shares.by_digest("new") is None
    assert await records.shares.of_run(run.run_id, owner_id=run.owner_id) == [other, made]
    assert await records.shares.of_run(run.run_id, owner_id="bob") == []
    for share_id, run_id, owner_id in (
        ("s2", run.run_id, "bob"),
        ("s2", "r", run.owner_id),
        ("s3", run.run_id, run.owner_id),
    ):
        with pytest.raises(NotFound):
            await records.shares.revoke(share_id, run_id=run_id, owner_id=owner_id)
    await records.shares.revoke("s2", run_id=run.run_id, owner_id=run.owner_id)
    assert await records.shares.by_digest("other") is None
    assert (await records.shares.of_run(run.run_id, owner_id=run.owner_id))[0].revoked_at is not None
    clock.move(seconds=2)
    assert await records.shares.by_digest("digest") is None, "its time is over"
    assert (await records.prune(before=clock() + 1))["shares"] == 2
    assert await records.shares.of_run(run.run_id, owner_id=run.owner_id) == []
