"""Sign-in with an OpenID Connect provider: the browser is sent there, and comes back.

What came of it waits behind a sign-in link, which the page opens: who signed in, or what went wrong.
"""

import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from integrations.openid.provider import CALLBACK
from magicai.accounts.audit import record, record_of_account
from magicai.accounts.openid import BROWSER_S, Back, Begun, begin, link, returned, sign_in
from magicai.accounts.passes import issue
from magicai.accounts.secret_tokens import digest_of
from magicai.api.access import Anybody, At, InPerson, Nobody, source_of
from magicai.api.answers import problems
from magicai.api.cookies import SIGN_IN_COOKIE, cookie_name, cookie_of, forget_sign_in, is_secure
from magicai.api.gateway import Gateway
from magicai.api.problems import for_strangers
from magicai.api.router import router_of
from magicai.errors import Conflict, MagicError, Refused
from magicai.mail.set_up import is_set_up
from magicai.ports import OpenIdProvider
from magicai.shapes.accounts import Leading, SignInMethods, SignInProvider

router = router_of("login")
START = "/api/session/oidc"
_ACCOUNT = "/settings"
_log = logging.getLogger(__name__)
_LONGEST = 4000
Given = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/api/session/methods", responses=problems(login=False))
async def show_sign_in_methods(gateway: At, _counted: Anybody) -> SignInMethods:
    """How people can sign in, beside name and password."""
    settings, provider = await gateway.settings_now(), await gateway.ports.openid_now()
    reset = is_set_up(settings)
    if provider is None:
        return SignInMethods(oidc=None, reset=reset)
    shown = SignInProvider(name=provider.name, address=f"{settings.public_url}{START}")
    return SignInMethods(oidc=shown, reset=reset)


@router.get(START, status_code=302, response_class=Response, responses=problems(login=False))
async def begin_oidc_sign_in(gateway: At, request: Request, _address: Nobody) -> Response:
    """Send a browser to the OpenID Connect provider."""
    try:
        return _sent(request, await begin(gateway.cache, await _provider(gateway)))
    except MagicError as exc:
        return await _told(gateway, exc)


@router.post("/api/session/oidc/link", responses=problems(501))
async def begin_oidc_link(gateway: At, request: Request, response: Response, caller: InPerson) -> Leading:
    """Begin to link your account at the OpenID Connect provider. The page opens the address in the same browser."""
    provider = await _provider(gateway)
    if request.headers.get("host", "").lower() != urlsplit(gateway.settings.public_url).netloc:
        # The browser comes back to the public address, and brings its cookie to that alone.
        raise Refused("oidc_other_address", address=gateway.settings.public_url)
    begun = await begin(gateway.cache, provider, caller=caller)
    _remember(request, response, begun)
    return Leading(address=begun.address)


@router.get(CALLBACK, status_code=302, response_class=Response, responses=problems(login=False))
async def end_oidc_sign_in(
    gateway: At,
    request: Request,
    _address: Nobody,
    state: Given = "",
    code: Given = "",
    error: Given = "",
    iss: Given = "",
) -> Response:
    """Where the OpenID Connect provider sends the browser back to. Leads to the page, which tells what came of it."""
    identities, place = gateway.records.identities, ""
    try:
        provider, back = await _provider(gateway), Back(state, code, error, iss)
        begun = await returned(gateway.cache, back, cookie_of(request, SIGN_IN_COOKIE))
        if begun.user_id is not None:
            place = _ACCOUNT
            await link(identities, provider, back, begun)
            user = await identities.user(begun.user_id)
            await record_of_account(gateway.records, user, "identity.linked", source_of(request, "page"))
            answer = RedirectResponse(place, 302)
        else:
            domains = (await gateway.settings_now()).oidc_sign_up
            user = await sign_in(identities, provider, back, begun, domains=domains)
            # For this browser alone: who is sent such a link must not find themselves in another's account.
            known = {"browser": digest_of(cookie_of(request, SIGN_IN_COOKIE))}
            return _leading(await issue(gateway.cache, "link", {"user_id": user.user_id, "method": "oidc", **known}))
    except MagicError as exc:
        if not place:
            failed = {"problem": for_strangers(exc).said}
            await record(gateway.records, "sign_in.oidc_failed", failed, source_of(request, "page"), installation=True)
        answer = await _told(gateway, exc, place)
    forget_sign_in(request, answer)
    return answer


async def _provider(gateway: Gateway) -> OpenIdProvider:
    provider = await gateway.ports.openid_now()
    if provider is None:
        raise Conflict("oidc_not_configured")
    return provider


def _sent(request: Request, begun: Begun) -> Response:
    answer = RedirectResponse(begun.address, 302)
    _remember(request, answer, begun)
    return answer


def _remember(request: Request, answer: Response, begun: Begun) -> None:
    answer.set_cookie(
        cookie_name(request.scope, SIGN_IN_COOKIE),
        begun.browser,
        max_age=round(BROWSER_S),
        path="/",
        httponly=True,
        samesite="lax",  # the provider's page leads back here
        secure=is_secure(request.scope),
    )


async def _told(gateway: Gateway, error: MagicError, place: str = "") -> Response:
    """What leads to the page, which tells what went wrong in its own words."""
    _log.info("a sign-in with the OpenID Connect provider failed: %s", error)
    return _leading(await issue(gateway.cache, "link", {"problem": for_strangers(error).as_json()}), place)


def _leading(secret: str, place: str = "") -> Response:
    return RedirectResponse(f"/login/{secret}{f'#{place}' if place else ''}", 302)
