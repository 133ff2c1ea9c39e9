"""The page's cookie. A browser sends it to every port of the host, so that it carries the name of its own."""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

COOKIE = "magicai_session"
_PORT = re.compile(r":(\d{1,5})$")
_SECURE = ("https", "wss")


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS, as a proxy that is believed says."""
    return scope.get("scheme") in _SECURE


def cookie_name(scope: Scope) -> str:
    """What the cookie is called where a request came to.

    Over TLS a name that browsers take from this host alone, and from no page without TLS (`__Host-`).
    """
    port = _PORT.search(Headers(scope=scope).get("host", ""))
    name = f"{COOKIE}_{port.group(1)}" if port else COOKIE
    return f"__Host-{name}" if is_secure(scope) else name


def cookie_of(connection: HTTPConnection) -> str:
    """What the page's cookie holds; nothing where none came."""
    return connection.cookies.get(cookie_name(connection.scope), "")


def without_foreign_cookies(headers: Iterable[tuple[bytes, bytes]], name: str) -> list[tuple[bytes, bytes]]:
    """The headers with the cookie of this name alone: others are of other programs on this host.

    Nor does Python's reader of cookies see theirs: before 3.11.10 and 3.12.6 one head of backslashes keeps it busy for
    seconds (CVE-2024-7592), and FastAPI reads the cookies of every request.
    """
    ours = re.compile(rb"(?:^|;) *(" + name.encode() + rb"=[\w-]{1,200}) *(?=;|$)")
    return [
        (header, value)
        for header, given in headers
        for value in ([given] if header != b"cookie" else ours.findall(given)[-1:])
    ]
