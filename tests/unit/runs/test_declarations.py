"""What a workflow declares of its result, checked when its goal is made."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.runs.panel import Button, Column, Panel
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Document, MessageHandler, Workflow, check_fields


class Row(BaseModel):
    name: str


class Letter(BaseModel):
    md: str
    in_short: list[str]


class Open(BaseModel, extra="allow"):
    pass


class Result(RunResult):
    letter: Letter | None = None
    rows: tuple[Row, ...] = ()
    counts: dict[str, int]
    anything: JSON
    open: Open | None = None


def declare(
    place: str = "letter.md", *, findings: str = "letter.in_short", source: str = "rows", columns: tuple[str, ...] = ()
) -> Workflow:
    return Workflow(
        name="w",
        request=Row,
        result=Result,
        quality=lambda _: 1.0,
        document=Document(formats={"md": place}),
        findings=findings,
        panels=(Panel(kind="table", title="Rows", source=source, columns=columns),),
    )


def showing(*panels: Panel, **more: Any) -> Workflow:
    return Workflow(name="w", request=Row, result=Result, quality=lambda _: 1.0, panels=panels, **more)


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        (declare("leter.md"), "'leter.md' of its result, but 'leter' is not one of"),
        (declare("letter.html"), "'letter.html' of its result, but 'html' is not one of: in_short, md"),
        (declare(findings="letter.short"), "'letter.short'"),
        (declare(source="row"), "'row'"),
        (
            declare(source="rows", columns=("name", "prize")),
            "'rows.prize' of its result, but 'prize' is not one of: name",
        ),
        (
            showing(
                Panel(kind="table", title="R", source="rows", columns=(Column(name="name", kind="money", unit="cur"),))
            ),
            "'rows.cur'",
        ),
        (showing(Panel(kind="chart", title="R", source="rows", x="name", y=("size",))), "'rows.size'"),
        (showing(Panel(kind="answer", title="A", source="letter.md", sources="letter.from")), "'letter.from'"),
    ],
)
def test_a_place_that_the_result_lacks_is_refused_by_name(declared: Workflow, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        check_fields(declared, ())


@pytest.mark.parametrize(
    ("declared", "provides"),
    [
        (declare(columns=("name",)), ()),
        (declare(source="counts", columns=("red",)), ()),
        (declare("anything.at.all"), ()),
        (declare("given.at"), ("given",)),
        (declare("open.at"), ()),
        (declare(source="problems", columns=("what",)), ()),
    ],
)
def test_a_place_that_the_result_has_or_may_have_is_taken(declared: Workflow, provides: tuple[str, ...]) -> None:
    check_fields(declared, provides)


def test_what_a_step_gives_is_no_place_where_the_workflow_makes_its_result_itself() -> None:
    def make_result(_given: Mapping[str, Any]) -> JSON:
        return {}

    declared = Workflow(
        name="w",
        request=Row,
        result=Result,
        quality=lambda _: 1.0,
        make_result=make_result,
        findings="given.short",
    )
    with pytest.raises(ValueError, match="'given'"):
        check_fields(declared, ("given",))


@pytest.mark.parametrize(
    ("panel", "wrong"),
    [
        ({"kind": "map"}, "'map', which is not one of: document, table"),
        ({"kind": "table"}, "the table 'T' has no source"),
        ({"kind": "chart", "source": "rows", "x": "name"}, "the chart 'T' has no y"),
        ({"kind": "answer", "source": "text"}, "the answer 'T' has no sources"),
        ({"kind": "queue", "entity": "price", "state": "review"}, "the queue 'T' has no message"),
        ({"kind": "text", "source": "text", "columns": ("a",)}, "the text 'T' has no use for columns"),
        ({"kind": "files", "source": "rows"}, "the files 'T' has no use for source"),
    ],
)
def test_a_panel_has_what_its_kind_needs_and_nothing_else(panel: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Panel(title="T", **panel)


class Said(BaseModel):
    sku: str
    publish: bool
    why: str = ""


def queue(*buttons: Button, message: str = "decide") -> Panel:
    return Panel(
        kind="queue", title="Q", entity="price", state="review", message=message, key={"sku": "sku"}, buttons=buttons
    )


@pytest.mark.parametrize(
    ("panel", "wrong"),
    [
        (queue(Button(title="Go"), message="say"), "'Q' of w sends 'say', which it does not handle"),
        (queue(Button(title="Go", values={"publsh": True})), "'Go' of w sends 'publsh', which 'decide' lacks"),
        (queue(Button(title="Go", asks=("why",))), "'Go' of w sends no 'publish' of 'decide'"),
    ],
)
def test_a_button_sends_what_its_message_takes(panel: Panel, wrong: str) -> None:
    async def handle(_records: Any, _message: Any) -> JSON:
        return {}

    handlers = {"decide": MessageHandler(body=Said, handle=handle)}
    with pytest.raises(ValueError, match=wrong):
        showing(panel, messages=handlers)
    showing(queue(Button(title="Go", values={"publish": True}, asks=("why",))), messages=handlers)
