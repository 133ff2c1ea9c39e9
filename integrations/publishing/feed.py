"""Feeds: RSS, Atom and JSON Feed in a folder, each with the latest posts."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from integrations.publishing.previews import article_preview
from magicai.errors import Temporary
from magicai.publishing.draft import Article, Body
from magicai.publishing.ports import Intent, Picture, Posted, PostStatus, Publisher
from magicai.space import unwritable
from magicai.values.times import to_iso

_LOCK_S = 20.0
_MOST = 200
_ITEMS = "items.json"

Items = dict[str, dict[str, Any]]


class FeedPublisher(Publisher):
    """Publishes into three feeds of one folder.

    Args:
        folder: where they are.
        address: under which they are served, or what the folder is called on this machine.
        title: of the feeds.
    """

    settle_s = 0.0
    finds_by_content = False

    def __init__(self, folder: Path, *, address: str, title: str = "") -> None:
        self._folder, self._title = folder, title or folder.name
        self._address = address.rstrip("/")

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The title and the content; a reader's program has a look of its own, and feeds have no images."""
        assert isinstance(body, Article)
        return article_preview(body, body.html, images[:0])

    async def check(self) -> str:
        """The folder's name."""
        await asyncio.to_thread(self._locked, len)
        return str(self._folder)

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The item's id."""
        return {"id": f"urn:magicai:{hashlib.sha256(intent.key.encode()).hexdigest()[:32]}"}

    async def publish(self, intent: Intent) -> Posted:
        """Add the item."""
        return await self._put(intent, intent.kept["id"])

    async def look_up(self, intent: Intent) -> Posted | None:
        """The item."""
        items = await asyncio.to_thread(self._read)
        return self._posted(intent.kept["id"], items) if intent.kept["id"] in items else None

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Replace the item."""
        return await self._put(intent, posted.remote_id)

    async def remove(self, posted: Posted) -> None:
        """Remove the item."""
        await asyncio.to_thread(self._locked, lambda items: items.pop(posted.remote_id, None))

    async def see(self, posted: Posted) -> PostStatus:
        """Whether the item is there; a feed keeps the latest ones."""
        items = await asyncio.to_thread(self._read)
        return PostStatus(there=posted.remote_id in items)

    async def close(self) -> None:
        """Nothing is held."""

    async def _put(self, intent: Intent, number: str) -> Posted:
        article = intent.body
        assert isinstance(article, Article)
        item = {
            "id": number,
            "title": article.title,
            "content_html": article.html,
            "summary": article.excerpt,
            "url": article.link,
            "date_published": to_iso(intent.created_at),
            "tags": [*article.tags],
            **({"language": article.language} if article.language else {}),
        }

        def put(items: Items) -> None:
            items[number] = item

        items = await asyncio.to_thread(self._locked, put)
        return self._posted(number, items)

    def _posted(self, number: str, items: Items) -> Posted:
        return Posted(number, items[number]["url"] or f"{self._address}/feed.json#{number}")

    def _locked(self, change: Callable[[Items], object]) -> Items:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder.with_name(f".{self._folder.name}.lock"), timeout=_LOCK_S):
                items = self._read()
                change(items)
                latest = sorted(items.values(), key=lambda one: one["date_published"], reverse=True)[:_MOST]
                self._write(latest)
                return {one["id"]: one for one in latest}
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._folder, limit_s=f"{_LOCK_S:g}") from exc
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc

    def _read(self) -> Items:
        path = self._folder / _ITEMS
        return {load["id"]: load for load in json.loads(path.read_bytes())} if path.exists() else {}

    def _write(self, items: list[dict[str, Any]]) -> None:
        # Items last: feeds that were not written are written by the next call, which finds no item.
        self._save("feed.xml", self._rss(items))
        self._save("atom.xml", self._atom(items))
        self._save("feed.json", self._json_feed(items))
        self._save(_ITEMS, json.dumps(items, ensure_ascii=False))

    def _save(self, name: str, text: str) -> None:
        draft = self._folder / f".{name}.new"
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._folder / name)

    def _rss(self, items: list[dict[str, Any]]) -> str:
        made = "".join(
            f"<item><title>{_text(item['title'])}</title>"
            + (f"<link>{_text(item['url'])}</link>" if item["url"] else "")
            + f'<guid isPermaLink="false">{_text(item["id"])}</guid>'
            + f"<pubDate>{format_datetime(_moment(item), usegmt=True)}</pubDate>"
            + "".join(f"<category>{_text(tag)}</category>" for tag in item["tags"])
            + f"<description>{_text(item['content_html'])}</description></item>"
            for item in items
        )
        head = f"<title>{_text(self._title)}</title><link>{_text(self._address)}</link>"
        head += f"<description>{_text(self._title)}</description>"
        return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{made}</channel></rss>\n'

    def _atom(self, items: list[dict[str, Any]]) -> str:
        made = "".join(
            f"<entry><id>{_text(item['id'])}</id><title>{_text(item['title'])}</title>"
            f"<updated>{_text(item['date_published'])}</updated>"
            + (f'<link href="{_text(item["url"])}"/>' if item["url"] else "")
            + f"<summary>{_text(item['summary'])}</summary>"
            + f'<content type="html">{_text(item["content_html"])}</content></entry>'
            for item in items
        )
        updated = items[0]["date_published"] if items else "1970-01-01T00:00:00Z"
        head = f"<id>{_text(self._address)}</id><title>{_text(self._title)}</title><updated>{updated}</updated>"
        head += "<author><name>MagicAI</name></author>"
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}{made}</feed>\n'
        )

    def _json_feed(self, items: list[dict[str, Any]]) -> str:
        shown = [{name: value for name, value in item.items() if value} for item in items]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": self._title, "items": shown}
        return json.dumps(feed, ensure_ascii=False, indent=1)


def _moment(item: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(item["date_published"])


def _text(value: str) -> str:
    """Text in XML, which has no control characters."""
    return escape("".join(char for char in value if char >= " " or char in "\t\n\r"))
