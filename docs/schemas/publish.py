"""Publish the JSON Schemas of what people and programs rely on: `python docs/schemas/publish.py`.

For each workflow its request and its result; for all of them a run's event.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from magicai.runs import catalogue
from magicai.runs.run import RunEvent

FOLDER = Path(__file__).parent


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file's name."""
    made = {"event.json": _schema(RunEvent, "serialization")}
    for workflow in catalogue.names():
        made[f"{workflow}.request.json"] = _schema(catalogue.workflow(workflow).request, "validation")
        made[f"{workflow}.result.json"] = _schema(catalogue.workflow(workflow).result, "serialization")
    return made


def _schema(model: type[BaseModel], mode: Any) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode=mode)}


def text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, schema in schemas().items():
        (FOLDER / name).write_text(text(schema), encoding="utf-8")
