"""Code proves a model's sentence by its quotes and figures, whatever its words and its language."""

import pytest

from magicai.knowledge.quotes import (
    QuotedPassage,
    QuotedSentence,
    contains,
    faults,
    figures,
    folded,
    foreign_links,
    unproved_figures,
    unquoted_names,
)
from magicai.messages import Message, say

RETURNS = (
    "Returns\nYou may return any item within 30 days of delivery. Goods must be unused and in their original"
    " packaging. Refunds are issued to the original payment method within 5 business days."
)
CARE = (
    "Care\nThe **cast-iron pan** should be washed by hand with warm water. Do not use the dishwasher, as it removes"
    " the seasoning."
)
SHIPPING = "Shipping\nWe deliver to Norway. Delivery takes 5 to 8 business days and costs 14.90 EUR."
TIME_AND_FEE = "Delivery takes 5 to 8 business days and costs 14.90 EUR"
DAYS = "return any item within 30 days of delivery"
MONEY = "Refunds are issued to the original payment method within 5 business days"


def proved(text: str, quote: str, *passages: str, passage: int = 1) -> list[Message]:
    quotes = (QuotedPassage(passage=passage, text=quote),) if quote else ()
    return faults(QuotedSentence(text=text, quotes=quotes), passages)


@pytest.mark.parametrize(
    ("passage", "text", "quote"),
    [
        (RETURNS, "You have 30 days after delivery to send it back.", DAYS),
        (RETURNS, "Yes, you can return it within a month of delivery.", DAYS),
        (RETURNS, "你可以在收货后30天内退货。", DAYS),
        (RETURNS, "The money goes back to the card you paid with in about a week.", MONEY),
        (RETURNS, "The refund takes up to 5 working days.", MONEY),
        (CARE, "No, wash it by hand: the dishwasher would strip the seasoning.", "The cast-iron pan should be washed"),
        (CARE, "No. The dishwasher would damage the layer.", "Do not use the dishwasher, as it removes the seasoning"),
        (SHIPPING, "Yes; it takes 5-8 business days and costs €14.90.", TIME_AND_FEE),
        (SHIPPING, "Yes. Expect a fee of 14,90 euros.", "costs 14.90 EUR"),
    ],
)  # fmt: skip
def test_a_faithful_answer_in_other_words_or_another_language_is_proved(passage: str, text: str, quote: str) -> None:
    assert proved(text, quote, passage) == []


@pytest.mark.parametrize(
    ("passage", "text", "quote"),
    [
        (RETURNS, "You have 60 days.", DAYS),
        (RETURNS, "You have sixty days.", DAYS),
        (RETURNS, "You have two weeks.", DAYS),
        (RETURNS, "你有两周时间。", DAYS),
        (RETURNS, "You have 30 days.", "return any item within thirty days"),
        (SHIPPING, "It costs 9.90 euros.", "costs 14.90 EUR"),
        (CARE, "It is dishwasher-safe.", "The pan is dishwasher-safe"),
        (SHIPPING, "Yes.", ""),
        (SHIPPING, "Yes.", " \n"),
        (SHIPPING, "!", "We deliver to Norway"),
    ],
)
def test_wrong_numbers_and_false_quotes_are_not(passage: str, text: str, quote: str) -> None:
    assert proved(text, quote, passage)


@pytest.mark.parametrize(
    ("passage", "text", "quote"),
    [
        ("Return it within 15 days.", "Return it in 5 days.", "5 days"),
        ("It costs 1,299 euros.", "It costs 299 euros.", "299 euros"),
        ("It weighs 0.5 kg in all.", "It weighs 5 kg.", "5 kg in all"),
        ("| Step 1 | 5 days |", "It takes 15 days.", "15 days"),
        ("We are unable to return items.", "You can return it.", "able to return items"),
        ("The shop is closed.", "All is free.", "e"),
        ("The shop is closed.", "All is free.", "the"),
        ("不可以退货。", "可以。", "可以"),
    ],
)
def test_a_quote_is_of_whole_words_and_more_than_one(passage: str, text: str, quote: str) -> None:
    assert proved(text, quote, passage)


@pytest.mark.parametrize(
    ("passage", "quote"),
    [("| Waterproof | IP67 |", "IP67"), ("Colours:\n- red\n- blue", "- red"), ("运费：\n免费", "免费")],
)
def test_a_cell_or_a_line_may_be_a_quote_however_short(passage: str, quote: str) -> None:
    assert proved("It is so.", quote, passage) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It lasts 2 years.", "It lasts 2 months."),
        ("It costs $5.", "It costs €5."),
        ("You get $5 off.", "You get 5% off."),
        ("It is on 3 June 2024.", "It is on 3 May 2024."),
        ("It opens in June.", "It opens in May."),
        ("It cools to −5 °C.", "It cools to 5 °C."),
        ("You pay $5 for 10 days.", "You pay $10 for 5 days."),
    ],
)
def test_a_figure_is_proved_with_its_unit_currency_month_and_sign(text: str, quote: str) -> None:
    assert proved(text, quote, quote)


def test_a_quote_of_another_passage_proves_nothing() -> None:
    assert proved("You have 30 days.", DAYS, CARE, RETURNS) == [say("quote_not_in_passage", passage=1, quote=DAYS)]
    assert proved("You have 30 days.", DAYS, CARE, RETURNS, passage=2) == []
    assert proved("You have 30 days.", DAYS, RETURNS, passage=7) == [say("quoted_passage_absent", passage=7)]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("You have two weeks.", "within 14 days"),
        ("Two cost €29.80.", "costs 14.90 EUR each, or 29.80 EUR for two"),
        ("That is a 20% discount.", "was 50 EUR, now 40 EUR"),
        ("It must arrive by 3 May 2026.", "by May 3, 2026"),
        ("It holds 2 kg.", "holds 2000 g"),
    ],
)
def test_a_figure_that_follows_by_arithmetic_is_proved(text: str, quote: str) -> None:
    assert proved(text, quote, quote) == []


def test_copying_may_change_width_case_markup_spaces_and_dashes() -> None:
    passage = "| **Größe**  | „M – L“ |\n|---|---|\n| see the [size guide](https://a.example/x) | ＡＢＣ |"
    for quote in ("größe", '"M-L"', "see the size guide", "ABC", "Größe | „M – L“", "M-L”"):
        assert contains(folded(passage), folded(quote))
    assert contains(folded("Copy it in step 5. 1 minute later"), folded("copy it in step 5."))
    assert contains(folded("配 送 需要 3 天"), folded("配送需要3天"))
    assert figures("1,299.00 and 1.299,50 and 3:30") == {"1299", "1299.50", "3:30"}


def test_links_to_other_hosts_than_the_documents_own_are_named() -> None:
    text = "See https://help.shop.example/returns, or www.evil.example/a?b and http://evil.example."
    assert foreign_links(text, ["help.shop.example"]) == ["evil.example", "www.evil.example"]
    assert foreign_links("No link: 3.5/4", []) == []
    assert foreign_links("See https://exa\u2100mple.example.", [])


def test_the_number_of_a_step_is_no_figure() -> None:
    assert unproved_figures("2. Wait 5 minutes.", ["wait 5 minutes"]) == []
    assert unproved_figures("1. Open it.\n2. Wait 5 minutes.", ["open it and wait 5 minutes"]) == []
    assert unproved_figures("2、等待5分钟。", ["等待5分钟"]) == []
    assert unproved_figures("2.5 kg is its weight.", ["its weight"]) == ["2.5 kg"]


def test_a_name_that_no_quote_has_is_told_of_english_sentences_alone() -> None:
    assert unquoted_names("It ships with Royal Mail.", ["Delivery is by DHL"]) == ["Royal Mail"]
    assert unquoted_names("It ships with Royal Mail.", ["by Royal Mail"]) == []
    assert unquoted_names("It ships with Royal Mail.", ["通过皇家邮政配送"]) == []
    assert unquoted_names("Der Versand ist ab 50 EUR kostenlos.", ["Shipping is free from 50 EUR"]) == []
