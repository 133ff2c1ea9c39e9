"""What a run of any workflow hands out over the API: listed, streamed, shown by panels, and nobody else's."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client

from magicai.cli.asking import each
from magicai.cli.remote.calls import Calls
from magicai.cli.remote.gateway import Server
from magicai.cli.remote_installation import RemoteInstallation
from magicai.operations.files import list_files
from tests.api.conftest import Api
from tests.small_workflow import ROWS, declare, finished

LETTER = "# Dear reader\r\n<script>alert(1)</script> 中文\n".encode()


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


async def ann_has_a_run(api: Api, **without: Any) -> tuple[dict[str, str], str]:
    ann = await api.bearer()
    run = await finished(api.records, api.gateway.ports.files, owner_id="id-ann", document=LETTER, **without)
    return ann, f"/api/runs/{run.run_id}"


async def test_files_are_listed_and_streamed_as_they_were_written(api: Api) -> None:
    ann, run = await ann_has_a_run(api)
    listed = (await api.http.get(f"{run}/files", headers=ann)).json()["items"]
    assert [(one["name"], one["format"], one["title"]) for one in listed] == [
        ("what-was-counted.csv", "csv", "What was counted"), ("raw.raw", "raw", "Raw"), ("letter.md", "md", "Letter")
    ]  # fmt: skip
    bodies = {one["format"]: await api.http.get(one["href"], headers=ann) for one in listed}
    assert {kind: body.content for kind, body in bodies.items()} == {
        "csv": b"apples,3\r\npears,2\r\n", "raw": b"\xff\xff", "md": LETTER
    }  # fmt: skip
    assert [body.headers["content-type"] for body in bodies.values()] == [one["media_type"] for one in listed]
    for body in bodies.values():
        assert body.headers["content-disposition"].startswith("attachment; ")
        assert "sandbox" in body.headers["content-security-policy"]


async def test_a_large_file_comes_in_parts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.api.streaming._PART", 1000)
    ann, run = await ann_has_a_run(api, rows=[{"n": number} for number in range(5000)])
    async with api.http.stream("GET", f"{run}/files/raw.raw", headers=ann) as answer:
        assert answer.headers["content-length"] == "5000"
        assert b"".join([part async for part in answer.aiter_raw()]) == b"\xff" * 5000


async def test_a_run_of_any_workflow_is_shown_by_its_panels(api: Api) -> None:
    ann, run = await ann_has_a_run(api)
    view = (await api.http.get(f"{run}/view", headers=ann)).json()
    assert [(one["kind"], one["title"], one["source"], one["columns"]) for one in view["panels"]] == [
        ("document", "Letter", "", []),
        ("table", "Counts", "rows", [{"name": name, "kind": "auto", "unit": ""} for name in ("name", "count")]),
        ("files", "Files", "", []),
    ]
    assert [one["format"] for one in view["files"]] == ["csv", "raw", "md"]
    assert view["findings"] == ["Apples lead."]
    assert (await api.http.get(f"{run}/result", headers=ann)).json()["rows"] == ROWS
    document = await api.http.get(f"{run}/document", headers=ann)
    assert document.content == LETTER
    # Not as Markdown, which a browser saves, and never as a page that runs what it quotes.
    assert document.headers["content-type"] == "text/plain; charset=utf-8"
    assert "sandbox" in document.headers["content-security-policy"]
    assert document.headers["x-frame-options"] == "SAMEORIGIN"


async def test_what_a_run_has_not_is_refused_with_what_it_has(api: Api) -> None:
    ann, run = await ann_has_a_run(api)
    for name in ("letter.pdf", "nothing", "..%2Fletter.md", "%F0%9F%98%80"):
        answer = await api.http.get(f"{run}/files/{name}", headers=ann)
        assert answer.status_code in (404, 422), name
        if answer.status_code == 422:
            assert answer.json()["way_out"] == "Available: what-was-counted.csv, raw.raw, letter.md."
    queued = f"/api/runs/{await api.start(ann)}"
    assert (await api.http.get(f"{queued}/files", headers=ann)).json() == {"items": [], "next_cursor": None}
    view = (await api.http.get(f"{queued}/view", headers=ann)).json()
    assert [view[part] for part in ("findings", "panels", "files")] == [[], [], []]
    for path in ("files/products.csv", "document"):
        answer = await api.http.get(f"{queued}/{path}", headers=ann)
        assert answer.status_code == 404
        assert answer.json()["way_out"] == "Wait until it has ended."


async def test_another_owners_files_are_not_there(api: Api) -> None:
    _, run = await ann_has_a_run(api)
    bob = await api.bearer("bob")
    for path in ("files", "files/letter.md", "files/what-was-counted.csv", "document", "view"):
        assert (await api.http.get(f"{run}/{path}", headers=bob)).status_code == 404, path


async def test_a_document_that_is_gone_is_not_made_anew(api: Api) -> None:
    ann, run = await ann_has_a_run(api)
    await api.gateway.ports.files.discard([f"{run.rpartition('/')[2]}/letter.md"])
    answer = await api.http.get(f"{run}/files/letter.md", headers=ann)
    assert answer.status_code == 404
    assert "has been deleted" in answer.json()["detail"]


async def test_assistants_read_the_same_files(api: Api) -> None:
    ann, run = await ann_has_a_run(api)
    run_id = run.rpartition("/")[2]
    async with (
        httpx2.AsyncClient(headers=ann, timeout=60, trust_env=False) as http,
        Client(streamable_http_client(f"{api.url}/mcp", http_client=http)) as client,
    ):
        shown: Any = (await client.call_tool("show_run", {"run_id": run_id})).structured_content
        names = ["result", "what-was-counted.csv", "raw.raw", "letter.md"]
        assert shown["resources"] == [f"magicai://runs/{run_id}/{name}" for name in names]
        assert shown["from_outside"]["findings"] == ["Apples lead."]
        contents = [(await client.read_resource(uri)).contents[0] for uri in shown["resources"][1:]]
        with pytest.raises(Exception, match="Available: what-was-counted"):
            await client.read_resource(f"magicai://runs/{run_id}/letter.pdf")
    table, raw, letter = contents
    assert isinstance(table, types.TextResourceContents)
    assert isinstance(raw, types.BlobResourceContents)
    assert isinstance(letter, types.TextResourceContents)
    assert (table.text, raw.blob) == ("apples,3\r\npears,2\r\n", "//8=")
    assert letter.text.endswith(LETTER.decode())
    assert letter.text.startswith("> What follows quotes")
    assert [content.meta for content in contents] == [{"magicai/from_outside": True}] * 3


async def test_the_command_line_takes_them_along_over_a_gateway(api: Api, tmp_path: Path) -> None:
    token = await api.token()
    run = await finished(api.records, api.gateway.ports.files, owner_id="id-ann", document=LETTER)
    async with Calls(Server(api.url, token, loopback=True)) as calls:
        there = RemoteInstallation(Server(api.url, token, loopback=True), calls)
        found = await there.find(run.run_id)
        listed = [file.format async for file in each(there.asker, list_files, run.run_id)]
        assert listed == ["csv", "raw", "md"]
        written = await there.export(found, "md", tmp_path / "out.md")
        assert written.read_bytes() == LETTER
        result = await there.result(found)
    assert result["letter"]["at"] == f"{api.url}/api/runs/{run.run_id}/files/letter.md"
