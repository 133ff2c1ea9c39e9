"""One's own products beside a shop's: what is sure, what is not, and which price is suggested."""

from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.own_catalogue import OwnProduct
from magicai.shops.own_comparison import OwnComparison, Pair, compare, floor
from magicai.shops.product import Availability, Product, Seen, Variant

ONE, OTHER = "4006381333931", "4012345678901"


def mine(name: str, price: str = "10", **more: Any) -> OwnProduct:
    return OwnProduct(name, Decimal(price), more.pop("currency", "EUR"), **more)


def theirs(name: str, price: str | None = "9", **more: Any) -> Product:
    amount = Decimal(price) if price else None
    fields: dict[str, Any] = {"id": name, "url": f"https://s/{name}", "currency": "EUR", **more}
    return Product(name=name, price=amount, **fields)


def compared(own: list[OwnProduct], shop: list[Product], **more: Any) -> OwnComparison:
    return compare(own, shop, shop="s", **more)


def only(found: OwnComparison) -> Pair:
    (pair,) = found.pairs
    return pair


def test_a_gtin_is_sure_whatever_the_names_are_and_another_one_denies_the_same_name() -> None:
    found = compared(
        [mine("Ours", gtin=ONE), mine("Mug", gtin=OTHER)], [theirs("A thing", gtin=ONE), theirs("Mug", gtin=ONE)]
    )
    assert [(pair.mine_name, pair.reason.code) for pair in found.pairs] == [("Ours", "match_gtin")]
    assert found.proposals == ()


@pytest.mark.parametrize(
    ("name", "code"), [("Cola 6 x 330 ml", "match_packs_differ"), ("Cola 1.5 l", "match_sizes_differ")]
)
def test_a_gtin_with_another_pack_or_size_is_not_sure(name: str, code: str) -> None:
    found = compared([mine("Cola 330 ml single can", gtin=ONE)], [theirs(name, gtin=ONE)])
    (pair,) = found.proposals
    assert (found.pairs, pair.reason.code, pair.against and pair.against.code) == ((), "match_gtin", code)


def test_a_sku_that_both_places_count_up_to_is_not_sure_by_itself() -> None:
    shop = [theirs("Sony Camera bag", brand="Sony", sku="10025")]
    assert compared([mine("Sony Headphones black", brand="Sony", sku="10025")], shop).pairs == ()
    assert len(compared([mine("Sony Case of a camera", brand="Sony", mpn="10025")], shop).pairs) == 1


def test_a_thousand_is_read_as_amounts_are() -> None:
    found = compared([mine("Fira KX-2000 1,000 ml", brand="Fira")], [theirs("Fira KX-2000 1 l", brand="Fira")])
    assert only(found).against is None


def test_a_name_of_common_words_only_is_compared_with_those_that_share_the_rarest() -> None:
    shop = [
        theirs(f"{kind} {colour} {n}") for kind in ("chair", "table") for colour in ("moss", "sand") for n in range(202)
    ]
    shop.append(theirs("sand moss chair"))
    found = compared([mine("Chair, moss sand")], shop)
    assert [pair.name for pair in found.proposals] == ["sand moss chair"]


def test_a_name_alone_is_never_sure() -> None:
    found = compared([mine("Blue kettle of steel")], [theirs("Blue kettle of steel")])
    assert found.pairs == ()
    assert [pair.reason.code for pair in found.proposals] == ["match_near"]
    assert (
        only(compared([mine("Fira kettle", brand="Fira")], [theirs("Kettle Fira", brand="FIRA")])).reason.code
        == "match_name"
    )


def test_a_number_is_sure_with_the_brand_only() -> None:
    kettle = mine("Fira kettle KX-2000", brand="Fira", mpn="KX-2000")
    assert only(compared([kettle], [theirs("Fira water kettle", brand="Fira", sku="kx2000")])).reason.params == {
        "number": "kx2000"
    }
    found = compared([kettle], [theirs("Water kettle", sku="kx2000"), theirs("Zoom kettle KX-2000", brand="Zoom")])
    assert found.pairs == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Fira kettle KX-2000 1.5 l", "match_sizes_differ"),
        ("Fira kettle KX-2000 1.7 l, 2-pack", "match_packs_differ"),
        ("Fira kettle KX-2000 1.7 l KX-2000B", "match_models_differ"),
        ("Fira kettle KX-2000 1.7 l series 3", "match_numbers_differ"),
    ],
)
def test_what_contradicts_is_told_and_keeps_a_match_from_being_sure(name: str, code: str) -> None:
    found = compared([mine("Fira kettle KX-2000 1.7 l series 2", brand="Fira")], [theirs(name, brand="Fira")])
    assert found.pairs == ()
    against = [pair.against.code for pair in found.proposals if pair.against]
    assert against == [code]


def test_words_by_which_a_shop_tells_its_own_products_apart_are_colours_without_a_list_of_them() -> None:
    shop = [
        theirs(f"Fira {kind} {colour}", brand="Fira")
        for kind in ("kettle", "lamp", "chair")
        for colour in ("moss", "sand")
    ]
    shop.append(theirs("Fira stool QX-4410 moss", brand="Fira"))
    found = compared([mine("Fira stool QX-4410 sand", brand="Fira")], shop)
    assert found.pairs == ()
    assert [pair.against.code for pair in found.proposals if pair.against] == ["match_words_differ"]


def test_several_products_that_fit_alike_are_not_sure() -> None:
    shop = [theirs("Fira kettle KX-2000 black", brand="Fira"), theirs("Fira kettle KX-2000 steel", brand="Fira")]
    found = compared([mine("Fira kettle KX-2000", brand="Fira")], shop)
    assert found.pairs == ()
    assert [pair.against.code for pair in found.proposals if pair.against] == ["match_several"]


def test_rows_of_one_name_are_two_products() -> None:
    found = compared([mine("Shirt", "10"), mine("Shirt", "12")], [theirs("Shirt")])
    assert [(pair.mine, pair.mine_price) for pair in found.proposals] == [
        ("name:shirt #2", Decimal(12)),
        ("name:shirt", Decimal(10)),
    ]


def test_a_variant_is_compared_at_its_own_price() -> None:
    shop = theirs("Shirt", "9", variants=(Variant(name="L", gtin=ONE, price=Decimal(12), currency="EUR"),))
    assert only(compared([mine("Shirt L", gtin=ONE)], [shop])).their_price == Decimal(12)


def test_what_is_sold_out_undercuts_nobody_and_currencies_are_never_mixed() -> None:
    gone = theirs("C", gtin=ONE, seen=Seen.GONE)
    sold_out = theirs("A", gtin=ONE, availability=Availability.OUT_OF_STOCK)
    found = compared(
        [mine("A", gtin=ONE), mine("B", gtin=OTHER)], [sold_out, theirs("B", currency="USD", gtin=OTHER), gone]
    )
    assert (found.sure, found.matched, found.undercut, found.cheaper) == (2, 1, 0, ())
    assert [pair.name for pair in found.sold_out] == ["A"]


def test_only_what_is_cheaper_by_more_than_asked_undercuts() -> None:
    own, shop = (
        [mine("A", gtin=ONE), mine("B", gtin=OTHER)],
        [theirs("A", "9.50", gtin=ONE), theirs("B", "9.49", gtin=OTHER)],
    )
    assert compared(own, shop).undercut == 2
    found = compared(own, shop, undercut_percent=5)
    assert [pair.name for pair in found.cheaper] == ["B"]


def test_a_suggestion_keeps_the_margin_and_is_of_sure_pairs_only() -> None:
    def suggested(cost: str | None, margin: float | None, price: str = "8", **more: Any) -> Decimal | None:
        own = mine("Fira kettle", gtin=ONE, cost=Decimal(cost) if cost else None)
        found = compared([own], [theirs("Fira kettle", price, **{"gtin": ONE, **more})], margin_percent=margin)
        (pair,) = (*found.pairs, *found.proposals)
        return pair.suggestion

    assert suggested("5", 20) == Decimal(8)
    assert suggested("7", 20) == Decimal("8.75")
    assert suggested("9", 20, price="12") == Decimal("11.25")
    assert suggested("5", 20, price="12") is None
    assert suggested(None, 20) is suggested("5", None) is suggested("5", 20, gtin=None) is None
    assert suggested("5", 20, currency="USD") is None
    assert floor(Decimal(100), 33, "JPY") == Decimal(150)


def test_what_a_person_said_of_a_pair_holds() -> None:
    own, shop = [mine("Ours", sku="1"), mine("B", gtin=ONE)], [theirs("Theirs"), theirs("B", gtin=ONE)]
    said = {("sku:1", "Theirs"): True, (f"gtin:0{ONE}", "B"): False}
    found = compared(own, shop, verdicts=said)
    assert [(pair.mine, pair.theirs, pair.reason.code) for pair in found.pairs] == [
        ("sku:1", "Theirs", "match_confirmed")
    ]
