import json
import threading
from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from magicai.api import bodies
from magicai.api.bodies import FEW_BYTES, MOST_BYTES, MOST_FAULTS, Unfit, body_of


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: tuple[str, ...] = ()
    count: Annotated[int, Field(le=10)] = 0


def request(body: bytes, headers: Mapping[str, str] = {}) -> Request:
    """A request whose body comes in parts of 1,000 bytes."""
    parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]

    async def receive() -> dict[str, Any]:
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    sent = {"content-type": "application/json", **headers}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return Request({"type": "http", "headers": raw}, receive)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Where each text was parsed."""
    seen: list[threading.Thread] = []
    really = bodies.checked

    def checked(text: bytes) -> bytes:
        seen.append(threading.current_thread())
        return really(text)

    monkeypatch.setattr(bodies, "checked", checked)
    return seen


async def test_a_short_body_is_parsed_at_once_and_a_long_one_in_a_thread(threads: list[threading.Thread]) -> None:
    read = body_of(Shape, most_bytes=MOST_BYTES)
    assert (await read(request(b'{"count": 5.0}'))).count == 5
    assert threads == [threading.current_thread()]
    names = ["a" * 100] * 200
    assert (await read(request(json.dumps({"names": names}).encode()))).names == tuple(names)
    assert len(threads) == 2
    assert threads[1] is not threading.current_thread()


@pytest.mark.parametrize("headers", [{}, {"content-length": str(FEW_BYTES + 1)}])
async def test_what_is_too_large_for_a_route_is_not_parsed(
    threads: list[threading.Thread], headers: dict[str, str]
) -> None:
    with pytest.raises(HTTPException, match="larger than 16 kB") as caught:
        await body_of(Shape)(request(b'"' + b"a" * FEW_BYTES, headers))
    assert caught.value.status_code == 413
    assert threads == []


async def test_of_many_wrong_values_the_first_are_told_and_how_many_there_are_more() -> None:
    body = json.dumps({f"{number:0600}": number for number in range(100)}).encode()
    with pytest.raises(Unfit) as caught:
        await body_of(Shape, most_bytes=MOST_BYTES)(request(body))
    *told, last = caught.value.faults
    assert len(told) == MOST_FAULTS
    assert all(len(fault.where) <= 500 for fault in told)
    assert last.what == "80 more values are wrong."


async def test_a_number_too_large_for_an_integer_is_no_integer() -> None:
    with pytest.raises(Unfit, match="count: It must be a whole number"):
        await body_of(Shape)(request(b'{"count": 1e300}'))
