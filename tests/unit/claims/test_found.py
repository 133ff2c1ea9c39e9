"""What is found in a text: numbers, units, dates, times and names as English and Chinese write them."""

from fractions import Fraction

import pytest

from magicai.claims.mentions import find
from magicai.claims.numerals import value_of_han, value_of_words
from magicai.claims.reading import read, sentences


def shown(text: str) -> list[str]:
    return [amount.shown for amount in find(read(text)).amounts]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("one hundred and twenty-five people", ["125"]),
        ("It weighs 500 g, or 1.1 lb.", ["500 g", "1.1 lb"]),
        ("12.5k followers and 1.2 million views", ["12500", "1200000"]),
        ("a 75-million-euro loan", ["EUR 75000000"]),
        ("ships in 3-5 days", ["3 day", "5 day"]),
        ("three and a half hours; two-thirds of users; 3½ stars", ["3.5 h", "67%", "3.5"]),
        ("at -5 °C", ["-5 °C"]),
        ("$1,299.50, EUR 20 and 15%", ["$1299.5", "EUR 20", "15%"]),
        ("66 x 64 x 118 cm", ["66 cm", "64 cm", "118 cm"]),
        ("8x8x9inches, 4-1/2\" x 48”, 4'' and 36 in.", ["8 in", "8 in", "9 in", "4.5 in", "48 in", "4 in", "36 in"]),
        ("3 x 200 g, 60+ years, 18months-4years", ["3", "200 g", "60 year", "18 month", "4 year"]),
        ("售价２９９元，重1.5公斤，占百分之三十，八五折", ["元299", "1.5 kg", "30%", "15%"]),
        ("月销1.5万件，三万五千人，两款颜色", ["15000", "35000", "2"]),
        ("12,345,678 views, in 100,110 and 1,434", ["12345678", "100110", "1434"]),
        ("a\u00a0half litre, half a litre of it, 半升", ["0.5 l", "0.5 l", "0.5 l"]),
        ("一米二高，两块五，1米80，5米2件", ["1.2 m", "元2.5", "1.8 m", "5 m", "2"]),
        ("1\u200b25 peop\u200ble", ["125"]),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, numbers: list[str]) -> None:
    assert shown(text) == numbers


@pytest.mark.parametrize(
    "text", ["one of the guests", "No one knows", "一款好产品", "唯一", "1. First\n2. Second", "the 80s"]
)
def test_words_with_a_numeral_in_them_are_no_numbers(text: str) -> None:
    assert shown(text) == []


def test_numerals_that_make_no_number_are_refused() -> None:
    assert value_of_words("two three") is None
    assert value_of_words("twelve thousand three hundred") == 12_300
    assert value_of_han("一亿二千万") == 120_000_000
    assert value_of_han("一点五") == Fraction(3, 2)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 3 May 2026 and May 3, 2026", ["2026-05-03", "2026-05-03"]),
        ("2026-05-03T10:00 or 2026年5月3日", ["2026-05-03", "2026-05-03"]),
        ("founded in 1998, in the 1990s", ["1998", "1990"]),
        ("It may cost 2000 dollars", []),
        ("on 31 February 2026", ["2026-02-31"]),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    assert [day.shown for day in find(read(text)).days] == dates


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("from 9 to 5 pm", ["09:00", "17:00"]),
        ("open 9:30-17:00", ["09:30", "17:00"]),
        ("周六上午9点至晚上9点半营业", ["09:00", "21:30"]),
        ("9 to 5 people, 16 of 17", []),
    ],
)
def test_plain_times_and_spans(text: str, times: list[str]) -> None:
    assert [time.shown for time in find(read(text)).times] == times


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Sony WH-1000XM5 is here, in 4K and 5G.", ["Sony", "WH-1000XM5", "4K", "5G"]),
        ("We met Pieter Smit at lunch.", ["Pieter Smit"]),
        ("Visit www.acme.com or call 028-86671234.", ["www.acme.com", "028-86671234"]),
        ("Customers love it. Perfect for gifts.", []),
        ("《海边》由 Apple 推出", ["海边", "Apple"]),
        ("It is by Аpple.", ["Apple"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert sorted(name.text for name in find(read(text)).names) == sorted(names)


def test_sentences_have_their_place_in_the_original() -> None:
    text = "It costs $5.99. Mr. Hale is\u200b here!\n第一句。第二句。"
    assert [text[sentence.start : sentence.end] for sentence in sentences(text)] == [
        "It costs $5.99.",
        "Mr. Hale is\u200b here!",
        "第一句。",
        "第二句。",
    ]


def test_a_long_list_of_numbers_without_spaces_is_read_number_by_number() -> None:
    ids = ",".join(f"{100 + place % 900}" for place in range(5_000))
    assert shown(ids)[:3] == ["100", "101", "102"]
    assert len(shown(ids)) == 5_000
