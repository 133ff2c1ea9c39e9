"""What Prefect's forms send is refused before there is a flow run, as the page refuses it."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from integrations.prefect.server_requests import RequestCheck

DEPLOYMENT = "0198a7c2-0000-7000-8000-000000000001"
BROWSER = {"sec-fetch-site": "same-origin", "accept-encoding": "gzip"}


@pytest.fixture
def made() -> list[Any]:
    """The bodies of the flow runs that Prefect was asked for."""
    return []


@pytest.fixture
def client(made: list[Any]) -> TestClient:
    async def show(_request: Request) -> JSONResponse:
        return JSONResponse({"entrypoint": "flows.review_and_publish.review_and_publish", "rest": "." * 2000})

    async def create(request: Request) -> JSONResponse:
        made.append(await request.json())
        return JSONResponse({}, 201)

    path = f"/api/deployments/{DEPLOYMENT}"
    routes = [Route(path, show), Route(f"{path}/create_flow_run", create, methods=["POST"])]
    return TestClient(RequestCheck(Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])))


def ask(client: TestClient, request: Any, headers: dict[str, str]) -> Any:
    body = json.dumps({"parameters": {"request": request}})
    return client.post(f"/api/deployments/{DEPLOYMENT}/create_flow_run", content=body, headers=headers)


def test_a_form_with_neither_a_text_nor_a_content_id_makes_no_run(client: TestClient, made: list[Any]) -> None:
    refused = ask(client, {"platforms": ["site"]}, BROWSER)
    assert refused.status_code == 422
    assert "text or a content_id is missing" in refused.json()["detail"]
    assert made == []


def test_what_the_workflow_takes_reaches_prefect_whole(client: TestClient, made: list[Any]) -> None:
    assert ask(client, {"title": "Aprons", "text": "Linen."}, BROWSER).status_code == 201
    assert made == [{"parameters": {"request": {"title": "Aprons", "text": "Linen."}}}]


def test_programs_are_not_asked_twice(client: TestClient, made: list[Any]) -> None:
    assert ask(client, {}, {}).status_code == 201
    assert made


def test_a_field_of_json_is_checked_by_what_it_says(client: TestClient, made: list[Any]) -> None:
    """Prefect's form sends the text of such a field, which no form with one could be started with."""
    tags = {"__prefect_kind": "json", "value": '["aprons"]'}
    given = {"title": "Aprons", "text": "Linen.", "tags": tags}
    assert ask(client, given, BROWSER).status_code == 201
    assert made == [{"parameters": {"request": given}}]
    assert ask(client, {**given, "tags": {**tags, "value": '{"a": 1}'}}, BROWSER).status_code == 422
    assert ask(client, {**given, "text": {"__prefect_kind": "jinja", "template": "x"}}, BROWSER).status_code == 201
