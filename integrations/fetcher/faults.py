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
        return Refused(f"The certificate of {where} is not valid ({reason}).", way_out="Its owner must fix it.")
    if isinstance(exc, aiohttp.ClientSSLError | ssl.SSLError):
        return Invalid(f"{where} does not use a supported version of TLS.", way_out="Try the address with http:.")
    if isinstance(exc, aiohttp.ClientConnectorError):
        reason = os.strerror(exc.os_error.errno) if exc.os_error.errno else _short(str(exc.os_error))
        return Temporary(f"Could not connect to {where} ({reason}).", way_out="Check the address and its port.")
    if isinstance(exc, aiohttp.ClientResponseError):
        return not_http(target, exc.message)
    if isinstance(exc, ValueError):
        return Invalid(f"{target.url} can't be requested ({_short(str(exc))}).", way_out=_CHECK)
    return Temporary(f"The connection to {where} was lost while fetching {target.url} ({_short(str(exc))}).")


def not_http(target: Target, reason: str) -> Refused:
    """The error to raise where a server answers in something else."""
    return Refused(f"{target.authority} did not send a valid HTTP response ({_short(reason)}).", way_out=_CHECK)


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split()) or "without a reason"
    return line if len(line) <= most else line[:most] + "…"
