"""Settings that people have set, in every database."""

import asyncio

from integrations.records.store import SqlRecords
from magicai.ports import INSTALLATION


async def test_an_owner_reads_their_own_settings_and_those_of_the_installation(records: SqlRecords) -> None:
    settings = records.settings
    await settings.put("ann", "budget", "2", set_by="ann", version=0)
    await settings.put("bob", "budget", "3", set_by="bob", version=0)
    await settings.put(INSTALLATION, "budget", "5", set_by="ann", version=0)
    assert [(one.owner_id, one.value) for one in await settings.of("ann")] == [(INSTALLATION, "5"), ("ann", "2")]
    assert [(one.owner_id, one.value) for one in await settings.of(INSTALLATION)] == [(INSTALLATION, "5")]


async def test_a_change_is_made_on_the_latest_version_only(records: SqlRecords) -> None:
    settings = records.settings
    first = await settings.put("ann", "budget", "2", set_by="ann", version=0)
    assert first is not None
    assert first.version == 1
    assert await settings.put("ann", "budget", "9", set_by="eve", version=0) is None
    assert await settings.put("ann", "budget", "9", set_by="eve", version=7) is None
    (row,) = await settings.of("ann")
    assert (row.value, row.set_by) == ("2", "ann")


async def test_a_setting_that_was_reset_has_no_version_that_was_seen_before(records: SqlRecords) -> None:
    settings = records.settings
    await settings.put("ann", "budget", "2", set_by="ann", version=0)
    reset = await settings.put("ann", "budget", None, set_by="ann", version=1)
    assert reset is not None
    assert (reset.value, reset.version) == (None, 2)
    assert await settings.put("ann", "budget", "9", set_by="eve", version=1) is None
    assert await settings.put("ann", "budget", "9", set_by="ann", version=2) is not None


async def test_of_many_who_change_it_at_once_one_does(records: SqlRecords) -> None:
    settings = records.settings
    for version in (0, 1):
        made = await asyncio.gather(
            *(settings.put("ann", "budget", str(n), set_by=f"u{n}", version=version) for n in range(8))
        )
        assert [one.version for one in made if one is not None] == [version + 1]


async def test_settings_go_with_their_owner(records: SqlRecords) -> None:
    await records.settings.put("ann", "budget", "2", set_by="ann", version=0)
    await records.settings.put(INSTALLATION, "budget", "5", set_by="ann", version=0)
    assert (await records.erasing.remove("ann"))["settings_set"] == 1
    assert [one.owner_id for one in await records.settings.of("ann")] == [INSTALLATION]
