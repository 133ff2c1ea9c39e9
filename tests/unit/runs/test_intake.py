"""What is checked of a request before there is a row, whichever way it comes."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from integrations.files.folder import FolderFiles
from integrations.seal import SivSeal
from magicai.errors import Invalid, NotFound, Permanent
from magicai.ports import Records
from magicai.runs.requests import choices
from magicai.runs.requests.accept import accept, accept_once, check_request
from magicai.runs.requests.files_in import body_of, upload_path
from magicai.runs.requests.intake import check_paths, prepare_request
from magicai.runs.requests.secrets import revealed
from magicai.runs.run import Origin
from magicai.settings import Settings
from tests.unit.runs.every_shape import MOST, SOURCES, WORKFLOW, EveryShape, Inventory

ELSEWHERE = [origin for origin in Origin if origin is not Origin.CLI]


@pytest.fixture
def places(tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(choices, "_sources", SOURCES)
    files = FolderFiles(tmp_path / "files")
    settings = Settings(home=tmp_path)
    return SimpleNamespace(records=records, files=files, seal=SivSeal(tmp_path / "secret-key"), settings=settings)


def _asked(**values: Any) -> EveryShape:
    made = check_request(EveryShape, {"topics": ["tea"], **values})
    assert isinstance(made, EveryShape)
    return made


def _file(folder: Path, name: str = "rows.csv", body: bytes = b"a\nb\n") -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


async def _uploaded(places: Any, path: Path, owner_id: str = "ann") -> str:
    return (await upload_path(places.records, places.files, path, owner_id=owner_id)).file_id


async def test_a_path_of_a_command_is_handed_in_and_its_id_is_kept(places: Any, tmp_path: Path) -> None:
    body = os.urandom(1_500) + b"\n"
    wanted = _asked(
        rows=str(_file(tmp_path, body=body)), inventory={"warehouse": "n", "plan": str(_file(tmp_path, "plan.csv"))}
    )
    taken = await prepare_request(places, wanted, owner_id="ann", origin=Origin.CLI)
    assert taken.rows is not None
    assert taken.inventory is not None
    assert str(tmp_path) not in taken.model_dump_json()
    assert await body_of(places.records, places.files, taken.rows, owner_id="ann") == body
    again = await prepare_request(places, wanted, owner_id="ann", origin=Origin.CLI)
    assert again == taken, "the same file again is the same"


async def test_a_run_knows_what_its_files_are_called(places: Any, tmp_path: Path) -> None:
    file_id = await _uploaded(places, _file(tmp_path))
    run = await accept(places.records, WORKFLOW.name, _asked(rows=file_id), owner_id="ann", origin=Origin.API)
    assert (await places.records.runs.get(run.run_id)).file_names == {file_id: "rows.csv"}


async def test_a_command_may_name_ones_own_upload_by_its_id(places: Any, tmp_path: Path) -> None:
    mine, theirs = await _uploaded(places, _file(tmp_path)), await _uploaded(places, _file(tmp_path), "bob")
    assert (await prepare_request(places, _asked(rows=mine), owner_id="ann", origin=Origin.CLI)).rows == mine
    with pytest.raises(Invalid, match="you have no file"):
        await prepare_request(places, _asked(rows=theirs), owner_id="ann", origin=Origin.CLI)


async def test_a_file_of_several_parts_comes_back_as_it_was(places: Any, tmp_path: Path) -> None:
    body = os.urandom(2_500_000)
    file_id = await _uploaded(places, _file(tmp_path, "big.bin", body))
    assert await body_of(places.records, places.files, file_id, owner_id="ann") == body
    named = [digest async for digest in places.records.referenced(owner_id="ann")]
    assert len(named) == 3
    assert [digest async for digest in places.records.referenced(but_of="ann")] == []
    assert await places.files.prune(places.records.referenced(), before=2**62) == 0, "what is named stays"


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_from_elsewhere_only_ones_own_uploads_are_read(places: Any, tmp_path: Path, origin: Origin) -> None:
    mine, theirs = await _uploaded(places, _file(tmp_path)), await _uploaded(places, _file(tmp_path), "bob")
    taken = await prepare_request(places, _asked(rows=mine), owner_id="ann", origin=origin)
    assert taken.rows == mine
    for wrong in (theirs, "/etc/passwd", str(_file(tmp_path)), "../records.sqlite3", "0", ""):
        with pytest.raises(Invalid) as refused:
            await prepare_request(places, _asked(rows=wrong), owner_id="ann", origin=origin)
        assert f"rows: you have no file {wrong!r}." in refused.value.what
        assert "magicai upload" in refused.value.way_out
    with pytest.raises(NotFound):
        await body_of(places.records, places.files, theirs, owner_id="ann")


BAD_FILES = [
    ("none.csv", None, "there is no such file", ""),
    ("rows.xlsx", b"a\n", "has another type", "end in .csv"),
    ("rows.csv", b"x\n" * MOST, "has 4 kB", "The maximum is 2 kB"),
    ("rows.csv", b"", "is empty", ""),
    ("rows.csv", b"one line", "has no rows", "Give it some."),
]


@pytest.mark.parametrize(("name", "body", "said", "way_out"), BAD_FILES)
async def test_a_file_that_does_not_fit_is_refused_by_name(
    places: Any, tmp_path: Path, name: str, body: bytes | None, said: str, way_out: str
) -> None:
    path = tmp_path / name if body is None else _file(tmp_path, name, body)
    with pytest.raises(Invalid) as refused:
        await prepare_request(places, _asked(rows=str(path)), owner_id="ann", origin=Origin.CLI)
    assert str(path) in refused.value.what or name in refused.value.what
    assert said in refused.value.what
    assert way_out in refused.value.way_out
    assert [digest async for digest in places.records.referenced()] == [], "nothing of it is kept"
    if body:
        file_id = await _uploaded(places, path)
        with pytest.raises(Invalid, match=said):
            await prepare_request(places, _asked(rows=file_id), owner_id="ann", origin=Origin.API)
    else:
        with pytest.raises(Invalid, match=said):
            await upload_path(places.records, places.files, path, owner_id="ann")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "~nobody-of-this-name/x", "x/" * 3000])
async def test_what_can_be_no_path_is_refused_and_not_quoted_whole(places: Any, name: str) -> None:
    for origin in (Origin.CLI, Origin.API):
        with pytest.raises(Invalid, match="rows"):
            await prepare_request(places, _asked(rows=name), owner_id="a", origin=origin)


async def test_a_folder_and_a_pipe_are_no_files(places: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path, said in ((tmp_path, "is a folder"), (tmp_path / "pipe.csv", "there is no such file")):
        with pytest.raises(Invalid, match=said):
            await check_paths(_asked(rows=str(path)))


async def test_every_file_of_a_list_is_checked_by_its_place(places: Any, tmp_path: Path) -> None:
    paths = [str(_file(tmp_path, "a.png", b"1")), str(_file(tmp_path, "b.gif", b"2"))]
    with pytest.raises(Invalid, match=r"pictures\.1: .*b\.gif has another type"):
        await prepare_request(places, _asked(pictures=paths), owner_id="ann", origin=Origin.CLI)


async def test_a_choice_that_is_not_offered_here_is_refused(places: Any) -> None:
    for origin in Origin:
        with pytest.raises(
            Invalid, match=r"model is 'gpt', which is not available here\. Use one of: none, local:small"
        ):
            await prepare_request(places, _asked(model="gpt"), owner_id="ann", origin=origin)
        assert (await prepare_request(places, _asked(model="none"), owner_id="ann", origin=origin)).model == "none"


SECRETS = {"token": "hunter2", "keys": ["first-key"], "inventory": {"warehouse": "n", "key": "inner-key"}}


async def test_no_secret_stands_in_the_records_nor_in_what_shows_a_run(places: Any, tmp_path: Path) -> None:
    taken = await prepare_request(places, _asked(**SECRETS), owner_id="ann", origin=Origin.API)
    run = await accept(places.records, WORKFLOW.name, taken, owner_id="ann", origin=Origin.API)
    kept = await places.records.runs.get(run.run_id)
    raw = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("records.sqlite3*")))  # noqa: ASYNC240
    for secret in ("hunter2", "first-key", "inner-key"):
        assert secret not in json.dumps(kept.request)
        assert secret not in repr(taken)
        assert secret.encode() not in raw
    asked = EveryShape.model_validate(kept.request)
    assert asked.token is not None
    assert asked.inventory is not None
    assert asked.inventory.key is not None
    assert [revealed(places.seal, one, owner_id="ann") for one in (asked.token, *asked.keys, asked.inventory.key)] == [
        "hunter2",
        "first-key",
        "inner-key",
    ]
    with pytest.raises(Permanent, match="can't be decrypted"):
        revealed(places.seal, asked.token, owner_id="bob")


async def test_what_was_not_sealed_is_never_kept(places: Any) -> None:
    with pytest.raises(Permanent, match="token was not encrypted") as refused:
        await accept(places.records, WORKFLOW.name, _asked(**SECRETS), owner_id="ann", origin=Origin.API)
    assert "hunter2" not in str(refused.value)


async def test_the_same_request_with_a_secret_is_the_same_run(places: Any) -> None:
    made: list[str] = []
    for _ in range(2):
        taken = await prepare_request(places, _asked(**SECRETS), owner_id="ann", origin=Origin.API)
        run = await accept_once(places.records, WORKFLOW.name, taken, owner_id="ann", origin=Origin.API, key="monday")
        made.append(run.run_id)
    assert made[0] == made[1]
    other = await prepare_request(places, _asked(**{**SECRETS, "token": "other"}), owner_id="ann", origin=Origin.API)
    with pytest.raises(Invalid, match="'monday' was used with another request"):
        await accept_once(places.records, WORKFLOW.name, other, owner_id="ann", origin=Origin.API, key="monday")


async def test_a_sealed_secret_may_be_given_again_by_its_owner_alone(places: Any) -> None:
    taken = await prepare_request(places, _asked(token="hunter2"), owner_id="ann", origin=Origin.API)
    assert taken.token is not None
    shown = taken.token.get_secret_value()
    again = await prepare_request(places, _asked(token=shown), owner_id="ann", origin=Origin.API)
    assert again.token == taken.token
    with pytest.raises(Invalid, match="token was encrypted elsewhere, or for another user"):
        await prepare_request(places, _asked(token=shown), owner_id="bob", origin=Origin.API)


async def test_a_secret_opens_with_the_key_it_was_sealed_with(tmp_path: Path) -> None:
    one, same = SivSeal(tmp_path / "key"), SivSeal(tmp_path / "key")
    assert same.open(one.seal("hunter2", owner_id="ann"), owner_id="ann") == "hunter2"
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    given = [SivSeal(tmp_path / name, "k" * 32) for name in ("of one machine", "of another")]
    assert given[1].open(given[0].seal("hunter2", owner_id="ann"), owner_id="ann") == "hunter2"
    with pytest.raises(Permanent):
        given[0].open(one.seal("hunter2", owner_id="ann"), owner_id="ann")


@pytest.mark.parametrize("wrong", [{"token": "abc"}, {"token": 5}, {"keys": [["s3cret"]]}, {"inventory": "s3cret"}])
def test_a_wrong_secret_is_not_quoted(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        _asked(**wrong)
    assert f"{next(iter(wrong))} is wrong" in str(refused.value)
    for secret in ("abc", "5:", "s3cret"):
        assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"topics": []}, "topics is []"),
        ({"topics": None}, "topics is None"),
        ({"share": "half"}, "share is 'half'"),
        ({"enrich": "perhaps"}, "enrich is 'perhaps'"),
        ({"shape": "flat"}, "shape is 'flat'"),
        ({"notes": "x" * 101}, "notes is "),
        ({"variables": ["a"]}, "variables is ['a']"),
        ({"variables": {"a": {"b": 1}}}, "variables.a is {'b': 1}"),
        ({"rows": 5}, "rows is 5"),
        ({"inventory": {}}, "inventory.warehouse is missing: its name."),
        ({"inventory": {"warehouse": "n", "count": 10}}, "inventory.count is 10"),
        ({"inventory": {"warehouse": "n", "colour": "red"}}, "'inventory.colour' is not a parameter"),
        ({"stores": [{"count": 1}]}, "stores.warehouse is missing: its name."),
    ],
)
def test_a_wrong_value_of_any_shape_is_refused_by_name(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        _asked(**wrong)
    assert said in str(refused.value)


def test_a_nested_request_can_hold_what_it_should() -> None:
    asked = _asked(inventory={"warehouse": "n", "key": "k"}, variables={"a": "b"}, stores=[{"warehouse": "s"}])
    assert asked.inventory == Inventory(warehouse="n", key=SecretStr("k"))
    assert asked.stores == (Inventory(warehouse="s"),)
