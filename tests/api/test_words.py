"""In whose words the gateway answers: those of programs, the page, the command line; no path of its machine."""

import json
from typing import Any

import pytest

from magicai.accounts.identity import Role
from magicai.errors import Temporary
from magicai.messages import plain, say
from magicai.runs.run import Problem, RunStatus
from magicai.stores.entity import Entity
from tests.api.conftest import Api
from tests.api.test_live import socket
from tests.api.test_walls import ann_has_something, routes

PAGE = {"X-Page-Secret": "none"}


async def ended(api: Api) -> tuple[str, dict[str, str]]:
    """A run that failed, and told of a file of this machine."""
    headers = await api.bearer("ann", Role.ADMIN)
    run_id = await api.start(headers)
    attempt = await api.begin(run_id)
    home = api.gateway.settings.home
    damaged = plain(f"{home}/models/x.gguf is damaged.")
    problem = Problem.saying("run", damaged, say("resume_to_retry", run_id=run_id)).model_dump(mode="json")
    await api.tell(run_id, "problem", problem=problem, missing=True)
    await api.tell(run_id, "finding", words=f"Report: {home}/report.html")
    kept = f"{home}/files/results/{run_id}"
    report = {"markdown": f"{kept}/report.md", "html": f"{kept}/report.html"}
    result = {"run_id": run_id, "status": "failed", "problems": [problem], "report": report}
    await api.records.runs.finish(attempt, RunStatus.FAILED, result)
    entity = Entity(kind="report", entity_id=run_id, owner_id="id-ann", title="R", text="", data=report)
    await api.records.entities.save([entity])
    return run_id, headers


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({}, "To try it again: POST /api/runs/{run_id}/resume"),
        (PAGE, "To try it again, resume the run."),
    ],
)
async def test_a_problem_is_told_in_the_words_of_who_asks(api: Api, who: dict[str, str], words: str) -> None:
    run_id, headers = await ended(api)
    result = (await api.http.get(f"/api/runs/{run_id}/result", headers=headers | who)).json()
    events = (await api.http.get(f"/api/runs/{run_id}/events", headers=headers | who)).json()["items"]
    (told,) = [event["data"]["problem"] for event in events if event["kind"] == "problem"]
    expected = words.format(run_id=run_id)
    assert (result["problems"][0]["way_out"], told["way_out"]) == (expected, expected)
    assert result["report"]["html"] == f"/api/runs/{run_id}/files/report.html"
    stream = (await api.http.get(f"/api/runs/{run_id}/events/stream", headers=headers | who)).text
    assert expected in stream


async def test_a_socket_tells_in_the_words_of_programs(api: Api) -> None:
    run_id, _ = await ended(api)
    async with socket(api, run_id, await api.token()) as opened:
        told = [json.loads(one) async for one in opened]
    assert f"POST /api/runs/{run_id}/resume" in json.dumps(told)


async def test_an_error_is_told_in_the_words_of_who_asks(api: Api) -> None:
    headers = await api.bearer("ann", Role.ADMIN)
    missing = "/api/users/nobody"
    assert (await api.http.get(missing, headers=headers)).json()["way_out"] == "To list users: GET /api/users"
    assert (await api.http.get(missing, headers=headers | PAGE)).json()["way_out"] == "To list users: the page Users"


async def test_no_answer_has_a_path_of_this_machine(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, headers = await ended(api)
    ids = {**await ann_has_something(api), "run_id": run_id}
    home = str(api.gateway.settings.home)
    answers: list[tuple[str, str]] = []

    async def ask_all() -> None:
        for method, path in routes(api):
            if path.endswith("/stream") or (path, method) == ("/api/session", "DELETE"):
                continue  # lasts as long as its run; logs out
            body = {"competitor_url": "https://shop.example", "own_catalogue": "/etc/passwd", "type": "x"}
            answer = await api.http.request(
                method,
                path.format(**ids, name="report.html"),
                headers=headers,
                json=None if method == "GET" else body,
                params={"kind": "report", "shop": "shop.example"} if method == "GET" else None,
            )
            answers.append((f"{method} {path} {answer.status_code}", f"{answer.headers} {answer.text}"))

    await ask_all()

    async def fails(*_: Any, **__: Any) -> Any:
        raise Temporary(f"The records ({home}/records.sqlite3): the file is busy.", way_out=f"Look into {home}.")

    # The login is still known; what is asked next does not answer, and says where it lies.
    for name in ("get", "listed", "plans", "events", "spent"):
        monkeypatch.setattr(api.records.runs, name, fails, raising=False)
    monkeypatch.setattr(api.records.identities, "users", fails)
    await ask_all()
    assert len([where for where, text in answers if "503" in where and "MAGICAI_HOME" in text]) > 10
    assert len([where for where, text in answers if "200" in where and "MAGICAI_HOME" in text]) >= 2
    assert [where for where, text in answers if home in text] == []
