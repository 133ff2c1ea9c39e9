"""Texts in any language: its name for the model, its figures for the proof."""

import pytest

from magicai.content.brief import Brief, brief_of
from magicai.content.content_types import built_in
from magicai.content.facts_stated import facts_stated
from magicai.content.languages import check_language, language_name, of_template, with_points
from magicai.content.prompts import prompt
from magicai.content.proof import prove


@pytest.mark.parametrize(
    ("code", "written", "english", "template"),
    [
        ("en", "en", "English", "en"),
        ("zh", "zh", "Chinese (Simplified)", "zh"),
        ("zh-hant", "zh-Hant", "Chinese (Traditional)", "zh"),
        ("DE", "de", "German", "en"),
        ("pt-br", "pt-BR", "Portuguese (Brazil)", "en"),
        ("ja", "ja", "Japanese", "en"),
    ],
)
def test_a_language_is_named_by_its_code(code: str, written: str, english: str, template: str) -> None:
    assert check_language(code) == written
    assert (language_name(written), of_template(written)) == (english, template)


@pytest.mark.parametrize("code", ["", "xx", "english", "de_DE", "de-XX", "und", "a" * 5_000, "en\n", "../en"])
def test_what_is_no_language_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"is not a language code\. Use one such as en, zh, de or pt-BR"):
        check_language(code)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("39,90 €", "39.90 €"),
        ("1.299,00 € und 1 299,50 €", "1,299.00 € und 1,299.50 €"),
        ("1,299 and 1,299.00", "1,299 and 1,299.00"),
        ("38, 39 und 10,20,30", "38, 39 und 10,20,30"),
    ],
)
def test_a_decimal_comma_is_read_as_one_where_it_surely_is(written: str, read: str) -> None:
    assert with_points(written) == read


def german(**given: str) -> Brief:
    english = brief_of(built_in()["product-description", "en"], {"name": "Harbour mug", **given})
    return Brief(english.template, english.variables, "de")


def test_amounts_of_another_language_are_proved_as_it_writes_them() -> None:
    text = "Die Tasse Harbour mug kostet 39,90 € und fasst 0,35 l. Der beste Becher der Welt kommt aus Kopenhagen."
    found = {one.claim.text.strip(): one.verdict for one in prove(text, german(price="39.90 EUR", weight="350 ml"))}
    assert found == {"39,90 €": "proved", "0,35 l": "proved"}
    assert facts_stated(text, german(price="39.90 EUR", weight="350 ml")).said == 3


def test_a_swapped_amount_is_found_and_other_figures_are_not_checked() -> None:
    text = "Die Tasse kostet 93,90 €, mit 36 Monaten Garantie."
    found = {one.claim.text.strip(): one.verdict for one in prove(text, german(price="39.90 EUR", warranty="2 years"))}
    assert found["93,90 €"] in ("contradicted", "not_in_record")
    assert found["36"] == "not_checked"


def test_a_record_with_a_decimal_comma_is_shown_as_it_was_given() -> None:
    (traced,) = prove("It costs €39.90.", brief_of(built_in()["seo", "en"], {"name": "mug", "price": "39,90 €"}))
    assert traced.source is not None
    assert (traced.verdict, traced.source.text) == ("proved", "39,90 €")


def test_a_model_is_told_the_language_by_its_name() -> None:
    assert "Language: German\n" in prompt(german())[0].content
    chinese = built_in()["product-description", "zh"]
    assert "Language: Chinese (Taiwan)\n" in prompt(brief_of(chinese, {"name": "杯子"}, "zh-TW"))[0].content
    assert "Language: Chinese (Simplified)\n" in prompt(brief_of(chinese, {"name": "杯子"}))[0].content
