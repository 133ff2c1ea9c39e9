"""Webhooks by HTTP, signed as Standard Webhooks says, to checked addresses."""

import asyncio
from datetime import UTC, datetime
from importlib.metadata import version

import aiohttp
from standardwebhooks import Webhook

from integrations.fetcher.addresses import AddressRules, Target
from integrations.fetcher.faults import translated
from integrations.fetcher.headers import retry_after_s
from integrations.fetcher.session import checked_session, trust, url_of
from magicai.errors import Invalid, Temporary
from magicai.ports import Answered, WebhookSender

SETTING = "MAGICAI_WEBHOOK_ALLOW_HOSTS"
_LIMIT_S = 15.0
_PER_HOST = 4
_LONGEST_URL = 2000


class HttpWebhooks(WebhookSender):
    """Posts to targets; of an answer, its status counts, and its body is not read.

    Args:
        rules: which addresses may be posted to.
        limit_s: how long a target may take.
    """

    def __init__(self, rules: AddressRules, *, limit_s: float = _LIMIT_S) -> None:
        self._rules, self._limit_s = rules, limit_s
        self._opened: aiohttp.ClientSession | None = None

    def check(self, url: str) -> None:
        """Let an address pass that may be posted to, as far as its spelling tells."""
        self._target(url)

    async def send(self, url: str, *, secret: str, event_id: str, body: bytes) -> Answered:
        """Post a signed body."""
        target, now = self._target(url), datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(event_id, now, body.decode()),
        }
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._post(target, headers, body)
        except TimeoutError as exc:
            raise Temporary("service_timed_out", server=target.authority, limit_s=f"{self._limit_s:g}") from exc

    async def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _target(self, url: str) -> Target:
        if len(url) > _LONGEST_URL:
            raise Invalid("webhook_address_too_long", count=len(url), limit=_LONGEST_URL)
        return self._rules.confidential(url)

    async def _post(self, target: Target, headers: dict[str, str], body: bytes) -> Answered:
        if self._opened is None:
            agent = {"User-Agent": f"MagicAI/{version('magicai')}"}
            self._opened = checked_session(self._rules, agent, per_host=_PER_HOST)
        try:
            response = await self._opened.post(
                url_of(target), data=body, headers=headers, allow_redirects=False, ssl=trust(target)
            )
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise translated(exc, target) from exc
        wait = response.headers.get("Retry-After")
        response.close()  # with its connection: what else it says is not read
        return Answered(response.status, None if wait is None else retry_after_s(wait))
