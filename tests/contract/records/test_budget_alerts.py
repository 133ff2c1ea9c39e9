"""Alerts of budgets as mails: to whoever can raise the budget, and each once."""

import asyncio

import pytest

from magicai.accounts.budget_alerts import tell
from magicai.accounts.identity import Role, User, Workspace, WorkspaceRole
from magicai.ports import Limits, Records, Reservation, Spender, StoredMail
from magicai.settings import Settings
from tests.contract.records.example_rows import Clock
from tests.members import join

MAIL = Settings(smtp_host="smtp.example", mail_from="magicai@shop.example")
LIMITS = Limits(person=1.0, workspace=2.0, month=100.0)
SHOP = Spender("shop", person="id-eve")


@pytest.fixture(autouse=True)
async def people(records: Records, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the shop, ann and bob are admins, and bob has no address; eve is an editor, root the installation's admin."""
    monkeypatch.setattr("magicai.accounts.budget_alerts.now_us", clock)
    for name, role, email in (("ann", Role.USER, True), ("bob", Role.USER, False), ("eve", Role.USER, True)):
        address = f"{name}@shop.example" if email else None
        await records.identities.add_user(User(user_id=f"id-{name}", name=name, role=role, created_at=1, email=address))
    root = User(user_id="id-root", name="root", role=Role.ADMIN, created_at=1, email="root@magicai.example")
    await records.identities.add_user(root)
    await records.workspaces.add(Workspace(workspace_id="shop", name="Shop & team", created_at=1), "id-ann")
    await join(records, "shop", "id-bob", WorkspaceRole.ADMIN)
    await join(records, "shop", "id-eve", WorkspaceRole.EDITOR)


async def pay(records: Records, cost: float, spender: Spender = SHOP, limits: Limits = LIMITS) -> None:
    got = await records.budgets.reserve(spender, cost, limits, ttl_s=60)
    assert isinstance(got, Reservation)
    await records.budgets.settle(got, cost)


async def told(records: Records, settings: Settings = MAIL) -> list[StoredMail]:
    """The mails after two gateways have looked at once, and one again."""

    async def of(_owner_id: str) -> Settings:
        return settings

    await asyncio.gather(*(tell(records, of, page="https://magicai.example") for _ in range(2)))
    assert await tell(records, of, page="https://magicai.example") == 0
    return sorted(await records.mails.unsent(), key=lambda mail: mail.subject)


async def test_admins_with_an_address_hear_once_of_each_threshold_and_where_to_raise_the_budget(
    records: Records,
) -> None:
    await pay(records, 0.85)
    (nearly,) = await told(records)
    assert (nearly.to, nearly.subject) == (
        "ann@shop.example",
        "80% of the monthly budget of eve in Shop & team is used",
    )
    assert "$0.85 of the monthly budget of $1.00" in nearly.text
    assert "Settings > Budgets" in nearly.text
    assert "https://magicai.example/settings/budget" in nearly.text
    assert "Shop &amp; team" in nearly.html
    await pay(records, 0.15)
    await pay(records, 0.7, Spender("shop", person="id-bob"))
    assert [(mail.to, mail.subject) for mail in await told(records)] == [
        ("ann@shop.example", "80% of the monthly budget of Shop & team is used"),
        ("ann@shop.example", "80% of the monthly budget of eve in Shop & team is used"),
        ("ann@shop.example", "The monthly budget of eve in Shop & team is used up"),
    ]


async def test_everybodys_budget_is_told_to_the_installations_admins_in_their_language(records: Records) -> None:
    await pay(records, 0.9, limits=Limits(month=1.0))
    (mail,) = await told(records, MAIL.model_copy(update={"language": "zh-CN"}))
    assert (mail.to, mail.subject) == ("root@magicai.example", "月预算已使用 80%：所有用户")


async def test_without_a_mail_server_nothing_waits_to_be_told_later(records: Records) -> None:
    await pay(records, 0.9)
    assert await told(records, Settings()) == []
    assert await told(records) == []


async def test_what_nobody_could_tell_for_days_is_told_no_more(records: Records, clock: Clock) -> None:
    await pay(records, 0.9)
    clock.move(seconds=4 * 86_400)
    assert await told(records) == []
