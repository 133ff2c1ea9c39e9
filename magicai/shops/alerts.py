"""Alert rules of a workspace: which changes of shops its notification channels are told of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.errors import Invalid, NotFound, Refused
from magicai.messages import Message, say
from magicai.ports import Records
from magicai.shops.analysis import ChangeKind, ShopAnalysis
from magicai.shops.crawling.scope import shop_name
from magicai.shops.own_comparison import OwnComparison
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of
from magicai.values.ids import new_id
from magicai.values.times import now_us

KIND = "alert_rule"
MOST = 50
_HUNDRED = Decimal(100)


class AlertKind(StrEnum):
    """What a rule looks for: a price that is below mine, a changed price, sold out, back in stock, a new product."""

    UNDERCUT = "undercut"
    PRICE = "price"
    SOLD_OUT = "sold_out"
    BACK = "back"
    NEW = "new"


_WITH_PERCENT = (AlertKind.UNDERCUT, AlertKind.PRICE)


class AlertRule(BaseModel):
    """What a workspace wants to be told of.

    Attributes:
        percent: the least difference; None of kinds that have none.
        shop: the only one; "" means every shop.
        created_at: UTC microseconds.
    """

    model_config = ConfigDict(frozen=True)

    rule_id: str
    kind: AlertKind
    percent: float | None
    shop: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule looks for, found.

    Attributes:
        key: the same as long as it is the same, within its shop and kind.
    """

    kind: AlertKind
    key: str
    said: Message
    url: str


async def rules_of(records: Records, *, owner_id: str) -> list[AlertRule]:
    """A workspace's rules, the oldest first."""
    page = await records.entities.listed(owner_id, KIND, limit=MOST)
    found = [row.entity.as_model(AlertRule) for row in page.items if row.entity is not None]
    return sorted(found, key=lambda rule: (rule.created_at, rule.rule_id))


async def save_rule(
    records: Records, kind: AlertKind, percent: float | None, shop: str, *, owner_id: str, rule_id: str = ""
) -> AlertRule:
    """Add a rule, or change one.

    Args:
        percent: of kinds that have none, it is left out.
        rule_id: of the one that is changed.

    Raises:
        NotFound: the workspace has none such.
        Invalid: its kind needs a percentage.
        Refused: the workspace has as many as one may have.
    """
    if kind in _WITH_PERCENT and percent is None:
        raise Invalid("alert_percent_missing")
    created_at = now_us()
    if rule_id:
        created_at = (await _rule(records, rule_id, owner_id=owner_id)).created_at
    elif (count := len(await rules_of(records, owner_id=owner_id))) >= MOST:
        raise Refused("too_many_alert_rules", count=count, limit=MOST)
    rule = AlertRule(
        rule_id=rule_id or new_id(),
        kind=kind,
        percent=percent if kind in _WITH_PERCENT else None,
        shop=_named(shop.strip()),
        created_at=created_at,
    )
    data = {"schema_version": 1, **rule.model_dump(mode="json")}
    await records.entities.save([Entity(KIND, rule.rule_id, owner_id, title="", text="", data=data, stores=())])
    return rule


def _named(shop: str) -> str:
    """A shop as records know it, which somebody may have given by a URL."""
    return shop_name(shop if "://" in shop else f"https://{shop}") if shop else ""


async def delete_rule(records: Records, rule_id: str, *, owner_id: str) -> None:
    """Delete a rule.

    Raises:
        NotFound: the workspace has none such.
    """
    await _rule(records, rule_id, owner_id=owner_id)
    await records.entities.delete(KIND, [rule_id])


def alerts_of(rules: Iterable[AlertRule], shop: ShopAnalysis) -> Iterator[Alert]:
    """What has changed in a shop since its last crawl and a rule looks for."""
    least, changes = _least(rules, shop.shop), shop.changes
    if changes is None:
        return
    found = {
        AlertKind.PRICE: (*changes.cheaper, *changes.dearer),
        AlertKind.SOLD_OUT: changes.sold_out,
        AlertKind.BACK: changes.back,
        AlertKind.NEW: changes.new,
    }
    for kind in found.keys() & least.keys():
        for change in found[kind]:
            if kind is not AlertKind.PRICE or abs(percent_between(change.old_price, change.new_price)) >= least[kind]:
                said = change_line(change.kind, change.name, change.old_price, change.new_price, change.currency)
                yield Alert(kind=kind, key=change.product_id, said=said, url=change.url)


def undercuts_of(rules: Iterable[AlertRule], own: OwnComparison) -> Iterator[Alert]:
    """What a shop sells now for less than oneself, by so much that a rule looks for it."""
    least = _least(rules, own.shop).get(AlertKind.UNDERCUT)
    for pair in own.pairs if least is not None else ():
        below = -percent_between(pair.mine_price, pair.their_price) if pair.difference else Decimal(0)
        if below > 0 and below >= (least or 0) and not pair.is_sold_out:
            mine, theirs = (f"{price} {pair.currency}" for price in (pair.mine_price, pair.their_price))
            said = say("undercut_line", name=pair.mine_name, mine=mine, theirs=theirs, percent=f"{below:.1f}")
            key = digest_of([pair.mine, pair.theirs, mine, theirs])[:32]
            yield Alert(kind=AlertKind.UNDERCUT, key=key, said=said, url=pair.url)


def change_line(kind: ChangeKind, name: str, old: Decimal | None, new: Decimal | None, currency: str | None) -> Message:
    """A change of a product in a line, with its prices."""
    price = "" if new is None else f"{new} {currency or ''}".strip()
    match kind:
        case ChangeKind.NEW:
            return say("new_line_priced", name=name, price=price) if price else say("new_line", name=name)
        case ChangeKind.GONE:
            return say("gone_line", name=name)
        case ChangeKind.SOLD_OUT:
            return say("sold_out_line", name=name)
        case ChangeKind.BACK:
            return say("back_line", name=name)
        case ChangeKind.CHEAPER | ChangeKind.DEARER:
            return say("price_line", name=name, new=price, old=f"{old}", percent=f"{percent_between(old, new):+.1f}")


def percent_between(old: Decimal | None, new: Decimal | None) -> Decimal:
    """By how much a price differs from another, in percent of that; 0 where that can't be told."""
    return (new - old) / old * _HUNDRED if old and new is not None else Decimal(0)


def _least(rules: Iterable[AlertRule], shop: str) -> dict[AlertKind, Decimal]:
    """The least difference of each kind that the rules for a shop look for."""
    found: dict[AlertKind, Decimal] = {}
    for rule in rules:
        if rule.shop in ("", shop):
            percent = Decimal(str(rule.percent or 0))
            found[rule.kind] = min(percent, found.get(rule.kind, percent))
    return found


async def _rule(records: Records, rule_id: str, *, owner_id: str) -> AlertRule:
    try:
        row = await records.entities.get(KIND, rule_id, owner_id=owner_id)
    except NotFound:
        row = None
    if row is None or row.entity is None:
        raise NotFound("alert_rule_not_found", rule_id=rule_id[:64])
    return row.entity.as_model(AlertRule)
