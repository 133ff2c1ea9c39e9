"""What nobody does and somebody should know: a budget that is nearly used, a schedule whose owner has left."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from magicai.brain.budgets import limits_of
from magicai.ports import Records, Spender
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.channel_events import BUDGET_80, BUDGET_100, SCHEDULE_NEEDS_OWNER
from magicai.settings import Settings
from magicai.values.money import in_words

_log = logging.getLogger(__name__)
_EVERY_S = 60.0
# The highest first: of two that are reached at once, one is told.
_LEVELS = ((1.0, BUDGET_100), (0.8, BUDGET_80))


async def announce_standing(records: Records, settings_of: Callable[[str], Awaitable[Settings]]) -> None:
    """Announce what stands so now; what was announced before is not again."""
    for owner_id in await records.channels.wanting([BUDGET_80, BUDGET_100]):
        await _announce_budgets(records, owner_id, await settings_of(owner_id))
    wanting = await records.channels.wanting([SCHEDULE_NEEDS_OWNER])
    for name, bound in (await records.identities.schedule_owners()).items() if wanting else ():
        if not bound.may_run and bound.workspace_id in wanting:
            event_id = f"schedule_{name}_{bound.user.user_id}"
            told = {"name": bound.user.name, "path": "/workflows"}
            await records.channels.announce(bound.workspace_id, SCHEDULE_NEEDS_OWNER, event_id, told)


async def _announce_budgets(records: Records, owner_id: str, settings: Settings) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    for budget in await records.budgets.budgets(Spender(owner_id), limits_of(settings)):
        # What all spend together is the installation's business.
        if budget.limit is None or (budget.scope == "month" and owner_id != settings.owner):
            continue
        event = next((event for share, event in _LEVELS if budget.spent >= share * (budget.limit or 0.0)), None)
        if event is not None:
            told = {"spent": in_words(budget.spent), "limit": in_words(budget.limit), "path": "/settings/costs"}
            event_id = f"budget_{budget.scope}_{month}_{event}"
            await records.channels.announce(owner_id, event, event_id, told)


async def keep_looking(records: Callable[[], Records], settings_of: Callable[[str], Awaitable[Settings]]) -> None:
    """Look for ever."""
    await keep_doing(
        lambda: announce_standing(records(), settings_of), log=_log, waits="alerts", pause_s=lambda: _EVERY_S
    )
