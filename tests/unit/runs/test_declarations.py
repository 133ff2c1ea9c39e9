"""What a workflow declares of its result, checked when its goal is made."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Document, Panel, Workflow, check_fields


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
        quality=lambda _: (1.0, ()),
        document=Document(formats={"md": place}),
        findings=findings,
        panels=(Panel(kind="table", title="Rows", source=source, columns=columns),),
    )


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [
        (declare("leter.md"), "'leter.md' of its result, but 'leter' is none of"),
        (declare("letter.html"), "'letter.html' of its result, but 'html' is none of: in_short, md"),
        (declare(findings="letter.short"), "'letter.short'"),
        (declare(source="row"), "'row'"),
        (declare(source="rows", columns=("name", "prize")), "'rows.prize' of its result, but 'prize' is none of: name"),
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
        quality=lambda _: (1.0, ()),
        make_result=make_result,
        findings="given.short",
    )
    with pytest.raises(ValueError, match="'given'"):
        check_fields(declared, ("given",))
