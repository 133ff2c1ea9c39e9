"""Which gateway a command is for, and what says who asks."""

import os
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from magicai.errors import Invalid, Refused
from magicai.loopback import is_loopback
from magicai.settings import Settings

_KEY = "Put an API key (the page, Settings, API keys) into MAGICAI_TOKEN, or into a file for --token-file."


@dataclass(frozen=True, slots=True)
class Server:
    """A gateway.

    Attributes:
        url: without a slash at its end.
        token: an API key or an access token.
        loopback: whether it is on this machine.
        workspace_id: the one to work in; "": the personal one of who asks.
    """

    url: str
    token: str = field(repr=False)
    loopback: bool
    workspace_id: str = ""


def server_of(settings: Settings) -> Server:
    """The gateway that settings name.

    Raises:
        Invalid: the address is none, or nothing says who asks.
        Refused: the token would be sent in the clear, or others can read its file.
    """
    url, loopback = _address((settings.server or "").strip())
    return Server(url, _token(settings, url), loopback, settings.workspace or "")


def _address(given: str) -> tuple[str, bool]:
    parts = urlsplit(given if "://" in given else f"//{given}")
    try:
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if parts.scheme not in ("", "http", "https") or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise Invalid("gateway_address_invalid", address=given)
    loopback = is_loopback(host)
    scheme = parts.scheme or ("http" if loopback else "https")
    if scheme == "http" and not loopback:
        raise Refused("gateway_not_encrypted", address=parts.netloc, host=host, port=parts.port or 8000)
    return f"{scheme}://{parts.netloc}{parts.path}".rstrip("/"), loopback


def _token(settings: Settings, url: str) -> str:
    token = settings.token.get_secret_value() if settings.token is not None else ""
    if not token and settings.token_file is not None:
        token = _kept(settings.token_file.expanduser())
    if not token and sys.stdin.isatty() and sys.stderr.isatty():
        token = click.prompt(f"API key or access token for {url}", hide_input=True, err=True)
    token = token.strip()
    if not token:
        raise Invalid("api_key_missing", url=url)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Invalid("token_invalid")
    return token


def _kept(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as exc:
        raise Invalid("token_file_not_readable", path=path, reason=exc) from exc
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused("token_file_not_private", path=path)
    return text
