"""Files that are handed in: whose they are, how large, and that a run reads no others."""

import asyncio
import hashlib
from typing import Any

import pytest

from magicai.api.routes import uploads
from magicai.runs.requests.files_in import body_of
from tests.api.conftest import CRAWL, SHOP, Api

CATALOGUE = b"name,price,currency\nLamp,3.00,EUR\n"


async def _handed_in(api: Api, headers: dict[str, str], body: Any = CATALOGUE, name: str = "own.csv") -> Any:
    return await api.http.post("/api/files", params={"name": name}, headers=headers, content=body)


async def test_a_file_is_kept_for_its_owner_alone(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    answer = await _handed_in(api, ann)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["size"]) == ("own.csv", len(CATALOGUE))
    assert told["sha256"] == hashlib.sha256(CATALOGUE).hexdigest()
    kept = await body_of(api.records, api.gateway.ports.files, told["file_id"], owner_id="id-ann")
    assert kept == CATALOGUE
    assert (await _handed_in(api, ann)).json() == told, "the same file again is the same"
    assert (await _handed_in(api, bob)).json()["file_id"] != told["file_id"]

    started = await api.start(ann, own_catalogue=told["file_id"])
    assert (await api.row(started)).request["own_catalogue"] == told["file_id"]
    refused = await api.http.post(CRAWL, headers=bob, json={**SHOP, "own_catalogue": told["file_id"]})
    assert refused.status_code == 422
    assert "you have no file" in refused.json()["detail"]


async def test_no_file_of_the_machine_can_be_named(api: Api) -> None:
    headers = await api.bearer()
    for name in ("/etc/passwd", "../records.sqlite3", "none.csv"):
        answer = await api.http.post(CRAWL, headers=headers, json={**SHOP, "own_catalogue": name})
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"] == f"own_catalogue: you have no file {name!r}."
        assert "POST /api/files" in answer.json()["way_out"]
    assert (await api.http.get("/api/runs", headers=headers)).json()["items"] == []


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("own.xlsx", CATALOGUE, "own_catalogue: own.xlsx has another type."),
        ("own.csv", b"name,price\nLamp,3\n", "own_catalogue: own.csv has no column currency."),
    ],
)
async def test_a_file_that_does_not_fit_its_field_makes_no_run(api: Api, name: str, body: bytes, said: str) -> None:
    headers = await api.bearer()
    file_id = (await _handed_in(api, headers, body, name)).json()["file_id"]
    answer = await api.http.post(CRAWL, headers=headers, json={**SHOP, "own_catalogue": file_id})
    assert (answer.status_code, answer.json()["detail"]) == (422, said)
    assert (await api.http.get("/api/runs", headers=headers)).json()["items"] == []


async def test_what_is_no_file_is_refused(api: Api) -> None:
    headers = await api.bearer()
    assert (await _handed_in(api, headers, b"")).status_code == 422
    assert (await _handed_in(api, headers, name="..")).status_code == 422
    assert (await _handed_in(api, headers, name="x" * 300)).status_code == 422
    assert (await api.http.post("/api/files", headers=headers, content=b"a")).status_code == 422
    assert (await _handed_in(api, {**headers, "Content-Encoding": "gzip"})).status_code == 415
    assert (await _handed_in(api, {})).status_code == 401
    told = await _handed_in(api, headers, name="C:\\Users\\ann\\own.csv")
    assert told.json()["name"] == "own.csv", "folders of somebody's machine are nobody's business"


async def test_a_file_that_is_too_large_is_refused_as_soon_as_that_is_known(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = await api.bearer()
    monkeypatch.setattr(uploads, "MOST_BYTES", 2_500_000)
    answer = await _handed_in(api, headers, b"x" * 2_500_001)
    assert answer.status_code == 413, answer.text

    async def of_no_stated_length() -> Any:
        for _ in range(6):
            yield b"x" * 500_000

    answer = await _handed_in(api, headers, of_no_stated_length())
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:magicai:problem:too-large")
    assert [digest async for digest in api.records.referenced()] == []


async def test_a_file_that_does_not_come_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LIMIT_S", 0.2)

    async def stuck() -> Any:
        yield b"x"
        await asyncio.sleep(30)

    answer = await _handed_in(api, await api.bearer(), stuck())
    assert answer.status_code == 408


async def test_large_files_come_whole(api: Api) -> None:
    body = bytes(range(256)) * 20_000
    told = (await _handed_in(api, await api.bearer(), body, "own.bin")).json()
    assert await body_of(api.records, api.gateway.ports.files, told["file_id"], owner_id="id-ann") == body
