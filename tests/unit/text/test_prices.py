import pytest

from integrations.text.names import ModelName, read
from integrations.text.prices import price_of
from magicai.errors import Invalid
from magicai.ports import Price
from tests.codes import says


def test_a_stated_price_goes_before_the_list() -> None:
    assert price_of(read("openai:gpt-4o-mini"), ["gpt-4o-mini=1/2.5"]) == Price(1, 2.5)
    assert price_of(read("openai:gpt-4o-mini"), ["gpt-4o-mini=9/9", "openai:gpt-4o-mini=1/2.5"]) == Price(1, 2.5)


@pytest.mark.parametrize("name", ["openai:gpt-4o-mini", "anthropic:claude-haiku-4-5", "vertex:gemini-2.5-flash"])
def test_the_list_knows_the_providers(name: str) -> None:
    price = price_of(read(name), [])
    assert price is not None
    assert 0 < price.prompt < price.completion
    assert price.source.startswith("genai-prices ")


def test_a_price_holds_for_the_server_that_is_asked_only() -> None:
    name = ModelName("compatible", "gpt-4o-mini")
    assert price_of(name, [], base_url="http://127.0.0.1:8080/v1") is None
    assert price_of(ModelName("openai", "gpt-4o-mini"), [], base_url="https://proxy.example/v1") is None


def test_an_unknown_price_is_none_and_not_nothing() -> None:
    assert price_of(read("openai:no-such-model-99"), []) is None


@pytest.mark.parametrize("entry", ["x", "x=1", "x=1/y", "=1/2", "x=-1/2", "x=nan/1", "x=inf/1"])
def test_a_price_that_cannot_be_read_is_quoted(entry: str) -> None:
    with pytest.raises(Invalid, check=says("model_price_invalid")):
        price_of(read("openai:x"), [entry])


def test_a_name_may_hold_an_equals_sign() -> None:
    assert price_of(read("openai:org/a=b"), ["org/a=b=0/0"]) == Price(0, 0)


def test_cost_is_per_million_tokens() -> None:
    assert Price(2.0, 8.0).of(500_000, 250_000) == pytest.approx(3.0)


def test_what_a_provider_had_kept_costs_less() -> None:
    assert Price(2.0, 8.0, cached=0.5).of(1_000_000, 0, 400_000) == pytest.approx(1.4)


def test_a_long_prompt_costs_more_for_all_of_its_tokens() -> None:
    price = Price(1.0, 2.0, longer=((200_000, Price(2.0, 4.0)),))
    assert price.of(200_000, 1_000_000) == pytest.approx(2.2)
    assert price.of(400_000, 1_000_000) == pytest.approx(4.8)
    listed = price_of(read("vertex:gemini-2.5-pro"), [])
    assert listed is not None
    assert listed.longer[0][0] == 200_000
