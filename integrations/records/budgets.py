"""Budgets: what was spent in one row each, which whoever reserves or settles locks, and open reservations beside it."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, update

from integrations.records import models
from integrations.records.database import add_new
from magicai.errors import Invalid
from magicai.ports import ALERTS, Budget, BudgetAlert, Limits, PaidAnswer, Reservation, Scope, Spender
from magicai.values.ids import new_id
from magicai.values.times import DAY_US

_BUDGET, _RESERVATION, _ANSWER = models.budgets.c, models.reservations.c, models.paid_answers.c
_ALERT = models.budget_alerts.c
# Answers that are kept of a run: of a second one that is the same, so many need not be paid for again.
_MOST_ANSWERS = 10_000
_BILLION = 1_000_000_000
_MOST = 1e6
# A clock that is put right by less takes away nothing that was put aside.
_AHEAD_US = 60_000_000


@dataclass(frozen=True, slots=True)
class _Account:
    scope: Scope
    name: str
    month: str
    owner_id: str
    limit: float | None
    person: str = ""

    @property
    def most(self) -> int | None:
        """Its limit, as money is kept here."""
        return None if self.limit is None else round(self.limit * _BILLION)

    @property
    def row(self) -> ColumnElement[bool]:
        return (_BUDGET.scope == self.scope) & (_BUDGET.name == self.name) & (_BUDGET.month == self.month)

    @property
    def open(self) -> ColumnElement[bool]:
        """Its reservations."""
        if self.scope == "run":
            return _RESERVATION.run_id == self.name
        month = _RESERVATION.month == self.month
        if self.scope == "month":
            return month
        of_workspace = month & (_RESERVATION.owner_id == self.owner_id)
        return of_workspace & (_RESERVATION.person == self.person) if self.scope == "person" else of_workspace


def reserve(
    connection: Connection, now: int, spender: Spender, amount: float, limits: Limits, *, ttl_s: float
) -> Reservation | Budget:
    """Put money aside, where every budget has it; answers the first that has not."""
    if not 0 <= amount <= _MOST:  # which NaN is not, either
        raise Invalid("budget_reservation_invalid", amount=amount)
    month, most, ttl_us = _month(now), math.ceil(amount * _BILLION), round(ttl_s * 1_000_000)
    # An earlier attempt's process is dead: a later one has begun.
    dead = (_RESERVATION.run_id == spender.run_id) & (_RESERVATION.attempt < spender.attempt)
    accounts = _accounts(spender, limits, month)
    _lock(connection, accounts)
    if spender.run_id:
        connection.execute(delete(models.reservations).where(dead))
    for account in accounts:
        spent, reserved = _standing(connection, account, now, ttl_us)
        if account.most is not None and spent + reserved + most > account.most:
            _alert(connection, now, account, spent, refuses=spent + most > account.most)
            return Budget(account.scope, account.limit, spent / _BILLION, reserved / _BILLION)
    made = Reservation(new_id(), most / _BILLION, limits)
    row = {
        "reservation_id": made.reservation_id, "owner_id": spender.owner_id, "person": spender.person,
        "run_id": spender.run_id, "attempt": spender.attempt, "month": month, "amount": most, "until": now + ttl_us,
    }  # fmt: skip
    connection.execute(insert(models.reservations).values(row))
    return made


def settle(
    connection: Connection, now: int, reservation: Reservation, cost: float, answer: PaidAnswer | None = None
) -> None:
    """Count what it did cost, and keep what it brought; nothing, where that was done."""
    this = _RESERVATION.reservation_id == reservation.reservation_id
    row = connection.execute(select(models.reservations).where(this)).mappings().first()
    if row is None:
        return
    spender = Spender(row["owner_id"], row["run_id"], row["attempt"], person=row["person"] or "")
    accounts = _accounts(spender, reservation.limits, row["month"])
    _lock(connection, accounts)
    if not connection.execute(delete(models.reservations).where(this)).rowcount:
        return  # somebody else did, while the rows were waited for
    spent = math.ceil(cost * _BILLION) if 0 <= cost <= _MOST else row["amount"]
    for account in accounts:
        connection.execute(update(models.budgets).where(account.row).values(spent=_BUDGET.spent + spent))
        _alert(connection, now, account, _spent(connection, account))
    if answer is not None and row["run_id"]:
        _keep(connection, row, answer)


def answered(
    connection: Connection, spender: Spender, asked: str, number: int, *, of_any_run: bool = False
) -> str | None:
    """What a run, or any of the owner's, was answered; the latest where it asked the same as the same number twice."""
    same = (_ANSWER.owner_id == spender.owner_id) & (_ANSWER.asked == asked) & (_ANSWER.number == number)
    if not of_any_run:
        same &= _ANSWER.run_id == spender.run_id
    return connection.execute(select(_ANSWER.text).where(same).order_by(_ANSWER.call_id.desc())).scalars().first()


def _keep(connection: Connection, reservation: RowMapping, answer: PaidAnswer) -> None:
    own = {name: reservation[name] for name in ("owner_id", "run_id")}
    own |= {"call_id": reservation["reservation_id"], "until": reservation["until"] + DAY_US}
    row = {**own, "asked": answer.asked, "number": answer.number, "text": answer.text}
    connection.execute(insert(models.paid_answers).values(row))
    of_run = _ANSWER.run_id == reservation["run_id"]
    ranked = select(_ANSWER.call_id).where(of_run).order_by(_ANSWER.call_id.desc())
    oldest = connection.execute(ranked.offset(_MOST_ANSWERS).limit(1)).scalar()
    if oldest is not None:
        connection.execute(delete(models.paid_answers).where(of_run & (_ANSWER.call_id <= oldest)))


def budgets(connection: Connection, now: int, spender: Spender, limits: Limits) -> list[Budget]:
    """How each stands."""
    found: list[Budget] = []
    for account in reversed(_accounts(spender, limits, _month(now))):
        spent, reserved = _standing(connection, account, now, DAY_US)
        found.append(Budget(account.scope, account.limit, spent / _BILLION, reserved / _BILLION))
    return found


def forget_person(connection: Connection, user_id: str) -> None:
    """Forget who spent what in the workspaces of others, whose budgets keep it."""
    theirs = (_BUDGET.scope == "person") & _BUDGET.name.endswith(f"/{user_id}", autoescape=True)
    connection.execute(delete(models.budgets).where(theirs))
    connection.execute(delete(models.budget_alerts).where(_ALERT.person == user_id))
    connection.execute(update(models.reservations).where(_RESERVATION.person == user_id).values(person=None))


def prune(connection: Connection, before: int) -> int:
    """Remove reservations and answers that ran out before, and alerts of earlier months."""
    connection.execute(delete(models.budget_alerts).where(_ALERT.month < _month(before)))
    answers = connection.execute(delete(models.paid_answers).where(_ANSWER.until < before)).rowcount
    return answers + connection.execute(delete(models.reservations).where(_RESERVATION.until < before)).rowcount


def _accounts(spender: Spender, limits: Limits, month: str) -> list[_Account]:
    """In the order in which their rows are locked."""
    owner_id, person = spender.owner_id, spender.person
    accounts = [
        _Account("month", "", month, "", limits.month),
        _Account("workspace", owner_id, month, owner_id, limits.workspace),
    ]
    if person:
        accounts.append(_Account("person", f"{owner_id}/{person}", month, owner_id, limits.person, person))
    if spender.run_id:
        accounts.append(_Account("run", spender.run_id, "", owner_id, limits.run))
    return accounts


def _lock(connection: Connection, accounts: list[_Account]) -> None:
    for account in accounts:
        new = {"scope": account.scope, "name": account.name, "month": account.month}
        add_new(connection, models.budgets, [{**new, "owner_id": account.owner_id, "spent": 0}])
        connection.execute(select(_BUDGET.spent).where(account.row).with_for_update())


def _standing(connection: Connection, account: _Account, now: int, ttl_us: int) -> tuple[int, int]:
    """Spent and reserved."""
    # One that lasts longer than any that is made now was made by a clock that was ahead.
    living = _RESERVATION.until.between(now + 1, now + ttl_us + _AHEAD_US)
    total = select(func.coalesce(func.sum(_RESERVATION.amount), 0)).where(account.open, living)
    return _spent(connection, account), int(connection.execute(total).scalar_one())


def _spent(connection: Connection, account: _Account) -> int:
    return connection.execute(select(_BUDGET.spent).where(account.row)).scalar() or 0


def _alert(connection: Connection, now: int, account: _Account, spent: int, *, refuses: bool = False) -> None:
    """Keep that thresholds are reached, each once; the budget's row is locked.

    Args:
        refuses: whether a call could not be paid from what is left. Where that is less than a fifth, all is used.
    """
    most = account.most
    if account.scope == "run" or not most or spent * 100 < min(ALERTS) * most:
        return
    own = {"scope": account.scope, "owner_id": account.owner_id, "person": account.person, "month": account.month}
    rows = [
        {**own, "threshold": threshold, "most": most, "spent": spent, "at": now, "told": False}
        for threshold in ALERTS
        if refuses or spent * 100 >= threshold * most
    ]
    add_new(connection, models.budget_alerts, rows)


def alerts(connection: Connection, *, since: int, limit: int) -> list[BudgetAlert]:
    """Those that nobody was told of, the oldest first."""
    query = select(models.budget_alerts).where(~_ALERT.told, _ALERT.at >= since).order_by(_ALERT.at, _ALERT.threshold)
    return [_as_alert(row) for row in connection.execute(query.limit(limit)).mappings()]


def alert_told(connection: Connection, alert: BudgetAlert) -> None:
    """Let it be told no more."""
    own = ("scope", "owner_id", "person", "month", "threshold")
    this = [_ALERT[name] == getattr(alert, name) for name in own]
    this.append(_ALERT.most == round(alert.limit * _BILLION))
    connection.execute(update(models.budget_alerts).where(*this).values(told=True))


def _as_alert(row: RowMapping) -> BudgetAlert:
    own = {name: row[name] for name in ("scope", "owner_id", "person", "month", "threshold", "at")}
    return BudgetAlert(**own, limit=row["most"] / _BILLION, spent=row["spent"] / _BILLION)


def _month(now: int) -> str:
    return datetime.fromtimestamp(now / 1_000_000, UTC).strftime("%Y-%m")
