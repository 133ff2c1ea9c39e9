"""What every reranker does, whatever stands behind it; and how servers of rerankers fail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.onnx_models import Place
from integrations.reranker.listwise import ListwiseReranker
from integrations.reranker.onnx import OnnxReranker
from integrations.reranker.open import open_reranker
from integrations.reranker.server import ServerReranker
from integrations.text.metering import Meter
from magicai.errors import Invalid, Missing, OverBudget, Permanent, Temporary
from magicai.ports import Message, Price, Reranker, TextModel, Usage
from magicai.settings import Settings
from tests.codes import says
from tests.contract.embedder import tiny_onnx
from tests.contract.reranker.scripted import KEY, SHAPES, ScriptedServer, serving
from tests.contract.text.fakes import FakePurse
from tests.scripted import ScriptedText

TEXTS = ["green tea leaves", "a kettle of steel", "a wooden chair", "steel"]
QUERY = "a steel kettle"


def said(best_first: str) -> ListwiseReranker:
    def answer(_: object) -> str:
        return f'{{"best_first": {best_first}}}'

    async def opened() -> TextModel | None:
        return ScriptedText(answer)

    return ListwiseReranker(opened)


def of_server(server: ScriptedServer, *, answer_s: float = 5.0, limit: float = 1.0, key: str = KEY) -> ServerReranker:
    meter = Meter("server:m", Price(1.0, 0.0), FakePurse(limit))
    return ServerReranker("server:m", server.url, key, meter, answer_s=answer_s)


@pytest.fixture(params=[*SHAPES, "fastembed", "model"])
async def reranker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Reranker]:
    match request.param:
        case "fastembed":
            pytest.importorskip("fastembed")
            tiny_onnx.reranker(tmp_path)
            made: Reranker = OnnxReranker("fastembed:test/tiny-reranker", Place(tmp_path, tmp_path / "cache"))
            yield made
            await made.close()
        case "model":
            yield said("[2, 4]")
        case shape:
            async with serving(shape) as server:
                made = of_server(server)
                yield made
                await made.close()


async def test_a_score_for_each_text_in_input_order_the_best_being_the_highest(reranker: Reranker) -> None:
    scores = await reranker.scores(QUERY, TEXTS)
    assert len(scores) == 4
    assert scores[1] > scores[0]
    assert max(range(4), key=scores.__getitem__) in (1, 3)
    assert all(isinstance(score, float) for score in scores)


async def test_no_texts_have_no_scores(reranker: Reranker) -> None:
    assert await reranker.scores(QUERY, []) == []


async def test_any_text_has_a_score(reranker: Reranker) -> None:
    texts = ["", "\ud83d", "\0", "水壶" * 20_000]
    assert len(await reranker.scores("\ud83d💥", texts)) == 4


@pytest.fixture(params=SHAPES)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedServer]:
    async with serving(request.param) as made:
        yield made


@pytest.mark.parametrize(
    ("failing", "why"),
    [
        ("fewer", "returned 3 scores for 4 texts"),
        ("out of range", "a score for text 4 of 4"),
        ("negative", "a score for text -1 of 4"),
        ("twice", "or two"),
        ("NaN", "without index and score"),
        ("words", "without index and score"),
        ("html", "can't be parsed"),
        ("other", "can't be parsed"),
        ("huge", "more than 4000000 bytes"),
        ("500", "answered 500"),
        ("429", "answered 429"),
    ],
)
async def test_what_is_not_a_score_for_each_text_can_be_asked_again(
    server: ScriptedServer, failing: str, why: str
) -> None:
    made = of_server(server)
    await made.scores("warm", ["up"])  # TEI's shape is known from now on
    server.failing = [failing]
    with pytest.raises(Temporary, match=why):
        await made.scores(QUERY, TEXTS)
    assert len(await made.scores(QUERY, TEXTS)) == 4
    await made.close()


async def test_a_slow_server_is_left_after_the_time_that_it_may_take(server: ScriptedServer) -> None:
    made = of_server(server, answer_s=0.3)
    await made.scores("warm", ["up"])
    server.failing = ["slow"]
    with pytest.raises(Temporary, check=says("service_timed_out", limit_s="0.3")):
        await asyncio.wait_for(made.scores(QUERY, TEXTS), 5)
    await made.close()


async def test_a_server_that_is_down_can_be_asked_again() -> None:
    made = ServerReranker("server:m", "http://127.0.0.1:9/v1", "", Meter("m", Price(0, 0), FakePurse()), answer_s=5)
    with pytest.raises(Temporary, check=says("model_server_unreachable")):
        await made.scores(QUERY, TEXTS)
    await made.close()


@pytest.mark.parametrize(("failing", "way_out"), [("403", "MAGICAI_RERANKER_API_KEY"), ("404", "MAGICAI_RERANKER_URL")])
async def test_what_cannot_help_by_trying_again_says_what_to_correct(
    server: ScriptedServer, failing: str, way_out: str
) -> None:
    made = of_server(server)
    await made.scores("warm", ["up"])
    server.failing = [failing]
    with pytest.raises(Invalid) as caught:
        await made.scores(QUERY, TEXTS)
    assert way_out in caught.value.way_out
    assert KEY not in str(caught.value)
    assert QUERY not in str(caught.value)
    await made.close()


async def test_a_key_is_not_sent_where_a_server_redirects_to(server: ScriptedServer) -> None:
    made = of_server(server)
    await made.scores("warm", ["up"])
    server.failing = ["redirect"]
    with pytest.raises(Permanent, check=says("model_server_error_status", way="correct_reranker", status=307)):
        await made.scores(QUERY, TEXTS)
    await made.close()


async def test_a_call_that_could_exceed_the_budget_is_not_made(server: ScriptedServer) -> None:
    made = of_server(server, limit=0.0)
    with pytest.raises(OverBudget):
        await made.scores(QUERY, TEXTS)
    assert server.asked == []
    await made.close()


async def test_what_a_server_counts_is_what_a_call_costs() -> None:
    purse = FakePurse()
    async with serving("data") as server:
        made = ServerReranker("server:m", server.url, KEY, Meter("m", Price(1.0, 0.0), purse), answer_s=5)
        await made.scores(QUERY, TEXTS)
        assert purse.spent == pytest.approx(0.001)
        server.failing = ["500"]
        with pytest.raises(Temporary):
            await made.scores(QUERY, TEXTS)
        assert purse.spent == pytest.approx(0.001)
        assert purse.reserved == pytest.approx(0.0)
        assert purse.logged == [("ok", pytest.approx(0.001)), ("temporary", 0.0)]
        await made.close()


async def test_whoever_pays_a_call_hears_what_it_took() -> None:
    heard: list[Usage] = []

    async def hear(usage: Usage) -> None:
        heard.append(usage)

    async with serving("data") as server:
        made = ServerReranker(
            "server:m", server.url, KEY, Meter("m", Price(1.0, 0.0), FakePurse(), on_usage=hear), answer_s=5
        )
        await made.scores(QUERY, TEXTS)
        await made.close()
    assert heard == [Usage(1000, 0, pytest.approx(0.001))]  # type: ignore[arg-type]

    async def opened() -> TextModel | None:
        return ScriptedText(['{"best_first": [2, 4]}'])

    await ListwiseReranker(opened, hear).scores(QUERY, TEXTS)
    assert heard[1].prompt_tokens > len(TEXTS)


@pytest.mark.parametrize("order", ["[0]", "[5]", "[1, 1]", "[-1]"])
async def test_an_order_that_is_none_of_the_texts_is_refused(order: str) -> None:
    with pytest.raises(Temporary, match="which is not one"):
        await said(order).scores(QUERY, TEXTS)


async def test_texts_stand_between_marks_that_no_text_can_know() -> None:
    heard: list[str] = []

    def answer(messages: "list[Message]") -> str:
        heard.append(messages[-1].content)
        return '{"best_first": [1]}'

    async def opened() -> TextModel | None:
        return ScriptedText(answer)  # pyright: ignore[reportArgumentType]

    made = ListwiseReranker(opened)
    await made.scores(QUERY, ["first"])
    await made.scores(QUERY, ["first"])
    marks = {words.split()[0] for words in heard}
    assert len(marks) == 2


async def test_without_a_language_model_the_reranker_says_what_to_set() -> None:
    async def none() -> TextModel | None:
        return None

    with pytest.raises(Missing) as caught:
        await ListwiseReranker(none).scores(QUERY, TEXTS)
    assert "magicai models set reranker none" in caught.value.way_out


async def test_names_open_what_they_say(tmp_path: Path) -> None:
    async def none() -> TextModel | None:
        return None

    def opened(name: str, **settings: str) -> Reranker | None:
        return open_reranker(Settings(home=tmp_path, **settings), name, FakePurse(), none)

    assert opened("none") is None
    assert isinstance(opened("model"), ListwiseReranker)
    assert isinstance(opened("fastembed:BAAI/bge-reranker-base"), OnnxReranker)
    with pytest.raises(Invalid, check=says("setting_not_set", setting="MAGICAI_RERANKER_URL")):
        opened("server:rerank-v3.5")
    with pytest.raises(Invalid, check=says("model_not_of_role", role="reranker")):
        opened("cohere:rerank-v3.5")
    server = opened("server:rerank-v3.5", reranker_url="http://127.0.0.1:9/v1/rerank")
    assert isinstance(server, ServerReranker)
    await server.close()


async def test_a_model_of_unknown_price_is_not_called_within_a_budget(tmp_path: Path) -> None:
    class Strict(FakePurse):
        async def reserve(self, most: float | None, model: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if most is None:
                raise Invalid(f"The price of the model {model} is unknown, so its cost can't be limited.")
            return await super().reserve(most, model)

    async def none() -> TextModel | None:
        return None

    async with serving("results") as server:
        settings = Settings(home=tmp_path, reranker_url=server.url, reranker_api_key=KEY)
        made = open_reranker(settings, "server:m", Strict(), none)
        assert made is not None
        with pytest.raises(Invalid, match="price of the model server:m is unknown"):
            await made.scores(QUERY, TEXTS)
        assert server.asked == []
        await made.close()
        priced = Settings(home=tmp_path, reranker_url=server.url, reranker_api_key=KEY, model_prices=("m=1/0",))
        made = open_reranker(priced, "server:m", Strict(), none)
        assert made is not None
        assert len(await made.scores(QUERY, TEXTS)) == 4
        await made.close()


async def test_a_model_that_is_not_in_the_folder_says_where_it_was_looked_for(tmp_path: Path) -> None:
    pytest.importorskip("fastembed")
    made = OnnxReranker("fastembed:test/other", Place(tmp_path, tmp_path / "cache"))
    with pytest.raises(Missing, check=says("model_folder_not_found", name="test/other")) as caught:
        await made.scores(QUERY, TEXTS)
    assert "MAGICAI_FASTEMBED_DIR" in caught.value.way_out
    unknown = OnnxReranker("fastembed:test/other", Place(None, tmp_path / "cache"))
    with pytest.raises(Invalid, check=says("unknown_fastembed_model", kind="reranker", name="test/other")):
        await unknown.scores(QUERY, TEXTS)
    elsewhere = OnnxReranker("fastembed:../../etc", Place(tmp_path, tmp_path / "cache"))
    with pytest.raises(Missing, check=says("model_folder_not_found")):
        await elsewhere.scores(QUERY, TEXTS)


async def test_a_model_that_nobody_chose_is_not_downloaded(tmp_path: Path) -> None:
    pytest.importorskip("fastembed")
    made = OnnxReranker("fastembed:BAAI/bge-reranker-base", Place(None, tmp_path / "cache"))
    with pytest.raises(Missing, check=says("model_not_downloaded", way="choose_model_again")):
        await made.scores(QUERY, TEXTS)
