"""Being told when a run ends, where no page is open."""

from magicai.accounts.identity import Caller
from magicai.api.access import At, OperatorStarter, Reader, Starter
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.api.routes.runs import run_of
from magicai.errors import Conflict
from magicai.runs.notifications.notices import ask_for_notice
from magicai.shapes.notices import Channels, NoticeShown

router = router_of("notices")


@router.get("/api/notifications", responses=problems())
async def show_notifications(gateway: At, caller: Reader) -> Channels:
    """Where your notifications go."""
    return await _channels(gateway, caller)


@router.post("/api/notifications/test", status_code=204, responses=problems(409))
async def test_notifications(gateway: At, caller: OperatorStarter) -> None:
    """Send a message to MAGICAI_NOTIFY_URL now."""
    if gateway.settings.notify_url is None:
        raise Conflict("notify_url_not_set")
    await gateway.ports.notify(title="MagicAI", body=f"A test by {caller.user.name}.")


@router.get("/api/runs/{run_id}/notice", responses=problems(404))
async def show_notice(gateway: At, caller: Reader, run_id: str) -> NoticeShown:
    """Whether you are notified when the run ends, and where."""
    run = await run_of(gateway, caller, run_id)
    found = await gateway.records.notices.of_run(run.run_id, owner_id=run.owner_id)
    return NoticeShown.of(run_id, found, await _channels(gateway, caller))


@router.put("/api/runs/{run_id}/notice", responses=problems(404, 409))
async def ask_notice(gateway: At, caller: Starter, run_id: str) -> NoticeShown:
    """Notify you when the run ends: by a message to MAGICAI_NOTIFY_URL, and by all your webhooks."""
    notice = await ask_for_notice(gateway.records, await run_of(gateway, caller, run_id))
    return NoticeShown.of(run_id, notice, await _channels(gateway, caller))


@router.delete("/api/runs/{run_id}/notice", status_code=204, responses=problems(404))
async def drop_notice(gateway: At, caller: Starter, run_id: str) -> None:
    """Don't notify you."""
    run = await run_of(gateway, caller, run_id)
    await gateway.records.notices.drop(run.run_id, owner_id=run.owner_id)


async def _channels(gateway: Gateway, caller: Caller) -> Channels:
    hooks = await gateway.records.webhooks.listed(caller.owner_id)
    return Channels(
        messages=gateway.settings.notify_url is not None,
        webhooks=sum(1 for hook in hooks if hook.disabled_at is None),
    )
