"""Ghost's Admin API."""

from typing import Any

import jwt
from aiohttp import web

from tests.platforms.platform import Platform

KEY_ID, SECRET = "6f1c2d", "a1" * 32


class Ghost(Platform):
    name = "ghost"

    def __init__(self, *, honours_keys: bool = False) -> None:
        super().__init__(honours_keys=honours_keys)
        self.posts: dict[str, dict[str, Any]] = {}
        self._next = 10

    @property
    def public(self) -> list[str]:
        return [post["title"] for post in self.posts.values()]

    @property
    def target(self) -> dict[str, Any]:
        return {"platform": "ghost", "address": self.url, "secret": f"{KEY_ID}:{SECRET}"}

    def routes(self) -> list[web.RouteDef]:
        begin = "/ghost/api/admin"
        return [
            web.get(f"{begin}/site/", self._site),
            web.get(f"{begin}/posts/", self._listed),
            web.post(f"{begin}/posts/", self._create),
            web.get(f"{begin}/posts/{{id}}/", self._show),
            web.put(f"{begin}/posts/{{id}}/", self._update),
            web.delete(f"{begin}/posts/{{id}}/", self._delete),
            web.post(f"{begin}/images/upload/", self._upload),
            web.get(f"{begin}/comments/post/{{id}}/", self._no_comments),
        ]

    def _allowed(self, request: web.Request) -> bool:
        if request.path.endswith("/site/"):
            return True
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            jwt.decode(token, bytes.fromhex(SECRET), algorithms=["HS256"], audience="/admin/")
        except jwt.PyJWTError:
            return False
        return scheme == "Ghost" and jwt.get_unverified_header(token)["kid"] == KEY_ID

    async def _site(self, _: web.Request) -> web.Response:
        return web.json_response({"site": {"title": "Havn"}})

    async def _listed(self, request: web.Request) -> web.Response:
        wanted = request.query.get("filter", "").removeprefix("tag:hash-")
        found = [
            post
            for post in reversed(self.posts.values())
            if not wanted or any(tag["name"] == f"#{wanted}" for tag in post["tags"])
        ]
        limit, page = int(request.query.get("limit", "15")), int(request.query.get("page", "1"))
        return web.json_response({"posts": found[limit * (page - 1) : limit * page]})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        (body,) = (await request.json())["posts"]

        def make() -> dict[str, Any]:
            self._next += 1
            number = f"g{self._next}"
            url = f"{self.url}/{body['slug']}-{self._next}/"
            self.posts[number] = {**body, "id": number, "url": url, "updated_at": "1"}
            return {"posts": [self.posts[number]]}

        return await self.post(request, make, without_id={"posts": []})

    async def _show(self, request: web.Request) -> web.Response:
        found = self.posts.get(request.match_info["id"])
        return web.json_response(
            {"posts": [found]} if found else {"errors": [{"message": "gone"}]}, status=200 if found else 404
        )

    async def _update(self, request: web.Request) -> web.Response:
        found = self.posts[request.match_info["id"]]
        (body,) = (await request.json())["posts"]
        if body["updated_at"] != found["updated_at"]:
            return web.json_response({"errors": [{"message": "Saving failed! Someone else is editing"}]}, status=409)
        found |= {**body, "updated_at": str(int(found["updated_at"]) + 1)}
        return web.json_response({"posts": [found]})

    async def _delete(self, request: web.Request) -> web.Response:
        found = self.posts.pop(request.match_info["id"], None)
        return web.Response(status=204) if found else web.json_response({"errors": [{"message": "gone"}]}, status=404)

    async def _no_comments(self, _: web.Request) -> web.Response:
        """Ghost 5.130.6 where readers may not comment."""
        return web.json_response({"errors": [{"message": "Method not allowed"}]}, status=405)

    async def _upload(self, request: web.Request) -> web.Response:
        await request.post()
        self._next += 1
        return web.json_response({"images": [{"url": f"{self.url}/content/{self._next}.png"}]})
