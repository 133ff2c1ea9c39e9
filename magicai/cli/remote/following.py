"""A run's events over a gateway's WebSocket; a lost one is made again, with nothing left out and nothing twice."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidProxy, InvalidStatus, InvalidURI, WebSocketException
from websockets.frames import CloseCode
from websockets.typing import Subprotocol

from magicai.cli.remote.calls import headers_of, unreachable
from magicai.cli.remote.gateway import Server
from magicai.errors import Invalid, MagicError, NotFound, Permanent, Refused, Unknown
from magicai.runs.run import RunEvent
from magicai.runs.views.wording import event_for
from magicai.surfaces import TERMINAL

_PROTOCOL = Subprotocol("magicai.v1")
_REFUSALS: dict[int, type[MagicError]] = {
    1008: Refused,
    1011: Permanent,
    4401: Unknown,
    4403: Refused,
    4404: NotFound,
    4422: Invalid,
}
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
_GIVE_UP_S, _OPEN_LIMIT_S = 600.0, 20.0
_NEVER = (400, 401, 403, 404, 405, 421)


async def follow(server: Server, run_id: str, *, after: int, say: Callable[[str], None]) -> AsyncGenerator[RunEvent]:
    """A run's events as they come, the first after sequence `after`, until its final status.

    Args:
        say: is told when the connection is lost, and when it is back.

    Raises:
        Temporary: the gateway has not answered for ten minutes.
        Unknown, Refused, NotFound, Permanent: it will not tell; the message says why.
    """
    lost_at: float | None = None
    pause, said = _FIRST_PAUSE_S, False
    while True:
        try:
            async with connect(
                f"ws{server.url.removeprefix('http')}/ws/task/{run_id}?after={after}",
                subprotocols=[_PROTOCOL],
                additional_headers=headers_of(server),
                proxy=None if server.loopback else True,
                open_timeout=_OPEN_LIMIT_S,
            ) as socket:
                lost_at = None
                if said:
                    say("The connection is back.")
                    said = False
                async for message in socket:
                    event = event_for(RunEvent.model_validate_json(message), TERMINAL)
                    pause = _FIRST_PAUSE_S
                    if event.sequence > after:
                        after = event.sequence
                        yield event
                if socket.close_code == CloseCode.NORMAL_CLOSURE:
                    return  # the final status was told
                trouble: Exception = ConnectionError(f"it closes with {socket.close_code}")
        except (OSError, TimeoutError, WebSocketException) as exc:
            _check(exc, server)
            trouble = exc
        now = time.monotonic()
        lost_at = lost_at or now
        if now - lost_at > _GIVE_UP_S:
            raise unreachable(server.url, trouble)
        # One that closes at once, again and again, is said to be lost once.
        if not said and pause == _FIRST_PAUSE_S:
            said = True
            say("The connection is lost. The run continues, and is shown again when the connection is back.")
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE_S, 2 * pause)


def _check(error: Exception, server: Server) -> None:
    """Raise what trying again does not help."""
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        kind = _REFUSALS.get(error.rcvd.code)
        if kind is not None:
            raise kind(error.rcvd.reason or f"{server.url} does not tell of this run.") from error
    if isinstance(error, InvalidStatus) and error.response.status_code in _NEVER:
        raise Refused("socket_refused", url=server.url, status=error.response.status_code) from error
    if isinstance(error, InvalidURI | InvalidProxy):
        raise Permanent("socket_open_failed", url=server.url, reason=error) from error
