"""A webhook that publishes what it receives."""

import json
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests.platforms.platform import Platform

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver(Platform):
    """A receiver that can be asked by key, ignores repeated keys, or neither."""

    name = "webhook"

    def __init__(self, *, honours_keys: bool = False, answers: bool = True) -> None:
        super().__init__(honours_keys=honours_keys)
        self.answers = answers
        self.posts: list[dict[str, Any]] = []

    @property
    def public(self) -> list[str]:
        return [post["title"] for post in self.posts]

    @property
    def target(self) -> dict[str, Any]:
        options = {"look_up": f"{self.url}/posts"} if self.answers else {}
        if self.honours_keys:
            options["repeats"] = "ignored"
        return {"platform": "webhook", "address": f"{self.url}/hook", "secret": SECRET, "options": options}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/hook", self._receive), web.get("/posts", self._ask)]

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        raw = await request.text()
        Webhook(SECRET).verify(raw, dict(request.headers))
        event, key = json.loads(raw), request.headers["webhook-id"]
        data = event["data"]

        def make() -> dict[str, str]:
            if event["type"] == "post.removed":
                self.posts = [post for post in self.posts if post["id"] != data["id"]]
                return {}
            if event["type"] == "post.updated":
                self.posts = [post for post in self.posts if post["id"] != data["id"]]
            number = data.get("id") or str(len(self.posts) + 1)
            self.posts.append({**data, "id": number, "key": data["key"]})
            return {"id": number, "url": f"{self.url}/{number}"}

        return await self.post(request, make, key=key)

    async def _ask(self, request: web.Request) -> web.Response:
        for post in self.posts:
            if post["key"] == request.query["id"]:
                return web.json_response({"id": post["id"], "url": f"{self.url}/{post['id']}"})
        return web.json_response({}, status=404)
