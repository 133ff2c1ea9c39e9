"""What a worker is told by Prefect's server, over one WebSocket: of new runs, and of those to be cancelled."""

from collections.abc import Callable
from uuid import UUID

# Private, and what Prefect's own worker hears of cancelled runs by; the pin and a test hold it. While the WebSocket is
# away, it asks for cancelled runs instead, and connects again by itself.
from prefect._internal.observers import FlowRunCancellingObserver, OnCancellingCallback
from prefect.events import Event
from prefect.events.filters import EventAnyResourceFilter, EventFilter, EventNameFilter

_NEW, _CANCELLING = "prefect.flow-run.Scheduled", "prefect.flow-run.Cancelling"
_LOOK_S = 1.0


class RunObserver(FlowRunCancellingObserver):
    """Of one work pool.

    Args:
        on_new: there is a run to take, perhaps.
        on_cancelling: a run of this worker's is to end.
    """

    def __init__(self, pool_id: UUID, *, on_new: Callable[[], None], on_cancelling: OnCancellingCallback) -> None:
        self._on_new = on_new
        super().__init__(
            on_cancelling=on_cancelling,
            polling_interval=_LOOK_S,
            event_filter=EventFilter(
                event=EventNameFilter(name=[_NEW, _CANCELLING]),
                any_resource=EventAnyResourceFilter(id=[f"prefect.work-pool.{pool_id}"]),
            ),
        )

    def _handle_event(self, event: Event) -> None:
        if event.event == _NEW:
            self._on_new()
        else:
            super()._handle_event(event)
