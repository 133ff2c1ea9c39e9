"""The audit log: who did what, for admins."""

from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import Annotated

from pydantic import Field

from magicai.accounts.audit import events, filter_of, write_csv
from magicai.accounts.callers import require
from magicai.accounts.identity import Role, Scope, WorkspaceRole
from magicai.operations.lists import USUAL, Cursor, Day, Limit
from magicai.operations.operation import Context, Download, operation
from magicai.paging import cut, place_of
from magicai.shapes.audit import AuditEventList, AuditEventShown

TAG = "audit"

_Person = Annotated[str, Field(max_length=64, description="Only what the user of this name did.")]
_Action = Annotated[
    str, Field(max_length=60, description="An action such as `key.created`, or a category of them: `key`.")
]
_From = Annotated[Day | None, Field(description="First day. Default: the oldest event.")]
_To = Annotated[Day | None, Field(description="Last day. Default: today.")]
_Zone = Annotated[str, Field(max_length=100, description="Time zone of the days, such as Europe/Oslo.")]
_ForAll = Annotated[bool, Field(description="For admins of the installation: its events, sign-ins of all users too.")]


@operation("GET", "/api/audit", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN, problems=(404,))
async def list_audit_events(
    context: Context,
    *,
    person: _Person = "",
    action: _Action = "",
    from_day: _From = None,
    to_day: _To = None,
    zone: _Zone = "UTC",
    for_all: _ForAll = False,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> AuditEventList:
    """Who did what in the workspace, newest first."""
    if for_all:
        require(context.caller, scope=Scope.ACCOUNT, role=Role.ADMIN)
    wanted = await filter_of(
        context.records,
        None if for_all else context.owner_id,
        by=context.caller.user,
        person=person,
        action=action,
        from_day=from_day,
        to_day=to_day,
        zone=zone,
    )
    (before,) = place_of(cursor, str) or (None,)
    found, names = await events(context.records, wanted, before=before, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.event_id,))
    return AuditEventList(items=[AuditEventShown.of(one, names) for one in shown], next_cursor=next_cursor)


@operation(
    "GET",
    "/api/audit.csv",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    problems=(404,),
    patience_s=600,
    audited="data.audit_exported",
)
async def export_audit_events(
    context: Context,
    *,
    person: _Person = "",
    action: _Action = "",
    from_day: _From = None,
    to_day: _To = None,
    zone: _Zone = "UTC",
    for_all: _ForAll = False,
) -> Download:
    """The audit log as a CSV file."""
    context.noted.installation = for_all
    if for_all:
        require(context.caller, scope=Scope.ACCOUNT, role=Role.ADMIN)
    wanted = await filter_of(
        context.records,
        None if for_all else context.owner_id,
        by=context.caller.user,
        person=person,
        action=action,
        from_day=from_day,
        to_day=to_day,
        zone=zone,
    )
    body = TemporaryFile("w+b")  # noqa: SIM115 - whoever takes it closes it
    # With a byte order mark: without one, Excel misreads everything but English.
    text = TextIOWrapper(body, "utf-8-sig", newline="", write_through=True)
    count = await write_csv(context.records, wanted, text)
    text.detach()
    body.seek(0)
    return Download("audit-log.csv", "text/csv; charset=utf-8", body, {"events": count})
