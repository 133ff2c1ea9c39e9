"""Mastodon's API, which many servers speak; not all of them honour Idempotency-Key.

So that no post is made twice on any, the newest own status is noted before the first try. After a call whose outcome
is unknown, the statuses since then are compared with what was sent.
"""

import asyncio
import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from integrations.http.json_client import JsonClient, objects
from integrations.publishing.site import plain
from magicai.errors import Invalid, Permanent
from magicai.publishing.draft import Note
from magicai.publishing.ports import Intent, MediaBody, Posted, Publisher, Reply, Seen
from magicai.values.times import said_us

_PAGE, _PAGES = 40, 10
_MEDIA_POLLS, _MEDIA_POLL_S = 30, 1.0
_VISIBILITY = ("public", "unlisted", "private", "direct")
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
            raise Invalid(f"{visibility!r} is not a visibility.", way_out=f"Use one of: {', '.join(_VISIBILITY)}.")
        self._site, self.settle_s, self._visibility = site, settle_s, visibility
        self._headers = {"Authorization": f"Bearer {token}"}

    async def check(self) -> str:
        """The account's name."""
        return str((await self._account()).get("acct", ""))

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The account, its newest status, and what would be posted."""
        account = str((await self._account()).get("id", ""))
        newest = await self._statuses(account, {"limit": "1"})
        fence = str(newest[0].get("id", "")) if newest else ""
        return {
            "account": account,
            "fence": fence,
            "text": _digest(_note(intent).text),
            "media": str(len(intent.media)),
        }

    async def publish(self, intent: Intent) -> Posted:
        """Post a status."""
        body = {**self._status(intent), "media_ids": await self._upload(intent.media)}
        headers = {**self._headers, "Idempotency-Key": hashlib.sha256(intent.key.encode()).hexdigest()}
        answer = await self._site.change("POST", "/api/v1/statuses", headers=headers, body=body)
        return self._posted(answer.object)

    async def look_up(self, intent: Intent) -> Posted | None:
        """The status with the same text and as many images since the newest one before.

        Of several posts alike whose outcome nobody knows, each has one that is newer than what was there before it.
        """
        found = [
            one
            for one in await self._since(intent.kept["account"], intent.kept["fence"])
            if str(one.get("id")) not in intent.others
            and _digest(_plain(str(one.get("content", "")))) == intent.kept["text"]
            and str(len(one.get("media_attachments") or ())) == intent.kept["media"]
        ]
        if len(found) > 1 + len(intent.alike):
            where = ", ".join(str(one.get("url")) for one in found)
            raise Permanent(f"{len(found)} statuses have this text: {where}")
        own = _own(found, intent)
        return None if own is None else self._posted(own)

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Edit a status."""
        body = {**self._status(intent), "media_ids": await self._upload(intent.media)}
        body.pop("visibility")
        path = f"/api/v1/statuses/{_known(posted)}"
        return self._posted((await self._site.change("PUT", path, headers=self._headers, body=body)).object)

    async def remove(self, posted: Posted) -> None:
        """Delete a status."""
        path = f"/api/v1/statuses/{_known(posted)}"
        if (await self._site.read(path, headers=self._headers)).is_there:
            await self._site.change("DELETE", path, headers=self._headers)

    async def see(self, posted: Posted) -> Seen:
        """How a status does."""
        answer = await self._site.read(f"/api/v1/statuses/{_known(posted)}", headers=self._headers)
        if not answer.is_there:
            return Seen(there=False)
        status = answer.object
        names = {"likes": "favourites_count", "reposts": "reblogs_count", "replies": "replies_count"}
        counts = {ours: int(status[theirs]) for ours, theirs in names.items() if isinstance(status.get(theirs), int)}
        mark = _digest(_plain(str(status.get("content", ""))))
        replies = await self._replies(posted.remote_id) if counts.get("replies") else ()
        return Seen(there=True, changed=mark, counts=counts, replies=replies)

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
            if one.get("visibility", "public") in ("public", "unlisted")
        )[-_PAGE:]

    def _status(self, intent: Intent) -> dict[str, Any]:
        note = _note(intent)
        return {"status": note.text, "visibility": self._visibility, "language": note.language}

    async def _account(self) -> dict[str, Any]:
        return (await self._site.read("/api/v1/accounts/verify_credentials", headers=self._headers)).object

    async def _statuses(self, account: str, query: Mapping[str, str]) -> Sequence[dict[str, Any]]:
        path = f"/api/v1/accounts/{account}/statuses"
        return (await self._site.read(path, headers=self._headers, query={"exclude_reblogs": "true", **query})).list

    async def _since(self, account: str, fence: str) -> list[dict[str, Any]]:
        """All statuses that are newer than the fence."""
        found: list[dict[str, Any]] = []
        query = {"limit": str(_PAGE), **({"since_id": fence} if fence else {})}
        for _ in range(_PAGES):
            page = await self._statuses(account, query)
            # A server may not know `since_id`.
            ids = [str(one.get("id")) for one in page]
            newer = page[: ids.index(fence)] if fence in ids else page
            found += newer
            if len(newer) < len(page) or len(page) < _PAGE:
                return found
            query["max_id"] = ids[-1]
        raise Permanent(f"More than {_PAGE * _PAGES} statuses have been posted since.")

    async def _upload(self, media: Sequence[MediaBody]) -> list[str]:
        ids: list[str] = []
        for one in media:
            form = aiohttp.FormData()
            form.add_field("file", one.body, filename=one.media.name, content_type=one.media.media_type)
            form.add_field("description", one.media.alt)
            answer = await self._site.change_freely("POST", "/api/v2/media", headers=self._headers, data=form)
            number = str(answer.object.get("id", ""))
            for _ in range(_MEDIA_POLLS):
                if answer.object.get("url"):
                    break
                await asyncio.sleep(_MEDIA_POLL_S)
                answer = await self._site.read(f"/api/v1/media/{number}", headers=self._headers)
            ids.append(number)
        return ids

    def _posted(self, status: Mapping[str, Any]) -> Posted:
        if not status.get("id"):
            raise self._site.unreadable("the status's id")
        return Posted(str(status["id"]), _address(status))


def _note(intent: Intent) -> Note:
    assert isinstance(intent.body, Note)
    return intent.body


def _own(found: Sequence[Mapping[str, Any]], intent: Intent) -> Mapping[str, Any] | None:
    """Of statuses alike, newest first, this post's: the last one prepared has the newest that was not there before."""
    left = [*found]
    posts = [intent.kept, *intent.alike]
    for kept in sorted(posts, key=lambda one: (_age(one["fence"]), one.get("key", "")), reverse=True):
        newer = bool(left) and _age(str(left[0].get("id"))) > _age(kept["fence"])
        its = left.pop(0) if newer else None
        if kept is intent.kept:
            return its
    return None


def _age(number: str) -> tuple[int, str]:
    """By which ids of statuses are in the order of their time, be they numbers or longer words later."""
    return len(number), number


def _known(posted: Posted) -> str:
    if not posted.remote_id:
        raise Invalid(f"The id of {posted.url or 'the post'} is not known.", way_out="Change it on the platform.")
    return posted.remote_id


def _address(status: Mapping[str, Any]) -> str:
    return str(status.get("url") or status.get("uri") or "")


def _plain(content: str) -> str:
    """The text of a status's HTML."""
    return html.unescape(_TAG.sub("", content))


def _digest(text: str) -> str:
    """A mark of a text that servers' spaces and mentions leave as it is."""
    read = _MENTION.sub(r"@\1", unicodedata.normalize("NFC", text))
    return hashlib.sha256(_SPACE.sub("", read).encode()).hexdigest()
