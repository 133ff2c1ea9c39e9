"""Logging in and out: tokens for programs, a cookie and a secret for the page, tickets for what brings no header."""

import os
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from magicai.accounts.audit import record_failed_sign_in, record_of_account, record_sign_in
from magicai.accounts.identity import Session, User
from magicai.accounts.login_attempts import remember_device
from magicai.accounts.openid import check_browser
from magicai.accounts.passes import LIFETIME_S as PASS_S
from magicai.accounts.passes import issue, redeem
from magicai.accounts.sessions import PAGE_S, REFRESH_S, Tokens, log_in, log_out, open_page, refresh
from magicai.accounts.signing import LIFETIME_S
from magicai.accounts.users import known_by_password
from magicai.api.access import At, Nobody, Reader, source_of
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.cookies import SIGN_IN_COOKIE, cookie_name, cookie_of, forget_sign_in, is_secure
from magicai.api.gateway import Gateway
from magicai.api.router import router_of
from magicai.errors import Unknown, error_of
from magicai.shapes.accounts import (
    IssuedTokens,
    Link,
    Login,
    PageOpened,
    PageSession,
    RefreshToken,
    Ticket,
    UserShown,
)

router = router_of("login")
_LOGIN = {"name": "ann", "password": "correct horse battery staple"}
_LINK = {"link": "nQ7r0nUOQy1JmT3V5ZrKc0d3mC7x2s1Wf8b9a4e6g5h"}
_REFRESH = {"refresh_token": "mrt_nQ7r0nUOQy1JmT3V5ZrKc0d3mC7x2s1Wf8b9a4e6g5h"}


@router.post("/api/tokens", responses=problems(401, login=False, body=True), openapi_extra=described(Login, _LOGIN))
async def log_in_by_password(
    gateway: At, request: Request, address: Nobody, login: Annotated[Login, Depends(body_of(Login))]
) -> IssuedTokens:
    """Sign in with name and password."""
    user = await _known(gateway, request, login, address)
    issued = _issued(await log_in(gateway.records.identities, gateway.signer, user, client=_client(request)))
    await record_sign_in(gateway.records, user, source_of(request, "api"), "password")
    return issued.model_copy(update={"device": await remember_device(gateway.cache, user.name, login.device)})


@router.post(
    "/api/tokens/refresh",
    responses=problems(401, login=False, body=True),
    openapi_extra=described(RefreshToken, _REFRESH),
)
async def refresh_tokens(
    gateway: At, _address: Nobody, given: Annotated[RefreshToken, Depends(body_of(RefreshToken))]
) -> IssuedTokens:
    """Exchange a refresh token for a new pair of tokens."""
    return _issued(await refresh(gateway.records.identities, gateway.signer, given.refresh_token))


@router.post(
    "/api/tokens/revoke",
    status_code=204,
    responses=problems(login=False, body=True),
    openapi_extra=described(RefreshToken, _REFRESH),
)
async def log_out_by_token(
    gateway: At, request: Request, _address: Nobody, given: Annotated[RefreshToken, Depends(body_of(RefreshToken))]
) -> None:
    """Sign out. An unknown token changes nothing."""
    if (user := await log_out(gateway.records.identities, given.refresh_token)) is not None:
        await record_of_account(gateway.records, user, "session.ended", source_of(request, "api"))


@router.post("/api/session", responses=problems(401, login=False, body=True), openapi_extra=described(Login, _LOGIN))
async def log_in_page(
    gateway: At,
    request: Request,
    response: Response,
    address: Nobody,
    login: Annotated[Login, Depends(body_of(Login))],
) -> PageOpened:
    """Sign the page in with name and password. Sets its cookie, and returns the secret that goes with it."""
    user = await _known(gateway, request, login, address)
    return await opened(gateway, request, response, user, "password", login.device)


@router.post("/api/session/link", responses=problems(401, login=False, body=True), openapi_extra=described(Link, _LINK))
async def log_in_by_link(
    gateway: At, request: Request, response: Response, _address: Nobody, given: Annotated[Link, Depends(body_of(Link))]
) -> PageOpened:
    """Sign the page in with a sign-in link, which works once; otherwise like POST /api/session."""
    kept = await redeem(gateway.cache, "link", given.link)
    if (problem := error_of(kept.get("problem"))) is not None:  # of a sign-in elsewhere, which the page is to tell
        raise problem
    if "browser" in kept:
        check_browser(kept, cookie_of(request, SIGN_IN_COOKIE))
        forget_sign_in(request, response)
    user = await gateway.records.identities.user(str(kept["user_id"]))
    if not user.enabled:
        raise Unknown("user_disabled")
    return await opened(gateway, request, response, user, str(kept.get("method", "link")))


@router.get("/api/session", responses=problems())
async def show_session(gateway: At, request: Request, caller: Reader) -> PageSession:
    """The session of the page."""
    session = None if caller.session_id is None else await gateway.records.identities.session(caller.session_id)
    if session is None or "authorization" in request.headers:
        raise Unknown("page_session_required")
    return await _shown(gateway, session, caller.user)


@router.delete("/api/session", status_code=204, responses=problems())
async def log_out_page(gateway: At, request: Request, response: Response, caller: Reader) -> None:
    """Sign the page out."""
    if caller.session_id is not None:
        await gateway.records.identities.end_session(caller.session_id)
        await record_of_account(gateway.records, caller.user, "session.ended", source_of(request))
    name, secure = cookie_name(request.scope), is_secure(request.scope)
    response.delete_cookie(name, path="/", httponly=True, samesite="strict", secure=secure)


@router.post("/api/tickets", status_code=201, responses=problems())
async def make_ticket(
    gateway: At,
    caller: Reader,
    path: Annotated[
        str,
        Query(min_length=1, max_length=2000, description="Path of the socket or GET route, for example /ws/task/ID."),
    ],
) -> Ticket:
    """Create a ticket that opens one address once, within 30 seconds: for frames and downloads."""
    ticket = await issue(gateway.cache, "ticket", {"path": path, "caller": caller.model_dump(mode="json")})
    return Ticket(ticket=ticket, expires_in=int(PASS_S["ticket"]))


async def _known(gateway: Gateway, request: Request, login: Login, address: str) -> User:
    try:
        return await known_by_password(
            gateway.records.identities, gateway.cache, login.name, login.password, address=address, device=login.device
        )
    except Unknown:
        via = "api" if request.url.path.endswith("/tokens") else "page"
        await record_failed_sign_in(gateway.records, login.name, source_of(request, via))
        raise


def _client(request: Request) -> str | None:
    return request.headers.get("user-agent")


def _issued(tokens: Tokens) -> IssuedTokens:
    return IssuedTokens(
        access_token=tokens.access_token,
        expires_in=LIFETIME_S,
        refresh_token=tokens.refresh_token,
        refresh_expires_in=REFRESH_S,
        device=None,
    )


async def opened(
    gateway: Gateway, request: Request, response: Response, user: User, method: str, device: str | None = None
) -> PageOpened:
    """Begin a page's session of somebody who has signed in by a method of `record_sign_in`."""
    session, proof = await open_page(gateway.records.identities, user, client=_client(request))
    await record_sign_in(gateway.records, user, source_of(request, "page"), method)
    response.set_cookie(
        cookie_name(request.scope),
        proof.cookie,
        max_age=PAGE_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure(request.scope),
    )
    shown = await _shown(gateway, session, user)
    known = await remember_device(gateway.cache, user.name, device)
    return PageOpened(**shown.model_dump(), page_secret=proof.secret, device=known)


async def _shown(gateway: Gateway, session: Session, user: User) -> PageSession:
    records = gateway.records
    found = await records.identities.credentials(user.name)
    others = await records.identities.users(limit=2)
    return PageSession(
        user=UserShown.of(user),
        expires_at=session.expires_at,
        has_password=found is not None and found[1] is not None,
        alone=len(others) <= 1 and len(await records.workspaces.seats(user.user_id)) <= 1,
        # Of the command line that started this process (magicai/cli/command_name.py).
        command=os.environ.get("MAGICAI_CALLED_AS", "magicai"),
    )
