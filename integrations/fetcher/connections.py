"""Connections to servers, kept open and used again: by scheme, host and port."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import aiohappyeyeballs

from integrations.fetcher.addresses import AddressRules, Target
from integrations.fetcher.connection import Connection, Cut, Taker

_connected: Any = vars(aiohappyeyeballs)["start_connection"]  # its types are partly unknown
_BUFFER = 65_536
# Servers close what is idle; one that may be about to is left alone.
_MOST_IDLE_S = 15.0
# So long, the addresses of a name hold that were looked up and checked.
_ADDRESSES_HOLD_S = 10.0
# Where a name has several addresses, the next is tried beside the last after so long (RFC 8305).
_NEXT_ADDRESS_S = 0.25


class Unreachable(OSError):  # noqa: N818 - the server is
    """No connection could be made; its cause says why."""


@dataclass(slots=True)
class _Place:
    """A server: connections to it that are idle, and its addresses."""

    turns: asyncio.Semaphore
    idle: list[Connection] = field(default_factory=list[Connection])
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    addresses: list[str] = field(default_factory=list[str])
    hold_until: float = 0.0


class Connections:
    """Sends requests to checked addresses: a name is looked up by the rules, and what they answer is connected to.

    Args:
        per_host: most connections to one server.
        trusted: whose certificates to believe; asked for when first needed.
    """

    def __init__(self, rules: AddressRules, per_host: int, trusted: Callable[[], ssl.SSLContext]) -> None:
        self._rules = rules
        self._per_host = per_host
        self._trusted = trusted
        # What has come is copied out of it at once, so that all share it.
        self._buffer = memoryview(bytearray(_BUFFER))
        self._places: dict[tuple[str, str, int], _Place] = {}

    async def ask(self, target: Target, request: bytes, taker: Taker) -> None:
        """Send a request to where a target points, and have its answer taken in.

        Raises:
            Garbled, Cut: as `Connection.ask` does.
            Unreachable: nobody listens there.
            ssl.SSLError: the server's certificate or its TLS is not good.
            Refused, Invalid, Temporary: as `AddressRules.addresses` does.
        """
        called = (target.scheme, target.host, target.port)
        place = self._places.get(called)
        if place is None:
            place = self._places[called] = _Place(asyncio.Semaphore(self._per_host))
        async with place.turns:
            kept = _taken(place)
            if kept is not None:
                try:
                    await kept.ask(request, taker)
                except Cut as exc:
                    if not exc.unanswered:
                        raise
                    # The server has closed it in the moment in which it was asked.
                else:
                    _put_back(place, kept)
                    return
            made = await self._connect(target, place)
            await made.ask(request, taker)
            _put_back(place, made)

    async def close(self) -> None:
        """Let go of all connections that are idle."""
        idle = [connection for place in self._places.values() for connection in place.idle]
        self._places.clear()
        for connection in idle:
            connection.abort()
        for connection in idle:
            await connection.gone()

    async def _connect(self, target: Target, place: _Place) -> Connection:
        addresses = await self._addresses(target, place)
        infos = [
            (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, target.port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, target.port))
            for address in addresses
        ]
        secure = target.scheme == "https"
        try:
            reached = await _connected(infos, happy_eyeballs_delay=_NEXT_ADDRESS_S, interleave=1)
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(self._buffer),
                sock=reached,
                ssl=self._trusted() if secure else None,
                server_hostname=target.host if secure else None,
            )
        except ssl.SSLError:
            raise
        except OSError as exc:
            raise Unreachable(exc.errno, exc.strerror or str(exc)) from exc
        return connection

    async def _addresses(self, target: Target, place: _Place) -> list[str]:
        async with place.looking:
            if place.hold_until <= monotonic():
                place.addresses = await self._rules.addresses(target)
                place.hold_until = monotonic() + _ADDRESSES_HOLD_S
            return place.addresses


def _taken(place: _Place) -> Connection | None:
    """The connection that was used last; those that nobody can use any more are let go."""
    earliest = monotonic() - _MOST_IDLE_S
    while place.idle:
        kept = place.idle.pop()
        if kept.usable and kept.idle_since >= earliest:
            return kept
        kept.abort()
    return None


def _put_back(place: _Place, connection: Connection) -> None:
    if connection.usable:
        place.idle.append(connection)
