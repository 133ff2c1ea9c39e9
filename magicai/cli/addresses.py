"""Addresses of a request, looked up before there is a run: what can't be read is said at once, and leaves no trace."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Sequence

from pydantic import BaseModel

from magicai.errors import Temporary
from magicai.runs import registry
from magicai.settings import Settings

_LIMIT_S = 2.0


async def check_addresses(workflow: str, request: BaseModel, settings: Settings) -> None:
    """Look up the hosts of the addresses that a request names.

    Raises:
        Invalid: there is no such host, or the address is none.
        Refused: none of its addresses may be read.
        Temporary: names can't be looked up.
    """
    from integrations.fetcher.addresses import AddressRules

    field = registry.workflow(workflow).addresses
    urls: Sequence[str] = getattr(request, field) if field else ()
    rules = AddressRules(settings.crawl_allow_hosts, resolve=_resolve)
    targets = [rules.target(url) for url in urls]
    try:
        async with asyncio.timeout(_LIMIT_S):
            await asyncio.gather(*map(rules.addresses, targets))
    except TimeoutError as exc:
        hosts = ", ".join(dict.fromkeys(target.host for target in targets))
        raise Temporary("host_lookup_timed_out", hosts=hosts, limit_s=f"{_LIMIT_S:g}") from exc


async def _resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host; in a thread that nobody waits for, for the system's resolver can't be interrupted."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str], error: Exception | None) -> None:
        if answered.done():
            return
        if error is None:
            answered.set_result(found)
        else:
            answered.set_exception(error)

    def look_up() -> None:
        found: list[str] = []
        error: Exception | None = None
        try:
            found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as exc:
            error = exc
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=look_up, daemon=True).start()
    return await answered
