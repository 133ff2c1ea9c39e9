"""Each country has the rules of its own law; one that nobody knows is refused by its name."""

import pytest
from pydantic import ValidationError

from magicai.publishing.checks.context import country_of
from magicai.publishing.review_and_publish import ReviewAndPublish


@pytest.mark.parametrize(
    ("name", "country"), [("DE", "EU"), ("fr", "EU"), ("EU", "EU"), ("UK", "GB"), ("gb", "GB"), ("CN", "CN")]
)
def test_a_country_is_under_its_own_law_and_no_others(name: str, country: str) -> None:
    assert country_of(name) == country
    assert ReviewAndPublish(text="A lamp.", country=name).country == name.upper()


def test_a_country_without_rules_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="the country 'ZZ'"):
        ReviewAndPublish(text="A lamp.", country="ZZ")
