import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from integrations.fetcher.chromium import may_use_sandbox
from integrations.fetcher.open import find_browser, static_fetcher
from integrations.fetcher.static import user_agent
from magicai.errors import Missing, Permanent
from magicai.ports import PageRequest
from magicai.settings import Settings

_PAGE = b"<html><title>check</title>MagicAI reads this.</html>"


async def check(settings: Settings) -> str:
    """Fetch a page of our own; where it lies is refused unless it is allowed, and that is looked at, too."""
    async with _page() as port:
        place = f"127.0.0.1:{port}"
        allowed = settings.model_copy(update={"crawl_allow_hosts": (place,)})
        fetcher = static_fetcher(allowed)
        try:
            page = await fetcher.fetch(PageRequest(f"http://{place}/", timeout_s=10))
        finally:
            await fetcher.close()
    if page.body != _PAGE:
        raise Permanent("crawler_check_failed", bytes=len(page.body), links=len(_PAGE))
    return "fetched a page from this machine"


@asynccontextmanager
async def _page() -> AsyncGenerator[int]:
    """A page on loopback, for as long as this lasts."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        about = ("HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {len(_PAGE)}", "Connection: close")
        writer.write("\r\n".join((*about, "", "")).encode() + _PAGE)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def check_contact(settings: Settings) -> str:
    """Shops see whom they may write to."""
    contact = settings.crawl_contact
    if not contact:
        raise Missing("crawl_contact_not_set", contact=user_agent(contact))
    return f"shops see {user_agent(contact)}"


async def check_browser(settings: Settings) -> str:
    """A browser is here."""
    found = find_browser(settings)
    if found is None:
        raise Missing("browser_not_installed")
    if not may_use_sandbox():
        return f"{found}; as root it runs without its sandbox: run MagicAI as another user"
    return str(found)
