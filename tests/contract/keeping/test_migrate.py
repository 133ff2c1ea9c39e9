from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.archive.folder import FolderArchive
from magicai.errors import Conflict, Temporary
from magicai.ports import Archive, Files, Records
from magicai.stores import migrate as moving
from magicai.stores.backup import back_up
from magicai.stores.manifest import Manifest
from magicai.stores.migrate import Installation, migrate
from magicai.stores.restore import restore, unfinished
from tests.contract.keeping.homes import Home, quiet
from tests.contract.records.example_rows import Clock, Make


def whole(home: Home) -> Installation:
    return Installation(home.records, home.files, home.stores)


async def test_the_new_place_answers_as_the_old_one_which_stays_as_it_is(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    before = await home.answers()
    new = Home(tmp_path / "new")
    moved, filled = await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    assert moved is not None
    assert (filled.differences, filled.repaired) == (0, 0)
    assert await new.answers() == before
    assert await home.answers() == before
    await new.close()


async def test_stores_move_alone_where_the_truth_stays(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    new = Home(tmp_path / "new")
    both = Installation(home.records, home.files, new.stores)
    moved, _ = await migrate(whole(home), both, archive, same_truth=True, report=quiet)
    assert moved is None
    (hit, *_) = await new.search.search("kettle b", owner_id="ann")
    assert hit.entity_id == "b"
    await new.close()


async def test_it_goes_on_after_it_was_cut_without_taking_out_again_what_is_still_true(
    home: Home, archive: FolderArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Home(tmp_path / "new")

    load, loaded = new.records.copying.load, list[str]()

    async def cut(table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if len(loaded) == 3:
            raise KeyboardInterrupt
        loaded.append(table)
        await load(table, rows)

    made = await back_up(home.records, home.files, archive, keep=1, report=quiet)
    monkeypatch.setattr(new.records.copying, "load", cut)
    with pytest.raises(KeyboardInterrupt):
        await restore(new.records, new.files, archive, made, report=quiet)
    monkeypatch.setattr(new.records.copying, "load", load)

    async def never(records: Records, files: Files, archive: Archive, *, keep: int, told: object) -> Manifest:
        raise AssertionError("taken out a second time")

    monkeypatch.setattr(moving, "back_up", never)
    await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    assert await new.answers() == await home.answers()
    await new.close()


async def test_it_goes_on_after_a_store_could_not_be_filled(
    home: Home, archive: FolderArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Home(tmp_path / "new")

    async def down(_: object) -> None:
        raise Temporary("It refuses the password.")

    with monkeypatch.context() as for_now:
        for_now.setattr(new.search, "apply", down)
        with pytest.raises(Temporary):
            await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    # What was done with the rows after they were compared is no difference.
    await new.records.entities.delete("product", ["b"])
    await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    assert await new.search.search("kettle a", owner_id="ann")
    assert await unfinished(new.records) == ""
    await new.close()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_what_is_written_meanwhile_is_not_left_behind_silently(
    home: Home, archive: FolderArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    new = Home(tmp_path / "new")
    restored, filled = moving.restore, moving.fill

    async def restore_and_write(*args: object, **kwargs: object) -> None:
        last = cast("Callable[[], Awaitable[None]]", kwargs.pop("last"))

        async def write_and_go_on() -> None:
            await home.work("late")
            await last()

        await restored(*args, last=write_and_go_on, **kwargs)  # pyright: ignore[reportArgumentType] - handed on

    async def fill_and_write(*args: object, **kwargs: object) -> object:
        found = await filled(*args, **kwargs)  # pyright: ignore[reportArgumentType] - handed on as it came
        await home.work("late")
        return found

    if when == "before":
        monkeypatch.setattr(moving, "restore", restore_and_write)
    else:
        monkeypatch.setattr(moving, "fill", fill_and_write)
    with pytest.raises(Conflict, match="changed meanwhile"):
        await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    await new.close()


async def test_nothing_moves_while_a_run_goes_on(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    attempt = await Make(home.records, Clock()).attempt()
    new = Home(tmp_path / "new")
    with pytest.raises(Conflict, match=attempt.run_id):
        await migrate(whole(home), whole(new), archive, same_truth=False, report=quiet)
    assert await new.records.copying.empty()
    await new.close()
