"""Embedding models behind servers, and how these fail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from integrations.embedder.open import host_of, open_embedder, price_of
from integrations.embedder.prefixes import prefixes_of
from integrations.embedder.remote import RemoteEmbedder
from magicai.errors import Invalid, OverBudget, Permanent, Temporary
from magicai.settings import Settings
from tests.codes import says
from tests.contract.embedder.scripted import KEY, PROVIDERS, ScriptedServer, serving
from tests.contract.text.fakes import FakePurse

TEXTS = ["a kettle of steel", "green tea leaves", "a wooden chair"]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(params=PROVIDERS)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedServer]:
    pytest.importorskip("pydantic_ai")
    if request.param == "cohere":
        pytest.importorskip("cohere")
    async with serving(request.param) as made:
        yield made


@pytest.fixture
async def embedder(server: ScriptedServer) -> AsyncIterator[RemoteEmbedder]:
    made = server.embedder(answer_s=2.0)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("failing", "why"),
    [
        ("fewer", "returned 2 vectors for 3 texts"),
        ("NaN", "not finite"),
        ("zeros", "all zeros"),
        ("uneven", "no vectors of equal length"),
        ("html", "can't be parsed|returned . vectors|does not answer"),
        ("other", "can't be parsed|returned . vectors"),
        ("500", "answered 500"),
        ("503", "answered 503"),
        ("429", "answered 429"),
    ],
)
async def test_what_is_not_a_vector_for_each_text_can_be_asked_again(
    server: ScriptedServer, embedder: RemoteEmbedder, failing: str, why: str
) -> None:
    if failing == "zeros" and server.provider == "google":
        pytest.skip("Google leaves out what is zero")
    server.failing = [failing]
    with pytest.raises(Temporary, match=why) as caught:
        await embedder.embed(TEXTS)
    assert KEY not in str(caught.value)
    assert (await embedder.embed(TEXTS)).shape == (3, 64)


async def test_vectors_of_another_dimension_than_those_that_are_searched_are_refused(server: ScriptedServer) -> None:
    made = server.embedder(dimension=64)
    assert (await made.embed(TEXTS)).shape == (3, 64)
    server.failing = ["dimension"]
    with pytest.raises(Permanent, check=says("vector_dimension_mismatch", shape=32, dimension=64)) as caught:
        await made.embed(TEXTS)
    assert "magicai models embed" in caught.value.way_out
    await made.close()


async def test_a_slow_server_is_left_after_the_time_that_it_may_take(server: ScriptedServer) -> None:
    made = server.embedder(answer_s=1.0)
    await made.embed(["warm"])
    server.failing = ["slow"]
    with pytest.raises(Temporary, check=says("service_timed_out")):
        await asyncio.wait_for(made.embed(TEXTS), 10)
    await made.close()


async def test_a_server_that_is_down_can_be_asked_again(server: ScriptedServer) -> None:
    server.url = "http://127.0.0.1:9"
    made = server.embedder(answer_s=5.0)
    with pytest.raises(Temporary):
        await asyncio.wait_for(made.embed(TEXTS), 10)
    await made.close()


@pytest.mark.parametrize(("failing", "way_out"), [("401", "THE_KEY"), ("404", "HERE")])
async def test_what_cannot_help_by_trying_again_says_what_to_correct(
    server: ScriptedServer, embedder: RemoteEmbedder, failing: str, way_out: str
) -> None:
    server.failing = [failing]
    with pytest.raises(Invalid) as caught:
        await embedder.embed(TEXTS)
    assert way_out in caught.value.way_out
    assert KEY not in str(caught.value)
    assert "kettle" not in str(caught.value)


async def test_a_text_that_is_longer_than_the_model_reads_is_cut_until_it_fits(
    server: ScriptedServer, embedder: RemoteEmbedder
) -> None:
    server.longest = 900
    assert (await embedder.embed(["kettle " * 1000, "tea"])).shape == (2, 64)
    calls = len(server.texts)
    assert (await embedder.embed(["kettle " * 1000])).shape == (1, 64)
    assert len(server.texts) == calls + 1, "what it reads is known by then"


async def test_blank_texts_and_no_texts_ask_nobody(server: ScriptedServer) -> None:
    made = server.embedder(dimension=64)
    assert np.allclose(np.linalg.norm(await made.embed(["", " \n"]), axis=1), 1)
    assert (await made.embed([])).shape == (0, 64)
    assert server.texts == []
    await made.close()


async def test_providers_that_tell_queries_from_passages_are_told(
    server: ScriptedServer, embedder: RemoteEmbedder
) -> None:
    await embedder.embed(["a"])
    await embedder.embed(["a"], as_queries=True)
    told = {
        "cohere": ["search_document", "search_query"],
        "voyage": ["document", "query"],
        "google": ["RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"],
    }
    assert server.types == told.get(server.provider, ["", ""])


async def test_a_call_that_could_exceed_the_budget_is_not_made(server: ScriptedServer) -> None:
    made = server.embedder(purse=FakePurse(0.0))
    with pytest.raises(OverBudget):
        await made.embed(TEXTS)
    assert server.texts == []
    await made.close()


async def test_what_the_server_counts_is_what_a_call_costs_and_a_refused_one_costs_nothing(
    server: ScriptedServer,
) -> None:
    purse = FakePurse()
    made = server.embedder(purse=purse)
    await made.embed(TEXTS)
    if server.provider != "google":  # which counts nothing: what was reserved is counted
        assert purse.spent == pytest.approx(10e-6)
    spent = purse.spent
    server.failing = ["401"]
    with pytest.raises(Invalid):
        await made.embed(TEXTS)
    assert purse.spent == pytest.approx(spent)
    assert purse.reserved == pytest.approx(0.0)
    assert purse.logged == [("ok", pytest.approx(spent)), ("invalid", 0.0)]
    await made.close()


async def test_many_texts_come_back_in_order_from_several_calls(
    server: ScriptedServer, embedder: RemoteEmbedder
) -> None:
    vectors = await embedder.embed([f"product {place}" for place in range(300)])
    assert len(server.texts) > 1
    assert np.allclose(vectors[[299]], await embedder.embed(["product 299"]), atol=1e-5)


def test_a_model_gets_the_words_that_its_card_asks_for() -> None:
    assert prefixes_of("intfloat/multilingual-e5-small-Q8_0.gguf").query == "query: "
    assert prefixes_of("intfloat/multilingual-e5-small").passage == "passage: "
    assert prefixes_of("BAAI/bge-small-en-v1.5").query.startswith("Represent this sentence")
    assert prefixes_of("bge-m3").query == ""
    assert prefixes_of("Qwen3-Embedding-0.6B-Q8_0").query.startswith("Instruct: ")
    assert prefixes_of("text-embedding-3-small").passage == ""


async def test_the_words_that_a_card_asks_for_reach_the_server() -> None:
    async with serving("compatible") as server:
        settings = Settings(embedder_url=f"{server.url}/v1", model_prices=("e5-small=0/0",))
        made = open_embedder(settings, "compatible:e5-small", FakePurse())
        await made.embed(["tea"])
        await made.embed(["tea"], as_queries=True)
        assert server.texts == [["passage: tea"], ["query: tea"]]
        await made.close()


def test_names_open_what_they_say_and_tell_what_is_missing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for name, missing in (
        ("openai:m", "OPENAI_API_KEY"), ("cohere:m", "COHERE_API_KEY"), ("voyage:m", "VOYAGE_API_KEY"),
        ("google:m", "GOOGLE_API_KEY"), ("compatible:m", "MAGICAI_EMBEDDER_URL"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=missing):
            open_embedder(settings, name, FakePurse())
    with pytest.raises(Invalid, check=says("local_model_not_found")):
        open_embedder(settings, "local:nothing", FakePurse())


def test_prices_are_those_that_are_listed_or_stated() -> None:
    pytest.importorskip("genai_prices")
    listed = price_of(Settings(), "openai:text-embedding-3-small")
    assert listed is not None
    assert (listed.prompt, listed.completion) == (0.02, 0.0)
    assert price_of(Settings(), "compatible:m") is None
    stated = price_of(Settings(model_prices=("m=0.5/0",), embedder_url="http://127.0.0.1:9"), "compatible:m")
    assert stated is not None
    assert stated.prompt == 0.5
    for here in ("embedded", "fastembed:m", "local:m"):
        free = price_of(Settings(), here)
        assert free is not None
        assert free.free


def test_a_key_of_one_server_is_not_for_another() -> None:
    settings = Settings(
        compatible_base_url="https://a.example/v1", compatible_api_key="of-a", embedder_url="https://b.example/v1"
    )
    from integrations.embedder.open import remote_of

    assert remote_of(settings, "compatible:m").key == ""
    assert host_of(settings, "compatible:m")
    assert not host_of(settings, "embedded")
