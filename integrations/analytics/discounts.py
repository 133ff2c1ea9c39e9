"""The median of discounts, which are fractions, out of the doubles that DuckDB orders them by."""

from collections.abc import Mapping, Sequence

# Two fractions below one with denominators below this differ by more than two doubles there do: a share tells its own.
EXACT_BELOW = 2**26


def of_shares(shares: Sequence[float]) -> float:
    """The mean of two shares, each the double nearest to a fraction whose denominator is below EXACT_BELOW."""
    lower, upper = shares
    if lower == upper:
        return lower
    (above, below), (other_above, other_below) = _fraction(lower), _fraction(upper)
    return (above * other_below + other_above * below) / (2 * below * other_below)


def of_amounts(middle: Sequence[Mapping[str, int]]) -> float:
    """The mean of two shares, given as price and list price."""
    (price, before), (other_price, other_before) = ((one["price"], one["list_price"]) for one in middle)
    return ((before - price) * other_before + (other_before - other_price) * before) / (2 * before * other_before)


def _fraction(share: float) -> tuple[int, int]:
    """The simplest fraction that is this double: the first of its continued fraction that rounds to it."""
    rest, by = share.as_integer_ratio()
    above, below, last_above, last_below = 1, 0, 0, 1
    while True:
        whole, remains = divmod(rest, by)
        above, last_above = whole * above + last_above, above
        below, last_below = whole * below + last_below, below
        if above / below == share:
            return above, below
        rest, by = by, remains
