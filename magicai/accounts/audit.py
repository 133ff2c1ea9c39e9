"""The audit log: who did what, where and from where."""

import csv
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from magicai.accounts.identity import User
from magicai.accounts.users import named, names_of
from magicai.errors import Invalid, MagicError
from magicai.messages import Message, message, message_in, plain, say, table
from magicai.ports import AuditEvent, Records, Via
from magicai.values.cells import harmless
from magicai.values.ids import new_id
from magicai.values.times import now_us, to_iso, to_us
from magicai.values.zones import zone_of

# Who did something and is no user any more.
FORMER = "a former member"
COLUMNS = ("time", "person", "api_key", "action", "description", "via", "address", "workspace_id", "event_id")
_LONGEST = 200
_AT_ONCE = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """From where somebody asks.

    Attributes:
        address: of the client, where it is known.
    """

    via: Via
    address: str = ""


COMMANDS = Source("cli")


@dataclass(slots=True)
class Noted:
    """What an operation says of itself for the audit log, beside its parameters and its answer.

    Attributes:
        params: of the words; before those.
        workspace_id: where it is of another workspace than the one that it was asked in.
        installation: whether it is of the installation, where the same operation may be of a workspace, too.
        nothing: whether nothing was done, so that nothing is to be told.
        action: another one than the operation declares.
    """

    params: dict[str, Any] = field(default_factory=dict[str, Any])
    workspace_id: str | None = None
    installation: bool = False
    nothing: bool = False
    action: str = ""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events somebody wants. Times are UTC microseconds; `until` is excluded.

    Attributes:
        account: whether those of an account, too, whose personal workspace it is.
    """

    workspace_id: str | None
    account: bool
    actor_id: str | None = None
    action: str = ""
    since: int | None = None
    until: int | None = None


async def record(
    records: Records,
    action: str,
    params: Mapping[str, Any],
    source: Source,
    *,
    by: User | None = None,
    key_id: str | None = None,
    workspace_id: str | None = None,
    installation: bool = False,
) -> None:
    """Append what was done. It was: whoever did it is not told that the log could not be written, the operator is."""
    try:
        event = await event_of(
            records, action, params, source, by=by, key_id=key_id, workspace_id=workspace_id, installation=installation
        )
        await records.audit_log.add(event)
    except MagicError:
        _log.exception("the audit log lacks this: %s", message(code_of(action), dict(params)))


async def event_of(
    records: Records,
    action: str,
    params: Mapping[str, Any],
    source: Source,
    *,
    by: User | None = None,
    key_id: str | None = None,
    workspace_id: str | None = None,
    installation: bool = False,
) -> AuditEvent:
    """What is appended of something that is done now.

    Raises:
        Temporary: the records do not tell the name of the API key.
    """
    return AuditEvent(
        event_id=new_id(),
        at=now_us(),
        action=action,
        params=message(code_of(action), {name: _short(value) for name, value in params.items()}).params,
        workspace_id=workspace_id,
        installation=installation,
        actor_id=None if by is None else by.user_id,
        key_name=await _key_name(records, by, key_id),
        via=source.via,
        address=source.address,
    )


async def record_of_account(
    records: Records, user: User, action: str, source: Source, params: Mapping[str, Any] | None = None
) -> None:
    """Append what somebody did to their own account: their workspace shows it to them, and the installation."""
    personal = user.user_id
    await record(records, action, params or {}, source, by=user, workspace_id=personal, installation=True)


async def record_sign_in(records: Records, user: User, source: Source, method: str) -> None:
    """Append that somebody has signed in, by `password`, `link`, `invitation` or `oidc`."""
    await record_of_account(records, user, "sign_in.succeeded", source, {"method": say(f"sign_in_{method}")})


async def record_failed_sign_in(records: Records, name: str, source: Source) -> None:
    """Append that somebody could not sign in; of names that nobody has, none is kept: it may be a password."""
    found = await records.identities.credentials(name)
    if found is None:
        await record(records, "sign_in.unknown", {}, source, installation=True)
        return
    workspace_id = found[0].user_id
    await record(
        records, "sign_in.failed", {"name": found[0].name}, source, workspace_id=workspace_id, installation=True
    )


def code_of(action: str) -> str:
    """The message that says what was done."""
    return f"audited_{action.replace('.', '_')}"


def said(event: AuditEvent) -> Message:
    """What was done; a role by its name, as people read it."""
    code, params = code_of(event.action), dict(event.params)
    if f"role_{params.get('role')}" in table():
        params["role"] = say(f"role_{params['role']}").as_json()
    return message_in({"code": code, "params": params}) or plain(event.action)


async def filter_of(
    records: Records,
    workspace_id: str | None,
    *,
    by: User,
    person: str = "",
    action: str = "",
    from_day: date | None = None,
    to_day: date | None = None,
    zone: str = "UTC",
) -> AuditFilter:
    """What somebody asks for, by the name of a user and whole days; what is of an account, that user alone may see.

    Raises:
        NotFound: there is no such user.
        Invalid: there is no such zone; the first day is after the last.
    """
    place = zone_of(zone)
    if from_day and to_day and from_day > to_day:
        raise Invalid("first_day_after_last", from_day=from_day, to_day=to_day)
    after = None if to_day is None or to_day == date.max else to_day + timedelta(1)
    since, until = (None if day is None else to_us(datetime.combine(day, time(), place)) for day in (from_day, after))
    actor = (await named(records.identities, person)).user_id if person else None
    return AuditFilter(workspace_id, workspace_id == by.user_id, actor, action, since, until)


async def events(
    records: Records, wanted: AuditFilter, *, before: str | None = None, limit: int
) -> tuple[list[AuditEvent], dict[str, str]]:
    """Events, newest first, and what those are called who did them."""
    found = await records.audit_log.listed(
        wanted.workspace_id,
        account=wanted.account,
        actor_id=wanted.actor_id,
        action=wanted.action,
        since=wanted.since,
        until=wanted.until,
        before=before,
        limit=limit,
    )
    return found, await names_of(records.identities, [one.actor_id for one in found])


async def write_csv(records: Records, wanted: AuditFilter, file: IO[str]) -> int:
    """Write events as CSV, without formulas; answers how many."""
    writer, count = csv.writer(file), 0
    writer.writerow(COLUMNS)
    async for page, names in _pages(records, wanted):
        writer.writerows(_row(one, names) for one in page)
        count += len(page)
    return count


def person_of(event: AuditEvent, names: Mapping[str, str]) -> str | None:
    """The name of who did it; None where they are no user any more; "" where nobody is known."""
    if event.actor_id is None:
        return "" if event.via == "system" or event.action.startswith("sign_in.") else None
    return names.get(event.actor_id)


async def _pages(records: Records, wanted: AuditFilter) -> AsyncIterator[tuple[list[AuditEvent], dict[str, str]]]:
    before = None
    while (found := await events(records, wanted, before=before, limit=_AT_ONCE))[0]:
        yield found
        before = found[0][-1].event_id


def _row(one: AuditEvent, names: Mapping[str, str]) -> tuple[str, ...]:
    person = person_of(one, names)
    told = (FORMER if person is None else person, one.key_name, one.action, str(said(one)), one.via, one.address)
    return to_iso(one.at), *map(harmless, told), one.workspace_id or "", one.event_id


async def _key_name(records: Records, by: User | None, key_id: str | None) -> str:
    if by is None or key_id is None:
        return ""
    keys = await records.identities.keys(by.user_id)
    return next((key.name for key in keys if key.key_id == key_id), key_id)


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[: _LONGEST - 1]}…"
    return value
