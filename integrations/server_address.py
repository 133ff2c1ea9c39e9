"""Addresses of the user's servers, taken apart once and the same way: scheme://user:password@host:port/path?ca=FILE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from magicai.errors import Invalid
from magicai.values.masked import masked


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is, and what it takes to be let in.

    Attributes:
        ca: file with the authorities that may have signed its certificate; the system's where None.
        path: without the leading slash.
        options: the other parameters that the address may have.
    """

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    path: str = ""
    ca: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse(variable: str, address: str, *, ports: Mapping[str, int], options: Sequence[str] = ()) -> ServerAddress:
    """Take an address apart.

    Args:
        variable: names the address in what is said of it.
        ports: the schemes that it may have, each with its usual port.
        options: parameters that it may have beside `ca`.

    Raises:
        Invalid: it is no such address; names what is wrong, without user name and password.
    """

    def wrong(what: str) -> Invalid:
        form = f"{next(iter(ports))}://USER:PASSWORD@HOST:PORT"
        return Invalid("setting_invalid", setting=variable, value=masked(address), reason=what, how=form)

    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as exc:
        raise wrong("it is not an address") from exc
    if parts.scheme not in ports:
        raise wrong(f"it does not begin with {', '.join(f'{scheme}://' for scheme in ports)}")
    if not parts.hostname:
        raise wrong("it has no host")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in query:
        if name not in ("ca", *options):
            raise wrong(f"{name!r} is not one of its parameters, {', '.join(('ca', *options))}")
    ca = Path(query.pop("ca")).expanduser() if "ca" in query else None
    if ca is not None and not ca.is_file():
        raise wrong(f"there is no file {ca}")
    return ServerAddress(
        parts.scheme,
        parts.hostname,
        port or ports[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.path.strip("/"),
        ca,
        query,
    )


def way_out_of(words: str) -> str:
    """What to do about a server that can't be reached, by what the client says of it."""
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return "give_certificate_authority"
    return "check_server_is_running"
