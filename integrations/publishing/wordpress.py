"""WordPress through its REST API, with an application password.

A post's slug and date are fixed before the first try: after a call whose outcome is unknown, the post is asked for by
the slug, whatever its status.
"""

import hashlib
import html
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from integrations.http.json_client import Answer, JsonClient
from integrations.publishing.previews import article_preview, figure
from integrations.publishing.site import plain
from magicai.errors import Invalid, Permanent
from magicai.messages import say
from magicai.publishing.draft import Article, Body
from magicai.publishing.ports import Intent, MediaBody, Picture, Posted, PostStatus, Publisher, Reply
from magicai.publishing.recognition import FENCE, PAGE, Listed, account_of, fence_of, recognised
from magicai.values.times import said_us, to_datetime

_POSTS = "/wp/v2/posts"
_COMMENTS = 50
_ANY = "publish,future,draft,pending,private"


class WordPressPublisher(Publisher):
    """Publishes posts of one site.

    Args:
        user, password: a user and an application password of theirs.
        settle_s: how long after an interrupted call a post may still appear.
        status: of posts: `publish` or `draft`.
    """

    finds_by_content = False

    def __init__(self, site: JsonClient, user: str, password: str, *, settle_s: float, status: str = "publish") -> None:
        if status not in ("publish", "draft", "private"):
            raise Invalid("unknown_wordpress_status", status=status)
        self._site, self.settle_s, self._status = site, settle_s, status
        self._headers = {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}
        self._pretty: bool | None = None

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The title, the featured image and the content; the site has a look of its own."""
        assert isinstance(body, Article)
        return article_preview(body, _content(body, images[1:]), images[:1])

    async def check(self) -> str:
        """The user's name."""
        user = await self._user()
        return str(user.get("slug") or user.get("name") or "")

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The slug, which no other post has, and the user's newest posts."""
        slug = _article(intent).slug
        begin = slug if slug.isascii() else "post"
        account = str((await self._user()).get("id", ""))
        return {
            "site": self._site.address,
            "account": account,
            "slug": f"{begin}-{hashlib.sha256(intent.key.encode()).hexdigest()[:10]}",
            "fence": fence_of(await self._newest(account, FENCE)),
        }

    async def publish(self, intent: Intent) -> Posted:
        """Create the post."""
        date = to_datetime(intent.created_at).replace(tzinfo=None, microsecond=0).isoformat()
        body = {**await self._post(intent), "slug": intent.kept["slug"], "date_gmt": date, "status": self._status}
        return self._posted((await self._change("POST", _POSTS, body=body)).object)

    async def look_up(self, intent: Intent) -> Posted | None:
        """The post with the slug; WordPress calls a second one of a slug `slug-2`."""
        slug = intent.kept["slug"]
        query = {"slug": f"{slug},{slug}-2", "status": _ANY, "context": "edit"}
        found = await self._list(_POSTS, query)
        if len(found) > 1:
            where = ", ".join(str(one.get("link")) for one in found)
            raise Permanent("wordpress_slug_ambiguous", count=len(found), where=where)
        return self._posted(found[0]) if found else await recognised(intent, self._pages(account_of(intent)))

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Replace the post's content."""
        return self._posted((await self._change("POST", self._path(posted), body=await self._post(intent))).object)

    async def remove(self, posted: Posted) -> None:
        """Move the post to the trash."""
        await self._change("DELETE", self._path(posted))

    async def see(self, posted: Posted) -> PostStatus:
        """Whether the post is there, and its approved comments."""
        answer = await self._read(self._path(posted), {"context": "edit"})
        post = answer.object
        if not answer.is_there or post.get("status") == "trash":
            return PostStatus(there=False)
        self._id(post, "the_post_id")
        comments = await self._read(
            "/wp/v2/comments", {"post": posted.remote_id, "per_page": str(_COMMENTS)}, shape=list
        )
        total = comments.headers.get("x-wp-total", "")
        replies = [
            Reply(
                str(one.get("id")),
                plain(_raw(one, "content")),
                said_us(one.get("date_gmt")) or 0,
                str(one.get("link", "")),
            )
            for one in comments.list
        ]
        mark = hashlib.sha256(f"{_raw(post, 'title')}\n{_raw(post, 'content')}".encode()).hexdigest()
        counts = {"replies": int(total)} if total.isdecimal() else {}
        return PostStatus(there=True, changed=mark, counts=counts, replies=tuple(replies))

    async def close(self) -> None:
        """Let go of connections."""
        await self._site.close()

    async def _post(self, intent: Intent) -> dict[str, Any]:
        article = _article(intent)
        images = [await self._image(one) for one in intent.media]
        shown = [Picture(address, one.media.alt) for (_, address), one in zip(images, intent.media, strict=True)]
        made: dict[str, Any] = {
            "title": _inert(html.escape(article.title, quote=False)),
            "content": _content(article, shown[1:]),
            "excerpt": _inert(html.escape(article.excerpt, quote=False)),
            "tags": [await self._tag(tag) for tag in article.tags],
        }
        return made | ({"featured_media": images[0][0]} if images else {})

    async def _tag(self, name: str) -> int:
        found = await self._list("/wp/v2/tags", {"search": name, "per_page": "100"})
        for one in found:
            if html.unescape(str(one.get("name"))).casefold() == name.casefold():
                return self._id(one, "the_tag_id")
        path, query = await self._route("/wp/v2/tags")
        answer = await self._site.change_freely("POST", path, headers=self._headers, query=query, body={"name": name})
        return self._id(answer.object, "the_tag_id")

    async def _image(self, one: MediaBody) -> tuple[int, str]:
        """The id and address of an image, which is uploaded once."""
        name = f"magicai-{one.media.digest[:24]}"
        known = await self._list("/wp/v2/media", {"slug": name, "context": "edit", "status": "inherit"})
        if known:
            return self._id(known[0], "the_image_id"), str(known[0].get("source_url", ""))
        headers = {
            **self._headers,
            "Content-Type": one.media.media_type,
            "Content-Disposition": f'attachment; filename="{name}{Path(one.media.name).suffix.lower()}"',
        }
        path, query = await self._route("/wp/v2/media", {"alt_text": one.media.alt})
        answer = await self._site.change_freely("POST", path, headers=headers, data=one.body, query=query)
        return self._id(answer.object, "the_image_id"), str(answer.object.get("source_url", ""))

    async def _user(self) -> dict[str, Any]:
        path, query = await self._route("/wp/v2/users/me", {"context": "edit"})
        user = (await self._site.get(path, headers=self._headers, query=query, signs_in=True)).object
        if not user.get("id"):
            raise self._site.incomplete(say("the_account_id"))
        return user

    async def _pages(self, account: str) -> AsyncIterator[Sequence[Listed]]:
        offset = 0
        while page := await self._newest(account, PAGE, offset):
            yield page
            offset += len(page)

    async def _newest(self, account: str, count: int, offset: int = 0) -> Sequence[Listed]:
        query = {"author": account, "status": _ANY, "context": "edit", "orderby": "id", "order": "desc"}
        query |= {"per_page": str(count), "offset": str(offset)}
        return [self._listed(one) for one in await self._list(_POSTS, query)]

    def _listed(self, post: Mapping[str, Any]) -> Listed:
        async def marks() -> frozenset[str]:
            slug = str(post.get("slug"))
            return frozenset((slug, slug.removesuffix("-2")))

        return Listed(self._posted(post), marks)

    async def _list(self, path: str, query: Mapping[str, str]) -> Sequence[dict[str, Any]]:
        path, query = await self._route(path, query)
        return (await self._site.get(path, headers=self._headers, query=query, shape=list)).list

    async def _read(self, path: str, query: Mapping[str, str], shape: type = dict) -> Answer:
        path, query = await self._route(path, query)
        return await self._site.read(path, headers=self._headers, query=query, shape=shape)

    async def _change(self, method: str, path: str, *, body: Any = None) -> Answer:
        path, query = await self._route(path)
        return await self._site.change(method, path, headers=self._headers, query=query, body=body)

    async def _route(self, path: str, query: Mapping[str, str] | None = None) -> tuple[str, Mapping[str, str]]:
        """Where the API is: a site with plain permalinks has it behind a query.

        Source: REST API Handbook, "Discovery".
        """
        if self._pretty is None:
            try:
                self._pretty = "namespaces" in (await self._site.read("/wp-json/", shape=object)).object
            except Invalid:  # it leads to the front page
                self._pretty = False
        return (
            (f"/wp-json{path}", query or {}) if self._pretty else ("/index.php", {"rest_route": path, **(query or {})})
        )

    def _path(self, posted: Posted) -> str:
        if not posted.remote_id.isdecimal():
            raise Invalid("post_id_unknown", post=posted.url or say("the_post"))
        return f"{_POSTS}/{posted.remote_id}"

    def _id(self, found: Mapping[str, Any], what: str) -> int:
        if not isinstance(number := found.get("id"), int):
            raise self._site.incomplete(say(what))
        return number

    def _posted(self, post: Mapping[str, Any]) -> Posted:
        if not isinstance(post.get("id"), int):
            raise self._site.unreadable(say("the_post_id"))
        return Posted(str(post["id"]), str(post.get("link", "")))


def _article(intent: Intent) -> Article:
    assert isinstance(intent.body, Article)
    return intent.body


def _content(article: Article, images: Sequence[Picture]) -> str:
    link = html.escape(article.link)
    content = f"{article.html}{''.join(map(figure, images))}" + (f'<p><a href="{link}">{link}</a></p>' if link else "")
    # Brackets would be shortcodes, which the server runs.
    return _inert(content)


def _inert(made: str) -> str:
    return made.replace("[", "&#91;").replace("]", "&#93;")


def _raw(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return str(value.get("raw") or value.get("rendered") or "") if isinstance(value, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
