"""Checks of what a run works with: crawler, language model, embedder, browser."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from integrations.open import Ports
from magicai.doctor import Check
from magicai.errors import Missing, Permanent
from magicai.ports import Message, PageRequest
from magicai.settings import Settings

_PAGE = b"<html><title>check</title>MagicAI reads this.</html>"
# A model of a gigabyte is read from the disk first.
_MODEL_LIMIT_S = 180.0
_EMBEDDER_LIMIT_S = 60.0


def checks(ports: Ports) -> list[Check]:
    """Everything beside the stores."""
    return [
        Check("crawler", partial(_crawler, ports.settings)),
        Check("contact", partial(_contact, ports.settings)),
        Check("browser", partial(_browser, ports.settings)),
        Check("embedder", partial(_embedder, ports), limit_s=_EMBEDDER_LIMIT_S),
        Check("language model", partial(_model, ports), limit_s=_MODEL_LIMIT_S),
    ]


async def _crawler(settings: Settings) -> str:
    """Fetch a page of our own; where it lies is refused unless it is allowed, and that is looked at, too."""
    from integrations.fetcher.open import static_fetcher

    async with _page() as port:
        place = f"127.0.0.1:{port}"
        allowed = settings.model_copy(update={"crawl_allow_hosts": (place,)})
        fetcher = static_fetcher(allowed)
        try:
            page = await fetcher.fetch(PageRequest(f"http://{place}/", timeout_s=10))
        finally:
            await fetcher.close()
    if page.body != _PAGE:
        raise Permanent(f"The crawler read {len(page.body)} bytes where a page has {len(_PAGE)}.")
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


async def _contact(settings: Settings) -> str:
    from integrations.fetcher.static import user_agent

    contact = settings.crawl_contact
    if not contact:
        raise Missing(
            f"shops see {user_agent(contact)}, and nobody to write to.",
            way_out="Set MAGICAI_CRAWL_CONTACT to an address of yours.",
        )
    return f"shops see {user_agent(contact)}"


async def _browser(settings: Settings) -> str:
    from integrations.fetcher.open import find_browser

    found = find_browser(settings)
    if found is None:
        raise Missing("none is here; pages that scripts draw stay unread.", way_out="To fetch one: magicai browser get")
    return str(found)


async def _embedder(ports: Ports) -> str:
    vectors = await ports.embedder.embed(["a chair", "一把椅子"])
    return f"{ports.embedder.name}, {vectors.shape[1]} dimensions"


async def _model(ports: Ports) -> str:
    """Ask for a word."""
    model = await ports.text_model()
    if model is None:
        raise Missing("none is here; reports are written by the composer.", way_out="To fetch one: magicai model get")
    said, usage = await model.text([Message("user", "Say the word kettle.")], max_tokens=8)
    if not said.strip():
        raise Permanent(f"{model.name} was asked for a word and said nothing.")
    cost = f" for {usage.cost:.4f} {usage.currency}" if usage.cost else ""
    return f"{model.name} said {said.strip()[:40]!r}{cost}"
