"""Publish the JSON Schemas of what people and programs rely on: `python docs/schemas/publish.py`.

For each workflow its request and its result; for all of them a run's event; of the API what clients are promised: each
operation with what it takes and answers, field by field.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from magicai.api.app import create_app
from magicai.runs import registry
from magicai.runs.run import RunEvent
from magicai.settings import Settings

FOLDER = Path(__file__).parent


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file's name."""
    made = {"event.json": _schema(RunEvent, "serialization"), "api.json": promised()}
    for workflow in registry.names():
        made[f"{workflow}.request.json"] = _schema(registry.workflow(workflow).request, "validation")
        made[f"{workflow}.result.json"] = _schema(registry.workflow(workflow).result, "serialization")
    return made


def promised() -> dict[str, Any]:
    """What the API takes and answers: operations, and in each the fields with their types."""
    with tempfile.TemporaryDirectory() as home:
        described = create_app(Settings(home=Path(home))).openapi()
    models = described["components"]["schemas"]
    own = {kind.__name__ for name in registry.names() for kind in _of(name)}
    made: dict[str, Any] = {}
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            answers = {
                f"{status} {field}".rstrip(): kind
                for status, answer in one["responses"].items()
                if status < "300"
                for content in [*answer.get("content", {}).values()] or [{}]
                for field, kind in _fields("", content.get("schema", {}), models, own)
            }
            asked = {
                f"{parameter['in']} {parameter['name']}": dict(_fields("", parameter["schema"], models, own)).get(
                    "", ""
                )
                for parameter in one.get("parameters", ())
            }
            for content in one.get("requestBody", {}).get("content", {}).values():
                asked |= {f"body {field}".rstrip(): kind for field, kind in _fields("", content["schema"], models, own)}
            made[f"{method.upper()} {path}"] = {"takes": asked, "answers": answers}
    return made


def _of(workflow: str) -> tuple[type[BaseModel], type[BaseModel]]:
    declared = registry.workflow(workflow)
    return declared.request, declared.result


def _fields(place: str, schema: dict[str, Any], models: dict[str, Any], own: set[str]) -> Iterator[tuple[str, str]]:
    """The fields of a schema by their places, such as `items[].run_id`, and what each is."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in own:  # which have a file of their own
        yield place, name
        return
    schema = models.get(name, schema)
    ways = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    null = " | null" if len(ways) < len(schema.get("anyOf", ())) else ""
    if ways:
        for way in ways:
            yield from ((at, kind + (null if at == place else "")) for at, kind in _fields(place, way, models, own))
    elif "properties" in schema:
        for field, inner in schema["properties"].items():
            yield from _fields(f"{place}.{field}".lstrip("."), inner, models, own)
    elif schema.get("type") == "array" and "items" in schema:
        yield from _fields(f"{place}[]", schema["items"], models, own)
    else:
        words = [str(one) for one in schema.get("enum", ())]
        yield place, " | ".join(words) or schema.get("format") or schema.get("type", "any")


def _schema(model: type[BaseModel], mode: Any) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode=mode)}


def text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in schemas().items():
        (FOLDER / name).write_text(text(schema), encoding="utf-8")
