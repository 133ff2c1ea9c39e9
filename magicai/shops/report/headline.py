"""The number that stands for a fact when it has a card to itself."""

from magicai.shops.report.facts import Direction, Fact, Measure, Role, Section
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.report_model import Figure, Tone
from magicai.shops.report.vocabulary import agreed
from magicai.shops.report.words import words_of

_SIGN = {Direction.UP: "+", Direction.DOWN: "−"}
_TONE = {Direction.UP: Tone.UP, Direction.DOWN: Tone.DOWN}
_MOVES = frozenset((Measure.BIGGEST_RISE, Measure.BIGGEST_CUT, Measure.DEEPEST_DISCOUNT))
# The first of these that a fact has is what it is about.
_FIRST = (Role.PERCENT, Role.MEDIAN, Role.AVERAGE, Role.PRICE, Role.COUNT, Role.BRANDS, Role.OF)
_NONE_OF = frozenset(
    (
        *(Measure.NO_PRODUCTS, Measure.NO_PRICES, Measure.NONE_IN_STOCK, Measure.NO_DISCOUNTS),
        Measure.NOTHING_CHANGED,
    )
)
_OUT_OF = frozenset(
    (
        *(Measure.IN_STOCK, Measure.DISCOUNTED, Measure.DEARER, Measure.CHEAPER, Measure.UNPRICED),
        *(Measure.BOTH_SELL, Measure.SHOP_ASKS_LESS, Measure.SHOP_ASKS_MORE),
    )
)


def headline(fact: Fact, language: Language) -> Figure:
    """What its card shows; the section's name where a fact has no number."""
    words, numerals = words_of(language), Numerals(language)
    label = words.labels.get(fact.measure, words.sections[fact.section])
    tone = _TONE.get(fact.direction, Tone.PLAIN) if fact.section is Section.CHANGES else Tone.PLAIN
    value = next((fact.value(role) for role in _FIRST if fact.has(role)), None)
    if value is None or fact.measure in _NONE_OF:
        return Figure(figure="0" if fact.measure in words.labels else words.none, label=label, tone=tone)
    figure, label = numerals.value(value), agreed(label, int(value.amount))
    if fact.measure in _MOVES:
        figure = _SIGN[fact.direction] + figure
    elif fact.measure in _OUT_OF and fact.has(Role.OF):
        figure += f" / {numerals.value(fact.value(Role.OF))}"
    return Figure(figure=figure, label=label, tone=tone)
