"""All that is in the workspace, as one file."""

from tempfile import TemporaryFile

from magicai.accounts.identity import Scope, WorkspaceRole
from magicai.operations.operation import Context, Download, operation
from magicai.stores.export import export

TAG = "workspaces"


@operation(
    "GET",
    "/api/workspace/export.zip",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    in_person=True,
    patience_s=900,
    audited="workspace.exported",
)
async def export_workspace(context: Context) -> Download:
    """All that is in the workspace as a ZIP file: rows as JSON lines by table, and files, without secrets."""
    body = TemporaryFile("w+b")  # noqa: SIM115 - whoever takes it closes it
    account = context.owner_id == context.caller.user.user_id
    counts = await export(context.records, context.ports.files, context.owner_id, body, account=account)
    body.seek(0)
    return Download("workspace.zip", "application/zip", body, counts)
