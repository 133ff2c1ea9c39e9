"""The provider that settings name, asked over checked addresses (OpenID Connect Discovery and Core, RFC 7636)."""

import base64
import hashlib
import logging
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt

from integrations.fetcher.addresses import AddressRules
from integrations.http.json_client import JsonClient
from integrations.openid.tokens import IdTokens
from magicai.accounts.external import ProviderUser
from magicai.errors import MagicError, OutcomeUnknown, Refused, Temporary
from magicai.ports import OpenIdProvider, SignIn
from magicai.settings import Settings
from magicai.values.units import so_many

T = TypeVar("T")
SETTING = "MAGICAI_OIDC_ALLOW_HOSTS"
CALLBACK = "/api/session/oidc/callback"
_LIMIT_S = 10.0
_MAX_BYTES = 1_000_000
# How long the provider's description and keys are taken to be as they were read; an unknown key is looked for at once.
_MEMORY_S = 3600.0
_LONGEST_EMAIL = 254
_BASIC = "client_secret_basic"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Provider:
    """What a provider says of itself."""

    authorization: str
    token: str
    keys: str
    user_info: str
    basic: bool


class CheckedProvider(OpenIdProvider):
    """Asks the provider.

    Args:
        settings: which name it; `oidc_issuer`, `oidc_client_id` and `public_url` are set.
        limit_s: how long it may take for one answer.
    """

    def __init__(self, settings: Settings, *, limit_s: float = _LIMIT_S) -> None:
        self._settings, self._issuer = settings, settings.oidc_issuer
        self._name = settings.oidc_name or urlsplit(self._issuer).hostname or self._issuer
        given = settings.oidc_client_secret
        self._secret = given.get_secret_value() if given else ""
        self._rules = AddressRules(settings.oidc_allow_hosts, setting=SETTING)
        self._http = JsonClient(
            self._rules,
            self._issuer,
            limit_s=limit_s,
            max_bytes=_MAX_BYTES,
            renewal=None,
            secrets=[self._secret],
        )
        self._tokens = IdTokens(issuer=self._issuer, client_id=settings.oidc_client_id, name=self._name)
        self._known: tuple[float, _Provider] | None = None
        self._keys: tuple[float, list[jwt.PyJWK]] | None = None

    @property
    def name(self) -> str:
        """As the button says it."""
        return self._name

    @property
    def issuer(self) -> str:
        """As settings have it."""
        return self._issuer

    async def check(self) -> str:
        """Read its description and its keys anew."""
        self._known = None
        keys = await self._signing_keys(await self._provider(), fresh=True)
        if not keys:
            raise Refused("oidc_answer_unusable", provider=self._name)
        return f"{self._name}, {self._issuer}, {so_many(len(keys), 'keys')}"

    async def address(self, sign_in: SignIn) -> str:
        """Where a browser is sent to sign in."""
        provider = await self._provider()
        digest = hashlib.sha256(sign_in.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._callback,
            "scope": self._settings.oidc_scopes,
            "state": sign_in.state,
            "nonce": sign_in.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{provider.authorization}{'&' if '?' in provider.authorization else '?'}{urlencode(query)}"

    async def user(self, code: str, sign_in: SignIn) -> ProviderUser:
        """Who signed in."""
        provider = await self._provider()
        answer = await self._exchanged(provider, code, sign_in)
        token = _text(answer, "id_token")
        key = await self._key(provider, self._tokens.key_id(token))
        claims = self._tokens.read(token, key, sign_in.nonce)
        if "email" not in claims and provider.user_info:
            claims = {**claims, **await self._user_info(provider, _text(answer, "access_token"), claims["sub"])}
        email = _text(claims, "email").strip().lower()[: _LONGEST_EMAIL + 1]
        usable = "@" in email and len(email) <= _LONGEST_EMAIL
        return ProviderUser(
            issuer=self._issuer,
            subject=claims["sub"],
            email=email if usable else "",
            email_verified=usable and claims.get("email_verified") is True,
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    @property
    def _callback(self) -> str:
        return f"{self._settings.public_url}{CALLBACK}"

    async def _provider(self) -> _Provider:
        if self._known is not None and time.monotonic() < self._known[0]:
            return self._known[1]
        said = (await self._asked(self._http.get("/.well-known/openid-configuration"))).object
        if said.get("issuer") != self._issuer:
            raise Refused("oidc_issuer_wrong", provider=self._name)
        methods = said.get("token_endpoint_auth_methods_supported")
        provider = _Provider(
            authorization=self._endpoint(said, "authorization_endpoint"),
            token=self._endpoint(said, "token_endpoint"),
            keys=self._endpoint(said, "jwks_uri"),
            user_info=self._endpoint(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
            basic=not isinstance(methods, list) or _BASIC in methods,
        )
        self._known = (time.monotonic() + _MEMORY_S, provider)
        return provider

    def _endpoint(self, said: Mapping[str, Any], name: str) -> str:
        """An address that the provider names, if it may be asked."""
        try:
            return self._rules.confidential(_text(said, name)).url
        except MagicError as exc:
            _log.warning("the OpenID Connect provider's %s can't be used: %s", name, exc)
            raise Refused("oidc_answer_unusable", provider=self._name) from exc

    async def _exchanged(self, provider: _Provider, code: str, sign_in: SignIn) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": sign_in.verifier,
        }
        headers: dict[str, str] = {}
        client_id = self._settings.oidc_client_id
        if self._secret and provider.basic:
            # Each part is encoded as in a form before both are (RFC 6749, 2.3.1).
            pair = f"{quote_plus(client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id, **({"client_secret": self._secret} if self._secret else {})}
        call = self._http.change_freely("POST", provider.token, headers=headers, data=form)
        return (await self._asked(call, refused="oidc_code_refused")).object

    async def _key(self, provider: _Provider, key_id: str | None) -> jwt.PyJWK:
        """The provider's key of this id; or its only one for a token that names none."""
        for fresh in (False, True):
            keys = await self._signing_keys(provider, fresh=fresh)
            found = [key for key in keys if key_id is None or key.key_id == key_id]
            if len(found) == 1:
                return found[0]
        raise Refused("oidc_signature_invalid", provider=self._name)

    async def _signing_keys(self, provider: _Provider, *, fresh: bool) -> list[jwt.PyJWK]:
        if not fresh and self._keys is not None and time.monotonic() < self._keys[0]:
            return self._keys[1]
        said = (await self._asked(self._http.get(provider.keys))).object
        try:
            keys = [key for key in jwt.PyJWKSet.from_dict(said).keys if key.public_key_use in (None, "sig")]
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as exc:
            raise Refused("oidc_answer_unusable", provider=self._name) from exc
        self._keys = (time.monotonic() + _MEMORY_S, keys)
        return keys

    async def _user_info(self, provider: _Provider, access_token: str, subject: str) -> Mapping[str, Any]:
        call = self._http.get(provider.user_info, headers={"Authorization": f"Bearer {access_token}"})
        said = (await self._asked(call)).object
        if said.get("sub") != subject:
            raise Refused("oidc_answer_unusable", provider=self._name)
        return {name: said[name] for name in ("email", "email_verified") if name in said}

    async def _asked(self, call: Awaitable[T], *, refused: str = "oidc_answer_unusable") -> T:
        """An answer; whoever signs in is told who failed them, and the log why."""
        try:
            return await call
        except (Temporary, OutcomeUnknown) as exc:
            _log.warning("the OpenID Connect provider does not answer: %s", exc)
            code = {
                "service_timed_out": "oidc_timed_out",
                "server_answer_incomplete": "oidc_answer_unreadable",
                "outcome_unknown": "oidc_answer_unreadable",
            }.get(exc.message.code, "oidc_unreachable")
            raise Temporary(code, provider=self._name) from exc
        except MagicError as exc:
            _log.warning("the OpenID Connect provider's answer can't be used: %s", exc)
            raise Refused(refused, provider=self._name) from exc


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""
