"""Mastodon's API, which many servers speak; not all of them honour Idempotency-Key.

So that no post is made twice on any, the newest own statuses are noted before the first try. After a call whose outcome
is unknown, the statuses that are new are compared with what was sent.
"""

import asyncio
import hashlib
import html
import re
import unicodedata
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import aiohttp

from integrations.http.json_client import JsonClient, objects
from integrations.publishing.previews import note_preview
from integrations.publishing.site import plain
from magicai.errors import Invalid, NotFound, Permanent, Refused
from magicai.messages import say
from magicai.publishing.draft import Body, Note
from magicai.publishing.ports import Intent, MediaBody, Picture, Posted, PostStatus, Publisher, Reply
from magicai.publishing.recognition import FENCE, PAGE, Listed, account_of, fence_of, recognised
from magicai.values.times import said_us

_REPLIES = 40
_MEDIA_POLLS, _MEDIA_POLL_S = 30, 1.0
_LISTED = ("public", "unlisted")
_VISIBILITY = (*_LISTED, "private", "direct")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
# Servers show a mention without the host of its account.
_MENTION = re.compile(r"@([\w.-]+)@[\w.-]+")


class MastodonPublisher(Publisher):
    """Posts statuses of one account.

    Args:
        settle_s: how long after an interrupted call a status may still appear.
        visibility: of statuses.
    """

    finds_by_content = True

    def __init__(self, site: JsonClient, token: str, *, settle_s: float, visibility: str = "public") -> None:
        if visibility not in _VISIBILITY:
            raise Invalid("unknown_visibility", visibility=visibility, names=", ".join(_VISIBILITY))
        self._site, self.settle_s, self._visibility = site, settle_s, visibility
        self._headers = {"Authorization": f"Bearer {token}"}

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The post as a card."""
        assert isinstance(body, Note)
        return note_preview(body, images, by=self._site.address)

    async def check(self) -> str:
        """The account's name."""
        return str((await self._account()).get("acct", ""))

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The account, its newest statuses, and what would be posted."""
        account = str((await self._account()).get("id", ""))
        newest = await self._statuses(account, {"limit": str(FENCE)})
        return {
            "site": self._site.address,
            "account": account,
            "fence": fence_of([self._listed(one) for one in newest]),
            "text": _mark(_note(intent).text, len(intent.media)),
        }

    async def publish(self, intent: Intent) -> Posted:
        """Post a status."""
        body = {**self._status(intent), "media_ids": await self._upload(intent.media)}
        headers = {**self._headers, "Idempotency-Key": hashlib.sha256(intent.key.encode()).hexdigest()}
        answer = await self._site.change("POST", "/api/v1/statuses", headers=headers, body=body)
        return self._posted(answer.object)

    async def look_up(self, intent: Intent) -> Posted | None:
        """The status with the same text and as many images, as the server shows it or as its source."""
        found = await recognised(intent, self._pages(account_of(intent)))
        if found is None and self._visibility not in _LISTED:
            raise Permanent("post_visibility_unlisted", visibility=self._visibility)
        return found

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Edit a status."""
        body = {**self._status(intent), "media_ids": await self._upload(intent.media)}
        body.pop("visibility")
        path = f"/api/v1/statuses/{_known(posted)}"
        return self._posted((await self._site.change("PUT", path, headers=self._headers, body=body)).object)

    async def remove(self, posted: Posted) -> None:
        """Delete a status."""
        await self._site.change("DELETE", f"/api/v1/statuses/{_known(posted)}", headers=self._headers)

    async def see(self, posted: Posted) -> PostStatus:
        """How a status does."""
        answer = await self._site.read(f"/api/v1/statuses/{_known(posted)}", headers=self._headers)
        if not answer.is_there:
            return PostStatus(there=False)
        status = answer.object
        if not status.get("id"):
            raise self._site.incomplete(say("the_post_id"))
        names = {"likes": "favourites_count", "reposts": "reblogs_count", "replies": "replies_count"}
        counts = {ours: int(status[theirs]) for ours, theirs in names.items() if isinstance(status.get(theirs), int)}
        mark = _mark(_plain(str(status.get("content", ""))))
        replies = await self._replies(posted.remote_id) if counts.get("replies") else ()
        return PostStatus(there=True, changed=mark, counts=counts, replies=replies)

    async def close(self) -> None:
        """Let go of connections."""
        await self._site.close()

    async def _replies(self, number: str) -> tuple[Reply, ...]:
        """The public ones; a message to the account is none."""
        answer = await self._site.read(f"/api/v1/statuses/{number}/context", headers=self._headers)
        return tuple(
            Reply(
                str(one.get("id")),
                plain(str(one.get("content", ""))),
                said_us(one.get("created_at")) or 0,
                _address(one),
            )
            for one in objects(answer.object.get("descendants"))
            if one.get("visibility", "public") in _LISTED
        )[-_REPLIES:]

    def _status(self, intent: Intent) -> dict[str, Any]:
        note = _note(intent)
        language = note.language.partition("-")[0] or None
        return {"status": note.text, "visibility": self._visibility, "language": language}

    async def _account(self) -> dict[str, Any]:
        path = "/api/v1/accounts/verify_credentials"
        account = (await self._site.get(path, headers=self._headers, signs_in=True)).object
        if not account.get("id"):
            raise self._site.incomplete(say("the_account_id"))
        return account

    async def _statuses(self, account: str, query: Mapping[str, str]) -> Sequence[dict[str, Any]]:
        path = f"/api/v1/accounts/{account}/statuses"
        query = {"exclude_reblogs": "true", **query}
        found = (await self._site.get(path, headers=self._headers, query=query, shape=list)).list
        return [one for one in found if not one.get("reblog")]

    async def _pages(self, account: str) -> AsyncIterator[Sequence[Listed]]:
        query = {"limit": str(PAGE)}
        while page := await self._statuses(account, query):
            yield [self._listed(one) for one in page]
            query["max_id"] = str(page[-1].get("id"))

    def _listed(self, status: Mapping[str, Any]) -> Listed:
        async def marks() -> frozenset[str]:
            texts = [_plain(str(status.get("content", "")))]
            path = f"/api/v1/statuses/{status.get('id')}/source"
            with suppress(Invalid, NotFound, Refused):  # of a server that has no such thing
                texts.append(str((await self._site.read(path, headers=self._headers)).object.get("text", "")))
            return frozenset(_mark(text, len(status.get("media_attachments") or ())) for text in texts)

        return Listed(self._posted(status), marks)

    async def _upload(self, media: Sequence[MediaBody]) -> list[str]:
        ids: list[str] = []
        for one in media:
            form = aiohttp.FormData()
            form.add_field("file", one.body, filename=one.media.name, content_type=one.media.media_type)
            form.add_field("description", one.media.alt)
            answer = await self._site.change_freely("POST", "/api/v2/media", headers=self._headers, data=form)
            number = str(answer.object.get("id", ""))
            if not number:
                raise self._site.incomplete(say("the_image_id"))
            for _ in range(_MEDIA_POLLS):
                if answer.object.get("url"):
                    break
                await asyncio.sleep(_MEDIA_POLL_S)
                answer = await self._site.read(f"/api/v1/media/{number}", headers=self._headers)
            ids.append(number)
        return ids

    def _posted(self, status: Mapping[str, Any]) -> Posted:
        if not status.get("id"):
            raise self._site.unreadable(say("the_post_id"))
        return Posted(str(status["id"]), _address(status))


def _note(intent: Intent) -> Note:
    assert isinstance(intent.body, Note)
    return intent.body


def _known(posted: Posted) -> str:
    if not posted.remote_id:
        raise Invalid("post_id_unknown", post=posted.url or say("the_post"))
    return posted.remote_id


def _address(status: Mapping[str, Any]) -> str:
    return str(status.get("url") or status.get("uri") or "")


def _plain(content: str) -> str:
    """The text of a status's HTML."""
    return html.unescape(_TAG.sub("", content))


def _mark(text: str, images: int = 0) -> str:
    """A digest of a text that servers' spaces and mentions leave as it is, and of how many images it has."""
    read = _SPACE.sub("", _MENTION.sub(r"@\1", unicodedata.normalize("NFC", text)))
    return hashlib.sha256(f"{read}\n{images}".encode()).hexdigest()
