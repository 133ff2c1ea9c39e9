"""Is it healthy? Asked over the wire, without the vendors' clients, which need not be installed."""

import http.client
import socket

from tests.lab.server import HOST

_LIMIT_S = 5.0
_BOLT = b"\x60\x60\xb0\x17" + b"\x00\x00\x04\x05" + b"\x00" * 12  # "who speaks Bolt?", of version 5.4, nothing else


def http_status(port: int, path: str, *, method: str = "GET") -> int | None:
    """The status of an answer; None where there is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_LIMIT_S)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def exchange(port: int, said: bytes) -> bytes:
    """The first bytes of an answer; none where there is none."""
    try:
        with socket.create_connection((HOST, port), timeout=_LIMIT_S) as connection:
            connection.sendall(said)
            return connection.recv(1024)
    except OSError:
        return b""


def speaks_redis(port: int, password: str) -> bool:
    """Whether Redis takes the password and has read its data."""
    return exchange(port, f"AUTH {password}\r\nPING\r\n".encode()).startswith(b"+OK\r\n+PONG")


def speaks_bolt(port: int) -> bool:
    """Whether a server agrees to Bolt 5.4."""
    return exchange(port, _BOLT) == b"\x00\x00\x04\x05"
