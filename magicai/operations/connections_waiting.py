"""Connections that were lost, each with the settings where it is repaired."""

from magicai.accounts.identity import WorkspaceRole
from magicai.operations.operation import Context
from magicai.setting_values import variable_of
from magicai.shapes.home import Waiting, WaitingThing
from magicai.values.times import DAY_US, now_us

TAG = "home"
# What fails until somebody does something; a server that was away once comes back by itself.
_BROKEN = ("refused", "permanent")
# A model that nobody has called since then is missed by nobody.
_RECENT_US = 7 * DAY_US


async def lost_connections(context: Context) -> list[Waiting]:
    """Models, notification channels and webhooks that failed when they were used last, for admins.

    Ids begin with the section of the settings: `models:openai:gpt-4o`.
    """
    if not context.caller.workspace_role.covers(WorkspaceRole.ADMIN):
        return []
    records, owner_id = context.records, context.owner_id
    found = [("models", name, name) for name in await _lost_models(context)]
    keys = [one for one in await records.settings.of(owner_id) if one.owner_id == owner_id and one.test_error]
    found += [("models", key.name, variable_of(key.name)) for key in keys]
    channels = [one for one in await records.channels.listed(owner_id) if one.enabled and one.last_error]
    found += [("notifications", one.channel_id, one.name) for one in channels]
    hooks = [one for one in await records.webhooks.listed(owner_id) if one.disabled_at is not None]
    found += [("webhooks", one.webhook_id, one.url) for one in hooks]
    first = [WaitingThing(id=f"{section}:{key}", title=title) for section, key, title in found]
    return [Waiting(kind="connections_lost", count=len(first), first=first)] if first else []


async def _lost_models(context: Context) -> list[str]:
    """Models that a role has now and that failed when they were called last, or were away the last two times."""
    chosen = set((await context.ports.machine_now()).models.values())
    calls = await context.records.model_calls.latest(context.owner_id, since=now_us() - _RECENT_US, each=2)
    outcomes: dict[str, list[str]] = {}
    for call in calls:
        outcomes.setdefault(call.model, []).append(call.outcome)
    return [
        name
        for name, found in outcomes.items()
        if name in chosen and (found[0] in _BROKEN or found == ["temporary", "temporary"])
    ]
