"""What commands do on this machine, with its own ports and as its own user."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from magicai.errors import Invalid

if TYPE_CHECKING:
    from integrations.open import Ports

Result = TypeVar("Result")


def check_local() -> None:
    """See that a command for this machine is asked of no gateway.

    Raises:
        Invalid: one is.
    """
    server = os.environ.get("MAGICAI_SERVER")
    if server:
        raise Invalid("command_local_only", server=server)


def with_ports(work: "Callable[[Ports], Awaitable[Result]]") -> Result:
    """Do something with the ports of this installation.

    Raises:
        Invalid: a gateway is named.
    """
    check_local()

    async def act() -> Result:
        from integrations.open import open_ports

        async with open_ports() as ports:
            return await work(ports)

    return asyncio.run(act())
