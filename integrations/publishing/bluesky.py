"""Bluesky, or any other server of the AT protocol.

A post's record key is fixed before the first try, and `putRecord` writes it: called again, it changes nothing.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from integrations.http.json_client import Answer, JsonClient, objects
from integrations.publishing.previews import note_preview
from magicai.errors import Invalid, NotFound, Refused
from magicai.messages import say
from magicai.publishing.draft import Body, Note
from magicai.publishing.ports import Intent, MediaBody, Picture, Posted, PostStatus, Publisher, Reply
from magicai.values.times import said_us, to_iso

_COLLECTION = "app.bsky.feed.post"
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_ADDRESS = re.compile(r"https?://[^\s<>\"'{}|\\^`\[\]]+")
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_TRAILING = ".,;:!?)。，；：！？）"
_LARGEST_BLOB = 1_000_000
# Errors of a session that has ended, or was revoked.
_ENDED = ("ExpiredToken", "InvalidToken")

Call = Callable[[Mapping[str, str]], Awaitable[Answer]]


class BlueskyPublisher(Publisher):
    """Posts records of one account.

    Args:
        handle: of the account.
        password: an app password.
        shown_at: where people read posts.
    """

    settle_s = 0.0
    finds_by_content = False

    def __init__(self, site: JsonClient, handle: str, password: str, *, shown_at: str = "https://bsky.app") -> None:
        self._site, self._handle, self._password, self._shown_at = site, handle, password, shown_at.rstrip("/")
        self._did = self._access = self._refresh = ""

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The post as a card."""
        assert isinstance(body, Note)
        return note_preview(body, images, by=f"@{self._handle}", card="" if images else body.link)

    async def check(self) -> str:
        """The account's handle."""
        await self._sign_in()
        return f"{self._handle} ({self._did})"

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The record's key."""
        if not self._did:
            await self._sign_in()
        return {"did": self._did, "rkey": record_key(intent.created_at, intent.key)}

    async def publish(self, intent: Intent) -> Posted:
        """Write the record."""
        return await self._put(intent, intent.kept["did"], intent.kept["rkey"])

    async def look_up(self, intent: Intent) -> Posted | None:
        """The record with the key."""
        did, rkey = intent.kept["did"], intent.kept["rkey"]
        found = await self._record(did, rkey)
        return None if found is None else self._posted(str(found["uri"]))

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Write the record anew; Bluesky's own app goes on showing what it has read first."""
        did, rkey = _place(posted)
        return await self._put(intent, did, rkey)

    async def remove(self, posted: Posted) -> None:
        """Delete the record."""
        did, rkey = _place(posted)
        record = {"repo": did, "collection": _COLLECTION, "rkey": rkey}
        await self._change("com.atproto.repo.deleteRecord", body=record)

    async def see(self, posted: Posted) -> PostStatus:
        """How a post does; counts come from the network's index, which a server by itself does not have."""
        did, rkey = _place(posted)
        found = await self._record(did, rkey)
        if found is None:
            return PostStatus(there=False)
        counts, replies = dict[str, int](), None
        try:
            query = {"uri": posted.remote_id, "depth": "1", "parentHeight": "0"}
            answer = await self._read("app.bsky.feed.getPostThread", query)
            thread: dict[str, Any] = answer.object.get("thread") or {}
            post: dict[str, Any] = thread.get("post") or {}
            names = {"likes": "likeCount", "reposts": "repostCount", "replies": "replyCount", "quotes": "quoteCount"}
            counts = {ours: int(post[theirs]) for ours, theirs in names.items() if theirs in post}
            replies = tuple(map(self._reply, objects([one.get("post") for one in objects(thread.get("replies"))])))
        except (Invalid, NotFound, Refused):
            pass
        return PostStatus(there=True, changed=str(found.get("cid", "")), counts=counts, replies=replies)

    def _reply(self, post: Mapping[str, Any]) -> Reply:
        uri = str(post.get("uri", ""))
        record: dict[str, Any] = post.get("record") or {}
        author: dict[str, Any] = post.get("author") or {}
        address = f"{self._shown_at}/profile/{author.get('did', '')}/post/{uri.rpartition('/')[2]}"
        return Reply(uri, str(record.get("text", "")), said_us(post.get("indexedAt")) or 0, address)

    async def close(self) -> None:
        """Let go of connections."""
        await self._site.close()

    async def _put(self, intent: Intent, did: str, rkey: str) -> Posted:
        note = intent.body
        assert isinstance(note, Note)
        record: dict[str, Any] = {
            "$type": _COLLECTION,
            "text": note.text,
            "langs": [note.language] if note.language else [],
            "createdAt": to_iso(intent.created_at),
        }
        if facets := facets_of(note.text):
            record["facets"] = facets
        if embed := await self._embed(note, intent.media):
            record["embed"] = embed
        body = {"repo": did, "collection": _COLLECTION, "rkey": rkey, "record": record}
        answer = await self._change("com.atproto.repo.putRecord", body=body)
        if not answer.object.get("uri"):
            raise self._site.unreadable(say("the_record_address"))
        return self._posted(str(answer.object["uri"]))

    async def _embed(self, note: Note, media: Sequence[MediaBody]) -> dict[str, Any] | None:
        if media:
            images = [{"alt": one.media.alt, "image": await self._blob(one)} for one in media]
            return {"$type": "app.bsky.embed.images", "images": images}
        if note.link:
            title = note.text.split("\n", 1)[0][:200]
            external = {"uri": note.link, "title": title, "description": ""}
            return {"$type": "app.bsky.embed.external", "external": external}
        return None

    async def _blob(self, one: MediaBody) -> Any:
        if len(one.body) > _LARGEST_BLOB:
            raise Invalid("bluesky_image_too_large", name=one.media.name, count=len(one.body))
        headers = {"Content-Type": one.media.media_type}
        answer = await self._change("com.atproto.repo.uploadBlob", data=one.body, headers=headers)
        return answer.object.get("blob")

    async def _record(self, did: str, rkey: str) -> dict[str, Any] | None:
        query = {"repo": did, "collection": _COLLECTION, "rkey": rkey}
        try:
            answer = await self._read("com.atproto.repo.getRecord", query)
        except Invalid as exc:
            if "RecordNotFound" in exc.what or "Could not locate record" in exc.what:
                return None
            raise
        if answer.is_there and not answer.object.get("uri"):
            raise self._site.incomplete(say("the_record_address"))
        return answer.object if answer.is_there else None

    def _posted(self, uri: str) -> Posted:
        _, rkey = uri.rsplit("/", 1)
        return Posted(uri, f"{self._shown_at}/profile/{self._handle}/post/{rkey}")

    async def _read(self, method: str, query: Mapping[str, str]) -> Answer:
        return await self._signed(lambda headers: self._site.read(f"/xrpc/{method}", headers=headers, query=query))

    async def _change(
        self, method: str, *, body: Any = None, data: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        return await self._signed(
            lambda signed: self._site.change(
                "POST", f"/xrpc/{method}", headers={**signed, **(headers or {})}, body=body, data=data
            )
        )

    async def _signed(self, call: Call) -> Answer:
        """A call with an access token; one that has ended is refreshed once."""
        if not self._access:
            await self._sign_in()
        try:
            return await call({"Authorization": f"Bearer {self._access}"})
        except (Refused, Invalid) as exc:
            if isinstance(exc, Invalid) and not any(one in exc.what for one in _ENDED):
                raise
            await self._renew()
            return await call({"Authorization": f"Bearer {self._access}"})

    async def _renew(self) -> None:
        headers = {"Authorization": f"Bearer {self._refresh}"}
        try:
            answer = await self._site.change_freely("POST", "/xrpc/com.atproto.server.refreshSession", headers=headers)
        except (Refused, Invalid):
            await self._sign_in()
            return
        self._take(answer)

    async def _sign_in(self) -> None:
        body = {"identifier": self._handle, "password": self._password}
        self._take(await self._site.change_freely("POST", "/xrpc/com.atproto.server.createSession", body=body))

    def _take(self, answer: Answer) -> None:
        session = answer.object
        self._did = str(session.get("did") or self._did)
        self._access, self._refresh = str(session.get("accessJwt", "")), str(session.get("refreshJwt", ""))
        if not self._access or not self._did:
            raise Refused("target_session_missing", address=self._site.address)


def record_key(created_at: int, key: str) -> str:
    """A record key (TID) of a post: its time, and ten bits of its key, in sortable base 32."""
    value = (created_at << 10) | (int(hashlib.sha256(key.encode()).hexdigest(), 16) & 0x3FF)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(60, -1, -5))


def facets_of(text: str) -> list[dict[str, Any]]:
    """The links and hashtags of a text; places are in bytes."""
    found: list[dict[str, Any]] = []

    def add(start: int, end: int, feature: dict[str, str]) -> None:
        begin = len(text[:start].encode())
        index = {"byteStart": begin, "byteEnd": begin + len(text[start:end].encode())}
        found.append({"index": index, "features": [feature]})

    for one in _ADDRESS.finditer(text):
        address = one[0].rstrip(_TRAILING)
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": address}
        add(one.start(), one.start() + len(address), feature)
    taken = [(one.start(), one.end()) for one in _ADDRESS.finditer(text)]
    for one in _HASHTAG.finditer(text):
        if not any(begin <= one.start() < end for begin, end in taken):
            add(one.start(), one.end(), {"$type": "app.bsky.richtext.facet#tag", "tag": one[1]})
    return sorted(found, key=lambda one: one["index"]["byteStart"])


def _place(posted: Posted) -> tuple[str, str]:
    """The account and the key of a record's address."""
    parts = posted.remote_id.removeprefix("at://").split("/")
    if len(parts) != 3 or not posted.remote_id.startswith("at://"):  # noqa: PLR2004 - account, collection, key
        raise Invalid("post_id_unknown", post=posted.url or say("the_post"))
    return parts[0], parts[2]
