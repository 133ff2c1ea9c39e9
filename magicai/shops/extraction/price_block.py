"""Which amounts of a product's page stand together as its own price: near its heading, and before other products."""

from magicai.shops.extraction import traits
from magicai.shops.extraction.cards import may_be_product, signature
from magicai.shops.extraction.chosen_price import price_of
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.price_words import Part, is_label
from magicai.shops.extraction.shown_prices import Money

_BLOCK_LIMIT = 220
_BLOCK_CLIMB = 5
_BEFORE = (Part.BEFORE, Part.LISTED)


def price_block(heading: Element, candidates: list[Money], outline: Outline, page: ParsedPage) -> list[Money]:
    """The amounts that stand together as the price of what a heading names."""
    nearest: Element | None = None
    inside: list[Money] = []
    for around in outline.around(heading):
        inside = [money for money in candidates if outline.holds(around, money.element)]
        if any(price_of([money]) for money in inside):
            nearest = around
            break
    if nearest is None:
        return []
    priced = [money for money in inside if price_of([money])]
    first = next((money for money in priced if money.start >= heading.start), priced[0])
    for own in (_unparted(first, priced, outline, page), priced):
        sure = [money for money in own if not money.doubtful and money.part is not Part.WITHOUT_TAX]
        named = [money for money in sure if money.named]
        usable = [money for money in named if money.part is not Part.LISTED] or named or sure
        if usable:
            break
    else:
        usable = priced
    anchor = next((money for money in usable if money.start >= heading.start), usable[0])
    if anchor.part is Part.USUAL and (now := _price_now(anchor, usable, outline, page)) is not None:
        anchor = now
    block = [anchor]
    for step, around in enumerate(outline.around(anchor.element)):
        if step > _BLOCK_CLIMB or around.end - around.start > _BLOCK_LIMIT or outline.holds(around, heading):
            break
        block = [money for money in inside if outline.holds(around, money.element)]
    block = _unparted(anchor, block, outline, page) if anchor in block else [anchor]
    return [*block, *_beside(block, inside, outline, page)]


def _price_now(usual: Money, usable: list[Money], outline: Outline, page: ParsedPage) -> Money | None:
    """The price now that follows a regular one, in whatever other element."""
    now = next((money for money in usable if money.start > usual.start), None)
    if now is None or now.part is not Part.NOW or now.start - usual.end > _BLOCK_LIMIT:
        return None
    return None if _is_parted(usual, now, outline, page) else now


def _unparted(anchor: Money, block: list[Money], outline: Outline, page: ParsedPage) -> list[Money]:
    """Of amounts in document order, one and those beside it up to where another product begins."""
    first = last = block.index(anchor)
    while first and not _is_parted(block[first - 1], block[first], outline, page):
        first -= 1
    while last + 1 < len(block) and not _is_parted(block[last], block[last + 1], outline, page):
        last += 1
    return block[first : last + 1]


def _is_parted(earlier: Money, later: Money, outline: Outline, page: ParsedPage) -> bool:
    """Whether another product's link or heading begins between two amounts; a label of the later one is none."""
    for element in outline.elements[earlier.element.index + 1 : later.element.index + 1]:
        if not earlier.end <= element.start <= later.start:
            continue
        if element.tag == "a" and may_be_product(element.attributes.get("href") or "", page):
            return True
        if (
            element.traits & traits.HEADING
            and element.tag != "h1"
            and not outline.holds(element, later.element)
            and (text := outline.text_of(element).strip())
            and not is_label(text)
        ):
            return True
    return False


def is_one_of_several(money: Money, heading: Element, candidates: list[Money], outline: Outline) -> bool:
    """Whether a price stands in a part with a heading of its own, beside others like it: a page of several products."""
    for around in outline.around(money.element):
        if outline.holds(around, heading) or around.parent < 0:
            return False
        if not any(inner.traits & traits.HEADING for inner in outline.inside(around)):
            continue
        for sibling in outline.children(outline.elements[around.parent]):
            if sibling is around or signature(sibling) != signature(around) or outline.holds(sibling, heading):
                continue
            if any(outline.holds(sibling, other.element) for other in candidates) and any(
                inner.traits & traits.HEADING for inner in outline.inside(sibling)
            ):
                return True
    return False


def _beside(block: list[Money], inside: list[Money], outline: Outline, page: ParsedPage) -> list[Money]:
    """Prices before that stand right before or behind a block of amounts, and with no other price."""
    first, last = inside.index(block[0]), inside.index(block[-1])
    befores = (*_BEFORE, Part.USUAL) if any(money.part is Part.NOW for money in block) else _BEFORE
    found: list[Money] = []
    for place, edge, beyond in ((first - 1, block[0], first - 2), (last + 1, block[-1], last + 2)):
        if not 0 <= place < len(inside) or inside[place].part not in befores:
            continue
        money = inside[place]
        earlier, later = (money, edge) if place < first else (edge, money)
        if later.start - earlier.end >= _BLOCK_LIMIT or _is_parted(earlier, later, outline, page):
            continue
        other = inside[beyond] if 0 <= beyond < len(inside) else None
        if other is None or not _is_nearer(other, money, edge, outline):
            found.append(money)
    return found


def _is_nearer(other: Money, before: Money, own: Money, outline: Outline) -> bool:
    """Whether a price before stands together with another price than a product's own."""
    if other.amount == own.amount or price_of([other]) is None:
        return False
    return not outline.holds(outline.common(before.element, other.element), own.element)
