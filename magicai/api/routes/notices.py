"""Being told when a run ends, where no page is open."""

from magicai.api.access import At, OperatorStarter, Reader, Starter
from magicai.api.answers import problems
from magicai.api.routes import router_of
from magicai.api.routes.runs import run_of
from magicai.api.shapes.notices import Channels, NoticeShown
from magicai.errors import Missing, NotFound
from magicai.runs.notices import ask_for_notice

router = router_of("notices")


@router.get("/api/notifications", responses=problems())
async def show_notifications(gateway: At, caller: Reader) -> Channels:
    """Where your notifications go."""
    hooks = await gateway.records.webhooks.listed(caller.owner_id)
    return Channels(
        messages=gateway.settings.notify_url is not None,
        webhooks=sum(1 for hook in hooks if hook.disabled_at is None),
    )


@router.post("/api/notifications/test", status_code=204, responses=problems(501))
async def test_notifications(gateway: At, caller: OperatorStarter) -> None:
    """Send a message to MAGICAI_NOTIFY_URL now."""
    if gateway.settings.notify_url is None:
        raise Missing("MAGICAI_NOTIFY_URL is not set.", way_out="Set it, and start MagicAI again.")
    await gateway.ports.notify(title="MagicAI", body=f"A test by {caller.user.name}.")


@router.get("/api/runs/{run_id}/notice", responses=problems(404))
async def show_notice(gateway: At, caller: Reader, run_id: str) -> NoticeShown:
    """The notification that was asked for. 404 if none was."""
    run = await run_of(gateway, caller, run_id)
    found = await gateway.records.notices.of_run(run.run_id, owner_id=run.owner_id)
    if found is None:
        raise NotFound(f"Nobody is notified of run {run_id}.", way_out="To be notified: PUT /api/runs/{run_id}/notice")
    return NoticeShown.of(found)


@router.put("/api/runs/{run_id}/notice", responses=problems(404, 409))
async def ask_notice(gateway: At, caller: Starter, run_id: str) -> NoticeShown:
    """Notify you when the run ends: by a message to MAGICAI_NOTIFY_URL, and by all your webhooks."""
    return NoticeShown.of(await ask_for_notice(gateway.records, await run_of(gateway, caller, run_id)))


@router.delete("/api/runs/{run_id}/notice", status_code=204, responses=problems(404))
async def drop_notice(gateway: At, caller: Starter, run_id: str) -> None:
    """Don't notify you."""
    run = await run_of(gateway, caller, run_id)
    await gateway.records.notices.drop(run.run_id, owner_id=run.owner_id)
