"""Numbers of people block where a library knows them, and a shop's own contact is not a person's."""

import pytest

from magicai.publishing.checks import personal
from tests.unit.publishing.checks.running_checks import look, rules

PERSONAL = {
    "我的手机是138 1234 5678，随时联系": "phone",
    "Call 07911 123456 in the evening": "phone",
    "Ring +49 151 23456789": "phone",
    "身份证11010519491231002X，请核对": "identity",
    "Her tax code is RCCMNL83S18D969H": "identity",
    "Sécurité sociale 2 95 10 99 126 111 93": "identity",
    "Card 4111-1111-1111-1111 was charged": "card",
    "Card 4111.1111.1111.1111": "card",
    "Card 4111–1111–1111–1111": "card",
}
# What is a person's or a shop's own, and only somebody who knows can tell.
UNCERTAIN = {
    "Pay to DE89 3704 0044 0532 0130 00 today": ("iban", "review"),
    "Write to jane.doe@gmail.com": ("email", "note"),
    "请写信到lily@163.com": ("email", "note"),
    "jane@hotmail.co.uk": ("email", "note"),
    "Mail support@acme.com or call 1-800-555-0199": ("email", "note"),
    "SKU 4539578763621486": ("card", "note"),
    "Order 4012888888881881": ("card", "note"),
    "Part 123-45-6789": ("identity", "note"),
    "手机：１３８１２３４５６７８": ("phone", "review"),
    "Order number 15112345678": ("phone", "review"),  # the digits of a Chinese mobile number
    "Call 07911123456 in the evening": ("phone", "review"),
}
HARMLESS = (
    "订单号 110105194912310021",  # the check digit is wrong
    "Article 4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "Call 1-800-555-0199",
    "Call +44 20 7946 0958",
    "客服热线 400-820-8820",
    "ISBN 978-3-16-148410-0, 1920 x 1080, 2026-11-28",
    "EAN 4006381333931",
    "Article 612345678 fits all.",
    "SKU 712345678",
    "ISBN 3257228007",
    "Part no. 3471234567 (new)",
    "Batch 612 345 678",
    "Item 345 678 9012",
    "Codes: 698765432; 655123456",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_blocks_and_its_message_does_not_repeat_it(text: str) -> None:
    (found,) = look(personal.find, text)
    assert (found.rule, found.severity) == (f"personal.{PERSONAL[text]}", "blocks")
    assert (found.suggestion, "*" in found.message) == ("", True), "what is masked is for reading, and never published"
    assert found.text not in found.message


@pytest.mark.parametrize("text", UNCERTAIN)
def test_what_may_be_a_shops_own_or_an_articles_number_does_not_block(text: str) -> None:
    (found,) = look(personal.find, text)
    name, severity = UNCERTAIN[text]
    assert (found.rule, found.severity, found.suggestion) == (f"personal.{name}", severity, None)


def test_a_social_security_number_blocks_where_there_are_any() -> None:
    (found,) = look(personal.find, "SSN 536-90-4399", countries=("US",))
    assert (found.rule, found.severity) == ("personal.identity", "blocks")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_and_a_shops_own_contact_are_left(text: str) -> None:
    assert look(personal.find, text) == []


def test_what_is_allowed_by_name_is_left() -> None:
    assert not rules(personal.find, "Write to jane.doe@gmail.com", allowed=("jane.doe@gmail.com",))


@pytest.mark.parametrize("country", ["CN", "EU", "GB", "US"])
@pytest.mark.parametrize("text", ["Call 07911 123456", "手机13912345678"])
def test_a_mobile_number_is_found_wherever_the_piece_is_read(text: str, country: str) -> None:
    assert rules(personal.find, text, countries=(country,)) == {"personal.phone"}
