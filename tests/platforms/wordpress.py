"""WordPress's REST API."""

from base64 import b64encode
from typing import Any

from aiohttp import web
from yarl import URL

from tests.platforms.platform import Platform

USER, PASSWORD = "editor", "abcd efgh ijkl"
_PROOF = f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"


class WordPress(Platform):
    name = "wordpress"

    def __init__(self, *, honours_keys: bool = False) -> None:
        super().__init__(honours_keys=honours_keys)
        # Whether its permalinks are pretty, so that the API has an address of its own.
        self.pretty = True
        self.posts: dict[int, dict[str, Any]] = {}
        self.tags: dict[int, str] = {}
        self.media: dict[int, dict[str, Any]] = {}
        self._next = 10

    @property
    def public(self) -> list[str]:
        return [post["title"]["raw"] for post in self.posts.values() if post["status"] == "publish"]

    @property
    def target(self) -> dict[str, Any]:
        return {"platform": "wordpress", "address": self.url, "user": USER, "secret": PASSWORD}

    def routes(self) -> list[web.RouteDef]:
        begin = "/wp-json/wp/v2"
        return [
            web.get("/wp-json/", self._index),
            web.route("*", "/index.php", self._by_query),
            web.get(f"{begin}/users/me", self._me),
            web.get(f"{begin}/posts", self._listed),
            web.post(f"{begin}/posts", self._create),
            web.get(f"{begin}/posts/{{id}}", self._show),
            web.post(f"{begin}/posts/{{id}}", self._update),
            web.delete(f"{begin}/posts/{{id}}", self._trash),
            web.get(f"{begin}/tags", self._find_tags),
            web.post(f"{begin}/tags", self._add_tag),
            web.get(f"{begin}/media", self._find_media),
            web.post(f"{begin}/media", self._add_media),
            web.get(f"{begin}/comments", self._comments),
        ]

    def _allowed(self, request: web.Request) -> bool:
        if request.path == "/wp-json/":
            return True
        return request.headers.get("Authorization") == _PROOF

    async def _index(self, _: web.Request) -> web.Response:
        if not self.pretty:
            return web.Response(text="<html>A site.</html>", content_type="text/html")
        return web.json_response({"name": "A site", "namespaces": ["wp/v2"]})

    async def _by_query(self, request: web.Request) -> web.StreamResponse:
        query = {name: value for name, value in request.query.items() if name != "rest_route"}
        again = request.clone(rel_url=URL(f"/wp-json{request.query['rest_route']}").with_query(query))
        found = await request.app.router.resolve(again)
        again._match_info = found  # pyright: ignore[reportPrivateUsage] - as the server itself does
        return await found.handler(again)

    async def _me(self, _: web.Request) -> web.Response:
        return web.json_response({"id": 1, "slug": USER})

    async def _listed(self, request: web.Request) -> web.Response:
        states, offset = request.query["status"].split(","), int(request.query.get("offset", "0"))
        found = [post for post in reversed(self.posts.values()) if post["status"] in states]
        if "slug" in request.query:
            found = [one for one in found if one["slug"] in request.query["slug"].split(",")]
        return web.json_response(found[offset : offset + int(request.query.get("per_page", "10"))])

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()

        def make() -> dict[str, Any]:
            self._next += 1
            taken = {one["slug"] for one in self.posts.values()}
            slug = body["slug"] if body["slug"] not in taken else f"{body['slug']}-2"
            post = {"id": self._next, "slug": slug, "status": body["status"], "link": f"{self.url}/{slug}/"}
            self.posts[self._next] = post | self._content(body) | {"tags": body["tags"]}
            return self.posts[self._next]

        return await self.post(request, make)

    def _content(self, body: dict[str, Any]) -> dict[str, Any]:
        return {name: {"raw": body[name]} for name in ("title", "content", "excerpt")}

    async def _show(self, request: web.Request) -> web.Response:
        found = self.posts.get(int(request.match_info["id"]))
        return web.json_response(found or {"code": "rest_post_invalid_id"}, status=200 if found else 404)

    async def _update(self, request: web.Request) -> web.Response:
        found = self.posts[int(request.match_info["id"])]
        found |= self._content(await request.json())
        return web.json_response(found)

    async def _trash(self, request: web.Request) -> web.Response:
        found = self.posts[int(request.match_info["id"])]
        found["status"] = "trash"
        return web.json_response(found)

    async def _find_tags(self, request: web.Request) -> web.Response:
        found = [{"id": number, "name": name} for number, name in self.tags.items() if request.query["search"] in name]
        return web.json_response(found)

    async def _add_tag(self, request: web.Request) -> web.Response:
        self._next += 1
        self.tags[self._next] = (await request.json())["name"]
        return web.json_response({"id": self._next, "name": self.tags[self._next]})

    async def _find_media(self, request: web.Request) -> web.Response:
        return web.json_response([one for one in self.media.values() if one["slug"] == request.query["slug"]])

    async def _add_media(self, request: web.Request) -> web.Response:
        self._next += 1
        name = request.headers["Content-Disposition"].split('filename="')[1].rstrip('"')
        made = {"id": self._next, "slug": name.split(".")[0], "source_url": f"{self.url}/uploads/{name}"}
        self.media[self._next] = {**made, "body": None}
        return web.json_response(made)

    async def _comments(self, _: web.Request) -> web.Response:
        said = {"id": 7, "content": {"rendered": "<p>Is it washable?</p>"}, "date_gmt": "2026-11-30T01:00:00"}
        return web.json_response([said], headers={"X-WP-Total": "3"})
