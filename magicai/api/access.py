"""Who may use a route: known, allowed, and not too often."""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from starlette.requests import HTTPConnection

from magicai.accounts.audit import Source
from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Role, Scope, WorkspaceRole
from magicai.accounts.passes import redeem
from magicai.accounts.rates import Allowance, count_request
from magicai.accounts.sessions import PageProof
from magicai.api.cookies import COOKIE, cookie_of
from magicai.api.gateway import Gateway, gateway_of
from magicai.errors import MagicError, Refused, TooMany, Unknown
from magicai.operations.operation import COMMAND_LINE, WORKSPACE_HEADER
from magicai.ports import Via
from magicai.settings import Settings

PAGE_HEADER = "X-Page-Secret"
_SAFE = ("GET", "HEAD")
_OF_PROXIES = ("x-forwarded-for", "forwarded")
_log = logging.getLogger(__name__)
_needing_login, _counting = set[Callable[..., object]](), set[Callable[..., object]]()

# How a caller says who they are, for the description: as dependencies they would be solved anew for each request.
SCHEMES: dict[str, dict[str, str]] = {
    "HTTPBearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (POST /api/tokens) or an API key (mak_...).",
    },
    "PageCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The page's cookie, with the port in its name; requires X-Page-Secret.",
    },
    "PageSecret": {
        "type": "apiKey",
        "in": "header",
        "name": PAGE_HEADER,
        "description": "The page_secret from POST /api/session; requires the cookie.",
    },
}
SECURITY: list[dict[str, list[str]]] = [{"HTTPBearer": []}, {"PageCookie": [], "PageSecret": []}]

# Per source: a shop sends one for each change.
WEBHOOKS_PER_MINUTE = 600


async def authenticate(request: Request) -> Caller:
    """Who asks.

    Raises:
        Unknown: nobody knows.
        NotFound: they are not in the workspace that they name.
    """
    callers, workspace_id = gateway_of(request).callers, request.headers.get(WORKSPACE_HEADER, "")
    given = request.headers.getlist("authorization")
    if given:
        scheme, _, proof = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not proof.strip():
            raise Unknown("authorization_header_invalid")
        return await callers.by_bearer(proof.strip(), workspace_id)
    ticket = request.query_params.get("ticket")
    if ticket and request.method in _SAFE:
        return await by_ticket(gateway_of(request), request, ticket)
    # A cookie alone proves nothing, for reading either: the browser sends it to every program of this host.
    proof = PageProof(cookie_of(request), request.headers.get(PAGE_HEADER, ""))
    if not proof.cookie or not proof.secret:
        raise Unknown("credentials_missing")
    return await callers.by_page(proof, workspace_id)


async def by_ticket(gateway: Gateway, connection: HTTPConnection, ticket: str) -> Caller:
    """Who got a ticket for the address that it is brought to.

    Raises:
        Unknown: it was for another one, was used, or its time is over.
    """
    kept = await redeem(gateway.cache, "ticket", ticket)
    if unquote(str(kept["path"])) != connection.scope["path"]:
        raise Unknown("ticket_address_mismatch")
    return await gateway.callers.refresh(Caller.model_validate(kept["caller"]))


def source_of(connection: HTTPConnection, via: Via | None = None) -> Source:
    """From where a request comes."""
    if via is None:
        client = connection.headers.get("user-agent", "")
        token = "authorization" in connection.headers
        via = "cli" if client.startswith(COMMAND_LINE) else "api" if token else "page"
    return Source(via, connection.client.host if connection.client else "")


def requires(
    scope: Scope,
    role: Role = Role.USER,
    *,
    member: WorkspaceRole | None = None,
    in_person: bool = False,
    rate: str = "",
) -> Callable[..., Awaitable[Caller]]:
    """The dependency of a route that this scope and role may use.

    Args:
        member: the role in the workspace, as in `require`.
        in_person: whoever has logged in, and no key.
        rate: what its requests are counted as, each name by itself against the limit of stock; "": as their scope's.
    """

    async def allowed(request: Request) -> Caller:
        try:
            caller = await authenticate(request)
        except Unknown:
            await count_stranger(request)
            raise
        request.state.caller = caller
        gateway = gateway_of(request)
        settings = await gateway.settings_now()
        limit = settings.rate_stock if rate else _limit(settings, scope)
        await _count(request, caller.user.user_id, rate or scope.value, limit)
        require(caller, scope=scope, role=role, member=member, in_person=in_person)
        return caller

    _needing_login.add(allowed)
    _counting.add(allowed)
    return allowed


def needs_login(dependant: Dependant) -> bool:
    """Whether a route asks who calls."""
    return _asks(dependant, _needing_login)


def is_counted(dependant: Dependant) -> bool:
    """Whether requests of a route are counted."""
    return _asks(dependant, _counting)


def _asks(dependant: Dependant, which: Collection[Callable[..., object]]) -> bool:
    return dependant.call in which or any(_asks(inner, which) for inner in dependant.dependencies)


async def nobody(request: Request) -> str:
    """The dependency of a route for whoever has not logged in; answers their address.

    Raises:
        Refused: a proxy stands before them that is not listed.
    """
    client = request.client
    address = client.host if client else "nowhere"
    # uvicorn has put the client's address there, without a port, where it believes who says it.
    if client and client.port and any(name in request.headers for name in _OF_PROXIES):
        _log.warning("refused a sign-in through %s, which MAGICAI_PROXIES does not list", address)
        raise Refused("proxy_not_listed")
    await count_stranger(request)
    return address


_counting.add(nobody)


async def anybody(request: Request) -> None:
    """The dependency of a route that a secret in its address opens; counts by address."""
    await count_stranger(request)


_counting.add(anybody)


async def signed(request: Request) -> None:
    """The dependency of a route that takes what another system signs; counts by the path, which names its source."""
    await _count(request, request.scope["path"], "webhook", WEBHOOKS_PER_MINUTE)


_counting.add(signed)


async def count_stranger(connection: HTTPConnection) -> None:
    """Count a request of whoever is not known, by address.

    Raises:
        TooMany: there were too many from there.
    """
    address = connection.client.host if connection.client else "nowhere"
    settings = await connection.app.state.gateway.settings_now()
    await _count(connection, address, "nobody", settings.rate_nobody)


async def count_message(gateway: Gateway, caller: Caller) -> None:
    """Count what a caller says over a socket, as a request that starts or stops runs.

    Raises:
        TooMany: they say too much.
    """
    limit = _limit(await gateway.settings_now(), Scope.RUN)
    allowance = await _counted(gateway, caller.user.user_id, Scope.RUN.value, limit)
    if allowance is not None:
        _check(allowance)


async def _count(connection: HTTPConnection, who: str, kind: str, limit: int) -> None:
    allowance = await _counted(connection.app.state.gateway, who, kind, limit)
    if allowance is not None:
        connection.state.allowance = allowance
        _check(allowance)


async def _counted(gateway: Gateway, who: str, kind: str, limit: int) -> Allowance | None:
    try:
        return await count_request(gateway.cache, who, kind, limit=limit)
    except MagicError as exc:
        # The cache may be lost: then nobody is refused for it.
        _log.warning("requests are not being counted: %s", exc)
        return None


def _check(allowance: Allowance) -> None:
    if not allowance.allowed:
        raise TooMany("too_many_requests", retry_after_s=allowance.reset_s, limit=allowance.limit)


def headers_of(allowance: Allowance) -> dict[str, str]:
    """The standard headers that tell what is left."""
    return {
        "RateLimit-Policy": f'"{allowance.kind}";q={allowance.limit};w=60',
        "RateLimit": f'"{allowance.kind}";r={allowance.left};t={allowance.reset_s}',
    }


def _limit(settings: Settings, scope: Scope) -> int:
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
OperatorStarter = Annotated[Caller, Depends(requires(Scope.RUN, Role.OPERATOR))]
Admin = Annotated[Caller, Depends(requires(Scope.ACCOUNT, Role.ADMIN))]
InPerson = Annotated[Caller, Depends(requires(Scope.ACCOUNT, in_person=True))]
AdminInPerson = Annotated[Caller, Depends(requires(Scope.ACCOUNT, Role.ADMIN, in_person=True))]
Anybody = Annotated[None, Depends(anybody)]
Signed = Annotated[None, Depends(signed)]
Nobody = Annotated[str, Depends(nobody)]
At = Annotated[Gateway, Depends(_at)]
