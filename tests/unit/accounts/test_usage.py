from decimal import Decimal

from magicai.accounts.usage import usage_of
from magicai.ports import Limits, Records, Reservation, Spender
from magicai.values.money import Money


async def test_what_one_has_spent_this_month_is_ones_own_and_beside_the_limit(records: Records) -> None:
    for owner_id in ("ann", "bob"):
        got = await records.budgets.reserve(Spender(owner_id, "r"), 0.25, Limits(), ttl_s=60)
        assert isinstance(got, Reservation)
        await records.budgets.settle(got, 0.05)
    await records.budgets.reserve(Spender("ann", "r"), 0.125, Limits(), ttl_s=60)
    month = (await usage_of(records, "ann", days=30, limit=5.0)).this_month
    assert (month.spent.amount, month.reserved.amount) == (Decimal("0.05"), Decimal("0.125"))
    assert month.limit == Money(amount=Decimal(5))
    assert (await usage_of(records, "ann", days=30, limit=None)).this_month.limit is None
