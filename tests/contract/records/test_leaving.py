"""Who leaves workspaces, and what stays of them there: a workspace always has an admin who can do something."""

import pytest

from magicai.accounts.identity import Role, User, Workspace, WorkspaceRole
from magicai.errors import Conflict
from magicai.ports import Records
from magicai.stores.deletions import new_deletion
from tests.codes import says
from tests.members import join

ADMIN, EDITOR, VIEWER = WorkspaceRole.ADMIN, WorkspaceRole.EDITOR, WorkspaceRole.VIEWER


async def user(records: Records, name: str) -> str:
    made = await records.identities.add_user(User(user_id=name, name=name, role=Role.USER, created_at=1))
    return made.user_id


async def workspace(records: Records, name: str, admin: str, **others: WorkspaceRole) -> str:
    await records.workspaces.add(Workspace(workspace_id=name, name=name, created_at=1), admin)
    for other, role in others.items():
        await join(records, name, other, role)
    return name


async def seats(records: Records, name: str) -> list[str]:
    return [one.workspace.workspace_id for one in await records.workspaces.seats(name)]


async def enabled(records: Records, name: str) -> bool:
    return (await records.identities.user(name)).enabled


async def test_an_admin_who_is_disabled_is_not_counted_as_another_one(records: Records) -> None:
    for name in ("ann", "bob", "eve"):
        await user(records, name)
    await workspace(records, "shop", "ann", bob=ADMIN, eve=EDITOR)
    await records.identities.change_user("bob", enabled=False)
    with pytest.raises(Conflict, check=says("last_admin_of_workspace", name="ann", workspace="shop")):
        await records.workspaces.set_role("shop", "ann", EDITOR)
    with pytest.raises(Conflict, check=says("last_admin_of_workspace")):
        await records.workspaces.remove_member("shop", "ann")
    await records.identities.change_user("bob", enabled=True)
    await records.workspaces.remove_member("shop", "ann")


async def test_the_only_admin_of_others_is_not_disabled_and_one_who_is_alone_is(records: Records) -> None:
    for name in ("ann", "eve"):
        await user(records, name)
    await workspace(records, "alone", "ann")
    await workspace(records, "shop", "ann", eve=VIEWER)
    with pytest.raises(Conflict, check=says("last_admin_of_workspace", workspace="shop")):
        await records.identities.change_user("ann", enabled=False)
    assert await enabled(records, "ann")
    await records.workspaces.remove_member("shop", "eve")
    await records.identities.change_user("ann", enabled=False)


async def test_a_viewer_leaves_though_all_admins_are_disabled(records: Records) -> None:
    for name in ("ann", "vic"):
        await user(records, name)
    await workspace(records, "shop", "ann", vic=VIEWER)
    await records.identities.change_user("vic", enabled=False)
    await records.identities.change_user("ann", enabled=False)
    await records.identities.change_user("vic", enabled=True)
    await records.deletions.begin(new_deletion("user", "vic"))
    assert (await seats(records, "vic"), await enabled(records, "vic")) == ([], False)


async def test_who_cannot_leave_one_workspace_leaves_none_and_stays_enabled(records: Records) -> None:
    for name in ("ann", "bob", "eve"):
        await user(records, name)
    await workspace(records, "first", "ann", bob=ADMIN)
    await workspace(records, "second", "ann", bob=EDITOR, eve=EDITOR)
    with pytest.raises(Conflict, check=says("last_admin_of_workspace", name="ann", workspace="second")):
        await records.deletions.begin(new_deletion("user", "ann"))
    assert (await seats(records, "ann"), await enabled(records, "ann")) == (["ann", "first", "second"], True)
    assert await records.deletions.due() == []


async def test_a_schedule_of_who_was_erased_waits_for_an_owner_in_its_workspace(records: Records) -> None:
    for name in ("ann", "eve"):
        await user(records, name)
    await workspace(records, "shop", "ann", eve=EDITOR)
    await records.identities.bind_schedule("crawl/team", "eve", "shop")
    await records.identities.bind_schedule("crawl/own", "eve", "eve")
    await records.deletions.begin(new_deletion("user", "eve"))
    await records.erasing.remove("eve")
    ((name, owner),) = (await records.identities.schedule_owners()).items()
    assert (name, owner.user, owner.workspace_id, owner.may_run) == ("crawl/team", None, "shop", False)


async def test_what_is_begun_twice_is_one_deletion(records: Records) -> None:
    await user(records, "ann")
    first = await records.deletions.begin(new_deletion("user", "ann"))
    assert (await records.deletions.begin(new_deletion("user", "ann"))).deletion_id == first.deletion_id
    assert len(await records.deletions.due()) == 1


async def test_the_only_admin_of_the_installation_goes_if_nobody_else_uses_it(records: Records) -> None:
    await records.identities.add_user(User(user_id="root", name="root", role=Role.ADMIN, created_at=1))
    await user(records, "ann")
    with pytest.raises(Conflict, check=says("last_admin")):
        await records.deletions.begin(new_deletion("user", "root"))
    await records.deletions.begin(new_deletion("user", "ann"))
    await records.erasing.remove("ann")
    await records.deletions.begin(new_deletion("user", "root"))
    assert not await enabled(records, "root"), "nothing is begun meanwhile"
    with pytest.raises(Conflict, check=says("user_being_deleted")):
        await records.identities.change_user("root", enabled=True)
    assert [one.subject_id for one in await records.deletions.due()] == ["ann", "root"]
