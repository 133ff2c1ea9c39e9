"""To whom an answer goes, and so in whose words it is."""

from typing import Any

from starlette.requests import HTTPConnection

from magicai.api.access import PAGE_HEADER
from magicai.messages import Surface
from magicai.surfaces import SurfaceWords

_OF_THE_PAGE = "/api/session"
_PAGE_PROTOCOL = "page."


def said_to(connection: HTTPConnection) -> SurfaceWords:
    """What says it in the words of who asks."""
    return connection.app.state.gateway.path_mask.on(_surface(connection))


def _surface(connection: HTTPConnection) -> Surface:
    offered: Any = connection.scope.get("subprotocols", ())
    by_page = PAGE_HEADER in connection.headers or any(one.startswith(_PAGE_PROTOCOL) for one in offered)
    return Surface.PAGE if by_page or connection.url.path.startswith(_OF_THE_PAGE) else Surface.API
