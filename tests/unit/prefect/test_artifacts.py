"""What a shop says stays text in Prefect's tables, which are read as Markdown."""

import html
from typing import Any

import pytest

from integrations.prefect import artifacts
from magicai.runs.run import Origin, Run, RunStatus
from magicai.runs.views.names import hosts_of, name_of

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


async def test_a_run_ends_with_its_result_in_short_and_never_because_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked is in neither the key nor the name: both are listed for whoever operates Prefect."""
    made: list[tuple[str, str]] = []

    async def create(content: str, *, key: str, **_: object) -> None:
        made.append((key, content))

    monkeypatch.setattr(artifacts, "acreate_markdown_artifact", create)
    asked = RUN.model_copy(update={"workflow": "search-and-answer", "request": {"question": "What is Ann paid?"}})
    result = {
        "problems": [{"what": "No <b>model</b>.", "way_out": "Name one."}],
        "count": 1200,
        "execution_time": 1.5,
        "cost": {"amount": "0.02", "currency": "USD"},
    }
    async with artifacts.RunArtifacts(asked, "http://127.0.0.1:8000") as shown:
        shown.conclude(RunStatus.PARTIAL, result)
        shown.conclude(RunStatus.PARTIAL, {"cost": "none"})
    ((key, content),) = made
    assert key == "search-and-answer-result"
    assert "[Open it on the page](http://127.0.0.1:8000/runs/run-1)" in content
    assert "- No <b>model</b>. Name one." in html.unescape(content)
    assert "<b>" not in content
    assert "| count | 1,200 |" in html.unescape(content)
    assert "| cost | 0.02 USD |" in html.unescape(content)


def test_a_flow_run_is_named_by_workflow_and_host() -> None:
    asked = {"question": "See https://user:secret@a.example", "sources": ["https://ann:pw@docs.example/x?key=1"]}
    assert name_of(RUN.model_copy(update={"run_id": "0-12345678"})) == "crawl-analyze-generate s.example 12345678"
    assert name_of(RUN.model_copy(update={"request": {"question": "Why?"}})).split()[:-1] == [RUN.workflow]
    assert hosts_of(RUN.model_copy(update={"request": {"all": [*asked.values()]}})) == "docs.example"
