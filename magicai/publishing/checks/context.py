"""What checks know beside the piece: whose it is, where it appears, and what it may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from magicai.claims.sources import Source
from magicai.errors import Invalid

Country = Literal["CN", "EU", "GB", "US"]
ProductKind = Literal[
    "general", "food", "supplement", "cosmetic", "medical", "alcohol", "tobacco", "finance", "education", "property"
]
COUNTRIES: tuple[Country, ...] = ("CN", "EU", "GB", "US")
# ISO 3166 codes of the members, and the two that the EU itself writes otherwise.
_MEMBERS = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


def country_of(name: str) -> Country:
    """Whose rules apply in a country, by its code.

    Raises:
        Invalid: there are none for it.
    """
    code = name.strip().upper()
    if code in _MEMBERS:
        return "EU"
    for country in COUNTRIES:
        if code == country or (code == "UK" and country == "GB"):
            return country
    raise Invalid("unknown_advertising_country", name=name)


@dataclass(frozen=True)
class Context:
    """What a piece is checked against.

    Attributes:
        countries: where it is read; each has rules of its own.
        product_kind: what it speaks of; some kinds have stricter rules.
        brands: names that are spelled as their owner likes.
        words: the user's sensitive words, each with what to write instead ("" where there is nothing).
        allowed: phrases that are never a finding, such as a registered name with “best” in it.
        sources: variables and passages that its claims are traced to; none: claims are not checked.
        paid: whether somebody paid for it, or it earns by its links.
        needs_person: kinds and checks for which a person must look at a piece that they were not made for.
        thresholds: confidence from which a rule or a check blocks, where reviewers moved it (`thresholds.py`).
    """

    owner_id: str = ""
    countries: tuple[Country, ...] = ()
    product_kind: ProductKind = "general"
    brands: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    allowed: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    paid: bool = False
    needs_person: frozenset[str] = frozenset()
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])
