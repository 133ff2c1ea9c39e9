"""What is found in a text: numbers, units, dates, hours and names as English and Chinese write them."""

from fractions import Fraction

import pytest

from magicai.claims.found import find
from magicai.claims.numerals import spelled, value_of_han, value_of_words
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
        ("售价２９９元，重1.5公斤，占百分之三十，八五折", ["元299", "1.5 kg", "30%", "15%"]),
        ("月销1.5万件，三万五千人，两款颜色", ["15000", "35000", "2"]),
        ("1\u200b25 peop\u200ble", ["125"]),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, numbers: list[str]) -> None:
    assert shown(text) == numbers


@pytest.mark.parametrize("text", ["one of the guests", "No one knows", "一款好产品", "唯一", "1. First\n2. Second"])
def test_words_with_a_numeral_in_them_are_no_numbers(text: str) -> None:
    assert shown(text) == []


def test_numerals_that_make_no_number_are_refused() -> None:
    assert value_of_words("two three") is None
    assert value_of_words("twelve thousand three hundred") == 12_300
    assert value_of_han("一亿二千万") == 120_000_000
    assert value_of_han("一点五") == Fraction(3, 2)
    assert (spelled(2, "zh"), spelled(12, "en"), spelled(13, "en")) == ("两", "twelve", None)


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
    ("text", "hours"),
    [
        ("Mon-Fri 9-5", ["Monday, Tuesday, Wednesday, Thursday, Friday 09:00-05:00"]),
        (
            "open daily except Monday from noon to 9 pm",
            ["Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday 12:00-21:00"],
        ),
        ("from 11 AM to 9 PM on Monday, and on Friday until 10 p.m.", ["Monday 11:00-21:00", "Friday 22:00"]),
        ("周三休息，周六上午9点至晚上9点半营业", ["Wednesday closed", "Saturday 09:00-21:30"]),
        ("The sun sat high", []),
    ],
)
def test_hours_keep_their_days(text: str, hours: list[str]) -> None:
    assert [one.shown for one in find(read(text)).hours] == hours


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Sony WH-1000XM5 is here.", ["Sony", "WH-1000XM5"]),
        ("We met Pieter Smit at 35 State St on Monday.", ["Pieter Smit", "35 State St"]),
        ("Visit www.acme.com or call 028-86671234.", ["www.acme.com", "028-86671234"]),
        ("Customers love it. Perfect for gifts.", []),
        ("店长周启明已经在杭州市西湖区开店", ["周启明", "杭州市", "西湖区"]),
        ("Аpple opened it.", ["Apple"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert sorted(name.text for name in find(read(text)).names) == sorted(names)


def test_sentences_have_their_place_in_the_original() -> None:
    text = "It costs $5.99. Mr. Hale is\u200b here!\n第一句。第二句。"
    assert [text[one.start : one.end] for one in sentences(text)] == [
        "It costs $5.99.",
        "Mr. Hale is\u200b here!",
        "第一句。",
        "第二句。",
    ]
