"""A personal data server of the AT protocol."""

import hashlib
import json
from typing import Any

from aiohttp import web

from tests.platforms.platform import Platform

HANDLE, PASSWORD, DID = "shop.test", "app-pass-word", "did:plc:shop"


class Bluesky(Platform):
    name = "bluesky"

    def __init__(self, *, honours_keys: bool = False) -> None:
        super().__init__(honours_keys=honours_keys)
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: list[bytes] = []
        self.token = "access-1"
        self.sessions = 0

    @property
    def public(self) -> list[str]:
        return [record["value"]["text"] for record in self.records.values()]

    @property
    def target(self) -> dict[str, Any]:
        return {"platform": "bluesky", "address": self.url, "user": HANDLE, "secret": PASSWORD}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/xrpc/com.atproto.server.createSession", self._create_session),
            web.post("/xrpc/com.atproto.server.refreshSession", self._refresh),
            web.get("/xrpc/com.atproto.repo.getRecord", self._get),
            web.post("/xrpc/com.atproto.repo.putRecord", self._put),
            web.post("/xrpc/com.atproto.repo.deleteRecord", self._delete),
            web.post("/xrpc/com.atproto.repo.uploadBlob", self._blob),
        ]

    def expire(self) -> None:
        """End the access token."""
        self.token = f"access-{int(self.token.removeprefix('access-')) + 1}"

    def _session(self) -> web.Response:
        self.sessions += 1
        return web.json_response({"did": DID, "handle": HANDLE, "accessJwt": self.token, "refreshJwt": "refresh"})

    async def _create_session(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body != {"identifier": HANDLE, "password": PASSWORD}:
            return web.json_response({"error": "AuthenticationRequired"}, status=401)
        return self._session()

    async def _refresh(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer refresh":
            return web.json_response({"error": "InvalidToken"}, status=400)
        return self._session()

    def _refusal(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"error": "ExpiredToken", "message": "Token has expired"}, status=400)
        return None

    async def _get(self, request: web.Request) -> web.Response:
        found = self.records.get(request.query["rkey"])
        if found is None:
            return web.json_response({"error": "RecordNotFound", "message": "Could not locate record"}, status=400)
        return web.json_response(found)

    async def _put(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        body = await request.json()

        def make() -> dict[str, Any]:
            uri = f"at://{DID}/{body['collection']}/{body['rkey']}"
            cid = hashlib.sha256(json.dumps(body["record"], sort_keys=True).encode()).hexdigest()
            self.records[body["rkey"]] = {"uri": uri, "cid": cid, "value": body["record"]}
            return {"uri": uri, "cid": cid}

        return await self.post(request, make)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        self.records.pop((await request.json())["rkey"], None)
        return web.json_response({"commit": {}})

    async def _blob(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        self.blobs.append(await request.read())
        return web.json_response({"blob": {"$type": "blob", "ref": {"$link": "x"}, "size": len(self.blobs[-1])}})
