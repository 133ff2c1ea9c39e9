"""How a call of an API ended says whether anything happened, whatever the server does."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.fetcher.addresses import AddressRules
from integrations.http.json_client import JsonClient
from magicai.errors import Invalid, MagicError, NotFound, OutcomeUnknown, Permanent, Refused, Temporary
from magicai.messages import PLAIN, Message
from tests.codes import says

SECRET = "s3cret/value"
MOST = 1_000_000


class Api:
    """A server that answers each call as it is told.

    Attributes:
        answer: makes the answers.
        asked: methods and paths, in order.
    """

    def __init__(self) -> None:
        self.answer: Callable[[], web.Response] = lambda: web.json_response({"a": 1})
        self.how = ""
        self.asked = list[str]()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")

    @property
    def host(self) -> str:
        return str(self.server.make_url("/").authority)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        if self.how == "slow":
            await asyncio.sleep(5)
        if self.how == "reset":
            assert request.transport is not None
            request.transport.abort()
        response = self.answer()
        if self.how == "gzip":
            response.enable_compression()  # as the request's Accept-Encoding lets it
        return response


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    made = Api()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[JsonClient]:
    made = JsonClient(
        AddressRules([api.host]), f"http://{api.host}/", limit_s=0.5, max_bytes=MOST,
        renewal=Message(PLAIN, {PLAIN: "Renew them."}), headers={"Authorization": SECRET}, secrets=("", SECRET),
    )  # fmt: skip
    yield made
    await made.close()


async def both(client: JsonClient) -> tuple[type[MagicError], type[MagicError]]:
    """The errors of a question, and of a change."""
    found = list[type[MagicError]]()
    for call in (client.read("/a"), client.change("POST", "/a", body={})):
        with pytest.raises(MagicError) as caught:
            await call
        assert SECRET not in str(caught.value)
        found.append(type(caught.value))
    return found[0], found[1]


async def test_an_answer_is_read_of_a_server_that_compresses(api: Api, client: JsonClient) -> None:
    api.how, api.answer = "gzip", lambda: web.json_response({"a": "b" * 5_000})
    assert (await client.read("/a", query={"b": "c"})).object == {"a": "b" * 5_000}


@pytest.mark.parametrize(
    ("status", "of_change"),
    [
        (400, Invalid), (401, Refused), (403, Refused), (404, NotFound), (410, NotFound), (422, Invalid),
        (405, NotFound), (501, NotFound),
        (408, OutcomeUnknown), (409, OutcomeUnknown), (429, Temporary), (500, OutcomeUnknown), (503, OutcomeUnknown),
    ],
)  # fmt: skip
async def test_a_status_says_whether_anything_happened(
    api: Api, client: JsonClient, status: int, of_change: type[MagicError]
) -> None:
    api.answer = lambda: web.json_response({"message": f"no: {SECRET}"}, status=status)
    with pytest.raises(of_change, match=r"\*\*\*") as caught:
        await client.change("POST", "/a", body={})
    assert type(caught.value) is of_change
    assert SECRET not in str(caught.value)
    if status in (404, 410):
        assert not (await client.read("/a")).is_there
        return
    with pytest.raises(of_change if issubclass(of_change, Permanent) else Temporary):
        await client.read("/a")


async def test_a_redirect_is_not_followed(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.Response(status=302, headers={"Location": f"http://{api.host}/b?token={SECRET}"})
    assert await both(client) == (Invalid, Invalid)
    assert api.asked == ["GET /a", "POST /a"]


async def test_a_change_that_is_answered_by_where_its_result_is_may_have_happened(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.Response(status=303, headers={"Location": "/posts/1"})
    assert await both(client) == (Invalid, OutcomeUnknown)


async def test_a_refusal_without_words_says_so_and_how_to_renew_the_secret(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.Response(status=422)
    with pytest.raises(Invalid, check=says("request_refused_without_reason", status=422)) as caught:
        await client.change("POST", "/a", body={})
    assert caught.value.way_out == "Renew them."
    with pytest.raises(Refused, check=says("credentials_refused", status=422)):
        await client.read("/a", signs_in=True)


@pytest.mark.parametrize("how", ["slow", "reset"])
async def test_what_was_not_answered_may_have_happened(api: Api, client: JsonClient, how: str) -> None:
    api.how = how
    assert await both(client) == (Temporary, OutcomeUnknown)


async def test_an_answer_without_end_is_not_read(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.Response(body=b"1" * (MOST + 1))
    assert await both(client) == (Temporary, OutcomeUnknown)


@pytest.mark.parametrize("text", ["<html>", "", '{"a":', "[]", '"a"'])
async def test_an_answer_of_another_shape_is_no_answer(api: Api, client: JsonClient, text: str) -> None:
    """Half a list, or a page in its place, would else be an empty list."""
    api.answer = lambda: web.Response(text=text)
    with pytest.raises(Temporary, check=says("server_answer_incomplete", what="JSON")):
        await client.read("/a")
    if text != "[]":
        with pytest.raises(Temporary, check=says("server_answer_incomplete", what="a list")):
            await client.read("/a", shape=list)
    assert (await client.read("/a", shape=object)).object == {}


async def test_a_list_is_one_of_objects(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.json_response([{"id": 1}, None])
    with pytest.raises(Temporary, check=says("server_answer_incomplete", what="a list")):
        await client.read("/a", shape=list)


async def test_an_answer_that_is_no_json_tells_nothing_of_a_change(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.Response(text="<html>")
    with pytest.raises(OutcomeUnknown):
        await client.change("POST", "/a", body={})
    with pytest.raises(Temporary):
        await client.change_freely("POST", "/a", body={})


async def test_nothing_happened_where_there_is_no_connection(api: Api, client: JsonClient) -> None:
    await api.server.close()
    assert await both(client) == (Temporary, Temporary)


async def test_a_server_that_asks_to_wait_is_sent_no_change_meanwhile(api: Api, client: JsonClient) -> None:
    api.answer = lambda: web.json_response({}, status=429, headers={"Retry-After": "30"})
    for _ in range(2):
        with pytest.raises(Temporary) as caught:
            await client.change("POST", "/a", body={})
        assert 29 < (caught.value.retry_after_s or 0) <= 30
    assert api.asked == ["POST /a"]


async def test_an_address_without_tls_is_asked_nothing_unless_it_is_listed(api: Api) -> None:
    rules = AddressRules(setting="MAGICAI_ALLOW")
    plain = JsonClient(rules, "http://shop.example", limit_s=1, max_bytes=MOST, renewal=None)
    with pytest.raises(Invalid, match="MAGICAI_ALLOW"):
        await plain.change("POST", "/a", body={})
    await plain.close()
    assert api.asked == []
