from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from integrations.prefect.schedules import names_of
from magicai.accounts.identity import Role, ScheduleOwner, User, WorkspaceRole
from magicai.accounts.schedules import owner_of
from magicai.errors import Refused
from magicai.ports import Identities
from tests.codes import says

ANN = User(user_id="id-ann", name="ann", role=Role.USER, created_at=1)
EVE = User(user_id="id-eve", name="eve", role=Role.USER, created_at=1, disabled_at=2)


def in_own(user: User) -> ScheduleOwner:
    return ScheduleOwner(user=user, workspace_id=user.user_id, role=WorkspaceRole.ADMIN)


def bound(**owners: User) -> Identities:
    async def schedule_owners() -> Mapping[str, ScheduleOwner]:
        return {name.replace("_", "/"): in_own(user) for name, user in owners.items()}

    return cast("Any", SimpleNamespace(schedule_owners=schedule_owners))


@pytest.mark.parametrize(
    ("made", "owner"),
    [
        (("SCHEDULE", "1234", "nightly"), "id-ann"),
        (("SCHEDULE", "id", "other"), "id-ann"),
        (("SCHEDULE", "1234", "other"), "local"),
        (("SCHEDULE", "1234", "CronSchedule"), "local"),
        (("AUTOMATION", "id", "nightly"), "local"),
        ((None, "id", "nightly"), "local"),
    ],
)
async def test_only_what_a_bound_schedule_made_is_its_users(made: tuple[Any, str, str], owner: str) -> None:
    identities = bound(crawl_nightly=ANN, id=ANN, crawl_CronSchedule=EVE)
    assert await owner_of(identities, names_of("crawl", *made), otherwise="local") == (owner, owner)
    assert await owner_of(identities, names_of("other", made[0], "1234", made[2]), otherwise="local") == ("local",) * 2


async def test_a_schedule_of_whoever_may_do_nothing_starts_nothing() -> None:
    with pytest.raises(Refused, check=says("schedule_user_disabled", name="eve")):
        await owner_of(bound(crawl_nightly=EVE), ("1234", "crawl/nightly"), otherwise="local")


async def test_a_schedule_runs_in_its_workspace_until_its_owner_may_start_nothing_there() -> None:
    def owners(role: WorkspaceRole | None) -> Identities:
        async def schedule_owners() -> Mapping[str, ScheduleOwner]:
            return {"crawl/nightly": ScheduleOwner(user=ANN, workspace_id="team", role=role)}

        return cast("Any", SimpleNamespace(schedule_owners=schedule_owners))

    names = ("1234", "crawl/nightly")
    assert await owner_of(owners(WorkspaceRole.EDITOR), names, otherwise="local") == ("team", "id-ann")
    for gone in (None, WorkspaceRole.VIEWER):
        with pytest.raises(Refused, check=says("schedule_owner_left", name="ann")):
            await owner_of(owners(gone), names, otherwise="local")


async def test_a_schedule_of_prefect_s_page_stays_its_owner_s_when_it_is_deployed_again_with_its_id_as_slug() -> None:
    first = "9b0e4c3a-6f3f-4a53-9a55-0c35a1d1e7b2"
    identities = bound(**{first: ANN})
    for shown in (None, "IntervalSchedule"):
        assert await owner_of(identities, names_of("crawl", "SCHEDULE", first, shown), otherwise="local") == (
            "id-ann",
            "id-ann",
        )
    assert await owner_of(identities, names_of("crawl", "SCHEDULE", "1234", first), otherwise="local") == (
        "id-ann",
        "id-ann",
    )
