"""Numbers of people are flagged where their check digits hold, and a shop's own contact is not a person's."""

import pytest

from magicai.publishing.checks import personal, secrets
from tests.unit.publishing.checks.looking import look, rules

PERSONAL = {
    "我的手机是138 1234 5678，随时联系": "phone",
    "手机：１３８１２３４５６７８": "phone",
    "身份证11010519491231002X，请核对": "chinese-id",
    "Pay to DE89 3704 0044 0532 0130 00 today": "iban",
    "Card 4111-1111-1111-1111 was charged": "card",
    "SSN 536-90-4399": "ssn",
    "NI number QQ 12 34 56 C".replace("QQ", "AB"): "national-insurance",
    "Write to jane.doe@gmail.com": "email",
    "Call +44 20 7946 0958": "phone",
    "加微信：lily_8899": "chat",
}
HARMLESS = (
    "订单号 110105194912310021",  # the check digit is wrong
    "Article 4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "Mail support@acme.com or call 1-800-555-0199",
    "客服热线 400-820-8820",
    "ISBN 978-3-16-148410-0, 1920 x 1080, 2026-11-28",
    "someone@example.com",
    "EAN 4006381333931",
)
SECRETS = (
    "aws AKIAIOSFODNN7EXAMPLE",
    "token ghp_" + "a1B2" * 9,
    "postgres://app:hunter2secret@db.internal/app",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "password: Tr0ub4dor&3x",
    "密码是 Qx7#mP2z9",
    "api_key=9f86d081884c7d659a2feaa0c55ad015",
)
NO_SECRETS = (
    "The password reset takes a minute, and the token is sent by e-mail.",
    "A secret recipe, a key ingredient; password protected",
    "https://shop.example/products/super-long-name-of-a-product-2026-edition?ref=abc",
    "id 0199a1b2-1111-7222-8333-444455556666",
)


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_is_found_and_masked(text: str) -> None:
    (found,) = look(personal.find, text)
    assert found.rule == f"personal.{PERSONAL[text]}"
    assert found.suggestion
    assert "*" in found.suggestion
    assert found.text not in found.message


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_and_a_shops_own_contact_are_left(text: str) -> None:
    assert look(personal.find, text) == []


def test_what_is_allowed_by_name_is_left() -> None:
    assert not rules(personal.find, "Write to jane.doe@gmail.com", allowed=("jane.doe@gmail.com",))


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_blocks_and_its_message_does_not_repeat_it(text: str) -> None:
    (found,) = look(secrets.find, text)
    assert found.severity == "blocks"
    assert found.text not in found.message


@pytest.mark.parametrize("text", NO_SECRETS)
def test_words_about_secrets_are_none(text: str) -> None:
    assert look(secrets.find, text) == []
