"""The tutorial's second workflow, as a user runs it: over the API and by commands, beside a gateway."""

import asyncio
import json
import mailbox
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from integrations.open import Ports
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.accounts.users import local_user
from tests.flows.supplier import FREE, GONE, ROWS, expected, request_of, supplier
from tests.house import House, result_of, until

PRICES = expected()
TO_REVIEW = sorted(sku for sku, (_, state) in PRICES.items() if state == "review")


@dataclass(frozen=True)
class Done:
    """A run that was started over the API, and has ended."""

    house: House
    http: httpx.Client
    key: str
    run_id: str

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers."""
        return self.http.get(path, params=query).raise_for_status().json()

    def run(self, path: str = "", **query: Any) -> Any:
        """Likewise, of the run."""
        return self.get(f"/api/runs/{self.run_id}{path}", **query)

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator[ClientConnection]:
        """The run's socket, which stays open, past the run's events."""
        url = f"ws://{self.http.base_url.netloc.decode()}/ws/task/{self.run_id}?stay=1&after=100000"
        offered = [Subprotocol("magicai.v1"), Subprotocol(f"bearer.{self.key}")]
        async with connect(url, subprotocols=offered, proxy=None) as opened:
            yield opened

    def say(self, *messages: dict[str, Any]) -> list[dict[str, Any]]:
        """What is answered to what is said over the socket."""

        async def said() -> list[dict[str, Any]]:
            async with self.socket() as opened, asyncio.timeout(120):
                answers: list[dict[str, Any]] = []
                for message in messages:
                    await opened.send(json.dumps(message))
                    answers.append(json.loads(await opened.recv()))
                return answers

        return asyncio.run(said())

    def listed(self, state: str) -> list[str]:
        """The SKUs of the prices of this run that stand so, page by page."""
        found, cursor = list[str](), ""
        while cursor is not None:
            page = self.get("/api/entities", kind="price", state=state, cursor=cursor, limit=200)
            found += [one["data"]["sku"] for one in page["items"] if one["entity_id"].startswith(self.run_id)]
            cursor = page["next_cursor"]
        return found


async def _key(ports: Ports) -> str:
    user = await local_user(ports.records.identities, ports.settings.owner)
    _, secret = await add_key(ports.records.identities, user, "k", frozenset(Scope), days=None, once=None)
    assert secret is not None
    return secret


@pytest.fixture(scope="module")
def done(served: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """A run of a thousand rows, two of which fail."""
    path = tmp_path_factory.mktemp("supplier") / "prices.csv"
    with supplier(path) as host, served.start("serve", MAGICAI_CRAWL_ALLOW_HOSTS=host) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        key = served.ask(_key)
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
            uploaded = http.post("/api/files", params={"name": path.name}, content=path.read_bytes())
            wanted = request_of(uploaded.raise_for_status().json()["file_id"])
            started = http.post("/api/workflows/import-prices", json=wanted)
            run_id = started.raise_for_status().json()["run_id"]
            made = Done(served, http, key, run_id)
            until(lambda: made.run()["finished_at"])
            yield made
        process.terminate()


def test_each_row_is_a_price_and_each_that_is_not_a_problem(done: Done) -> None:
    result = done.run("/result")
    assert {one["sku"]: (one["price"], one["state"]) for one in result["prices"]} == PRICES
    assert (result["status"], result["failed"]) == ("partial", 2)
    assert [(one["where"], one["what"].split(": ")[0]) for one in result["problems"]] == [(GONE, GONE), (FREE, FREE)]
    items = done.run("/items", state="failed")
    assert [(one["key"], one["attempts"]) for one in items["items"]] == [(GONE, 1), (FREE, 1)]
    assert [(one["done"], one["failed"]) for one in items["steps"]] == [(ROWS - 2, 2)]
    told = done.house.run("items", done.run_id, "--state", "failed")
    assert [line.split()[1] for line in told.stdout.splitlines()] == [GONE, FREE]


def test_what_it_hands_out_and_shows_is_what_it_declares(done: Done, tmp_path: Path) -> None:
    files = {one["name"]: done.http.get(one["href"]).content for one in done.run("/files")["items"]}
    rows = [f"{sku},{_name(sku)},{price},EUR,{state}\r\n" for sku, (price, state) in PRICES.items()]
    assert files["prices.csv"].decode() == "".join(("sku,name,price,currency,state\r\n", *rows))
    assert json.loads(files["prices.json"]) == {sku: price for sku, (price, _) in PRICES.items()}
    letter = f"Dear Ann,\n\n{ROWS - 2} prices of Fira Ltd. are in, 2 could not be read.\n".encode()
    assert files["letter.md"] == letter
    taken = done.house.run("export", done.run_id, "--output", str(tmp_path / "prices.json"))
    assert ((tmp_path / "prices.json").read_bytes(), taken.returncode) == (files["prices.json"], 0)
    view = done.run("/view")
    assert [(one["kind"], one["title"]) for one in view["panels"]] == [
        ("document", "Letter"), ("queue", "To review"), ("table", "Prices"), ("chart", "Chart"), ("items", "Rows"),
        ("files", "Files"),
    ]  # fmt: skip
    assert view["findings"] == [f"{ROWS - 2} prices are in, 2 could not be read."]


def test_the_letter_was_posted_once_and_one_run_followed(done: Done) -> None:
    letters = [one["Message-ID"] for one in mailbox.Maildir(done.house.home / "postbox")]
    assert letters.count(done.run_id) == 1
    (following,) = done.get("/api/runs", follows=done.run_id)["items"]
    assert done.run("/result")["followed_by"] == following["run_id"]
    until(lambda: done.get(f"/api/runs/{following['run_id']}")["finished_at"])
    assert done.get(f"/api/runs/{following['run_id']}/result")["counts"]["tea"] == ROWS - 2
    told = done.house.run("effects", "list", "--state", "done", "--json")
    assert f"letter:{done.run_id}" in [one["effect"] for one in result_of(told.stdout)]


def test_a_person_is_asked_and_what_they_decide_over_the_socket_counts_once(done: Done) -> None:
    assert done.listed("review") == TO_REVIEW
    first, second = TO_REVIEW[:2]
    publish = {"type": "decide", "id": "1", "sku": first, "publish": True}
    reject = {"type": "decide", "id": "2", "sku": second, "publish": False}
    answers = done.say(publish, publish, reject, {**reject, "id": "3"}, {**reject, "sku": FREE}, {"type": "sing"})
    assert [answer["type"] for answer in answers] == ["ack", "ack", "ack", "error", "error", "error"]
    assert [answer["data"]["state"] for answer in answers[:3]] == ["published", "published", "rejected"]
    assert "is not waiting for a decision" in answers[3]["error"]["detail"]
    assert (done.listed("review"), done.listed("rejected")) == (TO_REVIEW[2:], [second])
    assert first in done.listed("published")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"sku,name\nA,tea\n", "has no 'price'"),
        (b"sku,name,price\nA,tea,1\nA,tea,2\n", "has the SKU 'A' 2 times"),
        (b"\xff\xfe", "is not CSV in UTF-8"),
    ],
)
def test_a_wrong_price_list_is_refused_before_there_is_a_run(done: Done, body: bytes, said: str) -> None:
    uploaded = done.http.post("/api/files", params={"name": "wrong.csv"}, content=body)
    refused = done.http.post("/api/workflows/import-prices", json=request_of(uploaded.json()["file_id"]))
    assert refused.status_code == 422
    assert f"price_list: wrong.csv {said}" in refused.json()["detail"]


def _name(sku: str) -> str:
    number = int(sku.removeprefix("TEA-"))
    return f"{'Green' if number % 2 else 'Black'} tea {number}"
