"""Money is an integer number of minor units with a currency; its exponent says where the point stands."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

# Wherever one is, its currency stands beside it in the same object.
DecimalString = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal"}, mode="serialization"),
]


class Money(BaseModel):
    """An amount and its currency, ISO 4217."""

    model_config = ConfigDict(frozen=True)

    amount: DecimalString = Decimal(0)
    currency: str = "USD"


# ISO 4217, list one: every currency in use that does not have two decimals.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Decimals of the currency that has most: written with so many, every amount is a whole number.
MOST_DECIMALS = max(_EXPONENTS.values())


def exponent(currency: str) -> int:
    """How many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount; what is finer than the currency is rounded half to even."""
    return int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount of a number of minor units, with exactly the currency's decimals."""
    return Decimal(minor).scaleb(-exponent(currency))


def padded(amount: Decimal, currency: str) -> Decimal:
    """The same amount with at least the currency's decimals: 12.5 USD as 12.50."""
    least = Decimal(1).scaleb(-exponent(currency))
    finer = amount != amount.quantize(least) or -int(amount.as_tuple().exponent) >= exponent(currency)
    return amount if finer else amount.quantize(least)


def shown(minor: Fraction | int, currency: str) -> Decimal:
    """An exact number of minor units rounded half to even, for display."""
    return from_minor(round(Fraction(minor)), currency)


def added(*amounts: float) -> float:
    """The sum of amounts as they are written in decimals: 0.1 and 0.2 are 0.3."""
    return float(sum(map(Decimal, map(str, amounts))))


def in_words(amount: Decimal | float) -> str:
    """An amount for people, to the first two digits that are not zero, and never less than cents: 1,234.50, 0.0021, 0.

    The page has the same rule (format.ts).
    """
    exact = Decimal(str(amount))
    if not exact:
        return "0"
    decimals = max(2, _DIGITS - 1 - exact.adjusted())
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, part = f"{rounded:,f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def money_in_words(amount: Decimal | float, currency: str = "USD") -> str:
    """An amount with its currency: $0.0021; of others, 0.0021 EUR."""
    return f"${in_words(amount)}" if currency == "USD" else f"{in_words(amount)} {currency}"


_DIGITS = 2
