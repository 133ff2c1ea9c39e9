"""The page's cookie. A browser sends it to every port of the host, so that it carries the name of its own."""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

COOKIE = "magicai_session"
SIGN_IN_COOKIE = "magicai_sign_in"  # from when a browser is sent to another provider until it is signed in
_PORT = re.compile(r":(\d{1,5})$")
_SECURE = ("https", "wss")


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS, as a proxy that is believed says."""
    return scope.get("scheme") in _SECURE


def cookie_name(scope: Scope, cookie: str = COOKIE) -> str:
    """What a cookie of ours is called where a request came to.

    Over TLS a name that browsers take from this host alone, and from no page without TLS (`__Host-`).
    """
    port = _PORT.search(Headers(scope=scope).get("host", ""))
    name = f"{cookie}_{port.group(1)}" if port else cookie
    return f"__Host-{name}" if is_secure(scope) else name


def cookie_of(connection: HTTPConnection, cookie: str = COOKIE) -> str:
    """What a cookie of ours holds, by default the page's; nothing where none came."""
    return connection.cookies.get(cookie_name(connection.scope, cookie), "")


def forget_sign_in(connection: HTTPConnection, answer: Response) -> None:
    """Take back the cookie of a sign-in with another provider, which is over."""
    name, secure = cookie_name(connection.scope, SIGN_IN_COOKIE), is_secure(connection.scope)
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=secure)


def without_foreign_cookies(headers: Iterable[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers with our own cookies alone: others are of other programs on this host.

    Nor does Python's reader of cookies see theirs: before 3.11.10 and 3.12.6 one head of backslashes keeps it busy for
    seconds (CVE-2024-7592), and FastAPI reads the cookies of every request.
    """
    names = [cookie_name(scope, cookie).encode() for cookie in (COOKIE, SIGN_IN_COOKIE)]
    ours = [re.compile(rb"(?:^|;) *(" + name + rb"=[\w-]{1,200}) *(?=;|$)") for name in names]

    def own(given: bytes) -> bytes:
        return b"; ".join(found[-1] for one in ours if (found := one.findall(given)))

    kept = ((header, own(value) if header == b"cookie" else value) for header, value in headers)
    return [(header, value) for header, value in kept if header != b"cookie" or value]
