from pathlib import Path

import pytest

from integrations.archive.folder import FolderArchive
from magicai.app import migrate as moving
from magicai.app.backup import back_up
from magicai.app.migrate import Installation, migrate
from magicai.app.restore import restore
from magicai.domain.manifest import Manifest
from magicai.errors import Conflict
from magicai.ports import Archive, Files, Records
from tests.contract.keeping.homes import Home, quiet
from tests.contract.records.making import Clock, Make


def whole(home: Home) -> Installation:
    return Installation(home.records, home.files, home.stores)


async def test_the_new_place_answers_as_the_old_one_which_stays_as_it_is(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    before = await home.answers()
    new = Home(tmp_path / "new")
    moved, filled = await migrate(whole(home), whole(new), archive, same_truth=False, told=quiet)
    assert moved is not None
    assert (filled.differences, filled.mended) == (0, 0)
    assert await new.answers() == before
    assert await home.answers() == before
    await new.close()


async def test_stores_move_alone_where_the_truth_stays(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    new = Home(tmp_path / "new")
    both = Installation(home.records, home.files, new.stores)
    moved, _ = await migrate(whole(home), both, archive, same_truth=True, told=quiet)
    assert moved is None
    (hit, *_) = await new.search.search("kettle b", owner_id="ann")
    assert hit.entity_id == "b"
    await new.close()


async def test_it_goes_on_after_it_was_cut_without_taking_out_again_what_is_still_true(
    home: Home, archive: FolderArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Home(tmp_path / "new")

    def cut(words: str) -> None:
        if words.startswith("frontier"):
            raise KeyboardInterrupt

    made = await back_up(home.records, home.files, archive, keep=1, told=quiet)
    with pytest.raises(KeyboardInterrupt):
        await restore(new.records, new.files, archive, made, told=cut)

    async def never(records: Records, files: Files, archive: Archive, *, keep: int, told: object) -> Manifest:
        raise AssertionError("taken out a second time")

    monkeypatch.setattr(moving, "back_up", never)
    await migrate(whole(home), whole(new), archive, same_truth=False, told=quiet)
    assert await new.answers() == await home.answers()
    await new.close()


async def test_what_is_written_meanwhile_is_not_left_behind_silently(
    home: Home, archive: FolderArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Home(tmp_path / "new")
    original = restore

    async def and_write(*args: object, **kwargs: object) -> None:
        await original(*args, **kwargs)  # pyright: ignore[reportArgumentType] - handed on as it came
        await home.work("late")

    monkeypatch.setattr(moving, "restore", and_write)
    with pytest.raises(Conflict, match="written to meanwhile"):
        await migrate(whole(home), whole(new), archive, same_truth=False, told=quiet)
    await new.close()


async def test_nothing_moves_while_a_run_goes_on(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    attempt = await Make(home.records, Clock()).attempt()
    new = Home(tmp_path / "new")
    with pytest.raises(Conflict, match=attempt.run_id):
        await migrate(whole(home), whole(new), archive, same_truth=False, told=quiet)
    assert await new.records.copying.empty()
    await new.close()
