"""How long a connection may take to say what it wants: uvicorn itself waits for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_LIMIT_S = 15.0


class Patient(H11Protocol):
    """Closes a connection whose first request's head does not come in time; later ones uvicorn closes when idle."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._waiting = self.loop.call_later(HEAD_LIMIT_S, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        # A cycle is a request whose head has come; uvicorn types it as if there always was one.
        cycle: Any = self.cycle
        if cycle is None and not self.transport.is_closing():
            self.transport.close()
