"""What clients may rely on in every answer: one shape of ids, money, times and durations."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from magicai.api import app
from magicai.runs import registry
from magicai.runs.run import RunEvent
from magicai.settings import Settings

JSON = dict[str, Any]
# Named by standards (RFC 6749), and by contracts that were there before.
SETTLED = {
    "expires_in", "refresh_expires_in", "execution_time", "estimated_time", "estimated_remaining", "max_seconds",
    "seconds",
}  # fmt: skip
AMOUNTS = re.compile(r"(^|_)(amount|cost|price|spent|budget)$")


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> JSON:
    """The description of the API."""
    return app.create_app(Settings(home=tmp_path_factory.mktemp("home"))).openapi()


@pytest.fixture(scope="module")
def models(described: JSON) -> dict[str, JSON]:
    """Every object of answers, by the name of its model."""
    known: dict[str, JSON] = dict(described["components"]["schemas"])
    results = (registry.workflow(name).result for name in registry.names())
    for one in (RunEvent, *results):
        schema = one.model_json_schema(mode="serialization")
        known |= {**schema.pop("$defs", {}), one.__name__: schema}
    requests = {registry.workflow(name).request.__name__ for name in registry.names()}
    return {name: one for name, one in known.items() if "properties" in one and name not in requests}


def fields(models: dict[str, JSON]) -> Iterator[tuple[str, str, JSON]]:
    """Every field: its place, its name, its schema without null."""
    for model, schema in models.items():
        for name, field in schema["properties"].items():
            ways = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
            yield from ((f"{model}.{name}", name, one) for one in ways)


def test_a_run_is_named_by_run_id_and_once_by_the_name_that_was_promised(models: dict[str, JSON]) -> None:
    assert [place for place, name, _ in fields(models) if name == "task_id"] == ["Accepted.task_id"]
    assert "run_id" in models["Accepted"]["properties"]
    assert "run_id" in models["Changed"]["properties"]


def test_a_time_is_iso_8601_everywhere(models: dict[str, JSON]) -> None:
    times = [(place, one) for place, name, one in fields(models) if name in ("at", "since") or name.endswith("_at")]
    assert len(times) > 20
    assert {place: one for place, one in times if one.get("format") != "date-time"} == {}


def test_an_amount_is_a_decimal_string_beside_its_currency(models: dict[str, JSON]) -> None:
    amounts = [place for place, _, one in fields(models) if one.get("format") == "decimal"]
    assert len(amounts) > 10
    assert {place for place in amounts if "currency" not in models[place.split(".")[0]]["properties"]} == set()
    numbers = [place for place, name, one in fields(models) if AMOUNTS.search(name) and one.get("type") == "number"]
    assert numbers == []


def test_a_duration_is_named_by_its_unit(models: dict[str, JSON]) -> None:
    words = re.compile(r"seconds|duration|_time$|_in$|minutes|elapsed")
    found = {name for _, name, one in fields(models) if words.search(name) and one.get("format") != "date-time"}
    assert {name for name in found if not name.endswith("_s")} <= SETTLED


def test_an_event_says_when_in_iso_8601_and_is_read_back() -> None:
    event = RunEvent.model_validate(
        {"run_id": "r", "sequence": 1, "at": 1_700_000_000_000_001, "kind": "log", "status": "processing"}
    )
    assert '"at":"2023-11-14T22:13:20.000001Z"' in event.model_dump_json()
    assert RunEvent.model_validate_json(event.model_dump_json()) == event


def test_every_list_pages_the_same_way(described: JSON) -> None:
    lists: dict[str, JSON] = {}
    for path, methods in described["paths"].items():
        if "get" not in methods:
            continue
        found = methods["get"]["responses"].get("200", {})  # none where it only redirects
        answer = found.get("content", {}).get("application/json", {}).get("schema", {})
        model = described["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], {})
        named = methods["get"]["operationId"].startswith("list_")
        if named or {"items", "next_cursor"} & model.get("properties", {}).keys():
            lists[path] = model
            asked = {one["name"] for one in methods["get"]["parameters"]}
            assert {"limit", "cursor"} <= asked, path
            assert not asked & {"before", "at", "offset", "page"} - ({"before"} if "readings" in asked else set()), path
            assert {"items", "next_cursor"} <= set(model["properties"]), path
    assert len(lists) >= 14
    others = [
        name
        for name, model in described["components"]["schemas"].items()
        if {"next", "cursor", "next_page"} & model.get("properties", {}).keys()
    ]
    assert others == []


def responses(described: JSON) -> Iterator[tuple[str, str, JSON]]:
    """Every answer: its operation, its status, what is said of it."""
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            yield from ((f"{method.upper()} {path}", status, told) for status, told in one["responses"].items())


def test_the_description_says_where_it_is_served(described: JSON) -> None:
    assert [one["url"] for one in described["servers"]] == ["/"]


def test_the_description_says_which_headers_come(described: JSON) -> None:
    for operation, status, told in responses(described):
        expected = {"X-Request-Id"}
        expected |= {"RateLimit", "RateLimit-Policy"} if "/health/" not in operation else set()
        expected |= {"Retry-After"} if status in ("429", "503") else set()
        expected |= {"WWW-Authenticate"} if status == "401" else set()
        expected |= {"ETag"} if status == "304" else set()
        expected |= {"Location"} if status == "202" else set()
        assert expected <= told["headers"].keys(), f"{operation} {status}"
    made = {operation for operation, status, told in responses(described) if status == "201" and "links" in told}
    located = {name for name, status, told in responses(described) if status == "201" and "Location" in told["headers"]}
    assert made == located >= {"POST /api/users", "POST /api/api-keys", "POST /api/webhooks"}
    file = described["paths"]["/api/runs/{run_id}/files/{name}"]["get"]["responses"]["200"]["headers"]
    assert "Content-Disposition" in file


def test_a_result_is_described_as_its_workflow_declares_it(described: JSON) -> None:
    answer = described["paths"]["/api/runs/{run_id}/result"]["get"]["responses"]["200"]
    models = [one["$ref"].rpartition("/")[2] for one in answer["content"]["application/json"]["schema"]["anyOf"]]
    assert models == [*(registry.workflow(name).result.__name__ for name in registry.names()), "RunResult"]
    for model in models:
        assert {"run_id", "cost", "problems"} <= described["components"]["schemas"][model]["properties"].keys()


def test_every_reference_of_the_description_leads_somewhere(described: JSON) -> None:
    for place in set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(described))):
        kind, _, name = place.partition("/")
        assert name in described["components"][kind]


def test_what_is_deprecated_is_written_down_with_its_end(described: JSON) -> None:
    text = (Path(__file__).parents[3] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    versions = text.partition("## Versions\n")[2].partition("\n## ")[0]
    gone = {
        f"{method.upper()} {path}"
        for path, methods in described["paths"].items()
        for method, one in methods.items()
        if one.get("deprecated") or any(parameter.get("deprecated") for parameter in one.get("parameters", ()))
    }
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)`", versions, re.MULTILINE)) == gone
    assert ("is deprecated." in versions.replace("\n", " ")) == (not gone)
