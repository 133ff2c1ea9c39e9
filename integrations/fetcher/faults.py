"""What aiohttp and the system report, in words of our own."""

import os
import ssl

import aiohttp

from integrations.fetcher.addresses import Target
from magicai.errors import Invalid, MagicError, Refused, Temporary

_CHECK = "Check the address, and whether a browser shows it."


def translated(exc: Exception, target: Target) -> MagicError:
    """The error to raise from one of aiohttp or of the system."""
    where = target.authority
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        reason = getattr(exc.certificate_error, "verify_message", "") or str(exc.certificate_error)
        return Refused("certificate_invalid", url=where, reason=reason)
    if isinstance(exc, aiohttp.ClientSSLError | ssl.SSLError):
        return Invalid("tls_version_unsupported", where=where)
    if isinstance(exc, aiohttp.ClientConnectorError):
        reason = os.strerror(exc.os_error.errno) if exc.os_error.errno else _short(str(exc.os_error))
        return Temporary("host_unreachable", where=where, reason=reason)
    if isinstance(exc, aiohttp.ClientResponseError):
        return not_http(target, exc.message)
    if isinstance(exc, ValueError):
        return Invalid("address_not_requestable", url=target.url, reason=_short(str(exc)))
    return Temporary("connection_lost", where=where, url=target.url, reason=_short(str(exc)))


def not_http(target: Target, reason: str) -> Refused:
    """The error to raise where a server answers in something else."""
    return Refused("http_response_invalid", authority=target.authority, reason=_short(reason))


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split()) or "without a reason"
    return line if len(line) <= most else line[:most] + "…"
