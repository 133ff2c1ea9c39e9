"""Slack's incoming webhooks, and those of chats that take the same: Mattermost, Rocket.Chat.

Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import asyncio
from http import HTTPStatus
from importlib.metadata import version

import aiohttp

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.faults import translated
from integrations.fetcher.session import checked_session, trust, url_of
from magicai.errors import Refused, Temporary

_LIMIT_S = 15.0
_LONGEST_ANSWER = 300
_AGAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


def escaped(text: str) -> str:
    """Text in which nothing is a link or tells everybody: titles come from other people's pages.

    Source: https://docs.slack.dev/messaging/formatting-message-text, "Escaping text"
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


async def post(rules: AddressRules, url: str, text: str) -> str:
    """Post a message; answers what the chat said.

    Args:
        text: in Slack's format; what others wrote is `escaped`.

    Raises:
        Invalid, NotPublic: the address can't be used.
        Refused: the chat does not take it; says why.
        Temporary: it does not answer, or takes nothing now.
    """
    target = rules.confidential(url)
    agent = {"User-Agent": f"MagicAI/{version('magicai')}"}
    try:
        async with (
            asyncio.timeout(_LIMIT_S),
            checked_session(rules, agent, per_host=1) as session,
            session.post(url_of(target), json={"text": text}, allow_redirects=False, ssl=trust(target)) as response,
        ):
            status, answer = response.status, await response.content.read(_LONGEST_ANSWER)
    except TimeoutError as exc:
        raise Temporary("service_timed_out", server=target.authority, limit_s=f"{_LIMIT_S:g}") from exc
    except (aiohttp.ClientError, OSError, ValueError) as exc:
        raise translated(exc, target) from exc
    said = " ".join(answer.decode(errors="replace").split())
    if status == HTTPStatus.OK:
        return said
    kind = Temporary if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR else Refused
    raise kind("chat_refused", server=target.authority, status=status, reason=said or "-")
