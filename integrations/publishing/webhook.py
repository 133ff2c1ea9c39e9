"""A webhook that publishes: one signed call per post, as Standard Webhooks says.

The call's id is the post's key, so a receiver can ignore repeated ones. One that does says so by the option
`repeats=ignored`; one that can be asked has an address `look_up`. Of another, a person decides what is unknown.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from integrations.http.json_client import Answer, JsonClient
from integrations.publishing.previews import article_preview
from magicai.errors import Invalid, Permanent
from magicai.publishing.draft import Article, Body
from magicai.publishing.ports import Intent, Picture, Posted, PostStatus, Publisher
from magicai.values.times import to_iso


class WebhookPublisher(Publisher):
    """Posts to a webhook.

    Args:
        secret: `whsec_...`, which signs.
        look_up: an address that answers `{"id", "url"}` for `?id=KEY`, or 404.
        ignores_repeats: whether the receiver ignores ids that it knows.
    """

    finds_by_content = False

    def __init__(
        self, site: JsonClient, secret: str, *, settle_s: float, look_up: str = "", ignores_repeats: bool = False
    ) -> None:
        self._site, self._look_up, self._ignores_repeats = site, look_up, ignores_repeats
        self.settle_s = 0.0 if ignores_repeats else settle_s
        try:
            self._hook = Webhook(secret)
        except Exception as exc:
            raise Invalid("signing_secret_invalid") from exc

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """What the receiver is sent; what it makes of that is its own."""
        assert isinstance(body, Article)
        return article_preview(body, body.html, images)

    async def check(self) -> str:
        """The address; whether it answers is not known without a post."""
        return self._site.address

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """Nothing beside the key."""
        del intent
        return {}

    async def publish(self, intent: Intent) -> Posted:
        """Send the post."""
        return self._posted(await self._send("post.published", intent.key, _body(intent)), intent.key)

    async def look_up(self, intent: Intent) -> Posted | None:
        """What the receiver says of the key."""
        if self._look_up:
            answer = await self._site.read(
                self._look_up, headers=self._signed(intent.key, b""), query={"id": intent.key}
            )
            if answer.is_there and not answer.object.get("id"):
                raise Permanent("post_id_missing", look_up=self._look_up)
            return self._posted(answer, intent.key) if answer.is_there else None
        if self._ignores_repeats:
            return None
        raise Permanent("webhook_outcome_unverifiable")

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Send the post's new content."""
        key = f"{intent.key}:{intent.digest[:16]}"
        answer = await self._send("post.updated", key, {**_body(intent), "id": posted.remote_id})
        return Posted(posted.remote_id, str(answer.object.get("url") or posted.url))

    async def remove(self, posted: Posted) -> None:
        """Say that the post is withdrawn."""
        await self._send("post.removed", f"{posted.remote_id}:removed", {"id": posted.remote_id, "url": posted.url})

    async def see(self, posted: Posted) -> PostStatus:
        """Nothing is known of it."""
        del posted
        return PostStatus(there=True)

    async def close(self) -> None:
        """Let go of connections."""
        await self._site.close()

    async def _send(self, event: str, key: str, data: Mapping[str, Any]) -> Answer:
        now = to_iso(int(datetime.now(UTC).timestamp()) * 1_000_000)
        body = json.dumps({"type": event, "timestamp": now, "data": data}, ensure_ascii=False).encode()
        headers = {**self._signed(key, body), "Content-Type": "application/json"}
        return await self._site.change("POST", "", headers=headers, data=body)

    def _signed(self, key: str, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._hook.sign(key, now, body.decode()),
        }

    def _posted(self, answer: Answer, key: str) -> Posted:
        found = answer.object
        return Posted(str(found.get("id") or key), str(found.get("url") or ""))


def _body(intent: Intent) -> dict[str, Any]:
    """A post as receivers get it; images are named by their digests."""
    body = intent.body.model_dump(mode="json")
    body["media"] = [{name: one[name] for name in ("name", "media_type", "digest", "alt")} for one in body["media"]]
    return {**body, "key": intent.key, "created_at": to_iso(intent.created_at), "digest": intent.digest}
