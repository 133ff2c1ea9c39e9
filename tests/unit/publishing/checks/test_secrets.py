"""A key that was left in a text blocks, whoever issued it; words about keys don't."""

import pytest

from magicai.messages import table
from magicai.publishing.checks import secrets
from tests.unit.publishing.checks.running_checks import look

SECRETS = (
    "aws AKIAIOSFODNN7EXAMPLE",
    "token ghp_" + "a1B2" * 9,
    "postgres://app:hunter2secret@db.internal/app",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "密钥 sk_live_abcdefghijklmnopqrstuvwx，请勿外传",
    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "sk-ant-api03-abcdefgh1jklmnopQRstuvwxyz0123456789",
    "api_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "The secret key is 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "密钥：wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
)
NO_SECRETS = (
    "The password reset takes a minute, and the token is sent by e-mail.",
    "A secret recipe, a key ingredient; password protected",
    "https://shop.example/products/super-long-name-of-a-product-2026-edition?ref=abc",
    "id 0199a1b2-1111-7222-8333-444455556666",
    "#MyNewFavouriteMugOfTheYear2026ByHarbour",
    "Colours: Black/White/Navy/Burgundy/Forest-Green/Khaki",
    "Key colours: Black/White/Navy/Burgundy/Forest-Green/Khaki",
    "WELCOME-TO-OUR-BRAND-NEW-SHOP-2026",
    "Your password: Welcome-To-Our-Brand-New-Shop-2026",
    "SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "Built from commit 2c26b46b68ffc68ff99b453c1d30413413422d70",
    "________________________________________",
    "Batch wJalrXUtnFEMI7K7MDENG5bPxRfiCY12EX",
)


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_blocks_and_its_message_does_not_repeat_it(text: str) -> None:
    (found,) = look(secrets.find, text)
    assert (found.rule, found.severity) == ("secrets.key", "blocks")
    assert found.text in text
    assert found.text not in found.message
    assert found.said is not None
    assert found.said.params["kind"]["code"] in table()


@pytest.mark.parametrize("text", NO_SECRETS)
def test_words_about_secrets_are_none(text: str) -> None:
    assert look(secrets.find, text) == []


def test_what_is_allowed_by_name_is_left() -> None:
    assert look(secrets.find, "aws AKIAIOSFODNN7EXAMPLE", allowed=("AKIAIOSFODNN7EXAMPLE",)) == []


def test_a_password_in_an_address_is_not_cut_out_of_it() -> None:
    (found,) = look(secrets.find, "postgres://app:hunter2secret@db.internal/app")
    assert found.suggestion is None


def test_a_long_text_of_beginnings_comes_to_an_end() -> None:
    assert look(secrets.find, "eyJ" * 100_000) is not None
