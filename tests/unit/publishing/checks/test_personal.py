"""Numbers of people block where a library knows them, and a shop's own contact is not a person's."""

import pytest

from magicai.publishing.checks import personal
from tests.unit.publishing.checks.looking import look, rules

PERSONAL = {
    "我的手机是138 1234 5678，随时联系": "phone",
    "手机：１３８１２３４５６７８": "phone",
    "Call 07911 123456 in the evening": "phone",
    "Ring +49 151 23456789": "phone",
    "身份证11010519491231002X，请核对": "identity",
    "Her tax code is RCCMNL83S18D969H": "identity",
    "Sécurité sociale 2 95 10 99 126 111 93": "identity",
    "SSN 536-90-4399": "identity",
    "Pay to DE89 3704 0044 0532 0130 00 today": "iban",
    "Card 4111-1111-1111-1111 was charged": "card",
    "Write to jane.doe@gmail.com": "email",
    "请写信到lily@163.com": "email",
}
HARMLESS = (
    "订单号 110105194912310021",  # the check digit is wrong
    "Article 4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "Mail support@acme.com or call 1-800-555-0199",
    "Call +44 20 7946 0958",
    "客服热线 400-820-8820",
    "ISBN 978-3-16-148410-0, 1920 x 1080, 2026-11-28",
    "someone@example.com",
    "EAN 4006381333931",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_blocks_and_its_message_does_not_repeat_it(text: str) -> None:
    (found,) = look(personal.find, text)
    assert (found.rule, found.severity) == (f"personal.{PERSONAL[text]}", "blocks")
    assert found.suggestion
    assert "*" in found.suggestion
    assert found.text not in found.message


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_and_a_shops_own_contact_are_left(text: str) -> None:
    assert look(personal.find, text) == []


def test_what_is_allowed_by_name_is_left() -> None:
    assert not rules(personal.find, "Write to jane.doe@gmail.com", allowed=("jane.doe@gmail.com",))


def test_numbers_without_a_country_are_those_of_the_countries_where_it_is_read() -> None:
    assert rules(personal.find, "Call 07911 123456", countries=("GB",)) == {"personal.phone"}
    assert not rules(personal.find, "Call 07911 123456", countries=("US",))
