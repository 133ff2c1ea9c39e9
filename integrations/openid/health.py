from collections.abc import Awaitable, Callable

from magicai.errors import Missing
from magicai.ports import OpenIdProvider


async def check(provider: Callable[[], Awaitable[OpenIdProvider | None]]) -> str:
    """The provider describes itself, and names its keys."""
    found = await provider()
    if found is None:
        raise Missing("oidc_not_configured")
    return await found.check()
