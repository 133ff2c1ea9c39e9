"""Publish the API's description: `python docs/schemas/publish.py`.

The page's types are made from it (`npm run types` in magicai/web), and a client's can be. It has the schemas of what
workflows take (`CrawlAnalyzeGenerate`) and of their results (`CrawlAnalyzeGenerateResult`), and of a run's events
(`RunEvent`).
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from magicai.api.app import create_app
from magicai.settings import Settings

FILE = Path(__file__).parent / "api.json"
_OF_OPERATION = ("operationId", "summary", "description", "deprecated", "parameters", "requestBody")
_OF_ANSWER = ("description", "content")


def description() -> dict[str, Any]:
    """OpenAPI, without what nearly all operations share: headers of answers, errors, logins."""
    with tempfile.TemporaryDirectory() as home:
        api = create_app(Settings(home=Path(home))).openapi()
    paths = {
        path: {method: _promise(operation) for method, operation in methods.items()}
        for path, methods in api["paths"].items()
    }
    return {**api, "paths": paths, "components": {"schemas": api["components"]["schemas"]}}


def _promise(operation: dict[str, Any]) -> dict[str, Any]:
    promise = {name: operation[name] for name in _OF_OPERATION if name in operation}
    answers = {
        status: {name: answer[name] for name in _OF_ANSWER if name in answer}
        for status, answer in operation["responses"].items()
        if status < "400"
    }
    return {**promise, "responses": answers}


def text() -> str:
    """The description as it stands in its file."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
