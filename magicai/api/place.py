"""Where the gateway is on this machine: socket, record, log, and the page's files.

`magicai up` needs these and not the API, which takes seconds to import.
"""

import errno
import socket
from pathlib import Path

from magicai.errors import Invalid

USUAL_PORT = 8000
RECORD = "gateway.json"
LOG = "gateway.log"
PAGE = Path(__file__).parents[1] / "web" / "dist"
_BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """The port that was asked for; else the usual one, or a free one where that is taken."""
    for wanted in (port,) if port else (USUAL_PORT, 0):
        try:
            listener = socket.create_server((host, wanted), family=_family(host), backlog=_BACKLOG)
        except OSError as exc:
            if wanted == USUAL_PORT and not port and exc.errno == errno.EADDRINUSE:
                continue
            if exc.errno == errno.EADDRINUSE:
                raise Invalid("port_in_use", way_out="choose_gateway_port", port=wanted) from exc
            raise Invalid("port_unavailable", way_out="choose_gateway_port", port=wanted, reason=exc.strerror) from exc
        # asyncio does so only for sockets whose protocol is named: a head and its body would be 40 ms apart.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    raise AssertionError("a free port is always had or refused")


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
