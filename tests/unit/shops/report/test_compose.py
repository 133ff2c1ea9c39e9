from decimal import Decimal

import pytest

from magicai.shops.report.compose import compose, sentence_of
from magicai.shops.report.draft import Draft
from magicai.shops.report.fact_finding import facts_of
from magicai.shops.report.facts import Measure, Role, Subject, SubjectKind, Unit, Value
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.sentence import Sentence, Slot
from tests.unit.shops.report import example_shop
from tests.unit.shops.report.example_facts import fact


def _with(measure: Measure, amounts: dict[Role, str], language: Language = "en") -> str:
    own = fact(measure)
    values = tuple(
        value.model_copy(update={"amount": Decimal(amounts[value.role])}) if value.role in amounts else value
        for value in own.values
    )
    return sentence_of(own.model_copy(update={"values": values}), language).text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_a_sentence_with_all_its_values(measure: Measure, language: Language) -> None:
    own = sentence_of(fact(measure), language)
    for value in own.fact.values:
        assert Numerals(language).value(value) in own.text
    assert own.text.endswith("." if language == "en" else "。")
    assert Sentence.model_validate_json(own.model_dump_json()) == own


def test_a_draft_that_an_earlier_version_kept_is_still_read() -> None:
    own = sentence_of(fact(Measure.CHEAPEST), "en")
    kept = own.model_dump(mode="json") | {"by": "model"}
    kept["pieces"] = [
        piece if isinstance(piece, str) else {**piece, "key": "price", "mask": "€3.20", "alike": ["3.20"]}
        for piece in kept["pieces"]
    ]
    assert Draft.model_validate({"sentences": [kept]}).sentences == (own,)


@pytest.mark.parametrize(
    ("measure", "amounts", "text"),
    [
        (Measure.NEW_PRODUCTS, {Role.COUNT: "1"}, "The shop has added one product."),
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
        (Measure.UNPRICED, {Role.COUNT: "1"}, "Of the 120 products, one has no price."),
        (Measure.STOCK_UNKNOWN, {Role.COUNT: "1"}, "Of the 120 products, one does not state whether it is in stock."),
        (
            Measure.SCARCEST_CATEGORY,
            {Role.COUNT: "0", Role.OF: "1"},
            "In the category “Example”, the only product with a known stock status is not in stock.",
        ),
        (Measure.DEARER, {Role.COUNT: "1", Role.OF: "1"}, "The only product compared now costs more."),
        (Measure.PAGES_FAILED, {Role.COUNT: "1"}, "It was not possible to load one page."),
        (Measure.PROBLEMS, {Role.COUNT: "1"}, "This run met one problem, listed below."),
        (Measure.MEDIAN_DISCOUNT, {Role.PERCENT: "12.5"}, "The median discount is 12.5%."),
    ],
)
def test_one_and_many_agree(measure: Measure, amounts: dict[Role, str], text: str) -> None:
    assert _with(measure, amounts) == text


@pytest.mark.parametrize(
    ("count", "named", "english", "chinese"),
    [
        (1, 1, "The shop has added one product: “Tea 1”.", "新增了1件商品：“Tea 1”。"),
        (
            4,
            4,
            "The shop has added 4 products: “Tea 1”, “Tea 2”, “Tea 3” and “Tea 4”.",
            "新增了4件商品：“Tea 1”、“Tea 2”、“Tea 3”和“Tea 4”。",
        ),
        (
            7,
            3,
            "The shop has added 7 products, including “Tea 1”, “Tea 2” and “Tea 3”.",
            "新增了7件商品，包括“Tea 1”、“Tea 2”和“Tea 3”等。",
        ),
    ],
)
def test_what_came_and_went_is_named_all_or_the_first(count: int, named: int, english: str, chinese: str) -> None:
    url = "https://shop.example/1"
    names = tuple(Subject(kind=SubjectKind.PRODUCT, name=f"Tea {n}", url=url) for n in range(1, named + 1))
    values = (Value(role=Role.COUNT, unit=Unit.PRODUCTS, amount=Decimal(count)),)
    own = fact(Measure.NEW_PRODUCTS).model_copy(update={"values": values, "names": names})
    assert sentence_of(own, "zh").text == chinese
    said = sentence_of(own, "en")
    assert said.text == english
    assert [piece.href for piece in said.pieces if isinstance(piece, Slot) and piece.is_name] == [url] * named


def test_no_sentence_begins_with_a_figure() -> None:
    result = example_shop.result()
    facts = facts_of(result.crawl_data, result.analysis, result.shared_brands, result.problems)
    told = compose(facts, "en")
    assert not [own.text for own in told if own.text[0].isdigit()]


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


def test_two_crawls_of_one_minute_are_told_apart_by_seconds() -> None:
    first, second, later = "2026-05-03T01:30:05Z", "2026-05-03T01:30:50Z", "2026-05-03T02:30:00Z"
    assert Numerals("en").moments(first, second) == ["3 May 2026, 01:30:05 UTC", "3 May 2026, 01:30:50 UTC"]
    assert Numerals("zh").moments(first, later, "") == ["2026年5月3日 01:30 UTC", "2026年5月3日 02:30 UTC", ""]


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
