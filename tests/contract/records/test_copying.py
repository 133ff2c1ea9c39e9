from collections.abc import Sequence

import pytest

from integrations.records import migrations
from integrations.records.store import SqlRecords
from magicai.errors import NotFound, Permanent
from magicai.ports import Records, Snapshot
from magicai.runs.run import RunStatus
from magicai.stores.entity import Entity
from magicai.stores.manifest import Fingerprint
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make


async def fingerprints(state: Snapshot) -> dict[str, Fingerprint]:
    found: dict[str, Fingerprint] = {}
    for table in state.tables:
        print_ = Fingerprint()
        async for batch in state.rows(table):
            print_ = print_.with_rows(batch.to_pylist())
        found[table] = print_
    return found


async def fill(records: Records, make: Make, names: Sequence[str]) -> None:
    for name in names:
        attempt = await make.attempt(await make.run())
        await records.entities.save([Entity("product", name, "ann", f"Kettle {name} 龙井", "\ud800 words")])
        await records.runs.finish(attempt, RunStatus.COMPLETED, {"name": name})


async def test_a_snapshot_shows_one_state_whatever_is_written_meanwhile(records: Records, make: Make) -> None:
    await fill(records, make, ["a", "b"])
    async with records.copying.snapshot() as state:
        before = await fingerprints(state)
        await fill(records, make, ["c"])
        assert await fingerprints(state) == before
    async with records.copying.snapshot() as state:
        assert (await fingerprints(state))["runs"].rows == 3


async def test_what_was_taken_out_is_the_same_once_it_is_put_in_again(
    records: Records, make: Make, clock: Clock
) -> None:
    await fill(records, make, [f"{number}" for number in range(20)])
    async with records.copying.snapshot() as state:
        before = await fingerprints(state)
        kept = {
            table: [row async for batch in state.rows(table) for row in batch.to_pylist()] for table in state.tables
        }
        order, revision = state.tables, state.revision
    await records.copying.rebuild(revision)
    assert await records.runs.listed() == []
    for table in order:
        await records.copying.load(table, kept[table])
        await records.copying.load(table, kept[table][:3])  # again, as after a cut
    await records.copying.renew()
    async with records.copying.snapshot() as state:
        assert await fingerprints(state) == before
    assert (await records.entities.get("product", "7", owner_id="ann")).entity is not None
    await fill(records, make, ["after"])
    assert len(await records.runs.listed()) == 21


async def test_rows_of_an_earlier_revision_are_migrated_after_they_were_put_in(records: Records, make: Make) -> None:
    await fill(records, make, ["a"])
    async with records.copying.snapshot() as state:
        runs = [row async for batch in state.rows("runs") for row in batch.to_pylist()]
    for row in runs:
        for later in ("follows", "give_way", "waits", "file_names", "started_by", "dismissed", "name"):
            del row[later]
    await records.copying.rebuild(migrations.REVISIONS[0])
    await records.copying.load("runs", runs)
    await records.copying.renew()
    async with records.copying.snapshot() as state:
        assert state.revision == migrations.REVISIONS[-1]
    assert [run.run_id for run in await records.runs.listed()] == [runs[0]["run_id"]]


async def test_a_revision_of_a_newer_version_is_refused_before_anything_is_removed(
    records: Records, make: Make
) -> None:
    await fill(records, make, ["a"])
    with pytest.raises(Permanent, check=says("backup_too_new")):
        await records.copying.rebuild("9999")
    assert len(await records.runs.listed()) == 1


async def test_records_are_empty_until_something_is_kept(records: Records, make: Make) -> None:
    await records.check()
    assert await records.copying.empty()
    await make.run()
    assert not await records.copying.empty()


async def test_a_large_table_is_taken_in_parts(
    records: SqlRecords, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.records.copying._ROWS", 7)
    await records.entities.save([Entity("product", f"{n}", "ann", f"{n}", "") for n in range(30)])
    async with records.copying.snapshot() as state:
        sizes = [batch.num_rows async for batch in state.rows("entities")]
    assert sizes == [7, 7, 7, 7, 2]
    with pytest.raises(NotFound):
        await records.entities.get("product", "31", owner_id="ann")
