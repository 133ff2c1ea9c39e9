"""How amounts are written where a shop sells."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


@dataclass(frozen=True, slots=True)
class Locale:
    """A language and a currency; `pattern` places the number, `group` and `point` are its separators."""

    language: str
    tag: str
    currency: str
    symbol: str
    group: str
    point: str
    pattern: str

    def number(self, amount: Decimal | float | str) -> str:
        """The amount with two decimals, without a currency."""
        text = f"{Decimal(str(amount)).quantize(Decimal('0.01'), ROUND_HALF_EVEN):,.2f}"
        return text.translate(str.maketrans({",": self.group, ".": self.point}))

    def money(self, amount: Decimal | float | str) -> str:
        """The amount as a customer reads it."""
        return self.pattern.format(self.number(amount))


LOCALES = {
    "en-US": Locale("en", "en-US", "USD", "$", ",", ".", "${}"),
    "en-CA": Locale("en", "en-CA", "CAD", "$", ",", ".", "${}"),
    "en-GB": Locale("en", "en-GB", "GBP", "£", ",", ".", "£{}"),
    "de-DE": Locale("de", "de-DE", "EUR", "€", ".", ",", "{}" + NBSP + "€"),
    "de-CH": Locale("de", "de-CH", "CHF", "CHF", "’", ".", "CHF" + NBSP + "{}"),
    "de-CH-ascii": Locale("de", "de-CH", "CHF", "CHF", "'", ".", "CHF {}"),
    "fr-FR": Locale("fr", "fr-FR", "EUR", "€", NARROW_NBSP, ",", "{}" + NBSP + "€"),
    "sv-SE": Locale("sv", "sv-SE", "SEK", "kr", NBSP, ",", "{} kr"),
    "zh-CN": Locale("zh", "zh-CN", "CNY", "¥", ",", ".", "¥{}"),
    "zh-CN-yuan": Locale("zh", "zh-CN", "CNY", "元", "", ".", "{}元"),
}
