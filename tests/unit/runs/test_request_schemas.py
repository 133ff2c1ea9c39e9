"""What forms, programs and assistants are told of a request of any shape."""

from typing import Any

import jsonschema
import pytest
from prefect.utilities.callables import parameter_schema

from magicai.mcp import tools
from magicai.runs import registry
from magicai.runs.requests import choices
from tests.unit.runs.every_shape import MOST, SOURCES, WORKFLOW, EveryShape

GIVEN = {
    "topics": ["tea"],
    "rows": "an-id",
    "pictures": ["one", "two"],
    "notes": "a\nb",
    "token": "hunter2",
    "keys": ["k"],
    "shape": "round",
    "model": "none",
    "enrich": True,
    "share": 0.5,
    "variables": {"a": "b"},
    "inventory": {"warehouse": "n", "count": 2, "key": "k"},
    "stores": [{"warehouse": "s"}],
}


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(choices, "_sources", SOURCES)
    monkeypatch.setattr(registry, "workflow", lambda _name: WORKFLOW)  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]


def of_the_api() -> dict[str, Any]:
    """What GET /api/workflows shows."""
    from magicai.operations.workflows import workflow_shown

    return workflow_shown(WORKFLOW.name).parameters


def of_assistants() -> dict[str, Any]:
    """What MCP's tools/list shows."""
    return tools._of_workflow(WORKFLOW.name).input_schema  # pyright: ignore[reportPrivateUsage]


def of_prefect() -> dict[str, Any]:
    """What Prefect makes its form of."""

    async def every_shape(request: EveryShape, run_id: str | None = None) -> None:
        """Takes anything."""

    made = parameter_schema(every_shape).model_dump()
    return {**made["definitions"]["EveryShape"], "$defs": made["definitions"], "definitions": made["definitions"]}


WAYS = pytest.mark.parametrize("way", [of_the_api, of_assistants, of_prefect])


def _told(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """What is said of a field's value, and not of its absence."""
    told = schema["properties"][name]
    values = [one for one in told.get("anyOf", ()) if one.get("type") != "null"]
    return told | (values[0] if values else {})


@WAYS
def test_every_shape_is_told(way: Any) -> None:
    schema = way()
    rows = {"format": "file", "contentMediaType": "text/csv", "suffixes": [".csv"], "maxBytes": MOST}
    assert rows.items() <= _told(schema, "rows").items()
    assert (_told(schema, "rows")["title"], _told(schema, "rows")["description"]) == ("Rows", "CSV.")
    assert _told(schema, "pictures")["items"]["contentMediaType"] == "image/png"
    assert {"contentMediaType": "text/plain", "maxLength": 100}.items() <= _told(schema, "notes").items()
    assert {"format": "password", "writeOnly": True, "minLength": 4}.items() <= _told(schema, "token").items()
    assert _told(schema, "keys")["items"]["writeOnly"] is True
    assert _told(schema, "model")["enum"] == ["none", "local:small"]
    assert _told(schema, "shape")["enum"] == ["round", "square"]
    assert _told(schema, "variables")["additionalProperties"] == {"type": "string"}
    inner = schema["$defs"]["Inventory"]["properties"]
    assert (inner["warehouse"]["description"], inner["count"]["maximum"]) == ("Its name.", 9)
    assert _told({"properties": inner}, "plan")["format"] == "file"
    assert _told({"properties": inner}, "key")["format"] == "password"
    assert schema["required"] == ["topics"]


@WAYS
@pytest.mark.parametrize(
    ("wrong", "good"),
    [
        ({}, True),
        ({"model": "gpt"}, False),
        ({"rows": 5}, False),
        ({"variables": {"a": 1}}, False),
        ({"inventory": {}}, False),
        ({"topics": []}, False),
        ({"colour": "red"}, False),
    ],
)
def test_what_the_schema_promises_holds(way: Any, wrong: dict[str, Any], good: bool) -> None:  # noqa: FBT001
    check: Any = jsonschema.Draft202012Validator(way())
    assert check.is_valid({**GIVEN, **wrong}) is good, [*check.iter_errors({**GIVEN, **wrong})]
    if good:
        EveryShape.model_validate(GIVEN)
