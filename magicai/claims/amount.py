"""A number of a text, with its unit."""

from dataclasses import dataclass
from fractions import Fraction

from magicai.claims.units import MONEY, PERCENT, Unit


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text.

    Attributes:
        step: what one of the last digit that is written stands for: 0.1 of 4.5, 1,000 of 12k.
        unit: None of what is only counted.
        about: `about`, `over`, `under`, or empty.
        spelled: written in words.
    """

    start: int
    end: int
    value: Fraction
    step: Fraction
    unit: Unit | None = None
    about: str = ""
    spelled: bool = False

    def dimension_is(self, dimension: str) -> bool:
        """Whether its unit measures this."""
        return self.unit is not None and self.unit.dimension == dimension

    @property
    def shown(self) -> str:
        """`500 g`, `$9.99`, `15%`."""
        number = shown_number(self.value)
        if self.unit is None:
            return number
        if self.unit.dimension == MONEY:
            name = self.unit.name.removeprefix("?")
            return f"{name}{number}" if len(name) < 3 else f"{name} {number}"
        return f"{number}%" if self.unit.dimension == PERCENT else f"{number} {self.unit.name}"


def shown_number(value: Fraction) -> str:
    """A number with its decimals, at most four, and no more than it needs."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
