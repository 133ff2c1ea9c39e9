"""A Mastodon API."""

import html
import re
from typing import Any

from aiohttp import web

from tests.platforms.platform import Platform

TOKEN = "mastodon-token"
_LINK = re.compile(r"https?://[^\s<]+")


class Mastodon(Platform):
    name = "mastodon"

    def __init__(self, *, honours_keys: bool = False) -> None:
        super().__init__(honours_keys=honours_keys)
        self.statuses: dict[str, dict[str, Any]] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.replies: list[dict[str, Any]] = []
        self._next = 100

    @property
    def public(self) -> list[str]:
        return [status["text"] for status in self.statuses.values()]

    @property
    def target(self) -> dict[str, Any]:
        return {"platform": "mastodon", "address": self.url, "secret": TOKEN}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v1/accounts/verify_credentials", self._me),
            web.get("/api/v1/accounts/{id}/statuses", self._listed),
            web.post("/api/v1/statuses", self._post_status),
            web.get("/api/v1/statuses/{id}", self._status),
            web.get("/api/v1/statuses/{id}/context", self._context),
            web.put("/api/v1/statuses/{id}", self._edit),
            web.delete("/api/v1/statuses/{id}", self._delete),
            web.post("/api/v2/media", self._upload),
        ]

    def add(self, text: str, media: tuple[str, ...] = ()) -> dict[str, Any]:
        self._next += 1
        number = str(self._next)
        linked = _LINK.sub(
            lambda one: f'<a href="{one[0]}"><span class="invisible">https://</span>{one[0][8:]}</a>', html.escape(text)
        )
        content = "".join(f"<p>{part}</p>" for part in linked.split("\n\n")).replace("\n", "<br>")
        self.statuses[number] = {
            "id": number,
            "url": f"{self.url}/@shop/{number}",
            "text": text,
            "content": content,
            "media_attachments": [{"id": one} for one in media],
            "favourites_count": 0,
            "reblogs_count": 0,
            "replies_count": 0,
        }
        return self.statuses[number]

    def _allowed(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id": "1", "acct": "shop"})

    async def _listed(self, request: web.Request) -> web.Response:
        found = sorted(self.statuses.values(), key=lambda one: int(one["id"]), reverse=True)
        since, below = int(request.query.get("since_id", "0")), int(request.query.get("max_id", "999999999"))
        chosen = [one for one in found if since < int(one["id"]) < below]
        return web.json_response(chosen[: int(request.query.get("limit", "20"))])

    async def _post_status(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        key = request.headers.get("Idempotency-Key", "")
        return await self.post(request, lambda: self.add(body["status"], tuple(body.get("media_ids") or ())), key=key)

    async def _status(self, request: web.Request) -> web.Response:
        found = self.statuses.get(request.match_info["id"])
        return web.json_response(found or {"error": "Record not found"}, status=200 if found else 404)

    async def _context(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"ancestors": [], "descendants": self.replies})

    async def _edit(self, request: web.Request) -> web.Response:
        found, body = self.statuses[request.match_info["id"]], await request.json()
        self.statuses.pop(found["id"])
        changed = self.add(body["status"], tuple(body.get("media_ids") or ()))
        self.statuses.pop(changed["id"])
        self.statuses[found["id"]] = {**changed, "id": found["id"], "url": found["url"]}
        return web.json_response(self.statuses[found["id"]])

    async def _delete(self, request: web.Request) -> web.Response:
        found = self.statuses.pop(request.match_info["id"], None)
        return web.json_response(found or {"error": "Record not found"}, status=200 if found else 404)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        self._next += 1
        number = str(self._next)
        self.media[number] = {"id": number, "url": f"{self.url}/{number}.png", "description": form["description"]}
        return web.json_response(self.media[number])
