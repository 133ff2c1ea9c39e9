"""aiohttp's connections under the address rules: made to checked addresses, kept only while nothing comes unasked."""

import select
import socket
import sys
from weakref import WeakSet

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from integrations.fetcher.addresses import AddressRules


class CheckedConnector(aiohttp.TCPConnector):
    """Connects to the addresses that the rules have checked.

    Args:
        per_host: most connections to one host.
    """

    def __init__(self, rules: AddressRules, *, per_host: int) -> None:
        # The types of one of its arguments are partly unknown.
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            resolver=_CheckedResolver(rules), limit=0, limit_per_host=per_host
        )
        self._used: WeakSet[ResponseHandler] = WeakSet()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        """A new connection, or a kept one on which nothing has come since its last answer.

        aiohttp would take what a server sent unasked for the answer to the next request.
        """
        while True:
            connection = await super().connect(req, traces, timeout)
            assert connection.protocol is not None
            if connection.protocol not in self._used:
                self._used.add(connection.protocol)
                return connection
            if not _something_came(connection):
                return connection
            connection.close()


class _CheckedResolver(AbstractResolver):
    """Gives aiohttp the checked addresses of a name, to which it then connects: nothing is looked up twice.

    Hosts that are IP addresses never come here; `AddressRules.target` has checked them.
    """

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to."""
        del family
        checked = await self._rules.addresses(self._rules.target(f"http://{host}:{port}/"))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in checked
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _something_came(connection: Connection) -> bool:
    """Whether bytes or the connection's end have come, read by the event loop or still with the system."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return True
    number = transport.get_extra_info("socket").fileno()
    if sys.platform == "win32":
        return bool(select.select([number], [], [], 0)[0])
    waiting = select.poll()  # select.select fails on numbers over 1,023
    waiting.register(number, select.POLLIN)
    return bool(waiting.poll(0))
