"""Numbers, money and dates as a language writes them; CLDR's data through Babel."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_name

from magicai.claims.claim import Language
from magicai.shops.report.facts import Unit, Value

# British English and mainland Chinese tell all dollars and both yen apart: US$, A$, JP¥, CN¥.
_LOCALES: dict[str, Locale] = {"en": Locale("en", "GB"), "zh": Locale("zh", "CN", script="Hans")}
_CODE = re.compile(r"[A-Z]{3}")
_NO_CURRENCY = "XXX"  # ISO 4217


@dataclass(frozen=True, slots=True)
class Numerals:
    """How one language writes numbers; spaces are plain, so that they can be compared."""

    language: Language

    @property
    def _locale(self) -> Locale:
        return _LOCALES[self.language]

    def count(self, number: Decimal | int) -> str:
        """1,200."""
        return format_decimal(number, locale=self._locale)

    def money(self, amount: Decimal, currency: str | None) -> str:
        """€1,299.50, with every decimal that the amount has and at least the currency's; 1,299.50 of no currency."""
        if self.code(currency) == _NO_CURRENCY:
            return f"{amount:,f}"
        text = format_currency(amount, self.code(currency), locale=self._locale, decimal_quantization=False)
        return text.replace("\xa0", " ").replace("\u202f", " ")

    def currency(self, currency: str) -> str:
        """A currency's name as prices are in it: euros; its code where CLDR has none."""
        return get_currency_name(self.code(currency), count=2, locale=self._locale)

    def percent(self, percent: Decimal) -> str:
        """12.5%; a decimal only where it is not zero."""
        return format_decimal(percent.normalize(), locale=self._locale) + "%"

    def share(self, share: float) -> str:
        """A share of 0 to 1 as percent."""
        return self.percent(Decimal(str(share * 100)).quantize(Decimal("0.1")))

    def value(self, value: Value) -> str:
        """A fact's value, without its noun."""
        match value.unit:
            case Unit.MONEY:
                return self.money(value.amount, value.currency)
            case Unit.PERCENT:
                return self.percent(value.amount)
            case Unit.PRODUCTS | Unit.CATEGORIES | Unit.BRANDS | Unit.PAGES | Unit.PROBLEMS:
                return self.count(value.amount)

    def day(self, moment: str) -> str:
        """The UTC day of an ISO 8601 moment: 3 May 2026."""
        return format_date(_utc(moment), format="long", locale=self._locale)

    def minute(self, moment: str) -> str:
        """The UTC day and time of an ISO 8601 moment."""
        return self._time(moment, "HH:mm")

    def moments(self, *moments: str) -> list[str]:
        """Several, "" of none: to the minute, and to the second where two share it."""
        minutes = [self.minute(moment) if moment else "" for moment in moments]
        return [
            self._time(moment, "HH:mm:ss") if moment and minutes.count(minute) > 1 else minute
            for moment, minute in zip(moments, minutes, strict=True)
        ]

    def _time(self, moment: str, pattern: str) -> str:
        time = format_time(_utc(moment), format=pattern, locale=self._locale)
        return f"{self.day(moment)}, {time} UTC" if self.language == "en" else f"{self.day(moment)} {time} UTC"

    @staticmethod
    def code(currency: str | None) -> str:
        """The ISO 4217 code; XXX, no currency, where it does not look like one."""
        return currency if currency and _CODE.fullmatch(currency) else _NO_CURRENCY


def _utc(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)
