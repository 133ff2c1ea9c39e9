"""Webhooks over the API: made, tried, logged, removed."""

import asyncio
import json
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from standardwebhooks import Webhook as Verifier

from magicai.runs.run import RunStatus
from magicai.settings import Settings
from tests.api.conftest import Api, serving

Got = list[tuple[dict[str, str], bytes]]


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[str, Got]]:
    """A receiver's host and port, and what it got."""
    got: Got = []

    class Handler(BaseHTTPRequestHandler):
        """Takes everything."""

        def do_POST(self) -> None:
            """Take it."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's names
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}", got
        await asyncio.to_thread(server.shutdown)
        thread.join()


async def test_a_gateway_tells_of_the_end_of_a_run(settings: Settings, receiver: tuple[str, Got]) -> None:
    host, got = receiver
    async with serving(settings.model_copy(update={"webhook_allow_hosts": (host,)})) as api:
        ann = await api.bearer()
        made = await api.http.post("/api/webhooks", headers=ann, json={"url": f"http://{host}/"})
        assert made.status_code == 201, made.text
        secret, path = made.json()["secret"], f"/api/webhooks/{made.json()['webhook_id']}"
        tried = await api.http.post(f"{path}/test", headers=ann)
        assert (tried.json()["state"], tried.json()["status"]) == ("delivered", 204)
        run_id = await api.start(ann)
        await api.records.runs.finish(await api.begin(run_id), RunStatus.FAILED, {})
        async with asyncio.timeout(120):
            while len(got) < 2:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.02)
        headers, body = got[1]
        assert Verifier(secret).verify(body, headers)["data"]["run_id"] == run_id
        log = (await api.http.get(f"{path}/deliveries", headers=ann)).json()["items"]
        assert [one["type"] for one in log] == ["run.failed", "webhook.test"]
        listed = await api.http.get("/api/webhooks", headers=ann)
        assert listed.json()["items"][0]["url"] == f"http://{host}/"
        assert secret not in listed.text
        assert (await api.http.delete(path, headers=ann)).status_code == 204
        assert (await api.http.post(f"{path}/test", headers=ann)).status_code == 404


@pytest.mark.parametrize(
    ("url", "status"),
    [("http://127.0.0.1:9/", 403), ("https://10.0.0.1/", 403), ("http://hooks.example/", 422), ("nonsense", 422)],
)
async def test_a_target_that_may_not_be_is_refused_by_name(api: Api, url: str, status: int) -> None:
    answer = await api.http.post("/api/webhooks", headers=await api.bearer(), json={"url": url})
    assert answer.status_code == status
    assert answer.json()["way_out"]
    wrong = {"url": "https://hooks.example/", "events": ["run.flew"]}
    refused = await api.http.post("/api/webhooks", headers=await api.bearer(), content=json.dumps(wrong))
    assert refused.status_code == 415
    refused = await api.http.post("/api/webhooks", headers=await api.bearer(), json=wrong)
    assert "run.needs_review" in refused.json()["way_out"]


async def test_a_run_that_follows_is_found_by_the_one_before(api: Api) -> None:
    ann = await api.bearer()
    run_id = await api.start(ann)
    assert (await api.http.get(f"/api/runs/{run_id}", headers=ann)).json()["follows"] is None
    assert (await api.http.get("/api/runs", headers=ann, params={"follows": run_id})).json()["items"] == []
