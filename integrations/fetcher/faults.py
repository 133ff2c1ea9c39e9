"""What connections and the system report, in words of our own."""

import os
import ssl

from integrations.fetcher.addresses import Target
from integrations.fetcher.connection import Garbled
from integrations.fetcher.connections import Unreachable
from magicai.errors import Invalid, MagicError, Refused, Temporary

_CHECK = "Check the address, and whether a browser shows it."


def translated(exc: Exception, target: Target) -> MagicError:
    """The error to raise from one of a connection or of the system."""
    where = target.authority
    if isinstance(exc, ssl.SSLCertVerificationError):
        reason = exc.verify_message or str(exc)
        return Refused(f"The certificate of {where} is not valid ({reason}).", way_out="Its owner must mend it.")
    if isinstance(exc, ssl.SSLError):
        return Invalid(
            f"{where} speaks no TLS that can be understood.", way_out="Perhaps the address begins with http:."
        )
    if isinstance(exc, Unreachable):
        reason = os.strerror(exc.errno) if exc.errno else _short(exc.strerror or "")
        return Temporary(f"Nothing answers at {where} ({reason}).", way_out="Check the address and its port.")
    if isinstance(exc, Garbled):
        return Refused(f"{where} does not answer in HTTP ({_short(str(exc))}).", way_out=_CHECK)
    return Temporary(f"The connection to {where} was cut while reading {target.url} ({_short(str(exc))}).")


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split()) or "without a reason"
    return line if len(line) <= most else line[:most] + "…"
