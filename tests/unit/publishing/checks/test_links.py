"""Links that lead nowhere, to private addresses or elsewhere are found; who does not answer is not called gone."""

import pytest

from magicai.claims.sources import Source, sources_of
from magicai.errors import Invalid, NotPublic, Refused, Temporary, TooLarge
from magicai.ports import FetchedPage, PageRequest
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.links import Links
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.piece import Piece

ANSWERS: dict[str, int | str | Exception] = {
    "https://shop.example/there": 200,
    "https://shop.example/gone": 404,
    "https://shop.example/broken": 503,
    "https://shop.example/members": 403,
    "https://shop.example/moved": "https://other.example/",
    "https://10.0.0.1/admin": NotPublic("It is private."),
    "https://shop.example/film": TooLarge("It has 9,000,000 bytes; the maximum is 2,000,000."),
    "https://shop.example/loop": Refused("It redirects in a loop."),
    "https://nowhere.example/": Invalid("There is no such host."),
    "https://slow.example/": Temporary("It did not respond."),
}


class Web:
    """Answers as it was told, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, request: PageRequest) -> FetchedPage:
        self.asked.append(request.url)
        answer = ANSWERS[request.url]
        if isinstance(answer, Exception):
            raise answer
        final = answer if isinstance(answer, str) else request.url
        status = answer if isinstance(answer, int) else 200
        return FetchedPage(request.url, final, status, "text/html", "utf-8", b"")

    async def close(self) -> None: ...


async def rules(text: str, web: Web | None = None) -> set[tuple[str, str]]:
    found = await Links(web or Web())(manuscript(Piece(fields={"text": text})), Context())
    return {(one.rule, one.severity) for one in found}


@pytest.mark.parametrize(
    ("address", "rule", "severity"),
    [
        ("https://shop.example/gone", "links.gone", "note"),
        ("https://shop.example/broken", "links.silent", "note"),
        ("https://shop.example/moved", "links.moved", "note"),
        ("https://nowhere.example/", "links.nowhere", "note"),
        ("https://slow.example/", "links.silent", "note"),
        ("https://shop.example/loop", "links.silent", "note"),
    ],
)
async def test_each_fault_is_named(address: str, rule: str, severity: str) -> None:
    assert await rules(f"See {address}.") == {(rule, severity)}


async def test_a_private_address_is_noted() -> None:
    assert ("links.refused", "note") in await rules("[a](https://10.0.0.1/admin)")


async def test_a_link_of_a_generated_text_whose_host_its_source_does_not_name_is_noted() -> None:
    sources = sources_of({"url": "https://shop.example/there", "brand": "Havn", "about": "见www.shop.example。"})

    async def found(text: str, known: tuple[Source, ...], link: str = "") -> list[tuple[str, str]]:
        piece = Piece(fields={"text": text, "link": link})
        context = Context(sources=known)
        return [(one.rule, one.text) for one in await Links(Web())(manuscript(piece), context)]

    moved = "https://shop.example/moved"
    assert await found("See https://shop.example/there.", sources) == []
    foreign = await found(f"See https://slow.example/, or {moved}.", sources)
    assert ("links.foreign", "https://slow.example/") in foreign
    assert not [text for rule, text in foreign if rule == "links.foreign" and text == moved]
    # What a person wrote has no source; the piece's own link is a person's.
    assert ("links.foreign", "https://slow.example/") not in await found("https://slow.example/", ())
    own = await found("https://slow.example/", sources, link="https://slow.example/")
    assert not [one for one in own if one[0] == "links.foreign"]


async def test_links_that_answer_or_ask_who_we_are_are_left() -> None:
    assert await rules("https://shop.example/there and （https://shop.example/members）。") == set()


async def test_a_page_that_is_larger_than_is_read_is_there() -> None:
    assert await rules("See https://shop.example/film") == set()


async def test_each_address_is_asked_once() -> None:
    web = Web()
    await rules("https://shop.example/there https://shop.example/there", web)
    assert web.asked == ["https://shop.example/there"]
