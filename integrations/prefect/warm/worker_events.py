"""What a worker hears from Prefect's server, over one WebSocket: of new runs, and of those to be cancelled."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventAnyResourceFilter, EventFilter, EventNameFilter, EventOccurredFilter

_log = logging.getLogger(__name__)
_NEW, _CANCELLING = "prefect.flow-run.Scheduled", "prefect.flow-run.Cancelling"
_FLOW_RUN = "prefect.flow-run."
_AGAIN_S = 1.0


async def hear(pool_id: UUID, *, on_new: Callable[[], None], on_cancelling: Callable[[UUID], None]) -> None:
    """Listen to the events of one work pool, for ever; what is missed while the WebSocket is away stays unheard.

    Args:
        pool_id: of the work pool.
        on_new: there is a run to take, perhaps.
        on_cancelling: a run is to end, perhaps another worker's.
    """
    while True:
        wanted = EventFilter(
            occurred=EventOccurredFilter.model_validate({"since": datetime.now(UTC)}),
            event=EventNameFilter(name=[_NEW, _CANCELLING]),
            any_resource=EventAnyResourceFilter(id=[f"prefect.work-pool.{pool_id}"]),
        )
        try:
            async with get_events_subscriber(wanted) as events:
                async for event in events:
                    if event.event == _NEW:
                        on_new()
                    elif event.resource.id.startswith(_FLOW_RUN):
                        on_cancelling(UUID(event.resource.id.removeprefix(_FLOW_RUN)))
        except Exception as exc:  # noqa: BLE001 - whatever ended it, the worker asks for what it has not heard
            _log.warning("Prefect's events are not heard for a moment: %s", exc)
        await asyncio.sleep(_AGAIN_S)
