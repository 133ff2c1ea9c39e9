"""What is being deleted goes on until nothing is left, whatever is down or killed."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from integrations.records import erasing, postgresql
from integrations.sqlite.compacting import compact
from magicai.accounts.identity import Role, User, Workspace, WorkspaceRole
from magicai.errors import Temporary
from magicai.stores import deletions
from magicai.stores.backup import back_up, was_erased
from magicai.stores.deletions import Deleting, attempt, go_on, new_deletion
from magicai.stores.entity import Store
from magicai.stores.relay import drain
from tests.contract.keeping.homes import Home, quiet
from tests.contract.keeping.test_erase import FakeOrchestrator, remains
from tests.contract.records.schema import Schema
from tests.members import join
from tests.servers import address, namespace

TEAM, EVE = "zanzibar-team", "eve-zanzibar"


class Killed(BaseException):
    """What ends a process is no exception that anybody catches."""


class Runs(FakeOrchestrator):
    async def lost(self, attempts: Sequence[object]) -> dict[str, object]:
        assert not attempts
        return {}


@pytest.fixture(params=["sqlite", "postgresql"])
async def home(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Home]:
    made = Home(tmp_path / "home")
    if request.param == "sqlite":
        yield made
        await made.close()
        return
    await made.records.close()
    with Schema.made(address("postgresql"), namespace()) as schema:
        made.records = postgresql.open(schema.server, schema.name)
        yield made
        await made.close()


@pytest.fixture(autouse=True)
async def inhabited(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace of ann's and eve's, each with something of their own."""
    monkeypatch.setattr(deletions, "_PAUSE_S", 0)
    for name in ("ann", EVE):
        user = User(user_id=name, name=name, role=Role.USER, created_at=1)
        await home.records.identities.add_user(user, password_hash=None)
        await home.work(name[0], owner_id=name)
    await home.records.workspaces.add(Workspace(workspace_id=TEAM, name="Shop", created_at=1), "ann")
    await join(home.records, TEAM, EVE, WorkspaceRole.EDITOR)
    await home.work("kept for all", owner_id=TEAM)
    await home.records.identities.bind_schedule("crawl/nightly", EVE, TEAM)
    await drain(home.records, home.stores, limit_s=240)


def everything(home: Home, **other: Any) -> Deleting:
    async def forgetful() -> Sequence[Store]:
        return await compact(home.folder)

    given: dict[str, Any] = {"orchestrator": Runs(), "archive": None, "compact": forgetful, **other}
    return Deleting(home.records, home.files, home.stores, report=quiet, **given)


async def waiting(home: Home) -> int:
    return len(await home.records.deletions.due())


@pytest.mark.parametrize(("kind", "subject"), [("workspace", TEAM), ("user", EVE)])
async def test_while_a_store_is_down_it_waits_and_is_finished_once_it_is_up(
    home: Home, monkeypatch: pytest.MonkeyPatch, kind: Any, subject: str
) -> None:
    async def down(changes: object) -> None:
        raise Temporary("the graph is away")

    begun = await home.records.deletions.begin(new_deletion(kind, subject))
    with monkeypatch.context() as patched:
        patched.setattr(home.graph, "apply", down)
        assert await attempt(home.records, begun, lambda: everything(home)) is None
        assert await go_on(home.records, lambda: everything(home)) == 0
    ((kept,), owners) = (await home.records.deletions.due(), await home.records.erasing.owners())
    assert (kept.attempts, subject in owners) == (2, True)
    assert await home.records.workspaces.members(subject) == [], "nobody sees half of it"
    assert await go_on(home.records, lambda: everything(home)) == 1
    assert (await waiting(home), await home.records.erasing.owners()) == (0, sorted({"ann", EVE, TEAM} - {subject}))
    assert remains(home, subject) == []


@pytest.mark.parametrize("at", ["attempts", "entities", "accounts", "files"])
async def test_killed_between_any_two_tables_it_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    remove = erasing._remove  # pyright: ignore[reportPrivateUsage] - between two of its transactions is where it ends

    def killed(*_given: object) -> Any:
        raise Killed

    def until(connection: Any, whose: Any, owner_id: str) -> int:
        return killed() if whose.table.name == at else remove(connection, whose, owner_id)

    await home.records.deletions.begin(new_deletion("user", EVE))
    if at in ("attempts", "entities"):
        monkeypatch.setattr(erasing, "_remove", until)
    if at == "accounts":
        monkeypatch.setattr(erasing, "_remove_accounts", killed)
    last = everything(home, **({"compact": killed} if at == "files" else {}))
    with pytest.raises(Killed):
        await go_on(home.records, lambda: last)
    monkeypatch.undo()
    users = [one.user_id for one in await home.records.identities.users()]
    assert (EVE in users, await waiting(home)) == (at != "files", 1), "the account goes last, and its row after it"
    assert await go_on(home.records, lambda: everything(home)) == 1
    assert (await waiting(home), await home.records.erasing.owners()) == (0, ["ann", TEAM])
    assert remains(home, EVE) == []


async def test_a_backup_of_before_is_known_to_be_freed_of_it_whenever_it_was_finished(home: Home, archive: Any) -> None:
    before = await back_up(home.records, home.files, archive, keep=7, report=quiet)

    def killed() -> Any:
        raise Killed

    await home.records.deletions.begin(new_deletion("workspace", TEAM))
    with pytest.raises(Killed):
        await go_on(home.records, lambda: everything(home, archive=archive, compact=killed))
    await go_on(home.records, lambda: everything(home, archive=archive))
    assert await was_erased(archive, TEAM, since=before.name)


async def test_an_account_that_was_made_again_meanwhile_stays(home: Home) -> None:
    begun = await home.records.deletions.begin(new_deletion("user", EVE))
    await home.records.erasing.remove(EVE)  # killed before it said so
    await home.records.identities.add_user(User(user_id=EVE, name=EVE, role=Role.USER, created_at=begun.asked_at + 1))
    assert await go_on(home.records, lambda: everything(home)) == 1
    assert (await home.records.identities.user(EVE)).enabled


async def test_one_process_deletes_at_a_time(home: Home) -> None:
    await home.records.deletions.begin(new_deletion("workspace", TEAM))
    async with deletions.only_one(home.records.leases) as alone:
        assert alone
        assert await go_on(home.records, lambda: everything(home)) == 0
    assert await go_on(home.records, lambda: everything(home)) == 1
