import pytest

from integrations.text.prices import Price, price_of
from magicai.errors import Invalid


def test_a_stated_price_goes_before_the_list() -> None:
    assert price_of("gpt-4o-mini", ["gpt-4o-mini=1/2.5"], official=True) == Price(1, 2.5)


def test_the_list_holds_for_the_official_server_only() -> None:
    assert price_of("gpt-4o-mini", [], official=True).prompt > 0
    with pytest.raises(Invalid, match=r"MAGICAI_MODEL_PRICES=gpt-4o-mini="):
        price_of("gpt-4o-mini", [], official=False)


def test_a_model_without_a_price_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="'gpt-99'"):
        price_of("gpt-99", [], official=True)


@pytest.mark.parametrize("entry", ["x", "x=1", "x=1/y", "=1/2", "x=-1/2", "x=nan/1", "x=inf/1"])
def test_a_price_that_cannot_be_read_is_quoted(entry: str) -> None:
    with pytest.raises(Invalid, match="MAGICAI_MODEL_PRICES contains"):
        price_of("x", [entry], official=True)


def test_a_name_may_hold_an_equals_sign() -> None:
    assert price_of("org/a=b", ["org/a=b=0/0"], official=False) == Price(0, 0)


def test_cost_is_per_million_tokens() -> None:
    assert Price(2.0, 8.0).of(500_000, 250_000) == pytest.approx(3.0)
