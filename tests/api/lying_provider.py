"""An OpenID Connect provider that says what a test wants, right or wrong."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "magicai", "a secret: of the client"


class LyingProvider:
    """Honest at first.

    Attributes:
        claims: of the next ID token, instead of the honest ones; None leaves one out.
        how: signs the next token, or fails: none, hs256, foreign, slow, html, refuses.
        user_info: what it says there.
    """

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.how = ""
        self.user_info: dict[str, Any] = {}
        self.challenge = self.nonce = ""
        self.renew("first")
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._described)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/user", self._user)
        self.server: Any = TestServer(app)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def renew(self, key_id: str) -> None:
        """Sign with a new key."""
        self.key, self.key_id = rsa.generate_private_key(65537, 2048), key_id

    async def _described(self, _request: web.Request) -> web.Response:
        if self.how == "nothing":
            return web.Response(text="<html>", content_type="text/html")
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/user",
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**key, "kid": self.key_id, "use": "sig"}]})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.how == "slow":
            await asyncio.sleep(30)
        if self.how == "html":
            return web.Response(text="<html>", content_type="text/html")
        digest = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        pair = base64.b64encode(b"magicai:a+secret%3A+of+the+client").decode()
        right = digest.decode().rstrip("=") == self.challenge and request.headers["Authorization"] == f"Basic {pair}"
        if self.how == "refuses" or not right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "at", "token_type": "Bearer", "id_token": self._signed()})

    async def _user(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer at"
        return web.json_response(self.user_info)

    def _signed(self) -> str:
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "sub": "ann-there",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
            "email": "Ann@Example.com",
            "email_verified": True,
        }
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        header = {"kid": self.key_id}
        match self.how:
            case "none":
                return f"{_part({'alg': 'none', **header})}.{_part(claims)}."
            case "hs256":
                public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
                head, body = (_part({"alg": "HS256", "typ": "JWT", **header}), _part(claims))
                return f"{head}.{body}.{_text(hmac.digest(public, f'{head}.{body}'.encode(), 'sha256'))}"
            case "foreign":
                foreign = rsa.generate_private_key(65537, 2048)
                return jwt.encode(claims, foreign, algorithm="RS256", headers=header)
            case _:
                return jwt.encode(claims, self.key, algorithm="RS256", headers=header)


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
