"""What a report leaves its reader to do, from counts and comparisons; what it means is for a model, or a person."""

from collections.abc import Iterator, Mapping, Sequence

from magicai.messages import Message, say
from magicai.shops.analysis import Analysis, ShopAnalysis
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.report.numerals import Language, Numerals
from magicai.shops.report.plain import plain


def to_do(
    analysis: Analysis, own: Sequence[OwnComparison], language: Language, names: Mapping[str, str]
) -> tuple[str, ...]:
    """One sentence for each thing to do, still to be escaped; what concerns one's own prices comes first.

    Args:
        names: of shops, as people call them.
    """
    compared = {one.shop: one for one in own}
    found: list[Message] = []
    for shop in analysis.shops:
        name, comparison = names[shop.shop], compared.get(shop.shop)
        found += _of_shop(shop, name) if comparison is None else _of_own(comparison, name, Numerals(language))
    if not own and any(shop.products for shop in analysis.shops):
        found.append(say("to_do_catalogue"))
    return tuple(message.in_language(language) for message in found)


def _of_own(comparison: OwnComparison, shop: str, numerals: Numerals) -> Iterator[Message]:
    if comparison.cheaper:
        worst = comparison.cheaper[0]
        assert worst.their_price is not None
        mine, theirs = (numerals.money(price, worst.currency) for price in (worst.mine_price, worst.their_price))
        n, name = len(comparison.cheaper), plain(worst.mine_name)
        yield say("to_do_undercut", n=n, shop=shop, name=name, mine=mine, theirs=theirs)
    if comparison.proposals:
        yield say("to_do_matches", n=len(comparison.proposals), shop=shop)
    if comparison.sold_out:
        yield say("to_do_sold_out", n=len(comparison.sold_out), shop=shop, name=plain(comparison.sold_out[0].mine_name))


def _of_shop(shop: ShopAnalysis, name: str) -> Iterator[Message]:
    cheaper = shop.changes.cheaper if shop.changes else ()
    if cheaper:
        yield say("to_do_cuts", n=len(cheaper), shop=name, name=plain(cheaper[0].name))
