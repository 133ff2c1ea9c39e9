import itertools
from decimal import Decimal

import pytest

from magicai.shops.report.compose import compose, ways_to_say
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.facts import Measure, Role, Subject, SubjectKind, Unit, Value
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.sentence import Sentence
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.hostile import NAMES
from tests.unit.shops.report.told import fact, sentence


def _with(measure: Measure, amounts: dict[Role, str], language: Language = "en") -> list[str]:
    own = fact(measure)
    values = tuple(
        value.model_copy(update={"amount": Decimal(amounts[value.role])}) if value.role in amounts else value
        for value in own.values
    )
    return [way.text for way in ways_to_say(own.model_copy(update={"values": values}), language)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_sentences_with_all_its_values(measure: Measure, language: Language) -> None:
    for own in ways_to_say(fact(measure), language):
        numerals = Numerals(language)
        for value in own.fact.values:
            assert numerals.value(value) in own.masked
        assert own.text.endswith("." if language == "en" else "。")
        assert own.by == "composer"
        assert Sentence.model_validate_json(own.model_dump_json()) == own


@pytest.mark.parametrize(
    ("measure", "amounts", "text"),
    [
        (Measure.NEW_PRODUCTS, {Role.COUNT: "1"}, "One product is new."),
        (Measure.SOLD_OUT, {Role.COUNT: "7"}, "Seven products have sold out."),
        (Measure.SOLD_OUT, {Role.COUNT: "7"}, "The shop has sold out of 7 products."),
        (Measure.NEW_PRODUCTS, {Role.COUNT: "1200"}, "The shop has added 1,200 products."),
        (
            Measure.PRODUCTS,
            {Role.COUNT: "1", Role.CATEGORIES: "1", Role.BRANDS: "1"},
            "The shop lists one product in one category, from one brand.",
        ),
        (Measure.NO_PRODUCTS, {Role.COUNT: "1"}, "No product was found on the one page read in this shop."),
        (Measure.NO_PRODUCTS, {Role.COUNT: "0"}, "Nothing could be read in this shop."),
        (Measure.NO_PRICES, {Role.OF: "1"}, "The only product has no price."),
        (Measure.MEDIAN_PRICE, {Role.COUNT: "1"}, "The only product with a price costs €24.90."),
        (Measure.UNPRICED, {Role.COUNT: "1"}, "One of the 120 products has no price."),
        (Measure.STOCK_UNKNOWN, {Role.COUNT: "1"}, "One of the 120 products does not state whether it is in stock."),
        (
            Measure.SCARCEST_CATEGORY,
            {Role.COUNT: "0", Role.OF: "1"},
            "In the category “Example”, the only product with a known stock status is not in stock.",
        ),
        (Measure.DEARER, {Role.COUNT: "1", Role.OF: "1"}, "The only product compared now costs more."),
        (Measure.PAGES_FAILED, {Role.COUNT: "1"}, "One page could not be loaded."),
        (Measure.PROBLEMS, {Role.COUNT: "1"}, "One problem is listed below."),
        (Measure.MEDIAN_DISCOUNT, {Role.PERCENT: "12.5"}, "The median discount is 12.5%."),
    ],
)
def test_one_and_many_agree(measure: Measure, amounts: dict[Role, str], text: str) -> None:
    assert text in _with(measure, amounts)


def test_what_is_special_is_said_in_no_other_way() -> None:
    assert len(_with(Measure.DEARER, {Role.COUNT: "1", Role.OF: "1"})) == 1
    assert len(_with(Measure.MEDIAN_PRICE, {Role.COUNT: "1"})) == 1


@pytest.mark.parametrize(
    ("count", "named", "english", "chinese"),
    [
        (1, 1, "One product is new: “Tea 1”.", "新增了1件商品：“Tea 1”。"),
        (
            4,
            4,
            "Four products are new: “Tea 1”, “Tea 2”, “Tea 3” and “Tea 4”.",
            "新增了4件商品：“Tea 1”、“Tea 2”、“Tea 3”和“Tea 4”。",
        ),
        (
            7,
            3,
            "Seven products are new, including “Tea 1”, “Tea 2” and “Tea 3”.",
            "新增了7件商品，包括“Tea 1”、“Tea 2”和“Tea 3”等。",
        ),
    ],
)
def test_what_came_and_went_is_named_all_or_the_first(count: int, named: int, english: str, chinese: str) -> None:
    url = "https://shop.example/1"
    names = tuple(Subject(kind=SubjectKind.PRODUCT, name=f"Tea {n}", url=url) for n in range(1, named + 1))
    values = (Value(role=Role.COUNT, unit=Unit.PRODUCTS, amount=Decimal(count)),)
    own = fact(Measure.NEW_PRODUCTS).model_copy(update={"values": values, "names": names})
    assert english in [way.text for way in ways_to_say(own, "en")]
    assert chinese in [way.text for way in ways_to_say(own, "zh")]
    for way in ways_to_say(own, "en"):
        assert [slot.href for slot in way.slots if slot.is_name] == [url] * named
        assert "Tea" not in way.masked


def test_the_same_facts_are_told_in_the_same_words_and_other_ones_in_others() -> None:
    result = example_shop.result()
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems)
    told = [own.text for own in compose(facts, "en")]
    assert told == [own.text for own in compose(facts, "en")]
    ways: set[str] = set()
    for percent in range(20, 40):
        values = (Value(role=Role.PERCENT, unit=Unit.PERCENT, amount=Decimal(percent)),)
        ways.add(compose([fact(Measure.MEDIAN_DISCOUNT).model_copy(update={"values": values})], "en")[0].text[:5])
    assert len(ways) > 1


def test_no_sentence_begins_with_a_figure_and_no_two_in_a_row_alike() -> None:
    result = example_shop.result()
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems)
    told = compose(facts, "en")
    assert not [own.text for own in told if own.text[0].isdigit()]
    alike = [
        (one.text, two.text)
        for one, two in itertools.pairwise(told)
        if one.fact.section is two.fact.section and one.text.split()[:2] == two.text.split()[:2]
    ]
    assert not alike


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
    assert sections == ["changes", "range", "prices", "discounts", "stock", "brands", "reading"]
    texts = [own.text for own in sentences]
    assert len(set(texts)) == len(texts)
    (brand,) = [group for group in result.analysis.shops[0].brands if group.name == "Dōngfāng"]
    count = sum(own.count for own in brand.stats)  # as the table of brands has it
    end = f"3 categories (“Loose tea”, “Teapots” and “Mugs & cups”), with {count} products."
    assert any(text.endswith(end) for text in texts)
