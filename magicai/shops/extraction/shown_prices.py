"""Amounts of money in a page's visible text, and what each is."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from magicai.shops.extraction import traits
from magicai.shops.extraction.amounts import MYRIADS, NUMBER, parse_amount
from magicai.shops.extraction.currencies import code_of, decimals_of
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.price_words import Part, part_by_words
from magicai.shops.extraction.shown_signs import sign_after, sign_before
from magicai.values.money import exponent

# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_PRICE, _NOW, _USUAL, _LISTED = Part.PRICE, Part.NOW, Part.USUAL, Part.LISTED
_BEFORE, _WITHOUT_TAX, _OTHER, _MEASURE = Part.BEFORE, Part.WITHOUT_TAX, Part.OTHER, Part.MEASURE
_MONEY_LIMIT = 3_000
_LABEL_LENGTH = 90  # an element with more text than this around an amount is no label of it
_LABEL_LINE = 40
_PROSE_LENGTH = 160
_CLIMB = 6
_DASHES = re.compile(r"\s?(?:-|–|—|~|～|to|bis|à|a|al|tot|do|至|到|－|〜)\s?", re.IGNORECASE)
_LONGEST_DASH = 5
_TWO_DECIMALS = re.compile(r"\d([.,])\d\d")
_MEASURE_LINES = ("/", "per ", "pro ", "je ")
_POINTS = (".", ",")
_RANGE_LIMIT = 30
_CENTS_LENGTH = 2
_BEGUN = re.compile(rf"(?<![\d.,])({NUMBER.pattern})\s?(?:-|–|—|~|～|to|bis|à|al|tot|do|至|到|－|〜)\s?$")
_RANGE_ENDS = frozenset("-–—~～osàlt至到－〜")  # the last characters of these
# Around a number without a sign that an element called a price holds; anything longer may count something else.
_BARE_LIMIT = 30
_BARE_REST = 3
_NO_BARE_PRICE = traits.CHOICE | traits.FILTER | traits.QUANTITY
_COUNTED = re.compile(r"\s*(?:qty|nr|no|to|bis|x|×|#)[.:]{0,2}\s*", re.IGNORECASE)
_BARE_LABEL = re.compile(
    r"\s*(?:our )?(?:price|preis|prix|precio|prezzo|prijs|preço|cena|pris|now|only|from|ab|nur|was|价格?"
    r"|售价|原价|现价)?\s?[:：]?\s*",
    re.IGNORECASE,
)
_BARE_END = re.compile(
    r"\s*(?:[.,]?[-–—*]+|/?\s?each|\(?in[ck]l?\.?(?:uding)? (?:vat|gst|tax|mwst\.?|iva|tva)\)?|起"
    r"|[-–—~]\s?[\d.,]+)?\s*",
    re.IGNORECASE,
)
_TORN = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{3})*)[.,] $")
_PERCENT = re.compile(r"\s?%")
_PERCENT_OFF = re.compile(r"(?<![\d.,])(\d{1,2})\s?%")
_PERCENT_NEAR = 30
# A price before is often written without the sign that stands at the price beside it: CHF 36.50 statt 45.–
_SAID_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:statt|uvp|bisher|was|rrp|msrp|instead of|au lieu de|invece di|anziché|antes|adviesprijs)"
    r"\s?[:：]?\s?$",
    re.IGNORECASE,
)
_LONGEST_SAID = 16
_CENTS_OR_NONE = re.compile(r"(?<=[.,]\d\d)(?!\d)|[.,]\s?(?:-{1,2}|–|—)(?![\d\w])")
_BESIDE = 24
_CODE_BEHIND = re.compile(r"\s?([A-Z]{3})(?![A-Za-z])")
_CENTS_BEHIND = re.compile(r"\d\d(?!\w)")
_STRUCK = frozenset(("del", "s", "strike", "ins"))
_OF_ONE = traits.OLD | traits.SALE | traits.REGULAR | traits.LISTED | traits.WITHOUT_TAX


@dataclass(slots=True)
class Money:
    """An amount in the text.

    Attributes:
        start, end: where it stands, sign included.
        element: the innermost element that holds its number.
        sign: as written; "" for a bare number in an element that is called a price.
        named: whether an element close around it is called a price.
        doubtful: whether one is called something that is none, so that any other amount is preferred.
    """

    start: int
    end: int
    element: Element
    digits: str
    sign: str
    scale: int = 1
    cents: str = ""
    part: Part = _PRICE
    named: bool = False
    doubtful: bool = False
    amount: Decimal | None = None
    currency: str | None = None


def money_in(outline: Outline, page: ParsedPage) -> list[Money]:
    """Every amount of money that the page shows, with its part, in document order."""
    found: list[Money] = []
    for number in NUMBER.finditer(outline.text):
        if len(found) >= _MONEY_LIMIT:
            break
        if found and number.start() < found[-1].end:
            continue  # the cents of 12€99
        money = _money(number, outline, found[-1] if found else None)
        if money is not None:
            if found and money.start < found[-1].end:
                found.pop()  # the torn part of this one
            lower = _lower_end(money, outline, found[-1].end if found else 0)
            found += [money] if lower is None else [lower, money]
    point = _decimal_point(found)
    meant = {sign: page.currency(sign) if sign else _bare_currency(page) for sign in {money.sign for money in found}}
    decimals = {sign: exponent(code) if code else decimals_of(sign) for sign, code in meant.items()}
    for place, money in enumerate(found):
        money.currency = meant[money.sign]
        money.amount = _amount(money, point, decimals[money.sign])
        if place and _is_upper_end(found[place - 1], money, outline):
            money.part = _OTHER
    starts = [money.start for money in found if money.part is not _OTHER]
    for place, money in enumerate(found):
        if money.part is not _OTHER:
            before_end = found[place - 1].end if place else 0
            after_start = found[place + 1].start if place + 1 < len(found) else len(outline.text)
            _characterise(money, outline, before_end, after_start, starts)
    kept = [money for money in found if money.amount and not _is_letter(money)]
    _settle_by_percent(kept, outline)
    return kept


def _settle_by_percent(found: list[Money], outline: Outline) -> None:
    """Tell prices before by discounts in percent that are written beside two amounts, and just fit these."""
    for first, second in pairwise(found):
        if second.start - first.end > _PERCENT_NEAR or first.currency != second.currency:
            continue
        if first.part is _PRICE and second.part is _PRICE:
            _settle_pair(first, second, outline)


def _settle_pair(first: Money, second: Money, outline: Outline) -> None:
    low, high = sorted((first, second), key=lambda money: money.amount or Decimal(0))
    for written in _PERCENT_OFF.finditer(outline.text, first.end, second.end + _PERCENT_NEAR):
        exact = 100 * (1 - (low.amount or 0) / (high.amount or 1))
        if low.amount != high.amount and abs(exact - int(written[1])) < 1:
            low.part, high.part = _NOW, _BEFORE
            return


def _is_letter(money: Money) -> bool:
    """Whether a sign is a letter that means no currency here: K1 is a model, unless this is a shop of Zambia."""
    return len(money.sign) == 1 and money.sign.isascii() and money.sign.isalpha() and money.currency is None


def _money(number: re.Match[str], outline: Outline, earlier: Money | None) -> Money | None:
    """The amount that a number is, if a sign beside it says so that is not the earlier one's, or words do."""
    text, floor = outline.text, earlier.end if earlier is not None else 0
    start, end = number.span()
    sign = sign_before(text, start, floor)
    if (start and text[start - 1].isalpha() and not sign) or _PERCENT.match(text, end):
        return None
    digits = number[0]
    element = outline.at(start)
    if start and text[start - 1] in _POINTS:
        if text[start - 2 : start - 1].isdigit():
            return None
        start, digits = start - 1, f"0.{digits}"  # $.75
        sign = sign or sign_before(text, start, floor)
    elif len(digits) == _CENTS_LENGTH and (torn := _torn(element, start, outline)) is not None:
        start, digits = torn.start(), f"{torn[0].rstrip()}{digits}"  # 1.837, 32 €
        sign = sign or sign_before(text, start, floor)
    scale = MYRIADS.get(text[end : end + 1], 1)
    end += scale > 1
    if sign:
        start = text.rindex(sign, 0, start)
        # $12.00 CAD; but behind CHF 153.20, the code is of the next amount.
        code = _CODE_BEHIND.match(text, end) if code_of(sign) is None else None
        if code is not None and code_of(code[1]):
            sign, end = code[1], code.end()
        return Money(start, end, element, digits, sign, scale)
    sign = sign_after(text, end)
    if sign:
        return _signed_behind(Money(start, end, element, digits, sign, scale), text)
    if _is_bare_price(element, number, outline):
        return Money(start, end, element, digits, "", scale)
    return _before_without_sign(number, outline, earlier) if earlier is not None else None


def _signed_behind(money: Money, text: str) -> Money:
    """An amount up to the sign behind it, and to the cents behind that."""
    at = text.index(money.sign, money.end)
    end = at + len(money.sign)
    if money.element.tag in _STRUCK and at >= money.element.end and text[end : end + 3].lstrip()[:1].isdigit():
        return money  # 49.90 struck through, CHF 34.95: one sign for both
    cents = _CENTS_BEHIND.match(text, end) if at == money.end else None  # 12€99
    money.end, money.cents = (cents.end(), cents[0]) if cents else (end, "")
    return money


def _before_without_sign(number: re.Match[str], outline: Outline, beside: Money) -> Money | None:
    """The price before that a number without a sign is called, right behind a price with one."""
    text, (start, end) = outline.text, number.span()
    if not beside.sign or start - beside.end > _BESIDE:
        return None
    said = _SAID_BEFORE.search(text, max(beside.end, start - _LONGEST_SAID), start)
    cents = _CENTS_OR_NONE.match(text, end)
    if said is None or cents is None or _PERCENT.match(text, end):
        return None
    return Money(start, cents.end(), outline.at(start), number[0], beside.sign)


def _torn(element: Element, start: int, outline: Outline) -> re.Match[str] | None:
    """The whole part of an amount that a space tears apart, in an element that is called a price."""
    around = next((one for one in outline.around(element) if one.traits & traits.PRICE), None)
    return _TORN.search(outline.text, max(around.start, start - _RANGE_LIMIT), start) if around is not None else None


def _lower_end(upper: Money, outline: Outline, floor: int) -> Money | None:
    """The lower end of a range that has its sign at the upper one: 10 - 20 €."""
    text = outline.text
    if not upper.sign or not text.endswith(upper.sign, 0, upper.end):
        return None
    if text[max(0, upper.start - 3) : upper.start].rstrip()[-1:] not in _RANGE_ENDS:
        return None  # most amounts: a search from thirty characters before each would cost more
    lower = _BEGUN.search(text, max(floor, upper.start - _RANGE_LIMIT), upper.start)
    if lower is None or text[lower.start() - 1 : lower.start()].isalpha():
        return None
    return Money(lower.start(), lower.end(1), outline.at(lower.start()), lower[1], upper.sign)


def _is_bare_price(element: Element, number: re.Match[str], outline: Outline) -> bool:
    """Whether a number without a sign, perhaps with a label, fills an element that is called a price."""
    longest = len(number[0]) + _BARE_LIMIT
    for around in outline.around(element):
        if around.end - around.start > longest:
            return False
        if around.traits & traits.PRICE and not around.traits & _NO_BARE_PRICE:
            before, behind = outline.text[around.start : number.start()], outline.text[number.end() : around.end]
            if len(before.strip()) + len(behind.strip()) <= _BARE_REST:
                return _COUNTED.fullmatch(before) is None
            return _BARE_LABEL.fullmatch(before) is not None and _BARE_END.fullmatch(behind) is not None
    return False


def _bare_currency(page: ParsedPage) -> str | None:
    stated = page.evidence.stated
    return next(iter(stated)) if len(stated) == 1 else None


def _decimal_point(found: list[Money]) -> str:
    """Which character stands before decimals on this page, "" where amounts do not agree."""
    points = {two[1] for money in found if money.sign and (two := _TWO_DECIMALS.search(money.digits[-4:]))}
    return points.pop() if len(points) == 1 else ""


def _amount(money: Money, point: str, decimals: int | None) -> Decimal | None:
    digits = f"{money.digits}.{money.cents}" if money.cents else money.digits
    amount = parse_amount(digits, exponent=decimals, point="" if money.cents else point)
    return amount * money.scale if amount is not None else None


def _characterise(money: Money, outline: Outline, before_end: int, after_start: int, starts: list[int]) -> None:
    """Settle what an amount is, by the words beside it first, then by what its elements are called.

    Args:
        money: the amount.
        outline: of the page.
        before_end: where the amount before it ends.
        after_start: where the one after it begins.
        starts: of all amounts: an element around several does not say which of them is the old one.
    """
    text = outline.text
    label_start = money.start
    bits = 0
    for step, around in enumerate(outline.around(money.element)):
        if step > _CLIMB or around.end - around.start > _LABEL_LENGTH:
            break
        if around.traits:
            bits |= _said_of_one(around, starts)
        label_start = min(label_start, around.start)
    line_start = text.rfind("\n", 0, money.start) + 1
    line_end = text.find("\n", money.end)
    line_end = len(text) if line_end < 0 else line_end
    if line_end - line_start > _PROSE_LENGTH and not bits & traits.PRICE:
        money.part = _OTHER  # a sentence
        return
    begin = _label_line(label_start, line_start, before_end, outline) if label_start < line_start else line_start
    before = text[max(before_end, begin) : money.start].replace("\n", " ")
    after = text[money.end : min(after_start, line_end)]
    if not after.strip() and text[line_end + 1 : line_end + 5].startswith(_MEASURE_LINES):
        after = text[line_end + 1 : min(after_start, line_end + 16)]
    money.part = part_by_words(before, after, alone=after_start > line_end)
    if bits & traits.LISTED and _PERCENT_OFF.search(text, money.end, money.end + _PERCENT_NEAR):
        bits |= traits.OLD  # what one saves of it stands beside it
    if bits:
        _settle_by_names(money, bits)
    if money.part is _MEASURE and not money.named:
        money.part = _OTHER


def _settle_by_names(money: Money, bits: int) -> None:
    """Settle what words leave open of an amount by what its elements are called."""
    if bits & traits.OLD and money.part is not _OTHER:
        money.part = _OTHER if money.part is _MEASURE else _BEFORE
    elif money.part is _PRICE:
        if bits & traits.WITHOUT_TAX:
            money.part = _WITHOUT_TAX
        elif bits & traits.SALE:
            money.part = _NOW
        elif bits & traits.REGULAR:
            money.part = _USUAL
        elif bits & traits.LISTED:
            money.part = _LISTED
    money.named = bool(bits & traits.PRICE)
    money.doubtful = bool(bits & (traits.ASIDE_PRICE | traits.CHOICE | traits.FILTER | traits.BADGE))


def _said_of_one(element: Element, starts: list[int]) -> int:
    """What an element is called, without what it cannot say of one of several amounts in it."""
    said = element.traits
    if said & _OF_ONE and element.tag not in _STRUCK:
        amounts = bisect_left(starts, element.end) - bisect_left(starts, element.start)
        return said if amounts <= 1 else said & ~_OF_ONE
    return said


def _label_line(label_start: int, line_start: int, before_end: int, outline: Outline) -> int:
    """Where the label of an amount begins that stands on the line above it.

    A heading there is a name and no label, and what stands behind another amount is that one's.
    """
    begin = max(label_start, outline.text.rfind("\n", 0, line_start - 1) + 1)
    is_name = outline.at(begin).traits & (traits.HEADING | traits.NAME)
    return line_start if is_name or line_start - begin > _LABEL_LINE or before_end > begin else begin


def _is_upper_end(lower: Money, upper: Money, outline: Outline) -> bool:
    """Whether an amount ends a range that the one before begins."""
    if upper.start - lower.end > _LONGEST_DASH:
        return False
    between = outline.text[lower.end : upper.start].replace("\n", " ")
    return bool(_DASHES.fullmatch(between)) and (upper.amount or 0) >= (lower.amount or 0)
