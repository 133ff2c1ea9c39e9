"""Create the work pool, block types and deployments: `python -m deployments.creating`.

All in one process, since each that imports Prefect and the flows takes seconds for that. Its environment is that of a
client of the server (integrations/prefect/environment.py).
"""

import asyncio
import json
import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import get_client
from pydantic import JsonValue

from blocks import catalogue
from deployments import definition
from integrations.prefect import direct, server_on_demand
from integrations.prefect.warm.worker import WarmWorker
from integrations.prefect.work_pool import POOL, TYPE
from magicai.errors import Permanent
from magicai.settings import load

# Of the work pool: priority (1 first) and how many runs at once; an operator changes them in Prefect's user interface.
QUEUES = {"high": (1, 2), "default": (2, 4), "crawlers": (3, 8)}


def main() -> None:
    """Create what is missing, and replace what has changed; ends with the status of `prefect deploy`."""
    direct.ask_loopback_directly()
    _create_pool(load().home, os.environ["PREFECT_API_URL"])
    asyncio.run(_register_blocks())
    try:
        direct.run("--no-prompt", "deploy", "--all", "--prefect-file", str(definition.path()))
    except SystemExit as ended:
        if ended.code:
            raise
    _open_forms(load().home, os.environ["PREFECT_API_URL"])


def _open_forms(home: Path, url: str) -> None:
    """Let Prefect's form show an empty field for a parameter that may be left out, and examples."""
    ours = {"work_pools": {"name": {"any_": [POOL]}}}  # a server may have deployments of others
    found = server_on_demand.ask(home, "POST", f"{url}/deployments/filter", ours)
    _created(found)
    for deployment in found.json():
        schema = with_examples(without_null_defaults(deployment["parameter_openapi_schema"]))
        changed = {"parameter_openapi_schema": schema}
        _created(server_on_demand.ask(home, "PATCH", f"{url}/deployments/{deployment['id']}", changed))


def without_null_defaults(schema: JsonValue) -> JsonValue:
    """A schema in which no property is null by default; null itself stays valid.

    The form shows such a property as `Property is type "None"`, without a field.
    """
    if isinstance(schema, list):
        return [without_null_defaults(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if not (name == "default" and part is None)}
    return {name: without_null_defaults(part) for name, part in kept.items()}


def with_examples(schema: Any) -> Any:
    """A schema in which descriptions tell the examples of its models, which the form does not show."""
    for model in schema.get("definitions", {}).values():
        properties = model.get("properties", {})
        for name, value in {k: v for one in reversed(model.get("examples", ())) for k, v in one.items()}.items():
            if '"format": "file"' not in json.dumps(properties[name]):  # it would be the id of an upload
                words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                described = f"{properties[name].get('description', '')} Example: `{words}`"  # it is read as Markdown
                properties[name]["description"] = described.strip()
    return schema


def _create_pool(home: Path, url: str) -> None:
    """The work pool with its queues; what an operator has changed of their limits stays."""

    def ask(method: str, path: str, body: object = None) -> httpx.Response:
        return server_on_demand.ask(home, method, f"{url}/work_pools{path}", body)

    there = ask("GET", f"/{POOL}")
    if there.is_success and there.json()["type"] != TYPE:
        ask("DELETE", f"/{POOL}")
    template = WarmWorker.get_default_base_job_template()
    pool = {"name": POOL, "type": TYPE, "base_job_template": template, "description": "MagicAI's runs."}
    _created(ask("POST", "/", pool))
    for queue, (priority, limit) in QUEUES.items():
        _created(ask("POST", f"/{POOL}/queues", {"name": queue, "priority": priority, "concurrency_limit": limit}))
    default = ask("GET", f"/{POOL}/queues/default").json()
    if default["concurrency_limit"] is None:  # it comes with the pool, without a limit
        priority, limit = QUEUES["default"]
        ask("PATCH", f"/{POOL}/queues/default", {"priority": priority, "concurrency_limit": limit})


def _created(answer: httpx.Response) -> None:
    if answer.is_error and answer.status_code != HTTPStatus.CONFLICT:
        raise Permanent("prefect_error_status", status=answer.status_code, reason=answer.text[:200])


async def _register_blocks() -> None:
    async with get_client() as client:
        for name in catalogue.__all__:
            await getattr(catalogue, name).aregister_type_and_schema(client=client)


if __name__ == "__main__":
    try:
        main()
    except Permanent as exc:
        sys.exit(str(exc))
