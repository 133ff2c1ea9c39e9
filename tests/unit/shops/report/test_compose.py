from decimal import Decimal

import pytest

from magicai.shops.report.compose import compose
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.facts import Measure, Role
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.sentence import Sentence
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.hostile import NAMES
from tests.unit.shops.report.told import fact, sentence


def _with(measure: Measure, amounts: dict[Role, str], language: Language = "en") -> str:
    own = fact(measure)
    values = tuple(
        value.model_copy(update={"amount": Decimal(amounts[value.role])}) if value.role in amounts else value
        for value in own.values
    )
    return compose([own.model_copy(update={"values": values})], language)[0].text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_a_sentence_with_all_its_values(measure: Measure, language: Language) -> None:
    own = sentence(measure, language)
    numerals = Numerals(language)
    for value in own.fact.values:
        assert numerals.value(value) in own.text
    assert own.text.endswith("." if language == "en" else "。")
    assert own.by == "composer"
    assert Sentence.model_validate_json(own.model_dump_json()) == own


@pytest.mark.parametrize(
    ("measure", "amounts", "text"),
    [
        (Measure.NEW_PRODUCTS, {Role.COUNT: "1"}, "1 product is new."),
        (Measure.NEW_PRODUCTS, {Role.COUNT: "1200"}, "1,200 products are new."),
        (
            Measure.PRODUCTS,
            {Role.COUNT: "1", Role.CATEGORIES: "1", Role.BRANDS: "1"},
            "The shop lists 1 product in 1 category, from 1 brand.",
        ),
        (
            Measure.NO_PRODUCTS,
            {Role.COUNT: "1"},
            "No product was found on the 1 page that was read in this shop.",
        ),
        (Measure.NO_PRODUCTS, {Role.COUNT: "0"}, "Nothing could be read in this shop."),
        (Measure.NO_PRICES, {Role.OF: "1"}, "The only product shows no price."),
        (Measure.UNPRICED, {Role.COUNT: "1"}, "1 of the 120 products shows no price."),
        (Measure.STOCK_UNKNOWN, {Role.COUNT: "1"}, "1 of the 120 products does not say whether it is in stock."),
        (Measure.PAGES_FAILED, {Role.COUNT: "1"}, "1 page could not be loaded."),
        (Measure.PROBLEMS, {Role.COUNT: "1"}, "1 problem was met; it is listed below."),
        (
            Measure.MEDIAN_DISCOUNT,
            {Role.PERCENT: "12.5"},
            "Among the discounted products, the median discount is 12.5%.",
        ),
    ],
)
def test_one_and_many_agree(measure: Measure, amounts: dict[Role, str], text: str) -> None:
    assert _with(measure, amounts) == text


@pytest.mark.parametrize(
    ("currency", "english", "chinese"),
    [
        ("EUR", "€1,299.50", "€1,299.50"),
        ("USD", "US$1,299.50", "US$1,299.50"),
        ("CNY", "CN¥1,299.50", "¥1,299.50"),
        ("JPY", "JP¥1,299.5", "JP¥1,299.5"),
        ("KWD", "KWD1,299.500", "KWD1,299.500"),
        ("ZZZ", "ZZZ1,299.50", "ZZZ1,299.50"),
        (None, "1,299.50", "1,299.50"),
        ("<b>", "1,299.50", "1,299.50"),
    ],
)
def test_no_two_currencies_look_alike(currency: str | None, english: str, chinese: str) -> None:
    assert Numerals("en").money(Decimal("1299.50"), currency) == english
    assert Numerals("zh").money(Decimal("1299.50"), currency) == chinese


def test_no_price_loses_a_decimal() -> None:
    assert Numerals("en").money(Decimal("0.0125"), "EUR") == "€0.0125"
    assert Numerals("en").money(Decimal(7), "EUR") == "€7.00"
    assert Numerals("en").money(Decimal(1300), "JPY") == "JP¥1,300"


def test_moments_are_told_in_utc() -> None:
    assert Numerals("en").minute("2026-05-03T01:30:00+08:00") == "2 May 2026, 17:30 UTC"
    assert Numerals("zh").day("2026-05-03T01:30:00+08:00") == "2026年5月2日"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_language_model_never_sees_a_name(name: str, language: Language) -> None:
    for measure in (Measure.CHEAPEST, Measure.LARGEST_CATEGORY, Measure.TOP_BRAND, Measure.SHARED_BRAND):
        own = sentence(measure, language, name)
        plainly = sentence(measure, language, "Example")
        assert own.masked == plainly.masked
        assert len(own.text) < len(plainly.text) + 4 * 92


def test_the_whole_shop_is_told_in_the_order_of_the_sections() -> None:
    result = example_shop.result()
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems)
    sentences = compose(facts, "en")
    assert len(sentences) == len(facts) > 40
    sections = list(dict.fromkeys(own.fact.section for own in sentences))
    assert sections == ["range", "prices", "stock", "discounts", "changes", "brands", "reading"]
    texts = [own.text for own in sentences]
    assert len(set(texts)) == len(texts)
    assert "The brand “Fjell” appears in 2 categories (“Kettles” and “Mugs & cups”), with 11 products." in texts
