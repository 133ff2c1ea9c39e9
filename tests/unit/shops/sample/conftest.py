import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from magicai.shops.sample import SampleShop


@dataclass
class Clock:
    now: float = 0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(clock: Clock) -> Iterator[SampleShop]:
    with SampleShop(slow_s=0, clock=clock) as shop:
        yield shop


@pytest.fixture
def ask(shop: SampleShop) -> Ask:
    """Asks the shop for a path: ask("/", method="HEAD", headers={...})."""

    def ask(path: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(shop.host, timeout=60)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    return ask
