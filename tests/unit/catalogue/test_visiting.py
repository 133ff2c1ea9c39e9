"""What a shop answers instead of a product's page: whether it is worth another try, and what to do."""

import pytest

from magicai.catalogue.pages.hosts import Hosts
from magicai.catalogue.pages.visiting import Visitor
from magicai.errors import MagicError, Permanent, Refused, Temporary
from magicai.ports import FetchedPage, PageRequest
from magicai.shops.crawling import Politeness

URL = "https://shop.example/products/kettle"


class Shop:
    """Answers every page with one status, or raises."""

    def __init__(self, status: int | MagicError, body: bytes = b"Sorry", location: str = "") -> None:
        self.status, self.body, self.location = status, body, location

    async def fetch(self, request: PageRequest) -> FetchedPage:
        if request.url.endswith("/robots.txt"):
            return FetchedPage(request.url, request.url, 404, "text/plain", "utf-8", b"")
        if isinstance(self.status, MagicError):
            raise self.status
        return FetchedPage(
            request.url, request.url, self.status, "text/html", "utf-8", self.body, location=self.location
        )


class Nothing:
    """A catalogue that knows no product and keeps none."""

    @property
    def catalogue(self) -> "Nothing":
        return self

    async def find(self, *_: object) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(
    ("shop", "kind", "said"),
    [
        (Shop(404), Permanent, "does not exist"),
        (Shop(410), Permanent, "does not exist"),
        (Shop(403), Refused, "403 for the page: access is refused"),
        (Shop(429), Temporary, "answered 429"),
        (Shop(500), Temporary, "answered 500"),
        (Shop(503), Temporary, "answered 503"),
        (Shop(418), Permanent, "answered 418"),
        (Shop(Temporary("It did not answer within 20 s.")), Temporary, "did not answer"),
        (Shop(Permanent("It has 10,800,488 bytes.")), Permanent, "10,800,488 bytes"),
        (Shop(302, location="https://other.example/"), Permanent, "leads to another site"),
        (Shop(200, b"<title>Words</title><h1>Words</h1>" + b"<p>word " * 700_000), Permanent, "no product"),
        (Shop(200, bytes(range(256)) * 40), Permanent, "not|no product"),
    ],
)
async def test_an_answer_that_is_no_page_says_what_it_is(shop: Shop, kind: type[MagicError], said: str) -> None:
    hosts = Hosts(shop, Politeness(delay_s=0), most=8, left={"shop.example": 1})  # type: ignore[arg-type]
    visitor = Visitor(shop, None, hosts, Nothing(), owner_id="ann", run_id="r")  # type: ignore[arg-type]
    with pytest.raises(kind, match=said) as caught:
        await visitor.visit(URL)
    assert type(caught.value) is kind
    assert caught.value.way_out
