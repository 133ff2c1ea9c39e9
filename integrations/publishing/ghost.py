"""Ghost through its Admin API, with the key of a custom integration.

A post has an internal tag of its own, fixed before the first try: after a call whose outcome is unknown, the post is
asked for by it.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import jwt

from integrations.http.json_client import Answer, JsonClient, objects
from integrations.publishing.previews import article_preview, figure
from integrations.publishing.site import plain
from magicai.errors import Invalid, NotFound, OutcomeUnknown, Permanent, Refused, Temporary
from magicai.messages import say
from magicai.publishing.draft import Article, Body
from magicai.publishing.ports import Intent, MediaBody, Picture, Posted, PostStatus, Publisher, Reply
from magicai.publishing.recognition import FENCE, PAGE, Listed, fence_of, recognised
from magicai.values.times import said_us, to_datetime

_API = "/ghost/api/admin"
_POSTS = f"{_API}/posts/"
_TOKEN_LIFE = timedelta(minutes=5)
_EXCERPT, _COMMENTS = 300, 50
_COUNTS = "count.clicks,count.positive_feedback,count.negative_feedback"


class GhostPublisher(Publisher):
    """Publishes posts of one site.

    Args:
        key: an Admin API key, `id:secret`.
        settle_s: how long after an interrupted call a post may still appear.
        status: of posts: `published` or `draft`.
    """

    finds_by_content = False

    def __init__(self, site: JsonClient, key: str, *, settle_s: float, status: str = "published") -> None:
        self._site, self.settle_s, self._status = site, settle_s, status
        self._key_id, colon, secret = key.partition(":")
        try:
            self._secret = bytes.fromhex(secret)
        except ValueError as exc:
            raise _no_key() from exc
        if not colon or not self._secret:
            raise _no_key()
        if status not in ("published", "draft"):
            raise Invalid("unknown_ghost_status", status=status)

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The title, the feature image and the content; the site has a look of its own."""
        assert isinstance(body, Article)
        return article_preview(body, _content(body, images[1:]), images[:1])

    async def check(self) -> str:
        """The site's title."""
        await self._newest(1)
        answer = await self._site.get(f"{_API}/site/", headers={"Accept-Version": "v5.0"})
        site: dict[str, Any] = answer.object.get("site") or {}
        return str(site.get("title", ""))

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The internal tag, which no other post has, and the site's newest posts."""
        return {
            "site": self._site.address,
            "tag": f"magicai-{hashlib.sha256(intent.key.encode()).hexdigest()[:16]}",
            "fence": fence_of(await self._newest(FENCE)),
        }

    async def publish(self, intent: Intent) -> Posted:
        """Create the post."""
        post = {
            **await self._post(intent, intent.kept["tag"]),
            "slug": _article(intent).slug,
            "status": self._status,
            "published_at": to_datetime(intent.created_at).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        return self._posted(await self._change("POST", _POSTS, body={"posts": [post]}, query={"source": "html"}))

    async def look_up(self, intent: Intent) -> Posted | None:
        """The post with the tag."""
        query = {"filter": f"tag:hash-{intent.kept['tag']}", "limit": "5", "fields": "id,url,slug"}
        found = await self._list(query)
        if len(found) > 1:
            raise Permanent(
                "ghost_tag_ambiguous", count=len(found), names=", ".join(str(one.get("url")) for one in found)
            )
        return self._of(found[0]) if found else await recognised(intent, self._pages())

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Replace the post's content."""
        now = await self._now(posted)
        if now is None:
            raise NotFound("published_post_not_found", before=posted.url)
        post = {**await self._post(intent, intent.kept.get("tag", "")), "updated_at": now["updated_at"]}
        try:
            answer = await self._change(
                "PUT", f"{_POSTS}{posted.remote_id}/", body={"posts": [post]}, query={"source": "html"}
            )
        except OutcomeUnknown as exc:
            # Also where somebody edited it at the same time. The same again does no harm.
            raise Temporary(exc.message, way_out=exc.way) from exc
        return self._posted(answer)

    async def remove(self, posted: Posted) -> None:
        """Delete the post."""
        await self._change("DELETE", f"{_POSTS}{_known(posted)}/")

    async def see(self, posted: Posted) -> PostStatus:
        """Whether the post is there and unchanged, and what readers say of it."""
        now = await self._now(posted)
        if now is None:
            return PostStatus(there=False)
        mark = hashlib.sha256(f"{now.get('title')}\n{now.get('html')}".encode()).hexdigest()
        counts: dict[str, Any] = now.get("count") or {}
        comments = await self._comments(posted)
        names = {"clicks": "clicks", "likes": "positive_feedback", "dislikes": "negative_feedback"}
        return PostStatus(
            there=True,
            changed=mark,
            counts={ours: int(counts[theirs]) for ours, theirs in names.items() if isinstance(counts.get(theirs), int)}
            | ({} if comments is None else {"replies": len(comments)}),
            replies=None
            if comments is None
            else tuple(
                Reply(
                    str(comment.get("id")),
                    plain(str(comment.get("html") or "")),
                    said_us(comment.get("created_at")) or 0,
                    posted.url,
                )
                for comment in comments
                if comment.get("status") == "published"
            ),
        )

    async def _comments(self, posted: Posted) -> list[dict[str, Any]] | None:
        """The latest ones; None of a site that has no comments."""
        try:
            found = await self._read(f"{_API}/comments/post/{posted.remote_id}/", {"limit": str(_COMMENTS)})
        except (Invalid, NotFound, Refused):
            return None
        return objects(found.object.get("comments")) if found.is_there else None

    async def close(self) -> None:
        """Let go of connections."""
        await self._site.close()

    async def _post(self, intent: Intent, tag: str) -> dict[str, Any]:
        article = _article(intent)
        images = [await self._image(one) for one in intent.media]
        shown = [Picture(address, one.media.alt) for address, one in zip(images, intent.media, strict=True)]
        tags = [{"name": one} for one in article.tags] + ([{"name": f"#{tag}"}] if tag else [])
        made: dict[str, Any] = {
            "title": article.title,
            "html": _content(article, shown[1:]),
            "custom_excerpt": article.excerpt[:_EXCERPT],
            "tags": tags,
            "canonical_url": article.link or None,
        }
        if images:
            made |= {"feature_image": images[0], "feature_image_alt": intent.media[0].media.alt[:191]}
        return made

    async def _image(self, one: MediaBody) -> str:
        form = aiohttp.FormData()
        form.add_field("file", one.body, filename=one.media.name, content_type=one.media.media_type)
        form.add_field("purpose", "image")
        answer = await self._site.change_freely("POST", f"{_API}/images/upload/", headers=self._headers(), data=form)
        images = objects(answer.object.get("images"))
        if not images or not images[0].get("url"):
            raise self._site.incomplete(say("the_image_address"))
        return str(images[0]["url"])

    async def _now(self, posted: Posted) -> dict[str, Any] | None:
        answer = await self._read(f"{_POSTS}{_known(posted)}/", {"formats": "html", "include": _COUNTS})
        found = objects(answer.object.get("posts"))
        if answer.is_there and not found:
            raise self._site.incomplete(say("the_post"))
        return found[0] if found else None

    async def _pages(self) -> AsyncIterator[Sequence[Listed]]:
        number = 1
        while page := await self._newest(PAGE, number):
            yield page
            number += 1

    async def _newest(self, count: int, page: int = 1) -> Sequence[Listed]:
        query = {"order": "created_at desc", "limit": str(count), "page": str(page), "include": "tags"}
        return [self._listed(one) for one in await self._list(query)]

    def _listed(self, post: Mapping[str, Any]) -> Listed:
        async def marks() -> frozenset[str]:
            return frozenset(str(tag.get("name")).removeprefix("#") for tag in objects(post.get("tags")))

        return Listed(self._of(post), marks)

    async def _list(self, query: Mapping[str, str]) -> Sequence[dict[str, Any]]:
        """Posts; a site that answers without any list has not answered."""
        found = (await self._site.get(_POSTS, headers=self._headers(), query=query)).object.get("posts")
        if not isinstance(found, list):
            raise self._site.incomplete(say("a_list"))
        return objects(cast("list[Any]", found))

    async def _read(self, path: str, query: Mapping[str, str]) -> Answer:
        return await self._site.read(path, headers=self._headers(), query=query)

    async def _change(
        self, method: str, path: str, *, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        return await self._site.change(method, path, headers=self._headers(), body=body, query=query)

    def _headers(self) -> dict[str, str]:
        """Signed anew for each call: tokens last five minutes."""
        now = datetime.now(UTC)
        claims = {"iat": now, "exp": now + _TOKEN_LIFE, "aud": "/admin/"}
        token = jwt.encode(claims, self._secret, algorithm="HS256", headers={"kid": self._key_id})
        return {"Authorization": f"Ghost {token}", "Accept-Version": "v5.0"}

    def _posted(self, answer: Answer) -> Posted:
        found = objects(answer.object.get("posts"))
        return self._of(found[0] if found else {})

    def _of(self, post: Mapping[str, Any]) -> Posted:
        if not post.get("id"):
            raise self._site.unreadable(say("the_post_id"))
        return Posted(str(post["id"]), str(post.get("url", "")))


def _article(intent: Intent) -> Article:
    assert isinstance(intent.body, Article)
    return intent.body


def _content(article: Article, images: Sequence[Picture]) -> str:
    return article.html + "".join(map(figure, images))


def _known(posted: Posted) -> str:
    if not posted.remote_id:
        raise Invalid("post_id_unknown", post=posted.url or say("the_post"))
    return posted.remote_id


def _no_key() -> Invalid:
    return Invalid("ghost_key_invalid")
