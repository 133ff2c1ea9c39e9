"""What a shop says stays text in Prefect's tables, which are read as Markdown."""

import html
from typing import Any

import pytest

from integrations.prefect import artifacts
from magicai.runs.run import Origin, Run, RunStatus

HOSTILE = [
    "![](http://evil.example/x)",
    "[x](javascript:alert(1))",
    "<img src=http://evil.example/x onerror=alert(1)>",
    "http://evil.example/x",
    "www.evil.example",
    "a | b\n| c",
    "**bold** `code` ~~struck~~ _x_ # h",
    "&#33;[](http://evil.example)",
]

RUN = Run(
    run_id="run-1",
    owner_id="local",
    workflow="crawl-analyze-generate",
    request={"urls": ["https://s.example"]},
    origin=Origin.CLI,
    status=RunStatus.QUEUED,
    created_at=0,
)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_table_s_cells_and_columns_are_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[dict[str, Any]]] = []

    async def create(rows: list[dict[str, Any]], **_: object) -> None:
        made.append(rows)

    monkeypatch.setattr(artifacts, "acreate_table_artifact", create)
    async with artifacts.RunArtifacts(RUN) as shown:
        await shown.show("prices", [{"category": name, name: 3}])
    ((row,),) = made
    cell, column = row["category"], next(key for key in row if key != "category")
    for told in (cell, column):
        assert html.unescape(told) == name
        assert not set(told.replace("&#", "").replace(";", "")) & set("!\"#$%&'()*+,-./:<=>?@[\\]^_`{|}~\n")
    assert row[column] == 3


async def test_an_artifact_leads_to_the_run_s_page_where_it_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    async def create(_content: str, *, description: str, **_: object) -> None:
        made.append(description)

    monkeypatch.setattr(artifacts, "acreate_markdown_artifact", create)
    for page in ("http://127.0.0.1:8000", ""):
        async with artifacts.RunArtifacts(RUN, page) as shown:
            await shown.show("report", "# Report")
    assert made[0].endswith("run run-1. [Open it on the page](http://127.0.0.1:8000/runs/run-1)")
    assert made[1].endswith("run run-1")
