"""Links to a run's result: made and revoked by its owner."""

from magicai.accounts.callers import require
from magicai.accounts.identity import Scope
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, IdempotencyKey, operation
from magicai.paging import sliced
from magicai.runs.owned_run import owned_run
from magicai.runs.views.share_links import share
from magicai.shapes.shares import NewShare, ShareList, ShareMade, ShareShown

TAG = "shares"


@operation("GET", "/api/runs/{run_id}/shares", problems=(404,))
async def list_shares(context: Context, run_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> ShareList:
    """A run's share links, newest first, including expired and revoked ones."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    found = await context.records.shares.of_run(run.run_id, owner_id=run.owner_id)
    shown, next_cursor = sliced([ShareShown.of(one) for one in found], limit, cursor)
    return ShareList(items=shown, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/runs/{run_id}/shares",
    scope=Scope.ACCOUNT,
    status=201,
    problems=(404, 409),
    created=("run_id", "list_shares"),
    location="/api/runs/{run_id}/shares",
    example={"days": 7},
    audited="share.created",
)
async def make_share(context: Context, run_id: str, given: NewShare, once: IdempotencyKey = None) -> ShareMade:
    """Create a link to the run's result and files. Anyone with the link can open it, without an account."""
    require(context.caller, scope=Scope.READ)  # what is shared is read there
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    made, secret = await share(context.records, run, days=given.days, once=once)
    return ShareMade.of(made, path=None if secret is None else f"/shared/{secret}")


@operation(
    "DELETE",
    "/api/runs/{run_id}/shares/{share_id}",
    scope=Scope.ACCOUNT,
    status=204,
    problems=(404,),
    audited="share.revoked",
)
async def revoke_share(context: Context, run_id: str, share_id: str) -> None:
    """Revoke a link."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    await context.records.shares.revoke(share_id, run_id=run.run_id, owner_id=run.owner_id)
