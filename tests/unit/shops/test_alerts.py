"""Alert rules find what they look for, and no more."""

from decimal import Decimal

import pytest

from magicai.messages import say
from magicai.shops.alerts import AlertKind, AlertRule, alerts_of, undercuts_of
from magicai.shops.analysis import Change, ChangeKind, Changes, ShopAnalysis
from magicai.shops.matching.deciding import Certainty
from magicai.shops.own_comparison import Pair, summed_up
from magicai.shops.product import Availability

SHOP = "shop.example"


def rule(kind: str, percent: float | None = None, shop: str = "") -> AlertRule:
    return AlertRule(rule_id="r", kind=AlertKind(kind), percent=percent, shop=shop, created_at=1)


def change(kind: ChangeKind, name: str, old: str | None = None, new: str | None = None) -> Change:
    prices = {"old_price": old and Decimal(old), "new_price": new and Decimal(new), "currency": "EUR"}
    return Change.model_validate(
        {"kind": kind, "product_id": name, "name": name, "url": f"https://{SHOP}/{name}"} | prices
    )


CHANGED = ShopAnalysis(
    shop=SHOP,
    products=4,
    stats=(),
    changes=Changes(
        since="2026-05-02T09:12:44Z",
        compared=4,
        new=(change(ChangeKind.NEW, "Gaiwan", new="9.00"),),
        dearer=(change(ChangeKind.DEARER, "Kettle", "40.00", "42.00"),),
        cheaper=(change(ChangeKind.CHEAPER, "Mug", "10.00", "9.60"),),
        sold_out=(change(ChangeKind.SOLD_OUT, "Pot"),),
        back=(change(ChangeKind.BACK, "Cup"),),
    ),
)


def pair(name: str, mine: str, theirs: str | None, availability: Availability = Availability.IN_STOCK) -> Pair:
    their_price = None if theirs is None else Decimal(theirs)
    return Pair(
        mine=name,
        theirs=name,
        mine_name=name,
        name=name,
        url=f"https://{SHOP}/{name}",
        certainty=Certainty.SURE,
        reason=say("match_confirmed"),
        currency="EUR",
        mine_price=Decimal(mine),
        their_price=their_price,
        availability=availability,
        difference=None if their_price is None else their_price - Decimal(mine),
    )


def test_each_kind_finds_its_own_changes() -> None:
    found = {kind: [str(one.said) for one in alerts_of([rule(kind)], CHANGED)] for kind in ("sold_out", "back", "new")}
    assert found == {"sold_out": ["Pot: sold out"], "back": ["Cup: back in stock"], "new": ["Gaiwan: new, 9.00 EUR"]}


@pytest.mark.parametrize(
    ("percent", "found"),
    [(5.1, []), (5.0, ["Kettle: 42.00 EUR, was 40.00 (+5.0%)"]), (4.0, ["Kettle", "Mug"])],
)
def test_a_price_that_changed_by_a_percentage_up_or_down_is_found(percent: float, found: list[str]) -> None:
    said = sorted(str(one.said) for one in alerts_of([rule("price", percent)], CHANGED))
    assert len(said) == len(found)
    assert all(one.startswith(words) for one, words in zip(said, found, strict=True))


def test_a_rule_of_one_shop_finds_nothing_in_others_and_two_rules_find_a_change_once() -> None:
    assert list(alerts_of([rule("sold_out", shop="other.example")], CHANGED)) == []
    rules = [rule("price", 5), rule("price", 4, SHOP), rule("price", 4)]
    assert len(list(alerts_of(rules, CHANGED))) == 2


def test_what_a_shop_sells_for_less_than_me_by_a_percentage_is_found() -> None:
    pairs = [
        pair("Exactly", "100.00", "95.00"),
        pair("Nearly", "100.00", "95.01"),
        pair("More", "100.00", "120.00"),
        pair("Unknown", "100.00", None),
        pair("Gone", "100.00", "50.00", Availability.OUT_OF_STOCK),
    ]
    own = summed_up(SHOP, 5, pairs, 0)
    assert [str(one.said) for one in undercuts_of([rule("undercut", 5)], own)] == [
        "Exactly: 95.00 EUR, 5.0% below my 100.00 EUR"
    ]
    assert list(undercuts_of([rule("price", 5)], own)) == []
