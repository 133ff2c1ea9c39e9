"""Who may use a route: known, allowed, and not too often."""

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Role, Scope
from magicai.accounts.rates import Allowance, count_request
from magicai.accounts.sessions import is_csrf
from magicai.api.gateway import Gateway, gateway_of
from magicai.errors import MagicError, Refused, TooMany, Unknown

COOKIE = "magicai_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger(__name__)
_needing_login: set[Callable[..., object]] = set()

# How a caller says who they are, for the description: as dependencies they would be solved anew for each request.
SCHEMES: dict[str, dict[str, str]] = {
    "HTTPBearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (POST /api/tokens) or an API key (mak_...).",
    },
    "APIKeyCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Of the page; changes bring X-CSRF-Token.",
    },
}


async def authenticate(request: Request) -> Caller:
    """Who asks.

    Raises:
        Unknown: nobody knows.
        Refused: a page's change does not bring its token.
    """
    callers = gateway_of(request).callers
    given = request.headers.getlist("authorization")
    if given:
        scheme, _, proof = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not proof.strip():
            raise Unknown("The header Authorization is not `Bearer TOKEN`.", way_out="Send one, of that form.")
        return await callers.by_bearer(proof.strip())
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise Unknown("Nobody has said who asks.", way_out="Log in: POST /api/tokens; or send an API key.")
    caller = await callers.by_cookie(cookie)
    if request.method not in _SAFE and not is_csrf(cookie, request.headers.get(CSRF_HEADER, "")):
        raise Refused(
            "The page's token is missing or wrong.", way_out=f"Send {CSRF_HEADER} as GET /api/session has it."
        )
    return caller


def requires(scope: Scope, role: Role = Role.USER) -> Callable[..., Awaitable[Caller]]:
    """The dependency of a route that this scope and role may use."""

    async def allowed(request: Request) -> Caller:
        caller = await authenticate(request)
        request.state.caller = caller
        await _count(request, caller.user.user_id, scope.value, _limit(gateway_of(request), scope))
        require(caller, scope=scope, role=role)
        return caller

    _needing_login.add(allowed)
    return allowed


def needs_login(dependant: Dependant) -> bool:
    """Whether a route asks who calls."""
    return dependant.call in _needing_login or any(needs_login(inner) for inner in dependant.dependencies)


async def nobody(request: Request) -> str:
    """The dependency of a route for whoever has not logged in; answers their address."""
    address = address_of(request)
    await _count(request, address, "nobody", gateway_of(request).settings.rate_nobody)
    return address


def address_of(request: Request) -> str:
    """Where a request came from."""
    return request.client.host if request.client else "nowhere"


async def count_message(gateway: Gateway, caller: Caller) -> None:
    """Count what a caller says over a socket, as a request that starts or stops runs.

    Raises:
        TooMany: they say too much.
    """
    allowance = await _counted(gateway, caller.user.user_id, Scope.RUN.value, _limit(gateway, Scope.RUN))
    if allowance is not None:
        _check(allowance)


async def _count(request: Request, who: str, kind: str, limit: int) -> None:
    allowance = await _counted(gateway_of(request), who, kind, limit)
    if allowance is not None:
        request.state.allowance = allowance
        _check(allowance)


async def _counted(gateway: Gateway, who: str, kind: str, limit: int) -> Allowance | None:
    try:
        return await count_request(gateway.cache, who, kind, limit=limit)
    except MagicError as exc:
        # The cache may be lost: then nobody is refused for it.
        _log.warning("requests are not counted just now: %s", exc)
        return None


def _check(allowance: Allowance) -> None:
    if not allowance.allowed:
        raise TooMany(
            f"There were more than {allowance.limit} such requests in a minute.",
            way_out="Wait as long as Retry-After says.",
            retry_after_s=allowance.reset_s,
        )


def headers_of(allowance: Allowance) -> dict[str, str]:
    """The standard headers that tell what is left."""
    return {
        "RateLimit-Policy": f'"{allowance.kind}";q={allowance.limit};w=60',
        "RateLimit": f'"{allowance.kind}";r={allowance.left};t={allowance.reset_s}',
    }


def _limit(gateway: Gateway, scope: Scope) -> int:
    settings = gateway.settings
    return {
        Scope.READ: settings.rate_read,
        Scope.RUN: settings.rate_run,
        Scope.ACCOUNT: settings.rate_account,
    }[scope]


async def _at(request: Request) -> Gateway:
    """The gateway; what is no coroutine FastAPI asks in a thread."""
    return gateway_of(request)


Reader = Annotated[Caller, Depends(requires(Scope.READ))]
Starter = Annotated[Caller, Depends(requires(Scope.RUN))]
Holder = Annotated[Caller, Depends(requires(Scope.ACCOUNT))]
Operator = Annotated[Caller, Depends(requires(Scope.READ, Role.OPERATOR))]
Admin = Annotated[Caller, Depends(requires(Scope.ACCOUNT, Role.ADMIN))]
Nobody = Annotated[str, Depends(nobody)]
At = Annotated[Gateway, Depends(_at)]
