"""What nobody does and somebody should know: a schedule whose owner has left."""

import logging
from collections.abc import Callable

from magicai.ports import Records
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.channel_events import SCHEDULE_NEEDS_OWNER

_log = logging.getLogger(__name__)
_EVERY_S = 60.0


async def announce_standing(records: Records) -> None:
    """Announce what stands so now; what was announced before is not again."""
    wanting = await records.channels.wanting([SCHEDULE_NEEDS_OWNER])
    for name, bound in (await records.identities.schedule_owners()).items() if wanting else ():
        if not bound.may_run and bound.workspace_id in wanting:
            event_id = f"schedule_{name}_{bound.user.user_id if bound.user else ''}"
            told = {"name": bound.user.name if bound.user else "", "path": "/workflows"}
            await records.channels.announce(bound.workspace_id, SCHEDULE_NEEDS_OWNER, event_id, told)


async def keep_looking(records: Callable[[], Records]) -> None:
    """Look for ever."""
    await keep_doing(lambda: announce_standing(records()), log=_log, waits="alerts", pause_s=lambda: _EVERY_S)
