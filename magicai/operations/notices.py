"""Being told when a run ends, where no page is open."""

from magicai.accounts.identity import Role
from magicai.errors import Conflict
from magicai.operations.operation import Context, operation
from magicai.runs.notifications.notices import ask_for_notice
from magicai.runs.owned_run import owned_run
from magicai.shapes.notices import Channels, NoticeShown

TAG = "notices"


@operation("GET", "/api/notifications")
async def show_notifications(context: Context) -> Channels:
    """Where your notifications go."""
    return await _channels(context)


@operation("POST", "/api/notifications/test", role=Role.OPERATOR, status=204, problems=(409,))
async def test_notifications(context: Context) -> None:
    """Send a message to MAGICAI_NOTIFY_URL now."""
    if context.settings.notify_url is None:
        raise Conflict("notify_url_not_set")
    await context.ports.notify(title="MagicAI", body=f"A test by {context.caller.user.name}.")


@operation("GET", "/api/runs/{run_id}/notice", problems=(404,))
async def show_notice(context: Context, run_id: str) -> NoticeShown:
    """Whether you are notified when the run ends, and where."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    found = await context.records.notices.of_run(run.run_id, owner_id=run.owner_id)
    return NoticeShown.of(run.run_id, found, await _channels(context))


@operation("PUT", "/api/runs/{run_id}/notice", problems=(404, 409))
async def ask_notice(context: Context, run_id: str) -> NoticeShown:
    """Notify you when the run ends: by a message to MAGICAI_NOTIFY_URL, and by all your webhooks."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    return NoticeShown.of(run.run_id, await ask_for_notice(context.records, run), await _channels(context))


@operation("DELETE", "/api/runs/{run_id}/notice", status=204, problems=(404,))
async def drop_notice(context: Context, run_id: str) -> None:
    """Don't notify you."""
    run = await owned_run(context.records, run_id, owner_id=context.owner_id)
    await context.records.notices.drop(run.run_id, owner_id=run.owner_id)


async def _channels(context: Context) -> Channels:
    hooks = await context.records.webhooks.listed(context.owner_id)
    return Channels(
        messages=context.settings.notify_url is not None,
        urgent=context.settings.review_escalate_url is not None,
        webhooks=sum(1 for hook in hooks if hook.disabled_at is None),
    )
