from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from integrations.sqlite.compacting import compact
from magicai.accounts.identity import Role, User
from magicai.errors import Conflict, Temporary
from magicai.ports import Archive
from magicai.stores.backup import back_up, note_erasure, was_erased
from magicai.stores.entity import Entity, Store
from magicai.stores.erase import Erased, erase
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from tests.codes import says
from tests.contract.keeping.homes import Home, quiet
from tests.contract.records.example_rows import Clock, Make


@dataclass
class FakeOrchestrator:
    """What was asked to be forgotten."""

    flow_runs: list[str] = field(default_factory=list[str])
    runs: list[str] = field(default_factory=list[str])
    schedules: list[str] = field(default_factory=list[str])

    async def delete(self, flow_runs: Sequence[str], runs: Sequence[str], schedules: Sequence[str]) -> None:
        self.flow_runs += flow_runs
        self.runs += runs
        self.schedules += schedules


async def erased(home: Home, owner_id: str, orchestrator: FakeOrchestrator | None = None) -> Erased:
    async def forgetful() -> Sequence[Store]:
        return await compact(home.folder)

    runs = orchestrator or FakeOrchestrator()
    stores = (home.records, home.files, home.stores)
    return await erase(*stores, runs, owner_id, report=quiet, compact=forgetful)  # pyright: ignore[reportArgumentType] - of the orchestrator, it needs no more


def remains(home: Home, words: str) -> list[str]:
    """Files of an installation that hold these words."""
    files = [path for path in home.folder.rglob("*") if path.is_file()]
    return [path.name for path in files if words.encode() in path.read_bytes() or words in path.name]


async def test_nothing_of_a_person_is_left_in_any_file_and_others_keep_theirs(home: Home) -> None:
    await home.work("zanzibar", owner_id="beatrix-w")
    await home.records.entities.save([Entity("analysis", "beatrix-w/shop", "beatrix-w", "shop", "beatrix-w")])
    await drain(home.records, home.stores, limit_s=240)
    before = await home.answers()
    assert len(remains(home, "beatrix-w")) > 1
    done = await erased(home, "beatrix-w")
    assert (remains(home, "beatrix-w"), remains(home, "zanzibar")) == ([], [])
    assert (done.results, done.bodies) == (1, 1)
    assert done.rows["runs"] == 1
    assert len(await home.records.runs.listed(owner_id="ann")) == 3
    after = await home.answers()
    assert after != before
    assert await home.search.search("kettle a", owner_id="ann")
    assert (await reconcile(home.records, home.stores)).differences == 0


async def test_what_a_crawl_of_somebody_else_is_about_to_name_stays(home: Home) -> None:
    await home.work("zanzibar", owner_id="beatrix-w")
    (theirs, both) = await home.files.put([b"<html>of ann's crawl, which goes on</html>", b"<html>a</html>"])
    done = await erased(home, "beatrix-w")
    assert done.bodies == 1
    assert [await home.files.get(digest) for digest in (theirs, both)]


async def test_nothing_that_comes_late_makes_it_rise_again(home: Home) -> None:
    await home.work("zanzibar", owner_id="beatrix-w")
    (late,) = await home.records.entities.present([("product", "rabiznaz")])
    await drain(home.records, home.stores, limit_s=240)
    await erased(home, "beatrix-w")
    for port in home.stores.values():  # a relay that had read it before, and slept since
        await port.apply([late])
    assert await home.search.search("kettle zanzibar", owner_id="beatrix-w") == []
    assert await home.search.held() == [one for one in await home.search.held() if one.entity_id != "rabiznaz"]


async def test_the_orchestrator_forgets_every_attempt(home: Home) -> None:
    make = Make(home.records, Clock())
    run = await make.run(owner_id="beatrix-w")
    attempt = await make.attempt(run, flow_run_id="flow-1")
    await home.records.runs.close_dead(attempt, run.status.CANCELLED, {})
    orchestrator = FakeOrchestrator()
    await erased(home, "beatrix-w", orchestrator)
    assert (orchestrator.flow_runs, orchestrator.runs) == (["flow-1"], [run.run_id])


async def test_an_account_goes_with_everything_that_logs_it_in(home: Home) -> None:
    await home.records.identities.add_user(
        User(user_id="beatrix-w", name="Beatrix", role=Role.USER, created_at=1), password_hash="secret-hash"
    )
    await erased(home, "beatrix-w")
    assert await home.records.identities.users() == []
    assert remains(home, "secret-hash") == []


async def test_a_run_that_goes_on_is_to_be_ended_first(home: Home) -> None:
    attempt = await Make(home.records, Clock()).attempt()
    with pytest.raises(Conflict, match=attempt.run_id):
        await erased(home, "ann")
    assert len(await home.records.runs.listed(owner_id="ann")) == 4


async def test_who_is_being_erased_can_begin_nothing_and_what_is_begun_all_the_same_is_not_denied(home: Home) -> None:
    identities = home.records.identities
    await identities.add_user(User(user_id="ann", name="Ann", role=Role.USER, created_at=1), password_hash=None)

    class Late(FakeOrchestrator):
        async def delete(self, flow_runs: Sequence[str], runs: Sequence[str], schedules: Sequence[str]) -> None:
            assert not (await identities.user("ann")).enabled
            await super().delete(flow_runs, runs, schedules)

    async def remove_and_begin(owner_id: str) -> object:
        found = await remove(owner_id)
        await home.work("z")
        return found

    remove = home.records.erasing.remove
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(home.records.erasing, "remove", remove_and_begin)
        with pytest.raises(Temporary, check=says("user_active_during_deletion")):
            await erased(home, "ann", Late())
    await erased(home, "ann")
    assert remains(home, "Kettle") == []


async def test_schedules_that_were_theirs_go_and_are_named(home: Home) -> None:
    identities = home.records.identities
    await identities.add_user(User(user_id="ann", name="Ann", role=Role.USER, created_at=1), password_hash=None)
    await identities.bind_schedule("crawl/every-morning", "ann")
    await identities.bind_schedule("crawl/every-evening", None)
    orchestrator = FakeOrchestrator()
    assert (await erased(home, "ann", orchestrator)).schedules == ["crawl/every-morning"]
    assert orchestrator.schedules == ["crawl/every-morning"]


async def test_while_a_store_is_down_it_says_so_and_goes_on_later(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(changes: object) -> None:
        raise Temporary("the graph is away")

    with monkeypatch.context() as patched:
        patched.setattr(home.graph, "apply", down)
        with pytest.raises(Temporary, match="graph is"):
            await erased(home, "ann")
    assert len(await home.records.runs.listed(owner_id="ann")) == 3, "by which all of it is found"
    await erased(home, "ann")
    assert (await home.records.runs.listed(), remains(home, "Kettle")) == ([], [])
    await erased(home, "ann")


async def test_erasing_again_what_comes_back_adds_up(home: Home) -> None:
    await erased(home, "ann")
    await home.work("a")
    await drain(home.records, home.stores, limit_s=240)
    assert [hit.entity_id for hit in await home.search.search("kettle a", owner_id="ann")] == ["a"]


async def test_a_backup_from_before_knows_that_it_is_to_be_freed_again(home: Home, archive: Archive) -> None:
    before = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    await note_erasure(archive, "ann")
    after = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    assert await was_erased(archive, "ann", since=before.name)
    assert not await was_erased(archive, "ann", since=after.name)
    assert not await was_erased(archive, "bob", since=before.name)
    assert await home.records.erasing.owners() == ["ann"]


async def test_whoever_has_an_account_or_an_entry_and_no_run_is_known_as_well(home: Home) -> None:
    await home.records.identities.add_user(
        User(user_id="beatrix-w", name="Beatrix", role=Role.USER, created_at=1), password_hash=None
    )
    await home.records.entities.save([Entity("product", "k", "carl", "Kettle", "")])
    assert await home.records.erasing.owners() == ["ann", "beatrix-w", "carl"]
    await erased(home, "carl")
    assert await home.records.erasing.owners() == ["ann", "beatrix-w"]
