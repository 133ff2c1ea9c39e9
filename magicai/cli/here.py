"""What commands do on this machine, with its own ports and as its own user."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from magicai.errors import Invalid

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.accounts.identity import User

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


def as_local_user(work: "Callable[[Ports, User], Awaitable[Result]]") -> Result:
    """Do something as the user whose command line this is."""

    async def act(ports: "Ports") -> Result:
        from magicai.accounts.users import local_user

        return await work(ports, await local_user(ports.records.identities, ports.settings.owner))

    return with_ports(act)
